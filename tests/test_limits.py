"""The tests' own helpers: a test that hangs fails by its name, and those behind it run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from program import ROOT, python

CONFTEST = """
import sys
sys.path.append({tests!r})
pytest_plugins = ["limits"]
"""
HANGING = """
import subprocess
import sys
import limits
import pytest
import pytest_twisted
from twisted.internet.defer import Deferred
from nodecompat import setImmediate

limits.PAUSE = 0.3

@pytest.mark.timeout(0.2, func_only=True)
@pytest_twisted.ensureDeferred
async def testAwaits():
    try:
        await Deferred()
    finally:
        await Deferred()

@pytest.mark.timeout(0.2, func_only=True)
def testWaitsForAnotherProcess():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"])

@pytest.mark.timeout(0.2, func_only=True)
@pytest_twisted.ensureDeferred
async def testSpinsInTheReactor():
    turn = Deferred()
    setImmediate(turn.callback, None)
    await turn
    while True:
        pass

@pytest_twisted.ensureDeferred
async def testIsFine():
    done = Deferred()
    setImmediate(done.callback, None)
    await done
"""


def testWhatHangsFailsByItsNameAndTheOthersGoOn(tmp_path: Path) -> None:
    pytest.importorskip("pytest_timeout")
    (tmp_path / "conftest.py").write_text(CONFTEST.format(tests=str(ROOT / "tests")))
    (tmp_path / "pytest.ini").write_text("[pytest]\npython_functions = test*\ntimeout = 60\n")
    (tmp_path / "test_it.py").write_text(HANGING)
    _, out, err = python("-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio", cwd=tmp_path, limit=120)
    assert re.findall(r"^FAILED test_it.py::(\w+) - limits.Hung", out, re.M) == [
        "testAwaits",
        "testWaitsForAnotherProcess",
        "testSpinsInTheReactor",
    ], out + err
    assert "3 failed, 1 passed" in out
    assert out.count("where its threads were:") >= 3
