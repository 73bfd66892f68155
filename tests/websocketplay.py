"""Plays the cases of websocketcases.py here: the events of the side under test, and the frames that it sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import websocketcases as cases
from twisted.internet.defer import Deferred

from nodecompat import WebSocket, net, setImmediate, websocket
from nodecompat.websocket.protocol.headers import acceptFor

REQUEST = (
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
_EXTENSION = "Sec-WebSocket-Extensions: permessage-deflate\r\n"


def send(socket: Any, pieces: list[bytes]) -> None:
    """Write the pieces, each in a turn of its own."""
    if pieces and not socket.destroyed and socket.writable:
        socket.write(pieces.pop(0))
        setImmediate(send, socket, pieces)


class Answer:
    """What came of a case: it fires when both sides are closed."""

    def __init__(self, masked: bool) -> None:
        self.events: list[Any] = []
        self.sent = bytearray()
        self.over: Deferred[dict[str, Any]] = Deferred()
        self._left = 2
        self._masked = masked

    def end(self) -> None:
        self._left -= 1
        if not self._left:
            sent = bytes(self.sent) if self._masked else bytes(self.sent).partition(b"\r\n\r\n")[2]
            self.over.callback({"events": self.events, "sent": list(cases.framesIn(sent, self._masked))})


async def playServer(name: str) -> Any:
    """A WebSocketServer against a raw client."""
    answer, isDeflated = Answer(False), name in cases.DEFLATED
    server = websocket.WebSocketServer(
        port=0,
        host="127.0.0.1",
        maxPayload=cases.MAX_PAYLOAD,
        maxFragments=cases.MAX_FRAGMENTS,
        perMessageDeflate=isDeflated,
    )
    server.on("connection", lambda ws: _hear(ws, answer))

    @server.on("listening")
    def onListening() -> None:
        socket = net.connect(server.address().port, "127.0.0.1")
        socket.write(REQUEST + (_EXTENSION if isDeflated else "") + "\r\n")
        socket.once("data", lambda: send(socket, cases.segments(cases.CASES[name], True)))
        socket.on("data", answer.sent.extend)
        socket.on("error", lambda: None)
        socket.on("close", answer.end)

    result = await answer.over
    server.close()
    return result


def _hear(ws: Any, answer: Answer) -> None:
    events = answer.events

    def onMessage(data: Any, isBinary: bool) -> None:
        events.append(["message", isBinary, cases.shown(data)])
        ws.send(data, {"binary": isBinary, "compress": False})

    def onClose(code: int, reason: bytes) -> None:
        events.append(["close", code, cases.shown(reason), ws.readyState])
        answer.end()

    ws.on("message", onMessage)
    ws.on("ping", lambda data: events.append(["ping", cases.shown(data)]))
    ws.on("pong", lambda data: events.append(["pong", cases.shown(data)]))
    ws.on("error", lambda error: events.append(["error", error.name, error.code, error.message]))
    ws.on("close", onClose)


async def playClient(name: str) -> Any:
    """Node's global against a raw server."""
    answer, isDeflated = Answer(True), name in cases.DEFLATED

    def onConnection(socket: Any) -> None:
        socket.on("error", lambda: None)
        socket.on("close", answer.end)

        def onData(data: bytes) -> None:
            answer.sent += data
            if any(first == cases.CLOSE for first, _ in _framesSoFar(answer.sent)):
                socket.end()

        def onHead(head: bytes) -> None:
            key = re.search(rb"sec-websocket-key: (.*)\r", head)
            assert key is not None
            socket.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Accept: {acceptFor(key[1].decode())}\r\n{_EXTENSION if isDeflated else ''}\r\n"
            )
            socket.on("data", onData)
            setImmediate(send, socket, cases.segments(cases.CASES[name], False))

        socket.once("data", onHead)

    server = net.createServer(onConnection)
    server.listen(0, "127.0.0.1", lambda: _connect(server.address().port, answer))
    result = await answer.over
    server.close()
    return result


def _framesSoFar(data: bytes) -> list[Any]:
    found: list[Any] = []
    try:
        found.extend(cases.framesIn(bytes(data), True))
    except (AssertionError, IndexError):
        return []  # the rest of it is on its way
    return found


def _connect(port: int, answer: Answer) -> None:
    events = answer.events
    ws = WebSocket(f"ws://127.0.0.1:{port}/")
    ws.binaryType = "arraybuffer"

    def onMessage(event: Any) -> None:
        events.append(["message", not isinstance(event.data, str), cases.shown(event.data)])
        ws.send(event.data)

    def onClose(event: Any) -> None:
        events.append(["close", event.code, cases.shown(event.reason), event.wasClean, ws.readyState])
        answer.end()

    ws.onopen = lambda: events.append(["open", ws.readyState])
    ws.onmessage = onMessage
    ws.onerror = lambda event: events.append(["error", event.error.name, event.message])
    ws.onclose = onClose


PLAYERS: dict[str, Callable[[str], Any]] = {"server": playServer, "client": playClient}
