"""fs.watch, with the events that Node gives for the same changes (Linux)."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import AbortController, fs, process
from nodecompat.errors import ERR_FS_WATCH_QUEUE_OVERFLOW, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, AbortError
from nodecompat.events import once
from nodecompat.reactor.loop import activity

check = pytest_twisted.ensureDeferred
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the events are others")


async def told(target: Path, change: Callable[[], object], end: str, options: Any = None) -> list[str]:
    """What a watcher tells of a change, up to an event `end`."""
    log: list[str] = []
    done: Deferred[None] = Deferred()

    def heard(eventType: str, filename: Any) -> None:
        log.append(f"{eventType}:{filename if isinstance(filename, str) else repr(filename)}")
        if log[-1] == end and not done.called:
            done.callback(None)

    watcher = fs.watch(target, options, heard)
    change()
    await done
    watcher.close()
    await once(watcher, "close")
    return log


@check
async def testNamesInADirectory(tmp_path: Path) -> None:
    file = tmp_path / "a"
    assert await told(tmp_path, lambda: file.write_text("x"), "change:a") == ["rename:a", "change:a"]
    assert await told(tmp_path, lambda: file.chmod(0o600), "change:a") == ["change:a"]
    moved = await told(tmp_path, lambda: file.rename(tmp_path / "b"), "rename:b")
    assert moved == ["rename:a", "rename:b"]
    assert await told(tmp_path, (tmp_path / "b").unlink, "rename:62", "hex") == ["rename:62"]
    made = await told(tmp_path, (tmp_path / "c").mkdir, "rename:b'c'", {"encoding": "buffer"})
    assert made == ["rename:b'c'"]


@check
async def testAFileAndADirectoryThatGo(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    log: list[str] = []
    done: Deferred[None] = Deferred()
    watcher = fs.watch(tmp_path / "a")

    @watcher.on("change")
    def _(eventType: str, filename: str) -> None:
        log.append(f"{eventType}:{filename}")
        if len(log) == 3:
            done.callback(None)

    (tmp_path / "a").unlink()
    await done
    watcher.close()
    assert log == ["change:a", "rename:a", "rename:a"]


@check
async def testWhatIsIgnored(tmp_path: Path) -> None:
    def change() -> None:
        for name in ("x.log", "tmp1", "q", "z"):
            (tmp_path / name).mkdir()

    rules = ["*.log", re.compile("tmp"), lambda name: name == "q"]
    assert await told(tmp_path, change, "rename:z", {"ignore": rules}) == ["rename:z"]
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"options.ignore" property must be'):
        fs.watch(tmp_path, ignore=5)


@pytest.mark.parametrize(
    "rule, expected",
    [
        ("*.txt", ["change:end"]),
        ("x/*", ["rename:a.txt", "change:a.txt", "change:end"]),
        ("x\\*.txt", ["rename:a.txt", "change:a.txt", "change:end"]),
        ("*\\.txt", ["rename:a.txt", "change:a.txt", "rename:x/a.txt", "change:x/a.txt", "change:end"]),
    ],
)
@check
async def testAPatternWithASlashIsOfWholePaths(rule: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "end").write_text("")

    def change() -> None:
        for name in ("a.txt", "x/a.txt", "end"):
            (tmp_path / name).write_text("1")

    found = await told(tmp_path, change, "change:end", {"recursive": True, "ignore": rule})
    assert sorted({*found}) == sorted(expected)


@check
async def testDirectoriesWithin(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    options = {"recursive": True}
    made = await told(tmp_path, lambda: (tmp_path / "a/b/f").write_text("x"), "change:a/b/f", options)
    assert made == ["rename:a/b/f", "change:a/b/f"]
    assert await told(tmp_path, lambda: (tmp_path / "a/n").mkdir(), "rename:a/n", options) == ["rename:a/n"]
    assert await told(tmp_path, lambda: (tmp_path / "a/n").rmdir(), "rename:a/n", options) == ["rename:a/n"]


@check
async def testASignalClosesIt(tmp_path: Path) -> None:
    controller = AbortController()
    watcher = fs.watch(tmp_path, signal=controller.signal)
    controller.abort()
    await once(watcher, "close")
    late = fs.watch(tmp_path, signal=controller.signal)
    await once(late, "close")


@check
async def testItKeepsTheProgramAlive(tmp_path: Path) -> None:
    watcher = fs.watch(tmp_path)
    assert activity.resources() == ["FSEventWrap"]
    watcher.unref()
    assert not activity.isAlive()
    watcher.ref()
    assert activity.isAlive()
    watcher.close()
    other = fs.watch(tmp_path, persistent=False)
    assert not activity.isAlive()
    other.close()
    await once(other, "close")


def testErrors(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"ENOENT: no such file or directory, watch '.*/no'") as caught:
        fs.watch(tmp_path / "no")
    assert (caught.value.filename, caught.value.syscall) == (str(tmp_path / "no"), "watch")  # type: ignore[attr-defined]
    with pytest.raises(ERR_INVALID_ARG_VALUE, match=r"is invalid encoding"):
        fs.watch(tmp_path, "nowhere")
    assert activity.resources() == []


@check
async def testTheIterator(tmp_path: Path) -> None:
    controller = AbortController()
    iterator = fs.promises.watch(tmp_path, signal=controller.signal, maxQueue=2)
    step = iterator.__anext__()
    for name in "abcd":
        (tmp_path / name).mkdir()
    first = await step
    assert (first.eventType, first.filename) == ("rename", "a")
    assert (await iterator.__anext__()).filename == "b"
    controller.abort()
    with pytest.raises(AbortError):
        await iterator.__anext__()
    with pytest.raises(StopAsyncIteration):
        await iterator.__anext__()


@check
async def testTheIteratorsErrors(tmp_path: Path) -> None:
    iterator = fs.promises.watch(tmp_path / "no")
    with pytest.raises(FileNotFoundError, match=r"watch '.*/no'"):
        await iterator.__anext__()
    with pytest.raises(StopAsyncIteration):
        await iterator.__anext__()
    controller = AbortController()
    controller.abort()
    with pytest.raises(AbortError):
        await fs.promises.watch(tmp_path, signal=controller.signal).__anext__()
    assert os.listdir(tmp_path) == []


@check
async def testTheIteratorKeepsWhatNobodyHasAskedForUpToALimit(tmp_path: Path) -> None:
    warned = once(process, "warning")
    iterator = fs.promises.watch(tmp_path, maxQueue=1)
    assert aiter(iterator) is iterator
    step = iterator.__anext__()
    watcher: Any = iterator._watcher
    for name in "abc":
        watcher.emit("change", "rename", name)
    assert [(await step).filename, (await iterator.__anext__()).filename] == ["a", "b"]
    assert str((await warned)[0]) == "fs.watch maxQueue exceeded"
    waiting = iterator.__anext__()
    await iterator.aclose()
    with pytest.raises(StopAsyncIteration):
        await waiting


@check
async def testTheIteratorMayFailBeyondTheLimit(tmp_path: Path) -> None:
    """What waited is gone, as in Node."""
    warned = once(process, "warning")
    iterator = fs.promises.watch(tmp_path, maxQueue=1, overflow="error")
    step = iterator.__anext__()
    watcher: Any = iterator._watcher
    for name in "abc":
        watcher.emit("change", "rename", name)
    assert (await step).filename == "a"
    assert str((await warned)[0]) == "fs.watch maxQueue exceeded"
    with pytest.raises(ERR_FS_WATCH_QUEUE_OVERFLOW, match="queued more than 1 events"):
        await iterator.__anext__()
    with pytest.raises(StopAsyncIteration):
        await iterator.__anext__()


@check
async def testTheEndFailsWhoWaits(tmp_path: Path) -> None:
    controller = AbortController()
    iterator = fs.promises.watch(tmp_path, signal=controller.signal)
    first, second = iterator.__anext__(), iterator.__anext__()
    controller.abort()
    with pytest.raises(AbortError):
        await first
    with pytest.raises(StopAsyncIteration):
        await second


@check
async def testTheIteratorsLimitIsANumber(tmp_path: Path) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"options.maxQueue" property must be of type number'):
        await fs.promises.watch(tmp_path, maxQueue="x").__anext__()  # type: ignore[arg-type]


@check
async def testTheListenerMayStandInPlaceOfTheOptions(tmp_path: Path) -> None:
    heard: Deferred[tuple[str, str]] = Deferred()
    watcher = fs.watch(tmp_path, lambda *told: heard.callback(told))
    (tmp_path / "a").mkdir()
    assert await heard == ("rename", "a")
    watcher.close()
