"""readable.wrap: reading from an old-style stream."""

from __future__ import annotations

from typing import Any

import pytest
from stream.core.test_legacy import Old
from streamlog import READ_EVENTS, Log

from nodecompat.events import EventEmitter
from nodecompat.stream import Readable, Stream
from nodecompat.testing import Network


def testWrapReadsFromAnOldStream(net: Network, log: Log) -> None:
    old = Old(log)
    log.watch(Readable().wrap(old), READ_EVENTS)
    net.run()
    old.emit("data", b"a")
    old.emit("end")
    net.run()
    assert log == ["data a", "end", "close"]


def testWrapPausesTheOldStreamWhenFull(net: Network, log: Log) -> None:
    old = Old(log)
    stream = Readable(highWaterMark=1).wrap(old)
    old.emit("data", b"ab")
    assert log == ["paused"]
    stream.read()
    net.run()
    assert log == ["paused", "resumed"]


def testWrapOffersTheMethodsOfTheOldStream(net: Network, log: Log) -> None:
    old = Old(log)
    old.__dict__["special"] = lambda: "special"
    wrapped: Any = Readable().wrap(old)
    assert wrapped.special() == "special"


def testWrapForwardsErrors(net: Network, log: Log) -> None:
    old = Old(log)
    log.watch(Readable().wrap(old), ("error", "close"))
    old.emit("error", ValueError("x"))
    net.run()
    assert log == ["error x", "close"]


@pytest.mark.parametrize("event", ["close", "destroy"])
def testTheEndOfAnOldStreamIsNoErrorOfTheWrapped(net: Network, log: Log, event: str) -> None:
    old = Stream()
    log.watch(Readable().wrap(old), ("error", "close"))
    old.emit(event)
    net.run()
    assert log == ["close"]


def testWrapReturnsTheReadable(log: Log) -> None:
    readable = Readable()
    assert readable.wrap(Old(log)) is readable


def testAnOldStreamThatCannotPauseIsBuffered(net: Network, log: Log) -> None:
    old = EventEmitter()
    readable = Readable(highWaterMark=1).wrap(old)
    for _ in range(3):
        old.emit("data", b"ab")
    assert readable.readableLength == 6
    assert [readable.read() for _ in range(4)] == [b"ab", b"ab", b"ab", None]


def testAMethodOfTheReadableIsNotReplaced(log: Log) -> None:
    old = Old(log)
    old.__dict__["read"] = lambda: pytest.fail("of the old stream")
    readable: Any = Readable().wrap(old)
    assert readable.read() is None


@pytest.mark.parametrize("stream", [None, 5, object()])
def testWhatEmitsNothingCannotBeWrapped(stream: Any) -> None:
    with pytest.raises(TypeError):
        Readable().wrap(stream)
