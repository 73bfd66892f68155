"""Programs of Node's documentation, ported line by line: they print what their originals printed under Node.

`portedprograms/` has both; what Node printed is recorded by `node tests/portedprograms.cjs`.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from program import ROOT, python

HERE = ROOT / "tests" / "portedprograms"
NAMES = sorted(path.stem for path in HERE.glob("*.py"))
RECORDED = json.loads((ROOT / "tests" / "data" / "ported-programs.json").read_text("utf-8"))
PARTS = 8  # so many processes; to load the package takes as long as some programs do
#: Seconds for all programs of a part. One that hangs is ended long before, by an alarm of its own.
LIMIT = 300


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the programs run in forks")
@pytest.mark.timeout(LIMIT + 30)
@pytest.mark.parametrize("part", range(PARTS))
def testPortedProgramsPrintWhatTheOriginalsPrint(part: int, tmp_path: Path) -> None:
    names = NAMES[part::PARTS]
    paths = [shutil.copy(HERE / f"{name}.py", tmp_path) for name in names]
    code, out, err = python(str(ROOT / "tests" / "forked.py"), *map(str, paths), cwd=tmp_path, limit=LIMIT)
    assert (code, err) == (0, "")
    for name, (code, printed, errors) in zip(names, json.loads(out), strict=True):
        assert [code, *printed.splitlines()] == RECORDED[name], f"{name}: exit code {code}\n{printed}\n{errors}"


def testEachProgramIsThereInBothLanguages() -> None:
    assert sorted(RECORDED) == NAMES == sorted(path.stem for path in HERE.glob("*.js"))
