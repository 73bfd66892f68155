"""A short run of the differential fuzzer against real Node; `python tools/fuzz_http.py` runs a long one."""

from __future__ import annotations

import importlib.util
import pathlib
import sys
from typing import Any

import oracle
import pytest


def load() -> Any:
    path = pathlib.Path(__file__).resolve().parents[2] / "tools" / "fuzz_http.py"
    spec = importlib.util.spec_from_file_location("fuzz_http", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz_http"] = module
    spec.loader.exec_module(module)
    return module


@oracle.needsNode
@pytest.mark.parametrize(
    ("level", "lenient", "mutants"),
    [("parser", False, 8000), ("parser", True, 3000), ("server", False, 1500), ("server", True, 500)],
)
def testNoUnexplainedDifference(level: str, lenient: bool, mutants: int) -> None:
    node = oracle.findNode()
    result = load().run(node, mutants, 20, level, lenient)
    assert result.cases == mutants
    assert result.unexplained == []


def testEveryMutantIsReadWithoutAnException() -> None:
    """Needs no Node: whatever comes, the parsers and the server answer with events or an error."""
    fuzz = load()
    for level, read in (("parser", fuzz.parse), ("server", fuzz.serve)):
        for lenient in (False, True):
            mutator = fuzz.Mutator(30, level, lenient)
            for _ in range(400):
                read(mutator.case())
