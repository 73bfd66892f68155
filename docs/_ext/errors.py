"""The table of errors: each code, its message, which class of Python's it is, what raises it, and what to do.

What raises a code is what a docstring says ("Raises"); where none does, the rooms whose source has it. A call that Node
raised it for, from `tests/data/node-errors.json`, is the example. What to do stands in `advice.json`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nodecompat import errors, util

from .docstrings import cell, code
from .reference import MODULES, namesOf

_ROOT = Path(__file__).resolve().parent.parent.parent
_CODE = re.compile(r"\bERR_[A-Z_]+\b")
_SENTENCE = re.compile(r'[A-Z"…].* ')
#: What more calls raise than a cell has place for: wrong arguments.
_MOST = 8
_INTRODUCTION = (
    "An error has Node's `code` and message, and is also one of Python's: `except TypeError` and `error.code` both "
    "work. Where a message has …, it names what was given. Errors of calls are raised; all others come as 'error' of "
    "the object, as the first argument of the callback, or where one awaits."
)
_ADVICE: dict[str, dict[str, Any]] = json.loads((Path(__file__).with_name("advice.json")).read_text("utf-8"))
_UNUSED = "Nothing here raises it: it is there for programs that name it."
#: Tables of codes with when they come and what to do: title, where they are met, the part of the advice, the class.
_KINDS = (
    ("Of the parser of HTTP", "On a server 'clientError', on a client 'error'.", "parser", "Exception"),
    ("Of name servers", "From `dns.resolve` and its kin: `error.hostname` is the name.", "dns", "Exception"),
    ("Of TLS", "'error' of a socket, or `authorizationError` of one that is kept.", "tls", "Exception"),
    ("Of fetch", "On the `cause` of the TypeError that `fetch` fails with.", "fetch", "Exception"),
)


def pages() -> dict[str, str]:
    """The text of the page."""
    blocks = ["# Errors", _INTRODUCTION, "```python\nfrom nodecompat import errors\n```"]
    head = ("code", "is a", "message", "raised by", "what to do")
    blocks += ["## Of the system", "From the operating system or the look-up of a name.", _table(head, _system())]
    for title, where, part, kind in _KINDS:
        blocks += [f"## {title}", where, _table(("code", "is a", "when", "what to do"), _told(_ADVICE[part], kind))]
    return {"errors": "\n\n".join([*blocks, "## Of Node", _table(head, _fixed())]) + "\n"}


def codes() -> list[str]:
    """The fixed codes that there are classes for."""
    return sorted(name for name in errors.__all__ if name.startswith("ERR_"))


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *((code(name), code(kind), *rest) for name, kind, *rest in rows)]
    return "\n".join(f"| {' | '.join(each or '–' for each in line)} |" for line in lines)


def _told(rows: dict[str, list[str]], kind: str) -> Iterator[tuple[str, ...]]:
    for name, (when, what) in rows.items():
        yield name, kind, cell(when), cell(what)


def _system() -> Iterator[tuple[str, ...]]:
    raisedBy = _raisedBy(re.compile(r"\bE[A-Z]{3,}\b"))
    for name, text in sorted(util.getSystemErrorMap().values()):
        kind = _builtin(getattr(errors, name, errors.SystemCallError))
        yield name, kind, cell(text), _listed(raisedBy.get(name, [])), cell(_ADVICE["system"][name])


def _fixed() -> Iterator[tuple[str, ...]]:
    raisedBy = _raisedBy(_CODE)
    sources = _sources()
    rows = json.loads((_ROOT / "tests/data/node-errors.json").read_text("utf-8"))["rows"]
    examples = {row["code"]: row["provoked"] for row in reversed(rows)}
    for name in codes():
        when = (
            [_listed(raisedBy[name]) if name in raisedBy else "in " + _listed(sources[name])] if name in sources else []
        )
        when += [f"in Node, for example: {cell(examples[name])}"] if name in examples else []
        what = _ADVICE["node"][name] if when else _UNUSED
        yield name, _builtin(getattr(errors, name)), cell(messageOf(getattr(errors, name))), "; ".join(when), cell(what)


def _listed(names: list[str]) -> str:
    shown = ", ".join(map(code, sorted(names)[:_MOST]))
    return f"{shown} and {len(names) - _MOST} more" if len(names) > _MOST else shown


def _builtin(kind: type) -> str:
    """The class of Python's that an error also is."""
    return next(base.__name__ for base in kind.__mro__ if base.__module__ == "builtins")


def messageOf(kind: Any) -> str:
    """The message of a class, with … for what the arguments say; where it has several, what its docstring says."""
    if vars(kind).get("text"):
        return re.sub(r"\{\d\}", "…", kind.text)
    if vars(kind).get("__doc__"):
        return inspect.getdoc(kind).splitlines()[0]  # type: ignore[union-attr]
    found = [each for each in ast.walk(ast.parse(inspect.getsource(kind))) if _SENTENCE.match(_textOf(each) or "")]
    return _textOf(min(found, key=lambda each: (each.lineno, each.col_offset))) or ""  # type: ignore[attr-defined]


def _textOf(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "…" for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _raisedBy(pattern: re.Pattern[str]) -> dict[str, list[str]]:
    """Which functions and classes name each code in their docstring."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in _public():
        section = re.search(r"^Raises:((?:.*\n?)(?:[ ]+.*\n?)*)", inspect.getdoc(value) or "", re.MULTILINE)
        for each in {*pattern.findall(section[1])} if section else ():
            found[each].append(name)
    return found


def _public() -> Iterator[tuple[str, Any]]:
    for name in MODULES:
        module = importlib.import_module(f"nodecompat.{name}")
        for each in namesOf(module):
            value = getattr(module, each)
            if inspect.isroutine(value) or isinstance(value, type):
                yield f"{name}.{each}", value
            if isinstance(value, type) and value.__name__ == each:
                yield from (
                    (f"{name}.{each}.{key}", part) for key, part in vars(value).items() if inspect.isfunction(part)
                )


def _sources() -> dict[str, list[str]]:
    """The rooms whose source has each error."""
    found: dict[str, set[str]] = defaultdict(set)
    package = _ROOT / "nodecompat"
    for path in package.rglob("*.py"):
        room = path.relative_to(package).with_suffix("").parts[0]
        text = path.read_text("utf-8") if room != "errors" else ""
        for each in ast.walk(ast.parse(text)) if "ERR_" in text else ():
            if isinstance(each, ast.Name) and each.id.startswith("ERR_"):
                found[each.id].add(room)
    return {each: sorted(rooms) for each, rooms in found.items()}
