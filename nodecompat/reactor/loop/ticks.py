"""The order of work within one turn of the loop: callbacks, nextTick, microtasks, immediates, closings.

Node promises an order that Twisted does not know. Each callback from a handle or a timer is followed by the
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
from typing import Any

from . import faults, host

_Job = tuple[Callable[..., object], tuple[Any, ...]]

#: The nextTick queue and the microtask queue. The poller looks at them directly: an empty deque is false.
ticks: deque[_Job] = deque()
microtasks: deque[_Job] = deque()
_rejections: deque[_Job] = deque()
_checks: deque[_Job] = deque()
_closings: deque[_Job] = deque()

#: Somebody wants to see every tick: none is called but by way of `_runOne`, which he has replaced.
watched = False
_inScope = False  # a callback is running: whoever runs it drains the queues
_inTurn = False  # the checks and closings queued now are run by endTurn
_wakePending = False
_turnOpen = False  # `call` has run something whose checks are still to come: before any timer
#: Check phases so far: two callbacks that see the same number run in the same phase.
phases = 0
_isPutOff = False  # the queued ticks and microtasks wait for the next callback or check
#: The program is over: nothing is called any more.
halted = False
#: When the next timer is due, seconds of `time.monotonic()`, and who fires it. Kept by the alarm of `timers.py`.
alarmTime = float("inf")
onAlarm: Callable[[], object] | None = None
#: Hands out the I/O that is ready, between two turns that follow each other at once. Set by the poller.
onPoll: Callable[[], object] | None = None


def nextTick(callback: Callable[..., object], *args: Any) -> None:
    """Call back as soon as the running callback has returned, before any I/O."""
    ticks.append((callback, args))
    if not _inScope:
        _wake()


def queueMicrotask(callback: Callable[..., object], *args: Any) -> None:
    """Call back when the nextTick queue is empty."""
    microtasks.append((callback, args))
    if not _inScope:
        _wake()


def queueRejection(callback: Callable[..., object], *args: Any) -> None:
    """Call back when no tick and no microtask is left: then nobody has handled the failure in time."""
    _rejections.append((callback, args))
    queueMicrotask(_nothing)


def queueCheck(callback: Callable[..., object], *args: Any) -> None:
    """Call back in the check phase: after this batch of I/O, before any timer."""
    _checks.append((callback, args))
    if not _inTurn:
        _wake()


def queueClosing(callback: Callable[..., object], *args: Any) -> None:
    """Call back in the closing phase, after the checks of this turn."""
    _closings.append((callback, args))
    if not _inTurn:
        _wake()


def hasWork() -> bool:
    """True while anything is queued."""
    return bool(ticks or microtasks or _rejections or _checks or _closings)


def isRunning() -> bool:
    """True while a callback runs, or a turn: whatever happens now happens inside it."""
    return _inScope


def reset() -> None:
    """Forget everything that is queued: for tests, which begin and end with nothing under way."""
    global _inScope, _inTurn, _wakePending, _turnOpen, _isPutOff, halted
    _clear()
    _inScope = _inTurn = _wakePending = _turnOpen = _isPutOff = halted = False


def halt() -> None:
    """The program ends here, in the middle of a turn: what is queued, or is queued from now on, is never called."""
    global halted
    halted = True
    _clear()


def _clear() -> None:
    for queue in (ticks, microtasks, _rejections, _checks, _closings):
        queue.clear()


def drain() -> None:
    """Empty the nextTick queue and the microtasks. A tick that raises ends it: see `fail`."""
    global _isPutOff
    _isPutOff = False
    if halted:
        _clear()
    while ticks or microtasks:
        try:
            # `_runOne`, written out: a chunk that waits for its sink on its way through a pipeline is seven ticks.
            while ticks and not watched:
                callback, args = ticks.popleft()
                callback(*args)
        except BaseException as error:
            report(error, getattr(callback, "__self__", None))
            _putOff()
            return
        while ticks:
            if not _runOne(ticks):
                _putOff()
                return
        # As in V8, microtasks run to their end before the next tick is looked at.
        while microtasks:
            _runOne(microtasks)
        if _rejections and not ticks and not _runRejections():
            _putOff()
            return


def _runRejections() -> bool:
    """Tell of the failures up to now, before the ticks of those who are told; False when one of these raised."""
    isFine = True
    for _ in range(len(_rejections)):
        isFine &= _runOne(_rejections)
    return isFine


def drainWaiting() -> None:
    """At the beginning of a turn: what was queued outside any callback, but not what an exception has put off."""
    if not _isPutOff:
        drain()


def report(error: BaseException, handle: Any = None) -> None:
    """Hand over an exception nobody caught. An immediate follows, as in Node: with it ticks go on at the latest."""
    faults.report(error, handle)
    queueCheck(_nothing)


def fail(error: BaseException, handle: Any = None) -> None:
    """A callback raised: report it. Instead of `drain`, so that the next callback comes first, as in Node."""
    report(error, handle)
    _putOff()


def _putOff() -> None:
    """Ticks that are left run after the next callback of any kind."""
    global _isPutOff
    _isPutOff = bool(ticks or microtasks)


def _nothing() -> None:
    pass


def call(callback: Callable[..., object], *args: Any, handle: Any = None) -> None:
    """Run a callback that comes from outside the poller, with everything that must follow it."""
    global _inScope, _turnOpen
    if halted:
        return
    if _inScope:  # called from inside a callback: the outer one drains
        callback(*args)
        return
    _inScope = True
    try:
        try:
            callback(*args)
        except BaseException as error:
            fail(error, handle)
        else:
            drain()
    finally:
        _inScope = False
    if _checks or _closings:
        _turnOpen = True


def start(callback: Callable[..., object], *args: Any) -> None:
    """`call` for the program itself: a timer that is due when it returns comes before its immediates."""
    global _turnOpen
    call(callback, *args)
    _turnOpen = False


def beginTurn() -> None:
    """The poller starts to hand out a batch."""
    global _inScope, _inTurn
    _inScope = _inTurn = True


def endTurn() -> None:
    """The batch is handed out: run the checks and the closings queued up to now."""
    global _inScope, _inTurn, _turnOpen, phases
    phases += 1
    # A check queued by a check waits for the next turn, as an immediate set by an immediate does in Node.
    if not _runQueued(_checks):
        _runQueued(_checks)  # Node's oddity: after a last immediate that raises, those set meanwhile run at once
    _runQueued(_closings)
    _inScope = _inTurn = _turnOpen = False
    if _checks or _closings:
        _wake()


def finishTurn() -> None:
    """Before timers: the checks and closings of what `call` has run since the last turn."""
    if _turnOpen:
        beginTurn()
        drainWaiting()
        endTurn()


def runTimers() -> None:
    """Within a turn, before its I/O: fire the timers that are due."""
    if onAlarm is not None and time.monotonic() >= alarmTime:
        onAlarm()


def _runQueued(queue: deque[_Job]) -> bool:
    """Run what is queued up to now; False when the last one raised."""
    isFine = True
    for _ in range(len(queue)):
        if halted:
            return True
        isFine = _runOne(queue)
        if not isFine:
            _putOff()
        elif ticks or microtasks:
            drain()
    return isFine


def _runOne(queue: deque[_Job]) -> bool:
    """Call the next of a queue; False when it raised."""
    callback, args = queue.popleft()
    try:
        callback(*args)
    except BaseException as error:
        # A method of a connection, such as the one that emits its 'end': then it is the connection's fault.
        report(error, getattr(callback, "__self__", None))
        return False
    return True


def _wake() -> None:
    global _wakePending
    if not _wakePending:
        _wakePending = True
        host.current().callSoon(_ownTurn)


def _ownTurn() -> None:
    """A turn without a batch of the poller's, and those that its checks ask for, as long as the host grants."""
    global _wakePending
    limit = time.monotonic() + host.current().grant
    try:
        while True:
            isFirst = not _turnOpen
            beginTurn()
            drainWaiting()
            if isFirst:
                runTimers()
            endTurn()
            if not _checks or time.monotonic() >= limit:
                break
            if onPoll is not None:
                onPoll()
    finally:
        _wakePending = False
        if hasWork():
            _wake()
