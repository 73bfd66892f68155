"""The callbacks of httptools while llhttp runs, and what the parser reads from accepted bytes afterwards.

Sans-I/O. Nothing of the parser's owner runs inside llhttp: the sink records, `HTTPParser` looks at it when llhttp has
returned.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .chunks import CHUNK_END, SIZE_LINE, ChunkTracker, Event

_VERSIONS = {f"{major}.{minor}": (major, minor) for major in range(10) for minor in range(10)}


class _Stop(Exception):
    """Raised in a callback of llhttp: the message is complete and more bytes follow it."""


class Sink:
    """The callbacks of httptools. It records; everything else happens after llhttp has returned."""

    __slots__ = (
        "complete",
        "end",
        "events",
        "headersComplete",
        "keepAlive",
        "llhttp",
        "on_body",
        "on_chunk_complete",
        "on_chunk_header",
        "on_status",
        "on_url",
        "piece",
        "text",
        "tracker",
    )

    def __init__(self) -> None:
        # Where a list's own append does, no Python code runs: it is called from C, per request.
        self.text: list[bytes] = []
        self.on_url: Callable[[bytes], None] = self.text.append
        self.on_status: Callable[[bytes], None] = self.on_url
        self.events: list[Event] = []
        self.on_body: Callable[[Event], None] = self.events.append
        self.on_chunk_header: Callable[[], None] = partial(self.events.append, SIZE_LINE)
        self.on_chunk_complete: Callable[[], None] = partial(self.events.append, CHUNK_END)
        self.headersComplete: bool = False
        self.keepAlive: bool = False
        self.complete: bool = False
        self.llhttp: Any = None
        #: While a body is fed: the segment, and where in it the message ended.
        self.piece: bytes | None = None
        self.end: int = 0
        #: Of a body that is chunked, or not yet known not to be.
        self.tracker: ChunkTracker | None = None

    def clear(self) -> None:
        """Drop what was recorded."""
        self.text.clear()
        self.events.clear()
        self.headersComplete = self.complete = False

    def on_headers_complete(self) -> None:
        self.headersComplete = True
        self.keepAlive = self.llhttp.should_keep_alive()  # valid now and only now

    def on_message_complete(self) -> None:
        self.complete = True
        piece = self.piece
        if piece is None:
            return
        tracker = self.tracker
        # Without a tracker there are only chunks.
        self.end = tracker.follow(piece, self.events, True) if tracker is not None else sum(map(len, self.events))
        if self.end < len(piece):
            raise _Stop


def splitHeaders(head: bytes) -> list[str]:
    """Names and values of a head that llhttp has accepted: each line has a colon and ends with CR LF."""
    raw: list[str] = []
    for line in head.decode("latin-1").split("\r\n")[1:]:
        if line:
            name, _, value = line.partition(":")
            raw.append(name)
            raw.append(value.strip(" \t"))
    return raw


def parseVersion(version: str) -> tuple[int, int]:
    """Major and minor number of `httpVersion`."""
    return _VERSIONS[version]


def headEnd(partial: bytearray, data: bytes, pos: int, end: int) -> int:
    """The place in `data` behind the blank line of a head that began in `partial`; `end` when it is all in `data`."""
    tail = bytes(partial[-3:])
    found = (tail + data[pos : pos + 3]).find(b"\r\n\r\n")
    if found >= 0:
        return pos + found + 4 - len(tail)
    return end if end >= 4 else len(data)
