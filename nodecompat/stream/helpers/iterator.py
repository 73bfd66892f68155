"""Async iteration over a Readable.

Follows `createAsyncIterator` of Node 26 by behaviour. JavaScript ends an iterator when its loop is left; Python only
drops it. So the iterator proper holds nothing but its state, nobody else holds the iterator, and its `__del__` does
what `return()` does in Node: destroy the stream, unless `destroyOnReturn` is False.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ...errors import AbortError, aggregateTwoErrors
from ...reactor.loop import ticks
from ...reactor.loop.promised import Promised
from ..core.promises import Turns, microtask
from .destroy import destroy
from .finished import eos

__all__ = ["ReadableIterator"]

_PENDING: Any = object()


class ReadableIterator:
    """The async iterator of a Readable: `async for chunk in stream`. Calls that overlap answer one after the other.

    Node: https://nodejs.org/api/stream.html#readablesymbolasynciterator
    """

    __slots__ = ("_reader", "_turns")
    stepsInMicrotasks = True

    def __init__(self, stream: Any, options: Mapping[str, Any] | None = None) -> None:
        self._reader: _Reader | None = _Reader(stream, (options or {}).get("destroyOnReturn") is not False)
        self._turns = Turns()

    def __aiter__(self) -> ReadableIterator:
        return self

    @property
    def stream(self) -> Any:
        """The stream, as long as the iteration goes on."""
        return None if self._reader is None else self._reader.stream

    async def __anext__(self) -> Any:
        turns = self._turns
        if turns.taken:
            await turns.mine()
        turns.taken = True
        reader = self._reader
        chunk: Any = None
        failure: BaseException | None = None
        try:
            if reader is not None and (chunk := await reader.next()) is None:
                self._reader = None
                reader.finish()
        except Exception as error:
            assert reader is not None
            self._reader = None
            reader.fail(error)
            failure = reader.reason()
        except BaseException as end:
            turns.giveUp(end)
            raise
        # As after an `await` in JavaScript: what the read has put into the tick queue comes first. Asked for before the
        # next call goes on, so that those that overlap are answered in their order.
        told = microtask()
        turns.taken = False
        if turns.waiting:
            turns.handOver()
        await told
        if failure is not None:
            raise failure
        if chunk is None:
            raise StopAsyncIteration
        return chunk

    async def aclose(self) -> None:
        """End the iteration: destroys the stream, unless `destroyOnReturn` is False."""
        await self._leave(_Reader.finish)

    async def athrow(self, *exception: Any) -> None:
        """End the iteration with an error, which is returned."""
        error = exception[0] if isinstance(exception[0], BaseException) else exception[0](*exception[1:2])
        await self._leave(lambda reader: reader.fail(error))
        raise error

    async def _leave(self, end: Callable[[_Reader], None]) -> None:
        turns = self._turns
        if turns.taken:
            await turns.mine()
        told = microtask()
        reader, self._reader = self._reader, None
        if reader is not None:
            end(reader)
        turns.next()
        await told

    def __del__(self) -> None:
        reader = getattr(self, "_reader", None)  # missing when the stack came to its end in __init__
        # One that waits for a chunk is not left but collected, together with its stream.
        if reader is not None and reader.started and reader.waiting is None:
            reader.finish()


class _Reader:
    """The state of an iteration: the stream, its end, and the waiter."""

    __slots__ = ("cleanup", "destroyOnReturn", "error", "started", "stream", "waiting")

    def __init__(self, stream: Any, destroyOnReturn: bool) -> None:
        self.stream = stream
        self.destroyOnReturn = destroyOnReturn
        self.started = False
        self.error: Any = _PENDING  # None after a proper end, an exception after a failure
        self.waiting: Deferred[None] | None = None
        self.cleanup: Any = None

    def start(self) -> None:
        self.started = True
        self.stream.on("readable", self.wake)
        self.cleanup = eos(self.stream, {"writable": False}, self.ended)

    async def next(self) -> Any:
        """The next chunk; None at the end."""
        if not self.started:
            self.start()
        while True:
            chunk = None if self.stream.destroyed else self.stream.read()
            if chunk is not None:
                return chunk
            if self.error is None:
                return None
            if self.error is not _PENDING:
                raise self.error
            self.waiting = Promised(self.abandoned)
            await self.waiting

    def wake(self) -> None:
        waiting, self.waiting = self.waiting, None
        if waiting is not None:
            ticks.queueMicrotask(_fire, waiting)

    def ended(self, error: BaseException | None = None) -> None:
        self.error = None if error is None else aggregateTwoErrors(self.known(), error)
        self.wake()

    def abandoned(self, waiting: Deferred[None]) -> None:
        """The waiter for the next chunk was cancelled."""
        self.waiting = None

    def known(self) -> BaseException | None:
        return self.error if isinstance(self.error, BaseException) else None

    def reason(self) -> BaseException:
        error = self.known()
        return AbortError() if error is None else error

    def fail(self, error: BaseException) -> None:
        if self.error is not error:
            self.error = aggregateTwoErrors(self.known(), error)
        self.finish()

    def finish(self) -> None:
        """Release the stream: destroy it, or remove the listeners."""
        if not self.started:
            return
        autoDestroys = self.error is _PENDING or self.stream._autoDestroy_
        if (isinstance(self.error, BaseException) or self.destroyOnReturn) and autoDestroys:
            destroy(self.stream, None)
        else:
            self.stream.removeListener("readable", self.wake)
            self.cleanup()


def _fire(waiting: Deferred[None]) -> None:
    if not waiting.called:
        waiting.callback(None)
