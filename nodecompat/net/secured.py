"""Descriptions of endpoints with TLS ("tls:example.com:443", "ssl:443:privateKey=key.pem"): `tls` serves them.

Not Twisted, which lets a trusted certificate without names pass for any host. `tls` stands on this room: it is not
imported, but found by its name when such an address is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..reactor.handle import ServerHandle, StreamHandle

_KINDS = ("ssl", "tls")


def isSecured(endpoint: Any) -> bool:
    """True for the description of an endpoint with TLS."""
    return isinstance(endpoint, str) and endpoint.removeprefix("haproxy:").partition(":")[0] in _KINDS


def connecting(description: str) -> StreamHandle:
    """A handle that connects there; 'connect' comes when the connection is secure.

    Raises: ModuleNotFoundError that names the extra; ERR_INVALID_ARG_VALUE; what createSecureContext raises; OSError.
    """
    made: StreamHandle = _endpoints().SecureStream.connecting(description)
    return made


def listening(description: str, protocols: Sequence[bytes]) -> ServerHandle:
    """A handle that listens there; 'connection' comes when a connection is secure. Raises: as `connecting`."""
    made: ServerHandle = _endpoints().SecureServer(description, protocols)
    return made


def _endpoints() -> Any:
    return import_module("..tls.endpoints", __package__)
