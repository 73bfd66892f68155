"""A server that is about to stop: each answer is the last of its connection."""

from __future__ import annotations

from typing import Any

import pytest
from web import GET, Web, web

from nodecompat.http.server.draining import HTTPDraining, isQuiet


@pytest.fixture
def waiting() -> Any:
    """Answers that the test sends."""
    return []


def connectionsOf(it: Web) -> list[Any]:
    return list(it.server._httpConnections_)


def isLast(answer: bytes) -> bool:
    assert answer.startswith(b"HTTP/1.1 200 ")
    return b"Connection: close\r\n" in answer


def testARequestThatComesNowIsTheLast() -> None:
    with web(lambda req, res: res.end("ok")) as it:
        peer = it.connect()
        assert not isLast(it.ask(GET, peer=peer))
        HTTPDraining(it.server)
        assert isLast(it.ask(GET, peer=peer))
        assert peer.ended


def testAnAnswerThatIsDueIsTheLast(waiting: list[Any]) -> None:
    with web(lambda req, res: waiting.append(res)) as it:
        peer = it.connect()
        it.ask(GET, peer=peer)
        HTTPDraining(it.server)
        waiting[0].end("ok")
        it.net.run()
        assert isLast(peer.take())


def testAnAnswerThatHasBegunCannotSaySo(waiting: list[Any]) -> None:
    def handler(req: Any, res: Any) -> None:
        waiting.append(res)
        res.writeHead(200, {"Content-Length": 2})
        res.write("o")

    with web(handler) as it:
        peer = it.connect()
        begun = it.ask(GET, peer=peer)
        HTTPDraining(it.server)
        waiting[0].end("k")
        it.net.run()
        assert not isLast(begun)
        assert (peer.take(), peer.ended) == (b"k", False)


def testOfPipelinedRequestsTheNewestIsTheLast(waiting: list[Any]) -> None:
    with web(lambda req, res: waiting.append(res)) as it:
        peer = it.connect()
        it.ask(GET, peer=peer)
        HTTPDraining(it.server)
        it.ask(GET, GET, peer=peer)
        for res in waiting:
            res.end("ok")
        it.net.run()
        answers = peer.take().split(b"HTTP/1.1 ")[1:]
        assert [b"Connection: close\r\n" in answer for answer in answers] == [False, False, True]


def testQuietConnectionsAreClosed(waiting: list[Any]) -> None:
    """Those on which nothing has begun: not one that owes an answer, nor one that has sent a part of a request."""
    with web(lambda req, res: waiting.append(res)) as it:
        idle, asking, beginning = it.connect(), it.connect(), it.connect()
        it.ask(GET, peer=asking)
        it.ask(b"GET / HT", peer=beginning)
        assert sorted(map(isQuiet, connectionsOf(it))) == [False, False, True]
        HTTPDraining(it.server).closeQuiet()
        it.net.run()
        assert [peer.ended for peer in (idle, asking, beginning)] == [True, False, False]
        assert len(connectionsOf(it)) == 2


def testAfterwardsNothingIsLeftOnTheServer() -> None:
    with web(lambda req, res: res.end("ok")) as it:
        before = it.server.listenerCount("request")
        draining = HTTPDraining(it.server)
        assert it.server.listenerCount("request") == before + 1
        it.server.close()
        draining.finish()
        it.net.run()
        assert it.server.listenerCount("request") == before


def testTheOtherEventsThatBringARequest() -> None:
    with web(lambda req, res: res.end("ok")) as it:
        it.server.on("checkContinue", lambda req, res: res.end("no need"))
        HTTPDraining(it.server)
        answer = it.ask(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert b"Connection: close\r\n" in answer
