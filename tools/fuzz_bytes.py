"""A differential fuzzer of ReadableStreams of bytes: random programs, played by Node and by nodecompat.

What counts is what each step gives or raises, what its promise is settled with, when the source is asked for more and
with which room, all in one order. Programs at which Node fails an assertion of its own are left out.
"""

from __future__ import annotations

import gzip
import json
import os
import pathlib
import random
import sys
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from byteplay import isSimilar, play  # noqa: E402
from fuzz_answers import Difference, main, playInNode  # noqa: E402

SCRIPT = ROOT / "tools" / "fuzz_bytes.cjs"
#: Whether programs split streams.
TEES = 0.3


class Maker:
    """Makes programs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.isSplitting = False

    def action(self) -> list[Any]:
        """What a source does."""
        choose, chance = self.random.choice, self.random.random()
        if chance < 0.45:
            return ["enqueue", "".join(choose("abcdefgh") for _ in range(choose([1, 1, 2, 3, 4, 5, 9])))]
        if chance < 0.8:
            return ["respond", choose([1, 1, 2, 3, 4, 0, 8])]
        if chance < 0.92:
            return ["respondView", choose([0, 0, 0, 1]), choose([1, 2, 3, 4, 0])]
        return ["close"] if chance < 0.98 else ["error"]

    def step(self) -> list[Any]:
        choose, chance = self.random.choice, self.random.random()
        which = self.random.randrange(3) if self.isSplitting else 0
        if chance < 0.3:
            return self.action()
        if chance < 0.6:
            items = choose([1, 2, 3, 4, 8])
            least = choose([1, 1, 1, 1, 2, items, items + 1 if choose([0, 0, 0, 1]) else 1])
            return ["read", which, items, choose([1, 1, 1, 2, 2, 4]), least, choose([0, 0, 1])]
        if chance < 0.75:
            return ["turn"]
        if chance < 0.82:
            return ["reader", which, choose([True, True, False])]
        if chance < 0.88:
            return ["release", which]
        if chance < 0.93:
            return [choose(["desired", "request"])]
        if chance < 0.96:
            return ["closed", which]
        if self.isSplitting and chance < 0.985:
            return ["tee", which]
        return choose([["cancel", which, "why"], ["cancelStream", which, "why"]])

    def program(self) -> dict[str, Any]:
        choose = self.random.choice
        self.isSplitting = self.random.random() < TEES
        pulls = [self.action() if self.random.random() < 0.7 else None for _ in range(choose([0, 0, 2, 6]))]
        steps = [["tee", 0]] if self.isSplitting else []
        steps += [["reader", index, choose([True, True, False])] for index in range(3 if self.isSplitting else 1)]
        steps += [self.step() for _ in range(self.random.randrange(2, 16))]
        return {"auto": choose([None, None, 4, 1]), "mark": choose([0, 0, 1, 6]), "pulls": pulls, "steps": steps}


def run(node: str, count: int, seed: int) -> list[Difference]:
    """Play so many programs. Returns those that differ, with Node's outcome and ours."""
    maker = Maker(seed)
    programs = [maker.program() for _ in range(count)]
    pairs = zip(programs, playInNode(node, SCRIPT, programs), strict=True)
    outcomes = [(program, theirs, play(program)) for program, theirs in pairs if theirs]
    return [each for each in outcomes if not isSimilar(*each)]


def record(node: str, path: str, count: int, seed: int) -> None:
    """Write so many programs, each with Node's outcome, for tests/stream/web/test_programs.py."""
    maker = Maker(seed)
    made = [maker.program() for _ in range(count)]
    pairs = zip(made, playInNode(node, SCRIPT, made), strict=True)
    lines = [json.dumps(pair) + "\n" for pair in pairs if pair[1]]
    pathlib.Path(path).write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


if __name__ == "__main__":
    if sys.argv[1:2] == ["record"]:  # record PATH COUNT SEED
        record(os.environ["NODECOMPAT_NODE"], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        sys.exit()
    sys.exit(main(__doc__, run))
