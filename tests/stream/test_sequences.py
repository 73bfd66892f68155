"""Random sequences of calls do what they do in Node: recorded ones always, new ones where Node is at hand."""

from __future__ import annotations

import functools
import json
import subprocess
from pathlib import Path
from typing import Any

import oracle
import pytest
from streamsequences import KINDS, generate, play

from nodecompat.testing import network

RECORDED = Path(__file__).parents[1] / "data" / "stream-sequences.json"
INTERPRETER = Path(__file__).parent / "sequences.cjs"
#: Recorded cases per kind, and new ones per kind and run.
RECORD = 12
FRESH = 150


@functools.cache
def recorded() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(RECORDED.read_text("utf-8"))["cases"]
    return cases


def runHere(case: dict[str, Any]) -> list[Any]:
    with network() as net:
        return json.loads(json.dumps(play(net, case)))  # type: ignore[no-any-return]


def runInNode(cases: list[dict[str, Any]], folder: Path) -> list[Any]:
    node = oracle.findNode()
    assert node is not None
    paths = folder / "cases.json", folder / "logs.json"
    paths[0].write_text(json.dumps(cases), "utf-8")
    subprocess.run([node, "--no-warnings", INTERPRETER, *paths], check=True, timeout=120)
    return json.loads(paths[1].read_text("utf-8"))  # type: ignore[no-any-return]


def record(path: Path, folder: Path) -> None:
    """Make the file of recorded cases anew: `python -c "import test_sequences; …record(…)"` with Node at hand."""
    cases = [generate(kind, seed) for kind in KINDS for seed in range(RECORD)]
    rows = [json.dumps({"case": case, "log": log}) for case, log in zip(cases, runInNode(cases, folder), strict=True)]
    path.write_text('{"node": "26", "cases": [\n' + ",\n".join(rows) + "\n]}\n", "utf-8")


@pytest.mark.parametrize("index", range(RECORD * len(KINDS)))
def testRecordedSequence(index: int) -> None:
    row = recorded()[index]
    assert runHere(row["case"]) == row["log"]


@oracle.needsNode
@pytest.mark.parametrize("kind", KINDS)
def testFreshSequences(kind: str, tmp_path: Path) -> None:
    cases = [generate(kind, seed) for seed in range(1000, 1000 + FRESH)]
    for case, log in zip(cases, runInNode(cases, tmp_path), strict=True):
        assert runHere(case) == log, json.dumps(case)
