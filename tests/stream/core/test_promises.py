"""Promises as the streams need them: each step ends in a microtask."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest
from streamlog import Log
from twisted.internet.defer import CancelledError, Deferred

from nodecompat.reactor.loop import ticks
from nodecompat.stream.core import promises as p
from nodecompat.testing import Network


def told(log: Log, deferred: Deferred[Any]) -> None:
    deferred.addCallbacks(
        lambda value: log.append(f"value {value}"), lambda failure: log.append(f"error {failure.value}")
    )


async def returning(value: Any) -> Any:
    return value


async def raising() -> None:
    raise ValueError("x")


@pytest.mark.parametrize(("make", "expected"), [(lambda: returning(5), "value 5"), (raising, "error x")])
def testAnOutcomeIsToldInAMicrotask(net: Network, log: Log, make: Any, expected: str) -> None:
    told(log, p.promise(make()))
    assert log == []
    ticks.nextTick(log.append, "tick")
    net.run()
    assert log == ["tick", expected]


def testCancellingAPromiseCancelsItsCoroutine(net: Network, log: Log) -> None:
    async def wait() -> None:
        try:
            await Deferred()
        except CancelledError:
            log.append("cancelled")
            raise

    waiting = p.promise(wait())
    net.run()
    waiting.addErrback(lambda failure: log.append(type(failure.value).__name__))
    waiting.cancel()
    net.run()
    assert log == ["cancelled", "CancelledError"]


def testFailed(net: Network, log: Log) -> None:
    told(log, p.failed(ValueError("x")))
    assert log == []
    net.run()
    assert log == ["error x"]


def testACoroutineFunctionAsAnOrdinaryOne(net: Network, log: Log) -> None:
    async def note(word: str) -> None:
        log.append(word)
        await p.microtask()
        log.append("later")

    start = p.driven(note)
    assert (start("now"), start.__name__) == (None, "note")
    assert log == ["now"]
    net.run()
    assert log == ["now", "later"]


def testItsFailureIsARejection(net: Network) -> None:
    p.driven(raising)()
    net.run()
    assert [str(fault) for fault in net.faults] == ["x"]
    net.faults.clear()


def testWhatIsACoroutineFunction() -> None:
    class Thing:
        async def method(self) -> None: ...

    assert p.isCoroutineFunction(raising) and p.isCoroutineFunction(Thing().method)
    assert not any(map(p.isCoroutineFunction, (print, lambda: raising(), Thing, None)))


def testACallbackMayTakeFewerArgumentsAndBeACoroutine(net: Network, log: Log) -> None:
    async def later(first: Any) -> None:
        log.append(f"coroutine {first}")

    for callback in (lambda: log.append("none"), lambda first: log.append(f"one {first}"), later):
        p.fitCallback(callback, 2)(1, 2)
    net.run()
    assert log == ["none", "one 1", "coroutine 1"]


def testWhatCanBeAwaited(net: Network) -> None:
    coroutine = returning(1)
    assert p.isThenable(coroutine) and p.isThenable(Deferred())
    assert not p.isThenable(5)
    p.forget(coroutine)  # no warning that it was never awaited
    p.forget(5)
    del coroutine
    gc.collect()


@pytest.mark.parametrize(("make", "expected"), [(lambda: returning(5), "value 5"), (raising, "error x")])
def testSettle(net: Network, log: Log, make: Any, expected: str) -> None:
    p.settle(make(), lambda value: log.append(f"value {value}"), lambda error: log.append(f"error {error}"))
    assert log == []
    net.run()
    assert log == [expected]


# Iterating


async def counting(log: Log, end: int = 3) -> AsyncIterator[int]:
    try:
        for number in range(end):
            yield number
    finally:
        log.append("closed")


async def resolved(value: Any) -> Any:
    return value


@pytest.mark.parametrize(
    "make", [lambda log: counting(log), lambda log: [0, 1, 2], lambda log: iter([resolved(0), 1, resolved(2)])]
)
def testAnyIterableIsIterated(net: Network, log: Log, make: Any) -> None:
    """Deferreds and coroutines among the values of an ordinary one are awaited."""

    async def collect() -> list[Any]:
        return [value async for value in p.iterate(make(log))]

    told(log, p.run(collect()))
    net.run()
    assert log[-1] == "value [0, 1, 2]"


def testEachStepEndsInAMicrotask(net: Network, log: Log) -> None:
    async def loop() -> None:
        async for value in p.iterate([1, 2]):
            log.append(str(value))

    p.run(loop())
    log.append("started")
    net.run()
    assert log == ["started", "1", "2"]


def testLeavingALoopClosesItsIterator(net: Network, log: Log) -> None:
    """When it is left, not some time later."""

    async def first() -> Any:
        async for value in p.AsyncIterable(counting(log)):
            return value

    told(log, p.run(first()))
    net.run()
    assert sorted(log) == ["closed", "value 0"]


def testALoopThatEndsClosesNothingTwice(net: Network, log: Log) -> None:
    async def loop() -> None:
        iteration = p.iterate(counting(log, 1))
        async for _ in iteration:
            pass
        await iteration.aclose()  # type: ignore[attr-defined]

    p.run(loop())
    net.run()
    assert log == ["closed"]


def testAnErrorOfAnIterableIsTheLoops(net: Network, log: Log) -> None:
    def broken() -> Any:
        yield 1
        raise ValueError("x")

    async def loop() -> None:
        async for value in p.iterate(broken()):
            log.append(str(value))

    told(log, p.run(loop()))
    net.run()
    assert log == ["1", "error x"]


# Turns


def testCallsOfOneIteratorWaitForEachOther(net: Network, log: Log) -> None:
    turns = p.Turns()
    steps: list[Deferred[None]] = []

    async def call(number: int) -> None:
        if turns.taken:
            await turns.mine()
        turns.taken = True
        log.append(f"begin {number}")
        steps.append(Deferred())
        await steps[-1]
        log.append(f"end {number}")
        turns.next()

    for number in range(3):
        p.run(call(number))
    net.run()
    while len(log) < 6:
        steps[-1].callback(None)
        net.run()
    assert log == ["begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"]
    assert not turns.taken


def testAThousandThatWaitAreNoThousandFrames(net: Network, log: Log) -> None:
    turns = p.Turns()
    turns.taken = True

    async def call() -> None:
        await turns.mine()
        log.append("x")
        turns.next()

    for _ in range(5000):
        p.run(call())
    turns.next()
    net.run()
    assert (len(log), turns.taken) == (5000, False)


def testOneThatIsCancelledGivesUpItsPlace(net: Network, log: Log) -> None:
    turns = p.Turns()
    turns.taken = True

    async def call(word: str) -> None:
        await turns.mine()
        log.append(word)
        turns.next()

    gone = p.run(call("gone"))
    gone.addErrback(lambda failure: None)
    p.run(call("stays"))
    gone.cancel()
    turns.next()
    net.run()
    assert log == ["stays"]
