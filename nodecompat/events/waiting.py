"""What waits for events: `once` for one, `on` for all of them; `addAbortListener`.

Follows Node 26. Differs: promises are Deferreds; the iterator of `on` is Python's asynchronous iterator, with
`return_` and `throw` besides, and ends when it is dropped, so that leaving an `async for` stops listening as in
JavaScript.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..coercion import optionsOf
from ..errors import ERR_INVALID_ARG_TYPE, AbortError
from ..optionbags import check
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..validators import MAX_SAFE_INTEGER, validateAbortSignal, validateFunction, validateInteger, validateObject
from .emitter import EventEmitter, errorMonitor
from .listeners import Listener
from .options import OnceOptions, OnOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

_Removal = Callable[[], object]


def isEventTarget(value: Any) -> bool:
    """True for an EventTarget, or what looks like one."""
    return callable(getattr(value, "addEventListener", None)) and callable(getattr(value, "removeEventListener", None))


def isEmitter(value: Any) -> bool:
    """True for an EventEmitter, or what looks like one."""
    return isinstance(value, EventEmitter) or callable(getattr(value, "on", None))


def _listen(emitter: Any, eventName: Any, listener: Listener, once: bool = False) -> _Removal:
    """Add a listener to an emitter or a target; the result removes it."""
    if isEmitter(emitter):
        (emitter.once if once else emitter.on)(eventName, listener)
        return lambda: emitter.removeListener(eventName, listener)
    if isEventTarget(emitter):
        emitter.addEventListener(eventName, listener, {"once": once})
        return lambda: emitter.removeEventListener(eventName, listener)
    raise ERR_INVALID_ARG_TYPE("emitter", "EventEmitter", emitter)


def _checkedOptions(options: Any, keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    if options is not None:
        validateObject(options, "options")
    given = optionsOf(options, keywords)
    validateAbortSignal(given.get("signal"), "options.signal")
    return given


def once(
    emitter: Any, eventName: Any, options: OnceOptions | Bag | None = None, **keywords: Unpack[OnceOptions]
) -> Deferred[list[Any]]:
    """Wait for the next event.

    Args:
        emitter: an EventEmitter or EventTarget.
        options: OnceOptions; `signal` gives up.
    Returns: a Deferred with the list of the event's arguments. It fails with the error when the emitter emits 'error'
        (unless that is the event waited for), or with AbortError. Cancelling it removes the listeners.
    Example:
        >>> emitter = events.EventEmitter()
        >>> nextTick(emitter.emit, "greeting", "hello", 5)
        >>> await events.once(emitter, "greeting")
        ['hello', 5]

    Node: https://nodejs.org/api/events.html#eventsonceemitter-name-options
    """
    check(OnceOptions, options, keywords)
    try:
        signal = _checkedOptions(options, keywords).get("signal")
        if signal is not None and signal.aborted:
            raise AbortError.by(signal)
        return _Once(emitter, eventName, signal).deferred
    except Exception as error:
        deferred: Deferred[list[Any]] = Promised()
        ticks.queueMicrotask(_errback, deferred, error)
        return deferred


class _Once:
    """One call of `once`: its listeners and its Deferred."""

    def __init__(self, emitter: Any, eventName: Any, signal: Any) -> None:
        self.deferred: Deferred[list[Any]] = Promised(self._cancelled)
        self._removals = [_listen(emitter, eventName, self._onEvent, once=True)]
        if eventName != "error" and isEmitter(emitter):
            self._removals.append(_listen(emitter, "error", self._onError, once=True))
        if signal is not None:
            self._removals.append(_listen(signal, "abort", lambda: self._onError(AbortError.by(signal)), once=True))

    def _onEvent(self, *args: Any) -> None:
        if self._stop():
            # Two microtasks: in Node the promise of an async function follows one that it has returned.
            ticks.queueMicrotask(ticks.queueMicrotask, _callback, self.deferred, list(args))

    def _onError(self, error: Any) -> None:
        if self._stop():
            ticks.queueMicrotask(ticks.queueMicrotask, _errback, self.deferred, error)

    def _cancelled(self, deferred: object) -> None:
        self._stop()

    def _stop(self) -> bool:
        removals, self._removals = self._removals, []
        for remove in removals:
            remove()
        return bool(removals)


def _callback(deferred: Deferred[Any], value: Any) -> None:
    if not deferred.called:  # cancelled in the meantime
        deferred.callback(value)


def _errback(deferred: Deferred[Any], error: Any) -> None:
    if not deferred.called:
        deferred.errback(error if isinstance(error, BaseException) else _asException(error))


def _asException(value: Any) -> BaseException:
    from ..errors import ERR_UNHANDLED_ERROR, inspect

    return ERR_UNHANDLED_ERROR(inspect(value), value)


def on(
    emitter: Any, eventName: Any, options: OnOptions | Bag | None = None, **keywords: Unpack[OnOptions]
) -> EventIterator:
    """Iterate over events: `async for [chunk] in events.on(stream, "data"): …`.

    Args:
        emitter: an EventEmitter or EventTarget.
        options: OnOptions. `close` names events that end the iteration, `signal` breaks it off; above
            `highWaterMark` waiting events the emitter is paused, below `lowWaterMark` resumed.
    Returns: an asynchronous iterator over lists of arguments. It raises the error of an 'error' event, or AbortError.
    Raises: AbortError at once when the signal is aborted already.
    Example:
        >>> emitter = events.EventEmitter()
        >>> nextTick(lambda: (emitter.emit("count", 1), emitter.emit("count", 2), emitter.emit("end")))
        >>> async for [number] in events.on(emitter, "count", close=["end"]):
        ...     print(number)
        1
        2

    Node: https://nodejs.org/api/events.html#eventsonemitter-eventname-options
    """
    check(OnOptions, options, keywords)
    given = _checkedOptions(options, keywords)
    signal = given.get("signal")
    if signal is not None and signal.aborted:
        raise AbortError.by(signal)
    high, low = given.get("highWaterMark"), given.get("lowWaterMark")
    high = MAX_SAFE_INTEGER if high is None else high
    low = 1 if low is None else low
    validateInteger(high, "options.highWaterMark", 1)
    validateInteger(low, "options.lowWaterMark", 1)
    close = given.get("close")
    closing = close if isinstance(close, Iterable) else ()
    return EventIterator(_Queue(emitter, eventName, closing, signal, high, low))


class EventIterator:
    """What `on` returns. Each step gives the list of one event's arguments."""

    __slots__ = ("_queue_",)

    def __init__(self, queue: _Queue) -> None:
        self._queue_ = queue

    def __aiter__(self) -> EventIterator:
        return self

    def __anext__(self) -> Deferred[list[Any]]:
        return self._queue_.next()

    async def __aenter__(self) -> EventIterator:
        return self

    async def __aexit__(self, *reason: object) -> None:
        self.return_()

    def return_(self) -> None:
        """Stop listening; who waits for the next event is told that there is none."""
        self._queue_.close()

    def throw(self, error: BaseException) -> None:
        """Stop listening and let the next step fail with `error`."""
        if not isinstance(error, BaseException):
            raise ERR_INVALID_ARG_TYPE("EventEmitter.AsyncIterator", "Error", error)
        self._queue_.onError(error)

    async def aclose(self) -> None:
        """As `return_`, under the name Python's asynchronous generators have."""
        self.return_()

    def __del__(self) -> None:
        # `break` in an `async for` drops the iterator; JavaScript calls its return().
        try:
            self._queue_.abandon()
        except Exception as error:
            ticks.nextTick(ticks.report, error)


class _Queue:
    """The events that came and the steps that wait: never both."""

    def __init__(self, emitter: Any, eventName: Any, closing: Any, signal: Any, high: int, low: int) -> None:
        self._emitter = emitter
        self._high = high
        self._low = low
        self._paused = False
        self._finished = False
        self._isAbandoned = False
        self._error: BaseException | None = None
        self._events: deque[list[Any]] = deque()
        self._waiting: deque[Deferred[list[Any]]] = deque()
        self._removals = [_listen(emitter, eventName, self._onEvent)]
        if eventName != "error" and isEmitter(emitter):
            self._removals.append(_listen(emitter, "error", self.onError))
        self._removals += [_listen(emitter, name, self._onClosing) for name in closing]
        if signal is not None:
            self._removals.append(_listen(signal, "abort", lambda: self.onError(AbortError.by(signal)), once=True))

    def next(self) -> Deferred[list[Any]]:
        """The next event's arguments; StopAsyncIteration when there will be none."""
        step: Deferred[list[Any]] = Promised(self._forget)
        if self._events:
            ticks.queueMicrotask(_callback, step, self._events.popleft())
            if self._paused and not self._finished and len(self._events) < self._low:
                self._paused = False
                self._emitter.resume()
        elif self._error is not None:
            error, self._error = self._error, None
            ticks.queueMicrotask(_errback, step, error)
        elif self._finished:
            ticks.queueMicrotask(_errback, step, StopAsyncIteration())
        else:
            self._waiting.append(step)
        return step

    def _forget(self, step: Deferred[Any]) -> None:
        if step in self._waiting:
            self._waiting.remove(step)

    def _onEvent(self, *args: Any) -> None:
        if self._waiting:
            ticks.queueMicrotask(_callback, self._waiting.popleft(), list(args))
            if self._isAbandoned:
                self.abandon()
            return
        self._events.append(list(args))
        if not self._paused and len(self._events) > self._high:
            self._paused = True
            self._emitter.pause()

    def _onClosing(self) -> None:
        self.close()

    def onError(self, error: Any) -> None:
        """End with an error: for the step that waits, or else for the next one."""
        if self._waiting:
            ticks.queueMicrotask(_errback, self._waiting.popleft(), error)
        else:
            self._error = error if isinstance(error, BaseException) else _asException(error)
        self.close()

    def abandon(self) -> None:
        """Nobody will ask again. A step that waits is not woken: its coroutine may be garbage as well."""
        self._isAbandoned = True
        if not self._waiting:
            self.close()

    def close(self) -> None:
        """Stop listening; events that came before can still be taken."""
        removals, self._removals = self._removals, []
        for remove in removals:
            remove()
        self._finished = True
        while self._waiting:
            ticks.queueMicrotask(_errback, self._waiting.popleft(), StopAsyncIteration())


class Disposable:
    """Undoes something once: by a call of `dispose`, or at the end of a `with` block."""

    __slots__ = ("_undo_",)

    def __init__(self, undo: _Removal) -> None:
        self._undo_: _Removal | None = undo

    def dispose(self) -> None:
        """Undo it."""
        undo, self._undo_ = self._undo_, None
        if undo is not None:
            undo()

    def __enter__(self) -> Disposable:
        return self

    def __exit__(self, *reason: object) -> None:
        self.dispose()


def addAbortListener(signal: Any, listener: Listener) -> Disposable:
    """Call `listener` once when `signal` aborts, even if another listener stops the event; soon if it is aborted.

    Returns: an object whose `dispose()`, or use in a `with` statement, removes the listener.
    Node: https://nodejs.org/api/events.html#eventsaddabortlistenersignal-listener
    """
    if signal is None:
        raise ERR_INVALID_ARG_TYPE("signal", "AbortSignal", signal)
    validateAbortSignal(signal, "signal")
    validateFunction(listener, "listener")
    if signal.aborted:
        ticks.queueMicrotask(listener)
        return Disposable(lambda: None)
    signal.addEventListener("abort", listener, {"once": True, "resistStopPropagation": True})
    return Disposable(lambda: signal.removeEventListener("abort", listener))


__all__ = ["Disposable", "EventIterator", "addAbortListener", "errorMonitor", "isEventTarget", "on", "once"]
