"""Messages in the swarm's programs: WebSocket on both sides, fetch, datagrams; with the rules that these have.

* A WebSocket's messages arrive whole and in order, or the connection has failed; then both sides are told.
* 'close' comes once on both sides, and nothing after it; a fetch is settled, and a body that is read is whole.
* A datagram may be lost, and no other way than the network's; it is never altered.

Where nothing goes wrong (`isQuiet`), nothing may be lost and nothing may fail.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import Any

from nodecompat import AbortController, DOMException, WebSocket, dgram, fetch, setTimeout
from nodecompat.websocket import WebSocketServer
from tools.swarmwatch import Watch, pattern

#: Ports of WebSocket, and of the same over TLS.
WEBSOCKET, DEFLATED, DATAGRAM = 8080, 8081, 53
SECURE = {WEBSOCKET: 8443, DEFLATED: 8444}
#: What a socket that closes by itself waits for the last echo, milliseconds.
_PATIENCE = 500


def message(start: int, size: int, isText: bool) -> bytes:
    """The bytes of a message, by its place."""
    data = pattern(start, size)
    return bytes(each & 0x7F for each in data) if isText else data


def datagram(who: int, number: int, size: int) -> bytes:
    """A datagram, which tells what it has to be."""
    return f"{who} {number} {size} ".encode() + pattern(who * 100 + number, size)


def _isWhole(data: bytes) -> bool:
    who, number, size, _ = data.split(b" ", 3)
    return data == datagram(int(who), int(number), int(size))


class _Order:
    """What one side has read of the messages of a connection."""

    def __init__(self, watch: Watch, name: str, sizes: list[int], isText: bool) -> None:
        self.count = self._position = 0
        self._watch, self._name, self._sizes, self._isText = watch, name, sizes, isText

    def take(self, data: bytes) -> None:
        size = self._sizes[self.count] if self.count < len(self._sizes) else -1
        if data != message(self._position, max(0, size), self._isText) or size < 0:
            self._watch.breach(
                "message", f"{self._name}: number {self.count} is {len(data)} bytes, and should be {size}"
            )
        self.count += 1
        self._position += len(data)


class MessageServers:
    """The servers that echo: they run where an operation needs them."""

    def __init__(self, watch: Watch, kinds: set[tuple[str, bool]], certificate: Callable[[], dict[str, Any]]) -> None:
        self._watch = watch
        self._websockets: weakref.WeakKeyDictionary[Any, None] = weakref.WeakKeyDictionary()
        self._servers: list[Any] = []
        for isSecure in (False, True):
            if ("websocket", isSecure) in kinds:
                for port in (WEBSOCKET, DEFLATED):
                    self._listen(port, certificate() if isSecure else None)
        if ("datagram", False) in kinds:
            socket = dgram.createSocket("udp4").bind(DATAGRAM)
            socket.on("message", lambda data, info: self._datagram(socket, data, info))
            self._servers.append(socket)
        for each in self._servers:
            watch.emitter("message server", each)
            each.on("error", _ignore)

    def _listen(self, port: int, certificate: dict[str, Any] | None) -> None:
        options: dict[str, Any] = {"port": port}
        if certificate is not None:
            from nodecompat import https  # needs the extra `tls`

            carrier = https.createServer(certificate).listen(SECURE[port])
            self._servers.append(carrier)
            options = {"server": carrier}
        server = WebSocketServer(perMessageDeflate=port == DEFLATED, **options)
        server.on("connection", self._connection)
        self._servers.append(server)

    def _connection(self, websocket: Any, request: Any) -> None:
        watch = self._watch
        watch.probe("websocket server")
        _, ending, text, sizes, pair = request.url.split("/")
        name = watch.emitter("server websocket", websocket)
        order = _Order(watch, name, [int(each) for each in sizes.split(",")], text == "text")
        self._websockets[websocket] = None
        watch.open(pair, "server")
        websocket.on("close", lambda *_: watch.closed(pair, "server"))
        websocket.on("error", _ignore)

        def onMessage(data: bytes, isBinary: bool) -> None:
            order.take(data)
            reference().send(data, {"binary": isBinary}, watch.once("websocket send"))
            if ending == "serverCloses":
                reference().close(4000, "enough")
            elif ending == "serverTerminates":
                reference().terminate()

        reference: Any = weakref.ref(websocket)
        websocket.on("message", onMessage)

    def _datagram(self, socket: Any, data: bytes, info: Any) -> None:
        if not _isWhole(data):
            self._watch.breach("datagram altered", f"at the server, {len(data)} bytes")
        socket.send(data, info["port"], info["address"], self._watch.once("datagram echo"))

    def close(self) -> None:
        for each in self._servers:
            each.close(self._watch.once("message server close"))
        for websocket in list(self._websockets):
            websocket.close()


class MessageClients:
    """The operations, and what they have made, for the end."""

    def __init__(self, watch: Watch, server: str) -> None:
        self._watch = watch
        self._server = server
        #: Host, name and what was made.
        self._made: list[tuple[str, str, Any]] = []
        self._numbers = itertools.count(1)

    # WebSocket

    def websocket(self, operation: dict[str, Any]) -> None:
        watch, sizes, ending = self._watch, operation["writes"], operation["ending"]
        pair = str(next(self._numbers))
        kind = "text" if operation["isText"] else "binary"
        port = DEFLATED if operation["isDeflated"] else WEBSOCKET
        path = "/".join((ending, kind, ",".join(map(str, sizes)), pair))
        place = f"wss://{self._server}:{SECURE[port]}" if operation["secure"] else f"ws://{self._server}:{port}"
        websocket: Any = WebSocket(f"{place}/{path}")
        websocket.binaryType = "arraybuffer"
        name = watch.target("websocket", websocket)
        self._made.append((operation["host"], name, websocket))
        waits = "" if ending == "late" else watch.begin(f"websocket {path}")
        order = _Order(watch, name, sizes, operation["isText"])
        watch.open(pair, "client")

        def send(start: int, size: int, isLast: bool) -> None:
            data = message(start, size, operation["isText"])
            websocket.send(data.decode() if operation["isText"] else data)
            if isLast and ending == "closeNow":
                websocket.close(1000)

        def onOpen(event: Any) -> None:
            position = 0
            for number, size in enumerate(sizes):
                args = (position, size, number == len(sizes) - 1)
                if operation["gap"] and number:
                    setTimeout(send, operation["gap"] * number, *args)
                else:
                    send(*args)
                position += size

        def onMessage(event: Any) -> None:
            order.take(event.data.encode() if operation["isText"] else event.data)
            if order.count == len(sizes) and ending == "close":
                websocket.close(1000)

        def onClose(event: Any) -> None:
            watch.closed(pair, "client")
            if waits:
                watch.settle(waits)
            isWhole = order.count == len(sizes) and event.wasClean and event.code == 1000
            if operation["isQuiet"] and ending == "close" and not isWhole:
                watch.breach("message lost", f"{name}: {order.count} of {len(sizes)}, code {event.code}")

        for event, listener in (("open", onOpen), ("message", onMessage), ("close", onClose)):
            websocket.addEventListener(event, listener)
        if ending == "early":
            websocket.close()

    # fetch

    def fetch(self, operation: dict[str, Any]) -> None:
        for path, body in zip(operation["paths"], operation["bodies"], strict=True):
            self._fetchOne(operation, path, body)

    def _fetchOne(self, operation: dict[str, Any], path: str, body: int) -> None:
        watch = self._watch
        waits = watch.begin(f"fetch {path}")
        _, kind, size, _ = path.split("/")
        expected = body if kind == "echo" else int(size)
        options: dict[str, Any] = {"method": "POST", "body": pattern(0, body)} if body else {}
        mayFail = not operation["isQuiet"] or operation["abort"] or kind == "broken" or (kind == "early" and body)
        if operation["abort"]:
            controller = AbortController()
            options["signal"] = controller.signal
            setTimeout(lambda: controller.abort(), operation["abort"])

        async def program() -> None:
            try:
                scheme = "https" if operation["secure"] else "http"
                response = await fetch(f"{scheme}://{self._server}{path}", options)
                if operation["read"] == "cancel":
                    reader = response.body.getReader()
                    await reader.read()
                    await reader.cancel()
                    return
                received = bytes(await response.bytes())
            except (TypeError, DOMException) as error:
                if not mayFail:
                    watch.breach("fetch", f"{path} fails without a fault: {error!r} {error.__cause__!r}")
            else:
                if received != pattern(0, expected) or kind == "broken":
                    watch.breach("bytes lost", f"fetch {path}: {len(received)} of {expected}")
            finally:
                watch.settle(waits)

        setTimeout(program, 1)

    # Datagrams

    def datagram(self, operation: dict[str, Any]) -> None:
        watch, sizes, ending, who = self._watch, operation["writes"], operation["ending"], next(self._numbers)
        socket: Any = dgram.createSocket("udp4")
        name = watch.emitter("datagram socket", socket)
        self._made.append((operation["host"], name, socket))
        socket.on("error", _ignore)
        copies = [0] * len(sizes)

        def onMessage(data: bytes, info: Any) -> None:
            number = int(data.split(b" ", 2)[1])
            if data != datagram(who, number, sizes[number]):
                watch.breach("datagram altered", f"{name}, {len(data)} bytes")
            copies[number] += 1
            if copies[number] > operation["copies"]:
                watch.breach("datagram", f"{name}: {copies[number]} copies of {number}")

        socket.on("message", onMessage)
        # As in Node, a callback is forgotten when the socket closes, or cannot be bound, before the message is sent.
        called = watch.once if ending == "late" and operation["isQuiet"] else watch.atMost

        def send(number: int) -> None:
            if name not in watch.over:
                target = () if operation["isConnected"] else (DATAGRAM, self._server)
                socket.send(datagram(who, number, sizes[number]), *target, called("datagram send"))

        def sendAll() -> None:
            for number in range(len(sizes)):
                setTimeout(send, operation["gap"] * number + 1, number)

        if operation["isConnected"]:
            # Its callback hears of the failure as well, after which there is nobody to send to.
            socket.connect(DATAGRAM, self._server, lambda error=None: error or sendAll())
        else:
            sendAll()
        if ending == "late":
            if operation["isQuiet"]:
                watch.later(lambda: 0 in copies and watch.breach("datagram lost", f"{name}: {copies}"))
        else:
            delay = 1 if ending == "early" else operation["gap"] * len(sizes) + _PATIENCE
            setTimeout(lambda: name in watch.over or socket.close(), delay)

    def close(self, host: str) -> None:
        for owner, name, made in self._made:
            if owner == host and name not in self._watch.over:
                made.close()


def _ignore(*args: Any) -> None:
    """The error of something that may fail."""
