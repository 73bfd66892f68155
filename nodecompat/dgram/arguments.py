"""Parses the arguments of a datagram socket: the forms of `bind` and `send`, and what may be sent."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..coercion import PRIMITIVES, optionsOf, toUint32
from ..errors import (
    ERR_BUFFER_OUT_OF_BOUNDS,
    ERR_INVALID_ARG_TYPE,
    ERR_SOCKET_BAD_TYPE,
    ERR_SOCKET_DGRAM_IS_CONNECTED,
)
from ..validators import isNumber, isTruthy, validatePort, validateString

_Bytes = (bytes, bytearray, memoryview)
_SENDABLE = ("string", "Buffer", "TypedArray", "DataView")
_TYPES = {"udp4": "IPv4", "udp6": "IPv6"}


class Sending(NamedTuple):
    """The parsed arguments of `send`."""

    data: bytes
    port: int
    address: str | None
    callback: Callable[..., object] | None


class Binding(NamedTuple):
    """The parsed arguments of `bind`."""

    port: Any
    address: Any
    descriptor: int
    callback: Callable[..., object] | None
    #: In a worker of a cluster: not to be shared.
    exclusive: bool = False


def familyOf(type: Any) -> str:
    """The family for "udp4" or "udp6"."""
    if isinstance(type, str) and type in _TYPES:
        return _TYPES[type]
    raise ERR_SOCKET_BAD_TYPE()


def readSend(msg: Any, offset: Any, length: Any, port: Any, address: Any, callback: Any, connected: bool) -> Sending:
    """Distinguish the forms of `send`: with or without offset and length, with or without an address."""
    if connected:
        if isNumber(length):
            msg = slice(msg, offset, length)
            if callable(port):
                callback, port = port, None
        elif callable(offset):
            callback = offset
        if isTruthy(port) or isTruthy(address):
            raise ERR_SOCKET_DGRAM_IS_CONNECTED()
    elif isTruthy(address) or (isTruthy(port) and not callable(port)):
        if offset is not None or length is not None:
            msg = slice(msg, offset, length)
    else:
        if callable(port):
            callback = port
        port, address = offset, length
    data = toBytes(msg)
    number = 0 if connected else validatePort(port, "Port", False)
    if callable(address):
        callback, address = address, None
    elif address is not None:
        validateString(address, "address")
    return Sending(data, number, address or None, callback if callable(callback) else None)


def toBytes(msg: Any) -> bytes:
    """The payload: bytes, text (UTF-8), or a list of these joined into one datagram."""
    if msg.__class__ is bytes:
        return bytes(msg)
    if isinstance(msg, str):
        return msg.encode("utf-8", "surrogatepass")
    if isinstance(msg, _Bytes):
        return bytes(msg)
    if not isinstance(msg, (list, tuple)):
        raise ERR_INVALID_ARG_TYPE("buffer", _SENDABLE, msg)
    if not all(isinstance(part, (str, *_Bytes)) for part in msg):
        raise ERR_INVALID_ARG_TYPE("buffer list arguments", _SENDABLE, msg)
    return b"".join([toBytes(part) for part in msg])


def slice(msg: Any, offset: Any, length: Any) -> bytes:
    """The part of a message that starts at `offset` and has `length` bytes."""
    if isinstance(msg, (list, tuple)):
        raise ERR_INVALID_ARG_TYPE("buffer", _SENDABLE, msg)
    data = toBytes(msg)
    start, size = toUint32(offset), toUint32(length)
    if start > len(data):
        raise ERR_BUFFER_OUT_OF_BOUNDS("offset")
    if start + size > len(data):
        raise ERR_BUFFER_OUT_OF_BOUNDS("length")
    return data[start : start + size]


def readBind(port: Any, address: Any, callback: Any, bag: Mapping[str, Any]) -> Binding:
    """Distinguish the forms of `bind`: port and address, options, either without anything, each with a callback."""
    callback = next((each for each in (callback, address, port) if callable(each)), None)
    descriptor, exclusive = bag.get("fd"), bag.get("exclusive")
    if callable(address):
        address = None
    if callable(port):
        port = None
    elif not isinstance(port, PRIMITIVES) and port is not None:
        given = optionsOf(port)
        address, descriptor, port = given.get("address"), given.get("fd", descriptor), given.get("port")
        exclusive = given.get("exclusive", exclusive)
    return Binding(port, address, _descriptor(descriptor), callback, isTruthy(exclusive))


def _descriptor(value: Any) -> int:
    """The given descriptor, or 0: as in Node, only a positive integer counts."""
    return int(value) if isNumber(value) and value == int(value) and value > 0 else 0


def toPort(port: Any) -> int:
    """The port for `bind`: as in Node, a non-number counts as 0 and only 16 bits are used."""
    return toUint32(port) & 0xFFFF


def describeDescriptor(descriptor: int) -> str:
    """What a descriptor that is no datagram socket is called in Node."""
    try:
        mode = os.fstat(descriptor).st_mode
    except (OSError, OverflowError):
        return "INVALID"
    if os.isatty(descriptor):
        return "TTY"
    if stat.S_ISREG(mode) or stat.S_ISCHR(mode):
        return "FILE"
    return "PIPE" if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else "UNKNOWN"
