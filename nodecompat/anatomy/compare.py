"""Two recordings of a program side by side: what differs between the run that works and the one that does not.

Times, ports and descriptors differ in every run, and which of two connections comes first is chance. So entries are
compared without these, and each side of each connection by itself: connections are matched in the order in which they
began.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from .entries import CLIENT_PROGRAM, CLIENT_SOCKET, SERVER_PROGRAM, SERVER_SOCKET, Connection, Entry

if TYPE_CHECKING:
    from .model import Recording

#: Entries around a difference that a terminal shows as well.
_AROUND = 2
#: The sides that a connection is compared by, in this order.
_SIDES = ("client", "server", "")


@dataclass(frozen=True)
class Row:
    """An entry of either run, or of both where they are the same."""

    first: Entry | None
    second: Entry | None

    @property
    def mark(self) -> str:
        """As `diff` writes it: "-" for what only the first run has, "+" for the second, " " for both."""
        return "-" if self.second is None else "+" if self.first is None else " "


@dataclass(frozen=True)
class Part:
    """One side of a connection: the rows in order of time, and what its ends came to."""

    title: str
    rows: list[Row]
    #: What differs of the connection as a whole: name, in the first run, in the second.
    facts: list[tuple[str, str, str]]

    @property
    def differences(self) -> int:
        """How many entries and facts differ."""
        return sum(row.mark != " " for row in self.rows) + len(self.facts)


@dataclass(frozen=True)
class Comparison:
    """Two recordings, compared.

    Attributes:
        first, second: the recordings.
        parts: each side of each connection, in the order in which they began.
    """

    first: Recording
    second: Recording
    parts: list[Part]

    @property
    def differences(self) -> int:
        """How many entries and facts differ: 0 for runs that are the same."""
        return sum(part.differences for part in self.parts)

    def text(self, colour: bool = False) -> str:
        """What differs, for a terminal; `colour` adds ANSI escapes."""
        return "\n".join(_lines(self, colour)) + "\n"

    def html(self) -> str:
        """A page of its own: both runs in two columns, for the keyboard and for screen readers as well."""
        from . import comparepage

        return comparepage.draw(self)


def compare(first: Recording, second: Recording) -> Comparison:
    """Compare two recordings, say of a run that works and of one that does not.

    Args: first, second: recordings of the same program, from `record()` or `Recording.fromJson`.
    Returns: a Comparison, with `differences`, `text()` and `html()`.
    Example:
        >>> from nodecompat import anatomy
        >>> with anatomy.record() as good:
        ...     client = net.Socket()
        >>> with anatomy.record() as bad:
        ...     client = net.Socket().setTimeout(100)
        >>> comparison = anatomy.compare(good, bad)
        >>> [row.second.label for part in comparison.parts for row in part.rows if row.mark == "+"]
        ['setTimeout(100)']
    """
    connections = [list(recording.connections.values()) for recording in (first, second)]
    parts = [_part("program", [_entries(first, 0), _entries(second, 0)], [])]
    for place in range(max(map(len, connections))):
        pair = [found[place] if place < len(found) else None for found in connections]
        facts = _facts(*pair)
        for side in _SIDES:
            entries = [
                _entries(recording, each.id, side) if each else []
                for recording, each in zip((first, second), pair, strict=True)
            ]
            if any(entries) or (facts and side == _SIDES[0]):
                parts.append(_part(f"connection {place + 1} {side}".rstrip(), entries, facts))
                facts = []  # told once
    return Comparison(first, second, parts)


def _entries(recording: Recording, connection: int, side: str | None = None) -> list[tuple[str, Entry]]:
    """The entries of one side, each with what it is compared by."""
    found = [each for each in recording.entries if each.connection == connection and side in (None, _sideOf(each))]
    name = _naming(recording.connections.get(connection))
    return [(f"{each.kind} {each.origin} {each.target} {name(each.label)}", each) for each in found]


def _sideOf(entry: Entry) -> str:
    lanes = {entry.origin, entry.target}
    return "client" if lanes & {CLIENT_PROGRAM, CLIENT_SOCKET} else "server" if lanes & _SERVER else ""


_SERVER = {SERVER_PROGRAM, SERVER_SOCKET}


def _naming(connection: Connection | None) -> Callable[[str], str]:
    """Removes from a label what differs in every run."""
    ports = [each.rpartition(":")[2] for each in (connection.local, connection.remote)] if connection else []
    known = "|".join(re.escape(port) for port in ports if port.isdecimal())

    def name(text: str) -> str:
        text = re.sub(rf"\b(?:{known})\b", "PORT", text) if known else text
        return re.sub(r"\bfd \d+|\b0x[0-9a-f]+|(?<=[\w\]]:)\d{4,5}\b", "…", text)

    return name


def _part(title: str, entries: list[list[tuple[str, Entry]]], facts: list[tuple[str, str, str]]) -> Part:
    first, second = entries
    matcher = SequenceMatcher(None, [key for key, _ in first], [key for key, _ in second], autojunk=False)
    rows: list[Row] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            rows += [Row(one[1], two[1]) for one, two in zip(first[a:b], second[c:d], strict=True)]
        else:
            rows += [Row(one[1], None) for one in first[a:b]] + [Row(None, two[1]) for two in second[c:d]]
    return Part(title, rows, facts)


def _facts(first: Connection | None, second: Connection | None) -> list[tuple[str, str, str]]:
    """What differs of a connection as a whole."""
    if first is None or second is None:
        return [("connection", *(each.label if each else "none" for each in (first, second)))]  # type: ignore[list-item]
    names = {
        "bytesToServer": "bytes to the server",
        "bytesToClient": "bytes to the client",
        "closedBy": "closed by",
        "error": "error",
    }
    pairs = [(text, str(getattr(first, name)), str(getattr(second, name))) for name, text in names.items()]
    return [(text, one or "–", two or "–") for text, one, two in pairs if one != two]


# -- in a terminal


def _lines(comparison: Comparison, colour: bool) -> Iterator[str]:
    def painted(mark: str, text: str) -> str:
        code = {"-": 31, "+": 32, "@": 1}.get(mark)
        return f"\x1b[{code}m{text}\x1b[0m" if colour and code else text

    yield painted("-", f"--- {comparison.first.program}, {comparison.first.startedAt}")
    yield painted("+", f"+++ {comparison.second.program}, {comparison.second.startedAt}")
    for part in comparison.parts:
        if part.differences:
            yield painted("@", f"{part.title}: {part.differences} differ")
            yield from (f"  {name}: {one} | {two}" for name, one, two in part.facts)
            for row in _near(part.rows):
                yield painted(row.mark, f"{row.mark} {_told(row)}") if row else "  …"
    yield f"{comparison.differences} differ" if comparison.differences else "The runs are the same."


def _near(rows: list[Row]) -> Iterator[Row | None]:
    """What differs, with a few entries around; None for what is left out."""
    near = {
        place + step
        for place, row in enumerate(rows)
        if row.mark != " "
        for step in range(-_AROUND, _AROUND + 1)
        if 0 <= place + step < len(rows)
    }
    last = -1
    for place in sorted(near):
        if place > last + 1:
            yield None
        yield rows[place]
        last = place
    if near and last < len(rows) - 1:
        yield None


def _told(row: Row) -> str:
    entry = row.first or row.second
    assert entry is not None
    return f"{entry.at:>9.2f} ms  {entry.label}{f'  {entry.source}' if entry.source else ''}"
