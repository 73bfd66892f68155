"""What of Node's API is here: from the names of `tests/data/inventory` and the reasons of `tests/comparisons`."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

from .docstrings import cell, code

_TESTS = Path(__file__).resolve().parent.parent.parent / "tests"
#: Names of an inventory, as Node writes the module.
_TITLES = {"fs_promises": "fs/promises", "readline_promises": "readline/promises", "util_types": "util/types"}
_INTRODUCTION = (
    "For these modules of Node the names of Node's own types and documentation are counted. A name that is here is "
    "used in a comparison with real Node; one that is not has a reason. Which modules there are at all, and what to "
    "use in place of the others, is a [page of its own](../modules.md); where behaviour differs on purpose stands in "
    "the [departures](../departures.md)."
)


def pages() -> dict[str, str]:
    """The text of each page, by name."""
    modules = {path.stem: entriesOf(path.stem) for path in sorted((_TESTS / "data" / "inventory").glob("*.json"))}
    return {"support": _support(modules), "not-here": _missing(modules)}


def entriesOf(module: str) -> dict[str, tuple[str, str | None]]:
    """Each name of a module: its kind, and the reason why it is not here."""
    if str(_TESTS) not in sys.path:
        sys.path.append(str(_TESTS))
    import inventory

    names: dict[str, str] = json.loads((_TESTS / f"data/inventory/{module}.json").read_text("utf-8"))["names"]
    return {name: (kind, inventory.reasonFor(module, name)) for name, kind in sorted(names.items())}


def _support(modules: dict[str, dict[str, tuple[str, str | None]]]) -> str:
    counts = ["| module | names | here | [not here](not-here.md) |", "| --- | --- | --- | --- |"]
    blocks = []
    for module, entries in modules.items():
        title = _TITLES.get(module, module)
        missing = sum(reason is not None for _, reason in entries.values())
        counts.append(
            f"| [`{title}`](#{title.replace('/', '')}) | {len(entries)} | {len(entries) - missing} | {missing} |"
        )
        rows = [
            f"| {code(name)} | {kind} | {'yes' if reason is None else 'no: ' + cell(reason)} |"
            for name, (kind, reason) in entries.items()
        ]
        blocks += [f"## {title}", "\n".join(["| name | kind | here |", "| --- | --- | --- |", *rows])]
    return "\n\n".join(["# What of Node is here", _INTRODUCTION, "\n".join(counts), *blocks]) + "\n"


def _missing(modules: dict[str, dict[str, tuple[str, str | None]]]) -> str:
    blocks = ["# What is not here", "By module: the names, and why, or what to use. [All names](support.md)."]
    for module, entries in modules.items():
        reasons: dict[str, list[str]] = defaultdict(list)
        for name, (_, reason) in entries.items():
            if reason is not None:
                reasons[reason].append(name)
        rows = [f"| {', '.join(map(code, names))} | {cell(reason)} |" for reason, names in reasons.items()]
        if rows:
            title = _TITLES.get(module, module)
            blocks += [f"## {title}", "\n".join(["| names | reason |", "| --- | --- |", *rows])]
    return "\n\n".join(blocks) + "\n"
