"""A page for each module, from its signatures, its docstrings, the TypedDicts of its options and `__events__`.

Since which Node a name is there says `since.py`; `overloads.py` has the ways to call what takes `*args`.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
from collections.abc import Callable
from functools import cached_property
from types import ModuleType
from typing import Any, ForwardRef

import nodecompat

from . import options, overloads, since
from .docstrings import cell, code, escaped, markdown, optionsOf

#: Modules of modules, as in Node.
_PARTS = (
    *("dns.promises", "fs.promises", "readline.promises", "stream.consumers", "stream.promises", "stream.web"),
    *("timers.promises", "util.types"),
)
#: Modules that Node has not.
_OWN = ("anatomy", "iagent", "service")
#: `errors` has a table of its own.
MODULES = tuple(sorted({*nodecompat._MODULES, *_PARTS, *_OWN} - {"errors"}))
_METHODS = (staticmethod, classmethod)
_PROPERTIES = (property, cached_property)


def pages() -> dict[str, str]:
    """The text of each page, by name."""
    return {name: _page(name) for name in MODULES} | {"globals": _globals(), "process": _process()}


def namesOf(module: ModuleType) -> list[str]:
    """The public names of a module."""
    found = getattr(module, "__all__", None)
    if found is None:
        found = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    return sorted(name for name in found if not name.startswith("_"))


def _page(name: str) -> str:
    module = importlib.import_module(f"nodecompat.{name}")
    text = None if name not in _OWN else f"Not a module of Node.\n\n{inspect.getdoc(module)}"
    return _document(name, f"`{name}`", f"from nodecompat import {name.partition('.')[0]}", namesOf(module), text)


def _globals() -> str:
    """Globals that are a name of a public module are only referred to."""
    pages = {name: page for name, page in nodecompat._GLOBALS.items() if page in MODULES}
    rows = [f"| {code(name)} | [`{page}`]({page}.md) |" for name, page in sorted(pages.items())]
    table = "\n".join(["| name | explained in |", "| --- | --- |", *rows])
    text = "What is global in Node, and a few names of this package's own."
    names = sorted({*nodecompat._GLOBALS} - {*pages})
    head, rest = _document("", "Globals", "from nodecompat import fetch", names, text).split("\n## ", 1)
    return f"{head}\n{table}\n\n## {rest}"


def _process() -> str:
    kind = type(nodecompat.process)
    head = ["# `process`", _python("from nodecompat import process"), markdown(inspect.getdoc(kind) or "")]
    return "\n\n".join([*head, *_events(kind), *_members("globals", "process", kind, level=2)]) + "\n"


def _document(place: str, title: str, statement: str, names: list[str], text: str | None = None) -> str:
    """The page of a module, the one that is called `place` in the package, or of some of its names."""
    module = importlib.import_module(f"nodecompat.{place}".rstrip("."))
    text = inspect.getdoc(module) or "" if text is None else text
    parts: dict[str, list[str]] = {"Functions": [], "Classes": [], "Options": [], "Values": []}
    for name in names:
        value = getattr(module, name)
        part, blocks = _entry(place or "globals", name, value)
        if part == "Values" and not parts[part]:
            parts[part] += ["| name | value |\n| --- | --- |"]
        parts[part] += blocks
    blocks = [f"# {title}", _python(statement), markdown(text)]
    for part, inside in parts.items():
        if inside:
            blocks += [f"## {part}", *(inside if part != "Values" else ["\n".join(inside)])]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _entry(module: str, name: str, value: Any) -> tuple[str, list[str]]:
    """In which part of the page a name stands, and what is said of it."""
    if isinstance(value, type) and hasattr(value, "__total__"):
        return "Options", _optionBag(module, name, value)
    if isinstance(value, type):
        return "Classes", _class(module, name, value)
    if inspect.isroutine(value) or (callable(value) and str(type(value).__module__).startswith("nodecompat")):
        return "Functions", [
            f"### {escaped(name)}",
            _python(_signatures(name, value)),
            markdown(inspect.getdoc(value) or ""),
            *_since(module, name),
        ]
    return "Values", [f"| {code(name)} | {_shown(value)} |"]


def _shown(value: Any) -> str:
    isPlain = isinstance(value, (bool, int, float, str, type(None)))
    return code(repr(value)) if isPlain else code(type(value).__name__)


def _since(module: str, name: str) -> list[str]:
    """Since which Node there is a name; nothing where Node's documentation does not say so, or has it not."""
    found = since.ofName(module, name)
    return [f"**Since:** Node {found}"] if found else []


def _optionBag(module: str, name: str, bag: Any) -> list[str]:
    docstring = inspect.getdoc(bag) or ""
    rows = []
    for each, text in optionsOf(docstring).items():
        kind = _type(bag, each)
        found = options.parsed(text, kind)
        cells = [code(each), code(kind), found.unit or "–", cell(found.default), cell(found.meaning)]
        version = since.ofName(module, f"{name}.{each}")
        rows.append(f"| {' | '.join(cells)}{f' (Node {version})' if version else ''} |")
    head = ["| option | type | unit | default | meaning |", "| --- | --- | --- | --- | --- |"]
    blocks = [f"### {escaped(name)}", markdown(docstring, without="Options")]
    return [*blocks[:2], *(["\n".join([*head, *rows])] if rows else []), *blocks[2:]]


def _type(bag: Any, option: str) -> str:
    found = bag.__annotations__[option]
    if isinstance(found, ForwardRef):
        found = found.__forward_arg__
    text = found if isinstance(found, str) else inspect.formatannotation(found)
    return re.sub(r"\b(?:NotRequired|Required)\[(.*)\]$", r"\1", text)


def _class(module: str, name: str, kind: type) -> list[str]:
    blocks = [f"### {escaped(name)}"]
    if name != kind.__name__ and kind.__module__.startswith("nodecompat") and inspect.getdoc(kind):
        blocks.append(f"Another name of the class {code(kind.__name__)}.")
    signature = _signature(kind)
    blocks += [_python(f"class {name}{signature}")] if signature else []
    bases = [base.__name__ for base in kind.__bases__ if base is not object and not base.__name__.startswith("_")]
    blocks += [f"Derived from {', '.join(map(code, bases))}."] if bases else []
    blocks += [markdown(inspect.getdoc(kind) or ""), *_since(module, name)]
    if dataclasses.is_dataclass(kind):
        fields = [f"| {code(field.name)} | {code(str(field.type))} |" for field in dataclasses.fields(kind)]
        blocks += ["\n".join(["| field | type |", "| --- | --- |", *fields])] if fields else []
    return [*blocks, *_events(kind), *_members(module, name, kind)]


def _events(kind: type) -> list[str]:
    """The events of a class and their arguments."""
    events: dict[str, tuple[str, ...]] = vars(kind).get("__events__", {})
    rows = [f"| {code(name)} | {', '.join(map(code, given)) or '–'} |" for name, given in sorted(events.items())]
    return ["\n".join(["| event | arguments |", "| --- | --- |", *rows])] if rows else []


def _members(module: str, owner: str, kind: type, level: int = 4) -> list[str]:
    """What a class says itself, and the private classes that it is made of."""
    found: dict[str, Any] = {}
    for base in kind.__mro__:
        if base is kind or (base.__name__.startswith("_") and base.__module__.startswith("nodecompat")):
            found = {**vars(base), **found}
    blocks = []
    for name in sorted(each for each in found if not each.startswith("_")):
        shown = _member(f"{'#' * level} {escaped(f'{owner}.{name}')}", f"{owner}.{name}", found[name])
        blocks += [*shown, *_since(module, f"{owner}.{name}")] if shown else []
    return blocks


def _member(heading: str, name: str, member: Any) -> list[str]:
    function = member.__func__ if isinstance(member, _METHODS) else member
    docstring = markdown(inspect.getdoc(function) or "")
    if isinstance(member, _PROPERTIES):
        return [heading, docstring]
    if inspect.isfunction(function):
        isBound = not isinstance(member, staticmethod)
        return [heading, _python(_signatures(name, function, isBound=isBound)), docstring]
    return []


def _signatures(name: str, value: Callable[..., Any], *, isBound: bool = False) -> str:
    """The ways to call it, a line for each."""
    found = overloads.of(value, isBound=isBound) or [_signature(value, isBound=isBound)]
    return "\n".join(name + each for each in found)


def _signature(value: Callable[..., Any], *, isBound: bool = False) -> str:
    """The arguments with their types; `Any` says nothing and is left out."""
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return ""
    given = list(found.parameters.values())[1 if isBound else 0 :]
    shown = [
        each.replace(annotation=each.empty if each.annotation in ("Any", Any) else each.annotation) for each in given
    ]
    text = str(inspect.Signature(shown, return_annotation=found.return_annotation))
    # Types that are written as text, and defaults that have an address and no name.
    text = re.sub(r"(: |-> )'([^']*)'", r"\1\2", text)
    return re.sub(r"<[^<>]* at 0x\w+>|<[^<>]*>", "...", text).removesuffix(" -> Any")


def _python(text: str) -> str:
    return f"```python\n{text}\n```"
