"""Does a certificate look as if another had issued it? OpenSSL's answer (X509_check_issued), without the signature."""

from __future__ import annotations

from .der import SEQUENCE, Element, only
from .names import DIRECTORY, Name, canonicalName
from .parsed import CERT_SIGN, DIGITAL_SIGNATURE, Parsed
from .publickey import isKey, keyType
from .signature import signers

__all__ = ["isIssuedBy"]

_PROXY = "1.3.6.1.5.5.7.1.14"


def isIssuedBy(parsed: Parsed, issuer: Parsed) -> bool:
    """May `issuer` have issued `parsed`, by names, key identifiers, key usage and kind of signature?"""
    if canonicalName(issuer.subject) != canonicalName(parsed.issuer):
        return False
    if not (parsed.isValid and issuer.isValid and _isIdentified(parsed, issuer)):
        return False
    needed = DIGITAL_SIGNATURE if parsed.has(_PROXY) else CERT_SIGN
    if keyType(issuer.key) not in signers(parsed.signedAlgorithm) or not isKey(issuer.key):
        return False
    return issuer.usage is None or bool(issuer.usage & needed)


def _isIdentified(parsed: Parsed, issuer: Parsed) -> bool:
    """authorityKeyIdentifier, as far as it is there, names this issuer."""
    named = parsed.authority or {}
    if 0 in named and issuer.keyIdentifier is not None and named[0].content != issuer.keyIdentifier:
        return False
    if 2 in named and named[2].integer != issuer.serial:
        return False
    names = _directoryNames(named[1]) if 1 in named else []
    return not names or canonicalName(names[0]) == canonicalName(issuer.issuer)


def _directoryNames(element: Element) -> list[Name]:
    return [Name(only(each.content, SEQUENCE)) for each in element.parts if each.tag & 0x1F == DIRECTORY]
