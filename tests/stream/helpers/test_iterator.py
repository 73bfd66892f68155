"""Async iteration over a Readable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log, later, silent, source, start, text
from twisted.internet.defer import Deferred

from nodecompat.errors import NodeError
from nodecompat.reactor.loop import ticks
from nodecompat.stream import Readable
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


async def collect(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


def testGivesAllChunks(outcome: Outcome) -> None:
    assert outcome(collect(source("a", "b"))) == [b"a", b"b"]


def testWaitsForASlowSource(outcome: Outcome) -> None:
    def read(self: Readable, size: int) -> None:
        later(self.push, words.pop(0))

    words: list[Any] = ["a", "b", None]
    assert outcome(collect(Readable(read=read))) == [b"a", b"b"]


def testRaisesTheErrorOfTheStream(net: Network, outcome: Outcome) -> None:
    stream = silent()
    later(stream.destroy, ValueError("x"))
    with pytest.raises(ValueError, match=r"x"):
        outcome(collect(stream))


def testAStreamThatClosesEarlyRaises(outcome: Outcome) -> None:
    stream = silent()
    stream.destroy()
    with pytest.raises(NodeError, match=r"Premature close"):
        outcome(collect(stream))


def testLeavingTheLoopDestroysTheStream(net: Network, outcome: Outcome) -> None:
    async def first(stream: Any) -> Any:
        async for chunk in stream:
            return chunk

    stream = source("a", "b")
    assert outcome(first(stream)) == b"a"
    assert stream.destroyed


def testAnErrorInTheLoopDestroysTheStream(net: Network, outcome: Outcome) -> None:
    async def fail(stream: Any) -> None:
        async for _ in stream:
            raise ValueError("body")

    stream = source("a")
    with pytest.raises(ValueError, match=r"body"):
        outcome(fail(stream))
    assert stream.destroyed


def testLeavingCanKeepTheStream(net: Network, outcome: Outcome) -> None:
    async def first(stream: Any) -> Any:
        async for chunk in stream.iterator(destroyOnReturn=False):
            return chunk

    stream = source("a", "b")
    assert outcome(first(stream)) == b"a"
    assert not stream.destroyed
    assert outcome(collect(stream)) == [b"b"]


def testTheIteratorCanBeUsedByHand(net: Network, outcome: Outcome) -> None:
    async def main() -> list[Any]:
        iterator = stream.iterator()
        got = [await iterator.__anext__()]
        await iterator.aclose()
        with pytest.raises(StopAsyncIteration):
            await iterator.__anext__()
        return got

    stream = source("a", "b")
    assert outcome(main()) == [b"a"]
    assert stream.destroyed


def testThrowingIntoTheIteratorDestroysTheStream(net: Network, outcome: Outcome) -> None:
    async def main() -> None:
        iterator = stream.iterator()
        await iterator.__anext__()
        await iterator.athrow(ValueError("thrown"))

    stream = source("a", "b")
    with pytest.raises(ValueError, match=r"thrown"):
        outcome(main())
    assert stream.destroyed


def testAnIteratorThatIsNeverUsedLeavesTheStreamAlone(net: Network) -> None:
    stream = source("a")
    stream.iterator()
    assert not stream.destroyed
    assert stream.listenerCount("readable") == 0


def testCancellingTheWaitDestroysTheStream(net: Network) -> None:
    stream = silent()
    waiting = start(collect(stream))
    waiting.addErrback(lambda failure: None)
    net.run()
    waiting.cancel()
    net.run()
    assert stream.destroyed


def testOneChunkPerStepLetsTicksThrough(net: Network, log: Log) -> None:
    """As after an `await` in JavaScript, what the read has queued comes before the body of the loop."""

    async def main() -> None:
        async for _ in stream:
            log.append("body")

    def begin() -> None:
        Deferred.fromCoroutine(main())
        log.append("started")

    stream = source("a", "b")
    ticks.call(begin)
    net.run()
    assert log == ["started", "body", "body"]


def testAsyncWithDestroys(net: Network, outcome: Outcome) -> None:
    async def main() -> None:
        async with stream:
            stream.push("x")

    stream = silent()
    outcome(main())
    assert stream.destroyed


def testWrongOptionsRaise() -> None:
    with pytest.raises(NodeError):
        silent().iterator(5)


def ahead(iterator: Any, count: int, log: Log) -> None:
    """Ask for several chunks at once and note the answers."""

    def told(index: int, outcome: Any) -> None:
        log.append(f"{index} {text(getattr(outcome, 'value', outcome))}".rstrip())

    for index in range(count):
        start(iterator.__anext__()).addBoth(lambda outcome, index=index: told(index, outcome))


def testStepsThatOverlapAreAnsweredInTheirOrder(net: Network, log: Log) -> None:
    stream = silent()
    ahead(stream.iterator(), 3, log)
    for word in ("a", "b", "c"):
        ticks.nextTick(stream.push, word)
    net.run()
    assert log == ["0 a", "1 b", "2 c"]


def testStepsThatOverlapHearOfTheEnd(net: Network, log: Log) -> None:
    stream = silent()
    ahead(stream.iterator(), 3, log)
    stream.push("a")
    stream.push(None)
    net.run()
    assert log == ["0 a", "1", "2"]  # the text of StopAsyncIteration is empty


def testOnlyTheFirstOfStepsThatOverlapHearsOfTheError(net: Network, log: Log) -> None:
    stream = silent()
    ahead(stream.iterator(), 2, log)
    stream.destroy(ValueError("broken"))
    net.run()
    assert log == ["0 broken", "1"]


def testLeavingWaitsForTheStepUnderWay(net: Network, log: Log) -> None:
    stream = silent()
    iterator = stream.iterator()
    ahead(iterator, 1, log)
    start(iterator.aclose()).addBoth(lambda _: log.append("left"))
    net.run()
    assert log == []
    stream.push("a")
    net.run()
    assert log == ["0 a", "left"]
    assert stream.destroyed


def testAStepThatIsCancelledGivesUpItsPlace(net: Network, log: Log) -> None:
    stream = silent()
    iterator = stream.iterator()
    ahead(iterator, 1, log)
    second = start(iterator.__anext__())
    second.addErrback(lambda failure: log.append("cancelled"))
    ahead(iterator, 1, log)
    second.cancel()
    stream.push("a")
    ticks.nextTick(stream.push, "b")
    net.run()
    assert log == ["cancelled", "0 a", "0 b"]


def testManyStepsMayOverlap(net: Network, log: Log) -> None:
    stream = silent()
    ahead(stream.iterator(), 2000, log)
    stream.push(None)
    net.run()
    assert len(log) == 2000


def testWhatIsThrownIntoAnIterationThatIsOverComesBack(net: Network, outcome: Outcome) -> None:
    async def main() -> None:
        await iterator.aclose()
        await iterator.athrow(ValueError("thrown"))

    iterator = silent().iterator()
    with pytest.raises(ValueError, match=r"thrown"):
        outcome(main())


def testStepsThatOverlapTakeWhatIsThereAtTheCall(net: Network, log: Log) -> None:
    stream = source("a", "b", objectMode=True)
    ahead(stream.iterator(), 3, log)
    stream.destroy()
    net.run()
    assert log == ["0 a", "1 b", "2"]
