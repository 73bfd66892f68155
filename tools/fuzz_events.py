"""A differential fuzzer of EventSource's format: random streams, cut at random places, read by Node and by nodecompat.

What counts is each event with its type, data and id, the time before the next connection, and the id sent with it.
"""

from __future__ import annotations

import gzip
import json
import os
import pathlib
import random
import subprocess
import sys
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from eventplay import play  # noqa: E402
from fuzz_answers import Difference, main  # noqa: E402

SCRIPT = ROOT / "tools" / "fuzz_events.cjs"
ENDS = [b"\n", b"\r", b"\r\n"]
FIELDS = [b"data", b"data", b"data", b"event", b"event", b"id", b"id", b"retry", b"", b"Data", b"data ", b" data", b"x"]
COLONS = [b": ", b":", b": ", b":  ", b"", b" : ", b"::"]
VALUES = [
    b"", b"a", b"two words", b"\xc3\xa9", b"\xe2\x82\xac", b"\xff", b"\xe2\x82", b"a\0b", b"x", b"x ", b"a b", b"error",
    b"open", b"message", b"5", b"12", b"007", b"1.5", b"-1", b"+1", b" 5", b"5 ", b"1e3", b"\xd9\xa3", b":", b"a:b",
    b"\xef\xbb\xbf", b"x" * 70, b"99999999999999999999", b"\xf0\x9f\x98\x80", b"\t", b"0",
]  # fmt: skip
STARTS = [b"", b"", b"", b"\xef\xbb\xbf", b"\xef\xbb", b"\xef\xbb\xbf\xef\xbb\xbf", b"\n", b"\xfe\xff"]


class Maker:
    """Makes streams: lists of chunks, in Latin-1."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def content(self) -> bytes:
        choose = self.random.choice
        end, isMixed = choose(ENDS), self.random.random() < 0.3
        parts = [choose(STARTS)]
        for _ in range(self.random.randrange(1, 16)):
            if self.random.random() < 0.65:
                parts += (choose(FIELDS), choose(COLONS), choose(VALUES))
            parts.append(choose(ENDS) if isMixed else end)
        if self.random.random() < 0.6:
            parts += (end, end)
        return b"".join(parts)

    def program(self) -> list[str]:
        content = self.content().decode("latin-1")
        if self.random.random() < 0.1:
            return list(content)
        cuts = sorted(self.random.randrange(len(content) + 1) for _ in range(self.random.choice([0, 1, 2, 3, 8])))
        return [content[start:end] for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True) if end > start]


def playInNode(node: str, programs: list[list[str]]) -> list[Any]:
    """What Node makes of them."""
    command = [node, "--no-warnings", "--experimental-eventsource", str(SCRIPT)]
    lines = "".join(json.dumps(program) + "\n" for program in programs)
    done = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True, timeout=600, check=True)
    outcomes = dict(json.loads(line) for line in done.stdout.splitlines())
    return [outcomes[at] for at in range(len(programs))]


def run(node: str, count: int, seed: int) -> list[Difference]:
    """Play so many streams. Returns those that differ, with Node's outcome and ours."""
    maker = Maker(seed)
    programs: list[Any] = [maker.program() for _ in range(count)]
    pairs = zip(programs, playInNode(node, programs), strict=True)
    return [(program, theirs, ours) for program, theirs in pairs if (ours := play(program)) != theirs]


def record(node: str, path: str, count: int, seed: int) -> None:
    """Write so many streams, each with Node's outcome, for tests/web/test_eventstream.py."""
    maker = Maker(seed)
    made = [maker.program() for _ in range(count)]
    lines = [json.dumps(pair) + "\n" for pair in zip(made, playInNode(node, made), strict=True)]
    pathlib.Path(path).write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


if __name__ == "__main__":
    if sys.argv[1:2] == ["record"]:  # record PATH COUNT SEED
        record(os.environ["NODECOMPAT_NODE"], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        sys.exit()
    sys.exit(main(__doc__, run))
