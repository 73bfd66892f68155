"""pipe and unpipe: pace, order of events, errors, several destinations."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from streamlog import Log, silent, sink, slowSink, source, text

from nodecompat.errors import NodeError
from nodecompat.events import EventEmitter
from nodecompat.stream import PassThrough, Writable
from nodecompat.stream.core import pipe
from nodecompat.testing import Network


def testMovesEverythingAndEndsTheDestination(net: Network, log: Log) -> None:
    destination = log.watch(sink(), ("pipe", "unpipe", "finish", "close"))
    assert source("a", "b").pipe(destination) is destination
    net.run()
    assert destination.taken == [b"a", b"b"]
    assert log == ["pipe", "finish", "unpipe", "close"]


def testEndFalseLeavesTheDestinationOpen(net: Network, log: Log) -> None:
    destination = log.watch(sink(), ("unpipe", "finish"))
    source("a").pipe(destination, end=False)
    net.run()
    assert log == ["unpipe"]
    assert destination.writable


def testASlowDestinationSetsThePace(net: Network, log: Log) -> None:
    origin = log.watch(source("aa", "bb"), ("pause", "resume"), "source")
    destination = log.watch(slowSink(highWaterMark=1), ("drain", "finish"))
    origin.pipe(destination)
    net.run()
    assert log[:4] == ["source resume", "source pause", "drain", "source resume"]
    assert destination.taken == [b"aa", b"bb"]


def testTheSlowestOfSeveralSetsThePace(net: Network) -> None:
    origin = source(*"abcdef")
    slow, fast = slowSink(highWaterMark=1), sink()
    origin.pipe(slow)
    origin.pipe(fast)
    net.run()
    assert b"".join(slow.taken) == b"".join(fast.taken) == b"abcdef"  # type: ignore[attr-defined]


def testPipeIntoAFullDestinationWaitsForDrain(net: Network, log: Log) -> None:
    destination = slowSink(highWaterMark=1)
    destination.write("full")
    origin = log.watch(source("a"), ("pause", "resume"))
    origin.pipe(destination)
    assert log == ["pause"]
    net.run()
    assert destination.taken == [b"full", b"a"]  # type: ignore[attr-defined]


def testUnpipeOneOrAll(net: Network, log: Log) -> None:
    origin, one, other = silent(), sink(), sink()
    log.watch(one, ("unpipe",), "one")
    log.watch(other, ("unpipe",), "other")
    origin.pipe(one)
    origin.pipe(other)
    net.run()
    origin.unpipe(one)
    assert log == ["one unpipe"]
    assert origin.readableFlowing is True
    origin.unpipe()
    assert log == ["one unpipe", "other unpipe"]
    assert origin.readableFlowing is False
    origin.push("kept")
    net.run()
    assert origin.readableLength == 4


def testUnpipeOfSomebodyElseDoesNothing(net: Network, log: Log) -> None:
    origin = silent()
    origin.pipe(log.watch(sink(), ("unpipe",)))
    origin.unpipe(sink())
    assert log == []


def testEverythingIsTakenOffAgain(net: Network) -> None:
    origin, destination = silent(), slowSink(highWaterMark=1)
    origin.pipe(destination)
    origin.push("ab")
    net.run()
    origin.unpipe(destination)
    assert [origin.listenerCount(event) for event in ("data", "end")] == [0, 0]
    events = ("drain", "error", "close", "finish", "unpipe")
    assert [destination.listenerCount(event) for event in events] == [0] * 5


def testErrorOfTheDestinationUnpipesAndIsNotSwallowed(net: Network, log: Log) -> None:
    origin, destination = silent(), log.watch(sink(), ("unpipe", "error", "close"))
    origin.pipe(destination)
    destination.destroy(ValueError("x"))
    net.run()
    assert log == ["unpipe", "error x", "close"]
    assert not origin.destroyed


def testADestinationThatRaisesIsDestroyed(net: Network, log: Log) -> None:
    def write(chunk: Any, encoding: Any, callback: Any) -> None:
        raise ValueError("raised")

    origin = source("a")
    origin.pipe(log.watch(Writable(write=write), ("error", "close")))
    net.run()
    assert log == ["error raised", "close"]


def testClosedDestinationUnpipes(net: Network, log: Log) -> None:
    origin, destination = silent(), log.watch(sink(), ("unpipe", "close"))
    origin.pipe(destination)
    destination.destroy()
    net.run()
    assert log == ["close", "unpipe"]
    assert origin.readableFlowing is False


def testASourceThatHasEndedEndsTheDestination(net: Network, log: Log) -> None:
    origin = source(autoDestroy=False)
    origin.resume()
    net.run()
    origin.pipe(log.watch(sink(), ("finish",)))
    net.run()
    assert log == ["finish"]


def testTheLastOfSeveralPipesWaitsForNobodyWhenItIsGone(net: Network, log: Log) -> None:
    """Of two pipes into one sink the second is taken off, the sink fills and is destroyed: the source stays paused."""
    origin, destination = silent(), log.watch(slowSink(highWaterMark=1), ("drain", "unpipe", "error"))
    log.watch(origin, ("pause", "resume"))
    origin.pipe(destination)
    origin.pipe(destination)
    net.run()
    origin.unpipe(destination)
    origin.push("ab")
    net.run()
    origin.on("data", lambda: None)
    destination.destroy(ValueError("x"))
    net.run()
    assert log == ["resume", "unpipe", "pause", "drain", "resume", "pause", "unpipe", "error x"]


def testPipesCanBeChained(net: Network) -> None:
    destination = sink()
    source("a", "b").pipe(PassThrough()).pipe(PassThrough()).pipe(destination)
    net.run()
    assert b"".join(destination.taken) == b"ab"  # type: ignore[attr-defined]


def testAWritableCannotBePiped(net: Network, log: Log) -> None:
    log.watch(sink(), ("error",)).pipe(sink())
    net.run()
    assert log == ["error ERR_STREAM_CANNOT_PIPE"]


def testADestinationOfAnotherMakeWillDo(net: Network, log: Log) -> None:
    from nodecompat.events import EventEmitter

    class Other(EventEmitter):
        def write(self, chunk: bytes) -> None:
            log.append(chunk.decode())

        def end(self) -> None:
            log.append("end")

    source("a").pipe(Other())
    net.run()
    assert log == ["a", "end"]


class Foreign:
    """An emitter of somebody else's making, which has only the first of Node's methods."""

    def __init__(self) -> None:
        self.emitter = EventEmitter()
        self.taken: list[Any] = []
        self.writable = True
        self.ended = False

    def on(self, event: str, listener: Any) -> Foreign:
        self.emitter.on(event, listener)
        return self

    def once(self, event: str, listener: Any) -> Foreign:
        self.emitter.once(event, listener)
        return self

    def removeListener(self, event: str, listener: Any) -> Foreign:
        self.emitter.removeListener(event, listener)
        return self

    def emit(self, event: str, *args: Any) -> bool:
        return self.emitter.emit(event, *args)

    def write(self, chunk: Any) -> bool:
        self.taken.append(chunk)
        return True

    def end(self) -> None:
        self.ended = True


def uncaught(net: Network) -> list[str]:
    """The exceptions that nobody caught: expected ones, which must not fail the test."""
    faults = [text(error) for error in net.faults]
    net.faults.clear()
    return faults


def testAnErrorOfTheDestinationThatNobodyHearsIsUncaught(net: Network) -> None:
    source("a").pipe(Writable(write=lambda chunk, encoding, callback: callback(OSError("disk full"))))
    net.run()
    assert uncaught(net) == ["disk full"]


def testAWriteBehindTheEndOfTheDestinationIsUncaught(net: Network) -> None:
    origin, destination = silent(), sink()
    origin.pipe(destination)
    destination.end()
    origin.push("a")
    net.run()
    assert uncaught(net) == ["ERR_STREAM_WRITE_AFTER_END"]


def testAnErrorOfTheDestinationThatSomebodyHearsIsNotUncaught(net: Network, log: Log) -> None:
    destination = Writable(write=lambda chunk, encoding, callback: callback(OSError("disk full")))
    source("a").pipe(log.watch(destination, ("error",)))
    net.run()
    assert log == ["error disk full"]


def testAnErrorEmittedByHandFailsTheDestination(net: Network) -> None:
    destination = sink()
    silent().pipe(destination)
    destination.emit("error", ValueError("by hand"))
    assert destination.destroyed
    net.run()
    assert uncaught(net) == ["by hand"]


def testADestinationNeedNotBeOfOurMaking(net: Network) -> None:
    destination = Foreign()
    source("a", "b").pipe(destination)
    net.run()
    assert destination.taken == [b"a", b"b"]
    assert destination.ended


def testAnErrorOfAForeignDestinationIsNotSwallowed(net: Network) -> None:
    destination = Foreign()
    silent().pipe(destination)
    with pytest.raises(ValueError, match=r"foreign"):
        destination.emit("error", ValueError("foreign"))


@pytest.mark.parametrize("destination", [5, "x", [], {}, None])
def testADestinationMustHaveEvents(destination: Any) -> None:
    with pytest.raises(NodeError) as caught:
        source("a").pipe(destination)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def testOptionsThatAreNoMappingAreIgnored(net: Network) -> None:
    destination = sink()
    source("a").pipe(destination, 5)  # type: ignore[arg-type]
    net.run()
    assert destination.writableFinished


def testAChunkPassesAThousandPipes(net: Network, log: Log) -> None:
    links = [PassThrough() for _ in range(1000)]
    for one, other in pairwise(links):
        one.pipe(other)
    log.watch(links[-1], ("data", "end"))
    links[0].write("a")
    links[0].end("b")
    net.run()
    assert log == ["data a", "data b", "end"]


def testWhatComesThroughManyPipesKeepsItsOrderAndPace(net: Network) -> None:
    links = [PassThrough(highWaterMark=2) for _ in range(100)]
    destination = slowSink(highWaterMark=2)
    for one, other in pairwise([*links, destination]):
        one.pipe(other)
    source(*"abcdefghij").pipe(links[0])
    net.run()
    assert b"".join(destination.taken) == b"abcdefghij"  # type: ignore[attr-defined]
    assert destination.writableFinished


def testUnpipingLosesNothingThatCameThroughManyPipes(net: Network) -> None:
    links = [PassThrough() for _ in range(40)]
    destination = sink()
    for one, other in pairwise([*links, destination]):
        one.pipe(other)
    net.run()
    links[0].write("a")
    for one in links:
        one.unpipe()
    net.run()
    assert destination.taken == [] and links[pipe.DEEPEST + 1].readableLength == 1
