"""What a caller reads with `help()`: every room's docstrings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "nodecompat"
SOURCES = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
#: A page of Node's documentation, however it is written.
_PAGE = re.compile(r"\S*\b[a-z_]+\.html(?:#\S*|$)", re.MULTILINE)


def testALinkIsWhole() -> None:
    found = [(name, page.strip("`\"'(.,)")) for name, text in SOURCES.items() for page in _PAGE.findall(text)]
    assert [(name, page) for name, page in found if not page.startswith("https://")] == []


#: What a function returns, or a callback gives.
_RESULTS = {"Asked", "CursorPos", "PSKCallbackNegotation", "SpawnSyncReturns"}


def _optionBags() -> Iterator[tuple[str, ast.ClassDef]]:
    """The public TypedDicts that functions take."""
    for name, text in SOURCES.items():
        for each in ast.walk(ast.parse(text)):
            if isinstance(each, ast.ClassDef) and _isBag(each) and each.name not in _RESULTS:
                yield name, each


def _isBag(kind: ast.ClassDef) -> bool:
    isTyped = "TypedDict" in _basesOf(kind) or any(word.arg == "total" for word in kind.keywords)
    return isTyped and not kind.name.startswith("_")


def _basesOf(kind: ast.ClassDef) -> list[str]:
    return [ast.unparse(base).rpartition(".")[2] for base in kind.bases]


def testEachOptionSaysWhatItMeansAndItsDefault() -> None:
    wrong = []
    for name, kind in _optionBags():
        texts = _textsOf(ast.get_docstring(kind) or "")
        options = [ast.unparse(each.target) for each in kind.body if isinstance(each, ast.AnnAssign)]
        wrong += [f"{name}: {kind.name} has no {each}" for each in texts if each not in options]
        wrong += [f"{name}: {kind.name}.{each}" for each in options if "default" not in texts.get(each, "")]
    assert wrong == []


def testOptionsOfABaseAreReferredTo() -> None:
    assert [
        f"{name}: {kind.name} does not name {base}"
        for name, kind in _optionBags()
        for base in _basesOf(kind)
        if base != "TypedDict" and f"{base}`" not in (ast.get_docstring(kind) or "")
    ] == []


def _textsOf(docstring: str) -> dict[str, str]:
    """The section "Options", by name."""
    section = re.search(r"^Options:\n((?: +.*\n?)*)", docstring, re.MULTILINE)
    entries = re.split(r"^    (?=\w)", section[1], flags=re.MULTILINE)[1:] if section else []
    return {each.partition(": ")[0]: each.partition(": ")[2] for each in entries}
