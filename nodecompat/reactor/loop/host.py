"""Whose guest we are: the loop that runs our work, Twisted's reactor or asyncio's loop.

Nothing here happens at import: the host is chosen when the first work is scheduled, so that a program (or
`nodecompat run --reactor`) can still install the reactor it wants. It is Twisted's reactor, unless that does not run
and an asyncio loop does: then it is this loop, until it ends. What was begun before any loop ran moves to the one that
does. `nodecompat.testing` installs its own host, whose clock a test moves.

Private names: of asyncio `_get_running_loop`, which is documented for makers of loops; of Twisted `_addInternalReader`
and `_removeInternalReader` (seen in 23.10 to 26.10), which keep a descriptor out of `reactor.removeAll()`, so that no
test runner takes it for a connection that somebody forgot.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

from twisted.python.threadable import isInIOThread

from . import idle


class Alarm(Protocol):
    """What `callLater` returns."""

    def cancel(self) -> object:
        """Cancel the callback, which must not have run yet."""


class Host(Protocol):
    """What runs our work."""

    #: How long, in seconds, turns that request another may follow each other before the rest of the loop runs.
    grant: float

    #: Whether descriptors can be watched.
    hasReaders: bool

    def isCurrent(self) -> bool:
        """False when another loop runs now, or this one has ended."""

    def leave(self) -> None:
        """It is no longer current."""

    def callSoon(self, callback: Callable[[], object]) -> None:
        """Call back from the event loop, after what it is doing now."""

    def callLater(self, delay: float, callback: Callable[[], object]) -> Alarm:
        """Call back from the event loop in `delay` milliseconds. Costs 2 µs: not for every request."""

    def now(self) -> float:
        """Milliseconds on a monotonic clock."""

    def idleTime(self) -> float:
        """Milliseconds that the loop has waited with nothing to do, since this was asked first."""

    def addReader(self, reader: Any, isInternal: bool = False) -> None:
        """Call `reader.doRead()` whenever its descriptor is readable: an `IReadDescriptor`.

        Args: isInternal: it belongs to the loop, not to a connection that somebody may have forgotten.
        """

    def addWriter(self, writer: Any) -> None:
        """Call `writer.doWrite()` whenever its descriptor is writable: an `IWriteDescriptor`."""

    def removeWriter(self, writer: Any) -> None:
        """Stop watching."""

    def removeReader(self, reader: Any, isInternal: bool = False) -> None:
        """Stop that."""

    def callFromThread(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back from the event loop. From any thread, and from a signal handler."""

    def callInThread(self, work: Callable[[], object]) -> None:
        """Call `work`, which never raises, in a thread of the loop's pool."""


class TwistedHost:
    """The global Twisted reactor."""

    # An immediate that sets the next one takes 2.6 µs so, 9.3 when each turn goes through the reactor. Others wait for
    # this long at most, and for what the last callback takes.
    grant: float = 0.0002
    hasReaders = True

    def leave(self) -> None:
        pass

    def isCurrent(self) -> bool:
        return asyncio._get_running_loop() is None or _isReactorRunning()

    def callSoon(self, callback: Callable[[], object]) -> None:
        reactor = _globalReactor()
        if not reactor.running:
            _refuseTrio()
        elif not isInIOThread():
            raise RuntimeError(
                "called from a thread that is not the reactor's: use twisted.internet.reactor.callFromThread(function)"
            )
        reactor.callLater(0, callback)

    def callLater(self, delay: float, callback: Callable[[], object]) -> Alarm:
        alarm: Alarm = _globalReactor().callLater(delay / 1000.0, callback)
        return alarm

    def now(self) -> float:
        return time.monotonic() * 1000.0

    def idleTime(self) -> float:
        return idle.timeOf(_globalReactor())

    def addReader(self, reader: Any, isInternal: bool = False) -> None:
        reactor = _globalReactor()
        (reactor._addInternalReader if isInternal else reactor.addReader)(reader)

    def removeReader(self, reader: Any, isInternal: bool = False) -> None:
        reactor = _globalReactor()
        (reactor._removeInternalReader if isInternal else reactor.removeReader)(reader)

    def addWriter(self, writer: Any) -> None:
        _globalReactor().addWriter(writer)

    def removeWriter(self, writer: Any) -> None:
        _globalReactor().removeWriter(writer)

    def callFromThread(self, callback: Callable[..., object], *args: Any) -> None:
        _globalReactor().callFromThread(callback, *args)

    def callInThread(self, work: Callable[[], object]) -> None:
        _globalReactor().callInThread(work)


def _refuseTrio() -> None:
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        raise RuntimeError(
            "this package runs on Twisted's reactor or asyncio's loop, and a trio program has neither: start trio as a "
            "guest of asyncio (trio.lowlevel.start_guest_run), or call from there"
        )


def _globalReactor() -> Any:
    """Installs Twisted's default when the program has not chosen one."""
    from twisted.internet import reactor

    return reactor


def _isReactorRunning() -> bool:
    """Not a guest of an asyncio loop, which runs no longer than that: its loop may have ended without a word."""
    reactor = sys.modules.get("twisted.internet.reactor")
    return reactor is not None and bool(reactor.running) and not hasattr(reactor, "isOver")


#: Called with the new host when another loop is found to run.
onChange: list[Callable[[Host], object]] = []
#: Called when a loop ends: close what is left. Then, if it still runs, `onEnded`: forget what that has queued.
onEnd: list[Callable[[], object]] = []
onEnded: Callable[[], object] | None = None
_host: Host = TwistedHost()


def current() -> Host:
    """The current host."""
    return _host if _host.isCurrent() else _change()


def _change() -> Host:
    global _host
    loop = asyncio._get_running_loop()
    before = _host
    before.leave()
    if _host is not before:  # the last callbacks of the loop before have begun something: that has found the new one
        return _host
    if loop is None or _isReactorRunning():
        _host = TwistedHost()
    else:
        from .asynciohost import AsyncioHost

        _host = AsyncioHost(loop, _end)
    for callback in onChange:
        callback(_host)
    return _host


def _end(isRunning: bool) -> None:
    for callback in onEnd:
        callback()
    if isRunning and onEnded is not None:
        onEnded()


def use(host: Host) -> Host:
    """Install `host` and return the previous one. For tests."""
    global _host
    before, _host = _host, host
    return before


def theReactor() -> Any:
    """Twisted's reactor, for what needs one: the global one; in an asyncio loop one that stands on this loop."""
    found = getattr(current(), "theReactor", None)
    return _globalReactor() if found is None else found()
