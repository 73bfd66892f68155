"""Turns of the loop in a recording: timers, immediates, ticks, microtasks. The clock is the test's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat import anatomy, async_hooks, process, queueMicrotask, setImmediate, setInterval, setTimeout
from nodecompat.anatomy import Recording, recording
from nodecompat.testing import Network


@pytest.fixture
def made(net: Network) -> Iterator[Recording]:
    with anatomy.record() as found:
        yield found
    recording.stop()
    assert found.trouble == ""


def told(made: Recording) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.name, entry.detail) for entry in made.entries]


def testTurnsOfTheLoop(made: Recording, net: Network, log: list[Any]) -> None:
    def onTimer() -> None:
        log.append("timer")

    def onImmediate() -> None:
        process.nextTick(onTick)

    def onTick() -> None:
        queueMicrotask(onMicrotask)

    def onMicrotask() -> None:
        log.append("microtask")

    setTimeout(onTimer, 5)
    setImmediate(onImmediate)
    net.advance(5)
    assert log == ["microtask", "timer"]
    assert told(made) == [
        ("timer", "setImmediate", "onImmediate"),
        ("tick", "nextTick", "onTick"),
        ("tick", "microtask", "onMicrotask"),
        ("timer", "timer", "onTimer"),
    ]
    assert all(entry.duration is not None and entry.source is not None for entry in made.entries)


def testTheProgramsFunctionsAreToldWhereAStorageIsInUse(
    made: Recording, net: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each callback is wrapped then, to have the values that were in force."""
    monkeypatch.setattr(async_hooks, "inUse", True)

    async def onMicrotask() -> None:
        pass

    def onImmediate() -> None:
        queueMicrotask(onMicrotask)

    setImmediate(onImmediate)
    net.run()
    assert told(made) == [("timer", "setImmediate", "onImmediate"), ("tick", "microtask", "onMicrotask")]


def testEachTurnOfAnInterval(made: Recording, net: Network) -> None:
    def onInterval() -> None:
        if len(told(made)) == 3:
            timer.close()

    timer = setInterval(onInterval, 10)
    net.advance(100)
    assert told(made) == [("timer", "timer", "onInterval")] * 3


def testATimerThatRaisesIsTold(made: Recording, net: Network) -> None:
    def onTimer() -> None:
        raise ValueError("boom")

    setTimeout(onTimer, 1)
    net.advance(1)
    assert [str(fault) for fault in net.faults] == ["boom"]
    net.faults.clear()
    assert told(made) == [("timer", "timer", "onTimer"), ("error", "raised", "ValueError: boom")]


def testWhatHasNoPlaceIsNotTold(made: Recording, net: Network, log: list[Any]) -> None:
    """Built-in functions; and those of the library itself."""
    setTimeout(log.append, 1, "timer")
    process.nextTick(log.append, "tick")
    net.advance(1)
    assert (log, told(made)) == (["tick", "timer"], [])


def testACancelledTimerIsNotTold(made: Recording, net: Network) -> None:
    setTimeout(lambda: None, 1).close()
    setImmediate(lambda: None)
    net.advance(5)
    assert [name for _, name, _ in told(made)] == ["setImmediate"]
