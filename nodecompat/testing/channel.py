"""One direction of a fake connection: what the kernel buffers between a writer and a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .stream import FakeStream


class Channel:
    """Bytes on their way from `writer` to `reader`; a side is None once its handle is closed."""

    __slots__ = ("buffer", "capacity", "ended", "error", "reader", "writer")

    def __init__(self, writer: FakeStream, reader: FakeStream, capacity: int) -> None:
        self.writer: FakeStream | None = writer
        self.reader: FakeStream | None = reader
        self.capacity = capacity
        self.buffer = bytearray()
        self.ended = False
        self.error = 0

    def space(self) -> int:
        """How many bytes the kernel would accept now."""
        return max(self.capacity - len(self.buffer), 0)

    def take(self, limit: int) -> bytes:
        """Remove and return at most `limit` bytes."""
        data = bytes(self.buffer[:limit])
        del self.buffer[:limit]
        return data
