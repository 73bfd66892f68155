"""The one timer under all of Node's timers: an alarm set to a moment of the monotonic clock.

On Linux it is a timerfd(2), an `IReadDescriptor` of its own beside the poller. It has two advantages. First,
`reactor.callLater` counts on `reactor.seconds()`, which is the wall clock: a step of that clock would fire every
timer at once, or hold all of them back. Second, it needs no reactor: the poller fires timers itself between two of
its turns, as libuv does, so that their order among I/O and immediates is Node's (`ticks.py`).
Elsewhere, and under the host of `nodecompat.testing`, it is `host.callLater`, looked at again when it fires: a
forward step is harmless, a backward step of the wall clock delays, which only the asyncio reactor avoids there.

A forked child makes a descriptor of its own when it first sets the alarm, as the poller does (see `poller.py`).
"""

from __future__ import annotations

import ctypes
import os
import sys
import weakref
from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

from . import host, ticks

#: From <time.h> and <sys/timerfd.h> of Linux.
_CLOCK_MONOTONIC = 1
_TFD_TIMER_ABSTIME = 1
#: Milliseconds that an alarm may come early and still counts: floating-point noise of `callLater`.
_EARLY = 0.001
_NEVER = float("inf")
#: Set by the poller: fire the timers that are due in a turn of its own; False when it has none to make.
runTurns: Callable[[], bool] | None = None


class Alarm(Protocol):
    """One alarm; setting it again moves it."""

    def set(self, due: float) -> None:
        """Fire once when `host.now()` has reached `due`."""

    def clear(self) -> None:
        """Do not fire."""

    def close(self) -> None:
        """The host is no longer current: give back what the alarm holds."""


def createAlarm(onfire: Callable[[], object]) -> Alarm:
    """An alarm on the current host. `onfire` is called within a turn of its own."""
    running = host.current()
    if running.hasReaders:
        try:
            return TimerfdAlarm(onfire, running)
        except (OSError, AttributeError):  # no timerfd here, or no descriptor left
            pass
    return CallLaterAlarm(onfire, running)


def _fire(onfire: Callable[[], object]) -> None:
    """Run `onfire` as a turn: what it queues for the check phase comes right after it."""
    ticks.finishTurn()
    ticks.beginTurn()
    try:
        ticks.drainWaiting()
        onfire()
        ticks.drainWaiting()
    finally:
        ticks.endTurn()


class CallLaterAlarm:
    """An alarm over `host.callLater`."""

    __slots__ = ("_call", "_due", "_host", "_onfire")

    def __init__(self, onfire: Callable[[], object], running: host.Host) -> None:
        self._onfire = onfire
        self._host = running
        self._call: host.Alarm | None = None
        self._due = 0.0

    def set(self, due: float) -> None:
        if self._call is not None:
            self._call.cancel()
        self._due = due
        self._call = self._host.callLater(max(0.0, due - self._host.now()), self._called)

    def clear(self) -> None:
        if self._call is not None:
            self._call.cancel()
            self._call = None

    close = clear

    def _called(self) -> None:
        self._call = None
        if self._host.now() < self._due - _EARLY:  # the wall clock was stepped forward
            self.set(self._due)
            return
        _fire(self._onfire)


@implementer(IReadDescriptor)
class TimerfdAlarm:
    """An alarm over timerfd(2), a reader of the host's loop."""

    def __init__(self, onfire: Callable[[], object], running: host.Host) -> None:
        self._onfire = onfire
        self._host = running
        self._onDue = self._fireInTurn  # one bound method, known again by `is`
        self._isForked = False
        self._fd = _timerfdCreate()
        running.addReader(self, isInternal=True)
        _descriptors.add(self)

    def set(self, due: float) -> None:
        if self._isForked:
            self._renew()
        # Setting it anew also takes back an expiry that nobody has read: no read(2) is ever needed.
        _timerfdSet(self._fd, due)
        ticks.loop.alarmTime = due / 1000.0 if due > 0.0 else _NEVER
        ticks.loop.onAlarm = self._onDue

    def clear(self) -> None:
        self.set(0.0)

    def fileno(self) -> int:
        return self._fd

    def logPrefix(self) -> str:
        return "nodecompat timers"

    def doRead(self) -> None:
        # One turn of the reactor may have taken the readiness back (`set` in an earlier callback of its batch),
        # so this may come early: whoever is called looks at the clock and sets the alarm again.
        if ticks.loop.onAlarm is not self._onDue or runTurns is None or not runTurns():
            _fire(self._onfire)

    def _fireInTurn(self) -> None:
        if host.current() is self._host:  # else a test has installed its own meanwhile
            self._onfire()

    def close(self) -> None:
        if self._fd >= 0:
            if ticks.loop.onAlarm is self._onDue:
                ticks.loop.alarmTime, ticks.loop.onAlarm = _NEVER, None
            self._host.removeReader(self, isInternal=True)
            self.connectionLost(None)

    def connectionLost(self, reason: object) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def _renew(self) -> None:
        """In a child: the descriptor is shared with the parent, whose alarm it would move."""
        self._isForked = False
        self._host.removeReader(self, isInternal=True)
        os.close(self._fd)
        self._fd = _timerfdCreate()
        self._host.addReader(self, isInternal=True)


#: Those whose descriptor a forked child shares. A callback at the fork cannot be taken back: there is one for all.
_descriptors: weakref.WeakSet[TimerfdAlarm] = weakref.WeakSet()


def _onFork() -> None:
    for alarm in _descriptors:
        alarm._isForked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_onFork)

if sys.version_info >= (3, 13) and hasattr(os, "timerfd_create"):

    def _timerfdCreate() -> int:
        return os.timerfd_create(_CLOCK_MONOTONIC, flags=os.TFD_NONBLOCK | os.TFD_CLOEXEC)

    def _timerfdSet(fd: int, due: float) -> None:
        if fd >= 0:
            os.timerfd_settime_ns(fd, flags=os.TFD_TIMER_ABSTIME, initial=_nanoseconds(due))

else:

    def _timerfdCreate() -> int:
        fd: int = _libc().timerfd_create(_CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
        if fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        return fd

    def _timerfdSet(fd: int, due: float) -> None:
        if fd >= 0:
            seconds, nanoseconds = divmod(_nanoseconds(due), 1_000_000_000)
            # struct itimerspec: the interval (none), then the first expiry; tv_sec and tv_nsec are longs.
            _libc().timerfd_settime(fd, _TFD_TIMER_ABSTIME, (ctypes.c_long * 4)(0, 0, seconds, nanoseconds), None)


def _nanoseconds(due: float) -> int:
    # Rounded up: a timer that fires a hair early would be set again at once, for nothing.
    return int(due * 1e6) + 1 if due > 0.0 else 0


_library: Any = None


def _libc() -> Any:
    """The C library of this process, loaded at the first timer."""
    global _library
    if _library is None:
        if not sys.platform.startswith("linux"):
            raise AttributeError("timerfd is Linux's")
        _library = ctypes.CDLL(None, use_errno=True)
        _library.timerfd_settime.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    return _library
