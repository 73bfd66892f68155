"""Directories that remove themselves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest_twisted

from nodecompat import fs


@pytest_twisted.ensureDeferred
async def testAtTheEndOfABlock(tmp_path: Path) -> None:
    async with await fs.promises.mkdtempDisposable(f"{tmp_path}/x-") as made:
        fs.writeFileSync(f"{made.path}/file", "")
    assert os.listdir(tmp_path) == []
    await made.remove()


def testAtOnce(tmp_path: Path) -> None:
    with fs.mkdtempDisposableSync(f"{tmp_path}/x-") as made:
        assert os.path.isdir(made.path)
    assert os.listdir(tmp_path) == []
    made.remove()
