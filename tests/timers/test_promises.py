"""timers.promises: Deferreds and the async iterator."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred

from nodecompat import AbortController, AbortSignal, process
from nodecompat.reactor.loop import activity, ticks
from nodecompat.testing import Network, network
from nodecompat.timers import promises


def outcome(net: Network, deferred: Deferred[Any], duration: float = 0) -> Any:
    """What a Deferred has come to after `duration` milliseconds: a value, an exception, or `...`."""
    results: list[Any] = []
    deferred.addCallbacks(results.append, lambda failure: results.append(failure.value))
    net.advance(duration)
    return results[0] if results else ...


def collect(program: Coroutine[Any, Any, Any]) -> Deferred[Any]:
    return Deferred.fromCoroutine(program)


WRONG: list[tuple[Callable[[], Deferred[Any]], str]] = [
    (lambda: promises.setTimeout("x"), "The \"delay\" argument must be of type number. Received type string ('x')"),  # type: ignore[arg-type]
    (
        lambda: promises.setTimeout(1, 2, "o"),  # type: ignore[arg-type]
        "The \"options\" argument must be of type object. Received type string ('o')",
    ),
    (
        lambda: promises.setTimeout(1, 2, signal=5),
        'The "options.signal" property must be an instance of AbortSignal. Received type number (5)',
    ),
    (
        lambda: promises.setTimeout(1, 2, {"ref": 5}),
        'The "options.ref" property must be of type boolean. Received type number (5)',
    ),
    (
        lambda: promises.setImmediate(1, 5),  # type: ignore[arg-type]
        'The "options" argument must be of type object. Received type number (5)',
    ),
    (
        lambda: promises.setImmediate(1, {"ref": 1}),
        'The "options.ref" property must be of type boolean. Received type number (1)',
    ),
    (
        lambda: promises.setInterval(1, 2, {"ref": 1}).next(),
        'The "options.ref" property must be of type boolean. Received type number (1)',
    ),
    (
        lambda: promises.scheduler.wait("x"),  # type: ignore[arg-type]
        "The \"delay\" argument must be of type number. Received type string ('x')",
    ),
    (
        lambda: promises.scheduler.wait(1, signal=4),
        'The "options.signal" property must be an instance of AbortSignal. Received type number (4)',
    ),
]


@pytest.mark.parametrize("call, message", WRONG)
def testAWrongArgumentFailsTheDeferred(net: Network, call: Callable[[], Deferred[Any]], message: str) -> None:
    error = outcome(net, call())
    assert (error.code, error.name, error.message) == ("ERR_INVALID_ARG_TYPE", "TypeError", message)
    assert not activity.isAlive()


def testTheRowOfTheTableOfErrors(net: Network) -> None:
    table = json.loads((Path(__file__).parents[1] / "data" / "node-errors.json").read_text("utf-8"))
    [row] = [row for row in table["rows"] if row["provoked"] == "timers/promises setTimeout, aborted"]
    error = outcome(net, promises.setTimeout(1, None, {"signal": AbortSignal.abort()}))
    assert (error.code, error.name, error.message) == (row["code"], row["name"], row["message"])
    assert [f"cause:{error.cause.code}"] == row["fields"]


class TestSetTimeout:
    def testGivesItsValueAfterTheDelay(self, net: Network) -> None:
        waiting = promises.setTimeout(10, "value")
        assert outcome(net, waiting, 9) is ...
        assert outcome(net, promises.setTimeout(10, "value"), 10) == "value"
        assert outcome(net, promises.setTimeout(), 1) is None

    def testContinuesAsAMicrotask(self, net: Network) -> None:
        log: list[str] = []
        promises.setTimeout(1).addCallback(lambda _: log.append("promise"))
        promises.setTimeout(1).addCallback(lambda _: log.append("second promise"))
        net.clock.callLater(1, lambda: ticks.call(log.append, "callback"))
        net.advance(1)
        assert log == ["promise", "second promise", "callback"]

    def testIsAborted(self, net: Network) -> None:
        controller = AbortController()
        waiting = promises.setTimeout(10, None, {"signal": controller.signal})
        net.advance(5)
        controller.abort("why")
        error = outcome(net, waiting)
        assert (error.name, error.code, error.message) == ("AbortError", "ABORT_ERR", "The operation was aborted")
        assert error.cause == "why"
        assert not activity.isAlive()

    @pytest.mark.parametrize(
        "call",
        [
            lambda signal: promises.setTimeout(10, signal=signal),
            lambda signal: promises.setImmediate(signal=signal),
            lambda signal: promises.setInterval(10, signal=signal).next(),
            lambda signal: promises.scheduler.wait(10, {"signal": signal}),
        ],
    )
    def testFailsWhenAbortedBefore(self, net: Network, call: Callable[[Any], Deferred[Any]]) -> None:
        error = outcome(net, call(AbortSignal.abort()))
        assert (error.name, error.code, error.message) == ("AbortError", "ABORT_ERR", "The operation was aborted")
        assert error.cause.name == "AbortError"
        assert not activity.isAlive()

    def testAbortAfterwardsChangesNothing(self, net: Network) -> None:
        controller = AbortController()
        assert outcome(net, promises.setTimeout(10, 1, signal=controller.signal), 10) == 1
        controller.abort()
        net.run()

    def testCancelClearsTheTimer(self, net: Network) -> None:
        waiting = promises.setTimeout(10)
        waiting.cancel()
        assert isinstance(outcome(net, waiting, 20), CancelledError)
        assert not activity.isAlive()

    def testRefFalseDoesNotKeepTheProgramAlive(self, net: Network) -> None:
        promises.setTimeout(10, ref=False)
        assert process.getActiveResourcesInfo() == []
        promises.setTimeout(10)
        assert process.getActiveResourcesInfo() == ["Timeout"]
        net.advance(10)


class TestSetImmediate:
    def testGivesItsValue(self, net: Network) -> None:
        waiting = promises.setImmediate("value")
        assert process.getActiveResourcesInfo() == ["Immediate"]
        assert outcome(net, waiting) == "value"

    def testIsAborted(self, net: Network) -> None:
        controller = AbortController()
        waiting = promises.setImmediate(1, {"signal": controller.signal})
        controller.abort()
        assert outcome(net, waiting).code == "ABORT_ERR"

    def testCancel(self, net: Network) -> None:
        waiting = promises.setImmediate(1)
        waiting.cancel()
        assert isinstance(outcome(net, waiting), CancelledError)
        assert not activity.isAlive()


class TestSetInterval:
    def testGivesValuesUntilTheLoopIsLeft(self, net: Network) -> None:
        async def program() -> list[Any]:
            values = []
            async for value in promises.setInterval(10, "value"):
                values.append((value, net.clock.now() - begin))
                if len(values) == 3:
                    break
            return values

        begin = net.clock.now()
        assert outcome(net, collect(program()), 100) == [("value", 10), ("value", 20), ("value", 30)]
        assert not activity.isAlive()

    def testValuesThatNobodyTookAreGivenAtOnce(self, net: Network) -> None:
        interval = promises.setInterval(10, "value")
        assert outcome(net, interval.next(), 10) == "value"
        net.advance(20)
        assert outcome(net, interval.next()) == "value"
        assert outcome(net, interval.next()) == "value"
        assert outcome(net, interval.next()) is ...
        interval.return_()
        net.run()

    def testStartsWhenItIsFirstAsked(self, net: Network) -> None:
        interval = promises.setInterval(10)
        assert not activity.isAlive()
        interval.next()
        assert process.getActiveResourcesInfo() == ["Timeout"]
        del interval
        assert not activity.isAlive()

    def testSeveralMayWait(self, net: Network) -> None:
        interval = promises.setInterval(10, "value")
        waiting = [interval.next() for _ in range(3)]
        net.advance(20)
        assert [deferred.called for deferred in waiting] == [True, True, False]
        waiting[2].cancel()
        assert isinstance(outcome(net, waiting[2]), CancelledError)

    def testReturnEndsIt(self, net: Network) -> None:
        interval = promises.setInterval(10)
        assert outcome(net, interval.return_(7)) == 7
        assert isinstance(outcome(net, interval.next()), StopAsyncIteration)
        assert not activity.isAlive()

    def testReturnComesBehindTheStepsThatWait(self, net: Network) -> None:
        interval = promises.setInterval(10, "value")
        steps = [interval.next(), interval.return_(7), interval.return_(8)]
        log: list[Any] = []
        for step in steps:
            step.addCallback(log.append)
        net.advance(9)
        assert log == []
        net.advance(1)
        assert (log, activity.isAlive()) == (["value", 7, 8], False)
        assert isinstance(outcome(net, interval.next()), StopAsyncIteration)

    def testThrowEndsIt(self, net: Network) -> None:
        interval = promises.setInterval(10)
        error = ValueError()
        assert outcome(net, interval.throw(error)) is error
        assert isinstance(outcome(net, interval.next()), StopAsyncIteration)

    def testAWithBlockEndsIt(self, net: Network) -> None:
        async def program() -> None:
            async with promises.setInterval(10) as interval:
                await interval.next()

        assert (outcome(net, collect(program()), 10), activity.isAlive()) == (None, False)

    def testAcloseEndsIt(self, net: Network) -> None:
        interval = promises.setInterval(10)
        interval.next().addErrback(lambda failure: failure.trap(StopAsyncIteration))
        outcome(net, collect(interval.aclose()))
        assert not activity.isAlive()

    def testIsAborted(self, net: Network) -> None:
        controller = AbortController()
        interval = promises.setInterval(10, 1, {"signal": controller.signal})
        waiting = interval.next()
        controller.abort("why")
        error = outcome(net, waiting)
        assert (error.code, error.cause) == ("ABORT_ERR", "why")
        assert isinstance(outcome(net, interval.next()), StopAsyncIteration)
        assert not activity.isAlive()

    def testAbortComesAfterTheValuesThatAreThere(self, net: Network) -> None:
        controller = AbortController()
        interval = promises.setInterval(10, "value", signal=controller.signal)
        assert outcome(net, interval.next(), 30) == "value"
        controller.abort()
        assert [outcome(net, interval.next()) for _ in range(2)] == ["value", "value"]
        assert outcome(net, interval.next()).code == "ABORT_ERR"

    def testRefFalseDoesNotKeepTheProgramAlive(self, net: Network) -> None:
        interval = promises.setInterval(10, ref=False)
        interval.next().addErrback(lambda _: None)
        assert not activity.isAlive()
        interval.return_()
        net.run()


class TestScheduler:
    def testWait(self, net: Network) -> None:
        assert outcome(net, promises.scheduler.wait(10), 9) is ...
        assert outcome(net, promises.scheduler.wait(10), 10) is None

    def testYield(self, net: Network) -> None:
        assert outcome(net, promises.scheduler.yield_()) is None

    def testHasNoConstructor(self) -> None:
        with pytest.raises(TypeError) as raised:
            promises.Scheduler()
        assert getattr(raised.value, "code", None) == "ERR_ILLEGAL_CONSTRUCTOR"


def testAValueThatIsAPromiseIsTakenOver() -> None:
    """As in JavaScript: the promise of a promise comes to what that one comes to."""
    value: Deferred[str] = Deferred()
    got: list[Any] = []
    with network() as net:
        promises.setImmediate(value).addCallback(got.append)
        net.run()
        assert got == []
        value.callback("late")
        assert got == ["late"]
