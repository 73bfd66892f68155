"""The order of work within a turn of the loop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat.reactor import ticks
from nodecompat.testing import Network, network


@pytest.fixture
def net() -> Iterator[Network]:
    with network() as made:
        yield made


@pytest.fixture
def log() -> list[Any]:
    return []


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
    net.host.step()
    assert log == []
    net.run()
    assert log == ["second"]


def testOneTurnIsAskedForHoweverMuchIsQueued(net: Network) -> None:
    for _ in range(10):
        ticks.nextTick(lambda: None)
        ticks.queueCheck(lambda: None)
    assert net.host.step()
    assert not net.host.step()


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
