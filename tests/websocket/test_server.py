"""WebSocketServer: its options and events; on the simulated network."""

from __future__ import annotations

from typing import Any

import pytest
import websocketcases as cases
from websocketbed import ServerBed, request

from nodecompat import http
from nodecompat.errors import NodeError
from nodecompat.testing import Network
from nodecompat.websocket import WebSocket, WebSocketServer


@pytest.mark.parametrize("options", [{}, {"port": 1, "noServer": True}, {"server": object(), "noServer": True}])
def testOneOfThree(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="One and only one of"):
        WebSocketServer(options)


def testItsOwnServer(net: Network, log: list[Any]) -> None:
    server = WebSocketServer({"port": 80}, lambda: log.append("callback"))
    server.on("listening", lambda: log.append("listening"))
    net.run()
    assert log == ["callback", "listening"] and server.address().port == 80
    peer = net.connect(80)
    peer.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    net.run()
    assert peer.take().startswith(
        b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 16\r\nContent-Type: text/plain\r\n"
    )


def testAPortThatIsTaken(net: Network, log: list[Any]) -> None:
    ServerBed(net)
    WebSocketServer(port=80).on("error", lambda error: log.append(error.code))
    net.run()
    assert log == ["EADDRINUSE"]


def testAGivenServer(net: Network, log: list[Any]) -> None:
    server = http.createServer(lambda req, res: res.end("page")).listen(80)
    bed = ServerBed(net, server=server, port=None)
    peer, _ = bed.open()
    bed.server.on("close", lambda: log.append("close"))
    bed.server.close()
    net.run()
    assert log == [] and server.listening
    bed.send(peer, cases.closing(1000))
    peer.end()
    net.run()
    assert log == ["close"] and server.listenerCount("upgrade") == 0


def testNoServer(net: Network, log: list[Any]) -> None:
    first, second = WebSocketServer(noServer=True), WebSocketServer(noServer=True, clientTracking=False)
    server = http.createServer().listen(80)

    @server.on("upgrade")
    def onUpgrade(req: Any, socket: Any, head: bytes) -> None:
        chosen = first if req.url == "/first" else second
        chosen.handleUpgrade(req, socket, head, lambda ws, req: log.append((chosen, ws, req.url)))

    net.run()
    for path in ("/first", "/second"):
        peer = net.connect(80)
        peer.send(request(path))
    net.run()
    assert [(chosen, url) for chosen, _, url in log] == [(first, "/first"), (second, "/second")]
    assert first.clients == {log[0][1]} and second.clients is None
    with pytest.raises(NodeError, match='operating in "noServer" mode'):
        first.address()


def testTwiceIsOnceTooOften(net: Network, log: list[Any]) -> None:
    wss, server = WebSocketServer(noServer=True), http.createServer().listen(80)

    @server.on("upgrade")
    def onUpgrade(req: Any, socket: Any, head: bytes) -> None:
        wss.handleUpgrade(req, socket, head, lambda ws: log.append(ws))
        with pytest.raises(NodeError, match="called more than once with the same socket"):
            wss.handleUpgrade(req, socket, head, lambda ws: log.append(ws))

    net.run()
    net.connect(80).send(request())
    net.run()
    assert len(log) == 1


def testThePath(net: Network) -> None:
    bed = ServerBed(net, path="/chat")
    assert bed.connect(path="/chat?a=b").take().startswith(b"HTTP/1.1 101 ")
    for path in ("/", "/chat/", "/Chat"):
        assert bed.connect(path=path).take().endswith(b"\r\n\r\nBad Request")


def testTheProtocol(net: Network, log: list[Any]) -> None:
    bed = ServerBed(net)
    assert b"\r\nSec-WebSocket-Protocol: a\r\n" in bed.connect(sec_websocket_protocol="a, b").take()
    assert bed.sockets[0].protocol == "a"


@pytest.mark.parametrize("chosen, line", [("b", True), ("", False), (False, False), (None, False)])
def testTheProgramChoosesTheProtocol(net: Network, chosen: Any, line: bool) -> None:
    bed = ServerBed(net, handleProtocols=lambda protocols, req: chosen if protocols == ["a", "b"] else 1 / 0)
    assert (b"\r\nSec-WebSocket-Protocol: b\r\n" in bed.connect(sec_websocket_protocol="a, b").take()) is line
    assert bed.sockets[0].protocol == (chosen or "")


def testTheHeaders(net: Network) -> None:
    bed = ServerBed(net)
    bed.server.on("headers", lambda headers, req: headers.append(f"X-Path: {req.url}"))
    assert bed.connect(path="/p").take().endswith(b"\r\nX-Path: /p\r\n\r\n")


@pytest.mark.parametrize("verdict", [True, False])
def testTheClientIsVerified(net: Network, verdict: bool) -> None:
    asked: list[Any] = []

    def verify(info: Any) -> bool:
        asked.append((info["origin"], info["secure"], info["req"].url))
        return verdict

    bed = ServerBed(net, verifyClient=verify)
    answer = bed.connect(origin="http://b").take()
    assert answer.startswith(b"HTTP/1.1 101 " if verdict else b"HTTP/1.1 401 Unauthorized\r\n")
    assert asked == [("http://b", False, "/")]


def testTheClientIsVerifiedLater(net: Network) -> None:
    waiting: list[Any] = []
    bed = ServerBed(net, verifyClient=lambda info, callback: waiting.append(callback))
    peer, other = bed.connect(), bed.connect()
    assert peer.take() == other.take() == b""
    waiting[0](True)
    waiting[1](False, 403, "no", {"X-A": "b"})
    net.run()
    assert peer.take().startswith(b"HTTP/1.1 101 ")
    assert other.take() == (
        b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: 2\r\n"
        b"X-A: b\r\n\r\nno"
    )


def testAClientThatHasGoneMeanwhile(net: Network) -> None:
    waiting: list[Any] = []
    bed = ServerBed(net, verifyClient=lambda info, callback: waiting.append(callback))
    bed.connect().reset()
    net.run()
    waiting[0](True)
    net.run()
    assert bed.sockets == []


def testWhatIsNoHandshakeIsTold(net: Network, log: list[Any]) -> None:
    bed = ServerBed(net)

    @bed.server.on("wsClientError")
    def onError(error: Any, socket: Any, req: Any) -> None:
        log.append((error.message, req.url))
        socket.destroy()

    assert bed.connect(method="POST").take() == b"" and log == [("Invalid HTTP method", "/")]


def testClients(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    bed.open()
    assert bed.server.clients == set(bed.sockets)
    peer.reset()
    net.run()
    assert ws not in bed.server.clients and len(bed.server.clients) == 1


def testClientsAreInTheOrderInWhichTheyCame(net: Network) -> None:
    bed = ServerBed(net)
    peers = [bed.open()[0] for _ in range(20)]
    assert [*bed.server.clients] == bed.sockets
    peers[3].reset()
    net.run()
    bed.open()
    came = bed.sockets[:3] + bed.sockets[4:]
    assert [*bed.server.clients] == came and repr(bed.server.clients) == f"{{{repr(came)[1:-1]}}}"


def testClose(net: Network, log: list[Any]) -> None:
    bed = ServerBed(net)
    peer, _ = bed.open()
    bed.server.on("close", lambda: log.append("close"))
    bed.server.close(lambda: log.append("callback"))
    bed.server.close(lambda: log.append("second"))
    net.run()
    assert log == [] and net.connect(80) is not None
    peer.reset()
    net.run()
    assert log == ["close", "callback", "second"] and bed.server.address() is None
    bed.server.close(lambda error: log.append(error.message))
    net.run()
    assert log[3:] == ["close", "The server is not running"]


def testTheCallbackOfCloseTakesAsManyArgumentsAsItWants(net: Network, log: list[Any]) -> None:
    server = WebSocketServer(noServer=True)
    server.close(log.append)
    net.run()
    server.close(lambda: log.append("again"))
    net.run()
    assert log == [None, "again"]


def testAServerThatClosesTakesNobody(net: Network) -> None:
    wss, server = WebSocketServer(noServer=True), http.createServer().listen(80)
    server.on("upgrade", lambda req, socket, head: wss.handleUpgrade(req, socket, head, lambda ws: 1 / 0))
    wss.close()
    net.run()
    peer = net.connect(80)
    peer.send(request())
    net.run()
    assert peer.take().startswith(b"HTTP/1.1 503 Service Unavailable\r\n")


def testAClassOfItsOwn(net: Network) -> None:
    class Mine(WebSocket):
        pass

    bed = ServerBed(net, WebSocket=Mine)
    assert isinstance(bed.open()[1], Mine)


def testWhoSendsNeedNotLookAtTheError(net: Network, log: list[Any]) -> None:
    _, ws = ServerBed(net).open()
    ws.send("x", lambda: log.append("send"))
    ws.ping("x", lambda: log.append("ping"))
    ws.pong("x", lambda: log.append("pong"))
    net.run()
    ws.terminate()
    net.run()
    ws.send("x", lambda: log.append("late"))
    net.run()
    assert log == ["send", "ping", "pong", "late"]
