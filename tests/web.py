"""An http server on the in-memory network, and plain clients for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nodecompat import http
from nodecompat.testing import Network, Peer, network

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


class Web:
    """A server that listens on port 80, what it logged, and its network."""

    def __init__(self, net: Network, server: Any) -> None:
        self.net = net
        self.server = server
        self.log: list[Any] = []

    def connect(self) -> Peer:
        peer = self.net.connect(80)
        self.net.run()
        return peer

    def ask(self, *segments: bytes, peer: Peer | None = None) -> bytes:
        """Send segments and return what comes back at once, with the date left out."""
        peer = peer or self.connect()
        for segment in segments:
            peer.send(segment)
            self.net.run()
        return undated(peer.take())

    def watch(self, emitter: Any, *names: str, prefix: str = "") -> Any:
        """Log events by their names."""
        for name in names:
            emitter.on(name, lambda *args, name=name: self.log.append(prefix + name))
        return emitter


def undated(text: bytes) -> bytes:
    """The bytes without the line of the date."""
    return re.sub(rb"Date: [^\r]+\r\n", b"", text)


@contextmanager
def web(handler: Callable[..., Any] | None = None, **options: Any) -> Iterator[Web]:
    """A server with these options; `handler(req, res)` or, with a third argument, `handler(req, res, web)`."""
    with network() as net:
        server = http.createServer(options)
        it = Web(net, server)
        if handler is not None:
            takes = handler.__code__.co_argcount
            server.on("request", (lambda q, r: handler(q, r, it)) if takes == 3 else handler)
        server.listen(80)
        net.run()
        yield it
        if server.listening:
            server.close()
        server.closeAllConnections()
        net.advance(1)


def ok(req: Any, res: Any) -> None:
    """A handler."""
    res.end("ok")


#: What `ok` answers to a request that keeps the connection.
OK = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok"
OK_CLOSE = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
