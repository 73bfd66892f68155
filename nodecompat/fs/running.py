"""How one piece of work becomes three functions: `readSync` does it at once, `read` and `promises.read` in a thread.

A piece of work is a function without arguments, made by `operations/` when the arguments have been checked. It may run
in any thread, touches nothing of the loop, and raises Node's errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from twisted.internet.defer import Deferred

from ..events import fit
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..reactor.loop.threads import inThread
from .operations.system import Work

T = TypeVar("T")


def later(work: Work[Any], callback: Callable[..., Any], count: int = 1) -> None:
    """Do it in a thread, then call back with (error), or (error, result) where `count` is 2."""
    answer = fit(callback, count)
    if count == 1:
        inThread(work, lambda result, error: answer(error), "FSReqCallback")
    else:
        inThread(work, lambda result, error: answer(error, result), "FSReqCallback")


def promised(
    make: Callable[..., Work[T]], *args: Any, discard: Callable[[T], object] | None = None, **options: Any
) -> Deferred[T]:
    """Check the arguments, and do it in a thread. A wrong argument fails the Deferred, as Node's promise.

    Args: discard: gives a result back for which the Deferred was cancelled.
    """
    deferred: Deferred[T] = Promised()
    try:
        work = make(*args, **options)
    except Exception as error:
        ticks.queueMicrotask(settle, deferred, None, error, None)
        return deferred
    inThread(work, lambda result, error: ticks.queueMicrotask(settle, deferred, result, error, discard), "FSReqPromise")
    return deferred


def settle(deferred: Deferred[T], result: Any, error: BaseException | None, discard: Any) -> None:
    """Fire a Deferred unless it was cancelled meanwhile."""
    if deferred.called:
        if error is None and discard is not None:
            discard(result)
    elif error is None:
        deferred.callback(result)
    else:
        deferred.errback(error)
