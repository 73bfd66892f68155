"""`setImmediate`: callbacks in the check phase, after the I/O of this turn and before any timer.

Follows lib/timers.js of Node 26 by behaviour; the phase itself is in `reactor/loop/ticks.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CoroutineType
from typing import Any

from ..events.hooks import unawaited
from ..reactor.loop import activity, run, ticks
from ..validators import validateFunction
from .callbacks import kept
from .lists import Count, current


class Immediate:
    """What `setImmediate` returns; as a context manager it is cleared at the end.

    Node: https://nodejs.org/api/timers.html#class-immediate
    """

    __slots__ = ("__weakref__", "_args_", "_destroyed", "_holders_", "_onImmediate", "_refed_")

    def __init__(self, callback: Callable[..., object], args: tuple[Any, ...], refed: bool = True) -> None:
        self._onImmediate: Callable[..., object] | None = callback
        self._args_ = args
        self._refed_ = refed
        self._destroyed = False
        self._holders_: Count = current().immediates
        if refed:
            self._holders_.add()
        ticks.queueCheck(self._run_)

    def ref(self) -> Immediate:
        """Let the immediate keep the program alive, which is the default. Returns the immediate.

        Node: https://nodejs.org/api/timers.html#immediateref
        """
        if not self._refed_:
            self._refed_ = True
            if not self._destroyed:
                self._holders_.add()
        return self

    def unref(self) -> Immediate:
        """Do not let the immediate keep the program alive. Returns the immediate.

        Node: https://nodejs.org/api/timers.html#immediateunref
        """
        if self._refed_:
            self._refed_ = False
            if not self._destroyed:
                self._holders_.drop()
        return self

    def hasRef(self) -> bool:
        """True when the immediate keeps the program alive; no longer when it runs, or is cleared.

        Node: https://nodejs.org/api/timers.html#immediatehasref
        """
        return self._refed_ and not self._destroyed

    def __enter__(self) -> Immediate:
        return self

    def __exit__(self, *exception: object) -> None:
        clearImmediate(self)

    def __repr__(self) -> str:
        return f"<Immediate {'destroyed' if self._destroyed else 'refed' if self._refed_ else 'unrefed'}>"

    def _run_(self) -> None:
        callback = self._onImmediate
        if callback is None:  # cleared: its place in the queue remains
            return
        if not _phase.isAlive() and not self._refed_ and run.program.isRunning():
            _parked.append(self)
            return
        self._leave_()
        result = callback(*self._args_)
        if type(result) is CoroutineType:
            unawaited(result)

    def _leave_(self) -> None:
        if not self._destroyed:
            self._destroyed = True
            if self._refed_:
                self._holders_.drop()


class _Phase:
    """Whether anything kept the program alive when this check phase began: then all its immediates run."""

    def __init__(self) -> None:
        self.number = 0
        self.wasAlive = True

    def isAlive(self) -> bool:
        if self.number != ticks.loop.phases:
            self.number = ticks.loop.phases
            self.wasAlive = activity.isAlive()
        return self.wasAlive


_phase = _Phase()
#: Unref'd immediates of an ending program: they run if 'beforeExit' starts something.
_parked: list[Immediate] = []


def resumeParked() -> None:
    """After 'beforeExit': something keeps the program alive again."""
    if activity.isAlive():
        for immediate in _parked:
            ticks.queueCheck(immediate._run_)
        _parked.clear()


def setImmediate(callback: Callable[..., object], *args: Any) -> Immediate:
    """Call back after the I/O events of this turn. An immediate set by an immediate waits for the next turn.

    Args:
        callback: called with `args`; it may be a coroutine function.
    Returns: the immediate.
    Raises: ERR_INVALID_ARG_TYPE.
    Example:
        >>> immediate = setImmediate(print, "second")
        >>> nextTick(print, "first")
        >>> await timers.promises.setImmediate()
        first
        second

    Node: https://nodejs.org/api/timers.html#setimmediatecallback-args
    """
    validateFunction(callback, "callback")
    return Immediate(kept(callback), args)


def clearImmediate(immediate: Any = None) -> None:
    """Cancel an immediate.

    Args:
        immediate: what `setImmediate` returned; anything else is ignored.
    Node: https://nodejs.org/api/timers.html#clearimmediateimmediate
    """
    if isinstance(immediate, Immediate):
        immediate._onImmediate = None
        immediate._leave_()
