"""Servers that end: what has begun is answered, nothing new is taken, and the grace time is kept."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from web import GET, OK, OK_CLOSE, Web, ok, undated, web

from nodecompat import net
from nodecompat.serving.shutdown import LINGER, Draining
from nodecompat.testing import Network, network

POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"
GRACE = 5000.0


class Ending:
    """A server with its Draining, and when it was over."""

    def __init__(self, it: Web) -> None:
        self.it = it
        self.draining = Draining(it.server)
        self.over = False

    def begin(self, grace: float = GRACE) -> None:
        self.draining.end(grace, self._onOver)
        self.it.net.run()

    def _onOver(self) -> None:
        assert not self.over
        self.over = True

    def advance(self, ms: float) -> None:
        self.it.net.advance(ms)
        self.it.net.run()


@contextmanager
def ending(handler: Callable[..., Any] | None = None, **options: Any) -> Iterator[tuple[Web, Ending]]:
    with web(None if handler is None else lambda req, res: handler(req, res), **options) as it:
        yield it, Ending(it)


class Later:
    """A handler that answers when it is told."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []

    def __call__(self, req: Any, res: Any) -> None:
        self.waiting.append(res)

    def answer(self, it: Web, index: int = 0) -> None:
        self.waiting.pop(index).end("ok")
        it.net.run()


def testWithoutConnectionsItIsOverAtOnce() -> None:
    with ending(ok) as (_, end):
        end.begin()
        assert end.over


def testPipelinedRequestsAreAnsweredThoughTheirAnswersAreAtOnce() -> None:
    later = Later()
    handlers = [later, ok, ok]
    with ending(lambda req, res: handlers.pop(0)(req, res)) as (it, end):
        peer = it.connect()
        end.begin()
        assert it.ask(GET * 3, peer=peer) == b""
        later.answer(it)
        assert undated(peer.take()) == OK * 2 + OK_CLOSE
        assert end.over


def testNobodyIsAcceptedAnyMore() -> None:
    later = Later()
    with ending(later) as (it, end):
        peer = it.connect()
        it.ask(GET, peer=peer)
        end.begin()
        late = it.net.connect(80)
        it.net.run()
        assert late.status == -errno.ECONNREFUSED


def testARunningRequestIsAnsweredAsTheLastOne() -> None:
    later = Later()
    with ending(later) as (it, end):
        peer = it.connect()
        it.ask(GET, peer=peer)
        end.begin()
        end.advance(LINGER * 2)
        assert not end.over
        later.answer(it)
        assert undated(peer.take()) == OK_CLOSE
        assert peer.ended and end.over


def testARequestThatIsHalfReadIsAnswered() -> None:
    with ending(lambda req, res: req.resume().on("end", lambda: res.end("ok"))) as (it, end):
        peer = it.connect()
        it.ask(POST + b"ab", peer=peer)
        end.begin()
        end.advance(LINGER * 2)
        assert it.ask(b"cd", peer=peer) == OK_CLOSE
        assert end.over


def testAHeadThatIsHalfReadIsAnswered() -> None:
    with ending(ok) as (it, end):
        peer = it.connect()
        it.ask(GET[:10], peer=peer)
        end.begin()
        end.advance(LINGER * 2)
        assert it.ask(GET[10:], peer=peer) == OK_CLOSE


def testARequestOnAnIdleConnectionIsStillAnswered() -> None:
    with ending(ok) as (it, end):
        peer = it.connect()
        assert it.ask(GET, peer=peer) == OK
        end.begin()
        end.advance(LINGER / 2)
        assert not end.over and not peer.ended
        assert it.ask(GET, peer=peer) == OK_CLOSE
        assert end.over


@pytest.mark.parametrize("first", [b"", GET], ids=["fresh", "idle"])
def testQuietConnectionsAreClosedAfterAMoment(first: bytes) -> None:
    with ending(ok) as (it, end):
        peer = it.connect()
        if first:
            it.ask(first, peer=peer)
        end.begin()
        end.advance(LINGER - 1)
        assert not peer.ended
        end.advance(1)
        assert peer.ended and end.over


def testTheMomentIsAtMostHalfTheGraceTime() -> None:
    with ending(ok) as (it, end):
        peer = it.connect()
        end.begin(100)
        end.advance(50)
        assert peer.ended and end.over


def testAConnectionThatTheProgramKeepsIsClosedWhenItIsQuiet() -> None:
    """The program has said keep-alive itself."""
    later = Later()
    with ending(later) as (it, end):
        peer = it.connect()
        it.ask(GET, peer=peer)
        end.begin()
        end.advance(LINGER)
        later.waiting[0].setHeader("Connection", "keep-alive")
        later.answer(it)
        assert not peer.ended
        end.advance(100)
        assert peer.ended and end.over


def testOnlyTheLastOfPipelinedAnswersEndsTheConnection() -> None:
    later = Later()
    with ending(later) as (it, end):
        peer = it.connect()
        it.ask(GET * 2, peer=peer)
        end.begin()
        it.ask(GET, peer=peer)  # and one more, while the others wait
        for _ in range(3):
            later.answer(it)
        assert undated(peer.take()) == OK + OK + OK_CLOSE
        assert end.over


def testAnUpgradedConnectionHasTheGraceTime() -> None:
    with ending() as (it, end):
        sockets: list[Any] = []
        it.server.on("upgrade", lambda req, socket, head: sockets.append(socket))
        peer = it.connect()
        it.ask(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", peer=peer)
        end.begin()
        end.advance(GRACE - 1)
        assert not peer.ended and not end.over
        end.advance(1)
        assert end.over and end.draining.cutOff == 1


def testWhatIsLeftIsCutOffWhenTheGraceTimeIsOver() -> None:
    later = Later()
    with ending(later) as (it, end):
        for _ in range(3):
            it.ask(GET, peer=it.connect())
        end.begin()
        later.answer(it)
        end.advance(GRACE - 1)
        assert not end.over
        end.advance(1)
        assert end.over and end.draining.cutOff == 2


def testCut() -> None:
    """A second signal: nothing is waited for."""
    later = Later()
    with ending(later) as (it, end):
        it.ask(GET, peer=it.connect())
        end.begin()
        end.draining.cut()
        it.net.run()
        assert end.over


def testCutBeforeAnythingElse() -> None:
    with ending(Later()) as (it, end):
        it.ask(GET, peer=it.connect())
        end.draining.end(GRACE, end._onOver)
        end.draining.cut()
        it.net.run()
        assert end.over


def testAServerThatItsProgramHasClosedIsWaitedFor() -> None:
    later = Later()
    with ending(later) as (it, end):
        peer = it.connect()
        it.ask(GET, peer=peer)
        it.server.close()
        end.begin()
        assert not end.over
        later.answer(it)
        assert undated(peer.take()) == OK_CLOSE
        assert end.over


def testEndTwice() -> None:
    with ending(ok) as (it, end):
        it.connect()
        end.begin()
        calls: list[str] = []
        end.draining.end(GRACE, lambda: calls.append("second"))
        end.advance(LINGER)
        assert end.over and calls == ["second"]
        end.draining.end(GRACE, lambda: calls.append("third"))
        assert calls == ["second", "third"]


def testASlowRequestIsStillTimedOutMeanwhile() -> None:
    with ending(ok, headersTimeout=1000, requestTimeout=1000, connectionsCheckingInterval=100) as (it, end):
        peer = it.connect()
        it.ask(GET[:10], peer=peer)
        end.begin()
        end.advance(1200)
        assert peer.take().startswith(b"HTTP/1.1 408 ")
        assert end.over


@pytest.fixture
def wire() -> Iterator[Network]:
    with network() as made:
        yield made


def testConnectionsOfNetHaveTheGraceTime(wire: Network) -> None:
    server = net.createServer({"allowHalfOpen": True}, lambda socket: socket.pipe(socket))
    draining = Draining(server)
    server.listen(80)
    wire.run()
    first, second = wire.connect(80), wire.connect(80)
    wire.run()
    over: list[bool] = []
    draining.end(GRACE, lambda: over.append(True))
    wire.run()
    first.send(b"x")
    first.end()
    wire.run()
    assert first.take() == b"x" and first.ended and draining.connections == 1
    wire.advance(GRACE)
    assert over and second.ended and draining.cutOff == 1
