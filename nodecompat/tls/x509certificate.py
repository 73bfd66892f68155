"""Certificates as objects: Node 26's `crypto.X509Certificate`.

Reading goes as far as asked: a certificate of which only the fingerprint is wanted costs a hash.

Node: https://nodejs.org/api/crypto.html#class-x509certificate
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from ..encodings import toBytes
from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, NodeError, NodeTypeError
from ..validators import validateBoolean, validateObject, validateString
from .certificate import certificateOf, fingerprint, serialText
from .issuing import isIssuedBy
from .keys import KeyObject, publicKeyOf
from .matching import Rules, Unreadable, addressOctets, matchAddress, matchHost, matchMailbox
from .names import accessText, altText, nameText
from .objects import SIGNATURES
from .parsed import Parsed
from .pem import pemText, readCertificate
from .records import PeerCertificate
from .signature import isSignedBy

__all__ = ["X509Certificate", "withIssuers"]

_SUBJECTS = ("default", "always", "never")
_OPTIONS = {
    "wildcards": "wildcards",
    "partialWildcards": "partial",
    "multiLabelWildcards": "multiLabel",
    "singleLabelSubdomains": "singleLabel",
}
_SHOWN = (
    *("subject", "subjectAltName", "issuer", "infoAccess", "validFrom", "validTo", "validFromDate", "validToDate"),
    *("fingerprint", "fingerprint256", "fingerprint512", "keyUsage", "serialNumber"),
    *("signatureAlgorithm", "signatureAlgorithmOid"),
)


class X509Certificate:
    """One certificate.

    Args:
        buffer: PEM text, or PEM or DER as bytes. Of several certificates the first counts.
    Raises:
        NodeError: it is none; `code` is OpenSSL's, such as ERR_OSSL_PEM_NO_START_LINE.
    Differs:
        a date that does not exist is None; Node makes up a time.
    Node: https://nodejs.org/api/crypto.html#class-x509certificate
    """

    def __init__(self, buffer: str | bytes) -> None:
        data = buffer.encode("utf-8", "surrogatepass") if isinstance(buffer, str) else toBytes(buffer)
        if data is None:
            raise ERR_INVALID_ARG_TYPE("buffer", ("string", "Buffer", "TypedArray", "DataView"), buffer)
        self._parsed_ = Parsed(readCertificate(data))
        self._issuer_: X509Certificate | None = None

    # -- what it says

    @property
    def subject(self) -> str | None:
        """A line per part of the name, `C=DE\\nCN=localhost`."""
        return nameText(self._parsed_.subject) or None

    @property
    def subjectAltName(self) -> str | None:
        """The names besides the subject, `DNS:localhost, IP Address:127.0.0.1`."""
        names = self._parsed_.altNames
        return None if names is None else altText(names)

    @property
    def issuer(self) -> str | None:
        """Who signed it, in the form of `subject`."""
        return nameText(self._parsed_.issuer) or None

    @property
    def issuerCertificate(self) -> X509Certificate | None:
        """The next certificate of the peer's chain; None for one that did not come from a peer."""
        return self._issuer_

    @property
    def infoAccess(self) -> str | None:
        """A line per address: `OCSP - URI:http://ocsp.example`."""
        descriptions = self._parsed_.infoAccess
        return None if descriptions is None else accessText(descriptions)

    @property
    def validFrom(self) -> str:
        """When it begins, as OpenSSL writes it: `Jan  1 00:00:00 2026 GMT`."""
        return self._parsed_.notBefore.text

    @property
    def validTo(self) -> str:
        """When it ends, in the form of `validFrom`."""
        return self._parsed_.notAfter.text

    @property
    def validFromDate(self) -> datetime.datetime | None:
        """When it begins."""
        return self._parsed_.notBefore.date

    @property
    def validToDate(self) -> datetime.datetime | None:
        """When it ends."""
        return self._parsed_.notAfter.date

    @property
    def fingerprint(self) -> str:
        """SHA-1 of the certificate."""
        return fingerprint(self.raw, "sha1")

    @property
    def fingerprint256(self) -> str:
        """SHA-256 of the certificate."""
        return fingerprint(self.raw, "sha256")

    @property
    def fingerprint512(self) -> str:
        """SHA-512 of the certificate."""
        return fingerprint(self.raw, "sha512")

    @property
    def keyUsage(self) -> list[str] | None:
        """The extended key usage: object identifiers."""
        return self._parsed_.extendedUsage

    @property
    def serialNumber(self) -> str:
        """The number that the authority gave it, in hex."""
        return serialText(self._parsed_.serial)

    @property
    def signatureAlgorithm(self) -> str | None:
        """The name of the algorithm of the signature, such as `ecdsa-with-SHA256`; None for an unknown one."""
        return SIGNATURES.get(self._parsed_.algorithm)

    @property
    def signatureAlgorithmOid(self) -> str:
        """The object identifier of the algorithm of the signature."""
        return self._parsed_.algorithm

    @property
    def raw(self) -> bytes:
        """The DER."""
        return self._parsed_.der

    @cached_property
    def publicKey(self) -> KeyObject:
        """The key that it certifies."""
        return publicKeyOf(self._parsed_.key)

    @property
    def ca(self) -> bool:
        """Is it an authority's?"""
        return self._parsed_.isAuthority

    def toString(self) -> str:
        """PEM text."""
        return pemText(self.raw)

    def toJSON(self) -> str:
        """PEM text, as `toString`."""
        return self.toString()

    def toLegacyObject(self) -> PeerCertificate:
        """As `getPeerCertificate()` gives it. Node: https://nodejs.org/api/crypto.html#x509tolegacyobject"""
        return certificateOf(self._parsed_)

    def __str__(self) -> str:
        return self.toString()

    def __inspect__(self, depth: Any, options: Any, inspect: Any) -> Any:
        if depth is not None and depth < 0:
            return self
        shown = {name: getattr(self, name) for name in _SHOWN}
        return f"X509Certificate {inspect(shown, options)}"

    # -- whom it names

    def checkHost(self, name: str, options: Mapping[str, Any] | None = None) -> str | None:
        """The name in the certificate that covers a host, None if there is none.

        Args:
            options: subject ("default", "always", "never"), wildcards, partialWildcards, multiLabelWildcards,
                singleLabelSubdomains.
        Node: https://nodejs.org/api/crypto.html#x509checkhostname-options
        """
        validateString(name, "name")
        return self._matching_(matchHost, name, _rules(options))

    def checkEmail(self, email: str, options: Mapping[str, Any] | None = None) -> str | None:
        """The mailbox if the certificate names it.

        Node: https://nodejs.org/api/crypto.html#x509checkemailemail-options
        """
        validateString(email, "email")
        return None if self._matching_(matchMailbox, email, _rules(options)) is None else email

    def _matching_(self, match: Any, text: str, rules: Rules) -> str | None:
        if len(text) > 1:
            text = text.removesuffix("\0")
        if "\0" in text:
            raise NodeTypeError("Invalid name", code="ERR_INVALID_ARG_VALUE")
        try:
            found = match(self._parsed_, text.encode("utf-8", "surrogatepass"), rules)
        except Unreadable:
            raise NodeError("Operation failed", code="ERR_CRYPTO_OPERATION_FAILED") from None
        return None if found is None else found.partition(b"\0")[0].decode("latin-1")

    def checkIP(self, ip: str, options: Mapping[str, Any] | None = None) -> str | None:
        """The address if the certificate names it. Node: https://nodejs.org/api/crypto.html#x509checkipip"""
        validateString(ip, "ip")
        _rules(options)
        address = addressOctets(ip)
        if address is None:
            raise NodeTypeError("Invalid name", code="ERR_INVALID_ARG_VALUE")
        return ip if matchAddress(self._parsed_, address) else None

    # -- who signed it

    def checkIssued(self, otherCert: X509Certificate) -> bool:
        """Does it look as if `otherCert` had issued it? `verify` says whether it did.

        Node: https://nodejs.org/api/crypto.html#x509checkissuedothercert
        """
        if not isinstance(otherCert, X509Certificate):
            raise ERR_INVALID_ARG_TYPE("otherCert", "X509Certificate", otherCert)
        return isIssuedBy(self._parsed_, otherCert._parsed_)

    def checkPrivateKey(self, privateKey: KeyObject) -> bool:
        """Is it the certificate of this key? Node: https://nodejs.org/api/crypto.html#x509checkprivatekeyprivatekey"""
        _requireKey(privateKey, "private")
        return self.publicKey.isHalfOf(privateKey)

    def verify(self, publicKey: KeyObject) -> bool:
        """Did this key sign it? Dates and names are not looked at.

        Node: https://nodejs.org/api/crypto.html#x509verifypublickey
        """
        _requireKey(publicKey, "public")
        return isSignedBy(self._parsed_, publicKey._handle_)


def withIssuers(ders: Sequence[bytes]) -> X509Certificate:
    """The certificate of a peer with those above it; a root that signed itself has itself as its issuer."""
    chain = [X509Certificate(der) for der in ders]
    for certificate, issuer in pairwise(chain):
        certificate._issuer_ = issuer
    if chain[-1].checkIssued(chain[-1]):
        chain[-1]._issuer_ = chain[-1]
    return chain[0]


def _requireKey(key: Any, type: str) -> None:
    if not isinstance(key, KeyObject):
        raise ERR_INVALID_ARG_TYPE("pkey", "KeyObject", key)
    if key.type != type:
        raise ERR_INVALID_ARG_VALUE("pkey", key)


def _rules(options: Mapping[str, Any] | None) -> Rules:
    if options is None:
        return Rules()
    validateObject(options, "options")
    rules = Rules()
    subject = options.get("subject")
    if subject is not None:
        validateString(subject, "options.subject")
        if subject not in _SUBJECTS:
            raise ERR_INVALID_ARG_VALUE("options.subject", subject)
        rules = rules._replace(subject=subject)
    for name, field in _OPTIONS.items():
        value = options.get(name)
        if value is not None:
            validateBoolean(value, f"options.{name}")
            rules = rules._replace(**{field: value})
    return rules
