"""Promises as the streams need them: Deferreds, coroutines, and steps that wait for a microtask.

Node's streams use `await` and `for await` inside. What is awaited there resumes in a microtask, never at once; these
helpers keep that, so that a listener that is added after a call still hears everything.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ..reactor import ticks

T = TypeVar("T")


def microtask() -> Deferred[None]:
    """Await it to go on in a microtask."""
    step: Deferred[None] = Deferred()
    ticks.queueMicrotask(step.callback, None)
    return step


def run(coroutine: Coroutine[Any, Any, T]) -> Deferred[T]:
    """Start a coroutine, as calling an async function does in JavaScript."""
    return Deferred.fromCoroutine(coroutine)


def isThenable(value: Any) -> bool:
    """True for a Deferred, a coroutine, or anything else that can be awaited."""
    return isinstance(value, Deferred) or inspect.isawaitable(value)


def forget(value: Any) -> None:
    """A coroutine that is not going to be run: say so, or Python warns."""
    if inspect.iscoroutine(value):
        value.close()


def toDeferred(value: Any) -> Deferred[Any]:
    """A Deferred for something that can be awaited."""
    if isinstance(value, Deferred):
        return value
    return run(value if inspect.iscoroutine(value) else _await(value))


async def _await(value: Awaitable[T]) -> T:
    return await value


def settle(value: Any, onValue: Callable[[Any], object], onError: Callable[[BaseException], object]) -> None:
    """Call one of two functions with the outcome of something that can be awaited, in a microtask."""

    def failed(failure: Failure) -> None:
        ticks.queueMicrotask(onError, failure.value)

    toDeferred(value).addCallbacks(lambda result: ticks.queueMicrotask(onValue, result), failed)


async def resolve(value: Any) -> Any:
    """The value, awaited if it can be: JavaScript's `await`, but without waiting for what is there already."""
    if isinstance(value, Deferred) or inspect.isawaitable(value):
        return await value
    return value


def iterate(iterable: Any) -> AsyncIterator[Any]:
    """JavaScript's `for await`: an async iterator over an async or an ordinary iterable."""
    if hasattr(iterable, "__aiter__"):
        return iterable.__aiter__()  # type: ignore[no-any-return]
    return _FromIterator(iter(iterable))


class _FromIterator:
    """An ordinary iterator as an async one; Deferreds among its values are awaited."""

    __slots__ = ("_iterator",)

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator

    def __aiter__(self) -> _FromIterator:
        return self

    async def __anext__(self) -> Any:
        try:
            value = next(self._iterator)
        except StopIteration:
            raise StopAsyncIteration from None
        return await resolve(value)

    async def aclose(self) -> None:
        close = getattr(self._iterator, "close", None)
        if close is not None:
            close()


async def closeIterator(iterator: Any) -> None:
    """JavaScript's `iterator.return()`: tell an iterator that nobody will go on."""
    close = getattr(iterator, "aclose", None) or getattr(iterator, "close", None)
    if close is not None:
        await resolve(close())
