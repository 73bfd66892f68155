"""A fetch is aborted at every stage: what it, or its body, fails with is what Node's does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fetchplay import settled

from nodecompat import AbortController, AbortSignal, Request, fetch
from nodecompat.testing import Network, network
from nodecompat.web import pool

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
URL = "http://127.0.0.1/"


class Bed:
    """A server that answers with `answer`, and a controller."""

    def __init__(self, net: Network) -> None:
        self.net, self.controller, self.answer = net, AbortController(), b""
        self.streams: list[Any] = []
        handle = net.tcpServer()
        handle.bind("127.0.0.1", 80)
        handle.listen(511)
        handle.onconnection = self.accept

    def accept(self, status: int, stream: Any) -> None:
        self.streams.append(stream)
        stream.onread = lambda data: self.answer and stream.write(self.answer)
        stream.onreadend = lambda status: stream.close()
        stream.readStart()

    def fetch(self, **options: Any) -> Any:
        asked = fetch(URL, signal=self.controller.signal, **options)
        self.net.run()
        return asked

    def response(self, answer: bytes) -> Any:
        self.answer = answer
        return settled(self.net, self.fetch())

    def abort(self, *reason: Any) -> None:
        self.controller.abort(*reason)
        self.net.run()

    def isAborted(self, awaitable: Any) -> bool:
        error = settled(self.net, awaitable)
        return (error.name, error.message) == ("AbortError", "This operation was aborted")

    @property
    def isClosed(self) -> bool:
        self.net.run()
        return all(stream.closed for stream in self.streams)


@pytest.fixture
def bed() -> Iterator[Bed]:
    with network() as net:
        yield Bed(net)
        pool.destroy()
        net.advance(1)
        assert net.faults == []


def testBefore(bed: Bed) -> None:
    bed.abort()
    assert bed.isAborted(bed.fetch()) and bed.streams == []


def testAtOnce(bed: Bed) -> None:
    asked = fetch(URL, signal=bed.controller.signal)
    bed.abort()
    assert bed.isAborted(asked) and bed.streams == []


def testWhileItConnects(bed: Bed) -> None:
    asked = fetch(URL, signal=bed.controller.signal)
    bed.controller.signal.addEventListener("abort", lambda: None)
    bed.net.clock.callLater(0, bed.controller.abort)
    assert bed.isAborted(asked) and bed.isClosed


def testWhileItWaits(bed: Bed) -> None:
    asked = bed.fetch()
    bed.abort()
    assert bed.isAborted(asked) and bed.isClosed


def testTheReasonIsTheFailure(bed: Bed) -> None:
    asked, reason = bed.fetch(), ValueError("mine")
    bed.abort(reason)
    assert settled(bed.net, asked) is reason


def testATextAsReasonIsWrapped(bed: Bed) -> None:
    asked = bed.fetch()
    bed.abort("text")
    assert "text" in str(settled(bed.net, asked))


def testTheFirstOfSeveralSignals(bed: Bed) -> None:
    asked = fetch(URL, signal=AbortSignal.any([bed.controller.signal, AbortSignal.timeout(30)]))
    assert settled(bed.net, asked).name == "TimeoutError" and bed.isClosed


def testTheSignalOfARequest(bed: Bed) -> None:
    asked = fetch(Request(URL, signal=bed.controller.signal))
    bed.net.run()
    bed.abort()
    assert bed.isAborted(asked) and bed.isClosed


def testBehindTheHead(bed: Bed) -> None:
    response = bed.response(HEAD + b"he")
    bed.abort()
    assert bed.isAborted(response.text()) and bed.isClosed


def testWhileTheBodyIsRead(bed: Bed) -> None:
    reading = bed.response(HEAD + b"he").text()
    bed.abort()
    assert bed.isAborted(reading) and bed.isClosed


def testAWholeBodyThatNobodyHasRead(bed: Bed) -> None:
    response = bed.response(HEAD + b"hello")
    bed.net.run()
    bed.abort()
    assert bed.isAborted(response.text())


def testAWholeBodyThatWasRead(bed: Bed) -> None:
    response = bed.response(HEAD + b"hello")
    text = settled(bed.net, response.text())
    bed.abort()
    assert text == "hello" and not bed.isClosed, "the connection is free for others"


def testAStream(bed: Bed) -> None:
    reader = bed.response(HEAD + b"he").body.getReader()
    assert settled(bed.net, reader.read()).value == b"he"
    bed.abort()
    assert bed.isAborted(reader.read()) and bed.isClosed


def testCancellingAStream(bed: Bed) -> None:
    response = bed.response(HEAD + b"he")
    settled(bed.net, response.body.cancel("why"))
    assert response.bodyUsed and bed.isClosed
    assert "already been read" in str(settled(bed.net, response.text()))


def testDroppingAResponseClosesItsConnection(bed: Bed) -> None:
    response = bed.response(HEAD + b"he")
    assert not bed.isClosed
    del response
    assert bed.isClosed


def testASignalIsLetGo(bed: Bed) -> None:
    signal = bed.controller.signal
    settled(bed.net, bed.response(HEAD + b"hello").text())
    assert signal._sources_ == [] and not [each for each in signal._dependents_ if each() is not None]
