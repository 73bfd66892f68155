"""Dir."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred, gatherResults

from nodecompat import fs
from nodecompat.errors import ERR_DIR_CLOSED, ERR_DIR_CONCURRENT_OPERATION, ERR_INVALID_ARG_TYPE

check = pytest_twisted.ensureDeferred


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in "abc":
        (tmp_path / name).mkdir()
    return tmp_path


@check
async def testALoopClosesItAtItsEnd(folder: Path) -> None:
    directory = await fs.promises.opendir(folder, bufferSize=2)
    assert sorted([entry.name async for entry in directory]) == ["a", "b", "c"]
    with pytest.raises(ERR_DIR_CLOSED):
        await directory.read()
    with pytest.raises(ERR_DIR_CLOSED):
        directory.closeSync()


@check
async def testLeavingALoopClosesIt(folder: Path) -> None:
    directory = await fs.promises.opendir(folder)
    async for _ in directory.entries():
        break
    with pytest.raises(ERR_DIR_CLOSED):
        directory.readSync()


@check
async def testCallsWaitForEachOther(folder: Path) -> None:
    directory = await fs.promises.opendir(folder)
    reads = [directory.read() for _ in range(4)]
    with pytest.raises(ERR_DIR_CONCURRENT_OPERATION):
        directory.readSync()
    closing = directory.close()
    found = await gatherResults(reads)
    assert sorted(entry.name for entry in found if entry is not None) == ["a", "b", "c"] and None in found
    await closing


@check
async def testCallbacks(folder: Path) -> None:
    opened: Deferred[Any] = Deferred()
    fs.opendir(folder, lambda error, directory: opened.callback(directory))
    directory = await opened
    assert directory.path == str(folder)
    first: Deferred[Any] = Deferred()
    directory.read(lambda error, entry: first.callback((error, entry.name in "abc")))
    assert await first == (None, True)
    closed: Deferred[Any] = Deferred()
    directory.close(closed.callback)
    assert await closed is None
    late: Deferred[Any] = Deferred()
    directory.read(late.callback)
    assert isinstance(await late, ERR_DIR_CLOSED)
    with pytest.raises(ERR_INVALID_ARG_TYPE):
        directory.close(5)


@check
async def testABlock(folder: Path) -> None:
    async with await fs.promises.opendir(folder) as directory:
        await directory.close()
    async with await fs.promises.opendir(folder) as directory:
        pass
    with pytest.raises(ERR_DIR_CLOSED):
        directory.readSync()
