"""The option bags of the module `events`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict


class EventEmitterOptions(TypedDict, total=False):
    """Options of EventEmitter.

    Options:
        captureRejections: An error of a listener that is a coroutine function becomes 'error';
            `events.captureRejections`, False, by default.
    """

    captureRejections: bool


class Abortable(TypedDict, total=False):
    """Options of what an AbortSignal can cancel.

    Options:
        signal: An AbortSignal that ends it with an AbortError; none by default.
    """

    signal: Any


class OnceOptions(Abortable, total=False):
    """Options of `once`.

    Also the options of `Abortable`.
    """


class OnOptions(Abortable, total=False):
    """Options of `on`.

    Also the options of `Abortable`.

    Options:
        close: Names of events that end the iteration; none by default.
        highWaterMark: Events that may wait before the emitter is paused, at least 1; without limit by default.
        lowWaterMark: Events that wait when the emitter is resumed, at least 1; 1 by default.
    """

    close: Sequence[Any]
    highWaterMark: int
    lowWaterMark: int


class EventEmitterAsyncResourceOptions(EventEmitterOptions, total=False):
    """Options of EventEmitterAsyncResource.

    Also the options of `EventEmitterOptions`.

    Options:
        name: The type of the resource; the name of the class by default.
        triggerAsyncId: The id of what made the resource; 1 by default.
        requireManualDestroy: Of no effect: nothing is told of the end of a resource. False by default.
    """

    name: str
    triggerAsyncId: int
    requireManualDestroy: bool
