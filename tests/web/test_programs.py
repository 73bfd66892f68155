"""2,500 random programs of Headers, Request and Response: what each step gives or raises is what Node recorded.

The data is made by `python tools/fuzz_web.py record tests/data/web/programs.jsonl.gz 2500 11`. Without arguments the
program plays others.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from webplay import play, similar

PATH = Path(__file__).parents[1] / "data/web/programs.jsonl.gz"
PROGRAMS: list[Any] = [json.loads(line) for line in gzip.decompress(PATH.read_bytes()).splitlines()]


@pytest.mark.parametrize("start", range(0, len(PROGRAMS), 250))
def testPrograms(start: int) -> None:
    for steps, theirs in PROGRAMS[start : start + 250]:
        ours = play(steps)
        assert similar(theirs, ours), (steps, theirs, ours)


def testEveryNameIsMet() -> None:
    text = json.dumps(PROGRAMS)
    names = (
        "append set delete get has getSetCookie keys values entries each clone text json arrayBuffer bytes blob "
        "formData body bodyUsed status ok statusText headers type url redirected error redirect method mode cache "
        "credentials referrer referrerPolicy integrity keepalive duplex signal destination"
    )
    assert [name for name in names.split() if f'"{name}"' not in text] == []
