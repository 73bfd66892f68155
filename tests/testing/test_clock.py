"""The controlled clock."""

from __future__ import annotations

import pytest

from nodecompat.testing import Clock, clock


@pytest.fixture
def host() -> Clock:
    return Clock()


def testTimeStandsStill(host: Clock) -> None:
    before = host.now()
    host.callSoon(lambda: None)
    host.run()
    assert host.now() == before


def testRunMakesWhatIsQueued(host: Clock) -> None:
    log: list[str] = []
    host.callSoon(lambda: (log.append("first"), host.callSoon(lambda: log.append("third"))))
    host.callSoon(lambda: log.append("second"))
    assert log == []
    host.run()
    assert log == ["first", "second", "third"]


def testAlarmsFireInTheOrderOfTheirTimes(host: Clock) -> None:
    log: list[tuple[str, float]] = []
    start = host.now()
    for name, delay in (("c", 30.0), ("a", 10.0), ("b", 10.0), ("never", 40.0)):
        host.callLater(delay, lambda name=name: log.append((name, host.now() - start)))
    host.advance(30)
    assert log == [("a", 10), ("b", 10), ("c", 30)]
    assert host.now() - start == 30


def testCancelledAlarm(host: Clock) -> None:
    host.callLater(5, lambda: pytest.fail("cancelled")).cancel()
    assert host.nextAlarm() is None
    host.advance(10)


def testAlarmSetByAnAlarm(host: Clock) -> None:
    log: list[float] = []
    start = host.now()
    host.callLater(10, lambda: host.callLater(10, lambda: log.append(host.now() - start)))
    host.advance(100)
    assert log == [20]


def testEndlessLoopIsFound(host: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "RUNAWAY", 100)

    def again() -> None:
        host.callSoon(again)

    again()
    with pytest.raises(AssertionError, match="still busy"):
        host.run()
