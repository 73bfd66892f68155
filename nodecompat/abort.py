"""The web's events and cancellation: Event, EventTarget, AbortController, AbortSignal, DOMException.

Follows lib/internal/event_target.js and abort_controller.js of Node 26, where these are globals. Differs: options may
be keywords; a listener gets the event only if it takes an argument; a DOMException named TimeoutError is also
Python's TimeoutError.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from types import CoroutineType
from typing import Any, ClassVar, TypedDict

from .errors import (
    ERR_EVENT_RECURSION,
    ERR_ILLEGAL_CONSTRUCTOR,
    ERR_INVALID_ARG_TYPE,
    ERR_MISSING_ARGS,
    NodeError,
    NodeTypeError,
    numberText,
)
from .events import EventEmitter, MaxListenersExceededWarning, fit, hooks
from .reactor import host, ticks
from .reactor.coroutines import drive
from .validators import validateAbortSignal, validateObject, validateUint32

#: The names with a number of their own, counted from 1; None where history left a gap (DOMException.code).
_NUMBERED = (
    "IndexSizeError", None, "HierarchyRequestError", "WrongDocumentError", "InvalidCharacterError", None,
    "NoModificationAllowedError", "NotFoundError", "NotSupportedError", "InUseAttributeError", "InvalidStateError",
    "SyntaxError", "InvalidModificationError", "NamespaceError", "InvalidAccessError", None, "TypeMismatchError",
    "SecurityError", "NetworkError", "AbortError", "URLMismatchError", "QuotaExceededError", "TimeoutError",
    "InvalidNodeTypeError", "DataCloneError",
)  # fmt: skip
_CODES = {name: number for number, name in enumerate(_NUMBERED, 1) if name}

_absent: Any = object()


class DOMException(NodeError):
    """An error of a web interface.

    Args:
        message: the text.
        options: the name, or a mapping with `name` and `cause`.
    Node: globals.html#class-domexception
    """

    ABORT_ERR: ClassVar[int] = 20
    TIMEOUT_ERR: ClassVar[int] = 23
    name: str

    def __new__(cls, message: str = "", options: str | Mapping[str, Any] = "Error") -> DOMException:
        name = options if isinstance(options, str) else options.get("name", "Error")
        if cls is DOMException and name == "TimeoutError":
            cls = _TimeoutException
        # An OSError insists on being made by its own __new__.
        return OSError.__new__(cls) if issubclass(cls, OSError) else super().__new__(cls)

    def __init__(self, message: str = "", options: str | Mapping[str, Any] = "Error") -> None:
        super().__init__(message)
        given: Mapping[str, Any] = {"name": options} if isinstance(options, str) else options
        self.name = given.get("name", "Error")
        self.code = _CODES.get(self.name, 0)
        self.cause = given.get("cause")
        if isinstance(self.cause, BaseException):
            self.__cause__ = self.cause


class _TimeoutException(DOMException, TimeoutError):
    """A DOMException named TimeoutError."""


class EventInit(TypedDict, total=False):
    """Options of Event."""

    bubbles: bool
    cancelable: bool
    composed: bool


class Event:
    """Something that happened, as EventTarget dispatches it.

    Args:
        type: the name of the event.
        options: EventInit, as a mapping or as keywords.
    Node: events.html#class-event
    """

    NONE = 0
    CAPTURING_PHASE = 1
    AT_TARGET = 2
    BUBBLING_PHASE = 3

    def __init__(self, type: str = _absent, options: EventInit | Mapping[str, Any] | None = None, **keywords: Any):
        if type is _absent:
            raise ERR_MISSING_ARGS("type")
        if options is not None:
            validateObject(options, "options")
        given: Mapping[str, Any] = {**(options or {}), **keywords}
        self._type = str(type)
        self._bubbles = bool(given.get("bubbles"))
        self._cancelable = bool(given.get("cancelable"))
        self._composed = bool(given.get("composed"))
        self._target: EventTarget | None = None
        self._isDispatched = False
        self._isTrusted = False
        self._isPassive = False
        self._isCanceled = False
        self._isStopped = False
        self._isPropagationStopped = False
        self._timeStamp = host.current().now()

    @property
    def type(self) -> str:
        """The name of the event."""
        return self._type

    @property
    def target(self) -> EventTarget | None:
        """The target it was dispatched to."""
        return self._target

    @property
    def currentTarget(self) -> EventTarget | None:
        """The target whose listeners run now."""
        return self._target if self._isDispatched else None

    @property
    def srcElement(self) -> EventTarget | None:
        """As `target`."""
        return self._target

    @property
    def eventPhase(self) -> int:
        """AT_TARGET while it is dispatched, else NONE."""
        return self.AT_TARGET if self._isDispatched else self.NONE

    @property
    def bubbles(self) -> bool:
        """What the options said; there is no tree to bubble in."""
        return self._bubbles

    @property
    def cancelable(self) -> bool:
        """Whether `preventDefault` has an effect."""
        return self._cancelable

    @property
    def composed(self) -> bool:
        """What the options said."""
        return self._composed

    @property
    def defaultPrevented(self) -> bool:
        """Whether `preventDefault` was called, and could."""
        return self._cancelable and self._isCanceled

    @property
    def timeStamp(self) -> float:
        """Milliseconds, on a clock that only goes forward."""
        return self._timeStamp

    @property
    def isTrusted(self) -> bool:
        """True for the events of an AbortSignal."""
        return self._isTrusted

    @property
    def cancelBubble(self) -> bool:
        """Whether `stopPropagation` was called; True may be assigned."""
        return self._isPropagationStopped

    @cancelBubble.setter
    def cancelBubble(self, value: bool) -> None:
        self._isPropagationStopped = self._isPropagationStopped or bool(value)

    @property
    def returnValue(self) -> bool:
        """False when the default is prevented."""
        return not self.defaultPrevented

    def composedPath(self) -> list[EventTarget]:
        """The target while the event is dispatched, else nothing."""
        return [self._target] if self._isDispatched and self._target is not None else []

    def preventDefault(self) -> None:
        """Let `dispatchEvent` return False, if the event is cancelable."""
        if not self._isPassive:
            self._isCanceled = True

    def stopPropagation(self) -> None:
        """Only noted: there is no tree to propagate in."""
        self._isPropagationStopped = True

    def stopImmediatePropagation(self) -> None:
        """Call no further listener."""
        self._isPropagationStopped = self._isStopped = True


class CustomEvent(Event):
    """An event with a value of the program in `detail`. Node: events.html#class-customevent"""

    def __init__(self, type: str = _absent, options: Mapping[str, Any] | None = None, **keywords: Any) -> None:
        super().__init__(type, options, **keywords)
        self._detail = {**(options or {}), **keywords}.get("detail")

    @property
    def detail(self) -> Any:
        """The value given as option `detail`."""
        return self._detail


class AddEventListenerOptions(TypedDict, total=False):
    """Options of addEventListener."""

    once: bool
    signal: AbortSignal | None
    passive: bool
    capture: bool


class _Listener:
    """One listener of a target, with its options."""

    __slots__ = ("_call", "callback", "capture", "once", "passive", "removed", "resists")

    def __init__(self, callback: Any, capture: bool, options: Mapping[str, Any]) -> None:
        self.callback = callback
        self.capture = capture
        self.once = bool(options.get("once"))
        self.passive = bool(options.get("passive"))
        self.resists = bool(options.get("resistStopPropagation"))
        self.removed = False
        self._call = fit(callback, 1) if callable(callback) else None

    def matches(self, callback: Any, capture: bool) -> bool:
        return bool(self.callback == callback) and self.capture is capture

    def call(self, event: Event) -> object:
        # An object's handleEvent is looked up at each call, as the standard has it.
        return self._call(event) if self._call is not None else fit(self.callback.handleEvent, 1)(event)


def _parseOptions(options: Any, keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(options, bool):
        return {"capture": options, **keywords}
    if options is not None:
        validateObject(options, "options")
    return {**(options or {}), **keywords}


class EventTarget:
    """Something with listeners as web pages have them: no arguments but an Event, no errors to the caller.

    Node: events.html#class-eventtarget
    """

    #: More listeners of one event than this bring a warning; None: as EventEmitter, 0: never.
    _maxListeners: float | None = None

    def __init__(self) -> None:
        self._listeners: dict[str, tuple[_Listener, ...]] = {}
        self._warned: set[str] = set()

    def addEventListener(
        self,
        type: str = _absent,
        listener: Any = _absent,
        options: AddEventListenerOptions | Mapping[str, Any] | bool | None = None,
        **keywords: Any,
    ) -> None:
        """Add a listener, unless the same one is there.

        Args:
            type: the name of the event.
            listener: a function, or an object with `handleEvent`; None does nothing.
            options: AddEventListenerOptions, or a bool for `capture`.
        Node: events.html#eventtargetaddeventlistenertype-listener-options
        """
        if type is _absent or listener is _absent:
            raise ERR_MISSING_ARGS("type", "listener")
        given = _parseOptions(options, keywords)
        signal = given.get("signal")
        validateAbortSignal(signal, "options.signal")
        if listener is None:
            return
        if not callable(listener) and not hasattr(listener, "handleEvent"):
            raise ERR_INVALID_ARG_TYPE("listener", "EventListener", listener)
        if signal is not None and signal.aborted:
            return
        capture = bool(given.get("capture"))
        before = self._listeners.get(type, ())
        if any(each.matches(listener, capture) for each in before):
            return
        self._listeners[type] = (*before, _Listener(listener, capture, given))
        self._warnAbove(type, len(before) + 1)
        self._onCount(type, len(before) + 1)
        if signal is not None:
            signal.addEventListener("abort", lambda: self.removeEventListener(type, listener, capture), {"once": True})

    def removeEventListener(
        self, type: str, listener: Any, options: Mapping[str, Any] | bool | None = None, **keywords: Any
    ) -> None:
        """Remove a listener; `capture` must be as it was when it was added.

        Node: events.html#eventtargetremoveeventlistenertype-listener-options
        """
        capture = bool(_parseOptions(options, keywords).get("capture"))
        for each in self._listeners.get(type, ()):
            if each.matches(listener, capture):
                self._remove(type, each)
                return

    def _remove(self, type: str, listener: _Listener) -> None:
        listener.removed = True
        left = tuple(each for each in self._listeners.get(type, ()) if each is not listener)
        if left:
            self._listeners[type] = left
        else:
            self._listeners.pop(type, None)
        self._onCount(type, len(left))

    def dispatchEvent(self, event: Event) -> bool:
        """Call the listeners of `event.type`, in order. What they raise is an uncaught exception in the next tick.

        Returns: False when a listener has prevented the default.
        Raises: ERR_INVALID_ARG_TYPE, ERR_EVENT_RECURSION.
        Node: events.html#eventtargetdispatcheventevent
        """
        if not isinstance(event, Event):
            raise ERR_INVALID_ARG_TYPE("event", "Event", event)
        if event._isDispatched:
            raise ERR_EVENT_RECURSION(event.type)
        event._target = self
        event._isDispatched = True
        try:
            for listener in self._listeners.get(event.type, ()):
                if not listener.removed and (listener.resists or not event._isStopped):
                    self._invoke(listener, event)
        finally:
            event._isDispatched = False
        return not event.defaultPrevented

    def _invoke(self, listener: _Listener, event: Event) -> None:
        if listener.once:
            self._remove(event.type, listener)
        event._isPassive = listener.passive
        try:
            result = listener.call(event)
        except Exception as error:
            ticks.nextTick(ticks.report, error)
        else:
            if result.__class__ is CoroutineType:
                drive(result).addErrback(lambda failure: ticks.nextTick(ticks.report, failure.value))
        finally:
            event._isPassive = False

    def _callbacks(self, type: str) -> list[Any]:
        """The listeners of an event, for events.getEventListeners."""
        return [each.callback for each in self._listeners.get(type, ())]

    def _onCount(self, type: str, count: int) -> None:
        """The number of listeners of `type` has changed."""

    def _warnAbove(self, eventName: str, count: int) -> None:
        limit = EventEmitter.defaultMaxListeners if self._maxListeners is None else self._maxListeners
        if not count > limit > 0 or eventName in self._warned:
            return
        self._warned.add(eventName)
        name = self.__class__.__name__
        hooks.deliverWarning(
            MaxListenersExceededWarning(
                f"Possible EventTarget memory leak detected. {count} {eventName} listeners added to {name}."
                f" MaxListeners is {numberText(limit)}. Use events.setMaxListeners() to increase limit",
                eventName,
                count,
                target=self,
            )
        )


#: Signals that somebody listens to and that only a timer or another signal would keep: they must not vanish.
_persistent: set[AbortSignal] = set()


class AbortSignal(EventTarget):
    """Tells operations that they are not wanted any more. Made by AbortController, `abort`, `timeout` or `any`.

    Emits (as an EventTarget): abort(event).
    Node: globals.html#class-abortsignal
    """

    __events__: Any = {"abort": ("event",)}
    _maxListeners = 0  # one signal may cancel any number of operations

    def __init__(self, *args: Any) -> None:
        raise ERR_ILLEGAL_CONSTRUCTOR()

    @classmethod
    def _make(cls) -> AbortSignal:
        signal = cls.__new__(cls)
        EventTarget.__init__(signal)
        signal._aborted = False
        signal._reason = None
        signal._onabort = None
        signal._isFollowing = False
        signal._sources = []
        signal._dependents = []
        return signal

    _aborted: bool
    _reason: Any
    _onabort: Any
    _isFollowing: bool  # a timer or other signals will abort it
    _sources: list[AbortSignal]
    _dependents: list[weakref.ref[AbortSignal]]

    @property
    def aborted(self) -> bool:
        """Whether it has been aborted."""
        return self._aborted

    @property
    def reason(self) -> Any:
        """What `abort` was given, by default a DOMException named AbortError; None before."""
        return self._reason

    @property
    def onabort(self) -> Any:
        """One further listener, as an attribute."""
        return self._onabort

    @onabort.setter
    def onabort(self, listener: Any) -> None:
        if self._onabort is not None:
            self.removeEventListener("abort", self._onabort)
        self._onabort = listener if callable(listener) or hasattr(listener, "handleEvent") else None
        self.addEventListener("abort", self._onabort)

    def throwIfAborted(self) -> None:
        """Raise the reason if it has been aborted. Node: globals.html#abortsignalthrowifaborted"""
        if self._aborted:
            raise (
                self._reason
                if isinstance(self._reason, BaseException)
                else DOMException(str(self._reason), {"name": "AbortError", "cause": self._reason})
            )

    @staticmethod
    def abort(reason: Any = None) -> AbortSignal:
        """A signal that is aborted already. Node: globals.html#static-method-abortsignalabortreason"""
        signal = AbortSignal._make()
        signal._aborted = True
        signal._reason = _abortReason() if reason is None else reason
        return signal

    @staticmethod
    def timeout(delay: int) -> AbortSignal:
        """A signal that aborts with a TimeoutError after `delay` milliseconds; does not keep the program alive.

        Node: globals.html#static-method-abortsignaltimeoutdelay
        """
        from .timers import clearTimeout, setTimeout

        validateUint32(delay, "delay")
        signal = AbortSignal._make()
        signal._isFollowing = True
        # A signal that everybody has forgotten takes its timer with it.
        reference = weakref.ref(signal, lambda _: clearTimeout(timer))

        def expire() -> None:
            expired = reference()
            if expired is not None:
                expired._abort(DOMException("The operation was aborted due to timeout", "TimeoutError"))

        timer = setTimeout(expire, delay)
        timer.unref()
        return signal

    @staticmethod
    def any(signals: Iterable[AbortSignal]) -> AbortSignal:
        """A signal that aborts with the first of these. Node: globals.html#static-method-abortsignalanysignals"""
        if isinstance(signals, (str, bytes, Mapping)) or not isinstance(signals, Iterable):
            raise NodeTypeError("signals cannot be converted to sequence.", code="ERR_INVALID_ARG_TYPE")
        sources = list(signals)
        for index, source in enumerate(sources):
            if not isinstance(source, AbortSignal):
                raise NodeTypeError(f"signals[{index}] is not of type AbortSignal.", code="ERR_INVALID_ARG_TYPE")
        for source in sources:
            if source.aborted:
                return AbortSignal.abort(source.reason)
        signal = AbortSignal._make()
        for source in sources:
            # A composite is never a source itself: what it follows is followed instead.
            for origin in source._sources or [source]:
                if origin not in signal._sources:
                    signal._sources.append(origin)
                    origin._dependents.append(weakref.ref(signal, origin._dependents.remove))
        signal._isFollowing = bool(signal._sources)
        return signal

    def _abort(self, reason: Any) -> None:
        if self._aborted:
            return
        followers = [follower for reference in self._dependents if (follower := reference()) is not None]
        aborting = [self, *(follower for follower in followers if not follower._aborted)]
        for signal in aborting:  # all of them before any listener runs
            signal._aborted = True
            signal._reason = reason
        for signal in aborting:
            event = Event("abort")
            event._isTrusted = True
            signal.dispatchEvent(event)
            signal._sources.clear()
            _persistent.discard(signal)
        self._dependents.clear()

    def _onCount(self, type: str, count: int) -> None:
        if type != "abort" or not self._isFollowing:
            return
        if count and not self._aborted:
            _persistent.add(self)
        else:
            _persistent.discard(self)

    def __repr__(self) -> str:
        return f"AbortSignal {{ aborted: {'true' if self._aborted else 'false'} }}"


def _abortReason() -> DOMException:
    return DOMException("This operation was aborted", "AbortError")


class AbortController:
    """Makes a signal and aborts it. Node: globals.html#class-abortcontroller"""

    __slots__ = ("__weakref__", "_signal")

    def __init__(self) -> None:
        self._signal = AbortSignal._make()

    @property
    def signal(self) -> AbortSignal:
        """The signal to hand to operations."""
        return self._signal

    def abort(self, reason: Any = None) -> None:
        """Abort the signal, by default with a DOMException named AbortError; only the first call counts.

        Node: globals.html#abortcontrollerabortreason
        """
        if not self._signal.aborted:
            self._signal._abort(_abortReason() if reason is None else reason)

    def __repr__(self) -> str:
        return f"AbortController {{ signal: {self._signal!r} }}"


#: A function or an object with `handleEvent`.
EventListener = Callable[[Event], object]
