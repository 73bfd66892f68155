"""What a recording is: entries in the order in which they happened, and the connections they belong to.

Pure data: no part of this file knows sockets, reactors or pictures. `recorder.py` fills a `Recording`, `terminal.py`,
`svg.py`, `mermaid.py` and `page.py` draw it, `toJson` and `fromJson` keep it. The JSON schema is described in
docs/anatomy.md; `VERSION` goes up when a reader of an older recording would misread a newer one.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = "nodecompat-anatomy"
VERSION = 1

#: The lanes of every picture, from left to right.
CLIENT_PROGRAM, CLIENT_SOCKET, KERNEL, SERVER_SOCKET, SERVER_PROGRAM = range(5)
LANES = ("client program", "client socket", "kernel", "server socket", "server program")

#: What an entry is: a step below the API, a call of the program, an event, one of its listeners, a turn of the loop,
#: an HTTP message, or an error where it arose.
KINDS = ("step", "call", "event", "listener", "tick", "timer", "message", "error")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a listener or a call stands: `line` counts from 1."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(slots=True)
class Entry:
    """One thing that happened.

    `at` and `duration` are milliseconds, `at` since the recording began. An entry goes from one lane to another, or
    stays in its lane (`origin == target`). `connection` is 0 for what belongs to none; `cause` is the number of the
    entry during which this one happened, 0 for what came from outside.
    """

    number: int
    at: float
    kind: str
    name: str
    origin: int
    target: int
    detail: str = ""
    connection: int = 0
    cause: int = 0
    duration: float | None = None
    source: Source | None = None

    @property
    def failed(self) -> bool:
        """Whether this is a failure: where it arose, or the 'error' event that tells it."""
        return self.kind == "error" or (self.kind == "event" and self.name == "error")

    @property
    def label(self) -> str:
        """One line for a picture: `connect → EINPROGRESS`, `'data' 17 bytes`."""
        name = f"'{self.name}'" if self.kind == "event" else self.name
        return f"{name} {self.detail}".rstrip()


@dataclass(slots=True)
class Connection:
    """One connection; both of its sides when both are in this program. Times are milliseconds, sizes bytes."""

    id: int
    local: str = ""
    remote: str = ""
    hasClient: bool = False
    hasServer: bool = False
    opened: float = 0.0
    connected: float | None = None
    firstByte: float | None = None
    closed: float | None = None
    bytesToServer: int = 0
    bytesToClient: int = 0
    closedBy: str = ""
    error: str = ""

    @property
    def label(self) -> str:
        return f"#{self.id} {self.local} → {self.remote}"


@dataclass
class Recording:
    """All that was kept. `limit` bounds the entries: the oldest go first, and `dropped` says how many went."""

    program: str = ""
    startedAt: str = ""
    limit: int = 10_000
    dropped: int = 0
    #: Calls, listeners and events that were left out under load.
    skipped: int = 0
    #: What went wrong inside the recorder itself, "" for nothing: then something may be missing.
    trouble: str = ""
    entries: deque[Entry] = field(default_factory=deque)
    connections: dict[int, Connection] = field(default_factory=dict)
    #: Lines of the programs around their listeners: file → line number → text.
    sources: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Keep an entry; lets the oldest go when the recording is full."""
        if len(self.entries) >= self.limit:
            self.entries.popleft()
            self.dropped += 1
        self.entries.append(entry)

    def of(self, connections: Iterable[int]) -> list[Entry]:
        """The entries of some connections."""
        wanted = set(connections)
        return [entry for entry in self.entries if entry.connection in wanted]

    @property
    def notes(self) -> list[str]:
        """What a reader must know of what is not there."""
        notes = [f"{self.dropped} older entries were dropped"] if self.dropped else []
        notes += [f"{self.skipped} calls, listeners and events were left out under load"] if self.skipped else []
        return notes + ([f"the recorder failed: {self.trouble}"] if self.trouble else [])

    def side(self, name: str) -> Recording:
        """The same recording with one side's lanes only: "client" or "server"."""
        lanes = {"client": {CLIENT_PROGRAM, CLIENT_SOCKET}, "server": {SERVER_PROGRAM, SERVER_SOCKET}}[name]
        kept = deque(entry for entry in self.entries if lanes & {entry.origin, entry.target})
        return dataclasses.replace(self, entries=kept)

    def usedLanes(self) -> list[int]:
        """The lanes that have an entry, from left to right."""
        used = {lane for entry in self.entries for lane in (entry.origin, entry.target)}
        return sorted(used)

    def svg(self) -> str:
        """The sequence diagram as an SVG document."""
        from . import svg

        return svg.draw(self)

    def html(self) -> str:
        """The self-contained page."""
        from . import page

        return page.draw(self)

    def mermaid(self) -> str:
        """The sequence diagram as Mermaid text."""
        from . import mermaid

        return mermaid.draw(self)

    def text(self, width: int = 100, colour: bool = False) -> str:
        """The sequence diagram for a terminal of `width` columns."""
        from . import terminal

        return terminal.draw(self, width=width, colour=colour)

    def toJson(self, entries: Iterable[Entry] | None = None) -> dict[str, Any]:
        """The recording as JSON values, with all entries or some; see docs/anatomy.md."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "program": self.program,
            "startedAt": self.startedAt,
            "limit": self.limit,
            "dropped": self.dropped,
            "skipped": self.skipped,
            "trouble": self.trouble,
            "lanes": list(LANES),
            "connections": [dataclasses.asdict(connection) for connection in self.connections.values()],
            "entries": [_entryToJson(entry) for entry in (self.entries if entries is None else entries)],
            "sources": {file: {str(n): text for n, text in lines.items()} for file, lines in self.sources.items()},
        }

    @classmethod
    def fromJson(cls, value: Mapping[str, Any]) -> Recording:
        """Read what `toJson` made.

        Raises:
            ValueError: it is no recording, or one of a newer version; the message says which.
        """
        if not isinstance(value, Mapping) or value.get("format") != FORMAT:
            raise ValueError("this is no recording of nodecompat anatomy")
        if value.get("version") != VERSION:
            raise ValueError(f"this recording has version {value.get('version')}, and version {VERSION} can be read")
        try:
            return cls(
                program=value["program"],
                startedAt=value["startedAt"],
                limit=value["limit"],
                dropped=value["dropped"],
                skipped=value["skipped"],
                trouble=value["trouble"],
                entries=deque(_entryFromJson(entry) for entry in value["entries"]),
                connections={c["id"]: Connection(**c) for c in value["connections"]},
                sources={f: {int(n): text for n, text in lines.items()} for f, lines in value["sources"].items()},
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"this recording is damaged: {type(error).__name__}: {error}") from error


def _entryToJson(entry: Entry) -> dict[str, Any]:
    value = {f.name: getattr(entry, f.name) for f in dataclasses.fields(entry)}
    value["source"] = dataclasses.asdict(entry.source) if entry.source else None
    return value


def _entryFromJson(value: Mapping[str, Any]) -> Entry:
    source = value["source"]
    entry = Entry(**{**value, "source": Source(**source) if source else None})
    if entry.kind not in KINDS or not {entry.origin, entry.target} <= set(range(len(LANES))):
        raise ValueError(f"entry {entry.number} has an unknown kind or lane")
    if not isinstance(entry.at, (int, float)):
        raise ValueError(f"entry {entry.number} has no time")
    return entry
