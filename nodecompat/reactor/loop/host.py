"""The part of the running reactor that the layers above need: "soon", and a monotonic clock.

Nothing here happens at import: the reactor is looked up when the first work is scheduled, so that a program
(or `nodecompat run --reactor`) can still install the one it wants. `nodecompat.testing` installs its own
host, whose clock a test moves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol


class Alarm(Protocol):
    """What `callLater` returns."""

    def cancel(self) -> object:
        """Cancel the callback, which must not have run yet."""


class Host(Protocol):
    """What runs our work."""

    #: How long, in seconds, turns that request another may follow each other before the rest of the loop runs.
    grant: float

    def callSoon(self, callback: Callable[[], object]) -> None:
        """Call back from the event loop, after what it is doing now."""

    def callLater(self, delay: float, callback: Callable[[], object]) -> Alarm:
        """Call back from the event loop in `delay` milliseconds. Costs 2 µs: not for every request."""

    def now(self) -> float:
        """Milliseconds on a monotonic clock."""


class TwistedHost:
    """The global Twisted reactor."""

    # An immediate that sets the next one takes 2.6 µs so, 9.3 when each turn goes through the reactor. Others wait for
    # this long at most, and for what the last callback takes.
    grant = 0.0002

    def callSoon(self, callback: Callable[[], object]) -> None:
        theReactor().callLater(0, callback)

    def callLater(self, delay: float, callback: Callable[[], object]) -> Alarm:
        alarm: Alarm = theReactor().callLater(delay / 1000.0, callback)
        return alarm

    def now(self) -> float:
        return time.monotonic() * 1000.0


def theReactor() -> Any:
    """The global reactor; installs Twisted's default when the program has not chosen one."""
    from twisted.internet import reactor

    return reactor


_host: Host = TwistedHost()


def current() -> Host:
    """The current host."""
    return _host


def use(host: Host) -> Host:
    """Install `host` and return the previous one. For tests."""
    global _host
    before, _host = _host, host
    return before
