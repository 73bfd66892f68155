"""A comparison as one self-contained web page: both runs in two columns, differences marked by text and by colour."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from .entries import LANES, Entry

if TYPE_CHECKING:
    from .compare import Comparison, Part, Row

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2127; --faint: #59636e; --line: #c9d0d7; --panel: #f4f6f8;
  --less: #fdecec; --more: #e6f6e8; --focus: #185fb6; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c; --ink: #e6e9ed; --faint: #a6b0bb; --line: #3a424c;
  --panel: #1c2128; --less: #431f22; --more: #16361f; --focus: #74c0fc; } }
body { font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  padding: 0 16px 40px; max-width: 1300px; }
header { position: sticky; top: 0; background: var(--paper); border-bottom: 1px solid var(--line); padding: 8px 0;
  display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; }
h1 { font-size: 17px; margin: 0; } h2 { font-size: 15px; margin: 22px 0 6px; }
button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 5px;
  padding: 3px 10px; min-height: 30px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: 2px 8px; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
th { font-weight: 600; background: var(--panel); } td { font: 12.5px/1.5 ui-monospace, Menlo, Consolas, monospace; }
th:first-child, td:first-child { width: 74px; color: var(--faint); }
.less { background: var(--less); } .more { background: var(--more); }
small { color: var(--faint); } .less small, .more small { color: inherit; }
body.brief tr.same { display: none; }
"""
_SCRIPT = """
'use strict';
const all = [...document.querySelectorAll('tr.less, tr.more')];
const go = (by) => {
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length].focus();
};
document.getElementById('next').onclick = () => go(1);
document.getElementById('back').onclick = () => go(-1);
const brief = document.getElementById('brief');
brief.onclick = () => brief.setAttribute('aria-pressed', document.body.classList.toggle('brief'));
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = { n: () => go(1), p: () => go(-1) }[event.key];
  if (action) { event.preventDefault(); action(); }
});
"""
_MARKS = {"-": ("less", "only first"), "+": ("more", "only second"), " ": ("same", "both")}


def draw(comparison: Comparison) -> str:
    """The page's text."""
    count = comparison.differences
    told = f"{count} {'differs' if count == 1 else 'differ'}" if count else "The runs are the same."
    parts = "".join("".join(_section(comparison, part)) for part in comparison.parts if part.rows or part.facts)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Two runs of {escape(comparison.first.program)}</title><style>{_STYLE}</style></head>
<body><header><h1>Two runs of {escape(comparison.first.program)}</h1><span role="status">{told}</span>
<button id="back">Previous difference (p)</button><button id="next">Next difference (n)</button>
<button id="brief" aria-pressed="false">Differences only</button></header>
<main>{parts}</main><script>{_SCRIPT}</script></body></html>
"""


def _section(comparison: Comparison, part: Part) -> Iterator[str]:
    yield f"<h2>{escape(part.title)}: {part.differences} of {len(part.rows)} differ</h2><table><thead><tr>"
    yield f'<th scope="col">in</th><th scope="col">first, {escape(comparison.first.startedAt)}</th>'
    yield f'<th scope="col">second, {escape(comparison.second.startedAt)}</th></tr></thead><tbody>'
    for name, one, two in part.facts:
        yield f'<tr class="less" tabindex="-1"><td>{escape(name)}</td><td>{escape(one)}</td><td>{escape(two)}</td></tr>'
    yield from map(_row, part.rows)
    yield "</tbody></table>\n"


def _row(row: Row) -> str:
    kind, words = _MARKS[row.mark]
    focus = ' tabindex="-1"' if kind != "same" else ""
    return f'<tr class="{kind}"{focus}><td>{words}</td><td>{_cell(row.first)}</td><td>{_cell(row.second)}</td></tr>'


def _cell(entry: Entry | None) -> str:
    if entry is None:
        return ""
    lanes = LANES[entry.origin] + (f" → {LANES[entry.target]}" if entry.target != entry.origin else "")
    source = f", {escape(str(entry.source))}" if entry.source else ""
    return f"{escape(entry.label)} <small>{entry.at:.2f} ms, {lanes}{source}</small>"
