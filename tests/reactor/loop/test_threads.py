"""Work in a thread."""

from __future__ import annotations

import threading
from typing import Any

import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat.reactor.loop import activity
from nodecompat.reactor.loop.threads import inThread

check = pytest_twisted.ensureDeferred


@check
async def testTheAnswerComesFromTheLoop() -> None:
    answer: Deferred[Any] = Deferred()
    inThread(threading.current_thread, lambda *found: answer.callback((*found, threading.current_thread())), "Test")
    assert "Test" in activity.resources()
    thread, error, answered = await answer
    assert (error, answered) == (None, threading.main_thread())
    assert thread is not answered
    assert "Test" not in activity.resources()


@check
async def testAnErrorIsTheAnswer() -> None:
    answer: Deferred[Any] = Deferred()

    def work() -> None:
        raise KeyError("x")

    inThread(work, lambda *found: answer.callback(found))
    result, error = await answer
    assert result is None
    assert isinstance(error, KeyError)
