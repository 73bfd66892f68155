"""Cases that were recorded from Node: `tests/NAMEcases.cjs SEED COUNT` writes one JSON value per line.

`tests/data/cases/NAME.jsonl.gz` holds what it wrote for seed 1; with Node at hand `fresh` gives others, and says which
seed they came from. Record again: `python tests/cases.py NAME COUNT`.
"""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import oracle

_HERE = Path(__file__).resolve().parent


def recorded(name: str) -> list[Any]:
    """The recorded cases."""
    with gzip.open(_HERE / f"data/cases/{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def fresh(name: str, count: int) -> list[Any]:
    """New cases from Node; the seed is printed, which pytest shows when the test fails."""
    seed = random.randrange(2, 2**31)
    print(f"seed {seed}")
    return [json.loads(line) for line in _run(name, seed, count).split("\n") if line]


def _run(name: str, seed: int, count: int) -> str:
    node = oracle.findNode()
    assert node is not None, "mark the test with oracle.needsNode"
    command = [node, "--no-warnings", str(_HERE / f"{name}cases.cjs"), str(seed), str(count)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    return result.stdout


if __name__ == "__main__":
    name, count = sys.argv[1], int(sys.argv[2])
    lines = _run(name, 1, count).encode()
    (_HERE / f"data/cases/{name}.jsonl.gz").write_bytes(gzip.compress(lines, 9, mtime=0))
