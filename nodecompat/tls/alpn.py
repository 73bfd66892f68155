"""The names of application protocols as they are on the wire: each behind a byte with its length.

Differs: in a list a name may also be bytes, which Node refuses.

Node: https://nodejs.org/api/tls.html#alpn-and-sni
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from ..encodings import toBytes
from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, NodeTypeError

__all__ = ["convertALPNProtocols", "givenProtocols", "protocolNames", "wireProtocols"]

_MAX_NAME = 255  # bytes
_NAME_TYPES = ("string", "Buffer", "ArrayBuffer")


def convertALPNProtocols(protocols: Any, out: MutableMapping[str, Any]) -> None:
    """Set `out["ALPNProtocols"]` to the names as they are on the wire.

    Args:
        protocols: a list of names, or bytes in that form already. Anything else leaves `out` as it is.
    Node: https://nodejs.org/api/tls.html#tlsconvertalpnprotocolsprotocols-out
    """
    found = wireProtocols(protocols)
    if found is not None:
        out["ALPNProtocols"] = found


def wireProtocols(protocols: Any) -> bytes | None:
    """The names as they are on the wire; None for what is no list and no bytes."""
    if isinstance(protocols, (list, tuple)):
        return b"".join(_withLength(name, index) for index, name in enumerate(protocols))
    data = toBytes(protocols)
    if data is not None:
        protocolNames(data)
    return data


def givenProtocols(protocols: Any) -> list[bytes]:
    """The names in the option ALPNProtocols, in either form; none where it is not given."""
    data = wireProtocols(protocols)
    if data is None and protocols is not None:
        raise NodeTypeError("Must give a Buffer as first argument")
    return protocolNames(data or b"")


def protocolNames(data: bytes) -> list[bytes]:
    """The names in a list as it is on the wire.

    Raises:
        ERR_INVALID_ARG_VALUE: it is cut off, or a name is empty.
    """
    names = []
    position = 0
    while position < len(data):
        end = position + 1 + data[position]
        if end == position + 1:
            raise ERR_INVALID_ARG_VALUE("ALPNProtocols", data, "must not contain zero-length protocol")
        if end > len(data):
            raise ERR_INVALID_ARG_VALUE("ALPNProtocols", data, "contains truncated protocol")
        names.append(data[position + 1 : end])
        position = end
    return names


def _withLength(name: Any, index: int) -> bytes:
    data = name.encode("utf-8", "replace") if isinstance(name, str) else toBytes(name)
    if data is None:
        raise ERR_INVALID_ARG_TYPE("string", _NAME_TYPES, name)
    if not data:
        raise ERR_INVALID_ARG_VALUE(f"protocols[{index}]", name, "must be a non-empty string")
    if len(data) > _MAX_NAME:
        lead = f"The byte length of the protocol at index {index} exceeds the maximum length."
        raise ERR_OUT_OF_RANGE(lead, f"<= {_MAX_NAME}", len(data), True)
    return bytes((len(data),)) + data
