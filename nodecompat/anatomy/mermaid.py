"""A recording as the text of a Mermaid sequence diagram, for documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .entries import KERNEL, LANES, Entry

if TYPE_CHECKING:
    from .model import Recording


def draw(recording: Recording) -> str:
    """The diagram's text; paste it between ```` ```mermaid ```` fences."""
    lanes = recording.usedLanes() or [KERNEL]
    lines = ["sequenceDiagram"]
    lines += [f"    participant L{lane} as {LANES[lane]}" for lane in lanes]
    lines += [f"    {_line(entry)}" for entry in recording.entries]
    lines += [f"    Note over L{lanes[0]}: {_clean(note)}" for note in recording.notes]
    return "\n".join(lines) + "\n"


def _line(entry: Entry) -> str:
    label = _clean(entry.label)
    if entry.connection:
        label = f"{label} [{entry.connection}]"
    if entry.origin == entry.target:
        return f"Note over L{entry.origin}: {label}"
    arrow = "-x" if entry.failed else "->>"
    return f"L{entry.origin}{arrow}L{entry.target}: {label}"


def _clean(text: str) -> str:
    """`;` and `#` end a statement and begin an entity in Mermaid."""
    return text.replace("#", "\0").replace(";", "#59;").replace("\0", "#35;").replace("\n", " ")
