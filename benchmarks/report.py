"""Draws outcomes: a table for the terminal, bars in SVG for the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from html import escape

from .harness import Outcome

_ROW, _LEFT, _WIDTH = 22, 180, 760  # pixels


def table(outcome: Outcome) -> str:
    """The peers of one benchmark, fastest first, with nodecompat's ratio to each."""
    lines = [f"\n{outcome.title} ({outcome.unit})"]
    best = sorted(outcome.results, key=lambda r: r.median, reverse=outcome.higherIsBetter)
    for result in best:
        ratio = outcome.ratio(result.peer) or 0.0
        line = f"  {result.peer:22}{result.median:>14,.1f}  ±{result.spread:4.0%}   {ratio:5.2f} ×"
        if result.cpu:
            line += f"{statistics.median(result.cpu):>9.1f} µs CPU"
        verdict = outcome.verdict(result.peer)
        if verdict:
            line += f"   must be {verdict[0]}: {'reached' if verdict[1] else 'MISSED'}"
        lines.append(line)
    lines += [f"  {name:22}not here: needs {reason}" for name, reason in outcome.absent.items()]
    return "\n".join(lines)


def markdown(outcomes: Sequence[Outcome]) -> str:
    """All outcomes as one table, nodecompat first in each, with what had to be reached and whether it was."""
    lines = [
        "| work | peer | median | spread | CPU µs per unit | ratio | must be | aim | |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for outcome in outcomes:
        aims = dict(outcome.aims)
        for index, result in enumerate(outcome.results):
            ratio, verdict = outcome.ratio(result.peer), outcome.verdict(result.peer)
            cells = (
                "" if index else f"**{outcome.title}** ({outcome.unit}; `{outcome.name}`)",
                result.peer,
                _short(result.median),
                f"± {result.spread:.0%}",
                f"{statistics.median(result.cpu):,.1f}" if result.cpu else "",
                f"{ratio:.2f}" if index and ratio else "",
                verdict[0] if verdict else "",
                f"{aims[result.peer]:.2f}" if result.peer in aims else "",
                "" if verdict is None else "reached" if verdict[1] else "**missed**",
            )
            lines.append(f"| {' | '.join(cells)} |")
        lines += [f"| | {name} | not here: needs {reason} | | | | | | |" for name, reason in outcome.absent.items()]
    return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def svg(outcomes: Sequence[Outcome]) -> str:
    """A picture with a group of bars for each benchmark; readable on light and dark pages."""
    parts: list[str] = []
    y = 10
    for outcome in outcomes:
        parts.append(f'<text x="10" y="{y + 15}" class="title">{escape(outcome.title)} ({escape(outcome.unit)})</text>')
        y += 26
        longest = max((r.median for r in outcome.results), default=1.0) or 1.0
        for result in sorted(outcome.results, key=lambda r: r.median, reverse=outcome.higherIsBetter):
            width = result.median / longest * (_WIDTH - _LEFT - 130)
            kind = "ours" if result.peer == "nodecompat" else "peer"
            middle = y + _ROW * 0.68
            parts.append(f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end">{escape(result.peer)}</text>')
            parts.append(f'<rect x="{_LEFT}" y="{y + 3}" width="{width:.1f}" height="{_ROW - 7}" class="{kind}"/>')
            parts.append(f'<text x="{_LEFT + width + 6:.1f}" y="{middle}">{_short(result.median)}</text>')
            y += _ROW
        y += 14
    style = (
        "text{font:12px sans-serif;fill:#333}.title{font-weight:bold}.ours{fill:#2a7de1}.peer{fill:#9aa5b1}"
        "@media(prefers-color-scheme:dark){text{fill:#ddd}.peer{fill:#66707a}}"
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y}" width="{_WIDTH}" height="{y}">'
    return f"{head}<style>{style}</style>{''.join(parts)}</svg>\n"
