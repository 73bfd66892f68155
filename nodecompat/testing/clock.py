"""Virtual time, and what is due: the one event queue of a simulated network.

Whatever happens, happens as the work of a host (`host.py`): `enter` puts it in charge before its callback runs.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from typing import Protocol

#: Callbacks that `run` makes at one moment before it reports an endless loop.
RUNAWAY = 1_000_000
#: Where time starts, milliseconds. Not 0, so that "no time yet" cannot be mistaken for "no value".
START = 1000.0


class Owner(Protocol):
    """Whose work a callback is."""

    def enter(self) -> bool:
        """Its callback is next; False when it must not run any more."""


class FakeAlarm:
    """What `callLater` returns."""

    __slots__ = ("callback", "owner")

    def __init__(self, callback: Callable[[], object], owner: Owner | None) -> None:
        self.callback: Callable[[], object] | None = callback
        self.owner: Owner | None = owner

    def cancel(self) -> None:
        """Do not call back."""
        self.callback = None


class Clock:
    """Time that moves only when a test moves it."""

    def __init__(self) -> None:
        self._queue_: deque[tuple[Callable[[], object], Owner | None]] = deque()
        self._alarms_: list[tuple[float, int, FakeAlarm]] = []
        self._order_ = itertools.count()
        self._now_ = START

    def callSoon(self, callback: Callable[[], object], owner: Owner | None = None) -> None:
        """Call back in the next `run` or `advance`."""
        self._queue_.append((callback, owner))

    def callLater(self, delay: float, callback: Callable[[], object], owner: Owner | None = None) -> FakeAlarm:
        """Call back once the clock has moved by `delay` milliseconds."""
        return self.callAt(self._now_ + max(delay, 0.0), callback, owner)

    def callAt(self, due: float, callback: Callable[[], object], owner: Owner | None = None) -> FakeAlarm:
        """Call back at that moment; what is due at the same one comes in the order of the calls."""
        alarm = FakeAlarm(callback, owner)
        heapq.heappush(self._alarms_, (due, next(self._order_), alarm))
        return alarm

    def now(self) -> float:
        """Milliseconds."""
        return self._now_

    def elapsed(self) -> float:
        """Milliseconds since the beginning."""
        return self._now_ - START

    def isBusy(self) -> bool:
        """True when something is due now."""
        due = self.nextAlarm()
        return bool(self._queue_) or (due is not None and due <= self._now_)

    def step(self) -> bool:
        """Make one callback that is due; False if there is none."""
        if not self._queue_ and not self._fireDue_():
            return False
        callback, owner = self._queue_.popleft()
        if owner is None or owner.enter():
            callback()
        return True

    def run(self) -> None:
        """Make callbacks until none is left that is due now."""
        for _ in range(RUNAWAY):
            if not self.step():
                return
        raise AssertionError(f"still busy after {RUNAWAY} callbacks")

    def advance(self, duration: float) -> None:
        """Run, then move the clock by `duration` milliseconds, stopping to run at each alarm on the way."""
        until = self._now_ + duration
        self.run()
        while self.skip(until):
            self.run()
        self._now_ = max(self._now_, until)
        self.run()

    def skip(self, limit: float) -> bool:
        """Move the clock to the next alarm; False if none comes up to `limit`."""
        due = self.nextAlarm()
        if due is None or due > limit:
            return False
        self._now_ = max(self._now_, due)
        return True

    def nextAlarm(self) -> float | None:
        """The time of the next alarm, or None."""
        while self._alarms_ and self._alarms_[0][2].callback is None:
            heapq.heappop(self._alarms_)
        return self._alarms_[0][0] if self._alarms_ else None

    def clear(self) -> None:
        """Forget everything that is due."""
        self._queue_.clear()
        self._alarms_.clear()

    def _fireDue_(self) -> bool:
        """Queue the next alarm that is due; True when there was one."""
        due = self.nextAlarm()
        if due is None or due > self._now_:
            return False
        alarm = heapq.heappop(self._alarms_)[2]
        if alarm.callback is not None:
            self._queue_.append((alarm.callback, alarm.owner))
        return True
