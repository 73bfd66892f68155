"""Stream.pipe of old-style streams."""

from __future__ import annotations

import pytest
from streamlog import Log, sink

from nodecompat.events import EventEmitter
from nodecompat.stream import Stream
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


def testADestinationThatDoesNotSayThatItIsWritableIsNotWritten(log: Log) -> None:
    old, destination = Old(log), Stream()
    old.pipe(destination)
    old.emit("data", "a")
    assert log == []
