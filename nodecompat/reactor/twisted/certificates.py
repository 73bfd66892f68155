"""Names of certificates where Twisted does the TLS: of endpoints that a program has made (`wrapClientTLS`, …).

Twisted 26.10 lets a trusted certificate without subjectAltName pass for any host: its check raises, and what it raises
is only logged. Here any failure refuses the certificate.

Private Twisted names (seen in 23.10 to 26.10): who makes the connections of a TLSMemoryBIOFactory, its
`_connectionCreator`, or later the `baseCallable` of its `_creatorCallable`; and the `_hostnameASCII` of
ClientTLSOptions.
"""

from __future__ import annotations

import inspect
import weakref
from typing import Any

from OpenSSL.SSL import VERIFY_FAIL_IF_NO_PEER_CERT, VERIFY_PEER
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.python.failure import Failure

try:
    from service_identity.pyopenssl import extract_patterns
except ImportError:  # before 23.1
    from service_identity.pyopenssl import extract_ids as extract_patterns


def enforceName(protocol: Any) -> None:
    """Let a TLSMemoryBIOProtocol that is about to shake hands check the name that it was told to.

    Of whoever asks for no name (CertificateOptions, a creator of the program's own) nothing is changed.
    """
    host = getattr(_creatorOf(protocol.factory), "_hostnameASCII", None)
    if host is not None:
        _verify(protocol.getHandle(), protocol, host)


def _creatorOf(factory: Any) -> Any:
    make = getattr(factory, "_creatorCallable", None)
    if make is None:
        return getattr(factory, "_connectionCreator", None)
    method = inspect.getclosurevars(make).nonlocals.get("baseCallable")
    return getattr(method, "__self__", None)


def _verify(connection: Any, protocol: Any, host: str) -> None:
    # Weak: the connection belongs to the protocol.
    owner = weakref.ref(protocol)

    def verify(connection: Any, certificate: Any, number: int, depth: int, isTrusted: bool) -> bool:
        if not isTrusted or depth:  # OpenSSL says why; the certificate is an authority's
            return bool(isTrusted)
        error = whyNotFor(host, certificate)
        protocol = owner()
        if error is not None and protocol is not None:
            protocol.failVerification(Failure(error))
        return error is None

    connection.set_verify(VERIFY_PEER | VERIFY_FAIL_IF_NO_PEER_CERT, verify)


def whyNotFor(host: str, certificate: Any) -> Exception | None:
    """Why a certificate, pyOpenSSL's, is not for a host; None when it is."""
    isAddress = isIPAddress(host) or isIPv6Address(host)
    try:
        wanted = IPAddress_ID(host) if isAddress else DNS_ID(host)
        verify_service_identity(extract_patterns(certificate), [wanted], [])
    except Exception as error:  # a certificate without names raises a different one
        return error
    return None
