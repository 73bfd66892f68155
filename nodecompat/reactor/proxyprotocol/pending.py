"""Connections whose PROXY header has not come yet: each has a time limit; all can be awaited or dropped.

The Node layer does not see them yet: 'connection' comes once the header has named the peer. What waits is
`descriptor.HeaderReader` on a descriptor and `twisted.ProxiedTransport` on a Twisted transport.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..loop import host

#: Milliseconds for the header. The specification wants at least 3 s, for one retransmission.
HEADER_TIMEOUT = 5_000.0


class PendingConnections:
    """The pending connections of one server. Each has `giveUp()`."""

    def __init__(self) -> None:
        self._waiting: dict[Any, host.Alarm] = {}
        self._ondone: Callable[[], object] | None = None

    def add(self, connection: Any) -> None:
        """Start waiting for its header."""
        self._waiting[connection] = host.current().callLater(HEADER_TIMEOUT, lambda: self._late(connection))

    def discard(self, connection: Any) -> None:
        """Stop waiting for its header."""
        alarm = self._waiting.pop(connection, None)
        if alarm is not None:
            alarm.cancel()
            self._notify()

    def whenDone(self, callback: Callable[[], object]) -> bool:
        """Call back once none is pending. False if none is pending now."""
        if self._waiting:
            self._ondone = callback
        return bool(self._waiting)

    def close(self) -> None:
        """Drop all of them."""
        self._ondone = None
        for connection in list(self._waiting):
            self.discard(connection)
            connection.giveUp()

    def _late(self, connection: Any) -> None:
        del self._waiting[connection]
        connection.giveUp()
        self._notify()

    def _notify(self) -> None:
        ondone = self._ondone
        if ondone is not None and not self._waiting:
            self._ondone = None
            host.current().callSoon(ondone)
