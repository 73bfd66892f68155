"""`setTimeout` and `setInterval`, and the object that both return.

Follows lib/timers.js of Node 26 by behaviour. What a `Timeout` waits in is `lists.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import CoroutineType
from typing import Any

from ..coercion import toNumber
from ..errors import ERR_OUT_OF_RANGE, numberText
from ..events.hooks import ProcessWarning, deliverWarning, unawaited
from ..validators import validateFunction, validateNumber
from .callbacks import kept
from .lists import Entry, Timers, current

#: Longest delay, milliseconds: what fits a signed 32-bit integer.
TIMEOUT_MAX = 2**31 - 1

#: Timers whose number was requested (`int(timeout)`), for `clearTimeout(number)`.
_numbered: dict[int, Timeout] = {}
_lastNumber = 0
#: Kinds of warnings given once per program.
_warned: set[str] = set()


class Timeout(Entry):
    """A timer made by `setTimeout` or `setInterval`; as a context manager it is cleared at the end.

    Node: https://nodejs.org/api/timers.html#class-timeout
    """

    __slots__ = (
        "__weakref__",
        "_args_",
        "_destroyed",
        "_duration_",
        "_number_",
        "_onTimeout",
        "_refed_",
        "_repeat",
        "_timers_",
    )

    def __init__(
        self, callback: Callable[..., object], delay: Any, args: tuple[Any, ...], repeat: bool, refed: bool = True
    ) -> None:
        self._duration_ = toDuration(delay)
        self._onTimeout: Callable[..., object] | None = callback
        self._args_ = args
        self._repeat = repeat
        self._refed_ = refed
        self._destroyed = False
        self._number_ = 0
        self._timers_: Timers = current()
        if refed:
            self._timers_.timeouts.add()
        self._timers_.start(self, int(self._duration_))

    def ref(self) -> Timeout:
        """Let the timer keep the program alive, which is the default. Returns the timer.

        Node: https://nodejs.org/api/timers.html#timeoutref
        """
        if not self._refed_:
            self._refed_ = True
            if not self._destroyed:
                self._timers_.timeouts.add()
        return self

    def unref(self) -> Timeout:
        """Do not let the timer keep the program alive. Returns the timer.

        Node: https://nodejs.org/api/timers.html#timeoutunref
        """
        if self._refed_:
            self._refed_ = False
            if not self._destroyed:
                self._timers_.timeouts.drop()
        return self

    def hasRef(self) -> bool:
        """True when the timer keeps the program alive while it runs.

        Node: https://nodejs.org/api/timers.html#timeouthasref
        """
        return self._refed_

    def refresh(self) -> Timeout:
        """Begin anew, also after the timer has fired; no new object is needed. Returns the timer.

        A cleared timer stays cleared.
        Node: https://nodejs.org/api/timers.html#timeoutrefresh
        """
        if self._list_ is not None:
            self._timers_.refresh(self)
        elif self._onTimeout is not None:
            if self._destroyed:
                self._destroyed = False
                if self._refed_:
                    self._timers_.timeouts.add()
            self._timers_.start(self, int(self._duration_))
        return self

    def close(self) -> Timeout:
        """Clear the timer: `clearTimeout`. Returns the timer.

        Node: https://nodejs.org/api/timers.html#timeoutclose
        """
        self._onTimeout = None
        self._args_ = ()
        self._repeat = False
        if self._list_ is not None:
            self._timers_.stop(self)
        self._finish_()
        return self

    def __int__(self) -> int:
        """A number that `clearTimeout` takes for this timer.

        Node: https://nodejs.org/api/timers.html#timeoutsymboltoprimitive
        """
        global _lastNumber
        if not self._number_:
            _lastNumber += 1
            self._number_ = _lastNumber
            if not self._destroyed:
                _numbered[self._number_] = self
        return self._number_

    __index__ = __int__

    def __enter__(self) -> Timeout:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "destroyed" if self._destroyed else "refed" if self._refed_ else "unrefed"
        return f"<{type(self).__name__} {numberText(self._duration_)} ms {state}>"

    def _fire_(self) -> None:
        callback = self._onTimeout
        if callback is None:  # pragma: no cover - a cleared timer is in no list
            return
        try:
            result = callback(*self._args_)
            if type(result) is CoroutineType:
                unawaited(result)
        finally:
            # Still a holder during the callback, as Node shows it.
            if self._list_ is None:  # not refreshed by the callback
                if self._repeat:
                    self._timers_.start(self, int(self._duration_))
                else:
                    self._finish_()

    def _finish_(self) -> None:
        if self._destroyed:
            return
        self._destroyed = True
        if self._number_:
            _numbered.pop(self._number_, None)
        if self._refed_:
            self._timers_.timeouts.drop()


#: The name of the deprecated interface; the same class.
Timer = Timeout


def setTimeout(callback: Callable[..., object], delay: Any = None, *args: Any) -> Timeout:
    """Call back once, after a delay.

    Args:
        callback: called with `args`; it may be a coroutine function.
        delay: milliseconds, from 1 to 2^31 - 1; anything else is 1.
    Returns: the timer.
    Raises: ERR_INVALID_ARG_TYPE.
    Example:
        >>> timer = setTimeout(print, 1000, "a second later")
        >>> await timers.promises.setTimeout(2000)
        a second later

    Node: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
    """
    validateFunction(callback, "callback")
    return Timeout(kept(callback), delay, args, False)


def setInterval(callback: Callable[..., object], delay: Any = None, *args: Any) -> Timeout:
    """Call back again and again, each time after a delay.

    Args:
        callback: called with `args`; it may be a coroutine function.
        delay: milliseconds, from 1 to 2^31 - 1; anything else is 1.
    Returns: the timer.
    Raises: ERR_INVALID_ARG_TYPE.
    Example:
        >>> timer = setInterval(print, 1000, "tick")
        >>> await timers.promises.setTimeout(2500)
        tick
        tick
        >>> clearInterval(timer)

    Node: https://nodejs.org/api/timers.html#setintervalcallback-delay-args
    """
    validateFunction(callback, "callback")
    return Timeout(kept(callback), delay, args, True)


def clearTimeout(timeout: Any = None) -> None:
    """Cancel a timer of `setTimeout` or `setInterval`.

    Args:
        timeout: the timer, or its number, also as text; anything else is ignored.
    Node: https://nodejs.org/api/timers.html#cleartimeouttimeout
    """
    if isinstance(timeout, Timeout):
        timeout.close()
    elif isinstance(timeout, (int, float, str)):
        found = _numbered.get(toNumber(timeout))  # type: ignore[call-overload]
        if found is not None:
            found.close()


def clearInterval(timeout: Any = None) -> None:
    """Cancel a timer of `setInterval` or `setTimeout`.

    Args:
        timeout: the timer, or its number, also as text; anything else is ignored.
    Node: https://nodejs.org/api/timers.html#clearintervaltimeout
    """
    clearTimeout(timeout)


def toDuration(delay: Any) -> float:
    """A delay as `setTimeout` takes it: what is no number from 1 to TIMEOUT_MAX is 1, with a warning."""
    if type(delay) is int and 1 <= delay <= TIMEOUT_MAX:
        return delay
    duration = 0 if delay is None else toNumber(delay)  # nothing becomes 1 without a warning
    if 1 <= duration <= TIMEOUT_MAX:
        return duration
    if duration > TIMEOUT_MAX:
        _warn(f"{numberText(duration)} does not fit into a 32-bit signed integer.", "TimeoutOverflowWarning")
    elif duration < 0:
        _warnOnce(f"{numberText(duration)} is a negative number.", "TimeoutNegativeWarning")
    elif math.isnan(duration):
        _warnOnce("NaN is not a number.", "TimeoutNaNWarning")
    return 1


def timerDuration(msecs: Any, name: str) -> float:
    """A time for a timer, at most TIMEOUT_MAX.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    """
    validateNumber(msecs, name)
    if not 0 <= toNumber(msecs) < math.inf:
        raise ERR_OUT_OF_RANGE(name, "a non-negative finite number", msecs)
    if msecs > TIMEOUT_MAX:
        _warn(
            f"{msecs} does not fit into a 32-bit signed integer.",
            "TimeoutOverflowWarning",
            f"Timer duration was truncated to {TIMEOUT_MAX}.",
        )
        return TIMEOUT_MAX
    return float(msecs)


def _warnOnce(text: str, kind: str) -> None:
    if kind not in _warned:
        _warned.add(kind)
        _warn(text, kind)


def _warn(text: str, kind: str, done: str = "Timeout duration was set to 1.") -> None:
    deliverWarning(ProcessWarning(f"{text}\n{done}", kind))
