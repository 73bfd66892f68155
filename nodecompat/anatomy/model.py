"""A recording: entries (`entries.py`) in order of time, and what can be done with them.

`recorder.py` fills a `Recording`, `terminal.py`,
`svg.py`, `mermaid.py` and `page.py` draw it, `toJson` and `fromJson` keep it. The JSON schema is described in
docs/anatomy.md; `VERSION` goes up when a reader of an older recording would misread a newer one.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .entries import (
    CLIENT_PROGRAM,
    CLIENT_SOCKET,
    KINDS,
    LANES,
    SERVER_PROGRAM,
    SERVER_SOCKET,
    Connection,
    Entry,
    Source,
)

FORMAT = "nodecompat-anatomy"
VERSION = 1


@dataclass
class Recording:
    """A recording: entries in order of time, and what draws and keeps them.

    Attributes:
        program: the name in the pictures.
        startedAt: ISO 8601, UTC.
        limit: how many entries are kept, 10,000 by default: the oldest are dropped first.
        dropped, skipped: how many entries were dropped, and how many calls, listeners and events left out under load.
        trouble: the first failure of the recorder itself, "" for none: then something may be missing.
        entries: a deque of Entry.
        connections: each Connection by its `id`.
        sources: lines around the listeners, by file and line number.
    Example:
        >>> from nodecompat import anatomy
        >>> with anatomy.record("refused") as recording:
        ...     await events.once(net.connect(8000, "127.0.0.1"), "connect")
        Traceback (most recent call last):
        nodecompat.errors.system.ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:8000
        >>> [entry.label for entry in recording.entries if entry.failed]
        ["'error' ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:8000"]
        >>> anatomy.Recording.fromJson(recording.toJson()) == recording
        True
    """

    program: str = ""
    startedAt: str = ""
    limit: int = 10_000
    dropped: int = 0
    #: Calls, listeners and events skipped under load.
    skipped: int = 0
    #: A failure of the recorder itself, or "": then something may be missing.
    trouble: str = ""
    entries: deque[Entry] = field(default_factory=deque)
    connections: dict[int, Connection] = field(default_factory=dict)
    #: Source lines around listeners: file → line number → text.
    sources: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Add an entry; drops the oldest when the recording is full."""
        if len(self.entries) >= self.limit:
            self.entries.popleft()
            self.dropped += 1
        self.entries.append(entry)

    def of(self, connections: Iterable[int]) -> list[Entry]:
        """The entries of the connections with these numbers (`Connection.id`); 0 has those of none."""
        wanted = set(connections)
        return [entry for entry in self.entries if entry.connection in wanted]

    @property
    def notes(self) -> list[str]:
        """Notes on what is missing."""
        notes = [f"{self.dropped} older entries were dropped"] if self.dropped else []
        notes += [f"{self.skipped} calls, listeners and events were left out under load"] if self.skipped else []
        return notes + ([f"the recorder failed: {self.trouble}"] if self.trouble else [])

    def side(self, name: str) -> Recording:
        """The recording with only one side's lanes.

        Args: name: "client" or "server".
        Returns: another Recording.
        Raises: KeyError for any other name.
        """
        lanes = {"client": {CLIENT_PROGRAM, CLIENT_SOCKET}, "server": {SERVER_PROGRAM, SERVER_SOCKET}}[name]
        kept = deque(entry for entry in self.entries if lanes & {entry.origin, entry.target})
        return dataclasses.replace(self, entries=kept)

    def usedLanes(self) -> list[int]:
        """The numbers of the lanes that have an entry, from left to right."""
        used = {lane for entry in self.entries for lane in (entry.origin, entry.target)}
        return sorted(used)

    def svg(self) -> str:
        """The sequence diagram as an SVG document, for light and dark pages."""
        from . import svg

        return svg.draw(self)

    def html(self) -> str:
        """The page with filters, search, stepping and the table of connections; it loads nothing from elsewhere."""
        from . import page

        return page.draw(self)

    def mermaid(self) -> str:
        """The sequence diagram as Mermaid text, for documentation."""
        from . import mermaid

        return mermaid.draw(self)

    def text(self, width: int = 100, colour: bool = False) -> str:
        """The sequence diagram for a terminal.

        Args:
            width: columns, 100 by default.
            colour: True for ANSI escapes; False by default.
        """
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
        """The recording from `toJson`'s values.

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
