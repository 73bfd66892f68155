"""Fills a recording: numbers and times entries, and tracks causes and sides.

`steps.py` adds the steps below the API, `program.py` what the program and its listeners
do. It runs only while a program is recorded, and never raises into it.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import linecache
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from .entries import CLIENT_PROGRAM, CLIENT_SOCKET, SERVER_PROGRAM, SERVER_SOCKET, Connection, Entry, Source
from .model import Recording

#: Connections kept in a long recording; beyond that the oldest closed ones are dropped.
CONNECTIONS_KEPT = 2_000
#: Source locations whose lines are kept.
SOURCES_KEPT = 1_000
#: Under load, calls, listeners and most events are skipped. It starts at this many entries in this many milliseconds
#: (the ring turns over in that time), and ends at this few.
BUSY_ENTRIES, BUSY_TIME = 8_192, 400.0
CALM_ENTRIES, CALM_TIME = 256, 50.0
#: Source lines kept before and after a listener's line.
_LINES_BEFORE, _LINES_AFTER = 4, 10
#: Code below this folder is the library's own.
PACKAGE = str(Path(__file__).resolve().parent.parent) + os.sep
#: The article's program in an installed package: treated as a user's program.
ARTICLE = PACKAGE + os.path.join("anatomy", "article.py")

CLIENT, SERVER = "client", "server"
_clock = time.perf_counter


class Side:
    """One end of a connection, or a listening port (`connection` is None then)."""

    __slots__ = ("closed", "connection", "lastStep", "name", "programLane", "socket", "socketLane")

    def __init__(self, name: str, connection: Connection | None = None) -> None:
        self.name: str = name
        self.connection: Connection | None = connection
        self.lastStep: int = 0
        self.closed: bool = False
        self.socketLane: int = CLIENT_SOCKET if name == CLIENT else SERVER_SOCKET
        self.programLane: int = CLIENT_PROGRAM if name == CLIENT else SERVER_PROGRAM
        #: A weak reference to this side's socket.
        self.socket: Any = None

    @property
    def number(self) -> int:
        return self.connection.id if self.connection is not None else 0


class Recorder:
    """Adds entries to a recording while a program runs."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._began = _clock()
        self._entries, self._limit = recording.entries, recording.limit
        #: Under load: only steps, messages and a connection's main events are recorded.
        self.busy: bool = False
        self._paceAt, self._paceFrom = BUSY_ENTRIES, 0.0
        self._count = 0
        self._connections = 0
        #: By identity: the tables below hold one object per location.
        self._kept: dict[int, Source] = {}
        #: Entries in progress, innermost last, each with its side.
        self.stack: list[tuple[Entry, Side | None]] = []
        #: Called with each new entry: serves the recording live.
        self.onentry: Callable[[Entry], None] | None = None
        #: The lane of entries without a side: the server's program if one is seen before any client.
        self.homeLane: int | None = None

    def now(self) -> float:
        """Milliseconds since the recording began."""
        return (_clock() - self._began) * 1000.0

    def add(
        self,
        kind: str,
        name: str,
        origin: int,
        target: int,
        detail: str = "",
        side: Side | None = None,
        source: Source | None = None,
    ) -> Entry:
        """Add an entry; its cause is the innermost entry in progress, or the last step of its side."""
        # Positional and inlined: this is most of a recording's cost (benchmarks/anatomy/overhead.py).
        self._count = count = self._count + 1
        number = cause = 0
        if side is not None:
            if (connection := side.connection) is not None:
                number = connection.id
            cause = side.lastStep
        if stack := self.stack:
            cause = stack[-1][0].number
        at = (_clock() - self._began) * 1000.0
        entry = Entry(count, at, kind, name, origin, target, detail, number, cause, None, source)
        entries = self._entries
        if count > self._limit and len(entries) >= self._limit:
            entries.popleft()
            self.recording.dropped += 1
        entries.append(entry)
        if count >= self._paceAt:
            self._pace(at)
        if source is not None and id(source) not in self._kept:
            self._keepSource(source)
        if self.onentry is not None:
            self.onentry(entry)
        return entry

    def _pace(self, at: float) -> None:
        """Decide from the time since the last check whether this is load."""
        elapsed, self._paceFrom = at - self._paceFrom, at
        self.busy = elapsed < CALM_TIME if self.busy else elapsed < BUSY_TIME
        self._paceAt = self._count + (CALM_ENTRIES if self.busy else BUSY_ENTRIES)

    def begin(self, entry: Entry, side: Side | None) -> None:
        """Entries until `finish` are caused by this one."""
        self.stack.append((entry, side))

    def finish(self, entry: Entry) -> None:
        """End an entry and record its duration."""
        try:
            entry.duration = (_clock() - self._began) * 1000.0 - entry.at
            stack = self.stack
            while stack and stack.pop()[0] is not entry:
                pass
        except Exception as error:
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """The recorder itself failed: the program goes on, and the recording notes it."""
        self.recording.trouble = self.recording.trouble or f"{type(error).__name__}: {error}"

    @property
    def home(self) -> int:
        """The lane of entries without a side."""
        return CLIENT_PROGRAM if self.homeLane is None else self.homeLane

    @property
    def side(self) -> Side | None:
        """The side in progress."""
        for _, side in reversed(self.stack):
            if side is not None:
                return side
        return None

    def connection(self) -> Connection:
        """A new connection."""
        self._connections += 1
        connection = Connection(self._connections, opened=self.now())
        known = self.recording.connections
        known[connection.id] = connection
        if len(known) > CONNECTIONS_KEPT:
            gone = next((number for number, c in known.items() if c.closed is not None), next(iter(known)))
            del known[gone]
        return connection

    def rename(self, gone: Connection, known: Connection) -> None:
        """Merge two connections that turn out to be one."""
        self.recording.connections.pop(gone.id, None)
        known.opened = min(known.opened, gone.opened)
        for entry in self.recording.entries:
            if entry.connection == gone.id:
                entry.connection = known.id

    def _keepSource(self, source: Source) -> None:
        if len(self._kept) >= SOURCES_KEPT:
            return
        self._kept[id(source)] = source
        lines = self.recording.sources.setdefault(source.file, {})
        for number in range(max(1, source.line - _LINES_BEFORE), source.line + _LINES_AFTER + 1):
            text = linecache.getline(_absolute.get(source.file, source.file), number)
            if text:
                lines[number] = text.rstrip("\n")


#: Short file names, as in entries → the real ones.
_absolute: dict[str, str] = {}
#: Caches of functions' and calls' locations.
#: By identity, since a code object hashes all its contents; the value keeps the code alive.
_functions: dict[int, tuple[tuple[Source, bool], CodeType]] = {}
_calls: dict[tuple[int, int], tuple[Source, CodeType]] = {}
_own: dict[str, bool] = {}
_FORGET = 20_000  # entries per table: a program that generates code must not fill the memory


def forget() -> None:
    """Clear the caches, which last for one recording."""
    for table in (_functions, _calls, _own, _absolute):
        table.clear()


def shorten(path: str) -> str:
    """A file's display name: relative to the working directory or to the package."""
    if path.startswith(PACKAGE):
        short = "nodecompat/" + path[len(PACKAGE) :]
    else:
        relative = os.path.relpath(path) if os.path.isabs(path) else path
        short = path if relative.startswith("..") else relative
    _absolute[short] = path
    return short


def sourceOf(function: Any) -> tuple[Source | None, bool]:
    """A function's location, and whether it is the library's own. Of what wraps another, it is that one's."""
    with contextlib.suppress(ValueError):  # of an object that has whatever attribute one asks for
        function = inspect.unwrap(function)
    code = getattr(function, "__code__", None)  # a method's are its function's
    if not isinstance(code, CodeType):
        if isinstance(function, functools.partial):
            return sourceOf(function.func)
        function = type(function).__call__ if callable(function) else None
        code = getattr(function, "__code__", None)
        if code is None:  # built in, such as `list.append`: it has only a name
            return None, False
    cached = _functions.get(id(code))
    if cached is None:
        if len(_functions) >= _FORGET:
            _functions.clear()
        source = Source(shorten(code.co_filename), code.co_firstlineno, function.__qualname__)
        cached = _functions[id(code)] = (source, isOwn(code.co_filename)), code
    return cached[0]


def callSource(frame: FrameType) -> Source:
    """The current line of a frame."""
    code = frame.f_code
    # The offset, since Python computes the line from a table each time.
    cached = _calls.get((id(code), frame.f_lasti))
    if cached is None:
        if len(_calls) >= _FORGET:
            _calls.clear()
        source = Source(shorten(code.co_filename), frame.f_lineno, code.co_name)
        cached = _calls[id(code), frame.f_lasti] = source, code
    return cached[0]


def isOwn(path: str) -> bool:
    """Whether a file is the library's own."""
    own = _own.get(path)
    if own is None:
        if len(_own) >= _FORGET:
            _own.clear()
        own = _own[path] = path.startswith(PACKAGE) and path != ARTICLE
    return own
