"""Listeners that the package adds for itself, without the work that only a program's listeners need.

A program sees them as if `on`, `once` and `removeListener` had been called: `listenerCount`, `rawListeners`, the order
and removal by hand are the same. What is saved is invisible: nobody checks the listener or looks up how many arguments
it takes, and one that is called once removes itself then, so that no wrapper is made unless a program asks for it.

Where somebody could tell — another listener of that event, one for 'newListener' or 'removeListener', an emitter
whose `on` or `removeListener` is the program's — the emitter's methods are called after all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .emitter import EventEmitter
from .listeners import Entry, OwnFirst, OwnOnce

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Whether methods that emitters have are the package's own, not a program's. One entry for each kind of emitter.
_areOurs: dict[Any, bool] = {}
_PACKAGE = __name__.partition(".")[0] + "."


def addOwn(emitter: Any, entries: Iterable[tuple[str, Entry]]) -> bool:
    """Add listeners, of different events, whose entries were made by the caller: with what they shall be called by.

    Returns: False when the emitter's own methods were called. When True, what `on` of a subclass does besides is left
        to the caller: to start the flow, for 'data'.
    """
    try:
        on = emitter.on
        isPlain = (
            on.__self__ is emitter and _areOurs[on.__func__, emitter.once.__func__, emitter.prependListener.__func__]
        )
    except (AttributeError, KeyError):
        isPlain = _judge(emitter, "on", "once", "prependListener")
    # A subclass that did not call __init__ has none yet.
    events: Any = getattr(emitter, "_events", None) if isPlain else None
    isPlain = events is not None and "newListener" not in events
    for name, entry in entries:
        if isPlain and name not in events:
            events[name] = entry
            continue
        if isPlain:
            emitter._join_(name, entry, entry.__class__ is OwnFirst)
        elif entry.__class__ is OwnOnce:
            emitter.once(name, entry.listener)
        elif entry.__class__ is OwnFirst:
            prepend(emitter, name, entry.listener)
        else:
            emitter.on(name, entry.listener)
    return isPlain


def dropOwn(emitter: Any, entries: Iterable[tuple[str, Entry]]) -> None:
    """Remove what `addOwn` has added and is still there."""
    try:
        remove = emitter.removeListener
        isPlain = remove.__self__ is emitter and _areOurs[remove.__func__]
    except (AttributeError, KeyError):
        isPlain = _judge(emitter, "removeListener")
    events: Any = getattr(emitter, "_events", None) if isPlain else None
    isPlain = events is not None and "removeListener" not in events
    for name, entry in entries:
        if isPlain and events.get(name) is entry:
            del events[name]
        elif not (isPlain and name not in events):
            emitter.removeListener(name, entry.listener)


def prepend(emitter: Any, event: str, listener: Any) -> None:
    """Prepend a listener; append it to a foreign emitter that cannot prepend."""
    add = getattr(emitter, "prependListener", None)
    (add if callable(add) else emitter.on)(event, listener)


def _judge(emitter: Any, *names: str) -> bool:
    """Whether all of these methods are functions of this package, for an emitter of its kind."""
    methods = [getattr(emitter, name, None) for name in names]
    if not isinstance(emitter, EventEmitter) or any(getattr(each, "__self__", None) is not emitter for each in methods):
        return False
    functions = tuple([getattr(each, "__func__", None) for each in methods])
    found = all(getattr(each, "__module__", "").startswith(_PACKAGE) for each in functions)
    _areOurs[functions if len(functions) > 1 else functions[0]] = found
    return found
