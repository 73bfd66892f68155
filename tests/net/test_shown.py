"""What repr() says of sockets, servers, requests and responses."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import http, net
from nodecompat.net.options import AddressInfo
from nodecompat.net.shown import endText, sizeText
from nodecompat.testing import Network


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (340, "340 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1234, "1.2 kB"),
        (9960, "10 kB"),
        (999_700, "1.0 MB"),
        (15_000_000, "15 MB"),
        (2 * 10**15, "2000 TB"),
    ],
)
def testSizes(count: int, text: str) -> None:
    assert sizeText(count) == text


def testEnds() -> None:
    assert endText(AddressInfo("127.0.0.1", "IPv4", 80)) == "127.0.0.1:80"
    assert endText(AddressInfo("::1", "IPv6", 80)) == "[::1]:80"
    assert endText(None) == "?"


def testASocketAndAServer(wire: Network) -> None:
    peers: list[net.Socket] = []
    server = net.createServer(peers.append)
    assert repr(server) == "<Server not listening, 0 connections>"
    server.listen(80, "127.0.0.1")
    wire.run()
    assert repr(server) == "<Server listening on 127.0.0.1:80, 0 connections>"
    socket = net.connect(80, "127.0.0.1")
    assert repr(socket).startswith("<Socket") and "opening" in repr(socket)
    wire.run()
    socket.write(b"x" * 1234)
    peers[0].write(b"y" * 340)
    wire.run()
    local = socket.localPort
    assert repr(socket) == f"<Socket 127.0.0.1:{local} → 127.0.0.1:80 open, 340 B in, 1.2 kB out>"
    assert repr(peers[0]) == f"<Socket 127.0.0.1:80 → 127.0.0.1:{local} open, 1.2 kB in, 340 B out>"
    assert repr(server) == "<Server listening on 127.0.0.1:80, 1 connection>"
    socket.destroy()
    wire.run()
    assert "destroyed" in repr(socket)


def testWhatIsHalfMadeHasARepr() -> None:
    for kind in (net.Socket, net.Server, http.IncomingMessage, http.ServerResponse, http.ClientRequest):
        assert kind.__name__ in repr(kind.__new__(kind))


def testARequestAndItsResponse(wire: Network) -> None:
    said: list[str] = []

    def onRequest(req: http.IncomingMessage, res: http.ServerResponse) -> None:
        said.append(repr(req))
        said.append(repr(res))
        res.end("x")
        said.append(repr(res))

    def onResponse(res: http.IncomingMessage) -> None:
        said.append(repr(res))
        res.resume()

    http.createServer(onRequest).listen(80, "127.0.0.1")
    wire.run()
    request = http.get("http://127.0.0.1/a%0Ab?c", onResponse)
    said.append(repr(request))
    wire.run()
    said.append(repr(request))
    for each in said:
        print(each)
    assert said[0] == "<ClientRequest GET http://127.0.0.1/a%0Ab?c, not sent>"
    assert said[1].startswith("<IncomingMessage GET /a%0Ab?c, ")
    assert said[2] == "<ServerResponse 200 to GET /a%0Ab?c, nothing sent>"
    assert said[4].startswith("<IncomingMessage 200 OK, ")
    assert said[5] == "<ClientRequest GET http://127.0.0.1/a%0Ab?c, answered with 200>"


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"port": 8000}, "localhost:8000"),
        ({"port": "80"}, "localhost"),
        ({"host": "::1", "port": 8000}, "[::1]:8000"),
        ({"port": 443, "defaultPort": 443}, "localhost:443"),
    ],
)
def testARequestThatIsNotSentYetShowsItsPort(wire: Network, options: dict[str, Any], place: str) -> None:
    request = http.request({**options, "path": "/a"})
    request.on("error", lambda _: None)
    assert repr(request) == f"<ClientRequest GET http://{place}/a, not sent>"
    request.destroy()
    assert repr(request) == f"<ClientRequest GET http://{place}/a, destroyed>"
