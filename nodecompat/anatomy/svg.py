"""A recording as a sequence diagram in SVG: a self-contained picture, readable on light and dark pages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .entries import KERNEL, LANES, Entry

if TYPE_CHECKING:
    from .model import Recording

#: Pixels.
LANE_WIDTH, ROW, TOP, MARGIN, TIME_WIDTH = 210, 26, 64, 20, 70
CHARACTER = 7.3  # the width of one, a little more than it is
#: One colour for each connection in turn; chosen to be told apart on white and on black.
COLOURS = ("#2a7de1", "#d9480f", "#2b8a3e", "#9c36b5", "#c2255c", "#0c8599", "#a67c00", "#5f3dc4")
PLAIN = "#868e96"
_LONGEST = 46  # characters of a label that fit beside its lane

_STYLE = """
text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#212529}
.lane{font-weight:bold;text-anchor:middle}.time{fill:#868e96;text-anchor:end}
.line{stroke:#adb5bd;stroke-dasharray:3 4}.arrow{stroke-width:1.5;fill:none}.error text{fill:#c92a2a;font-weight:bold}
@media(prefers-color-scheme:dark){svg{background:#16181d}text{fill:#e9ecef}.line{stroke:#495057}
.error text{fill:#ff8787}}
""".replace("\n", "")


def colourOf(connection: int) -> str:
    """The colour in which a connection is drawn, everywhere."""
    return COLOURS[(connection - 1) % len(COLOURS)] if connection else PLAIN


def draw(recording: Recording) -> str:
    """The picture as the text of an SVG document; rows are entries in recorded order, not a time scale."""
    lanes = recording.usedLanes() or [KERNEL]
    middle = {lane: TIME_WIDTH + MARGIN + LANE_WIDTH * i + LANE_WIDTH // 2 for i, lane in enumerate(lanes)}
    width = TIME_WIDTH + 2 * MARGIN + LANE_WIDTH * len(lanes)
    height = TOP + ROW * len(recording.entries) + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(_title(recording))}">',
        f"<title>{escape(_title(recording))}</title><style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>',
    ]
    for lane in lanes:
        x = middle[lane]
        parts.append(f'<text class="lane" x="{x}" y="{TOP - 30}">{LANES[lane]}</text>')
        parts.append(f'<line class="line" x1="{x}" y1="{TOP - 20}" x2="{x}" y2="{height - MARGIN}"/>')
    if recording.notes:
        parts.append(f'<text x="{MARGIN}" y="16">{escape("; ".join(recording.notes))}</text>')
    for row, entry in enumerate(recording.entries):
        parts.append(_entry(entry, middle, TOP + ROW * row + ROW // 2))
    return "\n".join([*parts, "</svg>", ""])


def _title(recording: Recording) -> str:
    return f"{recording.program or 'program'}: {len(recording.entries)} steps and events"


def _entry(entry: Entry, middle: dict[int, int], y: int) -> str:
    colour = "#c92a2a" if entry.failed else colourOf(entry.connection)
    label = entry.label if len(entry.label) <= _LONGEST else entry.label[: _LONGEST - 1] + "…"
    start, end = middle[entry.origin], middle[entry.target]
    source = f"<title>{escape(entry.label)}{f' at {escape(str(entry.source))}' if entry.source else ''}</title>"
    if start == end:
        left = start + 10 + CHARACTER * len(label) > max(middle.values()) + LANE_WIDTH // 2 + MARGIN
        place = f'x="{start - 10}" text-anchor="end"' if left else f'x="{start + 10}"'
        shape = f'<circle cx="{start}" cy="{y}" r="4" fill="{colour}"/><text {place} y="{y + 4}">'
    else:
        step = 6 if end > start else -6
        shape = (
            f'<path class="arrow" stroke="{colour}" marker-end="url(#tip)" d="M{start} {y + 6}H{end - step // 3}"/>'
            f'<text x="{(start + end) // 2}" y="{y + 1}" text-anchor="middle">'
        )
    kind = ' class="error"' if entry.failed else ""
    time = f'<text class="time" x="{TIME_WIDTH}" y="{y + 4}">{entry.at:.2f} ms</text>'
    return f'<g data-number="{entry.number}"{kind}>{source}{time}{shape}{escape(label)}</text></g>'
