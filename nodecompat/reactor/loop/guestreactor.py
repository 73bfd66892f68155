"""A Twisted reactor on an asyncio loop that somebody else runs.

Twisted's own `run()` would start the loop, and its end would stop it; `GuestReactor` leaves both to the loop's owner.

Private Twisted names: none; that an installed reactor is `sys.modules["twisted.internet.reactor"]` is documented.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from typing import Any

import twisted.internet
from twisted.internet.asyncioreactor import AsyncioSelectorReactor


class _Daemon(threading.Thread):
    """A thread that ends with the process."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options, daemon=True)


class GuestReactor(AsyncioSelectorReactor):
    """A reactor on a loop that the application runs."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.loop = loop
        self._process = os.getpid()

    def isOver(self) -> bool:
        """It was stopped, or its loop cannot run any more: it was closed, or is the one of our parent."""
        return not self.running or self.loop.is_closed() or self._process != os.getpid()

    def getThreadPool(self) -> Any:
        """The pool. A loop that is closed without a word does not stop it: its threads hold no process up."""
        pool: Any = super().getThreadPool()
        pool.threadFactory = _Daemon
        return pool

    def crash(self) -> None:
        """The reactor has stopped; the loop goes on."""
        super(AsyncioSelectorReactor, self).crash()


def bringUp(loop: asyncio.AbstractEventLoop) -> GuestReactor:
    """A running reactor on a running loop. It becomes the global one, where there is none that may still be used."""
    reactor = GuestReactor(loop)
    before = sys.modules.get("twisted.internet.reactor")
    if isinstance(before, GuestReactor) and before.isOver():
        del sys.modules["twisted.internet.reactor"], twisted.internet.reactor
    if "twisted.internet.reactor" not in sys.modules:
        from twisted.internet.main import installReactor

        installReactor(reactor)
    reactor.startRunning(installSignalHandlers=False)
    return reactor


async def shutDown(reactor: GuestReactor) -> None:
    """Stop it, and wait for the end of its shutdown."""
    ended = reactor.loop.create_future()
    reactor.addSystemEventTrigger("after", "shutdown", ended.set_result, None)
    if reactor.running:
        reactor.stop()
    await ended
