"""The lists of timers: what costs nothing, when the alarm is set, timers of sockets."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.reactor.loop import activity, faults
from nodecompat.testing import Network, network
from nodecompat.timers import setTimeout
from nodecompat.timers.lists import IdleTimer, Timers, current


class CountingAlarm:
    """Stands before the alarm of some timers and notes when it is set, relative to now."""

    def __init__(self, timers: Timers) -> None:
        self.calls: list[float | None] = []
        self._alarm, self._now_ = timers._alarm, timers.now
        timers._alarm = self

    def set(self, due: float) -> None:
        self.calls.append(round(due - self._now_(), 3))
        self._alarm.set(due)

    def clear(self) -> None:
        self.calls.append(None)
        self._alarm.clear()


@pytest.fixture
def alarm(net: Network) -> CountingAlarm:
    return CountingAlarm(current())


def testTheAlarmIsSetOnlyWhenTheEarliestExpiryChanges(net: Network, alarm: CountingAlarm) -> None:
    for delay in (50, 50, 100, 60, 20, 20, 30):
        setTimeout(lambda: None, delay)
    assert alarm.calls == [50, 20]


def testStoppingAndRefreshingDoNotTouchTheAlarm(net: Network, alarm: CountingAlarm) -> None:
    timers = [setTimeout(lambda: None, 50) for _ in range(10)]
    for timer in timers:
        timer.refresh()
    for timer in timers[1:]:
        timer.close()
    assert alarm.calls == [50]


def testTheAlarmIsOffWhenNothingIsLeft(net: Network, alarm: CountingAlarm) -> None:
    setTimeout(lambda: None, 50).close()
    net.advance(50)
    assert alarm.calls == [50, None]


def testARefreshedTimerIsLookedAtOnceForNothing(net: Network, alarm: CountingAlarm) -> None:
    timer = setTimeout(lambda: None, 50)
    net.advance(30)
    timer.refresh()
    net.advance(50)
    assert alarm.calls == [50, 30, None]


def testTimersDueWithinAMillisecondShareAWakeUp(net: Network, alarm: CountingAlarm) -> None:
    for _ in range(5):
        setTimeout(lambda: None, 10)
        net.clock._now_ += 0.2
    net.advance(20)
    assert alarm.calls == [10, 1, None]


def testTimersOfEachHostAreItsOwn(net: Network) -> None:
    outer = current()
    setTimeout(lambda: None, 5)
    with network() as inner:
        assert current() is not outer
        inner.advance(5)
    net.advance(5)
    assert current() is outer


class TestIdleTimer:
    def testFiresAndNeverKeepsTheProgramAlive(self, net: Network) -> None:
        fired: list[int] = []
        timer = IdleTimer(lambda: fired.append(1))
        timer.start(10)
        assert timer.isRunning()
        assert not activity.isAlive()
        net.advance(10)
        assert fired == [1]
        assert not timer.isRunning()

    def testRefreshPutsItOff(self, net: Network) -> None:
        fired: list[float] = []
        timer = IdleTimer(lambda: fired.append(net.clock.now() - begin))
        begin = net.clock.now()
        timer.start(10)
        for _ in range(5):
            net.advance(9)
            timer.refresh()
        net.advance(20)
        assert fired == [55]

    def testStartAgainReplacesTheDuration(self, net: Network) -> None:
        fired: list[float] = []
        timer = IdleTimer(lambda: fired.append(net.clock.now() - begin))
        begin = net.clock.now()
        timer.start(10)
        timer.start(30)
        net.advance(100)
        timer.start(0.2)
        net.advance(100)
        assert fired == [30, 101]

    def testStopAndRefreshOfAStoppedOne(self, net: Network) -> None:
        fired: list[int] = []
        timer = IdleTimer(lambda: fired.append(1))
        timer.stop()
        timer.start(10)
        timer.stop()
        timer.refresh()
        net.advance(50)
        assert fired == []

    def testMayStartItselfAgain(self, net: Network) -> None:
        fired: list[int] = []

        def again() -> None:
            fired.append(1)
            if len(fired) < 3:
                timer.start(10)

        timer = IdleTimer(again)
        timer.start(10)
        net.advance(100)
        assert fired == [1, 1, 1]

    def testAnErrorInSomebodyElsesReactorCostsItsOwner(self, net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
        class Connection:
            givenUp = False

            def onTimeout(self) -> None:
                raise ValueError("boom")

            def onfault(self) -> None:
                self.givenUp = True

        monkeypatch.setattr(faults, "fatal", None)
        connection = Connection()
        IdleTimer(connection.onTimeout).start(10)
        net.advance(10)
        assert connection.givenUp


def testManyTimersCostTheSameEach(net: Network) -> None:
    """100,000 timers are started, refreshed and stopped without anything growing with their number."""
    timers: list[Any] = [IdleTimer(lambda: None) for _ in range(100_000)]
    for timer in timers:
        timer.start(5000)
    for timer in timers:
        timer.refresh()
    for timer in timers:
        timer.stop()
    found = current()
    assert len(found._heap) == 1
