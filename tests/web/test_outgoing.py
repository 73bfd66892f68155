"""A request body that is a stream, as the exchange drives it."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.stream import Readable
from nodecompat.testing import Network
from nodecompat.web.outgoing import OutgoingBody


class Sending:
    """A body under way: what the exchange got, and what was told."""

    def __init__(self, stream: Readable, length: int | None = None) -> None:
        self.written: list[bytes] = []
        self.done: list[Any] = []
        self.errors: list[BaseException] = []
        self.body = OutgoingBody(stream, length, self.errors.append)

    def start(self) -> None:
        self.body.start(self.written.append, self.done.append)


def endless() -> Readable:
    made = Readable(read=lambda: made.push(b"x" * 1000))
    return made


def testChunksThenTheEnd(net: Network) -> None:
    sending = Sending(Readable.from_([b"a", "ü", bytearray(b"c")]), 4)
    sending.start()
    net.run()
    assert (sending.written, sending.done, sending.errors) == ([b"a", "ü".encode(), b"c"], [None], [])
    assert sending.body.length == 4


def testNothingIsReadBeforeItIsWanted(net: Network) -> None:
    source = endless()
    Sending(source)
    net.run()
    assert source.readableFlowing is None


def testItRestsWhileTheSocketIsFull(net: Network) -> None:
    source = Readable(read=lambda: None)
    sending = Sending(source)
    sending.start()
    net.run()
    sending.body.pause()
    source.push(b"late")
    net.run()
    assert sending.written == []
    sending.body.resume()
    net.run()
    assert sending.written == [b"late"]


@pytest.mark.parametrize("isStarted", [True, False])
def testAStreamThatFails(net: Network, isStarted: bool) -> None:
    """It may do so before there is a connection."""
    source = Readable(read=lambda: None)
    sending = Sending(source)
    if isStarted:
        sending.start()
    error = ValueError("broken")
    source.destroy(error)
    net.run()
    assert sending.errors[0] is error
    assert sending.done[:1] == ([error] if isStarted else [])


def testAStreamThatIsClosedEarlyAborts(net: Network) -> None:
    source = Readable(read=lambda: None)
    sending = Sending(source)
    sending.start()
    source.destroy()
    net.run()
    assert [error.name for error in sending.errors] == ["AbortError"]  # type: ignore[attr-defined]


def testAStreamThatWasClosedBeforeAborts(net: Network) -> None:
    source = Readable(read=lambda: None)
    source.destroy()
    net.run()
    sending = Sending(source)
    assert sending.errors == []
    net.run()
    assert len(sending.errors) == 1


def testStopDestroysTheStream(net: Network) -> None:
    source = Readable(read=lambda: None)
    sending = Sending(source)
    sending.start()
    sending.body.stop()
    assert source.destroyed
