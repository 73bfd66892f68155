"""`util`'s bridges between callbacks and promises: promisify, callbackify, aborted.

A promise is a Deferred. As with Node's, its outcome is told in a microtask.

Node: https://nodejs.org/api/util.html#utilpromisifyoriginal
"""

from __future__ import annotations

import functools
import inspect as _signatures
import weakref
from collections.abc import Callable
from types import MethodType
from typing import Any

from twisted.internet.defer import Deferred

from ..abort import AbortSignal
from ..errors import ERR_INVALID_ARG_TYPE, ERR_UNHANDLED_ERROR, inspect
from ..events import fit
from ..reactor.loop import ticks
from ..reactor.loop.coroutines import drive
from ..reactor.loop.promised import Promised
from ..validators import validateFunction

__all__ = ["aborted", "callbackify", "promisify"]


class _Promisify:
    """`promisify` itself: a function that carries the name of its hook."""

    #: The attribute of a function that `promisify` returns in place of its own work.
    custom = "__promisify__"

    def __call__(self, original: Callable[..., Any]) -> Callable[..., Deferred[Any]]:
        """A function that returns a Deferred, of one whose last argument is a callback `(err, value)`.

        `promisify(zlib.gzip)(data)` fires with what the callback would have been given, `promisify(setTimeout)(5)`
        after five milliseconds.

        Args: original: the function. If it has an attribute `promisify.custom`, that is returned.
        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/util.html#utilpromisifyoriginal
        """
        validateFunction(original, "original")
        custom = getattr(original, self.custom, None)
        if custom is not None:
            validateFunction(custom, "util.promisify.custom")
            if isinstance(original, MethodType) and custom is not original:
                custom = functools.partial(custom, original.__self__)
            setattr(custom, self.custom, custom)
            found: Callable[..., Deferred[Any]] = custom
            return found

        def promisified(*args: Any, **keywords: Any) -> Deferred[Any]:
            promise: Deferred[Any] = Promised()
            _callInto(promise, original, args, keywords)
            return promise

        _dress(promisified, original)
        setattr(promisified, self.custom, promisified)
        return promisified


promisify: _Promisify = _Promisify()


def _callInto(promise: Deferred[Any], original: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """Call with a callback that settles the promise; the first outcome counts."""
    isSettled = False

    def settle(fire: Callable[[Any], object], outcome: Any) -> None:
        nonlocal isSettled
        if not isSettled:
            isSettled = True
            ticks.queueMicrotask(_fire, promise, fire, outcome)

    def callback(error: Any = None, *values: Any) -> None:
        if error:
            settle(promise.errback, _asError(error))
        else:
            settle(promise.callback, values[0] if values else None)

    try:
        original(*args, callback, **keywords)
    except Exception as error:
        settle(promise.errback, error)


def _asError(error: Any) -> BaseException:
    """A Deferred fails with exceptions only: any other reason is in the `context` of one."""
    return error if isinstance(error, BaseException) else ERR_UNHANDLED_ERROR(inspect(error), error)


def _fire(promise: Deferred[Any], fire: Callable[[Any], object], outcome: Any) -> None:
    if not promise.called:  # it may have been cancelled
        fire(outcome)


def _dress(function: Any, original: Any) -> None:
    """Let a function look like the one that it stands for."""
    functools.update_wrapper(function, original)
    # What `inspect.signature` would follow has other parameters.
    function.__dict__.pop("__wrapped__", None)


def callbackify(original: Callable[..., Any]) -> Callable[..., None]:
    """A function whose last argument is a callback `(err, value)`, of one that returns a promise.

    Args: original: a coroutine function, or one that returns a Deferred. What it fails with is `err`; a failure
        without a reason is ERR_FALSY_VALUE_REJECTION. The callback is called in a tick of its own: what it raises is
        an uncaught exception.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/util.html#utilcallbackifyoriginal
    """
    validateFunction(original, "original")

    def callbackified(*args: Any, **keywords: Any) -> None:
        callback = args[-1] if args else None
        if not callable(callback):
            raise ERR_INVALID_ARG_TYPE("last argument", "Function", callback)
        answer = fit(callback, 2)
        _promiseOf(original, args[:-1], keywords).addCallbacks(
            lambda value: ticks.queueMicrotask(ticks.nextTick, answer, None, value),
            lambda failure: ticks.queueMicrotask(ticks.nextTick, answer, failure.value, None),
        )

    _dress(callbackified, original)
    callbackified.__name__ = f"{getattr(original, '__name__', '')}Callbackified"
    return callbackified


def _promiseOf(original: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Deferred[Any]:
    result = original(*args, **keywords)
    if _signatures.iscoroutine(result):
        return drive(result)
    if isinstance(result, Deferred):
        return result
    if _signatures.isawaitable(result):
        return drive(_awaited(result))
    raise TypeError("original.apply(...).then is not a function")


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


def aborted(signal: AbortSignal, resource: Any) -> Deferred[None]:
    """A Deferred that fires when a signal is aborted, unless `resource` is gone by then.

    Args:
        signal: what to wait for.
        resource: any object; it is held weakly, and nothing is kept for its sake.
    Returns: a Deferred; it fails with ERR_INVALID_ARG_TYPE for wrong arguments.
    Node: https://nodejs.org/api/util.html#utilabortedsignal-resource
    """
    promise: Deferred[None] = Promised()
    if not isinstance(signal, AbortSignal):
        error = ERR_INVALID_ARG_TYPE("signal", "AbortSignal", signal)
        ticks.queueMicrotask(promise.errback, error)
    elif resource is None or isinstance(resource, (str, int, float)):
        ticks.queueMicrotask(promise.errback, ERR_INVALID_ARG_TYPE("resource", "object", resource))
    elif signal.aborted:
        # Node's is an async function that returns a promise: it takes a microtask more.
        ticks.queueMicrotask(ticks.queueMicrotask, promise.callback, None)
    else:
        _waitFor(signal, weakref.ref(resource), promise)
    return promise


def _waitFor(signal: AbortSignal, resource: weakref.ref[Any], promise: Deferred[None]) -> None:
    def onAbort(event: object) -> None:
        if resource() is not None:
            ticks.queueMicrotask(promise.callback, None)

    signal.addEventListener("abort", onAbort, {"once": True})
