"""The order of ticks, microtasks and immediates, against real Node: random programs that schedule more of them.

A program is a tree: each node has a number, a kind of callback, the nodes it schedules, and whether it raises then.
Timers are left out, as their order among the others depends on the speed of the machine: see `test_turns.py`.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from oracle import evaluate, needsNode

from nodecompat import process, queueMicrotask, setImmediate
from nodecompat.reactor.loop import faults
from nodecompat.testing import network

PROGRAMS = 300
NODES = 24
#: Programs in which every seventh callback raises, and what they logged in Node 26.10.
RECORDED = Path(__file__).parents[1] / "data" / "exceptions-order.json"
KINDS = ("tick", "microtask", "immediate")

#: Runs each program from an immediate, one after the other, and prints the numbers in the order of their calls.
SCRIPT = """
const programs = JSON.parse(require('fs').readFileSync(%s)), logs = [];
const start = { tick: process.nextTick, microtask: queueMicrotask, immediate: setImmediate };
let left = 0;
process.on('uncaughtException', (error) => logs.at(-1).push(error.message));
function schedule([number, kind, children, raises]) {
  start[kind](() => {
    logs.at(-1).push(number);
    children.forEach(schedule);
    // At the end only: other callbacks let ticks go on that an exception has put off.
    if (--left === 0) setTimeout(setImmediate, 1, next);
    if (raises) throw new Error('raised ' + number);
  });
}
function next() {
  if (logs.length === programs.length) { console.log(JSON.stringify(logs)); return; }
  left = %d;
  logs.push([]);
  programs[logs.length - 1].forEach(schedule);
}
setImmediate(next);
"""


def makeProgram(chance: random.Random, raising: float) -> list[Any]:
    roots: list[Any] = []
    made: list[Any] = []
    for number in range(NODES):
        node = [number, chance.choice(KINDS), [], chance.random() < raising]
        parent = chance.choice([None, *made[-6:]])
        (roots if parent is None else parent[2]).append(node)
        made.append(node)
    return roots


def runProgram(roots: list[Any]) -> list[Any]:
    log: list[Any] = []
    start = {"tick": process.nextTick, "microtask": queueMicrotask, "immediate": setImmediate}

    def schedule(node: Any) -> None:
        number, kind, children, raises = node

        def callback() -> None:
            log.append(number)
            for child in children:
                schedule(child)
            if raises:
                raise ValueError(f"raised {number}")

        start[kind](callback)

    with network() as net:
        faults.fatal = lambda error: log.append(str(error))
        for node in roots:
            schedule(node)
        net.run()
    return log


@needsNode
def testRandomProgramsRunInNodesOrder(tmp_path: Path) -> None:
    chance = random.Random(26)
    programs = [makeProgram(chance, 0.0) for _ in range(PROGRAMS)]
    path = tmp_path / "programs.json"
    path.write_text(json.dumps(programs))
    expected = evaluate(SCRIPT % (json.dumps(str(path)), NODES))
    for roots, wanted in zip(programs, expected, strict=True):
        assert runProgram(roots) == wanted, json.dumps(roots)


def testRandomProgramsThatRaiseRunInNodesOrder() -> None:
    """Recorded: under load, Node's own work between the turns lets ticks go on that an exception has put off."""
    for record in json.loads(RECORDED.read_text("utf-8")):
        assert runProgram(record["program"]) == record["log"], json.dumps(record["program"])
