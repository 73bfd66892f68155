"""once, on and addAbortListener."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred

from nodecompat.abort import AbortController, AbortSignal
from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, AbortError, NodeError
from nodecompat.events import EventEmitter, EventIterator, addAbortListener, on, once
from nodecompat.eventtarget import Event, EventTarget
from nodecompat.reactor.loop import ticks
from nodecompat.symbols import Symbol
from nodecompat.testing import Network


@pytest.fixture
def emitter() -> EventEmitter:
    return EventEmitter()


def outcome(net: Network, deferred: Deferred[Any]) -> Any:
    """What a Deferred has fired with after everything has run; a failure's exception; "waits"."""
    got: list[Any] = []
    deferred.addCallbacks(got.append, lambda failure: got.append(failure.value))
    net.run()
    return got[0] if got else "waits"


def run(net: Network, program: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        return await program()

    return outcome(net, Deferred.fromCoroutine(main()))


# -- once


def testOnceGivesTheArguments(net: Network, emitter: EventEmitter) -> None:
    waiting = once(emitter, "x")
    emitter.emit("x", 1, 2)
    emitter.emit("x", 3)
    assert outcome(net, waiting) == [1, 2]
    assert emitter.eventNames() == []


def testOnceFiresInAMicrotask(net: Network, emitter: EventEmitter, log: list[Any]) -> None:
    once(emitter, "x").addCallback(lambda _: log.append("once"))
    ticks.nextTick(log.append, "tick")
    ticks.queueMicrotask(log.append, "microtask")
    emitter.emit("x")
    log.append("emitted")
    net.run()
    assert log == ["emitted", "tick", "microtask", "once"]


def testOnceFailsWithTheErrorEvent(net: Network, emitter: EventEmitter) -> None:
    waiting = once(emitter, "x")
    error = ValueError("no")
    emitter.emit("error", error)
    assert outcome(net, waiting) is error
    assert emitter.eventNames() == []


def testAnErrorThatIsNoExceptionIsWrapped(net: Network, emitter: EventEmitter) -> None:
    waiting = once(emitter, "x")
    emitter.emit("error", "text")
    error = outcome(net, waiting)
    assert (error.code, error.context) == ("ERR_UNHANDLED_ERROR", "text")


def testOnceOfErrorTakesItAsAnEvent(net: Network, emitter: EventEmitter) -> None:
    waiting = once(emitter, "error")
    emitter.emit("error", "asked")
    assert outcome(net, waiting) == ["asked"]


def testOnceOfATarget(net: Network) -> None:
    target, event = EventTarget(), Event("x")
    waiting = once(target, "x")
    target.dispatchEvent(event)
    assert outcome(net, waiting) == [event]


def testOnceIsGivenUpByASignal(net: Network, emitter: EventEmitter) -> None:
    controller = AbortController()
    waiting = once(emitter, "x", signal=controller.signal)
    controller.abort("why")
    error = outcome(net, waiting)
    assert isinstance(error, AbortError)
    assert (error.code, error.cause, emitter.eventNames()) == ("ABORT_ERR", "why", [])


def testOnceWithAnAbortedSignalFails(net: Network, emitter: EventEmitter) -> None:
    error = outcome(net, once(emitter, "x", {"signal": AbortSignal.abort()}))
    assert (error.code, error.cause.code, str(error)) == ("ABORT_ERR", 20, "The operation was aborted")


def testACancelledOnceStopsListening(net: Network, emitter: EventEmitter) -> None:
    waiting = once(emitter, "x")
    waiting.cancel()
    assert emitter.eventNames() == []
    assert isinstance(outcome(net, waiting), CancelledError)


def testAOnceCancelledAfterItsEventDoesNotFireTwice(net: Network, emitter: EventEmitter) -> None:
    waiting, failing = once(emitter, "x"), once(emitter, "y")
    emitter.emit("x")
    emitter.emit("error", ValueError())
    waiting.cancel()
    failing.cancel()
    assert isinstance(outcome(net, waiting), CancelledError)
    assert isinstance(outcome(net, failing), CancelledError)


@pytest.mark.parametrize(
    "args, message",
    [
        ((5, "x"), 'The "emitter" argument must be an instance of EventEmitter. Received type number (5)'),
        (({}, "x"), 'The "emitter" argument must be an instance of EventEmitter. Received an instance of Object'),
        ((EventEmitter(), "x", 5), 'The "options" argument must be of type object. Received type number (5)'),
        (
            (EventEmitter(), "x", {"signal": 5}),
            'The "options.signal" property must be an instance of AbortSignal. Received type number (5)',
        ),
    ],
)
def testBadArguments(net: Network, args: Any, message: str) -> None:
    """`once` answers with a failed Deferred, `on` raises."""
    error = outcome(net, once(*args))
    assert (type(error), str(error)) == (ERR_INVALID_ARG_TYPE, message)
    with pytest.raises(ERR_INVALID_ARG_TYPE) as caught:
        on(*args)
    assert str(caught.value) == message


# -- on


def steps(net: Network, iterator: EventIterator, count: int) -> list[Any]:
    """The outcomes of the next steps; the end is shown as "end"."""
    got = [outcome(net, iterator.__anext__()) for _ in range(count)]
    return ["end" if isinstance(each, StopAsyncIteration) else each for each in got]


def testEventsAreIteratedOver(net: Network, emitter: EventEmitter) -> None:
    iterator = on(emitter, "x", close=["stop"])

    async def program() -> list[Any]:
        return [value async for value in iterator]

    waiting = Deferred.fromCoroutine(program())
    emitter.emit("x", "a")
    net.run()
    emitter.emit("x", "b", 2)
    emitter.emit("stop")
    emitter.emit("x", "late")
    assert outcome(net, waiting) == [["a"], ["b", 2]]
    assert emitter.eventNames() == []


def testWaitingEventsAreTakenBeforeAnError(net: Network, emitter: EventEmitter) -> None:
    iterator, error = on(emitter, "x"), ValueError("bad")
    emitter.emit("x", 1)
    emitter.emit("x", 2)
    emitter.emit("error", error)
    emitter.emit("x", 3)
    assert steps(net, iterator, 5) == [[1], [2], error, "end", "end"]


def testSeveralStepsMayWait(net: Network, emitter: EventEmitter) -> None:
    iterator, error = on(emitter, "x"), ValueError("bad")
    waiting = [iterator.__anext__() for _ in range(3)]
    emitter.emit("x", "a")
    emitter.emit("error", error)
    results = [outcome(net, each) for each in waiting]
    assert results[:2] == [["a"], error]
    assert isinstance(results[2], StopAsyncIteration)


def testTheEventErrorItselfCanBeIteratedOver(net: Network, emitter: EventEmitter) -> None:
    iterator = on(emitter, "error")
    emitter.emit("error", "value")
    assert steps(net, iterator, 1) == [["value"]]


def testATargetIsIteratedOver(net: Network) -> None:
    target, event = EventTarget(), Event("x")
    iterator = on(target, "x")
    target.dispatchEvent(event)
    assert steps(net, iterator, 1) == [[event]]


def testASignalBreaksItOff(net: Network, emitter: EventEmitter) -> None:
    controller = AbortController()
    iterator = on(emitter, "x", {"signal": controller.signal})
    emitter.emit("x", 1)
    controller.abort("why")
    first, error, last = steps(net, iterator, 3)
    assert (first, error.code, error.cause, last) == ([1], "ABORT_ERR", "why", "end")
    with pytest.raises(AbortError):
        on(emitter, "x", signal=controller.signal)


def testReturnAndThrowEndIt(net: Network, emitter: EventEmitter) -> None:
    iterator = on(emitter, "x")
    iterator.return_()
    assert (steps(net, iterator, 1), emitter.eventNames()) == (["end"], [])
    iterator, error = on(emitter, "x"), ValueError("thrown")
    iterator.throw(error)
    assert (steps(net, iterator, 2), emitter.eventNames()) == ([error, "end"], [])
    with pytest.raises(
        ERR_INVALID_ARG_TYPE, match=r'^The "EventEmitter.AsyncIterator" property must be an instance of'
    ):
        iterator.throw(5)  # type: ignore[arg-type]


def testABreakStopsListening(net: Network, emitter: EventEmitter) -> None:
    """JavaScript calls return(); here the iterator has nobody left who holds it."""

    async def program() -> None:
        async for _ in on(emitter, "x"):
            break

    gc.disable()
    try:
        waiting = Deferred.fromCoroutine(program())
        assert emitter.listenerCount("x") == 1
        emitter.emit("x")
        outcome(net, waiting)
        assert emitter.eventNames() == []
    finally:
        gc.enable()


def testItCanBeClosedByAWithBlockOrAclose(net: Network, emitter: EventEmitter) -> None:
    async def program() -> None:
        async with on(emitter, "x"):
            assert emitter.listenerCount("x") == 1
        assert emitter.listenerCount("x") == 0
        await on(emitter, "x").aclose()

    assert run(net, program) is None


def testACancelledStepLeavesTheEventToTheNext(net: Network, emitter: EventEmitter) -> None:
    iterator = on(emitter, "x")
    cancelled, kept = iterator.__anext__(), iterator.__anext__()
    cancelled.cancel()
    cancelled.addErrback(lambda failure: failure.trap(CancelledError))
    emitter.emit("x", 1)
    assert outcome(net, kept) == [1]


class Source(EventEmitter):
    """An emitter that can be paused, and says so."""

    def __init__(self, log: list[Any]) -> None:
        super().__init__()
        self.pause = lambda: log.append("pause")
        self.resume = lambda: log.append("resume")


@pytest.mark.parametrize(
    "marks, expected",
    [
        ({"highWaterMark": 2, "lowWaterMark": 1}, ["pause", 0, 1, 2, "resume", 3]),
        ({"highWaterMark": 3, "lowWaterMark": 2}, ["pause", 0, 1, "resume", 2, 3]),
        ({}, [0, 1, 2, 3]),
    ],
)
def testAboveTheHighWaterMarkTheEmitterIsPaused(net: Network, log: list[Any], marks: Any, expected: list[Any]) -> None:
    source = Source(log)
    iterator = on(source, "x", marks)
    for count in range(4):
        source.emit("x", count)
    for _ in range(4):
        iterator.__anext__().addCallback(lambda args: log.extend(args))
        net.run()
    assert log == expected


def testAnEmitterThatIsNoLongerListenedToIsNotResumed(net: Network, log: list[Any]) -> None:
    source = Source(log)
    iterator = on(source, "x", highWaterMark=1)
    source.emit("x", 1)
    source.emit("x", 2)
    iterator.return_()
    for _ in range(2):
        iterator.__anext__().addCallback(lambda args: log.extend(args))
        net.run()
    assert log == ["pause", 1, 2]


def testOptionsThatAreNoneAreLeftOut(net: Network, emitter: EventEmitter) -> None:
    iterator = on(emitter, "x", {"highWaterMark": None, "lowWaterMark": None, "close": None, "signal": None})
    emitter.emit("x", 1)
    assert outcome(net, iterator.__anext__()) == [1]


@pytest.mark.parametrize(
    "options, error, message",
    [
        (
            {"highWaterMark": 0},
            ERR_OUT_OF_RANGE,
            'The value of "options.highWaterMark" is out of range. It must be >= 1',
        ),
        ({"lowWaterMark": "x"}, ERR_INVALID_ARG_TYPE, 'The "options.lowWaterMark" property must be of type number.'),
    ],
)
def testBadMarks(emitter: EventEmitter, options: Any, error: type[NodeError], message: str) -> None:
    with pytest.raises(error) as caught:
        on(emitter, "x", options)
    assert str(caught.value).startswith(message)


# -- addAbortListener


def testAnAbortListenerCannotBeStopped(log: list[Any]) -> None:
    controller = AbortController()
    controller.signal.addEventListener("abort", lambda event: event.stopImmediatePropagation())
    controller.signal.addEventListener("abort", lambda: log.append("stopped"))
    addAbortListener(controller.signal, lambda event: log.append(event.type))
    controller.abort()
    assert log == ["abort"]


def testAnAbortListenerOfAnAbortedSignalIsCalledSoon(net: Network, log: list[Any]) -> None:
    addAbortListener(AbortSignal.abort(), lambda: log.append("called")).dispose()
    log.append("returned")
    net.run()
    assert log == ["returned", "called"]


def testAnAbortListenerCanBeRemoved(log: list[Any]) -> None:
    controller = AbortController()
    with addAbortListener(controller.signal, lambda: log.append("never")):
        pass
    disposable = addAbortListener(controller.signal, lambda: log.append("neither"))
    disposable.dispose()
    disposable.dispose()
    controller.abort()
    assert log == []


@pytest.mark.parametrize(
    "signal, listener, message",
    [
        (None, print, 'The "signal" argument must be an instance of AbortSignal. Received undefined'),
        (5, print, 'The "signal" argument must be an instance of AbortSignal. Received type number (5)'),
        (AbortSignal.abort(), 5, 'The "listener" argument must be of type function. Received type number (5)'),
    ],
)
def testBadAbortListeners(signal: Any, listener: Any, message: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE) as caught:
        addAbortListener(signal, listener)
    assert str(caught.value) == message


@pytest.mark.parametrize("options", [Symbol("s"), EventEmitter().emit, print, 5, "x", []])
def testOnceDoesNotRaiseForOptionsThatAreNoObject(net: Network, options: Any) -> None:
    failures: list[Any] = []
    once(EventEmitter(), "x", options).addErrback(failures.append)
    assert failures == []  # told from a microtask
    net.run()
    assert failures[0].value.code == "ERR_INVALID_ARG_TYPE"
