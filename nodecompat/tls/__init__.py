"""Node's `tls`: encrypted connections, over OpenSSL. Needs `pip install 'nodecompat[tls]'`.

Node: tls.html
"""

from __future__ import annotations

from ..reactor import tls as _tls  # noqa: F401  (first: it names the extra when that is missing)
from .connecting import connect
from .context import SecureContext, createSecureContext
from .identity import checkServerIdentity
from .options import (
    DEFAULT_MAX_VERSION,
    DEFAULT_MIN_VERSION,
    ConnectionOptions,
    SecureContextOptions,
    TlsOptions,
    TLSSocketOptions,
)
from .server import Server, createServer
from .socket import TLSSocket

__all__ = [
    "DEFAULT_MAX_VERSION",
    "DEFAULT_MIN_VERSION",
    "ConnectionOptions",
    "SecureContext",
    "SecureContextOptions",
    "Server",
    "TLSSocket",
    "TLSSocketOptions",
    "TlsOptions",
    "checkServerIdentity",
    "connect",
    "createSecureContext",
    "createServer",
]
