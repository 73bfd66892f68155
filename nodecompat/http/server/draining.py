"""Lets an http server stop: it responds to requests in progress, and each response is the last of its connection.

Not of Node, whose `server.close()` destroys idle connections at once: a request in flight on one of them is
lost. Here such connections stay open for a moment, and a request that comes is answered with `Connection: close`, as
RFC 9112 9.6 wants it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...reactor.descriptor.unread import hasUnread

if TYPE_CHECKING:
    from .connection import ServerConnection
    from .listener import ServerBase
    from .response import ServerResponse

#: Events that bring a request to respond to.
_REQUESTS = ("request", "checkContinue", "checkExpectation")


class HTTPDraining:
    """Makes every response of a server the last of its connection."""

    def __init__(self, server: ServerBase) -> None:
        self._server = server
        #: The responses marked so, by connection: the newest of each.
        self._last: dict[ServerConnection, ServerResponse] = {}
        for connection in server._httpConnections_:
            self._markNewest(connection)
        for name in _REQUESTS:
            # Without a listener the server handles the expectation, and they come as 'request'.
            if server.listenerCount(name):
                server.prependListener(name, self._onRequest)

    def _markNewest(self, connection: ServerConnection) -> None:
        waiting = connection._outgoing
        res = waiting[-1] if waiting else getattr(connection.socket, "_httpMessage", None)
        if res is not None:
            self._mark(connection, res)

    def _onRequest(self, req: Any, res: ServerResponse) -> None:
        connection = res._connection_
        if connection is None:
            return
        # It was pipelined behind one that was to be the last: that one must not end the connection.
        before = self._last.pop(connection, None)
        if before is not None and not before.headersSent:
            before.shouldKeepAlive = True
        parser = connection.parser
        if parser is None or not parser.isFollowed:  # else the next one is here already, and will be marked
            self._mark(connection, res)

    def _mark(self, connection: ServerConnection, res: ServerResponse) -> None:
        if res.shouldKeepAlive and not res.headersSent:
            res.shouldKeepAlive = False
            self._last[connection] = res

    def closeQuiet(self) -> None:
        """Close the connections without a request in progress or unread data."""
        for connection in list(self._server._httpConnections_):
            if isQuiet(connection):
                connection.socket.destroy()

    def finish(self) -> None:
        """The server is closed."""
        for name in _REQUESTS:
            self._server.removeListener(name, self._onRequest)
        self._last.clear()
        self._server._beforeClose_()


def isQuiet(connection: ServerConnection) -> bool:
    """True when no request is under way on this connection: neither answered, nor read, nor in the kernel's buffer."""
    parser, socket = connection.parser, connection.socket
    if parser is None or socket is None or connection._incoming or connection._current is not None:
        return False
    handle = socket._handle
    return bool(parser.isIdle) and not (handle is not None and hasUnread(handle.fileno()))
