"""ReadableStream, its reader and its controller."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log, start
from webstreams import collect, controllerOf, given, noting

from nodecompat.errors import ERR_INVALID_ARG_VALUE, NodeError
from nodecompat.stream.web import (
    ReadableStream,
)
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


def testAReadableStreamIsIterable(outcome: Outcome) -> None:
    assert outcome(collect(given("a", "b"))) == ["a", "b"]


def testPullComesAsThereIsRoom(net: Network, log: Log, outcome: Outcome) -> None:
    def pull(controller: Any) -> None:
        log.append("pull")
        controller.enqueue(len(log))

    stream = ReadableStream({"pull": pull}, {"highWaterMark": 2})
    net.run()
    assert log == ["pull"] * 2
    result = outcome(stream.getReader().read())
    assert (result.value, result["done"]) == (1, False)
    net.run()
    assert log == ["pull"] * 3


def testAReaderLocks(net: Network) -> None:
    stream = given("a")
    reader = stream.getReader()
    with pytest.raises(NodeError, match=r"locked"):
        stream.getReader()
    reader.releaseLock()
    assert not stream.locked


def testLeavingTheLoopCancels(net: Network, log: Log, outcome: Outcome) -> None:
    async def first() -> Any:
        async for chunk in stream:
            return chunk

    stream = ReadableStream(
        {"pull": lambda controller: controller.enqueue("a"), "cancel": lambda: log.append("cancel")}
    )
    assert outcome(first()) == "a"
    net.run()
    assert log == ["cancel"]


def testAnErrorReachesTheReader(outcome: Outcome) -> None:
    stream = ReadableStream({"start": lambda controller: controller.error(ValueError("x"))})
    with pytest.raises(ValueError, match=r"x"):
        outcome(collect(stream))


def testFromAnIterable(outcome: Outcome) -> None:
    assert outcome(collect(ReadableStream.from_([1, 2]))) == [1, 2]


def testTheEndIsToldBeforeTheChunksThatDoNotCome(net: Network, log: Log) -> None:
    stream, controller = controllerOf(ReadableStream)
    reader = stream.getReader()
    noting(log, "read", reader.read())
    noting(log, "closed", reader.closed)
    controller.error(ValueError("x"))
    net.run()
    assert log == ["closed: x", "read: x"]


def testGivingTheLockBackFailsWhoWaits(net: Network, log: Log) -> None:
    stream, controller = controllerOf(ReadableStream)
    reader = stream.getReader()
    noting(log, "read", reader.read())
    reader.releaseLock()
    noting(log, "closed", reader.closed)
    noting(log, "next", stream.getReader().read())
    controller.enqueue("a")
    net.run()
    assert log == ["read: Invalid state: Releasing reader", "closed: Invalid state: Reader released", "next a"]


def testAPipelineThatIsCollectedWhileItWaitsIsNotLeft(net: Network, log: Log) -> None:
    """Its iterator cancels nothing: a coroutine that is collected with it must not be woken."""

    async def wait(stream: Any) -> None:
        async for chunk in stream:
            log.append(chunk)

    def begin() -> None:
        start(wait(ReadableStream({"cancel": log.note("cancel")})))

    begin()
    net.run()
    gc.collect()
    net.run()
    assert log == []


def testAnotherTypeOrModeIsRefused() -> None:
    with pytest.raises(ERR_INVALID_ARG_VALUE, match=r"source\.type"):
        ReadableStream({"type": "x"})
    with pytest.raises(ERR_INVALID_ARG_VALUE, match=r"options\.mode"):
        ReadableStream().getReader({"mode": "x"})  # type: ignore[typeddict-item]


def testASizeThatFailsFailsTheStream(net: Network, log: Log) -> None:
    def size(chunk: Any) -> float:
        raise ValueError("size")

    given: list[Any] = []
    stream = ReadableStream({"start": given.append}, {"size": size})
    with pytest.raises(ValueError, match="size"):
        given[0].enqueue("a")
    noting(log, "read", stream.getReader().read())
    net.run()
    assert log == ["read: size"]


def testAnIterationIsLeftByHandAndThenOver(net: Network, log: Log, outcome: Outcome) -> None:
    async def first(values: Any) -> Any:
        assert aiter(values) is values
        chunk = await anext(values)
        await values.aclose()
        await values.aclose()  # once is enough
        assert await anext(values, "over") == "over"
        return chunk

    stream, controller = controllerOf(ReadableStream, cancel=log.note("cancel"))
    controller.enqueue("a")
    controller.enqueue("b")
    assert outcome(first(stream.values(preventCancel=True))) == "a"
    assert (log, stream.locked) == ([], False)
    assert outcome(first(stream.values())) == "b"
    assert (log, stream.locked) == (["cancel"], False)
