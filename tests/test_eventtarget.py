"""Event, CustomEvent, EventTarget."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.abort import AbortController
from nodecompat.errors import ERR_EVENT_RECURSION, ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS, NodeError
from nodecompat.events import Symbol, hooks, listenerCount
from nodecompat.eventtarget import CustomEvent, Event, EventTarget
from nodecompat.reactor.loop import ticks
from nodecompat.testing import Network


@pytest.fixture
def target() -> EventTarget:
    return EventTarget()


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
    target.addEventListener("x", lambda event: look(event))
    event = Event("x")
    target.dispatchEvent(event)
    assert log == [target, target, Event.AT_TARGET, [target]] * 2
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


def testInitEventMakesItAnotherEvent(target: EventTarget) -> None:
    event = Event("x", bubbles=True)
    target.addEventListener("x", lambda event: event.initEvent("no"))
    target.dispatchEvent(event)
    assert event.type == "x"
    event.initEvent("y", False, True)
    assert (event.type, event.bubbles, event.cancelable) == ("y", False, True)
    with pytest.raises(ERR_MISSING_ARGS, match=r'^The "type" argument must be specified$'):
        event.initEvent()


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


def testTheHandleEventOfAnObjectMayBeACoroutine(net: Network, target: EventTarget, log: list[Any]) -> None:
    class Listener:
        async def handleEvent(self, event: Event) -> None:
            log.append(event.type)
            raise ValueError("late")

    target.addEventListener("x", Listener())
    target.dispatchEvent(Event("x"))
    net.run()
    assert log == ["x"]
    assert [str(error) for error in net.faults] == ["late"]
    net.faults.clear()


def testMappingsThatAreEqualAreTwoListeners(target: EventTarget, log: list[Any]) -> None:
    for _ in range(2):
        target.addEventListener("x", {"handleEvent": log.append})
    target.dispatchEvent(event := Event("x"))
    assert log == [event, event]


def testTheHandleEventOfAnObjectMayComeLater(target: EventTarget, log: list[Any]) -> None:
    listener: dict[str, Any] = {}
    target.addEventListener("x", listener)
    target.dispatchEvent(Event("x"))
    listener["handleEvent"] = lambda event: log.append(event.type)
    target.dispatchEvent(Event("x"))
    assert log == ["x"]


def testAHandleEventThatFailsIsUncaughtBehindTheMicrotasks(target: EventTarget, net: Network) -> None:
    class Listener:
        def handleEvent(self) -> None:
            raise ValueError("handleEvent")

    target.addEventListener("x", Listener())
    target.dispatchEvent(Event("x"))
    ticks.nextTick(ticks.queueMicrotask, ticks.report, ValueError("microtask of a tick"))
    net.run()
    assert [str(error) for error in net.faults] == ["microtask of a tick", "handleEvent"]
    net.faults.clear()


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


def testANoneListenerOnlyWarns(target: EventTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[Any] = []
    monkeypatch.setattr(hooks, "emitWarning", warned.append)
    target.addEventListener("x", None)
    target.removeEventListener("x", None)
    target.dispatchEvent(Event("x"))
    (warning,) = warned
    assert (warning.name, warning.type, warning.target) == ("AddEventListenerArgumentTypeWarning", "x", target)
    assert str(warning) == "addEventListener called with undefined which has no effect."


def testANameIsAText(target: EventTarget, log: list[Any]) -> None:
    target.addEventListener(1, lambda event: log.append(event.type))  # type: ignore[arg-type]
    target.dispatchEvent(Event("1"))
    target.removeEventListener(1, log.append)  # type: ignore[arg-type]
    assert log == ["1"]


@pytest.mark.parametrize("options, left", [(True, 0), ({"capture": True}, 0), ({"capture": 1}, 1), (1, 1), (None, 1)])
def testOnlyTrueIsACaptureToRemove(target: EventTarget, options: Any, left: int) -> None:
    target.addEventListener("x", print, True)
    target.removeEventListener("x", print, options)
    assert listenerCount(target, "x") == left


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
    with pytest.raises(ERR_MISSING_ARGS, match=r'^The "event" argument must be specified$'):
        target.dispatchEvent()


def testOnlyAListenerCanBeRemoved(target: EventTarget) -> None:
    with pytest.raises(ERR_MISSING_ARGS, match=r'^The "type" and "listener" arguments must be specified$'):
        target.removeEventListener("x")
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'^The "listener" argument .* Received type symbol .Symbol.q..$'):
        target.removeEventListener("x", Symbol("q"))


def testTooManyListenersBringOneWarning(target: EventTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[Any] = []
    monkeypatch.setattr(hooks, "emitWarning", warned.append)
    for count in range(13):
        target.addEventListener("foo", lambda count=count: count)
        target.addEventListener("bar", lambda count=count: count)
    (warning,) = warned
    assert (warning.type, warning.count, warning.target) == ("foo", 11, target)
    assert str(warning) == (
        "Possible EventTarget memory leak detected. 11 foo listeners added to EventTarget. MaxListeners is 10. "
        "Use events.setMaxListeners() to increase limit"
    )
