"""1,500 random programs of streams of bytes: all that comes of each, in the order that Node recorded.

The data is made by `python tools/fuzz_bytes.py record tests/data/stream/bytes.jsonl.gz 1500 5`. Without arguments the
program plays others.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import oracle
import pytest
from byteplay import isSimilar, play
from toolloader import load

PATH = Path(__file__).parents[2] / "data/stream/bytes.jsonl.gz"
PROGRAMS: list[Any] = [json.loads(line) for line in gzip.decompress(PATH.read_bytes()).splitlines()]


@pytest.mark.parametrize("start", range(0, len(PROGRAMS), 250))
def testPrograms(start: int) -> None:
    for program, theirs in PROGRAMS[start : start + 250]:
        ours = play(program)
        assert isSimilar(program, theirs, ours), (program, theirs, ours)


@oracle.needsNode
def testNewPrograms() -> None:
    node = oracle.findNode()
    assert node is not None
    assert load("fuzz_bytes").run(node, 200, 77) == []


def testEveryStepIsMet() -> None:
    text = json.dumps(PROGRAMS)
    names = "enqueue close error respond respondView reader read release cancel cancelStream tee closed desired request"
    assert [name for name in names.split() if f'["{name}"' not in text] == []
