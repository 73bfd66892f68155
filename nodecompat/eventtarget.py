"""The web's events: Event, CustomEvent, EventTarget.

Follows lib/internal/event_target.js of Node 26 by behaviour, where these are globals. Differs: options may be keywords;
a listener gets the event only if it takes an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import CoroutineType
from typing import TYPE_CHECKING, Any, TypedDict

from .coercion import PRIMITIVES, optionsOf
from .errors import ERR_EVENT_RECURSION, ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS, NodeTypeError, numberText, toText
from .events import EventEmitter, MaxListenersExceededWarning, Symbol, fit, hooks
from .optionbags import check
from .reactor.loop import host, ticks
from .reactor.loop.coroutines import drive
from .validators import isTruthy, validateAbortSignal, validateObject

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .abort import AbortSignal
    from .optionbags import Bag

#: A function or an object with `handleEvent`.
EventListener = Callable[["Event"], object]

#: What is no object in JavaScript.

_absent: Any = object()


class EventInit(TypedDict, total=False):
    """Options of Event.

    Options:
        bubbles: What `event.bubbles` says; False by default.
        cancelable: `preventDefault` has an effect; False by default.
        composed: What `event.composed` says; False by default.
    """

    bubbles: bool
    cancelable: bool
    composed: bool


class Event:
    """Something that happened, as EventTarget dispatches it.

    Args:
        type: the name of the event.
        options: EventInit, as a mapping or as keywords.
    Node: https://nodejs.org/api/events.html#class-event
    """

    NONE = 0
    CAPTURING_PHASE = 1
    AT_TARGET = 2
    BUBBLING_PHASE = 3

    def __init__(self, type: str = _absent, options: EventInit | Bag | None = None, **keywords: Unpack[EventInit]):
        check(EventInit, options, keywords)
        if type is _absent:
            raise ERR_MISSING_ARGS("type")
        if options is not None:
            validateObject(options, "options")
        given: Mapping[str, Any] = optionsOf(options, keywords)
        self._type_ = _typeText(type)
        self._bubbles_ = isTruthy(given.get("bubbles"))
        self._cancelable_ = isTruthy(given.get("cancelable"))
        self._composed_ = isTruthy(given.get("composed"))
        self._target_: EventTarget | None = None
        self._isDispatched_ = False
        self._isTrusted_ = False
        self._isPassive_ = False
        self._isCanceled_ = False
        self._isStopped_ = False
        self._isPropagationStopped_ = False
        self._timeStamp_ = host.current().now()

    @property
    def type(self) -> str:
        """The name of the event."""
        return self._type_

    @property
    def target(self) -> EventTarget | None:
        """The target it was dispatched to."""
        return self._target_

    @property
    def currentTarget(self) -> EventTarget | None:
        """The target whose listeners run now."""
        return self._target_ if self._isDispatched_ else None

    @property
    def srcElement(self) -> EventTarget | None:
        """As `target`."""
        return self._target_

    @property
    def eventPhase(self) -> int:
        """AT_TARGET while it is dispatched, else NONE."""
        return self.AT_TARGET if self._isDispatched_ else self.NONE

    @property
    def bubbles(self) -> bool:
        """What the options said; there is no tree to bubble in."""
        return self._bubbles_

    @property
    def cancelable(self) -> bool:
        """Whether `preventDefault` has an effect."""
        return self._cancelable_

    @property
    def composed(self) -> bool:
        """What the options said."""
        return self._composed_

    @property
    def defaultPrevented(self) -> bool:
        """Whether `preventDefault` was called, and could."""
        return self._cancelable_ and self._isCanceled_

    @property
    def timeStamp(self) -> float:
        """Milliseconds, on a clock that only goes forward."""
        return self._timeStamp_

    @property
    def isTrusted(self) -> bool:
        """True for the events of an AbortSignal."""
        return self._isTrusted_

    @property
    def cancelBubble(self) -> bool:
        """Whether `stopPropagation` was called; True may be assigned."""
        return self._isPropagationStopped_

    @cancelBubble.setter
    def cancelBubble(self, value: bool) -> None:
        self._isPropagationStopped_ = self._isPropagationStopped_ or bool(value)

    @property
    def returnValue(self) -> bool:
        """False when the default is prevented."""
        return not self.defaultPrevented

    def composedPath(self) -> list[EventTarget]:
        """The target while the event is dispatched, else nothing."""
        return [self._target_] if self._isDispatched_ and self._target_ is not None else []

    def initEvent(self, type: str = _absent, bubbles: bool = False, cancelable: bool = False) -> None:
        """Make it another event, unless it is being dispatched; deprecated."""
        if type is _absent:
            raise ERR_MISSING_ARGS("type")
        if not self._isDispatched_:
            self._type_, self._bubbles_, self._cancelable_ = str(type), bool(bubbles), bool(cancelable)

    def preventDefault(self) -> None:
        """Let `dispatchEvent` return False, if the event is cancelable."""
        if not self._isPassive_:
            self._isCanceled_ = True

    def stopPropagation(self) -> None:
        """Only noted: there is no tree to propagate in."""
        self._isPropagationStopped_ = True

    def stopImmediatePropagation(self) -> None:
        """Call no further listener."""
        self._isPropagationStopped_ = self._isStopped_ = True


class CustomEventInit(EventInit, total=False):
    """Options of CustomEvent.

    Also the options of `EventInit`.

    Options:
        detail: Any value for the listeners; None by default.
    """

    detail: Any


class CustomEvent(Event):
    """An event with a value of the program in `detail`.

    Args: type: the name of the event. options: CustomEventInit, as a mapping or as keywords.
    Node: https://nodejs.org/api/events.html#class-customevent
    """

    def __init__(
        self, type: str = _absent, options: CustomEventInit | Bag | None = None, **keywords: Unpack[CustomEventInit]
    ) -> None:
        check(CustomEventInit, options, keywords)
        given = optionsOf(options, keywords)
        super().__init__(type, given if keywords else options)
        self._detail_ = given.get("detail")

    @property
    def detail(self) -> Any:
        """The value given as option `detail`."""
        return self._detail_


class EventListenerOptions(TypedDict, total=False):
    """Options of removeEventListener.

    Options:
        capture: The listener is another than the one without it; False by default.
    """

    capture: bool


class AddEventListenerOptions(EventListenerOptions, total=False):
    """Options of addEventListener.

    Also the options of `EventListenerOptions`.

    Options:
        once: Remove the listener when it is called; False by default.
        signal: An AbortSignal that removes the listener; none by default.
        passive: The listener's `preventDefault` has no effect; False by default.
    """

    once: bool
    signal: AbortSignal | None
    passive: bool


class _Listener:
    """One listener of a target, with its options."""

    __slots__ = ("_call", "callback", "capture", "once", "passive", "removed", "resists")

    def __init__(self, callback: Any, capture: bool, options: Mapping[str, Any]) -> None:
        self.callback = callback
        self.capture = capture
        self.once = isTruthy(options.get("once"))
        self.passive = isTruthy(options.get("passive"))
        self.resists = isTruthy(options.get("resistStopPropagation"))
        self.removed = False
        self._call = fit(callback, 1) if callable(callback) else self._handleEvent

    def matches(self, callback: Any, capture: bool) -> bool:
        # Equal will do, as each `self.onEvent` is a new bound method; but two mappings are two objects.
        own = self.callback
        same = own is callback or (not isinstance(own, Mapping) and bool(own == callback))
        return same and self.capture is capture

    def call(self, event: Event) -> object:
        return self._call(event)

    async def _handleEvent(self, event: Event) -> None:
        # Looked up at each call, as the standard has it; a coroutine function, as in Node.
        callback = self.callback
        found = callback.get("handleEvent") if isinstance(callback, Mapping) else getattr(callback, "handleEvent", None)
        if found is not None:
            result = fit(found, 1)(event)
            if hasattr(result, "__await__"):
                await result


def _parseOptions(options: Any, keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(options, bool):
        return {"capture": options, **keywords}
    if isinstance(options, PRIMITIVES):
        validateObject(options, "options")
    return optionsOf(options, keywords)


def _typeText(type: Any) -> str:
    if isinstance(type, Symbol):
        raise NodeTypeError("Value is a Symbol and cannot be converted to a string.", code="ERR_INVALID_ARG_TYPE")
    return type if isinstance(type, str) else toText(type)


def _validateListener(listener: Any) -> None:
    """Any object will do: its `handleEvent` may come later."""
    if isinstance(listener, PRIMITIVES):
        raise ERR_INVALID_ARG_TYPE("listener", "EventListener", listener)


class AddEventListenerArgumentTypeWarning(UserWarning):
    """A listener that is None. It has `target` and `type` (the event)."""

    name = "AddEventListenerArgumentTypeWarning"

    def __init__(self, target: EventTarget, eventName: Any) -> None:
        super().__init__("addEventListener called with undefined which has no effect.")
        self.message: str = str(self)
        self.target = target
        self.type = eventName


class EventTarget:
    """Something with listeners as web pages have them: no arguments but an Event, no errors to the caller.

    Node: https://nodejs.org/api/events.html#class-eventtarget
    """

    #: More listeners of one event than this cause a warning; None: as EventEmitter, 0: never.
    _maxListeners_: float | None = None

    def __init__(self) -> None:
        self._listeners_: dict[str, tuple[_Listener, ...]] = {}
        self._warned_ = False

    def addEventListener(
        self,
        type: str = _absent,
        listener: Any = _absent,
        options: AddEventListenerOptions | Bag | bool | None = None,
        **keywords: Unpack[AddEventListenerOptions],
    ) -> None:
        """Add a listener, unless the same one is there.

        Args:
            type: the name of the event.
            listener: a function, or an object with `handleEvent`; None does nothing but warn.
            options: AddEventListenerOptions, or a bool for `capture`.
        Node: https://nodejs.org/api/events.html#eventtargetaddeventlistenertype-listener-options
        """
        check(AddEventListenerOptions, options, keywords)
        if type is _absent or listener is _absent:
            raise ERR_MISSING_ARGS("type", "listener")
        given = _parseOptions(options, keywords)
        signal = given.get("signal")
        validateAbortSignal(signal, "options.signal")
        if listener is None:
            hooks.deliverWarning(AddEventListenerArgumentTypeWarning(self, type))
            return
        _validateListener(listener)
        if signal is not None and signal.aborted:
            return
        type = _typeText(type)
        capture = isTruthy(given.get("capture"))
        before = self._listeners_.get(type, ())
        if any(each.matches(listener, capture) for each in before):
            return
        self._listeners_[type] = (*before, _Listener(listener, capture, given))
        self._warnAbove_(type, len(before) + 1)
        self._onCount_(type, len(before) + 1)
        if signal is not None:
            signal.addEventListener("abort", lambda: self.removeEventListener(type, listener, capture), {"once": True})

    def removeEventListener(
        self,
        type: str = _absent,
        listener: Any = _absent,
        options: EventListenerOptions | Bag | bool | None = None,
        **keywords: Unpack[EventListenerOptions],
    ) -> None:
        """Remove a listener; `capture` must be as it was when it was added.

        Args: options: EventListenerOptions, or `capture` alone.
        Node: https://nodejs.org/api/events.html#eventtargetremoveeventlistenertype-listener-options
        """
        check(EventListenerOptions, options, keywords)
        if type is _absent or listener is _absent:
            raise ERR_MISSING_ARGS("type", "listener")
        if listener is None:
            return
        _validateListener(listener)
        type = _typeText(type)
        given = {"capture": options} if options is None or isinstance(options, bool) else optionsOf(options)
        capture = keywords.get("capture", given.get("capture")) is True
        for each in self._listeners_.get(type, ()):
            if each.matches(listener, capture):
                self._remove_(type, each)
                return

    def _remove_(self, type: str, listener: _Listener) -> None:
        listener.removed = True
        left = tuple(each for each in self._listeners_.get(type, ()) if each is not listener)
        if left:
            self._listeners_[type] = left
        else:
            self._listeners_.pop(type, None)
        self._onCount_(type, len(left))

    def dispatchEvent(self, event: Event = _absent) -> bool:
        """Call the listeners of `event.type`, in order. What they raise becomes an uncaught exception in the next tick.

        Returns: False when a listener has prevented the default.
        Raises: ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE, ERR_EVENT_RECURSION.
        Node: https://nodejs.org/api/events.html#eventtargetdispatcheventevent
        """
        if event is _absent:
            raise ERR_MISSING_ARGS("event")
        if not isinstance(event, Event):
            raise ERR_INVALID_ARG_TYPE("event", "Event", event)
        if event._isDispatched_:
            raise ERR_EVENT_RECURSION(event.type)
        event._target_ = self
        event._isDispatched_ = True
        try:
            for listener in self._listeners_.get(event.type, ()):
                if not listener.removed and (listener.resists or not event._isStopped_):
                    self._invoke_(listener, event)
        finally:
            event._isDispatched_ = False
        return not event.defaultPrevented

    def _invoke_(self, listener: _Listener, event: Event) -> None:
        if listener.once:
            self._remove_(event.type, listener)
        event._isPassive_ = listener.passive
        try:
            result = listener.call(event)
        except Exception as error:
            ticks.nextTick(ticks.report, error)
        else:
            if result.__class__ is CoroutineType:
                drive(result).addErrback(
                    lambda failure: ticks.queueMicrotask(ticks.nextTick, ticks.report, failure.value)
                )
        finally:
            event._isPassive_ = False

    def _callbacks_(self, type: str) -> list[Any]:
        """The listeners of an event, for events.getEventListeners."""
        return [each.callback for each in self._listeners_.get(type, ())]

    def _onCount_(self, type: str, count: int) -> None:
        """The number of listeners of `type` has changed."""

    def _warningName_(self) -> str:
        return self.__class__.__name__

    def _warnAbove_(self, eventName: str, count: int) -> None:
        limit = EventEmitter.defaultMaxListeners if self._maxListeners_ is None else self._maxListeners_
        if not count > limit > 0 or self._warned_:
            return
        self._warned_ = True  # once, whatever the event
        name = self._warningName_()
        hooks.deliverWarning(
            MaxListenersExceededWarning(
                f"Possible EventTarget memory leak detected. {count} {toText(eventName)} listeners added to {name}."
                f" MaxListeners is {numberText(limit)}. Use events.setMaxListeners() to increase limit",
                eventName,
                count,
                target=self,
            )
        )
