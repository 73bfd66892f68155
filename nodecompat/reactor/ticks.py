"""The order of work within one turn of the loop: callbacks, nextTick, microtasks, immediates, closings.

Node promises an order that Twisted does not know. Each callback from a handle or a timer is followed by the
whole nextTick queue and then the microtasks, over and over until both are empty. When the poller has handed
out a batch, the check phase (setImmediate) runs, then the closing phase ('close' of what was destroyed).

    poller / timer / bridge -> callback -> drain() -> next callback -> drain() … -> checks -> closings

The poller runs these phases itself (`beginTurn`, `endTurn`). Whatever enters from elsewhere (a Twisted
callback, a thread's result) goes through `call`, and work queued from outside any of these asks the host for a
turn of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from . import faults, host

_Job = tuple[Callable[..., object], tuple[Any, ...]]

#: The nextTick queue and the microtask queue. The poller looks at them directly: an empty deque is false.
ticks: deque[_Job] = deque()
microtasks: deque[_Job] = deque()
_checks: deque[_Job] = deque()
_closings: deque[_Job] = deque()

_inScope = False  # a callback is running: whoever runs it drains the queues
_inTurn = False  # the checks and closings queued now are run by endTurn
_wakePending = False
#: The program is over: nothing is called any more.
halted = False


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
    return bool(ticks or microtasks or _checks or _closings)


def isRunning() -> bool:
    """True while a callback runs, or a turn: whatever happens now happens inside it."""
    return _inScope


def reset() -> None:
    """Forget everything that is queued: for tests, which begin and end with nothing under way."""
    global _inScope, _inTurn, _wakePending, halted
    _clear()
    _inScope = _inTurn = _wakePending = halted = False


def halt() -> None:
    """The program ends here, in the middle of a turn: what is queued, or is queued from now on, is never called."""
    global halted
    halted = True
    _clear()


def _clear() -> None:
    for queue in (ticks, microtasks, _checks, _closings):
        queue.clear()


def drain() -> None:
    """Empty the nextTick queue and the microtasks. An exception is reported and the rest goes on."""
    if halted:
        _clear()
    while ticks or microtasks:
        while ticks:
            _runOne(ticks)
        # As in V8, microtasks run to their end before the next tick is looked at.
        while microtasks:
            _runOne(microtasks)


def call(callback: Callable[..., object], *args: Any, handle: Any = None) -> None:
    """Run a callback that comes from outside the poller, with everything that must follow it."""
    global _inScope
    if halted:
        return
    if _inScope:  # called from inside a callback: the outer one drains
        callback(*args)
        return
    _inScope = True
    try:
        callback(*args)
    except BaseException as error:
        faults.report(error, handle)
    try:
        drain()
    finally:
        _inScope = False


def beginTurn() -> None:
    """The poller starts to hand out a batch."""
    global _inScope, _inTurn
    _inScope = _inTurn = True


def endTurn() -> None:
    """The batch is handed out: run the checks and the closings queued up to now."""
    global _inScope, _inTurn
    # A check queued by a check waits for the next turn, as an immediate set by an immediate does in Node.
    _runQueued(_checks)
    _runQueued(_closings)
    _inScope = _inTurn = False
    if _checks or _closings:
        _wake()


def _runQueued(queue: deque[_Job]) -> None:
    for _ in range(len(queue)):
        if halted:
            return
        _runOne(queue)
        if ticks or microtasks:
            drain()


def _runOne(queue: deque[_Job]) -> None:
    callback, args = queue.popleft()
    try:
        callback(*args)
    except BaseException as error:
        # A method of a connection, such as the one that emits its 'end': then it is the connection's fault.
        faults.report(error, getattr(callback, "__self__", None))


def _wake() -> None:
    global _wakePending
    if not _wakePending:
        _wakePending = True
        host.current().callSoon(_ownTurn)


def _ownTurn() -> None:
    global _wakePending
    _wakePending = False
    beginTurn()
    drain()
    endTurn()
