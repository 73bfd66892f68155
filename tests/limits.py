"""A test that hangs fails by its name, with the stacks of all threads, and those behind it still run.

A pytest plugin, loaded by conftest.py: what happens when the time of pytest-timeout has passed. Its own ways either end
the whole run or raise in the main thread, where the reactor of pytest-twisted swallows what is raised. Here what a test
awaits is cancelled; where the loop does not turn, the main thread is interrupted; if nothing helps, the run ends.
"""

from __future__ import annotations

import signal
import sys
import threading
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from twisted.internet.defer import Deferred, maybeDeferred

#: What interrupts the main thread. A test that has a handler of its own for it cannot be interrupted.
INTERRUPT = getattr(signal, "SIGALRM", None)
#: Seconds between two attempts to end a test, and how many there are: each `finally` of a test may wait in vain again.
PAUSE = 5.0
ATTEMPTS = 6


class Hung(BaseException):
    """No Exception: neither what is tested nor Hypothesis, which would try what hangs again and again, may catch it."""


class Limit:
    """The time of one test."""

    #: The one that runs, if any.
    current: Limit | None = None
    #: How to cancel what the loop is run for: a function that calls in the loop's thread, and what it shall call.
    awaited: tuple[Callable[..., object], Callable[[], object]] | None = None
    #: Not while pytest itself runs, which may take long to write of a failure.
    mayInterrupt = False

    def __init__(self, seconds: float, giveUp: Callable[[], None]) -> None:
        #: Where all threads were when the time had passed.
        self.stacks = ""
        self._seconds, self._giveUp = seconds, giveUp
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="limit of a test", daemon=True)

    def start(self) -> None:
        Limit.current = self
        self._before = signal.signal(INTERRUPT, _interrupted)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        if Limit.current is self:
            Limit.current = None
            signal.signal(INTERRUPT, self._before)
            self._thread.join()

    def error(self) -> Hung:
        return Hung(f"the test still ran after {self._seconds:g} s; where its threads were:\n{self.stacks}")

    def _watch(self) -> None:
        if self._over.wait(self._seconds) or sys.modules["pytest_timeout"].is_debugging():
            return
        self.stacks = _stacks()
        for _ in range(ATTEMPTS):
            # An interrupt where a loop waits could end the loop: only if it does not turn.
            turned = threading.Event()
            if self.awaited is not None:
                self.awaited[0](self._cancel, turned)
            if self.awaited is None or not turned.wait(PAUSE):
                signal.pthread_kill(threading.main_thread().ident or 0, INTERRUPT)
            if self._over.wait(PAUSE):
                return
        self._giveUp()

    def _cancel(self, turned: threading.Event) -> None:
        turned.set()
        if self.awaited is not None and self.current is self:
            self.awaited[1]()


def _interrupted(*_: Any) -> None:
    if Limit.current is not None and Limit.current.stacks and Limit.mayInterrupt:
        raise Limit.current.error()


def _stacks() -> str:
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    own = threading.get_ident()
    return "\n".join(
        f"{names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in sys._current_frames().items()
        if ident != own
    )


@contextmanager
def awaiting(soon: Callable[..., object], cancel: Callable[[], object]) -> Iterator[None]:
    """What runs a loop until it has a result: `soon(cancel)`, called in any thread, ends that by an exception."""
    Limit.awaited = (soon, cancel)
    try:
        yield
    except BaseException as error:
        if Limit.current is not None and Limit.current.stacks and not isinstance(error, Hung):
            raise Limit.current.error() from error
        raise
    finally:
        Limit.awaited = None


@pytest.hookimpl(optionalhook=True)
def pytest_timeout_set_timer(item: Any, settings: Any) -> bool | None:
    if INTERRUPT is None or threading.current_thread() is not threading.main_thread():
        return None  # as pytest-timeout does
    limit = Limit(settings.timeout, lambda: sys.modules["pytest_timeout"].timeout_timer(item, settings))
    item.cancel_timeout = limit.end
    limit.start()
    return True


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Generator[None, Any, Any]:
    Limit.mayInterrupt = True
    try:
        return (yield)
    finally:
        Limit.mayInterrupt = False


pytest_runtest_call = pytest_runtest_teardown = pytest_runtest_setup


def pytest_configure(config: pytest.Config) -> None:
    twisted = config.pluginmanager.get_plugin("twisted")
    run = getattr(twisted, "_run_inline_callbacks", None)
    if run is None:
        return

    def runAwaited(function: Callable[..., Any], *args: Any) -> None:
        """What pytest-twisted runs in the reactor and waits for."""
        running: list[Deferred[Any]] = []

        def kept(*args: Any) -> Deferred[Any]:
            running.append(maybeDeferred(function, *args))
            return running[0]

        with awaiting(sys.modules["twisted.internet.reactor"].callFromThread, lambda: running[0].cancel()):  # type: ignore[attr-defined]
            run(kept, *args)

    twisted._run_inline_callbacks = runAwaited
