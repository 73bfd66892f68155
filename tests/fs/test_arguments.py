"""Every function of fs with every argument, and every option, replaced by each of some odd values: as in Node.

Recorded by `node fsargumentcases.cjs` in data/fs/answers.json.gz.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import fsargumentcases
import pytest
import pytest_twisted

DATA = Path(__file__).parents[1] / "data" / "fs"
#: Function, place and values that shall differ, and why.
DEPARTURES = [
    ("realpath", "0", "*", "Node makes a text of anything: docs/departures.md"),
    ("glob", "1.cwd", "*", "Node fails an assertion of its own"),
    ("read", "4", "2**53", "a whole number of Python's is also a bigint"),
    ("write", "1", "empty a text_1 NUL utf8", "a text has arguments of its own, and the callback stands elsewhere"),
    ("write", "*", "2**53", "a whole number of Python's is also a bigint"),
    ("writev", "2", "2**53", "a whole number of Python's is also a bigint"),
    ("readv", "2", "2**53", "a whole number of Python's is also a bigint"),
    ("appendFile", "1", "[1]", "the piece of an iterable that is wrong is told of as `data`"),
    ("writeFile", "1", "[1]", "the piece of an iterable that is wrong is told of as `data`"),
]


def _departs(name: str, place: str, key: str) -> bool:
    return any(
        name == each and where in (place, "*") and (values == "*" or key.replace(" ", "_") in values.split(" "))
        for each, where, values, _ in DEPARTURES
    )


@pytest.mark.parametrize("index", range(len(fsargumentcases.CALLS)))
@pytest_twisted.ensureDeferred
async def testAsInNode(index: int) -> None:
    with gzip.open(DATA / "answers.json.gz", "rt", encoding="utf-8") as file:
        answers: dict[str, Any] = json.load(file)
    call = fsargumentcases.CALLS[index]
    wrong = []
    for form in call[1].split():
        expected = answers[f"{form} {call[0]} {index}"]
        # The forms that wait for a thread check the same: each takes a third of the values.
        keys = list(fsargumentcases.VALUES)[slice(None) if form == "sync" else slice(index % 3, None, 3)]
        for place, outcomes in (await fsargumentcases.outcomes(call, form, keys)).items():
            for key, ours in outcomes.items():
                theirs = expected[place][key]
                isEngines = theirs.endswith("of the engine") and not ours.startswith("FOREIGN")
                if ours != theirs and not isEngines and not (_departs(call[0], place, key) and "FOREIGN" not in ours):
                    wrong.append(f"{form} {call[0]} | {place} | {key}: {ours}, Node: {theirs}")
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:20])
