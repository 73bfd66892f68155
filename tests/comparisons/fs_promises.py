"""Comparisons of `fs/promises`; random programs stand in data/fs."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from nodecompat import AbortController
from nodecompat import fs as whole
from nodecompat.fs import promises as fs
from nodecompat.stream.core.promises import run
from nodecompat.timers import promises as timers

_ITERATED = "behind Node's flag --experimental-stream-iter"
LEFT_OUT = {
    "FileHandle.pull": _ITERATED,
    "FileHandle.writer": _ITERATED,
    "PullOptions.*": _ITERATED,
    "WriterOptions.*": _ITERATED,
}
CLASSES = {
    "CreateReadStreamOptions": "ReadStreamOptions",
    "CreateWriteStreamOptions": "WriteStreamOptions",
    "FileReadOptions": "ReadOptions",
    "FlagAndOpenMode": "WriteFileOptions",
    "ReadableWebStreamOptions": "ReadableWebStreamOptions",
    "WatchOptions": "PromisesWatchOptions",
    "WatchOptionsWithBufferEncoding": "PromisesWatchOptions",
    "WatchOptionsWithStringEncoding": "PromisesWatchOptions",
}


def compared() -> set[str]:
    """The functions that random programs call, and the numbers of `theConstants`."""
    data = Path(__file__).parents[1] / "data"
    with gzip.open(data / "fs/programs.jsonl.gz", "rt", encoding="utf-8") as lines:
        programs = [json.loads(line) for line in lines]
    names = {name for form, calls, _ in programs if form == "promise" for name, _, _ in calls}
    constants = json.loads((data / "comparisons/fs_promises.json").read_text())["theConstants"]
    return names | {f"constants.{name}" for name in constants}


class _Folder:
    """A folder of its own, which is the current one meanwhile."""

    def __enter__(self) -> None:
        self.home, self.folder = os.getcwd(), tempfile.mkdtemp(prefix="fs-comparison-")
        os.chdir(self.folder)
        whole.writeFileSync("file", "hello world")
        whole.mkdirSync("dir/inner", {"recursive": True})
        whole.writeFileSync("dir/x", "x")
        whole.symlinkSync("file", "link")

    def __exit__(self, *exception: Any) -> None:
        os.chdir(self.home)
        shutil.rmtree(self.folder)


async def _settled(promise: Awaitable[Any]) -> Any:
    try:
        return await promise
    except Exception as error:
        return [getattr(error, "code", None), str(error), getattr(error, "syscall", None)]


def theConstants() -> Any:
    return {**fs.constants, "same": fs.constants is whole.constants}


async def paths() -> Any:
    with _Folder():
        results: list[Any] = []
        appended = {"flag": "a", "mode": 0o644, "encoding": "utf8"}
        written = {"encoding": "latin1", "mode": 0o600, "flag": "w"}
        calls: list[tuple[Any, ...]] = [
            *[("access", "file", fs.constants["R_OK"]), ("access", "no"), ("appendFile", "file", "!", appended)],
            *[("chmod", "file", "600"), ("chown", "file", -1, -1), ("copyFile", "file", "copy")],
            *[("cp", "dir", "dir2", {"recursive": True}), ("cp", "dir", "dir3"), ("lchown", "link", -1, -1)],
            *[("lchmod", "link", 0o600), ("link", "file", "hard"), ("lutimes", "link", 1, 2)],
            *[("mkdir", "new/deep", {"recursive": True}), ("readFile", "file", {"encoding": "latin1", "flag": "r"})],
            *[("readFile", "dir"), ("readdir", "dir"), ("readlink", "link"), ("rename", "hard", "soft")],
            *[("rm", "dir2", {"recursive": True, "force": True}), ("rm", "dir"), ("rmdir", "new/deep")],
            *[("symlink", "file", "link2"), ("truncate", "file", 3), ("unlink", "soft"), ("unlink", "no")],
            *[("utimes", "file", 1, 2), ("writeFile", "file", "é", written), ("open", "no"), ("opendir", "no")],
            *[("stat", "no"), ("lstat", "no"), ("statfs", "no"), ("realpath", "no")],
        ]
        for name, *args in calls:
            results.append([name, await _settled(getattr(fs, name)(*args))])
        found, made = await fs.stat("file"), await fs.mkdtemp("m-")
        links = [(await fs.lstat("link")).isSymbolicLink(), found.mtimeMs > 0, len(made)]
        rest = [(await fs.statfs(".")).bsize > 0, (await fs.realpath("link")).endswith("/file")]
        globbed = [each async for each in fs.glob("*/x")]
        return [*results, found.size, *links, *rest, globbed, (await fs.opendir("dir")).path]


async def wrongArguments() -> Any:
    with _Folder():
        wrong: list[Any] = [fs.readFile(5), fs.open([]), fs.writeFile("x", 5), fs.stat(None)]  # type: ignore[arg-type]
        wrong += [fs.rename("a", 5), fs.chmod("file", "x")]  # type: ignore[arg-type]
        return [await _settled(each) for each in wrong]


async def readingAHandle() -> Any:
    with _Folder():
        file, room = await fs.open("file"), bytearray(4)
        results: list[Any] = ["number" if isinstance(file.fd, int) else None]
        one = await file.read(room, 0, 4, 1)
        results += [one.bytesRead, one.buffer is room, room.decode()]
        two = await file.read({"buffer": room, "offset": 1, "length": 2, "position": 6})
        results += [two.bytesRead, room.decode(), (await file.read(room, {"offset": 2})).bytesRead, room.decode()]
        own = await file.read()
        results += [own.bytesRead, len(own.buffer)]
        many = await file.readv([room], 2)
        results += [many.bytesRead, many.buffers[0] is room, room.decode(), (await file.stat()).size]
        results += [(await file.stat({"bigint": True})).size]
        await file.close()
        return [*results, file.fd, await _settled(file.read()), await _settled(file.close())]


async def writingAHandle() -> Any:
    with _Folder():
        file, data = await fs.open("other", "w+", 0o600), b"abcdef"
        one = await file.write(data, 1, 3)
        results: list[Any] = [one.bytesWritten, one.buffer is data, (await file.write("é", 1, "latin1")).bytesWritten]
        results.append((await file.write(data, {"offset": 4, "length": 1, "position": 0})).bytesWritten)
        many = await file.writev([data, data], 4)
        results += [many.bytesWritten, len(many.buffers)]
        await file.appendFile("!", {"encoding": "utf8"})
        await file.truncate(20)
        await file.chmod(0o640)
        await file.chown(-1, -1)
        await file.utimes(1, 2)
        await file.sync()
        await file.datasync()
        await file.writeFile(["x", b"y"])
        results += [(await file.stat()).mtimeMs > 0, await file.readFile("latin1")]
        await file.close()
        return [*results, whole.readFileSync("other", "latin1")]


async def streamsOfAHandle() -> Any:
    with _Folder():
        file = await fs.open("file")
        events: list[str] = []
        file.on("close", lambda: events.append("handle"))
        stream = file.createReadStream(encoding="utf8", start=2, end=6, highWaterMark=3, autoClose=True, emitClose=True)
        stream.on("close", lambda: events.append("stream"))
        results: list[Any] = [chunk async for chunk in stream]
        other = await fs.open("other", "w")
        writer = other.createWriteStream(
            encoding="latin1", start=1, highWaterMark=4, autoClose=True, emitClose=True, flush=True
        )
        closed: Deferred[None] = Deferred()
        writer.on("close", lambda: closed.callback(None))
        writer.end("é")
        await closed
        third = await fs.open("file")
        lines = [line async for line in third.readLines()]
        await third.close()
        fourth = await fs.open("file")
        pieces = [bytes(chunk) async for chunk in fourth.readableWebStream({"autoClose": True})]
        text = b"".join(pieces).decode()
        return [*results, events, file.fd, other.fd, whole.readFileSync("other", "latin1"), lines, text]


async def aHandleInABlock() -> Any:
    with _Folder():
        async with await fs.open("file") as was:
            pass
        async with await fs.mkdtempDisposable("t-") as folder:
            made, path = whole.existsSync(folder.path), folder.path
        second = await fs.mkdtempDisposable("t-")
        await second.remove()
        return [was.fd, made, whole.existsSync(path), whole.existsSync(second.path)]


async def changes() -> Any:
    if sys.platform != "linux":
        pytest.skip("elsewhere the events are others")
    with _Folder():
        controller, log = AbortController(), list[Any]()
        options = {"signal": controller.signal, "encoding": "utf8", "maxQueue": 100, "overflow": "ignore"}

        async def watching() -> None:
            try:
                async for info in fs.watch("dir", options):
                    log.append([info.eventType, info.filename])
            except Exception as error:
                log.append(getattr(error, "name", None))

        ended = run(watching())
        whole.mkdirSync("dir/new")
        while not log:
            await timers.setTimeout(2)
        controller.abort()
        await ended
        return log
