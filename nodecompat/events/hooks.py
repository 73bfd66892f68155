"""Where emitters pass on what `process` announces: unhandled rejections and warnings.

`process` sets the two hooks (as attributes of the module `events`); without it a rejection becomes an uncaught
exception, and a warning goes to Python's `warnings`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from ..reactor.loop import ticks
from ..reactor.loop.coroutines import drive

#: `unhandledRejection(error, deferred, owner)` gets the unhandled failure of a coroutine; `owner`: see `rejected`.
unhandledRejection: Callable[[BaseException, Deferred[Any], Any], object] | None = None
#: `emitWarning(warning)` delivers a warning.
emitWarning: Callable[[Warning], object] | None = None


class MaxListenersExceededWarning(UserWarning):
    """More listeners than the limit: one is probably added repeatedly.

    It has `type` (the event), `count` and, as the case may be, `emitter` or `target`.
    """

    name = "MaxListenersExceededWarning"

    def __init__(self, message: str, eventName: Any, count: int, *, emitter: Any = None, target: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.type = eventName
        self.count = count
        self.emitter = emitter
        self.target = target


class ProcessWarning(UserWarning):
    """A warning made from text, as `process.emitWarning` makes it: name, message, code, detail."""

    def __init__(self, message: str, name: str = "Warning", code: str | None = None, detail: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.name = name
        self.code = code
        self.detail = detail


def rejected(failure: Any, deferred: Deferred[Any], owner: Any = None) -> None:
    """An errback: an unhandled failure of a coroutine, Node's unhandled rejection.

    Args: owner: something with `_onfault_()`, which drops the connection that the coroutine served; or None.
    """
    if unhandledRejection is not None:
        unhandledRejection(failure.value, deferred, owner)
    else:
        ticks.queueRejection(ticks.report, failure.value, owner)


def listenerRejected(failure: Any, deferred: Deferred[Any], emitter: Any, args: tuple[Any, ...]) -> None:
    """`rejected`, for a listener: it served the connection of an argument of its event, else the emitter's own."""
    rejected(failure, deferred, next((each for each in (*args, emitter) if hasattr(each, "_onfault_")), None))


def unawaited(coroutine: Any) -> None:
    """Run what a coroutine function returned, for a caller that does not await it. Its failure is blamed, as that of a
    tick, on the handle whose callback is followed up."""
    source = ticks.loop.source
    running = drive(coroutine)
    running.addErrback(rejected, running, source)


def deliverWarning(warning: Warning) -> None:
    """Announce a warning."""
    if emitWarning is not None:
        emitWarning(warning)
    else:
        warnings.warn(warning, stacklevel=5)
