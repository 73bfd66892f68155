"""The option bags of the module `events`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict


class EventEmitterOptions(TypedDict, total=False):
    """Options of EventEmitter."""

    captureRejections: bool


class Abortable(TypedDict, total=False):
    """Options of what an AbortSignal can cancel."""

    signal: Any


class OnceOptions(Abortable, total=False):
    """Options of `once`."""


class OnOptions(Abortable, total=False):
    """Options of `on`."""

    close: Sequence[Any]
    highWaterMark: int
    lowWaterMark: int


class EventEmitterAsyncResourceOptions(EventEmitterOptions, total=False):
    """Options of EventEmitterAsyncResource."""

    name: str
    triggerAsyncId: int
    requireManualDestroy: bool
