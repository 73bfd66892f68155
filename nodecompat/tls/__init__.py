"""Node's `tls`: encrypted connections, over OpenSSL. Needs `pip install 'nodecompat[tls]'`.

Node: https://nodejs.org/api/tls.html
"""

from __future__ import annotations

from ..reactor import tls as _tls  # noqa: F401  (first: it names the extra when that is missing)
from .alpn import convertALPNProtocols
from .authorities import getCACertificates, rootCertificates, setDefaultCACertificates
from .ciphers import getCertificateCompressionAlgorithms, getCiphers
from .connecting import connect
from .constants import (
    CLIENT_RENEG_LIMIT,
    CLIENT_RENEG_WINDOW,
    DEFAULT_CIPHERS,
    DEFAULT_ECDH_CURVE,
    DEFAULT_MAX_VERSION,
    DEFAULT_MIN_VERSION,
)
from .context import SecureContext, createSecureContext
from .identity import checkServerIdentity
from .options import (
    CommonConnectionOptions,
    ConnectionOptions,
    KeyObject,
    PSKCallbackNegotation,
    PxfObject,
    SecureContextOptions,
    TlsOptions,
    TLSSocketOptions,
)
from .records import Certificate, CipherNameAndProtocol, DetailedPeerCertificate, EphemeralKeyInfo, PeerCertificate
from .server import Server, createServer
from .socket import TLSSocket

__all__ = [
    "CLIENT_RENEG_LIMIT",
    "CLIENT_RENEG_WINDOW",
    "DEFAULT_CIPHERS",
    "DEFAULT_ECDH_CURVE",
    "DEFAULT_MAX_VERSION",
    "DEFAULT_MIN_VERSION",
    "Certificate",
    "CipherNameAndProtocol",
    "CommonConnectionOptions",
    "ConnectionOptions",
    "DetailedPeerCertificate",
    "EphemeralKeyInfo",
    "KeyObject",
    "PSKCallbackNegotation",
    "PeerCertificate",
    "PxfObject",
    "SecureContext",
    "SecureContextOptions",
    "Server",
    "TLSSocket",
    "TLSSocketOptions",
    "TlsOptions",
    "checkServerIdentity",
    "connect",
    "convertALPNProtocols",
    "createSecureContext",
    "createServer",
    "getCACertificates",
    "getCertificateCompressionAlgorithms",
    "getCiphers",
    "rootCertificates",
    "setDefaultCACertificates",
]
