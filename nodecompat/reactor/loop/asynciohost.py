"""A running asyncio loop as host: the poller's descriptor is one of its readers, timers and threads go through it.

The loop may be asyncio's own or uvloop. When it ends, what is left is closed: handles, timers, the thread's results.
`asyncio.run`, `asyncio.Runner`, pytest-asyncio and anyio end a loop with `shutdown_asyncgens()`, which is where we hear
of it; after a loop that is closed without, it is found at the next use.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

from . import idle


class AsyncioHost:
    """One asyncio loop.

    Args:
        loop: it runs now, in this thread.
        onEnd: called when the loop ends: with True while it still runs, with False if we learn of it too late.
    """

    grant: float = 0.0002
    hasReaders = True

    def __init__(self, loop: asyncio.AbstractEventLoop, onEnd: Callable[[bool], object]) -> None:
        self.loop = loop
        self._thread = threading.get_ident()
        self._process = os.getpid()
        self._onEnd = onEnd
        # Work of ours belongs to no task: it does not see the context of whichever asked for the turn.
        self._context = contextvars.copy_context()
        self._reactor: Any = None
        self._isClosing = self._isEnded = False
        self._ending = self._untilTheEnd()
        self._begin()

    def isCurrent(self) -> bool:
        running = asyncio._get_running_loop()
        return not self._isEnded and (running is self.loop or (running is None and not self.loop.is_closed()))

    def callSoon(self, callback: Callable[[], object]) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError("called from a thread that is not the loop's: use loop.call_soon_threadsafe(function)")
        self.loop.call_soon(self._call, callback, context=self._context)

    def callLater(self, delay: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        return self.loop.call_later(delay / 1000.0, self._call, callback, context=self._context)

    def _call(self, callback: Callable[[], object]) -> None:
        if not self._isEnded:
            callback()

    def now(self) -> float:
        return time.monotonic() * 1000.0

    def idleTime(self) -> float:
        return idle.timeOf(self.loop)

    def addReader(self, reader: Any, isInternal: bool = False) -> None:
        self._context.copy().run(self.loop.add_reader, reader.fileno(), reader.doRead)

    def removeReader(self, reader: Any, isInternal: bool = False) -> None:
        # In a forked child its selector may be one with the parent's, which goes on.
        if not self.loop.is_closed() and os.getpid() == self._process:
            self.loop.remove_reader(reader.fileno())

    def addWriter(self, writer: Any) -> None:
        self._context.copy().run(self.loop.add_writer, writer.fileno(), writer.doWrite)

    def removeWriter(self, writer: Any) -> None:
        if not self.loop.is_closed():
            self.loop.remove_writer(writer.fileno())

    def callFromThread(self, callback: Callable[..., object], *args: Any) -> None:
        try:
            self.loop.call_soon_threadsafe(callback, *args, context=self._context)
        except RecursionError:
            raise
        except RuntimeError:  # closed: nobody waits any more
            pass

    def callInThread(self, work: Callable[[], object]) -> None:
        self.loop.run_in_executor(None, work)

    def theReactor(self) -> Any:
        """A Twisted reactor on this loop; brought up when something needs it."""
        if self._reactor is None:
            from .guestreactor import bringUp

            self._reactor = bringUp(self.loop)
        return self._reactor

    def leave(self) -> None:
        """The loop was closed, or another one runs inside of its time: close what is left."""
        self._close(False)

    async def end(self) -> None:
        """Close what is left. Nothing of ours runs on the loop afterwards, until it is used anew."""
        self._close(True)
        if self._reactor is not None:
            from .guestreactor import shutDown

            reactor, self._reactor = self._reactor, None
            await shutDown(reactor)

    def _close(self, isRunning: bool) -> None:
        if self._isClosing:
            return
        self._isClosing = True
        self._onEnd(isRunning)  # still as the current host
        self._isEnded = True

    def _begin(self) -> None:
        """Run `_untilTheEnd` up to its yield: from then on the loop counts it among its generators."""
        try:
            self._ending.__anext__().__await__().send(None)
        except StopIteration:
            pass

    async def _untilTheEnd(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await self.end()
