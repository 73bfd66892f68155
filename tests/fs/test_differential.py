"""Random programs of calls of fs, ours against Node: each in a fresh directory, in one of the three forms.

Recorded in data/fs/programs.jsonl.gz by `node fscases.cjs 26 600`; more by `python tests/fscases.py SEED COUNT`.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from pathlib import Path

import fscases
import fsstreamcases
import pytest
import pytest_twisted

FILE = Path(__file__).parents[1] / "data" / "fs" / "programs.jsonl.gz"
PARTS = 6


def _permissionsBind() -> bool:
    """False for root, who may read everything."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0)
        try:
            os.listdir(folder)
        except PermissionError:
            return True
        finally:
            os.chmod(folder, 0o700)
        return False


@pytest.mark.parametrize("part", range(PARTS))
@pytest_twisted.ensureDeferred
async def testAsInNode(part: int) -> None:
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        programs = [json.loads(line) for line in file]
    assert len(programs) == 600
    if _permissionsBind():  # Node ran as root: for others a directory is shut by what the programs give it
        programs = [each for each in programs if not any(call[0] in ("chmod", "fchmod") for call in each[1])]
    wrong = [text for program in programs[part::PARTS] for text in await fscases.differences(program)]
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize("part", range(PARTS))
@pytest_twisted.ensureDeferred
async def testStreamsAsInNode(part: int) -> None:
    """Recorded in data/fs/streams.jsonl.gz by `node fsstreamcases.cjs 26 500`: options, calls at any time, events."""
    with gzip.open(FILE.with_name("streams.jsonl.gz"), "rt", encoding="utf-8") as file:
        programs = [json.loads(line) for line in file]
    assert len(programs) == 500
    wrong = [text for program in programs[part::PARTS] for text in await fsstreamcases.differences(program)]
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:20])
