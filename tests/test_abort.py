"""AbortSignal, AbortController, EventTarget, Event, DOMException."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat import abort, timers
from nodecompat.abort import AbortController, AbortSignal, CustomEvent, DOMException, Event, EventTarget
from nodecompat.errors import (
    ERR_EVENT_RECURSION,
    ERR_ILLEGAL_CONSTRUCTOR,
    ERR_INVALID_ARG_TYPE,
    ERR_MISSING_ARGS,
    ERR_OUT_OF_RANGE,
    NodeError,
)
from nodecompat.events import hooks
from nodecompat.reactor import alive
from nodecompat.testing import Network, network


@pytest.fixture
def net() -> Iterator[Network]:
    with network() as made:
        yield made


@pytest.fixture
def log() -> list[Any]:
    return []


@pytest.fixture
def target() -> EventTarget:
    return EventTarget()


@pytest.fixture(autouse=True)
def noSignalsLeft() -> Iterator[None]:
    yield
    abort._persistent.clear()


# -- DOMException


def testADomException() -> None:
    error = DOMException("gone", "NotFoundError")
    assert (error.name, error.code, error.message, str(error)) == ("NotFoundError", 8, "gone", "gone")
    assert (DOMException().name, DOMException().code) == ("Error", 0)


def testADomExceptionWithACause() -> None:
    cause = ValueError()
    error = DOMException("m", {"name": "Foo", "cause": cause})
    assert (error.name, error.code, error.cause, error.__cause__) == ("Foo", 0, cause, cause)


def testATimeoutIsPythonsTimeoutToo() -> None:
    error = DOMException("late", "TimeoutError")
    assert isinstance(error, TimeoutError)
    assert (error.name, error.code, str(error)) == ("TimeoutError", 23, "late")
    assert not isinstance(DOMException("x", "AbortError"), TimeoutError)


@pytest.mark.parametrize("name", ["AbortError", "TimeoutError"])
def testADomExceptionCanBeCopied(name: str) -> None:
    error = DOMException("m", name)
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (type(again), again.name, again.code, str(again)) == (type(error), name, error.code, "m")


# -- Event


def testAnEventsProperties() -> None:
    event = Event("x", bubbles=True, cancelable=True, composed=True)
    assert (event.type, event.bubbles, event.cancelable, event.composed) == ("x", True, True, True)
    assert (event.target, event.currentTarget, event.srcElement, event.eventPhase) == (None, None, None, Event.NONE)
    assert (event.defaultPrevented, event.returnValue, event.cancelBubble, event.isTrusted) == (
        False,
        True,
        False,
        False,
    )
    assert event.composedPath() == []
    assert isinstance(event.timeStamp, float)


def testAnEventWhileItIsDispatched(target: EventTarget, log: list[Any]) -> None:
    def look(event: Event) -> None:
        log.extend([event.target, event.currentTarget, event.eventPhase, event.composedPath()])

    target.addEventListener("x", look)
    event = Event("x")
    target.dispatchEvent(event)
    assert log == [target, target, Event.AT_TARGET, [target]]
    assert (event.target, event.currentTarget, event.composedPath(), event.eventPhase) == (target, None, [], Event.NONE)


def testStopPropagationIsOnlyNoted() -> None:
    event = Event("x")
    event.cancelBubble = False
    assert not event.cancelBubble
    event.stopPropagation()
    event.cancelBubble = False
    assert event.cancelBubble
    event = Event("x")
    event.cancelBubble = True
    assert event.cancelBubble


def testBadEvents() -> None:
    with pytest.raises(ERR_MISSING_ARGS, match=r'^The "type" argument must be specified$'):
        Event()
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'^The "options" argument must be of type object'):
        Event("x", 5)  # type: ignore[arg-type]


def testACustomEventHasADetail() -> None:
    assert CustomEvent("x", {"detail": 5}).detail == CustomEvent("x", detail=5).detail == 5
    assert CustomEvent("x").detail is None


# -- EventTarget


def testListenersRunInTheirOrderEachOnce(target: EventTarget, log: list[Any]) -> None:
    target.addEventListener("x", log.append)
    target.addEventListener("x", lambda: log.append("second"))
    target.addEventListener("x", log.append)
    event = Event("x")
    assert target.dispatchEvent(event) is True
    assert log == [event, "second"]


def testCaptureMakesItAnotherListener(target: EventTarget, log: list[Any]) -> None:
    def listener() -> None:
        log.append("x")

    target.addEventListener("x", listener)
    target.addEventListener("x", listener, True)
    target.addEventListener("x", listener, {"capture": True})
    target.dispatchEvent(Event("x"))
    target.removeEventListener("x", listener, capture=True)
    target.removeEventListener("x", log.append)
    target.dispatchEvent(Event("x"))
    assert log == ["x"] * 3


def testAnObjectMayListen(target: EventTarget, log: list[Any]) -> None:
    class Listener:
        def handleEvent(self, event: Event) -> None:
            log.append(event.type)

    listener = Listener()
    target.addEventListener("x", listener)
    target.dispatchEvent(Event("x"))
    listener.handleEvent = lambda event: log.append("replaced")  # type: ignore[method-assign]
    target.dispatchEvent(Event("x"))
    assert log == ["x", "replaced"]


def testAOnceListenerRunsOnce(target: EventTarget, log: list[Any]) -> None:
    target.addEventListener("x", lambda: (log.append("x"), target.dispatchEvent(Event("x"))), {"once": True})
    target.dispatchEvent(Event("x"))
    target.dispatchEvent(Event("x"))
    assert log == ["x"]


def testARemovedListenerDoesNotRunAndANewOneWaits(target: EventTarget, log: list[Any]) -> None:
    def second() -> None:
        log.append("second")

    def first() -> None:
        log.append("first")
        target.removeEventListener("x", second)
        target.addEventListener("x", lambda: log.append("late"))

    target.addEventListener("x", first)
    target.addEventListener("x", second)
    target.dispatchEvent(Event("x"))
    assert log == ["first"]


def testPreventDefault(target: EventTarget) -> None:
    target.addEventListener("x", lambda event: event.preventDefault())
    assert target.dispatchEvent(Event("x")) is True
    event = Event("x", cancelable=True)
    assert target.dispatchEvent(event) is False
    assert event.defaultPrevented and not event.returnValue


def testAPassiveListenerCannotPreventTheDefault(target: EventTarget) -> None:
    target.addEventListener("x", lambda event: event.preventDefault(), passive=True)
    assert target.dispatchEvent(Event("x", cancelable=True)) is True


def testStopImmediatePropagation(target: EventTarget, log: list[Any]) -> None:
    target.addEventListener("x", lambda event: event.stopImmediatePropagation())
    target.addEventListener("x", lambda: log.append("never"))
    target.dispatchEvent(Event("x"))
    assert log == []


def testASignalRemovesAListener(target: EventTarget, log: list[Any]) -> None:
    controller = AbortController()
    target.addEventListener("x", lambda: log.append("x"), signal=controller.signal)
    target.dispatchEvent(Event("x"))
    controller.abort()
    target.addEventListener("x", lambda: log.append("neither"), signal=controller.signal)
    target.dispatchEvent(Event("x"))
    assert log == ["x"]


def testWhatAListenerRaisesIsUncaughtInTheNextTick(target: EventTarget, net: Network, log: list[Any]) -> None:
    def fails() -> None:
        raise ValueError("one")

    async def failsLater() -> None:
        raise ValueError("two")

    target.addEventListener("x", fails)
    target.addEventListener("x", failsLater)
    target.addEventListener("x", lambda: log.append("runs"))
    assert target.dispatchEvent(Event("x")) is True
    assert (log, net.faults) == (["runs"], [])
    net.run()
    assert [str(error) for error in net.faults] == ["one", "two"]
    net.faults.clear()


def testAnEventCannotBeDispatchedWithinItself(target: EventTarget, log: list[Any]) -> None:
    def again(event: Event) -> None:
        with pytest.raises(ERR_EVENT_RECURSION, match=r'^The event "x" is already being dispatched$'):
            target.dispatchEvent(event)
        log.append("refused")

    target.addEventListener("x", again)
    target.dispatchEvent(Event("x"))
    assert log == ["refused"]


def testANoneListenerDoesNothing(target: EventTarget) -> None:
    target.addEventListener("x", None)
    target.dispatchEvent(Event("x"))


@pytest.mark.parametrize(
    "args, error, message",
    [
        (("x",), ERR_MISSING_ARGS, 'The "type" and "listener" arguments must be specified'),
        (
            ("x", 5),
            ERR_INVALID_ARG_TYPE,
            'The "listener" argument must be an instance of EventListener. Received type n',
        ),
        (("x", print, 5), ERR_INVALID_ARG_TYPE, 'The "options" argument must be of type object.'),
        (("x", print, {"signal": 5}), ERR_INVALID_ARG_TYPE, 'The "options.signal" property must be an instance of Abo'),
    ],
)
def testBadListeners(target: EventTarget, args: Any, error: type[NodeError], message: str) -> None:
    with pytest.raises(error) as caught:
        target.addEventListener(*args)
    assert str(caught.value).startswith(message)


def testOnlyEventsAreDispatched(target: EventTarget) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'^The "event" argument must be an instance of Event.'):
        target.dispatchEvent(5)  # type: ignore[arg-type]


def testTooManyListenersBringOneWarning(target: EventTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[Any] = []
    monkeypatch.setattr(hooks, "emitWarning", warned.append)
    for count in range(13):
        target.addEventListener("foo", lambda count=count: count)
    (warning,) = warned
    assert (warning.type, warning.count, warning.target) == ("foo", 11, target)
    assert str(warning) == (
        "Possible EventTarget memory leak detected. 11 foo listeners added to EventTarget. MaxListeners is 10. "
        "Use events.setMaxListeners() to increase limit"
    )


# -- AbortController and AbortSignal


def testAbort(log: list[Any]) -> None:
    controller = AbortController()
    signal = controller.signal
    assert (signal.aborted, signal.reason, repr(signal)) == (False, None, "AbortSignal { aborted: false }")
    signal.throwIfAborted()
    signal.addEventListener("abort", lambda event: log.append((event.type, event.target, event.isTrusted)))
    controller.abort()
    controller.abort("again")
    assert log == [("abort", signal, True)]
    assert (signal.reason.name, signal.reason.code, str(signal.reason)) == (
        "AbortError",
        20,
        "This operation was aborted",
    )
    assert repr(controller) == "AbortController { signal: AbortSignal { aborted: true } }"


def testTheReasonIsAnything() -> None:
    assert AbortSignal.abort("why").reason == "why"
    controller = AbortController()
    controller.abort(0)
    assert controller.signal.reason == 0


def testThrowIfAborted() -> None:
    error = ValueError("mine")
    with pytest.raises(ValueError, match="mine"):
        AbortSignal.abort(error).throwIfAborted()
    with pytest.raises(DOMException, match="text") as caught:
        AbortSignal.abort("text").throwIfAborted()
    assert (caught.value.name, caught.value.cause) == ("AbortError", "text")


def testOnabort(log: list[Any]) -> None:
    controller = AbortController()
    controller.signal.onabort = lambda: log.append("replaced")
    controller.signal.onabort = lambda event: log.append(event.type)
    controller.abort()
    assert log == ["abort"]
    controller.signal.onabort = 5
    assert controller.signal.onabort is None


def testASignalCannotBeMadeDirectly() -> None:
    with pytest.raises(ERR_ILLEGAL_CONSTRUCTOR):
        AbortSignal()


def testASignalTakesAnyNumberOfListeners(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[Any] = []
    monkeypatch.setattr(hooks, "emitWarning", warned.append)
    signal = AbortController().signal
    for count in range(20):
        signal.addEventListener("abort", lambda count=count: count)
    assert warned == []


# -- any


def testAnyAbortsWithTheFirst(log: list[Any]) -> None:
    one, two = AbortController(), AbortController()
    both = AbortSignal.any([one.signal, two.signal])
    one.signal.addEventListener("abort", lambda: log.append(("one", both.aborted)))
    both.addEventListener("abort", lambda: log.append(("both", both.reason)))
    one.abort("why")
    two.abort("late")
    assert log == [("one", True), ("both", "why")]


def testAnyOfAnAbortedOneIsAborted() -> None:
    assert AbortSignal.any([AbortController().signal, AbortSignal.abort(1), AbortSignal.abort(2)]).reason == 1
    assert AbortSignal.any([]).aborted is False


def testAnyOfAny(log: list[Any]) -> None:
    controller = AbortController()
    nested = AbortSignal.any([AbortSignal.any([controller.signal]), controller.signal])
    nested.addEventListener("abort", lambda: log.append("abort"))
    controller.abort()
    assert log == ["abort"]


@pytest.mark.parametrize(
    "signals, message",
    [
        (5, "signals cannot be converted to sequence."),
        ("x", "signals cannot be converted to sequence."),
        ([5], "signals[0] is not of type AbortSignal."),
    ],
)
def testAnyOfSomethingElse(signals: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        AbortSignal.any(signals)
    assert (caught.value.code, str(caught.value)) == ("ERR_INVALID_ARG_TYPE", message)


def testAForgottenFollowerIsFreedAndOneWithAListenerIsKept(log: list[Any]) -> None:
    gc.disable()
    try:
        controller = AbortController()
        forgotten = weakref.ref(AbortSignal.any([controller.signal]))
        assert forgotten() is None
        AbortSignal.any([controller.signal]).addEventListener("abort", lambda: log.append("kept"))
        controller.abort()
        assert log == ["kept"]
        assert abort._persistent == set()
    finally:
        gc.enable()


def testAFollowerWhoseListenerIsRemovedIsNotKept() -> None:
    controller = AbortController()
    signal = AbortSignal.any([controller.signal])
    signal.addEventListener("abort", print)
    assert abort._persistent == {signal}
    signal.removeEventListener("abort", print)
    assert abort._persistent == set()


# -- timeout


def testATimeoutAborts(net: Network, log: list[Any]) -> None:
    signal = AbortSignal.timeout(20)
    signal.addEventListener("abort", lambda: log.append("abort"))
    assert not alive.isAlive()
    net.advance(19)
    assert (log, signal.aborted) == ([], False)
    net.advance(1)
    assert (log, signal.aborted) == (["abort"], True)
    assert (signal.reason.name, signal.reason.code) == ("TimeoutError", 23)
    assert str(signal.reason) == "The operation was aborted due to timeout"


def testAForgottenTimeoutTakesItsTimerWithIt(net: Network, log: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "clearTimeout", lambda timer: log.append(timer.hasRef()))
    AbortSignal.timeout(1000)
    assert log == [False]
    AbortSignal.timeout(5).addEventListener("abort", print)
    assert log == [False]


def testATimeoutThatOnlyItsListenerKnowsStillAborts(net: Network, log: list[Any]) -> None:
    AbortSignal.timeout(20).addEventListener("abort", lambda: log.append("abort"))
    net.advance(20)
    assert (log, abort._persistent) == (["abort"], set())


@pytest.mark.parametrize("delay, error", [("x", ERR_INVALID_ARG_TYPE), (-1, ERR_OUT_OF_RANGE), (1.5, ERR_OUT_OF_RANGE)])
def testABadTimeout(delay: Any, error: type[NodeError]) -> None:
    with pytest.raises(error, match='"delay"'):
        AbortSignal.timeout(delay)
