"""One direction of a fake connection: what the kernel buffers between a writer and a reader, and what is under way."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from .link import Flight

if TYPE_CHECKING:
    from .link import Link
    from .stream import FakeStream

#: What travels besides bytes.
FIN = 0
RST = 1


class Channel:
    """Bytes on their way from `writer` to `reader`; a side is None once its handle is closed."""

    __slots__ = (
        "_flight", "broken", "buffer", "capacity", "ended", "error", "left", "link", "reader", "twin", "writer",
    )  # fmt: skip

    def __init__(self, writer: FakeStream, reader: FakeStream, capacity: int, link: Link | None = None) -> None:
        self.writer: FakeStream | None = writer
        self.reader: FakeStream | None = reader
        self.capacity: int = capacity
        self.buffer: bytearray = bytearray()
        self.ended: bool = False
        #: A negative errno: what the writer, and what the reader has learned of the connection.
        self.error: int = 0
        self.broken: int = 0
        #: How many bytes come through before the connection breaks.
        self.left: float = float("inf")
        #: The other direction.
        self.twin: Channel | None = None
        self.link: Link | None = link
        self._flight = Flight(self, link) if link is not None else None

    def space(self) -> int:
        """How many bytes the kernel would accept now."""
        capacity = (self.link.conditions.capacity if self.link is not None else 0) or self.capacity
        flying = self._flight.size if self._flight is not None else 0
        return max(capacity - len(self.buffer) - flying, 0)

    def isFar(self) -> bool:
        """What is sent takes time, or something is under way."""
        return self._flight is not None and not self._flight.isIdle()

    def take(self, limit: int) -> bytes:
        """Remove and return at most `limit` bytes."""
        data = bytes(self.buffer[:limit])
        del self.buffer[:limit]
        return data

    def send(self, item: bytes | int) -> None:
        """Send bytes, FIN or RST to the reader."""
        if self._flight is not None and not self._flight.isIdle():
            self._flight.send(item)
        else:
            self.land(item)

    def land(self, item: bytes | int) -> None:
        """It arrives."""
        reader = self.reader
        if self.broken:
            return
        if item == RST:
            self.fail(-errno.ECONNRESET)
        elif reader is None:
            if item != FIN and not self.error:  # TCP answers data that nobody can read with a reset
                self.tellWriter(-errno.EPIPE)
        elif item == FIN:
            self.ended = True
            reader.network.post(reader, reader.readable)
        elif not isinstance(item, int):
            if len(item) >= self.left:
                self._break(item)
                return
            self.left -= len(item)
            self.buffer += item
            reader.network.post(reader, reader.readable)

    def _break(self, item: bytes) -> None:
        """The last bytes that come through, and no more on either side."""
        self.buffer += item[: int(self.left)]
        self.fail(-errno.ECONNRESET)
        if self.twin is not None:
            self.twin.send(RST)

    def fail(self, status: int) -> None:
        """The connection breaks, as the reader sees it, who writes in the other direction."""
        twin, reader = self.twin, self.reader
        if not self.ended:
            self.broken = self.broken or status
        elif status == -errno.ECONNRESET:
            status = -errno.EPIPE  # as Linux says when the peer's data has ended before: CLOSE-WAIT
        if twin is not None:
            twin.error = twin.error or status
        if reader is not None:
            reader.network.post(reader, reader.writable)
            reader.network.post(reader, reader.readable)

    def tellWriter(self, error: int = 0) -> None:
        """There is room, or an error: the writer hears of it when the news has come back."""
        writer = self.writer
        if writer is None:
            return
        back = self.twin.link if self.twin is not None else None
        if back is None or back.isInstant:
            self._onNews(writer, None, error)
        elif writer.writeQueueSize or error:
            back.network.clock.callAt(back.arrival(), lambda: self._onNews(writer, back, error), writer.owner)

    def _onNews(self, writer: FakeStream, back: Link | None, error: int) -> None:
        if self.writer is not writer:
            return
        if back is not None and back.cut:
            back.whenMended(lambda: self._onNews(writer, back, error))
            return
        self.error = self.error or error
        writer.network.post(writer, writer.writable)
