"""A request body that comes in pieces, as the exchange drives it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from nodecompat.stream import Readable
from nodecompat.stream.web import ReadableStream
from nodecompat.testing import Network
from nodecompat.web.outgoing import OutgoingBody


class Sending:
    """A body under way: what the exchange got, and what was told."""

    def __init__(self, source: Any, length: int | None = None) -> None:
        self.written: list[bytes] = []
        self.done: list[Any] = []
        self.errors: list[Any] = []
        self.body = OutgoingBody(source, length, self.errors.append)

    def start(self) -> None:
        self.body.start(self.written.append, self.done.append)


@pytest.mark.parametrize("length", [None, 4])
def testChunksThenTheEnd(net: Network, length: int | None) -> None:
    sending = Sending(Readable.from_([b"a", "ü", bytearray(b"c")]), length)
    sending.start()
    net.run()
    assert (sending.written, sending.done, sending.errors) == ([b"a", "ü".encode(), b"c"], [None], [])


@pytest.mark.parametrize("length, written", [(3, [b"ab"]), (5, [b"ab", b"cd"])])
def testAnotherLengthThanWasSaid(net: Network, length: int, written: list[bytes]) -> None:
    sending = Sending(Readable.from_([b"ab", b"cd"], objectMode=True), length)
    sending.start()
    net.run()
    assert sending.written == written
    assert [error.code for error in sending.errors] == ["UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"]
    assert sending.done == sending.errors


def testNothingIsReadBeforeItIsWanted(net: Network) -> None:
    source = Readable(read=lambda: source.push(b"x"))
    Sending(source)
    net.run()
    assert source.readableFlowing is None


def testItRestsWhileTheSocketIsFull(net: Network) -> None:
    given: list[int] = []

    async def chunks() -> AsyncIterator[bytes]:
        for index in range(3):
            given.append(index)
            yield b"x"

    sending = Sending(chunks())

    def write(data: bytes) -> None:
        sending.written.append(data)
        sending.body.pause()

    sending.body.start(write, sending.done.append)
    net.run()
    assert (given, sending.written) == ([0], [b"x"])
    sending.body.resume()
    net.run()
    assert (given, sending.done) == ([0, 1], [])


def testAStreamThatFails(net: Network) -> None:
    source = Readable(read=lambda: None)
    sending = Sending(source)
    sending.start()
    net.run()
    error = ValueError("broken")
    source.destroy(error)
    net.run()
    assert sending.errors == sending.done == [error]


def testAStreamThatIsClosedEarly(net: Network) -> None:
    source = Readable(read=lambda: None)
    sending = Sending(source)
    sending.start()
    net.run()
    source.destroy()
    net.run()
    assert [error.code for error in sending.errors] == ["ERR_STREAM_PREMATURE_CLOSE"]


def testChunksMustBeTextOrBytes(net: Network) -> None:
    sending = Sending(Readable.from_([1]))
    sending.start()
    net.run()
    assert [str(error) for error in sending.errors] == ["A body is made of texts and bytes, not of int"]


@pytest.mark.parametrize("isStarted", [True, False])
def testAStreamOfTheWebIsCancelledAtOnce(net: Network, isStarted: bool) -> None:
    log: list[Any] = []
    sending = Sending(ReadableStream({"cancel": lambda reason: log.append("cancelled")}))
    if isStarted:
        sending.start()
        net.run()
    sending.body.stop()
    net.run()
    assert (log, sending.errors, sending.done) == (["cancelled"], [], [])


def testAnotherIteratorIsClosedBehindItsChunk(net: Network) -> None:
    log: list[Any] = []
    source = Readable(read=lambda: None)

    async def chunks() -> AsyncIterator[bytes]:
        try:
            async for chunk in source:
                yield chunk
        finally:
            log.append("closed")

    sending = Sending(chunks())
    sending.start()
    net.run()
    sending.body.stop()
    net.run()
    assert log == []
    source.push(b"x")
    net.run()
    assert (log, sending.written, sending.done) == (["closed"], [], [])
