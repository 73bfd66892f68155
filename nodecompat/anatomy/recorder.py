"""Fills a recording: numbers and times entries, knows what causes what, and which handle is which side of what.

`steps.py` brings the steps below the API, `program.py` what the program and its listeners do. Everything here runs
while a program is watched, so it is plain rather than fast, and it never raises into the program.
"""

from __future__ import annotations

import linecache
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .model import (
    CLIENT_PROGRAM,
    CLIENT_SOCKET,
    SERVER_PROGRAM,
    SERVER_SOCKET,
    Connection,
    Entry,
    Recording,
    Source,
)

#: Connections that are kept in a long recording; of more, the oldest closed ones are forgotten.
CONNECTIONS_KEPT = 2_000
#: Lines of source that are kept before and after the line of a listener.
_LINES_BEFORE, _LINES_AFTER = 4, 10
#: Code below this folder is the library's own.
PACKAGE = str(Path(__file__).resolve().parent.parent) + os.sep

CLIENT, SERVER = "client", "server"


class Side:
    """One end of a connection, or a listening port (`connection` is None then)."""

    __slots__ = ("closed", "connection", "lastStep", "name")

    def __init__(self, name: str, connection: Connection | None = None) -> None:
        self.name = name
        self.connection = connection
        self.lastStep = 0
        self.closed = False

    @property
    def number(self) -> int:
        return self.connection.id if self.connection is not None else 0

    @property
    def socketLane(self) -> int:
        return CLIENT_SOCKET if self.name == CLIENT else SERVER_SOCKET

    @property
    def programLane(self) -> int:
        return CLIENT_PROGRAM if self.name == CLIENT else SERVER_PROGRAM


class Recorder:
    """Adds entries to a recording while a program runs."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._began = time.perf_counter()
        self._count = 0
        self._connections = 0
        #: Entries under way, innermost last, each with the side that it belongs to.
        self.stack: list[tuple[Entry, Side | None]] = []
        #: Called with each new entry: what serves the recording live.
        self.onentry: Callable[[Entry], None] | None = None

    def now(self) -> float:
        """Milliseconds since the recording began."""
        return (time.perf_counter() - self._began) * 1000.0

    def add(
        self,
        kind: str,
        name: str,
        origin: int,
        target: int,
        *,
        detail: str = "",
        side: Side | None = None,
        source: Source | None = None,
    ) -> Entry:
        """Add one entry; its cause is the innermost entry under way, or the last step of its side."""
        self._count += 1
        cause = self.stack[-1][0].number if self.stack else (side.lastStep if side is not None else 0)
        number = side.number if side is not None else 0
        entry = Entry(self._count, self.now(), kind, name, origin, target, detail, number, cause, source=source)
        self.recording.add(entry)
        if source is not None:
            self._keepSource(source)
        if self.onentry is not None:
            self.onentry(entry)
        return entry

    def begin(self, entry: Entry, side: Side | None) -> None:
        """What is added until `finish` is caused by this entry."""
        self.stack.append((entry, side))

    def finish(self, entry: Entry) -> None:
        """The entry is over: tells how long it took."""
        entry.duration = self.now() - entry.at
        while self.stack and self.stack.pop()[0] is not entry:
            pass

    @property
    def side(self) -> Side | None:
        """The side that is at work."""
        return next((side for _, side in reversed(self.stack) if side is not None), None)

    def connection(self) -> Connection:
        """A new connection."""
        self._connections += 1
        connection = Connection(self._connections, opened=self.now())
        known = self.recording.connections
        known[connection.id] = connection
        if len(known) > CONNECTIONS_KEPT:
            gone = next((number for number, c in known.items() if c.closed is not None), None)
            if gone is not None:
                del known[gone]
        return connection

    def _keepSource(self, source: Source) -> None:
        lines = self.recording.sources.setdefault(source.file, {})
        if source.line in lines:
            return
        for number in range(max(1, source.line - _LINES_BEFORE), source.line + _LINES_AFTER + 1):
            text = linecache.getline(_absolute.get(source.file, source.file), number)
            if text:
                lines[number] = text.rstrip("\n")


#: Short file names, as entries have them, → the real ones.
_absolute: dict[str, str] = {}


def shorten(path: str) -> str:
    """The name of a file as a reader knows it: relative to the working directory or to the package."""
    if path.startswith(PACKAGE):
        short = "nodecompat/" + path[len(PACKAGE) :]
    else:
        relative = os.path.relpath(path) if os.path.isabs(path) else path
        short = path if relative.startswith("..") else relative
    _absolute[short] = path
    return short


def sourceOf(function: Any) -> tuple[Source | None, bool]:
    """Where a function stands, and whether it is the library's own."""
    inner = getattr(function, "__func__", function)
    code = getattr(inner, "__code__", None)
    if code is None:
        return None, False
    return Source(shorten(code.co_filename), code.co_firstlineno, inner.__qualname__), isOwn(code.co_filename)


def isOwn(path: str) -> bool:
    """Whether a file is the library's own."""
    return path.startswith(PACKAGE)
