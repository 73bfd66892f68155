"""The types of the API, as a strict user's checkers see them: a program that they must have nothing to say about.

The checkers know events by overloads that a tool writes from the tables `__events__`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import suite
from program import HANGS, ROOT, python

USER = ROOT / "tests" / "data" / "typed_user.py"
pyright = os.environ.get("NODECOMPAT_PYRIGHT") or shutil.which("pyright")


sys.path.insert(0, str(ROOT / "tools"))
import eventtypes  # noqa: E402


@pytest.mark.skipif(suite.whyNoTLS() != "", reason=suite.whyNoTLS())
def testTheOverloadsAreThoseOfTheTables() -> None:
    wrong = [path.name for path in eventtypes.sources() if eventtypes.written(path) != path.read_text("utf-8")]
    assert not wrong, "run tools/eventtypes.py"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program where a user would have it: far from this tree and its settings."""
    return Path(shutil.copy(USER, tmp_path / "program.py"))


@pytest.mark.parametrize("options", [[], ["--asyncio"]], ids=["twisted", "asyncio"])
def testItRuns(program: Path, options: list[str]) -> None:
    code, _, err = python(str(program), *options)
    assert (code, err) == (0, "")


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="needs mypy")
def testMypyStrict(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYPYPATH", str(ROOT))
    # What is installed is not reported on; in a tree it has to be said.
    options = ["--strict", "--follow-imports=silent", "--config-file=", f"--cache-dir={program.parent / 'cache'}"]
    code, out, err = python("-m", "mypy", *options, str(program), cwd=program.parent)
    assert (code, err) == (0, ""), out


@pytest.mark.slow
@pytest.mark.skipif(pyright is None, reason="needs pyright: put it on PATH or name it in NODECOMPAT_PYRIGHT")
def testPyrightStrict(program: Path) -> None:
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": [program.name]}
    (program.parent / "pyrightconfig.json").write_text(json.dumps(settings))
    assert pyright is not None
    checked = subprocess.run(
        [pyright, "--pythonpath", sys.executable, "-p", str(program.parent)],
        capture_output=True,
        text=True,
        timeout=HANGS * 2,
    )
    assert checked.returncode == 0, checked.stdout
