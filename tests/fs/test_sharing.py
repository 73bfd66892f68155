"""When a shared file is closed."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
import pytest_twisted

from nodecompat.fs import promises
from nodecompat.fs.sharing import SharedFile

check = pytest_twisted.ensureDeferred


def isOpen(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


@check
async def testClosingWaitsForWhatIsUnderWay(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("hello")
    file = await promises.open(tmp_path / "a")
    fd, log = file.fd, list[str]()
    file.on("close", lambda: log.append("close"))
    reading = file.readFile()
    closing, again = file.close(), file.close()
    assert log == ["close"] and file.fd == fd
    assert await reading == b"hello"
    await closing
    await again
    assert file.fd == -1 and not isOpen(fd)
    await file.close()


@check
async def testAFileThatIsDroppedIsClosed(tmp_path: Path) -> None:
    file = SharedFile(os.open(tmp_path, os.O_RDONLY))
    fd = file.fd
    with pytest.warns(ResourceWarning, match=f"Closing file descriptor {fd} on garbage collection"):
        del file
        gc.collect()
    assert not isOpen(fd)
