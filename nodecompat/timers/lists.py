"""Lists of timers by duration, on one alarm: the base of `setTimeout`, socket timeouts and the http server.

Follows the idea of lib/internal/timers.js of Node 26. Timers of one duration expire in the order in which they were
started, so one ordered list holds them and starting, refreshing and stopping cost the same for any number of
timers. A heap of the lists, by the expiry of each list's first timer, says when to wake up.

A list's place in the heap is not corrected when its first timer is refreshed or stopped: the list is then checked once
in vain, which is cheaper than a heap operation for each read of a busy socket.

Times are milliseconds of `host.now()`, with fractions, so that no timer comes early. Timers that are due at nearly
the same time share a wake-up (`SLACK`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from heapq import heappop, heappush

from ..reactor.loop import activity, host, ticks
from ..reactor.loop.timers import createAlarm

#: Shortest time between two wake-ups, milliseconds: Node's clock for timers has whole milliseconds.
SLACK = 1.0
#: Milliseconds by which a timer may be early: noise of floating-point additions.
_NOISE = 0.001
_NEVER = float("inf")


class Count:
    """Keeps the program alive while above zero: one counter for many objects."""

    __slots__ = ("count", "resourceName")

    def __init__(self, resourceName: str) -> None:
        self.resourceName: str = resourceName
        self.count: int = 0

    def add(self) -> None:
        """One more."""
        self.count += 1
        if self.count == 1:
            activity.hold(self)

    def drop(self) -> None:
        """One less."""
        self.count -= 1
        if self.count == 0:
            activity.release(self)


class Entry:
    """An entry of a list; a subclass says what happens when it fires."""

    __slots__ = ("_list_", "_start_")

    _list_: TimerList | None
    _start_: float

    def _fire_(self) -> None:
        raise NotImplementedError

    def _owner_(self) -> object:
        """What is dropped when `_fire_` raises and the error is not handled; see `faults.report`."""
        return None


class TimerList:
    """The running timers of one duration, in the order in which they expire."""

    __slots__ = ("duration", "entries")

    def __init__(self, duration: int) -> None:
        self.duration: int = duration
        self.entries: OrderedDict[Entry, None] = OrderedDict()


class Timers:
    """All timers of one host, or of one real host after another."""

    def __init__(self, running: host.Host) -> None:
        self.host: host.Host = running
        self.now: Callable[[], float] = running.now
        self.timeouts: Count = Count("Timeout")
        self.immediates: Count = Count("Immediate")
        self._lists: dict[int, TimerList] = {}
        self._heap: list[tuple[float, int, TimerList]] = []
        self._sequence = 0
        self._alarm = createAlarm(self.process)
        self._armed = _NEVER
        self._processing = False

    def moveTo(self, running: host.Host) -> None:
        """Go on with another host, whose clock is the same."""
        self._alarm.close()
        self.host, self.now = running, running.now
        self._alarm = createAlarm(self.process)
        if self._heap:
            self._arm(self._heap[0][0])

    def drop(self) -> None:
        """The loop has ended: stop all, without a callback."""
        self._alarm.close()
        self._heap.clear()
        for each in self._lists.values():
            for entry in each.entries:
                entry._list_ = None
        self._lists.clear()
        self._armed = _NEVER
        self.timeouts.count = self.immediates.count = 0

    def start(self, entry: Entry, duration: int) -> None:
        """Schedule `entry`, which is in no list, in `duration` milliseconds, at least 1."""
        entry._start_ = start = self.now()
        found = self._lists.get(duration)
        if found is None:
            found = self._lists[duration] = TimerList(duration)
            self._push(start + duration, found)
        found.entries[entry] = None
        entry._list_ = found

    def refresh(self, entry: Entry) -> None:
        """Restart a waiting `entry`."""
        entry._start_ = self.now()
        entry._list_.entries.move_to_end(entry)  # type: ignore[union-attr]

    def stop(self, entry: Entry) -> None:
        """Remove a waiting `entry`."""
        del entry._list_.entries[entry]  # type: ignore[union-attr]
        entry._list_ = None

    def process(self) -> None:
        """The alarm: fire what is due.

        What a callback starts waits for a later turn even if it is already due when the callback returns, so that
        immediates and I/O get their turn.
        """
        now = self.now()
        self._processing = True
        try:
            while self._heap and self._heap[0][0] <= now + _NOISE and not ticks.loop.halted:
                self._run(heappop(self._heap)[2], now + _NOISE)
        finally:
            self._processing = False
            self._armed = _NEVER
            if self._heap:
                self._arm(max(self._heap[0][0], now + SLACK))
            else:
                self._alarm.clear()

    def _run(self, due: TimerList, now: float) -> None:
        entries, duration = due.entries, due.duration
        hasRaised = False
        while entries:
            entry = next(iter(entries))
            expiry = entry._start_ + duration
            if expiry > now:
                self._push(expiry, due)
                break
            del entries[entry]
            entry._list_ = None
            try:
                entry._fire_()
                hasRaised = False
            except BaseException as error:
                ticks.fail(error, entry._owner_())
                hasRaised = True
            if not hasRaised and (ticks.ticks or ticks.microtasks):
                ticks.drain(entry._owner_())
            if ticks.loop.halted:
                return
        else:
            self._lists.pop(duration, None)
        if hasRaised:  # and no timer of this list followed: Node begins with the lists anew, with the ticks first
            ticks.drain()

    def _push(self, expiry: float, due: TimerList) -> None:
        self._sequence += 1  # lists with equal expiry in order; lists cannot be compared
        heappush(self._heap, (expiry, self._sequence, due))
        if expiry < self._armed and not self._processing:
            self._arm(expiry)

    def _arm(self, due: float) -> None:
        self._armed = due
        self._alarm.set(due)


class IdleTimer(Entry):
    """A timer that never keeps the program alive and is made once: for timeouts of sockets.

    `start` sets a new duration, `refresh` restarts: neither allocates.
    """

    __slots__ = ("_callback", "_timers")

    def __init__(self, callback: Callable[[], object]) -> None:
        self._callback = callback
        self._timers = current()
        self._list_ = None

    def start(self, duration: float) -> None:
        """Call back in `duration` milliseconds (at least 1), replacing any earlier schedule."""
        timers = self._timers
        waiting = self._list_
        whole = max(1, int(duration))
        if waiting is not None:
            if waiting.duration == whole:
                timers.refresh(self)
                return
            del waiting.entries[self]
        # Twice for each request of a busy http server: as `Timers.start`, where a list of that duration exists.
        found = timers._lists.get(whole)
        if found is None:
            timers.start(self, whole)
            return
        self._start_ = timers.now()
        self._list_ = found
        found.entries[self] = None

    def refresh(self) -> None:
        """Restart; does nothing for a stopped timer."""
        if self._list_ is not None:
            self._timers.refresh(self)

    def stop(self) -> None:
        """Do not call back."""
        if self._list_ is not None:
            self._timers.stop(self)

    def isRunning(self) -> bool:
        """True between `start` and the callback or `stop`."""
        return self._list_ is not None

    def _fire_(self) -> None:
        self._callback()

    def _owner_(self) -> object:
        return getattr(self._callback, "__self__", None)


_latest: Timers | None = None
#: Those of Twisted's reactor and of asyncio's loops, one after the other: objects that outlive a loop keep them.
_real: Timers | None = None


def current() -> Timers:
    """The timers of the current host."""
    global _latest
    running = host.current()
    if _latest is None or _latest.host is not running:
        _latest = _timersOf(running)
    return _latest


def _timersOf(running: host.Host) -> Timers:
    global _real
    if running.hasReaders:
        if _real is None:
            _real = Timers(running)
        return _real
    # Kept on the host of a test, whose time is its own.
    found: Timers | None = getattr(running, "timers", None)
    if found is None:
        found = running.timers = Timers(running)  # type: ignore[attr-defined]
    return found


def _onChange(running: host.Host) -> None:
    if _real is not None:
        _real.moveTo(running)


def _onEnd() -> None:
    if _real is not None:
        _real.drop()


host.onChange.append(_onChange)
host.onEnd.append(_onEnd)
