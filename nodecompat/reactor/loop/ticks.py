"""The order of work within one turn of the loop: callbacks, nextTick, microtasks, immediates, closings.

Node guarantees an order that Twisted does not have. Each callback from a handle or a timer is followed by the
whole nextTick queue and then the microtasks, over and over until both are empty. When the poller has handed
out a batch, the check phase (setImmediate) runs, then the closing phase ('close' of what was destroyed).

    poller / timer / bridge -> callback -> drain() -> next callback -> drain() … -> checks -> closings

The poller runs these phases itself (`beginTurn`, `endTurn`). Whatever enters from elsewhere (a Twisted
callback, a thread's result) goes through `call`, and work queued from outside any of these asks the host for a
turn of its own.

Timers come between two turns, as in libuv: after the checks and closings of one, before the I/O of the next. So a
timer that is due when a callback returns waits for the immediates of that callback, and an immediate set by an
immediate waits for the timer.

After an exception the loop goes on with the next callback at once, and the ticks that are left wait until that one has
returned, or for the end of the checks (`fail`). An exception in a microtask puts nothing off.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

from . import faults, host

_Job = tuple[Callable[..., object], tuple[Any, ...]]

#: Sees every call from a queue: is given the queue and what calls the next of it, and returns what that returned.
Watcher = Callable[[deque[_Job], Callable[[deque[_Job]], bool]], bool]


class Parked(NamedTuple):
    """A loop that stands still; see `Loop.park`."""

    jobs: list[list[_Job]]
    isAwaited: bool
    flags: tuple[bool, ...]
    nested: int
    source: Any


class Loop:
    """The queues, and the place within a turn. There is one, `loop`; its methods are names of this module too."""

    def __init__(self) -> None:
        #: The nextTick queue and the microtask queue. The poller looks at them directly: an empty deque is false.
        self.ticks: deque[_Job] = deque()
        self.microtasks: deque[_Job] = deque()
        self._rejections: deque[_Job] = deque()
        self._checks: deque[_Job] = deque()
        self._closings: deque[_Job] = deque()
        #: A callback is running: whoever runs it drains the queues.
        self._inScope = False
        #: How many callbacks are under way that `call` was given inside another one.
        self._nested = 0
        #: `endTurn` runs the checks and closings queued now.
        self._inTurn = False
        self._wakePending = False
        #: `call` has run something whose checks are still to come: before any timer.
        self._turnOpen = False
        #: The queued ticks and microtasks wait for the next callback or check.
        self._isPutOff = False
        #: The handle whose callback `drain` follows: it queued the ticks, so it is blamed for what they raise.
        self.source: Any = None
        #: Check phases so far: two callbacks that see the same number run in the same phase.
        self.phases: int = 0
        #: The program has ended: nothing is called any more.
        self.halted: bool = False
        #: When the next timer is due, seconds of `time.monotonic()`, and who fires it: set by the alarm of `timers.py`.
        self.alarmTime: float = float("inf")
        self.onAlarm: Callable[[], object] | None = None
        #: Hands out the I/O that is ready, between two turns that follow each other at once. Set by the poller.
        self.onPoll: Callable[[], object] | None = None
        #: Called before work is queued outside of a callback: a simulated network, whose hosts share this loop,
        #: puts the right one's in place.
        self.onOutside: Callable[[], object] | None = None
        #: Set by a recording.
        self.watcher: Watcher | None = None

    def nextTick(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back as soon as the running callback has returned, before any I/O."""
        if not self._inScope:
            self._wake()
        self.ticks.append((callback, args))

    def queueMicrotask(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back when the nextTick queue is empty."""
        if not self._inScope:
            self._wake()
        self.microtasks.append((callback, args))

    def queueRejection(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back when no tick and no microtask is left: the failure was not handled in time."""
        self._rejections.append((callback, args))
        self.queueMicrotask(_nothing)

    def queueCheck(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back in the check phase: after this batch of I/O, before any timer."""
        if not self._inTurn:
            self._wake()
        self._checks.append((callback, args))

    def queueClosing(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back in the closing phase, after the checks of this turn."""
        if not self._inTurn:
            self._wake()
        self._closings.append((callback, args))

    def hasWork(self) -> bool:
        """True while any queue has work."""
        return bool(self.ticks or self.microtasks or self._rejections or self._checks or self._closings)

    def isRunning(self) -> bool:
        """True while a callback runs, or a turn: whatever happens now happens inside it."""
        return self._inScope

    def reset(self) -> None:
        """Drop everything that is queued. For tests, which begin and end with nothing in progress."""
        self._clear()
        self._inScope = self._inTurn = self._wakePending = self._turnOpen = self._isPutOff = self.halted = False

    def moveToHost(self) -> None:
        """Another loop runs: it is asked for the turn that the one before was asked for."""
        self._wakePending = False
        if self.hasWork():
            self._wake()

    def park(self) -> Parked:
        """Take everything out, so that another program's loop can go on: for simulated hosts. Undone by `resume`."""
        parked = Parked(
            [[*queue] for queue in self._queues()],
            self._wakePending,
            (self._inScope, self._inTurn, self._turnOpen, self._isPutOff, self.halted),
            self._nested,
            self.source,
        )
        self.reset()
        self._nested, self.source = 0, None
        return parked

    def resume(self, parked: Parked) -> None:
        """Go on with what was parked, in place of what is here."""
        self._clear()
        for queue, jobs in zip(self._queues(), parked.jobs, strict=True):
            queue.extend(jobs)
        self._wakePending = parked.isAwaited
        self._inScope, self._inTurn, self._turnOpen, self._isPutOff, self.halted = parked.flags
        self._nested, self.source = parked.nested, parked.source

    def goOn(self) -> None:
        """Behind a simulation. The host's loop may have turned meanwhile: whoever was at work has finished, and a turn
        that was asked for has gone by. What is queued asks anew; a turn too many does nothing."""
        self._inScope = self._inTurn = self._wakePending = self._turnOpen = self._isPutOff = False
        self._nested, self.source = 0, None
        if self.hasWork():
            self._wake()

    def _queues(self) -> tuple[deque[_Job], ...]:
        return self.ticks, self.microtasks, self._rejections, self._checks, self._closings

    def halt(self) -> None:
        """The program ends here, in the middle of a turn: what is queued, or is queued from now on, is never called."""
        self.halted = True
        self._clear()

    def _clear(self) -> None:
        for queue in self._queues():
            queue.clear()

    def drain(self, source: Any = None) -> bool:
        """Empty the nextTick queue and the microtasks. A tick that raises ends it: see `fail`.

        Args: source: the handle whose callback has queued them; its connection is dropped for an uncaught exception.
        Returns: False when a tick has raised.
        """
        ticks, microtasks = self.ticks, self.microtasks
        self.source = source
        self._isPutOff = False
        if self.halted:
            self._clear()
        while ticks or microtasks:
            try:
                # `_runOne`, inlined: a chunk waiting for its sink in a pipeline takes seven ticks.
                while ticks and self.watcher is None:
                    callback, args = ticks.popleft()
                    if args:
                        callback(*args)
                    else:  # most have none, and CPython calls a Python function faster so
                        callback()
            except BaseException as error:
                self.report(error, getattr(callback, "__self__", None))
                self._putOff()
                return False
            while ticks:
                if not self._runOne(ticks):
                    self._putOff()
                    return False
            # As in V8, microtasks run to their end before the next tick is looked at.
            try:
                while microtasks and self.watcher is None:
                    callback, args = microtasks.popleft()
                    if args:
                        callback(*args)
                    else:
                        callback()
            except BaseException as error:
                self.report(error, getattr(callback, "__self__", None))
            while microtasks:
                self._runOne(microtasks)
            if self._rejections and not ticks and not self._runRejections():
                self._putOff()
                return False
        self.source = None
        return True

    def drainBetween(self, source: Any = None) -> bool:
        """`drain` within a callback of a handle, between two steps that Node makes as callbacks of their own.

        Does nothing where the handle's callback was called from inside another one. Returns as `drain`.
        """
        if self._nested or not (self.ticks or self.microtasks):
            return True
        return self.drain(source)

    def _runRejections(self) -> bool:
        """Report the failures queued so far, before the ticks of their listeners; False when one of these raised."""
        isFine = True
        for _ in range(len(self._rejections)):
            isFine &= self._runOne(self._rejections)
        return isFine

    def drainWaiting(self) -> None:
        """At the beginning of a turn: what was queued outside any callback, but not what an exception has put off."""
        if not self._isPutOff:
            self.drain()

    def report(self, error: BaseException, handle: Any = None) -> None:
        """Report an uncaught exception. Queues an immediate, as Node does, so that ticks go on there at the latest."""
        if self.source is not None and faults.remedy(handle) is None:
            handle = self.source
        faults.report(error, handle)
        self.queueCheck(_nothing)

    def fail(self, error: BaseException, handle: Any = None) -> None:
        """A callback raised: report it. Instead of `drain`, so that the next callback comes first, as in Node."""
        self.report(error, handle)
        self._putOff()

    def _putOff(self) -> None:
        """Ticks that are left run after the next callback of any kind."""
        self._isPutOff = bool(self.ticks or self.microtasks)
        self.source = None

    def call(self, callback: Callable[..., object], *args: Any, handle: Any = None) -> None:
        """Run a callback that comes from outside the poller, with everything that must follow it."""
        if self.halted:
            return
        if self._inScope:  # called from inside a callback: the outer one drains
            self._nested += 1
            try:
                callback(*args)
            finally:
                self._nested -= 1
            return
        self._inScope = True
        try:
            if self.ticks or self.microtasks:  # queued outside of any callback: they come first
                self.drainWaiting()
            try:
                callback(*args)
            except BaseException as error:
                self.fail(error, handle)
            else:
                self.drain(handle)
        finally:
            self._inScope = False
        if self._checks or self._closings:
            self._turnOpen = True

    def start(self, callback: Callable[..., object], *args: Any) -> None:
        """`call` for the program itself: a timer that is due when it returns comes before its immediates."""
        self.call(callback, *args)
        self._turnOpen = False

    def beginTurn(self) -> None:
        """The poller starts to hand out a batch."""
        self._inScope = self._inTurn = True

    def endTurn(self) -> None:
        """The batch is handed out: run the checks and the closings queued up to now."""
        self.phases += 1
        # A check queued by a check waits for the next turn, as an immediate set by an immediate does in Node.
        if self._checks and not self._runQueued(self._checks):
            # Node's oddity: after a last immediate that raises, those set meanwhile run at once.
            self._runQueued(self._checks)
        if self._closings:
            self._runClosings()
        self._inScope = self._inTurn = self._turnOpen = False
        if self._checks or self._closings:
            self._wake()

    def finishTurn(self) -> None:
        """Before timers: the checks and closings of what `call` has run since the last turn."""
        if self._turnOpen:
            self.beginTurn()
            self.drainWaiting()
            self.endTurn()

    def runTimers(self) -> None:
        """Within a turn, before its I/O: fire the timers that are due."""
        if self.onAlarm is not None and time.monotonic() >= self.alarmTime:
            self.onAlarm()

    def _runClosings(self) -> None:
        """Run those queued up to now, the last one first: libuv keeps its closing handles on a stack."""
        batch = deque(reversed(self._closings))
        self._closings.clear()
        self._runQueued(batch)

    def _runQueued(self, queue: deque[_Job]) -> bool:
        """Run what is queued up to now; False when the last one raised."""
        isFine = True
        for _ in range(len(queue)):
            if self.halted:
                return True
            isFine = self._runOne(queue)
            if not isFine:
                self._putOff()
            elif self.ticks or self.microtasks:
                self.drain()
        return isFine

    def _runOne(self, queue: deque[_Job]) -> bool:
        """Call the next of a queue; False when it raised."""
        return self._callNext(queue) if self.watcher is None else self.watcher(queue, self._callNext)

    def _callNext(self, queue: deque[_Job]) -> bool:
        callback, args = queue.popleft()
        try:
            callback(*args)
        except BaseException as error:
            # A method of a connection, such as the one that emits its 'end': then it is the connection's fault.
            self.report(error, getattr(callback, "__self__", None))
            return False
        return True

    def _wake(self) -> None:
        """Ask for a turn, before the work is queued: if another loop is found to run, it is no work of the old one."""
        if self.onOutside is not None:
            self.onOutside()
        if not self._wakePending:
            asked = host.current()
            asked.callSoon(partial(self._ownTurn, asked))
            self._wakePending = True  # not before: at the end of the stack the call fails, and must be made again

    def _ownTurn(self, asked: host.Host) -> None:
        """A turn without a batch of the poller's, and those that its checks ask for, as long as the host grants."""
        running = host.current()
        if running is not asked:  # it has been asked itself, by `moveToHost` or `goOn`
            return
        limit = time.monotonic() + running.grant
        try:
            while True:
                isFirst = not self._turnOpen
                self.beginTurn()
                self.drainWaiting()
                if isFirst:
                    self.runTimers()
                self.endTurn()
                if not self._checks or time.monotonic() >= limit:
                    break
                if self.onPoll is not None:
                    self.onPoll()
        finally:
            self._wakePending = False
            if self.hasWork():
                self._wake()


def _nothing() -> None:
    pass


loop: Loop = Loop()
host.onChange.append(lambda running: loop.moveToHost())
host.onEnded = loop.reset
ticks: Final = loop.ticks
microtasks: Final = loop.microtasks
nextTick: Final = loop.nextTick
queueMicrotask: Final = loop.queueMicrotask
queueRejection: Final = loop.queueRejection
queueCheck: Final = loop.queueCheck
queueClosing: Final = loop.queueClosing
hasWork: Final = loop.hasWork
isRunning: Final = loop.isRunning
reset: Final = loop.reset
halt: Final = loop.halt
drain: Final = loop.drain
drainBetween: Final = loop.drainBetween
drainWaiting: Final = loop.drainWaiting
report: Final = loop.report
fail: Final = loop.fail
call: Final = loop.call
start: Final = loop.start
beginTurn: Final = loop.beginTurn
endTurn: Final = loop.endTurn
finishTurn: Final = loop.finishTurn
runTimers: Callable[..., Any] = loop.runTimers
