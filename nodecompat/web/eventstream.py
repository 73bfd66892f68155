"""The format of text/event-stream: bytes in pieces of any size to events. Sans-I/O.

An event is a block of lines `field: value`, ended by an empty line; a line ends with LF, CR or CRLF. Follows the
HTML standard as Node 26 has it: the fields of a block count when its empty line has come. Differs: an event has a
largest size (`MAX_EVENT`), where Node keeps what a server sends without end.
Node: https://nodejs.org/api/globals.html#class-eventsource
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Bytes of the data of one event and of a line that has no end yet. Our own number: Node has none.
MAX_EVENT = 16 * 1024 * 1024
_splitLines = re.compile(rb"\r\n|\n|\r").split
_MARK = b"\xef\xbb\xbf"


class EventTooLarge(ValueError):
    """An event has more than `MAX_EVENT` bytes."""


@dataclass(slots=True)
class StreamEvent:
    """One block of a stream. What it does not say is None. `retry`: milliseconds."""

    type: str | None = None
    data: str | None = None
    id: str | None = None
    retry: float | None = None


class EventStream:
    """Reads one stream.

    Args: limit: the bytes that one event may have.
    Example:
        for event in stream.feed(b"data: hello\\n\\n"):
            print(event.data)
    """

    def __init__(self, limit: int = MAX_EVENT) -> None:
        self._limit = limit
        self._line: list[bytes] = []
        self._lineSize = 0
        self._data: list[bytes] = []
        self._dataSize = 0
        self._event = StreamEvent()
        self._isFirst = True
        self._skipsLineFeed = False  # the last piece ended with a CR

    def feed(self, piece: bytes) -> list[StreamEvent]:
        """The events that this piece completes. Raises EventTooLarge."""
        if self._skipsLineFeed and piece:
            piece = piece.removeprefix(b"\n")
            self._skipsLineFeed = False
        if not piece:
            return []
        self._skipsLineFeed = piece.endswith(b"\r")
        first, *others = _splitLines(piece)
        self._begin(first)
        events: list[StreamEvent] = []
        for other in others:
            line = b"".join(self._line)
            self._line, self._lineSize = [], 0
            self._take(line, events)
            self._begin(other)
        return events

    def _begin(self, part: bytes) -> None:
        """A part of a line whose end has not been seen."""
        if part:
            self._line.append(part)
            self._lineSize += len(part)
            if self._lineSize + self._dataSize > self._limit:
                raise EventTooLarge(f"an event has more than {self._limit} bytes")

    def _take(self, line: bytes, events: list[StreamEvent]) -> None:
        if self._isFirst:
            self._isFirst = False
            line = line.removeprefix(_MARK)
        if line:
            self._field(line)
            return
        event = self._event
        if self._data:
            event.data = b"\n".join(self._data).decode("utf-8", "replace")
        events.append(event)
        self._event, self._data, self._dataSize = StreamEvent(), [], 0

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
            self._dataSize += len(value) + 1
        elif name == b"event" and value:  # an empty one leaves an earlier one as it is, unlike in the standard
            self._event.type = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._event.id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit():
            self._event.retry = float(value)  # int() refuses more digits than a server may send
