"""Draws curves on logarithmic axes, a small picture for each question, all in one SVG for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .growth import Curve

_WIDTH, _HEIGHT = 400, 270  # one small picture, pixels
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 50, 46  # around its axes
_STYLE = (
    "text{font:12px sans-serif;fill:#444}.title{font-weight:bold;fill:#222}.grid{stroke:#ddd}"
    ".line{fill:none;stroke-width:2}.a{stroke:#2a7de1}.b{stroke:#c2571a}.da{fill:#2a7de1}.db{fill:#c2571a}"
    "@media(prefers-color-scheme:dark){text{fill:#bbb}.title{fill:#eee}.grid{stroke:#444}"
    ".a{stroke:#5aa2f5}.b{stroke:#f0905a}.da{fill:#5aa2f5}.db{fill:#f0905a}}"
)


def svg(found: Sequence[Curve]) -> str:
    """The curves; those over the same thing with the same title and unit share a picture."""
    groups: dict[tuple[str, str, str], list[Curve]] = {}
    for curve in found:
        groups.setdefault((curve.title, curve.over, curve.unit), []).append(curve)
    parts = []
    for index, group in enumerate(groups.values()):
        x, y = index % 2 * _WIDTH, index // 2 * _HEIGHT
        parts.append(f'<g transform="translate({x},{y})">{_panel(group)}</g>')
    width, height = min(2, len(groups)) * _WIDTH, (len(groups) + 1) // 2 * _HEIGHT
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return f"{head}<style>{_STYLE}</style>{''.join(parts)}</svg>\n"


def _panel(group: Sequence[Curve]) -> str:
    first = group[0]
    isSize = first.over.startswith("bytes")
    up = _Axis([y for each in group for _, y in each.points])
    marks = [x for x, _ in first.points]
    across = _Axis(marks, exact=True)
    if len(marks) > 6:
        marks = marks[::2]
    parts = [
        f'<text x="{_LEFT}" y="18" class="title">{escape(first.title)}</text>',
        f'<text x="{_LEFT}" y="36">{escape(first.unit)}</text>',
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 8}" text-anchor="end">{escape(first.over)}</text>',
    ]
    for value in up.ticks:
        y = _y(up, value)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" class="grid"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_number(value)}</text>')
    for value in marks:
        x, label = _x(across, value), _size(value) if isSize else _number(value)
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{label}</text>')
    for kind, curve in zip("ab", group, strict=False):
        places = [(_x(across, x), _y(up, y)) for x, y in curve.points]
        parts.append(f'<path d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in places)}" class="line {kind}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" class="d{kind}"/>' for x, y in places]
        if curve.line:
            # Above the last point of the upper line, below all points of the lower one.
            isUpper = curve.points[-1][1] == max(each.points[-1][1] for each in group)
            x, y = places[-1][0] - 10, places[-1][1] - 8 if isUpper else max(y for _, y in places) + 20
            parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="end" class="d{kind}">{escape(curve.line)}</text>')
    return "".join(parts)


class _Axis:
    """A logarithmic scale from 0 to 1 that begins and ends at a tick, or just around the values."""

    def __init__(self, values: Sequence[float], exact: bool = False) -> None:
        low, high = min(values), max(values)
        if exact:
            margin = (high / low) ** 0.04
            self.low, self.span = math.log(low / margin), math.log(high / low * margin * margin)
            return
        steps = [step * 10.0**power for power in range(-6, 10) for step in (1, 2, 5)]
        first = max((step for step in steps if step <= low), default=low)
        last = min((step for step in steps if step >= high), default=high)
        if last <= first * 2:  # nearly flat: room, so that it looks so
            first, last = first / 2, last * 2
        self.low, self.span = math.log(first), math.log(last / first)
        inside = [step for step in steps if first * 0.999 <= step <= last * 1.001]
        powers = [step for step in inside if f"{step:e}"[0] == "1"]
        self.ticks = powers if len(inside) > 8 else inside

    def part(self, value: float) -> float:
        return (math.log(value) - self.low) / self.span


def _x(axis: _Axis, value: float) -> float:
    return _LEFT + axis.part(value) * (_WIDTH - _LEFT - _RIGHT)


def _y(axis: _Axis, value: float) -> float:
    return _HEIGHT - _BOTTOM - axis.part(value) * (_HEIGHT - _TOP - _BOTTOM)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _size(value: float) -> str:
    for unit, size in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if value >= size:
            return f"{value / size:g} {unit}"
    return f"{value:g} B"
