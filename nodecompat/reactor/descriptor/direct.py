"""A Twisted reactor that waits where our connections are: one system call and one loop less for each wakeup.

On every other reactor the poller is one of the descriptors: the process wakes up in the reactor's epoll, which then has
ours asked. Here it is the other way round: the reactor's own epoll is one of the descriptors of ours, and is asked when
it has something. Everything else is Twisted's epoll reactor.

Private Twisted names: `_poller`, the reactor's epoll (seen in 23.10 to 26.10).
"""

from __future__ import annotations

import select
from collections.abc import Callable
from typing import Any

from twisted.internet.epollreactor import EPollReactor
from twisted.internet.main import installReactor

from .poller import EVENTS_PER_TURN, READABLE, Poller


class DirectReactor(EPollReactor):
    """Twisted's epoll reactor, waiting in the poller's epoll while that watches something."""

    def __init__(self) -> None:
        self._ours: Poller | None = None
        #: The epoll that the reactor's own is registered in; after a fork the poller has another one.
        self._registeredIn: select.epoll | None = None
        #: Set by `loop/idle.py`: makes of a wait one that is timed.
        self.timed: Callable[[Callable[..., Any]], Callable[..., Any]] | None = None
        super().__init__()

    def addReader(self, reader: Any) -> None:
        if isinstance(reader, Poller):
            self._ours = reader
        else:
            super().addReader(reader)

    def removeReader(self, reader: Any) -> None:
        if reader is self._ours:
            self._ours = None
        else:
            super().removeReader(reader)

    def getReaders(self) -> list[Any]:
        return [*super().getReaders(), *([] if self._ours is None else [self._ours])]

    def removeAll(self) -> list[Any]:
        ours, self._ours = self._ours, None
        return [*super().removeAll(), *([] if ours is None else [ours])]

    def doPoll(self, timeout: float | None) -> None:
        ours = self._ours
        if ours is None:
            super().doPoll(timeout)
            return
        others, epoll = self._poller.fileno(), ours.theEpoll()
        if epoll is not self._registeredIn:
            epoll.register(others, READABLE)
            self._registeredIn = epoll
        wait = epoll.poll if self.timed is None else self.timed(epoll.poll)
        events = wait(-1 if timeout is None else timeout, EVENTS_PER_TURN)
        ours.handOut(events)  # which ignores the reactor's own epoll: there is no handler for it
        for descriptor, _ in events:
            if descriptor == others:
                super().doPoll(0)

    doIteration: Callable[..., Any] = doPoll


def install() -> None:
    """Make it the reactor of this process, before `twisted.internet.reactor` is imported."""
    installReactor(DirectReactor())
