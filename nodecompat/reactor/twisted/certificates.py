"""Whose certificates `fetch` trusts: Twisted's browser policy, with a name check that is always enforced.

Twisted 26.10 lets a trusted certificate without subjectAltName pass for any host: its check raises, and what it raises
is only logged. Here any failure refuses the certificate. The error says why, as OpenSSL and Node do;
Twisted's is "certificate verify failed" for everything.

Needs pyOpenSSL and service-identity, the extra "tls".
"""

from __future__ import annotations

import weakref
from typing import Any

from cryptography.x509 import (
    DNSName,
    ExtensionNotFound,
    IPAddress,
    SubjectAlternativeName,
    UniformResourceIdentifier,
)
from OpenSSL.SSL import VERIFY_FAIL_IF_NO_PEER_CERT, VERIFY_PEER
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure
from twisted.web.client import BrowserLikePolicyForHTTPS
from zope.interface import implementer

try:
    from service_identity.pyopenssl import extract_patterns
except ImportError:  # before 23.1
    from service_identity.pyopenssl import extract_ids as extract_patterns

#: OpenSSL's numbers: Node's code, and OpenSSL's text.
REASONS = {
    9: ("CERT_NOT_YET_VALID", "certificate is not yet valid"),
    10: ("CERT_HAS_EXPIRED", "certificate has expired"),
    18: ("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"),
    19: ("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"),
    20: ("UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate"),
    21: ("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate"),
    23: ("CERT_REVOKED", "certificate revoked"),
    26: ("INVALID_PURPOSE", "unsuitable certificate purpose"),
}
_KINDS: dict[Any, str] = {DNSName: "DNS", IPAddress: "IP Address", UniformResourceIdentifier: "URI"}
_NAME = "ERR_TLS_CERT_ALTNAME_INVALID"


class CertificateRefused(Exception):
    """Why a certificate was refused: Node's `code`, and a text."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Policy(BrowserLikePolicyForHTTPS):
    """An IPolicyForHTTPS."""

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        return _Creator(super().creatorForNetloc(hostname, port), hostname.decode("ascii"))


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    """Wraps Twisted's connection creator; its connections verify through `judge`."""

    def __init__(self, creator: Any, host: str) -> None:
        self._creator = creator
        self._host = host

    def clientConnectionForTLS(self, protocol: Any) -> Any:
        connection = self._creator.clientConnectionForTLS(protocol)
        # Weak: the connection belongs to the protocol.
        owner = weakref.ref(protocol)

        def verify(connection: Any, certificate: Any, number: int, depth: int, isTrusted: bool) -> bool:
            refused = judge(self._host, certificate, number, depth, bool(isTrusted))
            protocol = owner()
            if refused is not None and protocol is not None:
                protocol.failVerification(Failure(refused))
            return refused is None

        connection.set_verify(VERIFY_PEER | VERIFY_FAIL_IF_NO_PEER_CERT, verify)
        return connection


def judge(host: str, certificate: Any, number: int, depth: int, isTrusted: bool) -> CertificateRefused | None:
    """Why a certificate in the chain is refused, or None."""
    if not isTrusted:
        code, message = REASONS.get(number, (f"X509_V_ERR_{number}", "certificate verify failed"))
        return CertificateRefused(code, message)
    if depth:  # an authority's
        return None
    isAddress = isIPAddress(host) or isIPv6Address(host)
    try:
        wanted = IPAddress_ID(host) if isAddress else DNS_ID(host)
        verify_service_identity(extract_patterns(certificate), [wanted], [])
    except Exception:  # a certificate without names raises a different error
        about = _addressMismatch(host, certificate) if isAddress else _nameMismatch(host, certificate)
        return CertificateRefused(_NAME, f"Hostname/IP does not match certificate's altnames: {about}")
    return None


def _nameMismatch(host: str, certificate: Any) -> str:
    names = _namesOf(certificate)
    if not any(isinstance(name, DNSName) for name in names):
        return "Cert does not contain a DNS name"
    return f"Host: {host}. is not in the cert's altnames: {', '.join(map(_shown, names))}"


def _addressMismatch(host: str, certificate: Any) -> str:
    addresses = [str(name.value) for name in _namesOf(certificate) if isinstance(name, IPAddress)]
    return f"IP: {host} is not in the cert's list: {', '.join(addresses)}"


def _namesOf(certificate: Any) -> list[Any]:
    try:
        extensions = certificate.to_cryptography().extensions
        return list(extensions.get_extension_for_class(SubjectAlternativeName).value)
    except (ExtensionNotFound, ValueError):
        return []


def _shown(name: Any) -> str:
    kind = _KINDS.get(type(name))
    return f"{kind}:{name.value}" if kind is not None else "othername"
