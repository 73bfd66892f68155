"""Random options of a server and a client: ours against Node.

Node's side of the recorded ones is from `python tools/fuzz_tls.py --programs 500 --seed 26 --record FILE`; the same
program plays others, with one side or both in Node.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import oracle
import pytest
import pytest_twisted
from tls.test_mutations import load

fuzz = load("fuzz_tls")
DATA = Path(__file__).parents[1] / "data" / "tls-options.jsonl.gz"
LINES = gzip.decompress(DATA.read_bytes()).decode().splitlines()
PARTS = 10


@pytest.mark.parametrize("part", range(PARTS))
def testRecordedOptions(part: int) -> None:
    wrong: list[Any] = []
    for line in LINES[part::PARTS]:
        case = json.loads(line)
        test = case["test"]
        ours, theirs = fuzz.comparable(fuzz.play(test), test), fuzz.comparable(case["outcome"], test)
        if ours != theirs:
            wrong.append((test, theirs, ours))
    assert wrong == []


@oracle.needsNode
def testOptionsAreNodes() -> None:
    assert fuzz.run(oracle.findNode(), 80, 1) == []


@oracle.needsNode
@pytest_twisted.ensureDeferred
async def testOneSideIsNode() -> None:
    """Whichever it is, both come to what they come to when both are."""
    assert await fuzz.runCross(oracle.findNode(), 40, 2) == []
