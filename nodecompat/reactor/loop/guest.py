"""Running a part of an asyncio application: `await insideAsyncio(main)`."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from . import host
from .asynciohost import AsyncioHost
from .coroutines import asFuture

_T = TypeVar("_T")


async def insideAsyncio(main: Callable[[], Awaitable[_T]] | Awaitable[_T]) -> _T:
    """Run `main` in the running asyncio loop; when it is done, close the servers and connections that are left.

    Without it everything of this package works in an asyncio loop as well, and what is left is closed when the loop
    ends. Inside `main`, and in coroutines that are listeners, any Deferred may be awaited too.

    Args: main: a coroutine function, or a coroutine.
    Returns: what `main` returns.
    Raises: what it raises; RuntimeError when a Twisted reactor runs, which has everything of this package then.
    Example:
        asyncio.run(insideAsyncio(main))
    """
    asyncio.get_running_loop()
    running = host.current()
    if not isinstance(running, AsyncioHost):
        raise RuntimeError("a Twisted reactor is running: servers and connections are its own, and stay when main ends")
    try:
        coroutine: Any = main() if callable(main) else main
        result: _T = await (asFuture(coroutine) if inspect.iscoroutine(coroutine) else coroutine)
        return result
    finally:
        await running.end()
