"""The module `events`: EventEmitter, waiting for events, limits on listeners.

Follows Node 26. `emitter` has the class, `listeners` the storage of listeners and the rule how many arguments each
gets, `waiting` has `once` and `on`, `asyncresource` the emitter with a context, `hooks` what `process` takes over.
`captureRejections`, `defaultMaxListeners`, `unhandledRejection` and `emitWarning` may be assigned to on this module.

Node: https://nodejs.org/api/events.html
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..async_hooks import AsyncResource
from ..errors import ERR_INVALID_ARG_TYPE
from ..symbols import Symbol
from ..validators import validateBoolean, validateNumber
from . import hooks
from .asyncresource import EventEmitterAsyncResource
from .emitter import EventEmitter, captureRejectionSymbol, errorMonitor
from .hooks import MaxListenersExceededWarning
from .listeners import Listener, fit, fitAny
from .options import Abortable, EventEmitterAsyncResourceOptions, EventEmitterOptions, OnceOptions, OnOptions
from .waiting import Disposable, EventIterator, addAbortListener, isEventTarget, on, once

if TYPE_CHECKING:
    defaultMaxListeners: float
    captureRejections: bool
    unhandledRejection: Callable[[BaseException, Deferred[Any]], object] | None
    emitWarning: Callable[[Warning], object] | None

__all__ = [
    "Abortable",
    "AsyncResource",
    "Disposable",
    "EventEmitter",
    "EventEmitterAsyncResource",
    "EventEmitterAsyncResourceOptions",
    "EventEmitterOptions",
    "EventIterator",
    "Listener",
    "MaxListenersExceededWarning",
    "OnOptions",
    "OnceOptions",
    "Symbol",
    "addAbortListener",
    "captureRejectionSymbol",
    "captureRejections",
    "defaultMaxListeners",
    "errorMonitor",
    "fit",
    "fitAny",
    "getEventListeners",
    "getMaxListeners",
    "listenerCount",
    "on",
    "once",
    "setMaxListeners",
]

_EITHER = ("EventEmitter", "EventTarget")


def getEventListeners(emitterOrTarget: Any, eventName: Any) -> list[Listener]:
    """The listeners of an emitter or a target.

    Node: https://nodejs.org/api/events.html#eventsgeteventlistenersemitterortarget-eventname
    """
    if isinstance(emitterOrTarget, EventEmitter):
        return emitterOrTarget.listeners(eventName)
    if isEventTarget(emitterOrTarget):
        return list(emitterOrTarget._callbacks_(eventName))
    raise ERR_INVALID_ARG_TYPE("emitter", _EITHER, emitterOrTarget)


def getMaxListeners(emitterOrTarget: Any) -> float:
    """The limit in force. Node: https://nodejs.org/api/events.html#eventsgetmaxlistenersemitterortarget"""
    if isinstance(emitterOrTarget, EventEmitter):
        return emitterOrTarget.getMaxListeners()
    if isEventTarget(emitterOrTarget):
        limit = emitterOrTarget._maxListeners_
        return EventEmitter.defaultMaxListeners if limit is None else float(limit)
    raise ERR_INVALID_ARG_TYPE("emitter", _EITHER, emitterOrTarget)


def setMaxListeners(n: float = 10, *eventTargets: Any) -> None:
    """Set the limit of these emitters and targets, or without any the default of all.

    Node: https://nodejs.org/api/events.html#eventssetmaxlistenersn-eventtargets
    """
    validateNumber(n, "setMaxListeners", 0)
    if not eventTargets:
        EventEmitter.defaultMaxListeners = n
    for target in eventTargets:
        if isinstance(target, EventEmitter):
            target.setMaxListeners(n)
        elif isEventTarget(target):
            target._maxListeners_ = n
        else:
            raise ERR_INVALID_ARG_TYPE("eventTargets", _EITHER, target)


def listenerCount(emitterOrTarget: Any, eventName: Any) -> int:
    """How many listeners an event has.

    Node: https://nodejs.org/api/events.html#eventslistenercountemitterortarget-eventname
    """
    if isinstance(emitterOrTarget, EventEmitter):
        return emitterOrTarget.listenerCount(eventName)
    if isEventTarget(emitterOrTarget):
        return len(emitterOrTarget._callbacks_(eventName))
    raise ERR_INVALID_ARG_TYPE("emitter", _EITHER, emitterOrTarget)


class _Events(ModuleType):
    """This module, with settings that are checked when they are assigned and take effect in its files."""

    @property
    def defaultMaxListeners(self) -> float:
        return EventEmitter.defaultMaxListeners

    @defaultMaxListeners.setter
    def defaultMaxListeners(self, n: float) -> None:
        validateNumber(n, "defaultMaxListeners", 0)
        EventEmitter.defaultMaxListeners = n

    @property
    def captureRejections(self) -> bool:
        return EventEmitter.captureRejections

    @captureRejections.setter
    def captureRejections(self, value: bool) -> None:
        validateBoolean(value, "EventEmitter.captureRejections")
        EventEmitter.captureRejections = value

    @property
    def unhandledRejection(self) -> Any:
        return hooks.unhandledRejection

    @unhandledRejection.setter
    def unhandledRejection(self, hook: Any) -> None:
        hooks.unhandledRejection = hook

    @property
    def emitWarning(self) -> Any:
        return hooks.emitWarning

    @emitWarning.setter
    def emitWarning(self, hook: Any) -> None:
        hooks.emitWarning = hook


sys.modules[__name__].__class__ = _Events
