"""A host whose event loop and clock move only when a test says so. Implements `reactor.host.Host`."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from typing import Any

#: Callbacks that `run` makes before it reports an endless loop.
RUNAWAY = 1_000_000


class FakeAlarm:
    """What `callLater` returns."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        """Do not call back."""
        self.callback = None


class FakeHost:
    """An event loop turned by the test."""

    grant = 0.0  # every turn is the test's
    hasReaders = False

    def __init__(self) -> None:
        self._queue_: deque[Callable[[], object]] = deque()
        self._alarms_: list[tuple[float, int, FakeAlarm]] = []
        self._order_ = itertools.count()
        self._now_ = 1000.0  # not 0, so that "no time yet" cannot be mistaken for "no value"

    def isCurrent(self) -> bool:
        """Until the test is over."""
        return True

    def leave(self) -> None:
        """Nothing is left."""

    def addReader(self, reader: Any, isInternal: bool = False) -> None:
        """There are no descriptors in memory."""
        raise NotImplementedError("no descriptor is watched in memory")

    removeReader = addWriter = removeWriter = addReader

    def callInThread(self, work: Callable[[], object]) -> None:
        """Do the work in the next `run`: threads would not be repeatable."""
        self.callSoon(work)

    def callFromThread(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back in the next `run`."""
        self.callSoon(lambda: callback(*args))

    def callSoon(self, callback: Callable[[], object]) -> None:
        """Call back in the next `run` or `advance`."""
        self._queue_.append(callback)

    def callLater(self, delay: float, callback: Callable[[], object]) -> FakeAlarm:
        """Call back once the clock has moved by `delay` milliseconds."""
        alarm = FakeAlarm(callback)
        heapq.heappush(self._alarms_, (self._now_ + max(delay, 0.0), next(self._order_), alarm))
        return alarm

    def now(self) -> float:
        """Milliseconds on the test's clock."""
        return self._now_

    def step(self) -> bool:
        """Run one queued callback; False if there is none."""
        if not self._queue_ and not self._fireDue_():
            return False
        self._queue_.popleft()()
        return True

    def run(self) -> None:
        """Run callbacks until none is left that is due now."""
        for _ in range(RUNAWAY):
            if not self.step():
                return
        raise AssertionError(f"still busy after {RUNAWAY} callbacks")

    def advance(self, duration: float) -> None:
        """Run, then move the clock by `duration` milliseconds, stopping to run at each alarm on the way."""
        until = self._now_ + duration
        self.run()
        while (due := self.nextAlarm()) is not None and due <= until:
            self._now_ = due
            self.run()
        self._now_ = until
        self.run()

    def nextAlarm(self) -> float | None:
        """The time of the next alarm, or None."""
        while self._alarms_ and self._alarms_[0][2].callback is None:
            heapq.heappop(self._alarms_)
        return self._alarms_[0][0] if self._alarms_ else None

    def _fireDue_(self) -> bool:
        """Queue the next alarm that is due; True when there was one."""
        due = self.nextAlarm()
        if due is None or due > self._now_:
            return False
        alarm = heapq.heappop(self._alarms_)[2]
        if alarm.callback is not None:
            self._queue_.append(alarm.callback)
        return True
