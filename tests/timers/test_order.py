"""The order of ticks, microtasks and immediates, against real Node: random programs that schedule more of them.

A program is a tree: each node has a number, a kind of callback and the nodes it schedules. Timers are left out, as
their order among the others depends on the speed of the machine, and so are exceptions, after which Node puts the
ticks that are left behind the next immediate.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from oracle import evaluate, needsNode

from nodecompat import process, queueMicrotask, setImmediate
from nodecompat.testing import network

PROGRAMS = 300
NODES = 24
KINDS = ("tick", "microtask", "immediate")

#: Runs each program from an immediate, one after the other, and prints the numbers in the order of their calls.
SCRIPT = """
const programs = JSON.parse(require('fs').readFileSync(%s)), logs = [];
const start = { tick: process.nextTick, microtask: queueMicrotask, immediate: setImmediate };
let log = { length: %d };
function schedule([number, kind, children]) {
  start[kind](() => {
    log.push(number);
    children.forEach(schedule);
  });
}
function next() {
  if (log.length < %d) { setTimeout(next, 1); return; }
  if (logs.length === programs.length) { console.log(JSON.stringify(logs)); return; }
  logs.push(log = []);
  programs[logs.length - 1].forEach(schedule);
  setTimeout(next, 1);
}
next();
"""


def makeProgram(chance: random.Random) -> list[Any]:
    roots: list[Any] = []
    made: list[Any] = []
    for number in range(NODES):
        node = [number, chance.choice(KINDS), []]
        parent = chance.choice([None, *made[-6:]])
        (roots if parent is None else parent[2]).append(node)
        made.append(node)
    return roots


def runProgram(roots: list[Any]) -> list[Any]:
    log: list[Any] = []
    start = {"tick": process.nextTick, "microtask": queueMicrotask, "immediate": setImmediate}

    def schedule(node: Any) -> None:
        number, kind, children = node

        def callback() -> None:
            log.append(number)
            for child in children:
                schedule(child)

        start[kind](callback)

    with network() as net:
        for node in roots:
            schedule(node)
        net.run()
    return log


@needsNode
def testRandomProgramsRunInNodesOrder(tmp_path: Path) -> None:
    chance = random.Random(26)
    programs = [makeProgram(chance) for _ in range(PROGRAMS)]
    path = tmp_path / "programs.json"
    path.write_text(json.dumps(programs))
    expected = evaluate(SCRIPT % (json.dumps(str(path)), NODES, NODES))
    for roots, wanted in zip(programs, expected, strict=True):
        assert runProgram(roots) == wanted, json.dumps(roots)
