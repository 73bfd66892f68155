"""What Node's modules have (`tests/data/inventory`, written by `tools/inventory.cjs`), and where it is here.

A name of an inventory is there, or its file in `tests/comparisons` says in `LEFT_OUT` why not. A name counts when a
comparison uses it on both sides, or recorded cases do (`compared()` of the same file).
"""

from __future__ import annotations

import ast
import fnmatch
import importlib
import inspect
import json
import keyword
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from comparing import HERE, twins

#: Names of Node's that are protocols in Python.
_PROTOCOLS = {
    "@@asyncIterator": "__aiter__",
    "@@iterator": "__iter__",
    "@@asyncDispose": "__aexit__",
    "@@dispose": "__exit__",
}
_NAME = re.compile(r"(?P<owner>[\w.]+) '(?P<event>[\w ]+)'|(?:(?P<outer>[\w]+)\.)?(?P<name>[\w@]+)")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def names(module: str) -> dict[str, str]:
    """Name to kind."""
    found: dict[str, str] = json.loads((HERE / f"data/inventory/{module}.json").read_text())["names"]
    skipped = getattr(twins(module), "skipped", str)()
    return {name: kind for name, kind in found.items() if not fnmatch.fnmatchcase(name, skipped)}


def reasonFor(module: str, name: str) -> str | None:
    """Why a name is left out."""
    table: dict[str, str] = getattr(twins(module), "LEFT_OUT", {})
    return next((reason for pattern, reason in table.items() if fnmatch.fnmatchcase(name, pattern)), None)


# -- is it there?


def isThere(module: str, name: str) -> bool:
    """Whether the package has what Node calls so."""
    found = _NAME.fullmatch(name)
    assert found is not None, f"{name} is no name"
    if found["event"]:
        return found["event"] in getattr(_ownerOf(module, _ours(module), found["owner"]), "__events__", ())
    owner = ownerOf(module, name)
    return owner is not None and any(_has(owner, each) for each in _spellings(found["name"]))


def ownerOf(module: str, name: str) -> Any:
    """The class, module or function that has what Node calls so, if it is there."""
    found = _NAME.fullmatch(name)
    assert found is not None
    return _ours(module) if found["outer"] is None else _ownerOf(module, _ours(module), found["outer"])


def docstringOf(module: str, name: str) -> str | None:
    """What `help()` shows; None for what is no function, class or property."""
    found, owner = _NAME.fullmatch(name), ownerOf(module, name)
    assert found is not None
    ours = next((getattr(owner, each) for each in _spellings(found["name"]) if hasattr(owner, each)), None)
    if not isinstance(ours, property) and not callable(ours):
        return None
    return inspect.getdoc(ours) or ""


def _ours(module: str) -> Any:
    return importlib.import_module("nodecompat." + module.replace("_", ".") if module in _PACKAGES else _path(module))


#: Inventories of a part of a module.
_PACKAGES = {"fs_promises", "readline_promises", "util_types"}


def _path(module: str) -> str:
    return "nodecompat" if module == "globals" else "nodecompat." + module


def _spellings(name: str) -> tuple[str, ...]:
    if name in _PROTOCOLS:
        return (_PROTOCOLS[name],)
    return (name + "_",) if keyword.iskeyword(name) else (name,)


def _ownerOf(module: str, ours: Any, name: str) -> Any:
    """The class of that name, or the one that stands for it: types have more names than there are classes."""
    name = getattr(twins(module), "CLASSES", {}).get(name, name)
    for part in name.split("."):
        ours = getattr(ours, part, None)
    return ours


def _has(owner: Any, name: str) -> bool:
    if hasattr(owner, name) or (isinstance(owner, Mapping) and name in owner):
        return True
    if not isinstance(owner, type):  # a function that takes the option as a keyword
        return callable(owner) and name in inspect.signature(owner).parameters
    fields = {*getattr(owner, "__required_keys__", ()), *getattr(owner, "__optional_keys__", ())}
    return name in fields or any(name in _attributesOf(base) for base in owner.__mro__)


@cache
def _attributesOf(kind: type) -> frozenset[str]:
    """What instances get: annotated on the class, or set by its methods."""
    found = set(inspect.get_annotations(kind))
    if kind.__module__.startswith("nodecompat"):
        found.update(re.findall(r"\bself\.(\w+)(?:: [^=\n]+)? = ", inspect.getsource(kind)))
    return frozenset(found)


# -- is it compared?


def isCompared(module: str, name: str) -> bool:
    """Whether a comparison or a recorded case uses a name."""
    theirs, ours, cases = _used(module)
    found = _NAME.fullmatch(name)
    assert found is not None
    if name in cases:
        return True
    if found["event"]:
        return f"'{found['event']}'" in theirs and f'"{found["event"]}"' in ours
    last = found["name"]
    if last in _PROTOCOLS:
        return _FORMS[last][0] in theirs and _FORMS[last][1] in ours
    return last in theirs and any(each in ours for each in _spellings(last))


#: How either side uses a protocol.
_FORMS = {
    "@@asyncIterator": ("await (", "async for"),
    "@@iterator": ("[...", "list"),
    "@@asyncDispose": ("await using", "async with"),
    "@@dispose": ("using", "with"),
}
#: What of our file is no comparison.
_ASIDE = {"LEFT_OUT", "CLASSES", "compared", "needed", "skipped"}


@cache
def _used(module: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The words and quoted words of both files, and what recorded cases use."""
    folder = HERE / "comparisons"
    theirs = re.sub(r"(?m)^\s*//.*$", "", (folder / f"{module}.cjs").read_text())
    ours = _comparisonsOf((folder / f"{module}.py").read_text())
    cases = getattr(twins(module), "compared", frozenset)()
    return frozenset(_wordsOf(theirs, "'")), frozenset(_wordsOf(ours, '"')), frozenset(cases)


def _comparisonsOf(source: str) -> str:
    """Our file without comments, and without what tells about it."""
    kept = []
    for node in ast.parse(source).body:
        names = {each.id for each in getattr(node, "targets", ()) if isinstance(each, ast.Name)}
        if not {*names, getattr(node, "name", "")} & _ASIDE:
            kept.append(ast.unparse(node).replace("'", '"'))
    return "\n".join(kept)


def _wordsOf(text: str, quote: str) -> Iterator[str]:
    yield from _WORD.findall(text)
    yield from re.findall(f"{quote}[\\w ]+{quote}", text)
    for form in ("[...", "await (", "await using", "async for", "async with"):
        if form in text:
            yield form
