"""Runs coroutines. They start at once, as JavaScript's async functions do, and may await Deferreds.

That is `Deferred.fromCoroutine`. Where asyncio's loop runs (the asyncio reactor), a coroutine may await what asyncio
has as well, and asyncio's own functions must find the task that they run in (`asyncio.timeout`, aiohttp). A task of its
own cannot do it: it does not know Deferreds, and begins in a later turn. So there is `CoroutineTask`, for both. It
resumes in the callback of the Deferred, as Twisted's driver does, so that Node's order holds on every reactor.

Private names of asyncio: `_get_running_loop`, `_enter_task`, `_leave_task`, which asyncio documents for the makers of
loops and tasks (https://docs.python.org/3/library/asyncio-extending.html), and `_asyncio_future_blocking`, the mark by
which a future tells a task that it is awaited. Seen in 3.10 to 3.14.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from .promised import Promised


def drive(coroutine: Coroutine[Any, Any, Any]) -> Deferred[Any]:
    """Run a coroutine, now and up to its first wait; the Deferred fires with its result."""
    loop = asyncio._get_running_loop()
    if loop is None:
        return Deferred.fromCoroutine(coroutine)
    return CoroutineTask(coroutine, loop).begin()


def asFuture(awaitable: Any) -> asyncio.Future[Any]:
    """What an asyncio task awaits in place of a Deferred, or of a coroutine that awaits Deferreds.

    Args: awaitable: a Deferred; or a coroutine, which begins at once.
    Returns: a future of the running asyncio loop; cancelling it cancels the Deferred or the coroutine.
    Raises: RuntimeError when no asyncio loop runs.
    """
    loop = asyncio.get_running_loop()
    if isinstance(awaitable, Deferred):
        future: asyncio.Future[Any] = awaitable.asFuture(loop)
        return future
    task = CoroutineTask(awaitable, loop)
    # The future tells its failure: the Deferred need not.
    task.begin().addErrback(lambda failure: None)
    return task


class CoroutineTask(asyncio.Future[Any]):
    """A coroutine under way, which is the current task of asyncio while it runs.

    It has the methods of `asyncio.Task`, but `asyncio.all_tasks()` does not know it.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Any], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self._coroutine = coroutine
        self._eventLoop = loop
        self._context = contextvars.copy_context()
        self._deferred: Deferred[Any] = Promised(self._onCancel)
        #: What it waits for: a Deferred, a future, or None while it runs or is about to.
        self._awaited: Any = None
        #: How often it has begun to wait: a wait that was given up must not resume it.
        self._waits = 0
        self._mustCancel = False
        self._cancelRequests = 0
        self._name = getattr(coroutine, "__qualname__", "coroutine")

    def begin(self) -> Deferred[Any]:
        """Run up to the first wait."""
        self._run(None, None)
        return self._deferred

    # -- steps

    def _run(self, value: Any, error: BaseException | None) -> None:
        """Resume the coroutine, for as long as what it awaits is ready."""
        loop = self._eventLoop
        # We may be called from within a step of another task.
        outer = asyncio.current_task(loop)
        if outer is not None:
            asyncio.tasks._leave_task(loop, outer)
        asyncio.tasks._enter_task(loop, self)  # type: ignore[arg-type]
        try:
            while True:
                if self._mustCancel:
                    self._mustCancel = False
                    value, error = None, asyncio.CancelledError()
                self._awaited = None
                try:
                    if error is not None:
                        awaited = self._context.run(self._coroutine.throw, error)
                    else:
                        awaited = self._context.run(self._coroutine.send, value)
                except StopIteration as stop:
                    ending: tuple[Any, BaseException | None] = (stop.value, None)
                    break
                except BaseException as raised:
                    ending = (None, raised)
                    break
                ready, value, error = self._await(awaited)
                if not ready:
                    return
        finally:
            asyncio.tasks._leave_task(loop, self)  # type: ignore[arg-type]
            if outer is not None:
                asyncio.tasks._enter_task(loop, outer)
        self._finish(*ending)

    def _await(self, awaited: Any) -> tuple[bool, Any, BaseException | None]:
        """Wait; `(True, value, error)` if the result is ready."""
        self._waits += 1
        if isinstance(awaited, Deferred):
            return self._awaitDeferred(awaited, self._waits)
        if getattr(awaited, "_asyncio_future_blocking", None):
            awaited._asyncio_future_blocking = False
            self._awaited = awaited
            waits = self._waits
            awaited.add_done_callback(lambda future: self._onFuture(future, waits))
            if self._mustCancel and awaited.cancel():
                self._mustCancel = False
        elif awaited is None:  # asyncio.sleep(0)
            self._eventLoop.call_soon(self._resume, self._waits, None, None)
        else:
            return True, None, RuntimeError(f"a coroutine cannot await {awaited!r} here")
        return False, None, None

    def _awaitDeferred(self, awaited: Deferred[Any], waits: int) -> tuple[bool, Any, BaseException | None]:
        atOnce: list[Any] | None = []
        self._awaited = awaited

        def onResult(result: Any) -> None:
            if atOnce is not None:
                atOnce.append(result)
            else:
                self._resume(waits, *_outcome(result))

        awaited.addBoth(onResult)
        if atOnce:
            return True, *_outcome(atOnce[0])
        atOnce = None
        return False, None, None

    def _onFuture(self, future: asyncio.Future[Any], waits: int) -> None:
        try:
            value = future.result()
        except BaseException as error:
            self._resume(waits, None, error)
        else:
            self._resume(waits, value, None)

    def _resume(self, waits: int, value: Any, error: BaseException | None) -> None:
        if waits == self._waits and not self.done():
            self._run(value, error)

    def _finish(self, value: Any, error: BaseException | None) -> None:
        if error is None:
            super().set_result(value)
            self._deferred.callback(value)
            return
        if isinstance(error, asyncio.CancelledError):
            super().cancel()
        elif isinstance(error, StopIteration):  # a future refuses it
            super().set_exception(RuntimeError("coroutine raised StopIteration"))
        else:
            super().set_exception(error)
            self.exception()  # the Deferred tells of it: asyncio need not
        self._deferred.errback(Failure(error))

    def _onCancel(self, deferred: Deferred[Any]) -> None:
        self.cancel()

    # -- asyncio.Task

    def cancel(self, msg: Any = None) -> bool:
        """Raise asyncio's CancelledError where the coroutine waits, in the next turn. False when it is done."""
        if self.done():
            return False
        self._cancelRequests += 1
        awaited = self._awaited
        if isinstance(awaited, Deferred):
            # It would raise Twisted's CancelledError, which asyncio does not know.
            self._waits += 1
            self._awaited = None
            awaited.addErrback(lambda failure: None)
            awaited.cancel()
            self._mustCancel = True
            self._eventLoop.call_soon(self._resume, self._waits, None, None)
        elif awaited is None or not awaited.cancel():
            self._mustCancel = True
        return True

    def cancelling(self) -> int:
        """The number of pending cancellations."""
        return self._cancelRequests

    def uncancel(self) -> int:
        """Withdraw a cancellation; returns how many remain."""
        self._cancelRequests = max(0, self._cancelRequests - 1)
        if not self._cancelRequests:
            self._mustCancel = False
        return self._cancelRequests

    def get_coro(self) -> Coroutine[Any, Any, Any]:
        """The coroutine."""
        return self._coroutine

    def get_context(self) -> contextvars.Context:
        """The context it runs in."""
        return self._context

    def get_name(self) -> str:
        """Its name: that of the coroutine, unless another was set."""
        return self._name

    def set_name(self, value: object) -> None:
        """Give it a name."""
        self._name = str(value)

    def get_stack(self, *, limit: int | None = None) -> list[Any]:
        """The frame in which the coroutine waits."""
        frame = getattr(self._coroutine, "cr_frame", None)
        return [] if frame is None else [frame]


def _outcome(result: Any) -> tuple[Any, BaseException | None]:
    return (None, result.value) if isinstance(result, Failure) else (result, None)
