"""The types of the API, as a strict user's checkers see them: a program that they must have nothing to say about.

The checkers know events by overloads that a tool writes from the tables `__events__`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import oracle
import pytest
import suite
from program import HANGS, ROOT, python

USER = ROOT / "tests" / "data" / "typed_user.py"
USES = ROOT / "tests" / "data" / "typed_uses.py"
#: The lines of `USES` that must be refused, and how many others use something.
LINES = USES.read_text("utf-8").splitlines()
WRONG = {number for number, line in enumerate(LINES, 1) if line.endswith("# wrong")}
RIGHT = sum(line[:1].islower() and "(" in line and not line.endswith(("# wrong", ":")) for line in LINES)


def pyrightCommand() -> list[str]:
    """pyright itself, or its package beside the oracle Node, which runs on that; empty when there is none."""
    named = os.environ.get("NODECOMPAT_PYRIGHT") or shutil.which("pyright")
    if named:
        return [named]
    node = oracle.findNode()
    script = Path(node or "").parent.parent.parent / "pyright" / "index.js"
    return [node, str(script)] if node and script.exists() else []


pyright = pyrightCommand()
needsPyright = pytest.mark.skipif(
    not pyright,
    reason="needs pyright: npm install --prefix .node pyright beside the oracle Node, or put it on PATH, "
    "or name it in NODECOMPAT_PYRIGHT",
)


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


def runPyright(folder: Path, *options: str) -> str:
    """What it prints about the files of a folder, in its strict mode."""
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": ["*.py"]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [*pyright, "--pythonpath", sys.executable, "-p", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=HANGS * 2).stdout


@needsPyright
@pytest.mark.slow
def testPyrightStrict(program: Path) -> None:
    assert "0 errors" in (out := runPyright(program.parent)), out


# -- right and wrong uses


def testThereAreManyUses() -> None:
    assert RIGHT >= 60 and len(WRONG) >= 40, (RIGHT, len(WRONG))


@pytest.fixture
def uses(tmp_path: Path) -> Path:
    return Path(shutil.copy(USES, tmp_path / "uses.py"))


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="needs mypy")
def testMypyRefusesTheWrongLinesAndNoOther(uses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYPYPATH", str(ROOT))
    options = ["--strict", "--follow-imports=silent", "--config-file=", f"--cache-dir={uses.parent / 'cache'}"]
    _, out, _ = python("-m", "mypy", *options, "--no-error-summary", str(uses), cwd=uses.parent)
    assert {int(number) for number in re.findall(r"uses\.py:(\d+): error", out)} == WRONG, out


@needsPyright
@pytest.mark.slow
def testPyrightRefusesTheWrongLinesAndNoOther(uses: Path) -> None:
    found = json.loads(runPyright(uses.parent, "--outputjson"))["generalDiagnostics"]
    assert {each["range"]["start"]["line"] + 1 for each in found if each["severity"] == "error"} == WRONG, found


# -- every public name


@needsPyright
@pytest.mark.slow
@pytest.mark.skipif(suite.whyNoTLS() != "", reason=suite.whyNoTLS())
def testEveryPublicNameSaysItsType(tmp_path: Path) -> None:
    # This mode looks for packages where the first `python` of the path has them, whatever it is told.
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = [*pyright, "--verifytypes", "nodecompat", "--ignoreexternal", "--outputjson"]
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=HANGS * 2)
    found = json.loads(said.stdout)["typeCompleteness"]
    wrong = [each["name"] for each in found["symbols"] if each["isExported"] and not each["isTypeKnown"]]
    assert not found["exportedSymbolCounts"]["withUnknownType"], wrong
    assert found["exportedSymbolCounts"]["withKnownType"] > 9000 and found["completenessScore"] >= 0.99, wrong
