"""The count of instructions: its rows do what they say, and a row that has become dearer is told."""

import json
import subprocess
import sys

from benchmarks import instructions

_WORK = """
from benchmarks import instructions

loop = instructions.Loop()
for make in instructions.ROWS.values():
    unit = make(loop)
    unit()
    unit()
"""


def testEveryRowWorksWhereNothingIsCounted():
    done = subprocess.run([sys.executable, "-c", _WORK], cwd=instructions.HERE.parent, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def testARowMayBecomeThreePercentDearer():
    known = {"echo": 1000, "hello": 1000, "post": 1000}
    assert instructions.compare({"echo": 1030, "hello": 1031, "post": 500, "new": 9}, known) == ["hello"]


def testTheFiguresAreOfTheRowsThatThereAre():
    for figures in json.loads(instructions.FIGURES.read_text()).values():
        assert list(figures) == list(instructions.ROWS)
