"""WebSockets on the simulated network: a server with a raw client, a client with a raw server."""

from __future__ import annotations

import re
from typing import Any

import websocketcases as cases

from nodecompat import WebSocket, websocket
from nodecompat.testing import Network
from nodecompat.websocket.protocol.headers import acceptFor

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def request(path: str = "/", method: str = "GET", **fields: str | None) -> bytes:
    """The handshake of a client; None leaves a field out."""
    given: dict[str, str | None] = {
        "host": "a",
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-key": KEY,
        "sec-websocket-version": "13",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")


class ServerBed:
    """A WebSocketServer on port 80. `log` has what its connections emit."""

    def __init__(self, net: Network, **options: Any) -> None:
        self.net, self.log = net, []  # type: ignore[var-annotated]
        self.sockets: list[Any] = []
        self.server = websocket.WebSocketServer({"port": 80, **options} if "noServer" not in options else options)
        self.server.on("connection", self.onConnection)
        net.run()

    def onConnection(self, ws: Any, req: Any = None) -> None:
        self.sockets.append(ws)
        for event in ("message", "ping", "pong", "close"):
            ws.on(event, lambda *args, event=event: self.log.append((event, *args)))
        ws.on("error", lambda error: self.log.append(("error", error.code)))

    def connect(self, **fields: Any) -> Any:
        """A raw client, and the answer to its handshake in `head`."""
        peer = self.net.connect(80)
        peer.send(request(**fields))
        self.net.run()
        return peer

    def open(self, **fields: Any) -> tuple[Any, Any]:
        """A raw client and its WebSocket, past the handshake."""
        peer = self.connect(**fields)
        assert peer.take().startswith(b"HTTP/1.1 101 ")
        return peer, self.sockets[-1]

    def send(self, peer: Any, *frames: Any) -> None:
        """Let the client send frames."""
        peer.send(b"".join(cases.frame(first, payload, True) for first, payload in frames))
        self.net.run()

    def sent(self, peer: Any) -> list[Any]:
        """The frames that the client has got: first byte and payload."""
        return [tuple(each) for each in cases.framesIn(peer.take(), False)]


class ClientBed:
    """A raw server, or proxy, and Node's WebSocket. `log` has the events."""

    def __init__(
        self, net: Network, *args: Any, url: str = "ws://127.0.0.1:80/", port: int = 80, **keywords: Any
    ) -> None:
        self.net, self.log = net, []  # type: ignore[var-annotated]
        self.listening = net.listen(port)
        self.ws = WebSocket(url, *args, **keywords)
        self.ws.binaryType = "arraybuffer"
        self.ws.onopen = lambda: self.log.append("open")
        self.ws.onmessage = lambda event: self.log.append(event.data)
        self.ws.onerror = lambda event: self.log.append(("error", str(event.error.__cause__)))
        self.ws.onclose = lambda event: self.log.append((event.code, event.reason, event.wasClean))

    @property
    def peer(self) -> Any:
        return self.listening.peers[0]

    def head(self) -> bytes:
        """What the client asks."""
        self.net.run()
        head: bytes = self.peer.take()
        return head

    def answer(self, *frames: Any, status: str = "101 Switching Protocols", **fields: str | None) -> ClientBed:
        """Answer the handshake; None leaves a field out. Frames may follow at once."""
        found = re.search(rb"sec-websocket-key: (.*)\r", self.head())
        assert found is not None
        given: dict[str, str | None] = {
            "upgrade": "websocket",
            "connection": "Upgrade",
            "sec-websocket-accept": acceptFor(found[1].decode()),
            **{name.replace("_", "-"): value for name, value in fields.items()},
        }
        lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
        head = "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()
        self.peer.send(head + b"".join(cases.frame(*each) for each in frames))
        self.net.run()
        return self

    def send(self, *frames: Any) -> None:
        """Let the server send frames."""
        self.peer.send(b"".join(cases.frame(*each) for each in frames))
        self.net.run()

    def sent(self) -> list[Any]:
        """The frames that the server has got."""
        self.net.run()
        return [tuple(each) for each in cases.framesIn(self.peer.take(), True)]
