"""System signals as callbacks of the loop: the base of `process.on("SIGTERM")` and `run()`.

A Python signal handler may run between any two instructions; ours only asks the reactor to call back
(`callFromThread`, which also wakes it). Twisted installs handlers of its own when the reactor starts, so a handler
that was asked for earlier is installed once more then.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any

from . import host, ticks

#: The program's handler of each signal, by number.
_listeners: dict[int, Callable[[int], object]] = {}
#: What was in force before us, by the number: at first, and what we have replaced last (Twisted's, when it runs).
_original: dict[int, Any] = {}
_replaced: dict[int, Any] = {}
#: Set by `run.py`: the effect of a signal without a listener.
fallback: Callable[[int], object] | None = None


def listen(number: int, callback: Callable[[int], object]) -> None:
    """Call `callback(number)` from the loop when the signal comes. Raises OSError for SIGKILL and the like."""
    reactor = host.theReactor()  # first: the handler needs it, and its import takes a while, in which a signal may come
    install(number)
    _listeners[number] = callback
    reactor.callWhenRunning(lambda: install(number) if number in _listeners else None)


def ignore(number: int) -> None:
    """Stop listening: restore the previous handler, or `fallback`."""
    if _listeners.pop(number, None) is not None and fallback is None and number in _replaced:
        _put(number, _replaced[number])


def install(number: int) -> None:
    """Install our handler. Only the main thread can."""
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(number, _onSignal)
        if before is not _onSignal:
            _original.setdefault(number, before)
            _replaced[number] = before


def hold(numbers: Iterable[int], isHeld: bool) -> None:
    """Let these signals wait, or come: while Twisted's handlers are in force, which would stop the reactor."""
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        signal.pthread_sigmask(signal.SIG_BLOCK if isHeld else signal.SIG_UNBLOCK, numbers)


def restore(number: int) -> None:
    """Restore the handler from before the program ran."""
    if number in _original:
        _put(number, _original.pop(number))


def _put(number: int, handler: Any) -> None:
    # None: the handler was not installed from Python.
    signal.signal(number, handler or signal.SIG_DFL)


def _onSignal(number: int, frame: object) -> None:
    host.current().callFromThread(ticks.call, _dispatch, number)


def _dispatch(number: int) -> None:
    action = _listeners.get(number, fallback)
    if action is not None:
        action(number)
