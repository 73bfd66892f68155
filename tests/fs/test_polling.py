"""fs.watchFile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import fs
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.events import once
from nodecompat.reactor.loop import activity

check = pytest_twisted.ensureDeferred


@check
async def testAFileThatComesChangesAndGoes(tmp_path: Path) -> None:
    file = tmp_path / "a"
    waiting: list[Deferred[Any]] = []

    def heard(current: Any, previous: Any) -> None:
        waiting.pop().callback((current.size, previous.size))

    def next_() -> Deferred[Any]:
        waiting.append(Deferred())
        return waiting[0]

    step = next_()
    watcher = fs.watchFile(file, heard, interval=1)
    assert await step == (0, 0)
    step = next_()
    file.write_text("abc")
    if await step == (0, 0):  # seen before it was written
        assert await next_() == (3, 0)
    step = next_()
    file.write_text("abcd")
    found = await step
    assert found[1] == 3
    if found[0] != 4:
        await next_()
    step = next_()
    file.unlink()
    assert await step == (0, 4)
    assert fs.watchFile(file, {"interval": 1}, lambda: None) is watcher
    fs.unwatchFile(file, heard)
    assert watcher.listenerCount("change") == 1
    fs.unwatchFile(file)
    await once(watcher, "stop")
    fs.unwatchFile(file)


def testItNeedsAListener(tmp_path: Path) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"listener" argument must be of type function'):
        fs.watchFile(tmp_path)


@check
async def testItKeepsTheProgramAliveUnlessToldOtherwise(tmp_path: Path) -> None:
    first: Deferred[None] = Deferred()
    watcher = fs.watchFile(tmp_path / "a", {"interval": 60_000}, lambda *told: first.callback(None))
    assert watcher.unref() is watcher
    await first  # told of a file that is not there; it looks again in a minute
    assert not activity.isAlive()
    assert watcher.ref() is watcher
    assert activity.isAlive()
    watcher.unref()
    assert not activity.isAlive()
    fs.unwatchFile(tmp_path / "a")
    await once(watcher, "stop")


@check
async def testNothingIsToldAfterItHasStopped(tmp_path: Path) -> None:
    told: list[Any] = []
    watcher = fs.watchFile(tmp_path / "a", {"interval": 1}, lambda *each: told.append(each))
    fs.unwatchFile(tmp_path / "a")  # while it looks for the first time
    await once(watcher, "stop")
    await fs.promises.stat(tmp_path)  # behind it
    assert told == []
