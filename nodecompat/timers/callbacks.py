"""`queueMicrotask`, and coroutine functions as callbacks of timers, ticks and microtasks.

As an async function in Node: it runs up to its first `await` at once, and its failure is an unhandled rejection.
"""

from __future__ import annotations

import contextvars
import inspect
from collections.abc import Callable
from types import CoroutineType, FunctionType, MethodType
from typing import Any

from .. import async_hooks
from ..events.hooks import unawaited
from ..reactor.loop import ticks
from ..validators import validateFunction


def queueMicrotask(callback: Callable[[], object]) -> None:
    """Call back when the running callback has returned and the nextTick queue is empty.

    Args:
        callback: called without arguments; it may be a coroutine function.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/globals.html#queuemicrotaskcallback
    """
    validateFunction(callback, "callback")
    ticks.queueMicrotask(runnable(callback))


def runnable(callback: Callable[..., object]) -> Callable[..., object]:
    """`callback` for a caller that drops its result."""
    if async_hooks.inUse:
        return kept(callback)
    function = callback.__func__ if type(callback) is MethodType else callback
    if type(function) is FunctionType and function.__code__.co_flags & inspect.CO_COROUTINE:
        return _wrapping(callback, lambda *args: unawaited(callback(*args)))
    return callback


def kept(callback: Callable[..., object]) -> Callable[..., object]:
    """`callback`, with the values of AsyncLocalStorage that are in force now, if a program has any."""
    if not async_hooks.inUse:
        return callback
    context = contextvars.copy_context()
    # A copy each time: what one call of an interval enters does not leak into the next.
    return _wrapping(callback, lambda *args: context.copy().run(_call, callback, args))


def _wrapping(callback: Callable[..., object], wrapper: Any) -> Callable[..., object]:
    """Let those find the program's function who look for its place."""
    wrapper.__wrapped__ = callback
    made: Callable[..., object] = wrapper
    return made


def _call(callback: Callable[..., object], args: tuple[Any, ...]) -> None:
    try:
        result = callback(*args)
    except BaseException:
        async_hooks.failed = contextvars.copy_context()
        raise
    if type(result) is CoroutineType:
        unawaited(result)
