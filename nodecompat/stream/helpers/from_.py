"""Readable.from_: a stream of what an iterable gives.

Follows lib/internal/streams/from.js of Node 26 by behaviour. Differs: a Python file object is read in blocks and
closed with the stream (`autoClose`): see `files.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...errors import ERR_INVALID_ARG_TYPE, ERR_STREAM_NULL_VALUES, aggregateTwoErrors
from ...reactor.loop import ticks
from ...reactor.loop.ticks import nextTick
from ..core.base import Callback
from ..core.predicates import isIterable
from ..core.promises import Turns, closeIterator, isThenable, job, microtask
from .ends import sourceOf

_END: Any = object()
#: How many streams request from each other at once (`stream.map(…).map(…)`); the next is asked in a microtask. Each
#: takes twenty frames of Python's stack, which has room for a thousand.
DEEPEST = 16

_depth = 0  # streams requesting just now


def fromIterable(cls: Any, iterable: Any, options: Mapping[str, Any]) -> Any:
    """Make a stream of class `cls`."""
    if isinstance(iterable, (str, bytes, bytearray, memoryview)):
        return cls({"objectMode": True, **options, "read": _readOnce(iterable)})
    source = sourceOf(iterable, "iterable", cls, options)
    if source is not iterable:
        return source
    if iterable is None or not isIterable(iterable):
        raise ERR_INVALID_ARG_TYPE("iterable", ["Iterable"], iterable)
    stream = cls({"objectMode": True, "highWaterMark": 1, **options})
    values: _Source
    if hasattr(iterable, "__aiter__"):
        values = _AsyncSource(stream, iterable.__aiter__())
    else:
        values = _Source(stream, iter(iterable))
    stream._read = values.read
    before = stream._destroy
    stream._destroy = lambda err, callback: values.destroy(before, err, callback)
    return stream


def _readOnce(chunk: Any) -> Any:
    def read(self: Any, size: int) -> None:
        self.push(chunk)
        self.push(None)

    return read


class _Source:
    """An iterator that feeds a stream, one value per `_read` unless the stream takes more."""

    def __init__(self, stream: Any, iterator: Any) -> None:
        self.stream = stream
        self.iterator = iterator
        self.reading = False

    def read(self, size: int) -> None:
        global _depth
        if self.reading:
            return
        self.reading = True
        if _depth >= DEEPEST:
            ticks.queueMicrotask(self.pump)
            return
        _depth += 1
        try:
            self.pump()
        finally:
            _depth -= 1

    def pump(self) -> None:
        """Push values until the stream is full, awaiting them where needed."""
        while True:
            try:
                value = next(self.iterator, _END)
            except Exception as error:
                self.stream.destroy(error)
                return
            if isThenable(value):
                job(self.pumpFrom(value))
                return
            if not self.give(value):
                return

    async def pumpFrom(self, value: Any) -> None:
        try:
            value = await value
            await microtask()
            if self.give(value):
                self.pump()
        except Exception as error:
            self.stream.destroy(error)

    def give(self, value: Any) -> bool:
        """Push one value. True when more may come at once."""
        if value is _END:
            self.stream.push(None)
            return False
        if value is None:
            self.reading = False
            self.stream.destroy(ERR_STREAM_NULL_VALUES())
            return False
        if self.stream.push(value):
            return True
        self.reading = False
        return False

    def destroy(self, before: Callback, err: BaseException | None, callback: Callback) -> None:
        """`_destroy` of the stream: first the stream's, then the iterator's clean-up."""

        def closed(failure: BaseException | None) -> None:
            nextTick(callback, failure)

        async def close(error: BaseException | None) -> None:
            try:
                await self.close(error)
            except Exception as failure:
                error = aggregateTwoErrors(error, failure)
            await microtask()  # the reaction to a promise in Node: the ticks that are queued now come first
            closed(error)

        before(err, lambda failure=None: job(close(err if failure is None else failure)))

    async def close(self, err: BaseException | None) -> None:
        """JavaScript's `iterator.throw(err)` or `iterator.return()`."""
        throw = getattr(self.iterator, "throw", None)
        if err is not None and throw is not None:
            try:
                throw(err)
            except StopIteration:
                await _answered()
                return
            except BaseException as failure:
                if failure is not err:
                    raise
                return
            await _answered()
        if hasattr(self.iterator, "close"):
            await closeIterator(self.iterator)
            await _answered()


async def _answered() -> None:
    """As long as Node needs to look at what an iterator answered: it awaits the answer, then its value."""
    await microtask()
    await microtask()


class _AsyncSource(_Source):
    """The same for an async iterator. Its calls wait for each other, as those of JavaScript's generators do."""

    def __init__(self, stream: Any, iterator: Any) -> None:
        super().__init__(stream, iterator)
        self.turns = Turns()
        self.stepsInMicrotasks = getattr(iterator, "stepsInMicrotasks", False)

    def pump(self) -> None:
        job(self.pumpAll())

    async def pumpAll(self) -> None:
        try:
            while self.give(await self.next()):
                pass
        except Exception as error:
            self.stream.destroy(error)

    async def step(self, call: Callable[..., Any], *args: Any) -> Any:
        """Call the iterator, behind the calls that are under way."""
        turns = self.turns
        if turns.taken:
            await turns.mine()
        turns.taken = True
        try:
            answer = await call(*args)
        except BaseException as end:
            turns.giveUp(end)
            raise
        turns.next()
        return answer

    async def next(self) -> Any:
        try:
            value = await self.step(self.iterator.__anext__)
        except StopAsyncIteration:
            value = _END
        # As after an `await` in JavaScript: a push never comes from inside `_read`.
        if not self.stepsInMicrotasks:
            await microtask()
        return value

    async def close(self, err: BaseException | None) -> None:
        throw = getattr(self.iterator, "athrow", None)
        if err is not None and throw is not None:
            try:
                await self.step(throw, err)
            except StopAsyncIteration:
                await _answered()
                return
            except GeneratorExit:  # garbage-collected: nothing can be awaited
                raise
            except BaseException as failure:
                await microtask()
                if failure is not err:
                    raise
                return
            await _answered()  # a step that was asked for meanwhile goes on behind the `except` of the generator
        if hasattr(self.iterator, "aclose"):
            try:
                await self.step(closeIterator, self.iterator)
            except GeneratorExit:
                raise
            except BaseException:
                await _answered()
                raise
            await _answered()
