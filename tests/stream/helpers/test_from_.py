"""Readable.from_: iterables, generators, async generators, files, text."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from streamlog import READ_EVENTS, Log, later
from twisted.internet.defer import Deferred, succeed

from nodecompat.errors import NodeError
from nodecompat.reactor.loop import ticks
from nodecompat.stream import Readable
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


async def collect(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


async def letters() -> AsyncIterator[str]:
    for letter in "ab":
        yield letter


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["a", "b"], ["a", "b"]),
        (("a", 5), ["a", 5]),
        ((letter for letter in "ab"), ["a", "b"]),
        ({"a": 1}.keys(), ["a"]),
        ("abc", ["abc"]),
        (b"abc", [b"abc"]),
        (bytearray(b"abc"), [b"abc"]),
        ([], []),
    ],
)
def testEachValueIsAChunkAndTextIsOne(outcome: Outcome, given: Any, expected: list[Any]) -> None:
    assert outcome(collect(Readable.from_(given))) == expected


def testAsyncGenerator(outcome: Outcome) -> None:
    assert outcome(collect(Readable.from_(letters()))) == ["a", "b"]


def testDeferredsAmongTheValuesAreAwaited(net: Network, outcome: Outcome) -> None:
    slow: Deferred[str] = Deferred()
    later(slow.callback, "b")
    assert outcome(collect(Readable.from_([succeed("a"), slow, "c"]))) == ["a", "b", "c"]


def testObjectModeAndAMarkOfOneUnlessToldOtherwise() -> None:
    stream = Readable.from_(["a"])
    assert (stream.readableObjectMode, stream.readableHighWaterMark) == (True, 1)
    assert Readable.from_(["a"], objectMode=False).readableObjectMode is False


def testNothingIsTakenBeforeSomebodyReads(net: Network, log: Log) -> None:
    def counted() -> Iterator[int]:
        for number in range(5):
            log.append(str(number))
            yield number

    stream = Readable.from_(counted())
    net.run()
    assert log == []
    stream.read()
    net.run()
    assert log == ["0", "1"]


def testAnErrorOfTheGeneratorDestroys(net: Network, log: Log) -> None:
    def broken() -> Iterator[str]:
        yield "a"
        raise ValueError("x")

    log.watch(Readable.from_(broken()), READ_EVENTS)
    net.run()
    assert log == ["data a", "error x", "close"]


def testAnErrorOfTheAsyncGeneratorDestroys(net: Network, log: Log) -> None:
    async def broken() -> AsyncIterator[str]:
        yield "a"
        raise ValueError("x")

    log.watch(Readable.from_(broken()), READ_EVENTS)
    net.run()
    assert log == ["data a", "error x", "close"]


def testNoneIsNoValue(net: Network, log: Log) -> None:
    log.watch(Readable.from_(["a", None]), READ_EVENTS)
    net.run()
    assert log == ["data a", "error ERR_STREAM_NULL_VALUES", "close"]


@pytest.mark.parametrize("isAsync", [False, True])
def testDestroyClosesTheGeneratorBeforeClose(net: Network, log: Log, isAsync: bool) -> None:
    def plain() -> Iterator[str]:
        try:
            yield "a"
            yield "b"
        finally:
            log.append("finally")

    async def asynchronous() -> AsyncIterator[str]:
        try:
            yield "a"
            yield "b"
        finally:
            log.append("finally")

    stream = Readable.from_(asynchronous() if isAsync else plain())
    log.watch(stream, ("error", "close"))
    stream.read()
    net.run()
    stream.destroy()
    net.run()
    assert log == ["finally", "close"]


def testDestroyThrowsItsErrorIntoTheGenerator(net: Network, log: Log) -> None:
    async def asynchronous() -> AsyncIterator[str]:
        try:
            yield "a"
            yield "b"
        except ValueError as error:
            log.append(f"caught {error}")
            raise

    stream = Readable.from_(asynchronous())
    log.watch(stream, ("error", "close"))
    stream.read()
    net.run()
    stream.destroy(ValueError("x"))
    net.run()
    assert log == ["caught x", "error x", "close"]


def testDestroyWaitsForTheGeneratorToGiveWhatItWorksOn(net: Network, log: Log) -> None:
    working: Deferred[None] = Deferred()

    async def asynchronous() -> AsyncIterator[str]:
        try:
            await working
            yield "a"
        finally:
            log.append("finally")

    stream = Readable.from_(asynchronous())
    log.watch(stream, ("close",))
    stream.read()
    net.run()
    stream.destroy()
    net.run()
    assert log == []
    working.callback(None)
    net.run()
    assert log == ["finally", "close"]


def testTextInMemoryIsReadAtOnce(net: Network, outcome: Outcome) -> None:
    file = io.StringIO("aé")
    assert outcome(collect(Readable.from_(file))) == ["aé"]
    assert not file.closed


@pytest.mark.parametrize("given", [5, None, {}, object()])
def testWhatCannotBeIteratedRaises(given: Any) -> None:
    with pytest.raises(NodeError, match=r'^The "iterable" argument must be an instance of Iterable.'):
        Readable.from_(given)


def testCloseComesAfterTheTicksThatAreQueuedAtTheEnd(net: Network, log: Log) -> None:
    """Node: end, tick 1, tick 2, microtask, close."""
    stream = Readable.from_(["a"]).on("close", lambda: log.append("close")).resume()

    @stream.on("end")
    def ended() -> None:
        log.append("end")
        ticks.nextTick(lambda: (log.append("tick 1"), ticks.nextTick(log.append, "tick 2")))
        ticks.queueMicrotask(log.append, "microtask")

    net.run()
    assert log == ["end", "tick 1", "tick 2", "microtask", "close"]


def testAGeneratorThatFailsInAnotherWayWhenDestroyedGivesBothErrors(net: Network, log: Log) -> None:
    def numbers() -> Iterator[int]:
        try:
            yield from range(1, 4)
        except ValueError as error:
            raise RuntimeError("cleanup") from error

    stream = Readable.from_(numbers())
    stream.on("error", lambda error: log.extend([str(error), *map(str, error.errors)]))
    stream.on("data", lambda chunk: stream.destroy(ValueError("x")))
    net.run()
    assert log == ["cleanup", "cleanup", "x"]


def testAStepOfAnAsyncGeneratorWaitsForItsClosing(net: Network, log: Log) -> None:
    """The chunk that destroys the stream asks for the next one: the generator is over then, which ends the stream."""

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            log.append("closing")
            await turn()
            log.append("closed")

    stream = log.watch(Readable.from_(numbers()), READ_EVENTS)
    stream.on("data", lambda chunk: stream.destroy())
    net.run()
    assert log == ["data 1", "closing", "closed", "end", "close"]


def turn() -> Deferred[None]:
    """Wait for the next turn of the loop."""
    waiting: Deferred[None] = Deferred()
    later(lambda: ticks.queueMicrotask(waiting.callback, None))
    return waiting
