"""Stream.pipe of old-style streams, and readable.wrap."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import READ_EVENTS, Log, sink

from nodecompat.events import EventEmitter
from nodecompat.stream import Readable, Stream
from nodecompat.testing import Network


class Old(Stream):
    """A stream as of the first Node versions."""

    readable = True

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log

    def pause(self) -> None:
        self.log.append("paused")

    def resume(self) -> None:
        self.log.append("resumed")


def testDataIsWrittenAndTheEndEnds(net: Network, log: Log) -> None:
    old, destination = Old(log), sink()
    assert old.pipe(destination) is destination
    old.emit("data", b"a")
    old.emit("end")
    net.run()
    assert destination.taken == [b"a"]  # type: ignore[attr-defined]
    assert destination.writableFinished
    assert old.listenerCount("data") == 0


def testCloseDestroysTheDestination(net: Network, log: Log) -> None:
    old, destination = Old(log), sink()
    old.pipe(destination)
    old.emit("close")
    assert destination.destroyed


def testEndFalseLeavesTheDestinationOpen(net: Network, log: Log) -> None:
    old, destination = Old(log), sink()
    old.pipe(destination, {"end": False})
    old.emit("end")
    assert destination.writable


def testAFullDestinationPausesTheSource(net: Network, log: Log) -> None:
    old = Old(log)
    old.pipe(sink(highWaterMark=1, write=lambda chunk, encoding, callback: callback()))
    destination = sink(highWaterMark=1, write=lambda chunk, encoding, callback: None)
    old.pipe(destination)
    old.emit("data", b"ab")
    destination.emit("drain")
    assert log == ["paused", "resumed"]


def testAnErrorNobodyHearsIsRaised(net: Network, log: Log) -> None:
    old = Old(log)
    old.pipe(sink())
    with pytest.raises(ValueError, match=r"x"):
        old.emit("error", ValueError("x"))


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


def testTheDestinationOfAnOldStreamNeedNotBeOfOurMaking(log: Log) -> None:
    class Foreign:
        writable = True

        def __init__(self) -> None:
            self.emitter = EventEmitter()
            self.on = self.emitter.on
            self.emit = self.emitter.emit
            self.removeListener = self.emitter.removeListener
            self.write = log.append
            self.end = log.note("end")

    old = Old(log)
    old.pipe(Foreign())
    old.emit("data", "a")
    old.emit("end")
    assert log == ["a", "end"]
