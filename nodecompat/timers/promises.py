"""`timers.promises`: timers as Deferreds and as an async iterator.

Follows lib/timers/promises.js of Node 26 by behaviour. A wrong argument comes as a failed Deferred, as Node's rejected
promise. Cancelling a Deferred (`deferred.cancel()`) clears its timer, which a promise cannot.

Node: https://nodejs.org/api/timers.html#timers-promises-api
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from twisted.internet.defer import Deferred

from ..coercion import optionsOf
from ..errors import ERR_ILLEGAL_CONSTRUCTOR, AbortError
from ..optionbags import check
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..validators import validateAbortSignal, validateBoolean, validateNumber, validateObject
from .immediate import Immediate, clearImmediate
from .timeout import Timeout

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

__all__ = ["Scheduler", "TimerOptions", "scheduler", "setImmediate", "setInterval", "setTimeout"]


class TimerOptions(TypedDict, total=False):
    """Options of the functions of `timers.promises`.

    Options:
        ref: With False, do not keep the program alive; True by default.
        signal: An AbortSignal that ends the waiting with an AbortError; none by default.
    """

    ref: bool
    signal: Any


def setTimeout(
    delay: float | None = None,
    value: Any = None,
    options: TimerOptions | Bag | None = None,
    **keywords: Unpack[TimerOptions],
) -> Deferred[Any]:
    """Wait.

    Args:
        delay: milliseconds, 1 if left out.
        value: what the Deferred gives.
        options: TimerOptions.
    Returns: a Deferred of `value`; it fails with ABORT_ERR, ERR_INVALID_ARG_TYPE.
    Example:
        >>> await timers.promises.setTimeout(1000, "a second later")
        'a second later'

    Node: https://nodejs.org/api/timers.html#timerspromisessettimeoutdelay-value-options
    """

    check(TimerOptions, options, keywords)

    def start(settle: Callable[[], None], refed: bool) -> Callable[[], object]:
        return Timeout(settle, delay, (), False, refed).close

    return _promise(start, value, options, keywords, delay)


def setImmediate(
    value: Any = None, options: TimerOptions | Bag | None = None, **keywords: Unpack[TimerOptions]
) -> Deferred[Any]:
    """Wait for the I/O of this turn.

    Args:
        value: what the Deferred gives.
        options: TimerOptions.
    Returns: a Deferred of `value`; it fails with ABORT_ERR, ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/timers.html#timerspromisessetimmediatevalue-options
    """

    check(TimerOptions, options, keywords)

    def start(settle: Callable[[], None], refed: bool) -> Callable[[], object]:
        immediate = Immediate(settle, (), refed)
        return lambda: clearImmediate(immediate)

    return _promise(start, value, options, keywords)


def setInterval(
    delay: float | None = None,
    value: Any = None,
    options: TimerOptions | Bag | None = None,
    **keywords: Unpack[TimerOptions],
) -> Interval:
    """An async iterator that gives a value repeatedly; missed values are given at once.

    Args:
        delay: milliseconds between values, 1 if left out.
        value: what it gives.
        options: TimerOptions.
    Returns: the iterator; it raises ABORT_ERR, ERR_INVALID_ARG_TYPE when it is first asked.
    Node: https://nodejs.org/api/timers.html#timerspromisessetintervaldelay-value-options
    """
    check(TimerOptions, options, keywords)
    return Interval(delay, value, _merge(options, keywords))


class Scheduler:
    """The class of `scheduler`.

    Node: https://nodejs.org/api/timers.html#timerspromisesscheduler
    """

    __slots__ = ()

    def __init__(self) -> None:
        raise ERR_ILLEGAL_CONSTRUCTOR()

    def wait(
        self, delay: float | None = None, options: TimerOptions | Bag | None = None, **keywords: Unpack[TimerOptions]
    ) -> Deferred[None]:
        """As `setTimeout(delay, None, options)`, but always keeping the program alive.

        Args: delay: milliseconds. options: TimerOptions.
        Node: https://nodejs.org/api/timers.html#timerspromisesschedulerwaitdelay-options
        """
        check(TimerOptions, options, keywords)
        return setTimeout(delay, None, _merge(options, keywords))

    def yield_(self) -> Deferred[None]:
        """As `setImmediate()`.

        Node: https://nodejs.org/api/timers.html#timerspromisesscheduleryield
        """
        return setImmediate()


scheduler: Scheduler = object.__new__(Scheduler)


class Interval:
    """What `timers.promises.setInterval` returns: an async iterator; it stops when it is closed or dropped,
    or at the end of an `async with` block.

    `next`, `return_` and `throw` are those of a JavaScript iterator; `next` may be called again while it waits, and
    gives StopAsyncIteration after the end.
    """

    __slots__ = ("_delay", "_options", "_state", "_value")

    def __init__(self, delay: Any, value: Any, options: Any) -> None:
        self._delay = delay
        self._value = value
        self._options = options
        self._state: _Ticker | None = None

    def __aiter__(self) -> Interval:
        return self

    def __anext__(self) -> Deferred[Any]:
        return self.next()

    def next(self) -> Deferred[Any]:
        """The next value."""
        if self._state is None:
            self._state = _Ticker(self._value)
            try:
                self._state.start(self._delay, self._options)
            except Exception as error:
                return _fail(error)
        return self._state.take()

    def return_(self, value: Any = None) -> Deferred[Any]:
        """Stop; gives `value`."""
        return self._afterSteps(lambda: _later(value))

    def throw(self, error: BaseException) -> Deferred[Any]:
        """Stop; fails with `error`."""
        return self._afterSteps(lambda: _fail(error))

    def _afterSteps(self, end: Callable[[], Deferred[Any]]) -> Deferred[Any]:
        """Stop after the pending steps, which get their values, as in an async generator."""
        if self._state is not None and self._state.isWaiting():
            result: Deferred[Any] = Promised()
            self._state.endings.append(lambda: end().chainDeferred(result))
            return result
        self._close()
        return end()

    async def aclose(self) -> None:
        """Stop."""
        self._close()

    async def __aenter__(self) -> Interval:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._close()

    def _close(self) -> None:
        if self._state is None:
            self._state = _Ticker(None)
        self._state.stop()

    def __del__(self) -> None:
        # `break` leaves an `async for` silently: dropping the last reference stops the timer.
        state = getattr(self, "_state", None)
        if state is not None:
            state.stop()


class _Ticker:
    """The timer of an Interval, which does not know the Interval: so that the Interval can be dropped."""

    __slots__ = ("_behind", "_timeout", "_unlisten", "_value", "_waiting", "done", "endings", "failure")

    def __init__(self, value: Any) -> None:
        self._value = value
        self._behind = 0  # values not requested yet
        self._waiting: deque[Deferred[Any]] = deque()
        self._timeout: Timeout | None = None
        self._unlisten: Callable[[], None] | None = None
        self.done = True
        self.failure: BaseException | None = None
        #: Called when it has ended, which is as soon as nothing waits.
        self.endings: list[Callable[[], object]] = []

    def isWaiting(self) -> bool:
        return bool(self._waiting)

    def start(self, delay: Any, options: Any) -> None:
        signal, refed = _check(options, delay)
        if signal is not None and signal.aborted:
            raise AbortError.by(signal)
        self.done = False
        self._timeout = Timeout(self._tick, delay, (), True, refed)
        if signal is not None:
            self._unlisten = _listen(signal, self._aborted)

    def take(self) -> Deferred[Any]:
        if self._behind:
            self._behind -= 1
            return _later(self._value)
        if self.failure is not None:
            failure, self.failure = self.failure, None
            return _fail(failure)
        if self.done or self.endings:
            return _fail(StopAsyncIteration())
        waiting: Deferred[Any] = Promised(self._forget)
        self._waiting.append(waiting)
        return waiting

    def stop(self) -> None:
        self._behind = 0
        self.failure = None
        self._end()

    def _end(self) -> None:
        self.done = True
        if self._timeout is not None:
            self._timeout.close()
            self._timeout = None
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        while self._waiting:
            ticks.queueMicrotask(_errback, self._waiting.popleft(), StopAsyncIteration())
        endings, self.endings = self.endings, []
        for ending in endings:
            ending()

    def _forget(self, waiting: Deferred[Any]) -> None:
        self._waiting.remove(waiting)
        if self.endings and not self._waiting:
            self.stop()

    def _tick(self) -> None:
        if self._waiting:
            ticks.queueMicrotask(_callback, self._waiting.popleft(), self._value)
            if self.endings and not self._waiting:
                self.stop()
        else:
            self._behind += 1

    def _aborted(self, signal: Any) -> None:
        failure: BaseException | None = AbortError.by(signal)
        if self._waiting:
            ticks.queueMicrotask(_errback, self._waiting.popleft(), failure)
            failure = None
        self.failure = failure
        self._end()


def _promise(
    start: Callable[[Callable[[], None], bool], Callable[[], object]],
    value: Any,
    options: Any,
    keywords: Mapping[str, Any],
    delay: Any = None,
) -> Deferred[Any]:
    """A Deferred of `value`, fired when `start` calls back; `start` returns how to cancel."""
    try:
        signal, refed = _check(_merge(options, keywords), delay)
        if signal is not None and signal.aborted:
            raise AbortError.by(signal)
    except Exception as error:
        return _fail(error)
    unlisten: Callable[[], None] | None = None

    def cancel(_: object = None) -> None:
        clear()
        if unlisten is not None:
            unlisten()

    def settle() -> None:
        if unlisten is not None:
            unlisten()
        ticks.queueMicrotask(_callback, promise, value)

    def aborted(signal: Any) -> None:
        cancel()
        ticks.queueMicrotask(_errback, promise, AbortError.by(signal))

    promise: Deferred[Any] = Promised(cancel)
    clear = start(settle, refed)
    if signal is not None:
        unlisten = _listen(signal, aborted)
    return promise


def _merge(options: Any, keywords: Mapping[str, Any]) -> Any:
    if not keywords:
        return options
    return optionsOf(options, keywords)


def _check(options: Any, delay: Any) -> tuple[Any, bool]:
    """The options `signal` and `ref`."""
    if delay is not None:
        validateNumber(delay, "delay")
    if options is None:
        return None, True
    validateObject(options, "options")
    given = optionsOf(options)
    signal, refed = given.get("signal"), given.get("ref", True)
    if signal is not None:
        validateAbortSignal(signal, "options.signal")
    validateBoolean(refed, "options.ref")
    return signal, refed


def _listen(signal: Any, listener: Callable[[Any], None]) -> Callable[[], None]:
    """Call `listener(signal)` when it is aborted; returns how to stop that."""

    def onAbort(event: object) -> None:
        listener(signal)

    signal.addEventListener("abort", onAbort, {"once": True})
    return lambda: signal.removeEventListener("abort", onAbort)


def _later(value: Any) -> Deferred[Any]:
    promise: Deferred[Any] = Promised()
    ticks.queueMicrotask(_callback, promise, value)
    return promise


def _fail(error: BaseException) -> Deferred[Any]:
    promise: Deferred[Any] = Promised()
    ticks.queueMicrotask(_errback, promise, error)
    return promise


def _callback(promise: Deferred[Any], value: Any) -> None:
    if not promise.called:  # it may have been cancelled meanwhile
        if isinstance(value, Deferred):  # as a promise of JavaScript takes over what another one comes to
            value.chainDeferred(promise)
        else:
            promise.callback(value)


def _errback(promise: Deferred[Any], error: BaseException) -> None:
    if not promise.called:
        promise.errback(error)
