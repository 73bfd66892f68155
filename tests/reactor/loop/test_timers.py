"""The alarm under all timers: it keeps to the monotonic clock, on every reactor."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
import pytest_twisted
from program import PROLOGUE, program, python
from twisted.internet.defer import Deferred

from nodecompat.reactor.loop import host, ticks
from nodecompat.reactor.loop.timers import CallLaterAlarm, TimerfdAlarm, createAlarm
from nodecompat.testing import Network

try:
    _probe: Any = createAlarm(lambda: None)
except Exception:  # pragma: no cover - no reactor
    _probe = None
hasTimerfd = pytest.mark.skipif(not isinstance(_probe, TimerfdAlarm), reason="this system has no timerfd")


class Fired:
    """What an alarm calls: notes when, and fires a Deferred."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.next: Deferred[None] = Deferred()

    def __call__(self) -> None:
        self.times.append(time.monotonic() * 1000)
        waiting, self.next = self.next, Deferred()
        waiting.callback(None)


@pytest.fixture(params=["timerfd", "callLater"])
def kind(request: pytest.FixtureRequest) -> Any:
    if request.param == "callLater":
        return lambda onfire: CallLaterAlarm(onfire, host.current())
    if not isinstance(_probe, TimerfdAlarm):
        pytest.skip("this system has no timerfd")
    return lambda onfire: TimerfdAlarm(onfire, host.current())


@pytest_twisted.ensureDeferred
async def testFiresWhenItsTimeHasCome(kind: Any) -> None:
    fired = Fired()
    alarm = kind(fired)
    due = host.current().now() + 20
    alarm.set(due)
    await fired.next
    alarm.clear()
    assert fired.times[0] >= due - 0.01


@pytest_twisted.ensureDeferred
async def testSettingItAgainMovesIt(kind: Any) -> None:
    fired = Fired()
    alarm = kind(fired)
    now = host.current().now()
    alarm.set(now + 60_000)
    alarm.set(now + 10)
    await fired.next
    alarm.set(host.current().now() + 10)
    await fired.next
    alarm.clear()
    assert len(fired.times) == 2


@pytest_twisted.ensureDeferred
async def testAClearedAlarmDoesNotFire(kind: Any) -> None:
    first, second = Fired(), Fired()
    cleared, other = kind(first), kind(second)
    now = host.current().now()
    cleared.set(now + 5)
    cleared.clear()
    cleared.clear()
    other.set(now + 30)
    await second.next
    other.clear()
    assert first.times == []


@pytest_twisted.ensureDeferred
async def testItFiresWithinATurn(kind: Any) -> None:
    """What it queues for the check phase comes in the same turn, after the ticks."""
    log: list[str] = []
    done: Deferred[None] = Deferred()

    def onfire() -> None:
        alarm.clear()
        ticks.queueCheck(lambda: (log.append("check"), done.callback(None)))
        ticks.nextTick(log.append, "tick")
        log.append("alarm")

    alarm = kind(onfire)
    alarm.set(host.current().now() + 1)
    await done
    assert log == ["alarm", "tick", "check"]


class SteppedHost(host.TwistedHost):
    """A host whose `callLater` comes too early, as after a step of the wall clock."""

    def callLater(self, delay: float, callback: Any) -> Any:
        return super().callLater(delay / 2, callback)


@pytest_twisted.ensureDeferred
async def testAnAlarmThatComesTooEarlyIsSetAgain() -> None:
    fired = Fired()
    alarm = CallLaterAlarm(fired, SteppedHost())
    due = host.current().now() + 20
    alarm.set(due)
    await fired.next
    assert fired.times[0] >= due - 0.01


@hasTimerfd
def testTheReactorsHostHasTheTimerfd() -> None:
    assert isinstance(createAlarm(lambda: None), TimerfdAlarm)


def testTheHostOfTestsHasCallLater(net: Network) -> None:
    assert isinstance(createAlarm(lambda: None), CallLaterAlarm)


STEP = """
from twisted.internet import reactor
import time
steps = [0.0]
seconds = reactor.seconds
type(reactor).seconds = lambda self=None: seconds() + steps[0]
begin = time.monotonic()
setTimeout(lambda: print(time.monotonic() - begin), 300)
def step():
    steps[0] += {step}
reactor.callWhenRunning(step)
run()
"""


@hasTimerfd
@pytest.mark.parametrize("step", [60, -60])
def testFault23AStepOfTheWallClockChangesNothing(step: int) -> None:
    code, out, err = program(STEP.format(step=step))
    assert (code, err) == (0, "")
    assert 0.3 <= float(out) < 50


FORK = """
import os
import nodecompat.timers.lists as lists
def say(text):
    os.write(1, text.encode() + b"\\n")  # whole, as two processes write
setTimeout(say, 1, "both")
child = os.fork()
setTimeout(say, 20 if child else 40, "parent" if child else "child")
if child:
    setTimeout(os.waitpid, 60, child, 0)
run()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("reactor", ["poll", "select"])
def testAForkedChildHasAnAlarmOfItsOwn(reactor: str) -> None:
    code, out, err = program(FORK, reactor)
    assert (code, err) == (0, "")
    assert sorted(out.split()) == ["both", "both", "child", "parent"]


def testTimersRunInAProgram() -> None:
    source = """
left = [3]
def tick():
    left[0] -= 1
    print(left[0])
    if not left[0]:
        interval.close()
interval = setInterval(tick, 2)
run()
"""
    assert program(source) == (0, "2\n1\n0\n", "")


def testImportingAndUsingNothingOpensNothing() -> None:
    source = """
import os
from nodecompat import timers, testing
before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
print(len(before), "twisted.internet.reactor" in sys.modules)
"""
    code, out, err = python("-c", PROLOGUE + source)  # without choosing a reactor
    assert (code, err) == (0, "")
    count, reactor = out.split()
    assert reactor == "False"
    assert int(count) in (0, 4)  # stdin, stdout, stderr, and the folder itself
