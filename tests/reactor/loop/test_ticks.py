"""The order of work within a turn of the loop."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from nodecompat.reactor.loop import faults, host, ticks
from nodecompat.testing import Network


def testEverythingHasItsPlaceInATurn(net: Network, log: list[Any]) -> None:
    def callback() -> None:
        ticks.queueClosing(log.append, "closing")
        ticks.queueCheck(log.append, "check")
        ticks.queueMicrotask(log.append, "microtask")
        ticks.nextTick(log.append, "tick")
        log.append("callback")

    ticks.call(callback)
    net.run()
    assert log == ["callback", "tick", "microtask", "check", "closing"]


def testTicksQueuedByTicksRunBeforeMicrotasks(net: Network, log: list[Any]) -> None:
    def microtask() -> None:
        log.append("microtask")
        ticks.nextTick(log.append, "tick of a microtask")
        ticks.queueMicrotask(log.append, "microtask of a microtask")

    ticks.queueMicrotask(microtask)
    ticks.nextTick(ticks.nextTick, log.append, "tick of a tick")
    ticks.nextTick(log.append, "tick")
    net.run()
    assert log == ["tick", "tick of a tick", "microtask", "microtask of a microtask", "tick of a microtask"]


def testACallWithinACallLeavesDrainingToTheOuter(net: Network, log: list[Any]) -> None:
    def outer() -> None:
        ticks.nextTick(log.append, "tick")
        ticks.call(log.append, "inner")
        log.append("outer")

    ticks.call(outer)
    assert log == ["inner", "outer", "tick"]


def testDrainBetweenIsForTheOuterCallbackOnly(net: Network, log: list[Any]) -> None:
    def steps() -> None:
        for step in range(2):
            log.append(step)
            ticks.nextTick(log.append, f"tick {step}")
            ticks.drainBetween()

    ticks.call(steps)
    assert log == [0, "tick 0", 1, "tick 1"]
    log.clear()
    ticks.call(ticks.call, steps)
    assert log == [0, 1, "tick 0", "tick 1"]


def testAnExceptionIsReportedAndTheRestRuns(net: Network, log: list[Any]) -> None:
    for queue in (ticks.nextTick, ticks.queueMicrotask, ticks.queueCheck, ticks.queueClosing):
        queue(lambda: 1 / 0)
        queue(log.append, queue.__name__)
    ticks.call(lambda: 1 / 0)
    net.run()
    assert log == ["queueCheck", "nextTick", "queueMicrotask", "queueClosing"]
    assert [type(error) for error in net.faults] == [ZeroDivisionError] * 5
    net.faults.clear()


def testAnExceptionOfAnInnerCallReachesTheOuter(net: Network, log: list[Any]) -> None:
    def outer() -> None:
        with pytest.raises(ZeroDivisionError):
            ticks.call(lambda: 1 / 0)
        log.append("outer")

    ticks.call(outer)
    assert log == ["outer"]


def testAClosingQueuedByAClosingWaitsForTheNextTurn(net: Network, log: list[Any]) -> None:
    ticks.queueClosing(ticks.queueClosing, log.append, "second")
    net.clock.step()
    assert log == []
    net.run()
    assert log == ["second"]


def testTheLastClosingIsCalledFirst(net: Network, log: list[Any]) -> None:
    """libuv keeps its closing handles on a stack."""
    for name in ("first", "second", "third"):
        ticks.queueClosing(log.append, name)
    net.run()
    assert log == ["third", "second", "first"]


def testWhatWasQueuedOutsideComesBeforeACallFromOutside(net: Network, log: list[Any]) -> None:
    ticks.nextTick(log.append, "tick")
    ticks.call(log.append, "call")
    assert log == ["tick", "call"]


def testATicksExceptionIsThatOfTheHandleWhoseCallbackQueuedIt(
    net: Network, log: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Handle:
        onfault = None

    handle, other = Handle(), Handle()
    other.onfault = print  # type: ignore[assignment]
    monkeypatch.setattr(faults, "report", lambda error, whose: log.append(whose))
    ticks.call(ticks.nextTick, lambda: 1 / 0, handle=handle)
    ticks.call(ticks.nextTick, ticks.report, ValueError(), other, handle=handle)
    ticks.call(ticks.nextTick, lambda: 1 / 0)
    net.run()
    assert log == [handle, other, None]


def testOneTurnIsAskedForHoweverMuchIsQueued(net: Network) -> None:
    for _ in range(10):
        ticks.nextTick(lambda: None)
        ticks.queueCheck(lambda: None)
    assert net.clock.step()
    assert not net.clock.step()


def testNothingIsCalledAfterHalt(net: Network, log: list[Any]) -> None:
    def last() -> None:
        ticks.queueCheck(log.append, "check")
        ticks.nextTick(log.append, "tick")
        ticks.halt()
        ticks.nextTick(log.append, "tick")

    ticks.queueCheck(log.append, "first")
    ticks.queueCheck(last)
    ticks.queueCheck(log.append, "third")
    net.run()
    ticks.call(log.append, "call")
    assert log == ["first"]
    assert not ticks.hasWork()


def testTurnsInARowLookAtTheIoInBetween(net: Network, log: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    host.current().grant = 1000.0
    monkeypatch.setattr(ticks.loop, "onPoll", lambda: log.append("poll"))

    def count(number: int) -> None:
        log.append(number)
        if number < 3:
            ticks.queueCheck(count, number + 1)

    ticks.queueCheck(count, 1)
    assert net.clock.step()
    assert log == [1, "poll", 2, "poll", 3]
    assert not net.clock.step()


def testTheLoopHasItsOwnTurnWhenTheGrantIsUsedUp(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand immediates, one by the other: somebody else waits for as long as was granted, no longer."""
    log: list[str] = []
    seconds = itertools.count()

    def again() -> None:
        log.append("immediate")
        if len(log) < 1000:
            ticks.queueCheck(again)

    monkeypatch.setattr(ticks.time, "monotonic", lambda: float(next(seconds)))
    host.current().grant = 5.0
    ticks.queueCheck(again)
    net.clock.callSoon(lambda: log.append("somebody else"))
    net.run()
    assert 1 < log.index("somebody else") <= 5
    assert len(log) == 1000
