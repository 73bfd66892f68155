"""A recording as a sequence diagram in the terminal: lanes to the left, what happened to the right."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

from .entries import KERNEL, LANES, Entry

if TYPE_CHECKING:
    from .model import Recording

_TIME = 10  # columns of the time
_LEAST, _MOST = 9, 14  # columns from one lane to the next
_TEXT = 34  # columns that the text beside the lanes should have
_BESIDE = 24  # with fewer it stands below the lanes
#: ANSI foreground colours for connections in turn; red is kept for errors.
_COLOURS = (34, 32, 35, 36, 33, 94, 92, 95)
_RED, _DIM, _BOLD = 31, 2, 1


def draw(recording: Recording, *, width: int = 80, colour: bool = False) -> str:
    """The diagram as text, its rows at most `width` (at least 56) columns wide; `colour` adds ANSI escapes."""
    return _Drawing(recording, max(56, width), colour).text()


def show(recording: Recording, stream: TextIO | None = None) -> None:
    """Print the diagram as wide as the terminal, in colour unless NO_COLOR is set or this is no terminal."""
    stream = stream or sys.stdout
    colour = stream.isatty() and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size((100, 24)).columns
    stream.write(draw(recording, width=width, colour=colour))


class _Drawing:
    def __init__(self, recording: Recording, width: int, colour: bool) -> None:
        self.recording = recording
        self.colour = colour
        self.lanes = recording.usedLanes() or [KERNEL]
        self.gap = max(_LEAST, min(_MOST, (width - _TIME - _TEXT) // len(self.lanes)))
        self.columns = {lane: _TIME + self.gap * i + self.gap // 2 for i, lane in enumerate(self.lanes)}
        self.textColumn = _TIME + self.gap * len(self.lanes) + 1
        self.below = width - self.textColumn < _BESIDE
        self.textWidth = width - (_TIME if self.below else self.textColumn)

    def text(self) -> str:
        lines = [self._head(0), self._head(1)]
        lines += [" " * _TIME + self._paint(f"({note})", _DIM) for note in self.recording.notes]
        lines += [self._row(entry) for entry in self.recording.entries]
        lines += [self._connection(c.id) for c in self.recording.connections.values()]
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def _head(self, word: int) -> str:
        line = f"{'ms' if word else '':>{_TIME - 2}}  "
        for lane in self.lanes:
            words = LANES[lane].split()
            # A name of one word stands on the lower line.
            name = words[word] if len(words) == 2 else (words[0] if word else "")
            line += f"{name:^{self.gap}}"
        return self._paint(line.rstrip(), _BOLD)

    def _row(self, entry: Entry) -> str:
        cells = [" "] * (_TIME + self.gap * len(self.lanes))
        for column in self.columns.values():
            cells[column] = "│"
        start, end = self.columns[entry.origin], self.columns[entry.target]
        if start == end:
            cells[start] = "●"
        else:
            low, high = min(start, end), max(start, end)
            for column in range(low + 1, high):
                cells[column] = "┼" if column in self.columns.values() else "─"
            cells[start] = "├" if end > start else "┤"
            tip = end - 1 if end > start else end + 1
            cells[tip] = ("✗" if entry.failed else "▶") if end > start else "◀"
        time = f"{entry.at:>{_TIME - 2}.2f}  "
        label = entry.label + (f"  {entry.source}" if entry.source else "")
        mark = f"#{entry.connection} " if entry.connection else ""
        label = self._fit(mark + label)
        shade = _RED if entry.failed else self._shade(entry.connection)
        lanes = self._paint("".join(cells)[_TIME:].rstrip() if self.below else "".join(cells)[_TIME:], shade)
        return self._paint(time, _DIM) + lanes + (f"\n{'':{_TIME}}" if self.below else " ") + self._paint(label, shade)

    def _connection(self, number: int) -> str:
        c = self.recording.connections[number]
        facts = [f"{c.bytesToServer} bytes to the server", f"{c.bytesToClient} to the client"]
        if c.closed is not None:
            facts.append(f"closed after {c.closed - c.opened:.2f} ms" + (f" by the {c.closedBy}" if c.closedBy else ""))
        if c.error:
            facts.append(c.error)
        return self._paint(f"{c.label}: {', '.join(facts)}", _RED if c.error else self._shade(number))

    def _fit(self, label: str) -> str:
        return label if len(label) <= self.textWidth else label[: self.textWidth - 1] + "…"

    def _shade(self, connection: int) -> int:
        return _COLOURS[(connection - 1) % len(_COLOURS)] if connection else _DIM

    def _paint(self, text: str, code: int) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text
