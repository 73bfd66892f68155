"""EventEmitter: named events and their listeners.

Follows lib/events.js of Node 26. Differs: a listener gets as many arguments as it takes (`listeners.py`); `on` without
a listener is a decorator; a coroutine function may be a listener; the static methods of EventEmitter exist only
as functions of the module `events`, because a Python class cannot have a static and an ordinary `on`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import CO_VARARGS
from types import CoroutineType, FunctionType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from twisted.internet.defer import Deferred

from ..coercion import optionsOf
from ..errors import ERR_INVALID_ARG_TYPE, ERR_UNHANDLED_ERROR, inspect, numberText, toText
from ..optionbags import check
from ..reactor.loop import ticks
from ..reactor.loop.coroutines import drive
from ..symbols import Symbol
from ..validators import isTruthy, validateBoolean, validateFunction, validateNumber
from . import hooks
from .hooks import MaxListenersExceededWarning, listenerRejected
from .listeners import Entry, Listener, OnceWrapper, Started, fitAny, raw
from .options import EventEmitterOptions

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

_F = TypeVar("_F", bound=Callable[..., Any])
_DEFAULT_MAX_LISTENERS = 10


#: The event whose listeners see an error before those of 'error', and do not count as handling it.
errorMonitor: Symbol = Symbol("events.errorMonitor")
#: The name of the method that gets the failures of coroutine listeners: `captureRejection(error, eventName, *args)`.
captureRejectionSymbol = "captureRejection"


class _Absent:
    """The type of the mark for an argument that was not given; None is a value."""


_absent: Any = _Absent()


class EventEmitter:
    """Something with named events and listeners.

    A subclass need not call `__init__`. One that replaces `on` must repeat `addListener = on`; `once` goes by way
    of `on`, and the removal of a once listener by way of `removeListener`.

    Args:
        options: EventEmitterOptions, as a mapping or as keywords.
    Emits: newListener(eventName, listener) before a listener is added, removeListener(eventName, listener) after one
        is removed.
    Node: https://nodejs.org/api/events.html#class-eventemitter
    """

    __slots__ = ("__dict__", "__weakref__", "_events")
    __events__: dict[str, tuple[str, ...]] = {
        "newListener": ("eventName: Any", "listener: Any"),
        "removeListener": ("eventName: Any", "listener: Any"),
    }

    #: The limit of emitters that have none of their own; assign to the class or to the module's attribute.
    defaultMaxListeners: float = _DEFAULT_MAX_LISTENERS
    #: Whether emitters capture rejections unless told otherwise; assign to the class or to the module's attribute.
    captureRejections: bool = False
    #: A method that gets the failures of coroutine listeners instead of 'error': (error, eventName, *args).
    captureRejection: Callable[..., object] | None = None

    _events: dict[Any, Entry]
    _maxListeners: float | None = None
    _captures_ = False

    def __init__(
        self, options: EventEmitterOptions | Mapping[str, Any] | None = None, **keywords: Unpack[EventEmitterOptions]
    ) -> None:
        self._events = {}
        captureRejections: Any = None
        if options is not None or keywords:
            check(EventEmitterOptions, options, keywords)
            captureRejections = keywords.get("captureRejections")
        if options is not None or captureRejections is not None:
            if captureRejections is None:
                captureRejections = optionsOf(options).get("captureRejections")
            if isTruthy(captureRejections):
                validateBoolean(captureRejections, "options.captureRejections")
                self._captures_ = captureRejections
        elif EventEmitter.captureRejections:
            self._captures_ = True

    # -- emitting

    def emit(self, eventName: Any, first: Any = _absent, second: Any = _absent, *rest: Any) -> bool:
        """Call the listeners of `eventName`, in order, each with as many of the arguments as it takes.

        Args:
            eventName: a text, a Symbol or another hashable value; the arguments of the event follow. Numbers, None, and
                what has no hash, are taken by their text: 1 is "1".
        Returns: True if there was a listener.
        Raises: what a listener raises; for 'error' without a listener the error itself, or ERR_UNHANDLED_ERROR.
        Example:
            >>> emitter = events.EventEmitter()
            >>> emitter.emit("error", ValueError("too late"))
            Traceback (most recent call last):
            ValueError: too late

        Node: https://nodejs.org/api/events.html#emitteremiteventname-args
        """
        # Two arguments by name instead of *args: no tuple is packed for the usual event. A slot is read into a name
        # before it is called, which Python does faster than calling an attribute. Together 10 % of an emit
        # (benchmarks/events/emit.py).
        try:
            entry = self._events.get(eventName)
        except AttributeError:  # a subclass that did not call __init__
            self._events = {}
            entry = None
        except TypeError:  # a list or the like has no hash
            entry = None
        if entry is None:
            if eventName.__class__ is str:
                return eventName == "error" and self._emitErrorEvent_(_given(first, second, rest))
            return self._emitNamed_(eventName, _given(first, second, rest))
        if second is _absent:
            if first is not _absent:
                if (call1 := entry.call1) is None:
                    return self._emitFirst_(eventName, entry, (first,))
                result = call1(first)
            else:
                if (call0 := entry.call0) is None:
                    return self._emitFirst_(eventName, entry, ())
                result = call0()
        elif rest:
            if (callN := entry.callN) is None:
                return self._emitFirst_(eventName, entry, (first, second, *rest))
            result = callN(first, second, *rest)
        else:
            if (call2 := entry.call2) is None:
                return self._emitFirst_(eventName, entry, (first, second))
            result = call2(first, second)
        if result is not None and result.__class__ is not bool:  # a listener that is a stream's `write` answers one
            self._settle_(result, eventName, _given(first, second, rest))
        return True

    def _emitFirst_(self, eventName: Any, entry: Entry, args: tuple[Any, ...]) -> bool:
        """The first emit to these listeners with this number of arguments."""
        if eventName == "error":
            return self._emitErrorEvent_(args)
        count, listener = len(args), entry.listener
        if (
            count < 2
            and listener.__class__ is FunctionType
            and (code := listener.__code__).co_argcount == count
            and not code.co_flags & CO_VARARGS
            and listener.__defaults__ is None
        ):
            # `make`, of the likely case: much is listened to for one event.
            if count:
                entry.call1 = listener
            else:
                entry.call0 = listener
        else:
            listener = entry.make(count)
        result = listener(*args)
        if result is not None:
            self._settle_(result, eventName, args)
        return True

    def _emitNamed_(self, eventName: Any, args: tuple[Any, ...]) -> bool:
        """Emit an event that is stored under another name than given, if at all."""
        key = eventKey(eventName)
        return key is not eventName and self.emit(key, *args)

    def _emitErrorEvent_(self, args: tuple[Any, ...]) -> bool:
        """Every 'error' comes here: its calls are not kept in the entry, so that `emit` need not compare names."""
        if errorMonitor in self._events:
            self.emit(errorMonitor, *args)
        entry = self._events.get("error")
        if entry is not None:
            result = entry.calls(len(args))(*args)
            if result is not None:
                self._settle_(result, "error", args)
            return True
        error = args[0] if args else None
        if isinstance(error, BaseException):
            raise error
        raise ERR_UNHANDLED_ERROR(inspect(error), error)

    def _settle_(self, result: Any, eventName: Any, args: tuple[Any, ...]) -> None:
        """Handle what a listener returned: run a coroutine, and do not lose its failure."""
        if result.__class__ is CoroutineType:
            jobs = [(drive(result), True)]
        elif result.__class__ is Started:
            jobs = result
        elif self._captures_ and isinstance(result, Deferred):
            jobs = [(result, False)]
        else:
            return
        for deferred, owned in jobs:
            if self._captures_:
                deferred.addErrback(self._capture_, eventName, args)
            elif owned:  # a Deferred that a listener only returned may have an owner who adds errbacks later
                deferred.addErrback(listenerRejected, deferred, self, args)

    def _capture_(self, failure: Any, eventName: Any, args: tuple[Any, ...]) -> None:
        # A microtask for the reaction to the promise, a tick so that an exception is an uncaught one.
        ticks.queueMicrotask(ticks.nextTick, self._deliverRejection_, failure.value, eventName, args)

    def _deliverRejection_(self, error: BaseException, eventName: Any, args: tuple[Any, ...]) -> None:
        if self.captureRejection is not None:
            fitAny(self.captureRejection)(error, eventName, *args)
            return
        # A coroutine listener of 'error' that fails must not bring another 'error': it goes to 'unhandledRejection'.
        self._captures_ = False
        try:
            self.emit("error", error)
        finally:
            self._captures_ = True

    # -- adding

    @overload
    def on(self, eventName: Any) -> Callable[[_F], _F]: ...
    @overload
    def on(self, eventName: Any, listener: Listener) -> Self: ...
    def on(self, eventName: Any, listener: Any = _absent) -> Any:
        """Add a listener at the end; without one it is a decorator.

        Args:
            eventName: as for `emit`.
            listener: a function, or a coroutine function.
        Returns: the emitter.
        Raises: ERR_INVALID_ARG_TYPE.
        Example:
            >>> emitter = events.EventEmitter()
            >>> @emitter.on("greeting")
            ... def greet(name):
            ...     print("hello", name)
            >>> emitter.emit("greeting", "world")
            hello world
            True

        Node: https://nodejs.org/api/events.html#emitteroneventname-listener
        """
        if listener is _absent:
            return self._decorator_(self.on, eventName)
        return self._add_(eventName, listener, False)

    addListener = on

    if TYPE_CHECKING:  # variables, for a subclass has other events
        prependListener = on
        once = on
        prependOnceListener = on
    else:

        def prependListener(self, eventName: Any, listener: Any = _absent) -> Any:
            """Add a listener at the beginning.

            Node: https://nodejs.org/api/events.html#emitterprependlistenereventname-listener
            """
            if listener is _absent:
                return self._decorator_(self.prependListener, eventName)
            return self._add_(eventName, listener, True)

        def once(self, eventName: Any, listener: Any = _absent) -> Any:
            """Add a listener for the next event only.

            Example:
                >>> emitter = events.EventEmitter().once("greeting", print)
                >>> emitter.emit("greeting", "hello"), emitter.emit("greeting", "hello")
                hello
                (True, False)

            Node: https://nodejs.org/api/events.html#emitteronceeventname-listener
            """
            if listener is _absent:
                return self._decorator_(self.once, eventName)
            validateFunction(listener, "listener")
            self.on(eventName, OnceWrapper(self, eventName, listener))
            return self

        def prependOnceListener(self, eventName: Any, listener: Any = _absent) -> Any:
            """`once`, at the beginning.

            Node: https://nodejs.org/api/events.html#emitterprependoncelistenereventname-listener
            """
            if listener is _absent:
                return self._decorator_(self.prependOnceListener, eventName)
            validateFunction(listener, "listener")
            self.prependListener(eventName, OnceWrapper(self, eventName, listener))
            return self

    @staticmethod
    def _decorator_(add: Callable[..., object], eventName: Any) -> Callable[[_F], _F]:
        def decorate(listener: _F) -> _F:
            add(eventName, listener)
            return listener

        return decorate

    def _add_(self, eventName: Any, listener: Any, prepend: bool) -> Self:
        if not callable(listener):
            raise ERR_INVALID_ARG_TYPE("listener", "Function", listener)
        try:
            events = self._events
        except AttributeError:  # a subclass that did not call __init__
            events = self._events = {}
        if "newListener" in events:
            # Before the addition, so that the listener is not called for itself.
            self.emit("newListener", eventName, _unwrapped(listener))
            events = self._events
        if eventName.__class__ is not str:
            eventName = eventKey(eventName)
        if eventName in events:
            self._join_(eventName, Entry(listener), prepend)
        else:
            events[eventName] = Entry(listener)
        return self

    def _join_(self, eventName: Any, entry: Entry, prepend: bool) -> None:
        """Add a listener to others of its event."""
        events = self._events
        events[eventName] = joined = events[eventName].joined(entry, prepend)
        if not joined.warned and joined.count() > self.getMaxListeners() > 0:
            joined.warned = True
            hooks.deliverWarning(self._leakWarning_(eventName, joined.count()))

    def _leakWarning_(self, eventName: Any, count: int) -> MaxListenersExceededWarning:
        return MaxListenersExceededWarning(
            f"Possible EventEmitter memory leak detected. {count} {toText(eventName)} listeners added to"
            f" {self._warningName_()}. MaxListeners is {numberText(self.getMaxListeners())}."
            " Use emitter.setMaxListeners() to increase limit",
            eventName,
            count,
            emitter=self,
        )

    def _warningName_(self) -> str:
        return f"[{type(self).__name__}]"

    # -- removing

    def removeListener(self, eventName: Any, listener: Listener) -> Self:
        """Remove the listener, the one added last if it was added several times; also `off`.

        Node: https://nodejs.org/api/events.html#emitterremovelistenereventname-listener
        """
        if not callable(listener):
            raise ERR_INVALID_ARG_TYPE("listener", "Function", listener)
        try:
            events = self._events
        except AttributeError:  # a subclass that did not call __init__
            events = self._events = {}
        if eventName.__class__ is not str:
            eventName = eventKey(eventName)
        before = events.get(eventName)
        if before is None:
            return self
        if before.members is None:
            own = before.listener
            if own is listener or before.matches(listener):
                if "removeListener" in events:
                    self._remove_(eventName, before, 0, listener)
                else:
                    del events[eventName]
        elif (place := before.find(listener)) is not None:
            self._remove_(eventName, before, place, listener)
        return self

    off = removeListener

    def removeAllListeners(self, eventName: Any = _absent) -> Self:
        """Remove all listeners, or those of one event.

        Node: https://nodejs.org/api/events.html#emitterremovealllistenerseventname
        """
        if not self._listens_("removeListener"):
            if eventName is _absent:
                self._events = {}
            else:
                self._events.pop(eventKey(eventName), None)
            return self
        if eventName is _absent:
            for name in self.eventNames():
                if name != "removeListener":
                    self.removeAllListeners(name)
            self.removeAllListeners("removeListener")
            self._events = {}
            return self
        # Those that are there now: what a listener of removeListener adds meanwhile stays.
        for listener in reversed(self.rawListeners(eventName)):
            self.removeListener(eventName, listener)
        return self

    def _remove_(self, eventName: Any, before: Entry, place: int, listener: Any) -> None:
        events = self._events
        if before.members is None:
            del events[eventName]
            listener = _unwrapped(before.listener)
        else:
            # As in Node, a once listener among several is announced by its wrapper when that is what was removed.
            events[eventName] = before.without(place)
        if "removeListener" in events:
            self.emit("removeListener", eventName, listener)

    # -- looking

    def listeners(self, eventName: Any) -> list[Listener]:
        """The listeners of an event, as they were given.

        Node: https://nodejs.org/api/events.html#emitterlistenerseventname
        """
        return [_unwrapped(listener) for listener in self.rawListeners(eventName)]

    def rawListeners(self, eventName: Any) -> list[Listener]:
        """The listeners of an event, with the wrappers of `once`.

        Node: https://nodejs.org/api/events.html#emitterrawlistenerseventname
        """
        entry = self._entry_(eventName)
        return [] if entry is None else [raw(each, self, eventKey(eventName)) for each in entry.entries()]

    def listenerCount(self, eventName: Any, listener: Listener | None = None) -> int:
        """How many listeners an event has, or how often `listener` is among them.

        Node: https://nodejs.org/api/events.html#emitterlistenercounteventname-listener
        """
        entry = self._entry_(eventName)
        if entry is None:
            return 0
        if listener is None:
            return entry.count()
        return sum(each.matches(listener) for each in entry.entries())

    def eventNames(self) -> list[Any]:
        """The events that have listeners; symbols last. Node: https://nodejs.org/api/events.html#emittereventnames"""
        names = list(getattr(self, "_events", ()))
        return [name for name in names if not isinstance(name, Symbol)] + [
            name for name in names if isinstance(name, Symbol)
        ]

    def setMaxListeners(self, n: float) -> Self:
        """From which number of listeners of one event to warn; 0 never.

        Node: https://nodejs.org/api/events.html#emittersetmaxlistenersn
        """
        validateNumber(n, "setMaxListeners", 0)
        self._maxListeners = n
        return self

    def getMaxListeners(self) -> float:
        """The limit in force. Node: https://nodejs.org/api/events.html#emittergetmaxlisteners"""
        limit = self._maxListeners
        return EventEmitter.defaultMaxListeners if limit is None else limit

    def _entry_(self, eventName: Any) -> Entry | None:
        try:
            return self._events.get(eventKey(eventName))
        except AttributeError:  # a subclass that did not call __init__
            self._events = {}
            return None

    def _listens_(self, eventName: Any) -> bool:
        return self._entry_(eventName) is not None


def eventKey(eventName: Any) -> Any:
    """Under which name the listeners of an event are kept: a number's or a list's own text, as of a property's name."""
    if isinstance(eventName, (str, Symbol)):
        return eventName
    if eventName is None or isinstance(eventName, (bool, int, float)):
        return toText(eventName)
    try:
        hash(eventName)
    except TypeError:
        return toText(eventName)
    return eventName


def _unwrapped(listener: Any) -> Any:
    return listener.listener if listener.__class__ is OnceWrapper else listener


def _given(first: Any, second: Any, rest: tuple[Any, ...]) -> tuple[Any, ...]:
    if first is _absent:
        return ()
    return (first,) if second is _absent else (first, second, *rest)
