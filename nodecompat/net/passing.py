"""Handing connections and ports to another process: what child_process and cluster need of sockets and servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .server import Server
from .socket import Socket

if TYPE_CHECKING:
    from ..reactor.handle import StreamHandle


def descriptorOf(thing: Socket | Server) -> int:
    """The descriptor behind a socket or a server, which is given to another process; -1 when there is none."""
    handle: Any = thing._handle
    if isinstance(thing, Server) and hasattr(handle, "lend"):
        handle.lend()
    return -1 if handle is None else int(handle.fileno())


def lend(socket: Socket) -> None:
    """A child reads from this socket: it is not read here any more."""
    handle = socket._handle
    if handle is not None:
        handle.readStop()
    socket.pause()
    socket.readableFlowing = False


def giveUp(socket: Socket) -> StreamHandle:
    """Take the handle out of a socket. It is nobody's: whoever takes it closes it. No event tells of it, as in Node."""
    handle: Any = socket._handle
    handle.readStop()
    handle.onread = handle.onreadend = handle.onwrite = handle.onclose = handle.onfault = None
    socket._handle = None
    socket.setTimeout(0)
    server = socket._acceptedBy_
    if server is not None:
        socket._acceptedBy_ = None
        server._onSocketGone_()
    taken: StreamHandle = handle
    return taken
