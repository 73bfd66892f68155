"""A descriptor of our own that the loop watches, whichever it is: for what is no connection (a child, a channel).

Implements `IReadDescriptor` and `IWriteDescriptor`. When another loop begins to run, it watches from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReadWriteDescriptor
from zope.interface import implementer

from . import host, ticks


@implementer(IReadWriteDescriptor)
class Watched:
    """Calls back, as a turn of the loop, while a descriptor is readable or writable. The descriptor stays its owner's.

    Args:
        descriptor: open until `stop()`.
        onreadable, onwritable: called when it is.
    """

    def __init__(
        self, descriptor: int, onreadable: Callable[[], object], onwritable: Callable[[], object] | None = None
    ) -> None:
        self._descriptor = descriptor
        self._onreadable: Callable[[], object] | None = onreadable
        self._onwritable = onwritable
        self._isReading = self._isWriting = False
        self._host = host.current()
        host.onChange.append(self._onChange)
        self.read(True)

    def read(self, wanted: bool) -> None:
        """Begin or stop to watch for reading."""
        if wanted is not self._isReading:
            self._isReading = wanted
            (self._host.addReader if wanted else self._host.removeReader)(self)

    def write(self, wanted: bool) -> None:
        """Begin or stop to watch for writing."""
        if wanted is not self._isWriting:
            self._isWriting = wanted
            (self._host.addWriter if wanted else self._host.removeWriter)(self)

    def stop(self) -> None:
        """Call back no more. Before the descriptor is closed."""
        if self._onreadable is None:
            return
        self.read(False)
        self.write(False)
        self._onreadable = self._onwritable = None
        host.onChange.remove(self._onChange)

    def _onChange(self, running: host.Host) -> None:
        reading, writing = self._isReading, self._isWriting
        self.read(False)
        self.write(False)
        self._host = running
        self.read(reading)
        self.write(writing)

    # What the loop calls

    def fileno(self) -> int:
        return self._descriptor

    def logPrefix(self) -> str:
        return "nodecompat"

    def doRead(self) -> None:
        if self._onreadable is not None:
            ticks.call(self._onreadable)

    def doWrite(self) -> None:
        if self._onwritable is not None:
            ticks.call(self._onwritable)

    def connectionLost(self, reason: Any) -> None:
        """A poll reactor tells of a hang-up so, and has stopped to watch; and any, when it stops.

        What waited to write is told too: its write fails, and nothing else would ever say so.
        """
        if self._onreadable is not None:
            ticks.call(self._onreadable)
        if self._isWriting and self._onwritable is not None:
            ticks.call(self._onwritable)
