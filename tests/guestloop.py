"""The tests on a plain asyncio loop, or uvloop, in place of Twisted's reactor: NODECOMPAT_TEST_HOST=asyncio or uvloop.

What pytest-twisted's decorators mark then runs on that loop, which stands still between two tests as the reactor does.
The plugin itself must be off (`-p no:twisted`), as it runs a reactor.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import pytest_twisted

from nodecompat import asFuture
from nodecompat.reactor.loop import host
from nodecompat.reactor.loop.asynciohost import AsyncioHost


def install(name: str) -> Callable[[], None]:
    """Before any test module is imported. Returns what ends the loop."""
    loop: asyncio.AbstractEventLoop = importlib.import_module(name).new_event_loop()
    asyncio.set_event_loop(loop)

    async def bringUp() -> None:
        """Some tests use Twisted's reactor themselves."""
        assert isinstance(host.current(), AsyncioHost)
        host.theReactor()

    loop.run_until_complete(bringUp())

    async def waitFor(coroutine: Any) -> Any:
        return await asFuture(coroutine)

    def toEnd(coroutine: Any) -> Any:
        from limits import awaiting  # a plugin: not before pytest has loaded it

        waiting = loop.create_task(waitFor(coroutine))
        with awaiting(loop.call_soon_threadsafe, waiting.cancel):
            return loop.run_until_complete(waiting)

    def ensureDeferred(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*args: Any, **keywords: Any) -> Any:
            return toEnd(function(*args, **keywords))

        return run

    def asyncYieldFixture(function: Any = None, **options: Any) -> Any:
        if function is None:
            return functools.partial(asyncYieldFixture, **options)

        @functools.wraps(function)
        def run(*args: Any, **keywords: Any) -> Iterator[Any]:
            steps = function(*args, **keywords)
            yield toEnd(_next(steps))
            toEnd(_finish(steps))

        return pytest.fixture(run, **options)

    pytest_twisted.ensureDeferred = ensureDeferred
    pytest_twisted.async_yield_fixture = asyncYieldFixture
    return lambda: loop.run_until_complete(loop.shutdown_asyncgens())


async def _next(steps: Any) -> Any:
    return await steps.__anext__()


async def _finish(steps: Any) -> None:
    async for _ in steps:
        raise AssertionError("a fixture yields once")
