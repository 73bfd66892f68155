"""The scenarios of Node's pages, and the tests of each: `tests/data/pages/MODULE.json`.

An item of a page names what tests it, `FILE` or `FILE::FUNCTION` below `tests/`, or says why it is not here. What is in
`portedprograms/` and `comparisons/` is compared with what Node did.
"""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent
PAGES = sorted(path.stem for path in (TESTS / "data/pages").glob("*.json"))


@cache
def functions(file: str) -> frozenset[str]:
    """The functions of a file, at any depth."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))


def isThere(place: str) -> bool:
    file, _, function = place.partition("::")
    return (TESTS / file).is_file() and (not function or function in functions(file))


@pytest.mark.parametrize("module", PAGES)
def testWhatIsSaidToTestAnItemIsThere(module: str) -> None:
    items: dict[str, Any] = json.loads((TESTS / f"data/pages/{module}.json").read_text("utf-8"))["items"]
    assert [item for item, places in items.items() if not places] == []
    named = [place for places in items.values() if isinstance(places, list) for place in places]
    assert [place for place in named if not isThere(place)] == []
