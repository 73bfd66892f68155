"""Attributes such as `onmessage`: one listener, which assigning another one replaces."""

from __future__ import annotations

from typing import Any

from ..coercion import PRIMITIVES
from ..eventtarget import EventTarget


class EventHandler:
    """The attribute of an EventTarget for the event of that name: `onopen = EventHandler("open")`.

    A function, or None. Another object is kept and never called, as in Node; a text or a number counts as None.
    """

    def __init__(self, type: str) -> None:
        self._type = type
        self._name = f"_on{type}_"

    def __get__(self, target: EventTarget | None, owner: type[EventTarget]) -> Any:
        return self if target is None else target.__dict__.get(self._name)

    def __set__(self, target: EventTarget, listener: Any) -> None:
        before = target.__dict__.pop(self._name, None)
        if callable(before):
            target.removeEventListener(self._type, before)
        if callable(listener) or not isinstance(listener, PRIMITIVES):
            target.__dict__[self._name] = listener
        if callable(listener):
            target.addEventListener(self._type, listener)
