"""Listeners of several diagnostics channels, which begin and end together: what counts, traces or measures has these.

Ours, beside Node's API.
"""

from __future__ import annotations

from collections.abc import Mapping

from .diagnostics_channel import channel
from .events import Listener


class Subscriptions:
    """Begins with `start`. Args: listeners: by the names of their channels."""

    def __init__(self, listeners: Mapping[str, Listener]) -> None:
        # The channels are held: who asks for one of these names gets the same.
        self._listeners = [(channel(name), listener) for name, listener in listeners.items()]
        self._isOn = False

    def start(self) -> None:
        """Hear of everything from now on, once, however often this is called."""
        if not self._isOn:
            self._isOn = True
            for each, listener in self._listeners:
                each.subscribe(listener)

    def stop(self) -> None:
        """Hear of nothing any more."""
        if self._isOn:
            self._isOn = False
            for each, listener in self._listeners:
                each.unsubscribe(listener)
