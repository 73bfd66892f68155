"""Programs of Node's documentation, ported line by line: they print what their originals printed under Node.

`portedprograms/` has both; what Node printed is recorded by `node tests/portedprograms.cjs`.
"""

from __future__ import annotations

import json
import os
import shutil
from itertools import groupby
from pathlib import Path

import pytest
from program import ROOT, python

HERE = ROOT / "tests" / "portedprograms"
NAMES = sorted(path.stem for path in HERE.glob("*.py"))
RECORDED = json.loads((ROOT / "tests" / "data" / "ported-programs.json").read_text("utf-8"))
#: By Node's module, which the names begin with.
GROUPS = {module: list(names) for module, names in groupby(NAMES, lambda name: name.partition("_")[0])}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the programs run in forks")
@pytest.mark.parametrize("module", GROUPS)
def testPortedProgramsPrintWhatTheOriginalsPrint(module: str, tmp_path: Path) -> None:
    names = GROUPS[module]
    paths = [shutil.copy(HERE / f"{name}.py", tmp_path) for name in names]
    code, out, err = python(str(ROOT / "tests" / "forked.py"), *map(str, paths), cwd=tmp_path)
    assert (code, err) == (0, "")
    for name, (code, out, err) in zip(names, json.loads(out), strict=True):
        assert [code, *out.splitlines()] == RECORDED[name], f"{name}: {err}"


def testEachProgramIsThereInBothLanguages() -> None:
    assert sorted(RECORDED) == NAMES == sorted(path.stem for path in HERE.glob("*.js"))
