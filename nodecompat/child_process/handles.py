"""Sockets and servers that go along with a message: what they become on the way, and again at the other end.

The words of Node's own messages, so that either end may be Node.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from .. import dgram, net
from ..dgram.passing import descriptorOf as datagramDescriptor
from ..errors import ERR_INVALID_HANDLE_TYPE
from ..net.passing import descriptorOf, giveUp
from ..reactor import choose

Message = dict[str, Any]


class Parcel:
    """A descriptor that is to be sent.

    Attributes:
        message: what goes with it.
        descriptor: open until `delivered`.
    """

    def __init__(self, message: Message, descriptor: int, close: Callable[[], object] | None) -> None:
        self.message = message
        self.descriptor = descriptor
        self._close = close

    def delivered(self) -> None:
        """The other end has it, or will never get it: what we kept for the way is closed."""
        close, self._close = self._close, None
        if close is not None:
            close()


def validateHandle(thing: Any) -> None:
    """Raises: ERR_INVALID_HANDLE_TYPE for what cannot be sent."""
    if isinstance(thing, (net.Socket, net.Server, dgram.Socket)):
        canBeSent = choose.usePoller()  # else it belongs to a Twisted transport
    else:
        canBeSent = callable(getattr(thing, "fileno", None))
    if not canBeSent:
        raise ERR_INVALID_HANDLE_TYPE()


def parcel(message: Any, thing: Any, keepOpen: bool) -> Parcel | None:
    """How a thing that may be sent goes; None if it has no descriptor any more: then its message goes alone."""
    if isinstance(thing, net.Socket):
        if descriptorOf(thing) < 0:
            return None
        wrapped = _wrapped("net.Socket", message)
        if keepOpen:
            return _copied(wrapped, descriptorOf(thing))
        handle = giveUp(thing)
        return Parcel(wrapped, handle.fileno(), handle.close)
    if isinstance(thing, net.Server):
        fd = descriptorOf(thing)
        return None if fd < 0 else _copied(_wrapped("net.Server", message), fd)
    if isinstance(thing, dgram.Socket):
        fd = datagramDescriptor(thing)
        return None if fd < 0 else _copied({**_wrapped("dgram.Socket", message), "dgramType": thing.type}, fd)
    return _copied(_wrapped("net.Native", message), thing.fileno())


def _wrapped(kind: str, message: Any) -> Message:
    return {"cmd": "NODE_HANDLE", "type": kind, "msg": message}


def _copied(message: Message, descriptor: int) -> Parcel:
    """A copy, which what is closed meanwhile does not close."""
    copy = os.dup(descriptor)
    return Parcel(message, copy, lambda: os.close(copy))


def unpack(message: Mapping[str, Any], descriptor: int, take: Callable[[Any], object]) -> None:
    """Make what was sent, and `take(thing)` when it is ready; None for what cannot be made."""
    kind = message.get("type")
    if kind == "net.Socket":
        handle = choose.current().openStream(descriptor)
        if isinstance(handle, int):
            _refuse(descriptor, take)
        else:
            take(net.Socket(handle=handle))
    elif kind == "net.Server":
        _openServer(descriptor, take)
    elif kind == "dgram.Socket":
        socket = dgram.Socket(message.get("dgramType"))
        socket.bind({"fd": descriptor}, lambda: take(socket))
    elif kind in ("net.Native", "dgram.Native"):
        take(descriptor)
    else:
        _refuse(descriptor, take)


def _openServer(descriptor: int, take: Callable[[Any], object]) -> None:
    handle = choose.current().openServer(descriptor)
    if isinstance(handle, int):
        _refuse(descriptor, take)
        return
    server = net.Server()
    server.listen(handle, lambda: take(server))


def _refuse(descriptor: int, take: Callable[[Any], object]) -> None:
    os.close(descriptor)
    take(None)
