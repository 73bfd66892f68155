"""setTimeout, setInterval and their objects, on a clock that the tests move."""

from __future__ import annotations

import math
from typing import Any

import pytest

from nodecompat import process, timers
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.reactor.loop import activity, ticks
from nodecompat.testing import Network
from nodecompat.timers import clearInterval, clearTimeout, setInterval, setTimeout, timeout


def testFiresOnceAfterItsDelayWithItsArguments(net: Network, log: list[Any]) -> None:
    setTimeout(lambda *args: log.append(args), 20, "a", 2)
    net.advance(19)
    assert log == []
    net.advance(1)
    net.advance(100)
    assert log == [("a", 2)]


def testTimersOfOneDurationFireInTheOrderOfTheirStart(net: Network, log: list[Any]) -> None:
    for name in "abc":
        setTimeout(log.append, 10, name)
    net.advance(10)
    assert log == ["a", "b", "c"]


def testShorterTimersFireFirst(net: Network, log: list[Any]) -> None:
    for delay in (30, 10, 20):
        setTimeout(log.append, delay, delay)
    net.advance(30)
    assert log == [10, 20, 30]


@pytest.mark.parametrize("delay", [0, -5, None, math.nan, 2**31, math.inf, "", "x", {}, False, 0.5])
def testADelayThatIsNoneIsOneMillisecond(net: Network, log: list[Any], delay: Any) -> None:
    setTimeout(log.append, delay, 1)
    assert log == []
    net.advance(1)
    assert log == [1]


@pytest.mark.parametrize("delay, duration", [("12", 12), (7.9, 7), (True, 1), (2**31 - 1, 2**31 - 1)])
def testADelayIsTakenAsAWholeNumber(net: Network, log: list[Any], delay: Any, duration: int) -> None:
    setTimeout(log.append, delay, 1)
    net.advance(duration - 1)
    assert log == []
    net.advance(1)
    assert log == [1]


@pytest.mark.parametrize(
    "delay, name, text",
    [
        (2**31, "TimeoutOverflowWarning", "2147483648 does not fit into a 32-bit signed integer."),
        (math.inf, "TimeoutOverflowWarning", "Infinity does not fit into a 32-bit signed integer."),
        (-3, "TimeoutNegativeWarning", "-3 is a negative number."),
        (math.nan, "TimeoutNaNWarning", "NaN is not a number."),
    ],
)
def testAStrangeDelayWarns(
    net: Network, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], delay: Any, name: str, text: str
) -> None:
    monkeypatch.setattr(timeout, "_warned", set())
    seen: list[Any] = []
    process.once("warning", lambda warning: seen.append((warning.name, warning.message)))
    setTimeout(lambda: None, delay)
    net.run()
    message = f"{text}\nTimeout duration was set to 1."
    assert seen == [(name, message)]
    assert capsys.readouterr().err == f"(nodecompat:{process.pid}) {name}: {message}\n"


def testNegativeDelaysAndNaNWarnOnlyOnce(net: Network, monkeypatch: pytest.MonkeyPatch, log: list[Any]) -> None:
    monkeypatch.setattr(timeout, "_warned", set())
    monkeypatch.setattr(process, "_printWarning_", lambda warning: None)
    process.on("warning", lambda warning: log.append(warning.name))
    for delay in (-1, -1, math.nan, math.nan, 2**31, 2**31):
        setTimeout(lambda: None, delay)
    net.run()
    process.removeListener("warning", process.listeners("warning")[-1])
    assert log == ["TimeoutNegativeWarning", "TimeoutNaNWarning", "TimeoutOverflowWarning", "TimeoutOverflowWarning"]


@pytest.mark.parametrize("start", [setTimeout, setInterval, timers.setImmediate])
@pytest.mark.parametrize(
    "callback, received", [("x", "type string ('x')"), (5, "type number (5)"), ({}, "an instance of Object")]
)
def testTheCallbackMustBeAFunction(start: Any, callback: Any, received: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE) as raised:
        start(callback, 1)
    assert raised.value.message == f'The "callback" argument must be of type function. Received {received}'


def testAClearedTimerNeverFires(net: Network, log: list[Any]) -> None:
    kept = setTimeout(log.append, 5, "kept")
    clearTimeout(setTimeout(log.append, 5, "cleared"))
    setTimeout(log.append, 5, "closed").close()
    with setTimeout(log.append, 5, "disposed"):
        pass
    net.advance(10)
    assert log == ["kept"]
    assert "destroyed" in repr(kept)


def testATimerCanClearANeighbourInTheSameList(net: Network, log: list[Any]) -> None:
    setTimeout(lambda: clearTimeout(second), 5)
    second = setTimeout(log.append, 5, "second")
    setTimeout(log.append, 5, "third")
    net.advance(5)
    assert log == ["third"]


@pytest.mark.parametrize("convert", [int, lambda t: str(int(t)), lambda t: float(int(t))])
def testATimerIsClearedByItsNumber(net: Network, log: list[Any], convert: Any) -> None:
    cleared = setTimeout(log.append, 5, "cleared")
    assert int(cleared) == int(cleared)
    clearTimeout(convert(cleared))
    net.advance(10)
    assert log == []


@pytest.mark.parametrize("nothing", [None, {}, "x", "", 10**9, math.nan, lambda: None, object()])
def testClearingSomethingElseDoesNothing(nothing: Any) -> None:
    clearTimeout(nothing)
    clearInterval(nothing)
    timers.clearImmediate(nothing)


def testAnIntervalFiresUntilItIsCleared(net: Network, log: list[Any]) -> None:
    def tick(name: str) -> None:
        log.append(name)
        if len(log) == 3:
            clearInterval(interval)

    interval = setInterval(tick, 10, "tick")
    net.advance(100)
    assert log == ["tick"] * 3
    assert not activity.isAlive()


def testAnIntervalStartsAnewWhenItsCallbackIsDone(net: Network, log: list[Any]) -> None:
    interval = setInterval(lambda: log.append(net.clock.now()), 10)
    begin = net.clock.now()
    net.advance(30)
    clearInterval(interval)
    assert [at - begin for at in log] == [10, 20, 30]


def testRefreshBeginsAnew(net: Network, log: list[Any]) -> None:
    timer = setTimeout(log.append, 10, "timer")
    setTimeout(log.append, 10, "other")
    net.advance(6)
    assert timer.refresh() is timer
    net.advance(4)
    assert log == ["other"]
    net.advance(6)
    assert log == ["other", "timer"]


def testRefreshStartsAFiredTimerAgain(net: Network, log: list[Any]) -> None:
    timer = setTimeout(log.append, 10, "again")
    net.advance(10)
    assert not activity.isAlive()
    timer.refresh()
    assert activity.isAlive()
    net.advance(10)
    assert log == ["again", "again"]


def testRefreshLeavesAClearedTimerCleared(net: Network, log: list[Any]) -> None:
    timer = setTimeout(log.append, 10)
    timer.close().refresh()
    net.advance(20)
    assert log == []
    assert not activity.isAlive()


def testRefreshInItsOwnCallbackKeepsATimerGoing(net: Network, log: list[Any]) -> None:
    def again() -> None:
        log.append(1)
        if len(log) < 3:
            timer.refresh()

    timer = setTimeout(again, 10)
    net.advance(100)
    assert log == [1, 1, 1]
    assert not activity.isAlive()


def testRefAndUnrefSayWhetherTheProgramIsKeptAlive(net: Network) -> None:
    timer = setTimeout(lambda: None, 10)
    assert (timer.hasRef(), process.getActiveResourcesInfo()) == (True, ["Timeout"])
    assert timer.unref() is timer
    assert (timer.hasRef(), process.getActiveResourcesInfo()) == (False, [])
    timer.unref()
    assert timer.ref() is timer
    assert process.getActiveResourcesInfo() == ["Timeout"]
    net.advance(10)
    assert (timer.hasRef(), process.getActiveResourcesInfo()) == (True, [])
    timer.unref().ref()
    assert process.getActiveResourcesInfo() == []


def testARunningCallbackStillCounts(net: Network, log: list[Any]) -> None:
    setTimeout(lambda: log.extend(process.getActiveResourcesInfo()), 1)
    setTimeout(lambda: None, 5)
    net.advance(1)
    assert log == ["Timeout", "Timeout"]


def testAnUnrefedTimerFiresAllTheSame(net: Network, log: list[Any]) -> None:
    setTimeout(log.append, 10, 1).unref()
    net.advance(10)
    assert log == [1]


def testTicksAndMicrotasksRunBetweenTimers(net: Network, log: list[Any]) -> None:
    def first() -> None:
        timers.queueMicrotask(lambda: log.append("microtask"))
        process.nextTick(log.append, "tick")
        log.append("first")

    setTimeout(first, 1)
    setTimeout(log.append, 1, "second")
    net.advance(1)
    assert log == ["first", "tick", "microtask", "second"]


def testAnErrorInOneCallbackLeavesTheOthers(net: Network, log: list[Any]) -> None:
    def fail() -> None:
        process.nextTick(log.append, "tick")
        raise ValueError("one")

    setTimeout(fail, 1)
    setTimeout(log.append, 1, "second")
    net.advance(1)
    assert log == ["second", "tick"]
    assert [str(error) for error in net.faults] == ["one"]
    net.faults.clear()


def testAnIntervalGoesOnAfterAnError(net: Network) -> None:
    def fail() -> None:
        raise ValueError

    interval = setInterval(fail, 10)
    net.advance(30)
    clearInterval(interval)
    assert len(net.faults) == 3
    net.faults.clear()


def testACoroutineFunctionMayBeTheCallback(net: Network, log: list[Any]) -> None:
    async def callback(value: int) -> None:
        log.append(value)
        await timers.promises.setTimeout(5)
        log.append(value + 1)

    setTimeout(callback, 1, 1)
    net.advance(1)
    assert log == [1]
    net.advance(5)
    assert log == [1, 2]


def testTheFailureOfACoroutineIsAnUnhandledRejection(net: Network, log: list[Any]) -> None:
    async def callback() -> None:
        raise ValueError("async")

    process.once("unhandledRejection", lambda reason, promise: log.append(str(reason)))
    setTimeout(callback, 1)
    net.advance(1)
    assert log == ["async"]


def testImmediatesOfATimerRunBeforeALaterTimer(net: Network, log: list[Any]) -> None:
    def late() -> None:
        net.clock._now_ += 5  # the callback takes long
        setTimeout(log.append, 0, "timeout")
        timers.setImmediate(log.append, "immediate")
        net.clock._now_ += 5

    setTimeout(late, 1)
    net.advance(1)
    net.advance(10)
    assert log == ["immediate", "timeout"]


def testATimerThatKeepsBeingDueDoesNotStarveTheRest(net: Network, log: list[Any]) -> None:
    """What a callback starts waits for a later turn, even when it is due by the end of the callback."""

    def slow() -> None:
        log.append("timer")
        net.clock._now_ += 5
        if log.count("timer") < 3:
            setTimeout(slow, 1)
            timers.setImmediate(log.append, "immediate")

    setTimeout(slow, 1)
    net.advance(100)
    assert log == ["timer", "immediate", "timer", "immediate", "timer"]


def testNothingIsLeftAtTheEnd(net: Network) -> None:
    setTimeout(lambda: None, 5)
    net.advance(5)
    assert net.clock.nextAlarm() is None
    assert not ticks.hasWork()
