"""What the streams of the web share: promises for many, hooks, strategies and the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log
from webstreams import noting

from nodecompat.errors import NodeError
from nodecompat.stream.web import (
    ByteLengthQueuingStrategy,
    CountQueuingStrategy,
    ReadableStream,
    TransformStream,
    WritableStream,
)
from nodecompat.stream.web.common import NoReason, Promise, Queue, allOf, asError, hook, member, rejected, resolved
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


def testStrategiesMeasureChunks(net: Network) -> None:
    strategies = [
        ({"highWaterMark": 9, "size": lambda chunk: 4}, 5),
        (ByteLengthQueuingStrategy({"highWaterMark": 9}), 6),
        (CountQueuingStrategy({"highWaterMark": 9}), 8),
    ]
    for strategy, left in strategies:
        given: list[Any] = []
        ReadableStream({"start": given.append}, strategy)
        given[0].enqueue(b"abc")
        assert given[0].desiredSize == left
    net.run()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ReadableStream(5), 'The "source" argument must be of type object.'),
        (lambda: ReadableStream({}, {"highWaterMark": -1}), "The property 'strategy.highWaterMark' is invalid."),
        (lambda: WritableStream({}, {"size": 5}), 'The "strategy.size" property must be of type function.'),
        (lambda: WritableStream({"write": 5}), 'The "sink.write" property must be of type function.'),
        (lambda: CountQueuingStrategy({}), "init.highWaterMark is required"),
        (lambda: ReadableStream.from_(5), "5 must be iterable"),
    ],
)
def testWrongSourcesAndStrategiesRaise(call: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        call()
    assert caught.value.message.startswith(message)


def testStartRaisesAtOnceAndALateFailureFailsTheStream(net: Network, log: Log) -> None:
    def fail(controller: Any) -> None:
        raise ValueError("x")

    async def failLater(controller: Any) -> None:
        raise ValueError("y")

    for cls in (ReadableStream, WritableStream, TransformStream):
        with pytest.raises(ValueError, match=r"x"):
            cls({"start": fail})
    noting(log, "read", ReadableStream({"start": failLater}).getReader().read())
    noting(log, "write", WritableStream({"start": failLater}).getWriter().write("a"))
    net.run()
    assert log == ["read: y", "write: y"]


def outcomeOf(net: Network, promise: Promise) -> list[Any]:
    told: list[Any] = []
    promise.then(lambda value: told.append(("value", value)), lambda error: told.append(("error", error)))
    assert told == [], "in a microtask at the earliest"
    net.run()
    return told


def testAPromiseTellsEverybodyOnce(net: Network) -> None:
    promise, told = Promise(), []
    for number in range(2):
        promise.then(lambda value, number=number: told.append((number, value)), told.append)  # type: ignore[misc]
    promise.resolve("first")
    promise.resolve("second")
    promise.reject(ValueError())
    assert told == []
    net.run()
    assert told == [(0, "first"), (1, "first")]
    assert outcomeOf(net, promise) == [("value", "first")], "and who comes late"


def testAPromiseForDeferreds(net: Network) -> None:
    error, seen = ValueError("x"), []
    promise = rejected(error)
    for _ in range(2):
        promise.wait().addErrback(lambda failure: seen.append(failure.value))
    net.run()
    assert seen == [error, error]


def testAllOf(net: Network) -> None:
    first, second = Promise(), Promise()
    both = allOf([first, second])
    first.resolve()
    net.run()
    assert not both.settled
    second.resolve()
    assert outcomeOf(net, both) == [("value", None)]
    assert outcomeOf(net, allOf([])) == [("value", None)]


def testAllOfFailsWithTheFirst(net: Network) -> None:
    error = ValueError("x")
    assert outcomeOf(net, allOf([Promise(), rejected(error), resolved()])) == [("error", error)]


def testMembersOfMappingsAndObjects() -> None:
    class Source:
        pull = 5

    assert (member({"pull": 5}, "pull"), member(Source(), "pull"), member({}, "pull"), member(None, "pull")) == (
        5,
        5,
        None,
        None,
    )
    assert hook({}, "pull", 1) is None
    assert hook({"pull": lambda: "called"}, "pull", 1)(1) == "called", "with what it takes"  # type: ignore[misc]


def testAReasonAsAnException() -> None:
    error = ValueError("x")
    assert asError(error) is error
    assert str(asError("why")) == "why"
    assert isinstance(asError(None), NoReason)


def testTheQueueCounts() -> None:
    queue = Queue({"highWaterMark": 9, "size": len}, 1)
    for chunk in ("abc", "de"):
        queue.put(chunk)
    assert (queue.mark, queue.total) == (9, 5)
    assert (queue.take(), queue.total) == ("abc", 2)
    queue.clear()
    assert (queue.total, list(queue.chunks)) == (0, [])
    assert Queue(None, 3).mark == 3


@pytest.mark.parametrize("size", [-1, float("inf"), float("nan"), "x", None])
def testASizeThatIsNone(size: Any) -> None:
    queue = Queue({"size": lambda chunk: size})
    with pytest.raises(ValueError) as caught:
        queue.put("chunk")
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"  # type: ignore[attr-defined]
    assert not queue.chunks
