"""A TLS server and its clients on the in-memory network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tls import certificates

from nodecompat import tls
from nodecompat.testing import Network, network

PORT = 443
EVENTS = ("connect", "ready", "secureConnect", "data", "end", "error", "close")


class Bed:
    """A server with a certificate for 127.0.0.1, what it and its clients told, and their network."""

    #: Somebody listens for 'connection'. Else the server makes no socket for what is below TLS.
    seesSockets = True

    def __init__(self, net: Network, options: dict[str, Any]) -> None:
        self.net = net
        self.made = options.pop("made", None) or certificates.make()
        self.log: list[Any] = []
        #: The sockets of 'secureConnection'.
        self.accepted: list[Any] = []
        #: What clients were told with 'session'.
        self.sessions: list[bytes] = []
        self.server = tls.createServer({"cert": self.made.cert, "key": self.made.key, **options})
        self.server.on("secureConnection", self.accepted.append)
        self.watch("server", self.server, *("connection",) * self.seesSockets, "secureConnection", "tlsClientError")
        #: What is told of a connection before its handshake.
        self.accepts = ["server connection"] * self.seesSockets
        self.server.listen(PORT)
        net.run()

    def watch(self, who: str, emitter: Any, *events: str) -> Any:
        """Log events as `"who event"`, an error as `"who event CODE"`, data as `("who data", bytes)`."""
        for event in events:
            emitter.on(event, lambda *args, event=event: self.log.append(_told(f"{who} {event}", args)))
        return emitter

    def connect(self, **options: Any) -> Any:
        """A watched client that trusts the server's authority, and the network run until nothing happens."""
        given = {"port": PORT, "host": "127.0.0.1", "ca": self.made.ca, **options}
        client = self.watch("client", tls.connect({k: v for k, v in given.items() if v is not ...}), *EVENTS)
        client.on("session", self.sessions.append)
        self.net.run()
        return client

    def pair(self, **options: Any) -> tuple[Any, Any]:
        """A client and the server's socket, connected. The log is empty."""
        client = self.connect(**options)
        assert self.accepted, self.log
        self.log.clear()
        return client, self.accepted[-1]


def _told(name: str, args: tuple[Any, ...]) -> Any:
    first = args[0] if args else None
    if isinstance(first, BaseException):
        return f"{name} {getattr(first, 'code', None)}"
    return (name, first) if isinstance(first, bytes) else name


@contextmanager
def bed(**options: Any) -> Iterator[Bed]:
    """A server with these options; `made` is its certificate."""
    with network() as net:
        it = Bed(net, options)
        yield it
        for socket in it.accepted:
            socket.destroy()
        it.server.close()
        net.run()
