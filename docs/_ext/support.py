"""What of Node's API is here: from the names that the tests have of it and the reasons that they give for the rest.

`works` is a name that is here; `partly` one that a departure names, or whose docstring says that it has no effect.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from . import since
from .docstrings import cell, code, optionsOf

_ROOT = Path(__file__).resolve().parent.parent.parent
_TESTS = _ROOT / "tests"
_INVENTORIES = _TESTS / "data" / "inventory"
_LINK = "[departures](../departures.md)"
_IS_LESS = re.compile(r"Refused|Of no effect[^.;]*")
_INTRODUCTION = (
    "Every name that Node's types and pages have in the modules that are here, and every module. A name works, works "
    "partly, or is not here, and then it stands what to use. *Partly* is what the [departures](../departures.md) name, "
    "or what is accepted and has no effect. What one imports for a module has a [page of its own](../modules.md)."
)


class Row(NamedTuple):
    """A name of Node's."""

    name: str
    kind: str
    since: str
    less: str | None
    reason: str | None

    @property
    def status(self) -> str:
        if self.reason is not None:
            return "not here: " + cell(self.reason)
        return "works" if self.less is None else f"partly: {self.less}"


def pages() -> dict[str, str]:
    """The text of each page, by name."""
    return {"support": _support(tables()), "not-here": _missing(tables())}


@cache
def tables() -> dict[str, list[Row]]:
    """The rows of each module that is here, by its name as Node writes it."""
    inventory, nodeapi = helper("inventory"), helper("nodeapi")
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    for path in sorted(_INVENTORIES.glob("*.json")):
        module = re.sub("_(?=promises$|types$)", "/", path.stem)
        for name, kind in json.loads(path.read_text("utf-8"))["names"].items():
            found[module][name] = _row(module, name, kind, inventory.reasonFor(path.stem, name))
    for entry in nodeapi.entries():
        module = entry.module.replace(".", "/")
        found[module].setdefault(entry.title, _row(module, entry.title, entry.kind, entry.reason))
    for module, names in nodeapi.others().items():
        if any(nodeapi.isExported(module, name) for name in names):
            reasons = nodeapi.NOT_IN_MODULES.get(module, {})
            found[module] |= {name: _row(module, name, "member", reasons.get(name)) for name in names}
    return {module: sorted(rows.values()) for module, rows in sorted(found.items())}


def absent() -> dict[str, tuple[list[str], str]]:
    """The modules that are not here at all: their names, and what to use."""
    others = helper("nodeapi").others()
    return {module: (names, _insteadOf(module)) for module, names in others.items() if module not in tables()}


def helper(name: str) -> Any:
    """A file of the tests."""
    if str(_TESTS) not in sys.path:
        sys.path.append(str(_TESTS))
    return importlib.import_module(name)


def _row(module: str, name: str, kind: str, reason: str | None) -> Row:
    version = since.ofName(module.replace("/", "."), name.replace(" '", ".").rstrip("'")) or ""
    return Row(name, kind, version, _lessOf(module, name) if reason is None else None, reason)


# -- what works partly


def _lessOf(module: str, name: str) -> str | None:
    """What a name does not do, or does in another way."""
    owner, _, option = name.rpartition(".")
    texts = _optionTexts(module, owner) if owner else {}
    if found := _IS_LESS.search(" ".join(texts.get(option, "").split())):
        return f"refused, see the {_LINK}" if found[0] == "Refused" else cell(found[0][0].lower() + found[0][1:])
    subjects = [subject for subject, isMeant in _departures(module) if isMeant(name)]
    return f"differs, see the {_LINK}: {cell('; '.join(subjects))}" if subjects else None


@cache
def _optionTexts(module: str, bag: str) -> dict[str, str]:
    host: Any = importlib.import_module("nodecompat")
    for part in [*module.split("/"), bag] if module not in ("fetch", "globals") else ["web", bag]:
        host = getattr(host, part, None)
    return optionsOf(inspect.getdoc(host) or "") if isinstance(host, type) and hasattr(host, "__total__") else {}


@cache
def _departures(module: str) -> list[tuple[str, Callable[[str], bool]]]:
    """The subjects of a module's departures, and which names each means."""
    found: list[tuple[str, Callable[[str], bool]]] = []
    for line in (_ROOT / "docs/departures.md").read_text("utf-8").splitlines():
        rooms, _, subject = line.removeprefix("| ").partition(" | ")[0].partition(": ")
        if subject and module in rooms.split(", "):
            found.append((subject, _meaning(module, subject)))
    return found


def _meaning(module: str, subject: str) -> Callable[[str], bool]:
    """It means what stands in backticks in front of its first "with", and events that it begins with."""
    words = [each.partition("(")[0] for each in re.findall(r"`([\w.]+(?:\([^`]*\))?)`", subject.partition(" with ")[0])]
    words = words or re.findall(r"`(\w+)`", subject)
    owner = next((each.rpartition(".")[0] for each in words if "." in each), "")
    whole = {each if "." in each or not owner else f"{owner}.{each}" for each in words}
    # A function and a method of one name: the function is meant.
    last = {each for each in whole if "." not in each and not _isFunction(module, each)}
    events = set(re.findall(r"'(\w+)'", subject)) if re.match(r"'|.*listener for '", subject) else set()

    def isMeant(name: str) -> bool:
        event = re.search(r"'(\w+)'", name)
        return event[1] in events if event else name in whole or name.rpartition(".")[2] in last

    return isMeant


def _isFunction(module: str, name: str) -> bool:
    return bool(helper("nodeapi").isExported(module, name))


# -- the pages


def _insteadOf(module: str) -> str:
    """The remark of docs/modules.md."""
    for line in (_ROOT / "docs/modules.md").read_text("utf-8").splitlines():
        cells = line.strip("| ").split(" | ")
        if f"`{module}`" in cells[0]:
            return cells[-1]
    raise LookupError(f"docs/modules.md has no row for {module}")


def _support(modules: dict[str, list[Row]]) -> str:
    counts = ["| module | names | works | partly | [not here](not-here.md) |", "| --- | --- | --- | --- | --- |"]
    blocks = []
    for module, rows in modules.items():
        parts = [row.status.partition(":")[0] for row in rows]
        numbers = [len(rows), *(parts.count(each) for each in ("works", "partly", "not here"))]
        counts.append(f"| [`{module}`](#{module.replace('/', '')}) | {' | '.join(map(str, numbers))} |")
        head = ["| name | kind | since Node | here |", "| --- | --- | --- | --- |"]
        shown = [f"| {code(row.name)} | {row.kind} | {row.since or '–'} | {row.status} |" for row in rows]
        blocks += [
            f"## {module}",
            "\n".join([*head, *shown]),
        ]
    counts += [f"| `{module}` | {len(names)} | 0 | 0 | {len(names)} |" for module, (names, _) in absent().items()]
    return "\n\n".join(["# What of Node is here", _INTRODUCTION, "\n".join(counts), *blocks]) + "\n"


def _missing(modules: dict[str, list[Row]]) -> str:
    blocks = ["# What is not here", "Modules, then names by module: why, or what to use. [All names](support.md)."]
    rows = [f"| `{module}` | {len(names)} | {text} |" for module, (names, text) in absent().items()]
    rows = [row.replace("](", "](../") for row in rows]
    blocks += ["## Modules", "\n".join(["| module | names | use |", "| --- | --- | --- |", *rows])]
    for module, reasons in _reasons(modules):
        rows = [f"| {', '.join(map(code, names))} | {cell(reason)} |" for reason, names in reasons.items()]
        blocks += [f"## {module}", "\n".join(["| names | why, or what to use |", "| --- | --- |", *rows])]
    return "\n\n".join(blocks) + "\n"


def _reasons(modules: dict[str, list[Row]]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    for module, rows in modules.items():
        reasons: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row.reason is not None:
                reasons[row.reason].append(row.name)
        if reasons:
            yield module, reasons
