"""One epoll inside any reactor: the fast path's own event loop, which the Twisted reactor sees as one reader.

Implements `IReadDescriptor`. An epoll descriptor is itself pollable, so the reactor (epoll, poll, select or
asyncio, all the same) watches ours and calls `doRead` when anything is ready on any of our descriptors. From there
handles are called directly: no `callWithLogger` and no reactor bookkeeping for each event.

How epoll(7) behaves, and what follows for whoever registers here:

* Level-triggered: what is not consumed comes back with the next poll. A handler may therefore stop in the middle,
  by choice (fairness) or by an exception, and loses nothing.
* EPOLLHUP and EPOLLERR come unrequested. A descriptor of no interest must be
  unregistered: an interest of 0 would spin.
* Descriptor numbers are reused at once. When one handler closes 7 and another opens a new 7, the rest of the same
  batch may still hold an event of the old 7. So an event is a hint: a handler trusts what `recv`, `accept` or
  `SO_ERROR` say, and must not conclude from the flags alone that a connection is established.
* Closing a descriptor removes it from the set only when no copy is left, and a forked child has copies. So
  `unregister` always comes before `close`: afterwards nobody could take it out, and its HUP would spin.
* A fork copies the epoll's number, not the set behind it: parent and child would steal each other's events. The
  child makes a set of its own at its first use of the poller (`twistd` forks after the application was loaded). A
  child that never uses it (a worker process) must not touch the set that it shares with its parent.
"""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

from ..loop import host, ticks, timers

#: What handlers receive and `register` takes: the flags of epoll_ctl(2).
READABLE = select.EPOLLIN
WRITABLE = select.EPOLLOUT
#: Reported even when not requested.
BROKEN = select.EPOLLERR | select.EPOLLHUP

#: Events of one poll, the length of one turn.
EVENTS_PER_TURN = 256
#: Rounds of deferred callbacks after the events of a turn: libuv's number.
PENDING_ROUNDS = 8
#: Turns after the end of a loop, for what the end of its connections brings about.
LAST_TURNS = 100
#: Events after which the reactor gets its own turn, so that other Twisted work is not starved.
EVENTS_PER_WAKEUP = 512

Handler = Callable[[int], object]


@implementer(IReadDescriptor)
class Poller:
    """Watches descriptors and calls their handlers, in turns (see `ticks.py`)."""

    def __init__(self, running: host.Host) -> None:
        self._host = running
        self._epoll = select.epoll()
        self._handlers: dict[int, Handler] = {}
        self._deferred: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        self._running = False
        self._wakePending = False
        self.forked: bool = False

    # What handles call

    def register(self, descriptor: int, interest: int, handler: Handler) -> int:
        """Call `handler(events)` whenever one of `interest` is true. Returns 0 or -errno.

        `handler` is a method of a handle whose attribute `interest` is kept at what was registered last: that is
        how a child finds it after a fork, and costs less than a table here.
        """
        if self.forked:
            self._renew()
        try:
            self._epoll.register(descriptor, interest)
        except OSError as error:  # ENOSPC: /proc/sys/fs/epoll/max_user_watches
            return -(error.errno or 1)
        if not self._handlers:
            self._host.addReader(self)
        self._handlers[descriptor] = handler
        return 0

    def modify(self, descriptor: int, interest: int) -> int:
        """Change the interest, which is not 0. Returns 0 or -errno."""
        if self.forked:
            self._renew()
        try:
            self._epoll.modify(descriptor, interest)
        except OSError as error:
            return -(error.errno or 1)
        return 0

    def unregister(self, descriptor: int) -> None:
        """Forget a descriptor that is still open. Events of the running batch no longer reach it."""
        if self.forked:
            self._renew()
        del self._handlers[descriptor]
        try:
            self._epoll.unregister(descriptor)
        except OSError:  # closed by other code: the kernel has already removed it
            pass
        if not self._handlers:
            self._host.removeReader(self)

    def defer(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back at the start of the next turn: for results that a handle has but may not report yet."""
        self._deferred.append((callback, args))
        if not self._running:
            self._wake()

    # What the reactor calls

    def fileno(self) -> int:
        return self._epoll.fileno()

    def logPrefix(self) -> str:
        return "nodecompat"

    def doRead(self) -> None:
        """Something is ready: dispatch it, turn by turn, until nothing is left or the reactor is due."""
        if self.forked:
            self._renew()
        budget = EVENTS_PER_WAKEUP
        clock, loop = time.monotonic, ticks.loop
        self._running = True
        try:
            # Polling again costs 0.7 µs when nothing is ready, going through the reactor 10: with two or three busy
            # connections this saves 3 µs of each message's 20.
            while budget > 0:
                timersDue = clock() >= loop.alarmTime
                if timersDue:
                    self._runTimers()
                events = self._epoll.poll(0, EVENTS_PER_TURN)
                if not events and not self._deferred and not timersDue:
                    break
                rounds = self._turn(events)
                # A turn without events costs too, so that handlers that defer for ever are bounded as well.
                budget -= len(events) + 1 + rounds
        finally:
            self._running = False
        if self._deferred:
            self._wake()

    # What a reactor that waits here calls: see `direct.py`

    def theEpoll(self) -> select.epoll:
        """Where to wait for events; what else is registered there is ignored."""
        if self.forked:
            self._renew()
        return self._epoll

    def handOut(self, events: list[tuple[int, int]]) -> None:
        """One turn with these events."""
        self._running = True
        try:
            if time.monotonic() >= ticks.loop.alarmTime:
                self._runTimers()
            self._turn(events)
        finally:
            self._running = False
        if self._deferred:
            self._wake()

    def connectionLost(self, reason: Any) -> None:
        """The reactor has stopped: close everything, as it does with its own transports."""
        self.closeAll()
        self._epoll.close()
        _forget(self)

    def closeAll(self) -> None:
        """Close the handle behind every descriptor. The rest of a running batch is dropped."""
        for handler in list(self._handlers.values()):
            close = getattr(getattr(handler, "__self__", None), "close", None)
            if close is not None:
                close()
        self._deferred.clear()

    def moveTo(self, running: host.Host) -> None:
        """Another loop runs: it watches from now on."""
        if self._handlers:
            self._host.removeReader(self)
            running.addReader(self)
        self._host = running
        if self._deferred:
            self._wakePending = False
            self._wake()

    def end(self) -> None:
        """The loop has ended: every handle is given up, as after a fault, and its owner told."""
        for handler in list(self._handlers.values()):
            handle = getattr(handler, "__self__", None)
            giveUp = getattr(handle, "onfault", None) or getattr(handle, "close", None)
            if giveUp is not None:
                ticks.call(giveUp, handle=handle)
        for _ in range(LAST_TURNS):
            if not ticks.hasWork() and not self._deferred:
                break
            self._turn([])
        self.connectionLost(None)

    # One turn

    def _runTimers(self) -> None:
        """Begin a turn with the timers; it goes on with the I/O, also what they cause, before their immediates."""
        ticks.finishTurn()
        ticks.beginTurn()
        ticks.drainWaiting()
        ticks.runTimers()

    def _turn(self, events: list[tuple[int, int]]) -> int:
        """Dispatch one batch. Returns how many rounds of deferred callbacks followed it."""
        rounds = 0
        ticks.beginTurn()
        # Locals: this loop runs once for every event of the program.
        nextTicks, microtasks, drain = ticks.ticks, ticks.microtasks, ticks.drain
        handlers = self._handlers
        if nextTicks or microtasks:
            ticks.drainWaiting()
        if self._deferred:
            self._runDeferred()
        for descriptor, mask in events:
            try:
                handler = handlers[descriptor]
            except KeyError:  # unregistered in this batch
                continue
            try:
                handler(mask)
            except BaseException as error:
                ticks.fail(error, getattr(handler, "__self__", None))
                continue
            if nextTicks or microtasks:
                drain(getattr(handler, "__self__", None))
        if self._deferred:
            # Such as the end of a shutdown: before the checks, as libuv looks at its pending queue once more.
            while self._deferred and rounds < PENDING_ROUNDS:
                self._runDeferred()
                rounds += 1
        ticks.endTurn()
        return rounds

    def _runDeferred(self) -> None:
        """Only what was deferred up to now: what comes meanwhile waits for the next round."""
        for _ in range(len(self._deferred)):
            if not self._deferred:
                return
            callback, args = self._deferred.popleft()
            try:
                callback(*args)
            except BaseException as error:
                ticks.fail(error, getattr(callback, "__self__", None))
                continue
            ticks.drain(getattr(callback, "__self__", None))

    def _wake(self) -> None:
        if not self._wakePending:
            host.current().callSoon(self._onWake)
            self._wakePending = True  # after it, as in `ticks`

    def _onWake(self) -> None:
        self._wakePending = False
        if self._deferred:  # else a turn in between has run it
            self.doRead()

    # Fork

    def _renew(self) -> None:
        """In a forked child: replace the set shared with the parent by our own with the same content."""
        self.forked = False
        if self._handlers:
            self._host.removeReader(self)
        self._epoll.close()
        self._epoll = select.epoll()
        for descriptor, handler in self._handlers.items():
            self._epoll.register(descriptor, getattr(getattr(handler, "__self__", None), "interest", READABLE))
        if self._handlers:
            self._host.addReader(self)


_poller: Poller | None = None
_watchesForks = False


def current() -> Poller:
    """The poller of the running loop. Made at the first call, not at import: see `host.py`."""
    host.current()  # another loop may have begun to run
    return _poller if _poller is not None else _make()


def runTurns() -> bool:
    """Timers are due: fire them, with the I/O that is ready behind them. False when no descriptor is watched."""
    if _poller is None or not _poller._handlers:
        return False
    _poller.doRead()
    return True


def watchedHandles() -> list[Any]:
    """The handles that are registered now."""
    handlers = _poller._handlers.values() if _poller is not None else ()
    return [getattr(handler, "__self__", None) for handler in handlers]


def _make() -> Poller:
    global _poller, _watchesForks
    _poller = Poller(host.current())
    timers.runTurns = ticks.loop.onPoll = runTurns
    if not _watchesForks:
        _watchesForks = True
        os.register_at_fork(after_in_child=_onFork)
        host.onChange.append(_onChange)
        host.onEnd.append(_onEnd)
    return _poller


def _forget(poller: Poller) -> None:
    global _poller
    if _poller is poller:
        _poller = None


def _onChange(running: host.Host) -> None:
    if _poller is not None:
        _poller.moveTo(running)


def _onEnd() -> None:
    if _poller is not None:
        _poller.end()


def _onFork() -> None:
    # Nothing more: a child that does not use the poller must not touch the shared set.
    if _poller is not None:
        _poller.forked = True
