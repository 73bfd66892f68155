"""The Deferreds that stand in place of Node's promises: asyncio's tasks may await them as well."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from . import host

_T = TypeVar("_T")


class Promised(Deferred[_T]):
    """A Deferred that a task of asyncio may await too, where asyncio's loop runs. Cancelling the task cancels it."""

    _future_: asyncio.Future[_T] | None = None

    def __await__(self) -> Generator[Any, None, _T]:
        loop = asyncio._get_running_loop()
        if loop is not None:
            task = asyncio.current_task(loop)
            # Our own driver of coroutines (`coroutines.py`) is no Task of asyncio's, and takes a Deferred.
            if isinstance(task, asyncio.Task):
                return self._inTask_(loop).__await__()
        return super().__await__()

    if not TYPE_CHECKING:  # a type checker knows itself that there is no such name

        def __getattr__(self, name: str) -> Any:
            told = f"a promise has no {name!r}: await it first, or give addCallback a function"
            raise AttributeError(told, name=name, obj=self)

    def _inTask_(self, loop: asyncio.AbstractEventLoop) -> asyncio.Future[_T]:
        host.current()  # what was begun before this loop ran moves to it
        if self._future_ is None:
            future: asyncio.Future[_T] = loop.create_future()
            self._future_ = future

            def settle(result: Any) -> Any:
                if not isinstance(result, Failure):
                    if not future.done():
                        future.set_result(result)
                    return result
                if not future.done():
                    future.set_exception(result.value or RuntimeError("failed without an error"))
                return None  # the future tells of the failure

            def onDone(future: asyncio.Future[_T]) -> None:
                if future.cancelled():
                    self.cancel()

            self.addBoth(settle)
            future.add_done_callback(onDone)
        return self._future_
