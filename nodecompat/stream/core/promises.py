"""Promises as the streams need them: Deferreds, coroutines, and steps that wait for a microtask.

Node's streams use `await` and `for await` inside. What is awaited there resumes in a microtask, never at once; these
helpers keep that, so that a listener that is added after a call still hears everything.
"""

from __future__ import annotations

import functools
import inspect
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from twisted.internet.defer import Deferred

from ...errors import EXHAUSTED
from ...events import fit
from ...events.hooks import unawaited
from ...reactor.loop import ticks
from ...reactor.loop.coroutines import drive
from ...reactor.loop.promised import Promised

T = TypeVar("T")


def microtask() -> Deferred[None]:
    """Await it to continue in a microtask."""
    step: Deferred[None] = Promised()
    ticks.queueMicrotask(step.callback, None)
    return step


def run(coroutine: Coroutine[Any, Any, T]) -> Deferred[T]:
    """Start a coroutine, as calling an async function does in JavaScript."""
    return drive(coroutine)


def job(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Start a coroutine that is not awaited. It reports its failures itself; others are uncaught."""

    def failed(failure: Any) -> None:
        if not _isCollected(failure):
            ticks.nextTick(ticks.report, failure.value)

    run(coroutine).addErrback(failed)


def promise(coroutine: Coroutine[Any, Any, T]) -> Deferred[T]:
    """Start a coroutine whose outcome is reported in a microtask, as that of an async function in JavaScript.

    Cancelling the Deferred cancels the coroutine.
    """
    inner = run(coroutine)
    outer: Deferred[T] = Promised(lambda _: inner.cancel())

    def tell(fire: Callable[[Any], object], outcome: Any) -> None:
        if not outer.called:  # it may have been cancelled meanwhile
            fire(outcome)

    inner.addCallbacks(
        lambda value: ticks.queueMicrotask(tell, outer.callback, value),
        lambda failure: None if _isCollected(failure) else ticks.queueMicrotask(tell, outer.errback, failure.value),
    )
    return outer


def _isCollected(failure: Any) -> bool:
    """True when the coroutine was garbage-collected together with its waiters: nothing is left to notify."""
    return str(failure.value) == "cannot reuse already awaited coroutine"


def failed(error: BaseException) -> Deferred[Any]:
    """A Deferred that fails in a microtask."""
    deferred: Deferred[Any] = Promised()
    ticks.queueMicrotask(deferred.errback, error)
    return deferred


def driven(function: Callable[..., Any]) -> Callable[..., None]:
    """A coroutine function as an ordinary one: to call it is to start it, as in JavaScript.

    An unhandled failure becomes an unhandled rejection, as in Node.
    """

    @functools.wraps(function)
    def start(*args: Any) -> None:
        unawaited(function(*args))

    return start


def isCoroutineFunction(function: Any) -> bool:
    """True for `async def` functions and methods; cheaper than inspect, for what is asked on every write."""
    code = getattr(function, "__code__", None)
    return code is not None and bool(code.co_flags & inspect.CO_COROUTINE)


def fitCallback(callback: Callable[..., Any], count: int) -> Callable[..., Any]:
    """A callback that may take fewer than the `count` arguments that it is called with, and may be a coroutine."""
    if isCoroutineFunction(callback):
        callback = driven(callback)
    return fit(callback, count)


def isThenable(value: Any) -> bool:
    """True for a Deferred, a coroutine, or anything else that can be awaited."""
    return isinstance(value, Deferred) or inspect.isawaitable(value)


def forget(value: Any) -> None:
    """Close a coroutine that will not run, or Python warns."""
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

    def failed(failure: Any) -> None:
        ticks.queueMicrotask(onError, failure.value)

    toDeferred(value).addCallbacks(lambda result: ticks.queueMicrotask(onValue, result), failed)


async def resolve(value: Any) -> Any:
    """The value, awaited if it can be: JavaScript's `await`, but without waiting for a value that is already there."""
    if isinstance(value, Deferred) or inspect.isawaitable(value):
        return await value
    return value


def iterate(iterable: Any) -> AsyncIterator[Any]:
    """JavaScript's `for await`: an async iterator over an async or an ordinary iterable."""
    if hasattr(iterable, "__aiter__"):
        iterator = iterable.__aiter__()
        return iterator if getattr(iterator, "stepsInMicrotasks", False) else Iteration(iterator)
    return Iteration(iter(iterable))


class NoReason(Exception):
    """A stream of the web was given up, or has failed, without a reason: JavaScript's undefined as an error."""


class Turns:
    """Makes the calls of one iterator wait for each other, as those of an async generator in JavaScript do.

    A call that finds `taken` False sets it and goes on, one that finds it True awaits `mine()` first; both
    call `next()` when done.
    """

    __slots__ = ("_handsOver", "taken", "waiting")

    def __init__(self) -> None:
        self.taken: bool = False
        self.waiting: deque[Deferred[None]] | None = None
        self._handsOver = False

    async def mine(self) -> None:
        """Wait for the calls before. A cancelled one gives up its place."""
        if self.waiting is None:
            self.waiting = deque()
        turn: Deferred[None] = Promised(self.waiting.remove)
        self.waiting.append(turn)
        try:
            await turn
        except GeneratorExit as end:
            self.giveUp(end)
            raise

    def next(self) -> None:
        """Let the next call go on."""
        self.taken = False
        if self.waiting:
            self.handOver()

    def handOver(self) -> None:
        """The rest of `next`, when a call waits."""
        if self._handsOver:
            return  # one that is done at once comes back to the loop below: a thousand of them are no thousand frames
        self._handsOver = True
        while self.waiting and not self.taken:
            self.waiting.popleft().callback(None)
        self._handsOver = False

    def giveUp(self, end: BaseException) -> None:
        """The call under way was cancelled; or collected as garbage, and then whoever waits with it."""
        if isinstance(end, GeneratorExit) and self.waiting is not None:
            self.waiting.clear()
        self.next()


class AsyncIterable:
    """The iterable passed to a function. Leaving the loop ends the iteration, as in JavaScript.

    Python leaves a generator as it is when a loop over it is left, and closes it some time later. This returns
    iterators that close it when they are dropped, which is when the loop is left.
    """

    __slots__ = ("_iterable",)

    def __init__(self, iterable: Any) -> None:
        self._iterable = iterable

    def __aiter__(self) -> Iteration:
        inner = self._iterable
        return Iteration(inner.__aiter__() if hasattr(inner, "__aiter__") else iter(inner))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._iterable, name)


class Iteration:
    """One loop over an iterator, async or not; Deferreds among the values of an ordinary one are awaited.

    Each step ends in a microtask, as after an `await` in JavaScript: whoever started the loop has gone on by then.
    """

    __slots__ = ("_isAsync", "_iterator", "_open")
    stepsInMicrotasks = True

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator
        self._isAsync = hasattr(iterator, "__anext__")
        self._open = False  # something may need closing

    def __aiter__(self) -> Iteration:
        return self

    async def __anext__(self) -> Any:
        self._open = False
        failure: Exception | None = None
        value = None
        try:
            value = await self._iterator.__anext__() if self._isAsync else next(self._iterator)
        except StopIteration:
            failure = StopAsyncIteration()
        except Exception as error:
            failure = error
        await microtask()
        if failure is not None:
            raise failure
        self._open = True
        return value if self._isAsync else await resolve(value)

    async def aclose(self) -> None:
        """JavaScript's `return()`."""
        if self._open:
            self._open = False
            await closeIterator(self._iterator)

    def __del__(self) -> None:
        if self._open:
            job(_closeQuietly(self._iterator))


async def _closeQuietly(iterator: Any) -> None:
    try:
        await closeIterator(iterator)
    except EXHAUSTED:
        raise
    except Exception:
        pass  # the code that left the loop is gone: there is nothing to notify


async def closeIterator(iterator: Any) -> None:
    """JavaScript's `iterator.return()`: tell an iterator that iteration stops."""
    close = getattr(iterator, "aclose", None) or getattr(iterator, "close", None)
    if close is not None:
        await resolve(close())
