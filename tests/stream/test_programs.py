"""Random programs of pipelines, compositions, iterators, helpers and emitters do what they do in Node: recorded ones
always, new ones where Node is at hand."""

from __future__ import annotations

import functools
import gc
import json
import subprocess
from pathlib import Path
from typing import Any

import oracle
import pytest
from streamprograms import KINDS, generate, play

from nodecompat.testing import network

RECORDED = Path(__file__).parents[1] / "data" / "stream-programs.json"
INTERPRETER = Path(__file__).parent / "programs.cjs"
#: Recorded programs per kind, and new ones per kind and run.
RECORD = 12
FRESH = 150
#: Of the new ones: two things are told in another order, because what happens between them takes more microtasks here,
#: or fewer. Each thing tells the same.
ORDERS = {
    "pipeline": {1018, 1050, 1051, 1054, 1088},
    "composition": {1009, 1029, 1105, 1147},
    "helpers": {1048},
    "froms": {1050},
    "emitters": {1037},
}
#: Node 26.10 replaces the error that a stream of a helper is destroyed with; see docs/departures.md.
LOST_ERROR = "does not provide a 'throw' method"

Log = list[list[Any]]


@functools.cache
def recorded() -> list[dict[str, Any]]:
    programs: list[dict[str, Any]] = json.loads(RECORDED.read_text("utf-8"))["programs"]
    return programs


def runHere(programs: list[dict[str, Any]]) -> list[Log]:
    with network() as net:
        logs = [json.loads(json.dumps(play(net, program))) for program in programs]
        # What waits for ever is collected as garbage now, and not in the midst of another test.
        gc.collect()
        net.run()
    return logs


def runInNode(programs: list[dict[str, Any]], folder: Path) -> list[Log]:
    node = oracle.findNode()
    assert node is not None
    paths = folder / "programs.json", folder / "logs.json"
    paths[0].write_text(json.dumps(programs), "utf-8")
    subprocess.run([node, "--no-warnings", INTERPRETER, *paths], check=True, timeout=120)
    return json.loads(paths[1].read_text("utf-8"))  # type: ignore[no-any-return]


def record(path: Path, folder: Path) -> None:
    """Make the file of recorded programs anew, with Node at hand."""
    rows = []
    for kind in KINDS:
        programs = [generate(kind, seed) for seed in range(2 * RECORD)]
        played = zip(programs, runInNode(programs, folder), strict=True)
        rows += [json.dumps({"program": program, "log": log}) for program, log in played if not isSpoilt(log)][:RECORD]
    path.write_text('{"node": "26", "programs": [\n' + ",\n".join(rows) + "\n]}\n", "utf-8")


def isSpoilt(log: Log) -> bool:
    return LOST_ERROR in str(log)


def byThing(log: Log) -> dict[str, Log]:
    things: dict[str, Log] = {}
    for name, *what in log:
        things.setdefault(name, []).append(what)
    return things


@pytest.mark.parametrize("kind", KINDS)
def testRecordedPrograms(kind: str) -> None:
    start = KINDS.index(kind) * RECORD
    rows = recorded()[start : start + RECORD]
    for row, log in zip(rows, runHere([row["program"] for row in rows]), strict=True):
        assert log == row["log"], json.dumps(row["program"])


@oracle.needsNode
@pytest.mark.parametrize("kind", KINDS)
def testFreshPrograms(kind: str, tmp_path: Path) -> None:
    seeds = range(1000, 1000 + FRESH)
    programs = [generate(kind, seed) for seed in seeds]
    for seed, program, here, there in zip(
        seeds, programs, runHere(programs), runInNode(programs, tmp_path), strict=True
    ):
        if isSpoilt(there):
            continue
        if seed in ORDERS.get(kind, ()):
            assert byThing(here) == byThing(there), json.dumps(program)
        else:
            assert here == there, json.dumps(program)
