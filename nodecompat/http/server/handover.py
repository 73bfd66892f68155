"""Hands a server's connection to the program: an accepted upgrade, or CONNECT.

The request may have a body, and the other protocol begins behind it. If the body is complete the program gets the
socket with the bytes behind it; else it gets the socket at once, and the rest of the body is read before the socket
gets data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..message.incoming import IncomingMessage
    from .connection import ServerConnection


def handOver(connection: ServerConnection, req: IncomingMessage, data: bytes, consumed: int) -> None:
    """Release the socket: the parser has consumed `consumed` bytes of the segment `data`."""
    socket, server = connection.socket, connection.server
    name = "connect" if req.method == "CONNECT" else "upgrade"
    if connection._current is not None:
        _passLater(connection, req, name)
        return
    connection._upgrading = None
    head = data[consumed:]
    connection.detach()
    if not connection._handedOver:
        socket.readableFlowing = None
    if connection._handedOver:  # the event was emitted already
        if head:
            socket.push(head)
    elif server.listenerCount(name):
        server.emit(name, req, socket, head)
    else:
        socket.destroy()


def _passLater(connection: ServerConnection, req: IncomingMessage, name: str) -> None:
    """The body of the request is not complete: the program gets the socket, what comes first is the body."""
    if connection._handedOver:
        return
    connection._handedOver = True
    if connection.takeover is not None:
        connection.takeover.isExclusive = True
    if connection.server.listenerCount(name):
        connection.server.emit(name, req, connection.socket, b"")
    else:
        connection.socket.destroy()
