"""The option bags of `tls`, and the versions of the protocol."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from OpenSSL import SSL

from ..errors import (
    ERR_INVALID_ARG_VALUE,
    ERR_TLS_INVALID_PROTOCOL_METHOD,
    ERR_TLS_INVALID_PROTOCOL_VERSION,
    ERR_TLS_PROTOCOL_VERSION_CONFLICT,
    NodeError,
)
from .constants import DEFAULT_MAX_VERSION, DEFAULT_MIN_VERSION

if TYPE_CHECKING:
    from .context import SecureContext

VERSIONS = {
    "TLSv1": SSL.TLS1_VERSION,
    "TLSv1.1": SSL.TLS1_1_VERSION,
    "TLSv1.2": SSL.TLS1_2_VERSION,
    "TLSv1.3": SSL.TLS1_3_VERSION,
}
#: What `secureProtocol` allows: the lowest and the highest version, None for OpenSSL's own limit.
_METHODS: dict[str, tuple[str | None, str | None]] = {
    "SSLv23_method": (None, "TLSv1.2"),
    "TLS_method": (None, None),
    "TLSv1_method": ("TLSv1", "TLSv1"),
    "TLSv1_1_method": ("TLSv1.1", "TLSv1.1"),
    "TLSv1_2_method": ("TLSv1.2", "TLSv1.2"),
}
METHODS = {
    name.replace("_method", kind + "_method"): limits
    for name, limits in _METHODS.items()
    for kind in ("", "_client", "_server")
}
PEM = Any  # str, bytes, or a sequence of them


class SecureContextOptions(TypedDict, total=False):
    """Options of createSecureContext. Node: tls.html#tlscreatesecurecontextoptions"""

    #: Certificates of authorities, PEM; without them those of `getCACertificates()`.
    ca: PEM
    #: The chain of certificates, PEM; several chains for several kinds of keys.
    cert: PEM
    #: The private key, PEM; a sequence of keys or of `{"pem", "passphrase"}`.
    key: PEM
    #: Certificate and key in one PKCS#12, or a sequence of `{"buf", "passphrase"}`.
    pfx: Any
    #: Of `key` or `pfx`.
    passphrase: str
    #: Lists of revoked certificates, PEM.
    crl: PEM
    #: OpenSSL's names, separated by ":"; those of TLS 1.3 among them.
    ciphers: str
    #: Names of groups, separated by ":"; "auto" for OpenSSL's.
    ecdhCurve: str
    #: Names of signature algorithms, separated by ":".
    sigalgs: str
    #: Parameters of Diffie-Hellman, PEM; "auto" for well-known ones.
    dhparam: Any
    #: "TLSv1" to "TLSv1.3"; by default 1.2 and 1.3.
    minVersion: str
    maxVersion: str
    #: The versions by the name of a method, such as "TLSv1_2_method".
    secureProtocol: str
    #: OpenSSL's SSL_OP_… bits.
    secureOptions: int
    #: The server's order of ciphers counts: the default of createServer.
    honorCipherOrder: bool
    #: What sessions of this server are told apart by.
    sessionIdContext: str
    #: Seconds that a session can be resumed.
    sessionTimeout: int


class TLSSocketOptions(SecureContextOptions, total=False):
    """Options of TLSSocket. Node: tls.html#new-tlstlssocketsocket-options"""

    secureContext: SecureContext
    isServer: bool
    server: Any
    requestCert: bool
    rejectUnauthorized: bool
    ALPNProtocols: Sequence[str] | Sequence[bytes] | bytes
    ALPNCallback: Callable[[Mapping[str, Any]], str | None]
    SNICallback: Callable[[str, Callable[..., None]], Any]
    session: bytes


class ConnectionOptions(TLSSocketOptions, total=False):
    """Options of connect. Node: tls.html#tlsconnectoptions-callback"""

    host: str
    port: int
    path: str
    #: A connected stream, or one that connects, to be used instead of a connection of its own.
    socket: Any
    #: `checkServerIdentity(hostname, certificate)`: returns an error if they do not fit.
    checkServerIdentity: Callable[[str, Any], BaseException | None]
    #: The name of the server for SNI and for the check of its certificate; the host by default.
    servername: str
    timeout: float


class TlsOptions(TLSSocketOptions, total=False):
    """Options of createServer. Node: tls.html#tlscreateserveroptions-secureconnectionlistener"""

    #: Milliseconds for the handshake, 120,000 by default.
    handshakeTimeout: float
    allowHalfOpen: bool
    pauseOnConnect: bool


#: Options of Node's that cannot be had, and why. Ignored they would promise what does not happen.
_MISSING = {
    "certificateCompression": "OpenSSL's SSL_CTX_set1_cert_comp_preference is not in pyOpenSSL",
    "clientCertEngine": "engines are gone from OpenSSL",
    "privateKeyEngine": "engines are gone from OpenSSL",
    "privateKeyIdentifier": "engines are gone from OpenSSL",
    "ticketKeys": "OpenSSL's SSL_CTX_set_tlsext_ticket_keys is not in pyOpenSSL",
}


class Unavailable(NodeError, NotImplementedError):
    """Something of Node's that cannot be had, for a function of OpenSSL's is not in pyOpenSSL."""

    def __init__(self, what: str, function: str) -> None:
        text = f"{what} is not available: OpenSSL's {function} is not in pyOpenSSL"
        super().__init__(text, code="ERR_FEATURE_UNAVAILABLE_ON_PLATFORM")


def refuseMissing(options: Mapping[str, Any]) -> None:
    """Raise ERR_INVALID_ARG_VALUE for an option that would have no effect."""
    for name, why in _MISSING.items():
        if options.get(name) not in (None, False):
            raise ERR_INVALID_ARG_VALUE(f"options.{name}", options[name], f"is not supported: {why}")


def versionLimits(options: Mapping[str, Any]) -> tuple[int, int]:
    """OpenSSL's numbers of the lowest and the highest version, 0 for its own limit."""
    low, high, method = options.get("minVersion"), options.get("maxVersion"), options.get("secureProtocol")
    if method is not None:
        for version in (low, high):
            if version is not None:
                raise ERR_TLS_PROTOCOL_VERSION_CONFLICT(version, method)
        if method not in METHODS:
            isOld = re.match("(SSLv[23])_", str(method))
            why = f"{isOld[1]} methods disabled" if isOld else f"Unknown method: {method}"
            raise ERR_TLS_INVALID_PROTOCOL_METHOD(why)
        low, high = METHODS[method]
        return VERSIONS[low] if low else 0, VERSIONS[high] if high else 0
    low = DEFAULT_MIN_VERSION if low is None else low
    high = DEFAULT_MAX_VERSION if high is None else high
    if low not in VERSIONS:
        raise ERR_TLS_INVALID_PROTOCOL_VERSION(low, "minimum")
    if high not in VERSIONS:
        raise ERR_TLS_INVALID_PROTOCOL_VERSION(high, "maximum")
    return VERSIONS[low], VERSIONS[high]
