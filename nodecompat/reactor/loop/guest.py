"""Running inside an asyncio application: `asyncio.run(insideAsyncio(main))`.

The Twisted reactor then is asyncio's loop, started and stopped from within. Its own `run()` would start the loop, and
its end would stop it; `GuestReactor` leaves both to the loop's owner.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from .coroutines import asFuture

_T = TypeVar("_T")


class GuestReactor(AsyncioSelectorReactor):
    """A reactor on a loop that the application runs."""

    def crash(self) -> None:
        """The reactor has stopped; the loop goes on."""
        super(AsyncioSelectorReactor, self).crash()


async def insideAsyncio(main: Callable[[], Awaitable[_T]] | Awaitable[_T]) -> _T:
    """Make servers, sockets and everything else of this package usable in the running asyncio loop, and run `main`.

    Inside `main`, and in coroutines that are listeners, both asyncio's awaitables and Deferreds may be awaited. Tasks
    that are made there (`asyncio.create_task`) are asyncio's: they await a Deferred through `asFuture`.

    Args: main: a coroutine function, or a coroutine. When it is done, servers and connections that are left are closed.
    Returns: what `main` returns.
    Raises: what it raises; RuntimeError when a Twisted reactor runs already, or has run in this process.
    """
    reactor = _start(asyncio.get_running_loop())
    try:
        coroutine: Any = main() if callable(main) else main
        result: _T = await (asFuture(coroutine) if inspect.iscoroutine(coroutine) else coroutine)
        return result
    finally:
        await _end(reactor)


def _start(loop: asyncio.AbstractEventLoop) -> GuestReactor:
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError(
            "a Twisted reactor is installed already: it can be installed once in a process, and not before this"
        )
    from twisted.internet.main import installReactor

    reactor = GuestReactor(loop)
    installReactor(reactor)
    reactor.startRunning(installSignalHandlers=False)
    return reactor


async def _end(reactor: GuestReactor) -> None:
    ended = asyncio.get_running_loop().create_future()
    reactor.addSystemEventTrigger("after", "shutdown", ended.set_result, None)
    if reactor.running:
        reactor.stop()
    await ended
