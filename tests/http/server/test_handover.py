"""A server's connection becomes the program's: upgrade and CONNECT, with a body and without."""

from __future__ import annotations

from typing import Any

import pytest
from web import Web, web

UPGRADE = b"GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n"
CONNECT = b"CONNECT b:80 HTTP/1.1\r\nHost: b:80\r\n"


def taking(it: Web, name: str = "upgrade") -> list[Any]:
    """What the program gets: (url, head), then each chunk of the socket."""
    got: list[Any] = []

    def onHandedOver(req: Any, socket: Any, head: bytes) -> None:
        got.append((req.url, head))
        req.on("data", lambda chunk: got.append(("body", chunk)))
        socket.on("data", got.append)
        socket.write("taken")

    it.server.on(name, onHandedOver)
    return got


@pytest.mark.parametrize(("name", "head", "url"), [("upgrade", UPGRADE, "/up"), ("connect", CONNECT, "b:80")])
def testBytesBehindTheHeadAreGivenWithTheSocket(name: str, head: bytes, url: str) -> None:
    with web() as it:
        got = taking(it, name)
        peer = it.connect()
        assert it.ask(head + b"\r\nfirst", peer=peer) == b"taken"
        assert it.ask(b"second", b"third", peer=peer) == b""
        assert got == [(url, b"first"), b"second", b"third"]
        peer.close()
        it.net.run()


def testTheServerKnowsTheConnectionNoMore() -> None:
    with web() as it:
        taking(it)
        peer = it.connect()
        it.ask(UPGRADE + b"\r\n", peer=peer)
        assert not it.server._httpConnections_
        assert it.ask(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", peer=peer) == b"", "no request any more"
        peer.close()
        it.net.run()


def testABodyThatIsWholeComesBeforeTheOtherProtocol() -> None:
    with web() as it:
        got = taking(it)
        peer = it.connect()
        it.ask(UPGRADE + b"Content-Length: 4\r\n\r\nbodyrest", peer=peer)
        assert got[0] == ("/up", b"rest")
        assert ("body", b"body") in got
        peer.close()
        it.net.run()


def testABodyThatIsNotWhole() -> None:
    """The socket is given at once; what comes first is still the body."""
    with web() as it:
        got = taking(it)
        peer = it.connect()
        it.ask(UPGRADE + b"Content-Length: 4\r\n\r\nbo", peer=peer)
        assert got[0] == ("/up", b"")
        it.ask(b"dyrest", b"more", peer=peer)
        assert b"".join(each[1] for each in got[1:] if isinstance(each, tuple)) == b"body"
        assert b"".join(each for each in got[1:] if isinstance(each, bytes)) == b"restmore"
        peer.close()
        it.net.run()


def testNobodyWantsACONNECT() -> None:
    with web() as it:
        peer = it.connect()
        assert it.ask(CONNECT + b"\r\n", peer=peer) == b""
        assert peer.ended or peer.error


def testNobodyWantsAnUpgrade() -> None:
    """Then it is a request like any other."""
    with web(lambda req, res: res.end(req.url)) as it:
        assert it.ask(UPGRADE + b"\r\n").endswith(b"/up")
