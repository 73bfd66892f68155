"""One request and its answer as plain calls: what the receiver hears, time limits, giving up, bodies in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nodecompat import http
from nodecompat.http.client import exchange
from nodecompat.http.client.exchange import Exchange, Head
from nodecompat.testing import Network, network

OK = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\n"


class Bed:
    """A raw server on port 80, and a receiver that writes down what it hears."""

    def __init__(self, net: Network) -> None:
        self.net, self.log, self.streams, self.received = net, [], [], b""
        self.agent = http.Agent(keepAlive=True)
        handle = net.tcpServer()
        handle.bind("127.0.0.1", 80)
        handle.listen(511)
        handle.onconnection = self.accept

    def accept(self, status: int, stream: Any) -> None:
        def onData(data: bytes) -> None:
            self.received += data

        stream.onread, stream.onreadend = onData, lambda status: stream.close()
        stream.readStart()
        self.streams.append(stream)

    def ask(self, body: Any = None, **options: Any) -> Exchange:
        made = self.begin(body, **options)
        self.net.run()
        return made

    def begin(self, body: Any = None, keepsAlive: bool = True, headers: Any = (), **options: Any) -> Exchange:
        asked: Any = {"agent": self.agent, "protocol": "http:", "host": "127.0.0.1", "port": 80, "path": "/"}
        asked |= {"method": "GET", **options}
        return Exchange(self, asked, ["host", "a", "connection", "keep-alive", *headers], body, keepsAlive)

    def answer(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.streams[-1].write(piece)
            self.net.run()

    def onResponse(self, status: int, reason: str, head: Head) -> None:
        self.log.append((status, reason, head.rawHeaders))

    def onData(self, data: bytes) -> None:
        self.log.append(data)

    def onEnd(self) -> None:
        self.log.append("end")

    def onProblem(self, problem: Any) -> None:
        self.log.append(problem)


@pytest.fixture
def bed() -> Iterator[Bed]:
    with network() as net:
        it = Bed(net)
        yield it
        it.agent.destroy()
        net.run()
        assert net.faults == []


class Pieces:
    """A body whose pieces the test gives."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def start(self, write: Callable[[bytes], object], done: Callable[[Any], object]) -> None:
        self.log.append("start")
        self.write, self.done = write, done

    def pause(self) -> None:
        self.log.append("pause")

    def resume(self) -> None:
        self.log.append("resume")

    def stop(self) -> None:
        self.log.append("stop")


def testARequestAndItsAnswer(bed: Bed) -> None:
    asked = bed.ask(method="patch", headers=["X-Odd", "1"])
    assert bed.received == b"patch / HTTP/1.1\r\nhost: a\r\nconnection: keep-alive\r\nX-Odd: 1\r\n\r\n"
    bed.answer(OK + b"he")
    assert bed.log == [(200, "OK", ["X-A", "1", "Content-Length", "5"])]
    asked.resume()
    bed.answer(b"llo")
    assert (b"".join(bed.log[1:-1]), bed.log[-1], asked.isKept) == (b"hello", "end", True)


def testNoBodyBeforeItIsWanted(bed: Bed) -> None:
    asked = bed.ask()
    bed.answer(OK + b"he")
    asked.resume()
    bed.net.run()
    asked.pause()
    bed.answer(b"llo")
    assert bed.log[1:] == [b"he"]
    asked.resume()
    bed.net.run()
    assert bed.log[1:] == [b"he", b"llo", "end"]


def testTheConnectionServesTheNext(bed: Bed) -> None:
    for _ in range(2):
        asked = bed.ask()
        bed.answer(OK + b"hello")
        asked.resume()
        bed.net.run()
    assert len(bed.streams) == 1


def testItIsNotKeptIfThatIsNotWanted(bed: Bed) -> None:
    bed.ask(keepsAlive=False)
    bed.answer(OK + b"hello")
    assert not bed.agent.freeSockets


@pytest.mark.parametrize(
    "wrong, code",
    [
        ({"headers": ["a b", "1"]}, "ERR_INVALID_HTTP_TOKEN"),
        ({"headers": ["a", "1\r\nb: 2"]}, "ERR_INVALID_CHAR"),
        ({"headers": ["a", "\u20ac"]}, "ERR_INVALID_CHAR"),
        ({"method": "A B"}, "ERR_INVALID_HTTP_TOKEN"),
        ({"path": "/ HTTP/1.1\r\n"}, "ERR_UNESCAPED_CHARACTERS"),
    ],
)
def testWhatCannotBeSentIsAProblemLater(bed: Bed, wrong: Any, code: str) -> None:
    bed.begin(**wrong)
    assert bed.log == []
    bed.net.run()
    assert [each.code for each in bed.log] == [code]


def testNobodyListens(bed: Bed) -> None:
    bed.ask(port=81)
    assert [each.code for each in bed.log] == ["ECONNREFUSED"]


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 O", OK + b"he"])
def testTheOtherSideEndsTooEarly(bed: Bed, start: bytes) -> None:
    asked = bed.ask()
    if start:
        bed.answer(start)
    asked.resume()
    bed.streams[-1].shutdown()
    bed.net.run()
    assert bed.log[-1] == "closed" and bed.log.count("closed") == 1


@pytest.mark.parametrize(
    "answer, why",
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n", "badResponse"),
        (b"HTTP/1.1 101 Switching\r\n\r\n", "badUpgrade"),
        (b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "badUpgrade"),
    ],
)
def testAnswersToWhatWasNotAsked(bed: Bed, answer: bytes, why: str) -> None:
    bed.ask()
    bed.answer(answer)
    assert (bed.log, bed.streams[-1].closed) == ([why], True)


def testOtherInformationIsPassedOver(bed: Bed) -> None:
    bed.ask()
    bed.answer(b"HTTP/1.1 103 Early\r\n\r\n" + OK + b"hello")
    assert [each[0] for each in bed.log] == [200]


def testWhatComesBehindAnAnswerCostsTheConnectionOnly(bed: Bed) -> None:
    asked = bed.ask()
    bed.answer(OK + b"helloGARBAGE")
    asked.resume()
    bed.net.run()
    assert bed.log[1:] == [b"hello", "end"]
    assert not bed.agent.freeSockets


# -- time


def testNoHeadInTime(bed: Bed) -> None:
    bed.ask()
    bed.net.advance(exchange.PATIENCE - 1)
    assert bed.log == []
    bed.net.advance(2)
    assert (bed.log, bed.streams[-1].closed) == (["headersTimeout"], True)


def testNoPieceInTime(bed: Bed) -> None:
    asked = bed.ask()
    bed.answer(OK)
    asked.resume()
    bed.net.advance(exchange.PATIENCE - 1)
    bed.answer(b"he")
    bed.net.advance(exchange.PATIENCE - 1)
    assert bed.log[1:] == [b"he"]
    bed.net.advance(2)
    assert bed.log[2:] == ["bodyTimeout"]


def testAPausedBodyHasAllTheTime(bed: Bed) -> None:
    """Before the first resume, too."""
    asked = bed.ask()
    bed.answer(OK)
    bed.net.advance(exchange.PATIENCE * 2)
    asked.resume()
    bed.net.run()
    asked.pause()
    bed.net.advance(exchange.PATIENCE * 2)
    assert len(bed.log) == 1
    asked.resume()
    bed.net.advance(exchange.PATIENCE + 1)
    assert bed.log[1:] == ["bodyTimeout"]


# -- giving up


@pytest.mark.parametrize("start", [b"", OK, OK + b"he"])
def testAbort(bed: Bed, start: bytes) -> None:
    asked = bed.ask()
    if start:
        bed.answer(start)
        asked.resume()
        bed.net.run()
    bed.log.clear()
    asked.abort()
    asked.abort()
    bed.net.run()
    assert (bed.log, bed.streams[-1].closed) == ([], True)


def testAbortWhileItConnects(bed: Bed) -> None:
    bed.begin().abort()
    bed.net.run()
    assert (bed.log, bed.received) == ([], b"")


def testAShortBodyThatIsNotWantedIsReadPast(bed: Bed) -> None:
    asked = bed.ask()
    bed.answer(OK)
    asked.discard()
    bed.answer(b"hello")
    assert len(bed.log) == 1 and bed.agent.freeSockets


def testALongOneCostsTheConnection(bed: Bed) -> None:
    asked = bed.ask()
    bed.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    asked.discard()
    bed.answer(bytes(exchange.DISCARD_LIMIT), b"x")
    assert len(bed.log) == 1 and not bed.agent.sockets and not bed.agent.freeSockets


# -- bodies of requests


def testBytesAreSentWhole(bed: Bed) -> None:
    bed.ask(b"hello", method="POST", headers=["content-length", "5"])
    assert bed.received.endswith(b"\r\n\r\nhello")


def testPiecesAreSentAsTheSocketTakesThem(bed: Bed) -> None:
    body = Pieces()
    bed.ask(body, method="POST", headers=["transfer-encoding", "chunked"])
    bed.streams[-1].readStop()
    body.write(b"one")
    bed.net.run()
    assert body.log == ["start"]
    body.write(bytes(10_000_000))
    assert body.log[-1] == "pause"
    bed.net.run()
    assert body.log[-1] == "pause"
    bed.streams[-1].readStart()
    bed.net.run()
    assert body.log[-1] == "resume"
    body.done(None)
    bed.net.run()
    assert bed.received.endswith(b"0\r\n\r\n")


def testTheBodyIsNotAskedForWithoutAConnection(bed: Bed) -> None:
    body = Pieces()
    bed.ask(body, port=81, method="POST", headers=["transfer-encoding", "chunked"])
    assert (body.log, [each.code for each in bed.log]) == (["stop"], ["ECONNREFUSED"])


def testABodyThatFailsEndsTheRequest(bed: Bed) -> None:
    body = Pieces()
    bed.ask(body, method="POST", headers=["transfer-encoding", "chunked"])
    body.done(ValueError("broken"))
    bed.net.run()
    assert (bed.log, bed.streams[-1].closed) == ([], True)


def testAnAnswerBeforeTheEndOfTheQuestionEndsBoth(bed: Bed) -> None:
    body = Pieces()
    asked = bed.ask(body, method="POST", headers=["transfer-encoding", "chunked"])
    body.write(b"one")
    bed.answer(OK + b"hello")
    asked.resume()
    bed.net.run()
    assert (bed.log[-1], body.log[-1], bed.streams[-1].closed) == ("end", "stop", True)
