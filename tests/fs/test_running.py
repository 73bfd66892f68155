"""One piece of work, three forms."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import CancelledError, Deferred

from nodecompat.fs.running import later, promised
from nodecompat.reactor.loop import activity
from nodecompat.timers import promises as timers

check = pytest_twisted.ensureDeferred


@check
async def testTheWorkIsDoneInAThread() -> None:
    answer: Deferred[Any] = Deferred()
    later(threading.current_thread, lambda error, result: answer.callback((error, result)), 2)
    assert activity.resources() == ["FSReqCallback"] and not answer.called
    error, thread = await answer
    assert error is None and thread is not threading.main_thread()


@check
async def testACallbackMayTakeLess() -> None:
    answer: Deferred[Any] = Deferred()
    later(lambda: 5, lambda error: answer.callback(error), 2)
    assert await answer is None


@check
async def testAWrongArgumentFailsTheDeferred() -> None:
    def make() -> Any:
        raise ValueError("x")

    deferred = promised(make)
    assert not deferred.called
    with pytest.raises(ValueError):
        await deferred


@check
async def testTheResultOfACancelledDeferredIsGivenBack() -> None:
    discarded: list[int] = []
    gate = threading.Event()
    deferred = promised(lambda: lambda: gate.wait(5) and 5, discard=discarded.append)
    deferred.cancel()
    with pytest.raises(CancelledError):
        await deferred
    gate.set()
    while not discarded:
        await timers.setImmediate()
    assert discarded == [5]
