"""Comparisons of `fs`; random programs stand in data/fs."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import AbortController, fs
from nodecompat.events import once
from nodecompat.timers import promises as timers

_TEMPORAL = "Python has no Temporal: `mtime` is a datetime, BigIntStats has nanoseconds"
_LOGGER = "the stream of a logger that writes at once: Python's `logging` has its own, files have createWriteStream"
LEFT_OUT = {
    "StatsBase.*Instant": _TEMPORAL,
    "Utf8Stream*": _LOGGER,
    "constants.O_SYMLINK": "of macOS",
    "StatsFs": "of the types only: the class is StatFs",
}
#: Types of Node's with several names, and what stands for them.
CLASSES = {
    "BigIntOptions": "StatOptions",
    "BigIntStats": "BigIntStats",
    "CopyOptionsBase": "CopyOptions",
    "CopySyncOptions": "CopyOptions",
    "CreateReadStreamFSImplementation": "backends.SystemFiles",
    "CreateWriteStreamFSImplementation": "backends.SystemFiles",
    "DisposableTempDir": "temporary.DisposableTempDirSync",
    "FSImplementation": "backends.SystemFiles",
    "GlobOptionsWithFileTypes": "GlobOptions",
    "GlobOptionsWithoutFileTypes": "GlobOptions",
    "ObjectEncodingOptions": "EncodingOptions",
    "ReadFileOptionsWithBuffer": "ReadFileOptions",
    "ReadFileOptionsWithBufferEncoding": "ReadFileOptions",
    "ReadFileOptionsWithStringEncoding": "ReadFileOptions",
    "ReadFileSyncOptions": "ReadFileOptions",
    "ReadFileSyncOptionsWithBuffer": "ReadFileOptions",
    "ReadFileSyncOptionsWithBufferEncoding": "ReadFileOptions",
    "ReadFileSyncOptionsWithStringEncoding": "ReadFileOptions",
    "ReadOptionsWithBuffer": "ReadOptions",
    "ReadVResult": "filehandle.ReadVResult",
    "StatsBase": "Stats",
    "StatsFs": "StatFs",
    "StatsFsBase": "StatFs",
    "StreamOptions": "streams.FileStreamOptions",
    "WatchOptionsWithBufferEncoding": "WatchOptions",
    "WatchOptionsWithStringEncoding": "WatchOptions",
    "WriteVResult": "filehandle.WriteVResult",
}
_FORMS = {"sync": "{}Sync", "callback": "{}"}


def compared() -> set[str]:
    """The functions that random programs call, in each form, and the numbers of `theConstants`."""
    data = Path(__file__).parents[1] / "data"
    with gzip.open(data / "fs/programs.jsonl.gz", "rt", encoding="utf-8") as lines:
        programs = [json.loads(line) for line in lines]
    names = {_FORMS[form].format(name) for form, calls, _ in programs if form in _FORMS for name, _, _ in calls}
    constants = json.loads((data / "comparisons/fs.json").read_text())["theConstants"]
    return names | {f"constants.{name}" for name in constants}


class _Folder:
    """A folder of its own, which is the current one meanwhile."""

    def __enter__(self) -> None:
        self.home, self.folder = os.getcwd(), tempfile.mkdtemp(prefix="fs-comparison-")
        os.chdir(self.folder)
        fs.writeFileSync("file", "hello world")
        fs.mkdirSync("dir/inner", {"recursive": True})
        fs.writeFileSync("dir/x", "x")
        fs.symlinkSync("file", "link")

    def __exit__(self, *exception: Any) -> None:
        os.chdir(self.home)
        shutil.rmtree(self.folder)


def _called(name: str, *args: Any) -> Deferred[list[Any]]:
    answer: Deferred[list[Any]] = Deferred()
    getattr(fs, name)(*args, lambda *got: answer.callback([got[0], *(each for each in got[1:] if each is not None)]))
    return answer


def _raised(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except Exception as error:
        return [getattr(error, "code", None), str(error)]


_KINDS = ("isFile", "isDirectory", "isSymbolicLink", "isFIFO", "isSocket", "isBlockDevice", "isCharacterDevice")


def _kinds(found: Any) -> list[str]:
    return [kind for kind in _KINDS if getattr(found, kind)()]


def _heard(stream: Any) -> list[Any]:
    log: list[Any] = []
    for name in ("open", "ready", "end", "finish", "close"):
        stream.on(name, lambda name=name: log.append(name))
    stream.on("error", lambda error: log.append(["error", error.code]))
    if hasattr(stream, "bytesRead"):
        stream.on("data", lambda chunk: log.append(["data", chunk]))
    return log


def _closed(emitter: Any) -> Deferred[None]:
    answer: Deferred[None] = Deferred()
    emitter.on("close", lambda: answer.callback(None))
    return answer


async def _until(test: Callable[[], Any]) -> None:
    while not test():
        await timers.setTimeout(2)


def theConstants() -> Any:
    return {**fs.constants}


def theNames() -> Any:
    streams = [fs.ReadStream.__name__, fs.WriteStream.__name__]
    same = [fs.FileReadStream is fs.ReadStream, fs.FileWriteStream is fs.WriteStream]
    isFunction = "function" if callable(fs.promises.open) else None
    return [*streams, *same, fs.Dir.__name__, fs.Dirent.__name__, isinstance(fs.statSync("/"), fs.Stats), isFunction]


def stats() -> Any:
    with _Folder():
        fs.utimesSync("file", 1.5, 1500000000.25)
        found, big = fs.statSync("file"), fs.statSync("file", {"bigint": True})
        own = [found.uid == os.getuid(), found.gid == os.getgid()]
        born = round(found.birthtime.timestamp() * 1000) == round(found.birthtimeMs)
        return [
            *[found.mode, found.nlink, found.size, found.blksize > 0, found.rdev, found.mtimeMs, found.atimeMs],
            *[found.mtime, found.atime, *own, "number" if found.dev >= 0 else None, found.ino > 0, found.blocks > 0],
            *[found.ctimeMs > 1.7e12, found.ctime > found.mtime, born, big.mtimeNs, big.atimeNs, big.mtimeMs],
            *[big.ctimeNs > 0, big.birthtimeNs >= 0, _kinds(found), _kinds(fs.statSync("dir"))],
            *[_kinds(fs.lstatSync("link")), _kinds(fs.statSync("/dev/null"))],
        ]


def nothingThere() -> Any:
    with _Folder():
        found = [fs.statSync("no", {"throwIfNoEntry": False}), fs.lstatSync("no", throwIfNoEntry=False)]
        missing = [_raised(lambda: fs.statSync("no")), _raised(lambda: fs.accessSync("no", fs.constants["R_OK"]))]
        return [*found, fs.existsSync("no"), *missing]


def theFileSystem() -> Any:
    with _Folder():
        found, big = fs.statfsSync("."), fs.statfsSync(".", {"bigint": True})
        sizes = [found.bsize > 0, found.frsize > 0, found.blocks >= found.bfree, found.bfree >= found.bavail]
        return [*sizes, found.files >= found.ffree, big.blocks == found.blocks, "type" in {**found}]


async def entries() -> Any:
    with _Folder():
        entries = fs.readdirSync(".", {"withFileTypes": True})
        found = [[each.name, each.parentPath, _kinds(each)] for each in entries]
        directory = fs.opendirSync("dir", {"bufferSize": 1})
        names = []
        while (entry := directory.readSync()) is not None:
            names.append(entry.name)
        where = directory.path
        directory.closeSync()
        again = await fs.promises.opendir("dir", {"recursive": True, "encoding": "utf8"})
        every = [entry.name async for entry in again]
        third = fs.opendirSync("dir")
        first: Deferred[Any] = Deferred()
        third.read(lambda error, entry: first.callback([error, "string" if isinstance(entry.name, str) else None]))
        read = await first
        await third.close()
        late = None
        try:
            await third.read()
        except Exception as error:
            late = getattr(error, "code", None)
        return [found, sorted(names), where, sorted(every), read, late]


def permissionsOfALink() -> Any:
    with _Folder():
        return [_raised(lambda: fs.lchmodSync("link", 0o600))[0], _raised(lambda: fs.lchmod("link", 0o600, print))[0]]


async def closingWithABlock() -> Any:
    with _Folder():
        async with fs.opendirSync("dir") as directory:
            pass
        with fs.opendirSync("dir") as other:
            pass
        with fs.mkdtempDisposableSync("t-") as made:
            was = fs.existsSync(made.path)
        second = fs.mkdtempDisposableSync("t-")
        second.remove()
        late = [_raised(directory.closeSync), _raised(other.readSync)]
        return [*late, was, fs.existsSync(made.path), fs.existsSync(second.path)]


async def readStreams() -> Any:
    with _Folder():
        results: list[Any] = []
        for options in (
            {"start": 2, "end": 5, "encoding": "utf8", "highWaterMark": 3, "flags": "r", "mode": 0o600},
            {"autoClose": False, "encoding": "hex"},
            {"emitClose": False, "encoding": "utf8"},
            {"fd": fs.openSync("file"), "encoding": "latin1"},
        ):
            stream = fs.createReadStream("file", options)
            log = _heard(stream)
            before = [stream.path, stream.pending, stream.bytesRead]
            await once(stream, "end")
            if options.get("autoClose") is not False:
                await _until(lambda stream=stream: stream.closed)
            results += [before, log, stream.bytesRead, stream.pending, stream.destroyed]
            if not stream.destroyed:
                stream.close()
        return results


async def writeStreams() -> Any:
    with _Folder():
        results: list[Any] = []
        for options in (
            {"flags": "a", "encoding": "latin1", "flush": True},
            {"start": 2, "flags": "r+", "highWaterMark": 3},
            {"mode": 0o600, "emitClose": True},
        ):
            stream = fs.createWriteStream("file", options)
            log = _heard(stream)
            before = [stream.path, stream.pending, stream.bytesWritten]
            stream.write("é")
            stream.end("12")
            await _closed(stream)
            results += [before, log, stream.bytesWritten, fs.readFileSync("file", "latin1")]
        return results


async def listenersOfStreams() -> Any:
    with _Folder():
        results: list[Any] = []
        makers: list[Callable[[], Any]] = [lambda: fs.createReadStream("file"), lambda: fs.createWriteStream("other")]
        for make in makers:
            stream = make()
            log: list[str] = []

            def f() -> None: ...

            def g() -> None: ...

            stream.addListener("open", f).prependListener("open", g).once("ready", f).prependOnceListener("ready", g)
            stream.on("open", lambda log=log: log.append("open"))
            first = stream.listeners("open").index(g)
            results += [stream.listenerCount("open"), first, len(stream.rawListeners("ready")), stream.emit("mine")]
            stream.off("open", f).removeListener("open", g).removeAllListeners("ready")
            results += [stream.listenerCount("open"), stream.listenerCount("ready")]
            stream.destroy()
            await _closed(stream)
            results.append(log)
        return results


async def aStreamThatIsClosed() -> Any:
    with _Folder():
        read: Deferred[Any] = Deferred()
        fs.createReadStream("file").close(lambda error: read.callback(error.code))
        wrote: Deferred[Any] = Deferred()
        found = await read
        writer = fs.createWriteStream("other")
        writer.write("x")
        writer.close(lambda: wrote.callback(None))
        await wrote
        controller = AbortController()
        third = fs.createReadStream("file", {"signal": controller.signal})
        log = _heard(third)
        controller.abort()
        await _closed(third)
        return [found, None, fs.readFileSync("other", "utf8"), log]


async def functionsInPlace() -> Any:
    with _Folder():
        log: list[str] = []

        def noted(name: str) -> Callable[..., None]:
            def call(*args: Any) -> None:
                log.append(name)
                getattr(fs, name)(*args)

            return call

        given = {name: noted(name) for name in ("open", "read", "write", "writev", "close")}
        reader = fs.createReadStream("file", {"fs": given, "encoding": "utf8"})
        text: list[str] = []
        reader.on("data", text.append)
        await _closed(reader)
        writer = fs.createWriteStream("other", {"fs": given})
        writer.write("a")
        writer.write("b")
        writer.end("c")
        await _closed(writer)
        refused = _raised(lambda: fs.createReadStream("file", {"fs": {}}))
        return [log, "".join(text), fs.readFileSync("other", "utf8"), refused]


async def descriptors() -> Any:
    with _Folder():
        fd, room, results = fs.openSync("file", "r+"), bytearray(4), list[Any]()
        buffers = [b"x", b"y"]
        results += [(await _called("read", fd, room, 0, 4, 1))[:2], room.decode("latin-1")]
        options = {"buffer": room, "offset": 1, "length": 2, "position": 6}
        results += [(await _called("read", fd, options))[:2], room.decode("latin-1")]
        part = {"offset": 1, "length": 1, "position": 0}
        results += [(await _called("write", fd, b"abc", part))[:2], (await _called("write", fd, "é", 1, "latin1"))[:2]]
        results += [(await _called("readv", fd, [room], 0))[:2], (await _called("writev", fd, buffers, 4))[:2]]
        results += [fs.readvSync(fd, [room], 2), fs.writevSync(fd, [room], 7)]
        results += [fs.readSync(fd, room, {"position": 3}), fs.writeSync(fd, "z", 0)]
        results += [await _called("ftruncate", fd, 9), await _called("fchmod", fd, 0o600)]
        results += [await _called("futimes", fd, 1, 2), await _called("fchown", fd, -1, -1)]
        results += [await _called("fsync", fd), await _called("fdatasync", fd)]
        fs.ftruncateSync(fd, 8)
        fs.fchmodSync(fd, 0o640)
        fs.futimesSync(fd, 3, 4)
        fs.fchownSync(fd, -1, -1)
        fs.fsyncSync(fd)
        fs.fdatasyncSync(fd)
        error, found = await _called("fstat", fd, {"bigint": True})
        results += [error, found.size, found.mtimeNs, fs.fstatSync(fd).mtimeMs, await _called("close", fd)]
        return [*results, _raised(lambda: fs.closeSync(fd)), fs.readFileSync("file", "latin1")]


async def pathsByCallback() -> Any:
    with _Folder():
        results: list[Any] = []
        tree = {"recursive": True, "force": True, "maxRetries": 1, "retryDelay": 1}
        appended = {"encoding": "latin1", "flag": "a", "mode": 0o644, "flush": True}
        calls: list[tuple[Any, ...]] = [
            *[("access", "file", 0), ("appendFile", "file", "!", appended)],
            *[("chmod", "file", "600"), ("chown", "file", -1, -1), ("copyFile", "file", "copy", 1)],
            *[("copyFile", "file", "copy", fs.constants["COPYFILE_EXCL"]), ("cp", "dir", "dir2", {"recursive": True})],
            *[("cp", "dir", "dir2", {"recursive": True, "force": False, "errorOnExist": True}), ("exists", "copy")],
            *[("glob", "dir*"), ("lchown", "link", -1, -1), ("link", "file", "hard"), ("lutimes", "link", 1, 2)],
            *[("mkdir", "new/deep", {"recursive": True, "mode": 0o700})],
            *[("readFile", "file", {"encoding": "utf8", "flag": "r"}), ("readdir", "dir", {"encoding": "hex"})],
            *[("readlink", "link"), ("rename", "hard", "soft"), ("rm", "dir2", tree), ("rmdir", "new/deep")],
            *[("symlink", "file", "link2", "file"), ("truncate", "file", 3), ("unlink", "soft")],
            *[("utimes", "file", 1, 2), ("writeFile", "file", "é", {"encoding": "latin1", "mode": 0o600, "flag": "w"})],
            *[("unlink", "no"), ("rmdir", "dir"), ("lstat", "no"), ("statfs", "no"), ("opendir", "no")],
        ]
        for name, *args in calls:
            got = await _called(name, *args)
            results.append([name, *[_plain(each) for each in got]])
        native: Deferred[str] = Deferred()
        fs.realpath.native("no", lambda error: native.callback(error.message))  # type: ignore[attr-defined]
        results += [(await _called("realpath", "link"))[1].endswith("/file"), await native]
        return [*results, (await _called("stat", "file", {}))[1].size, len((await _called("mkdtemp", "m-"))[1])]


def _plain(value: Any) -> Any:
    if isinstance(value, BaseException):
        return [getattr(value, "code", None), str(value)]
    return sorted(value) if isinstance(value, list) else value


def pathsAtOnce() -> Any:
    with _Folder():
        results: list[Any] = []

        def run(name: str, *args: Any) -> None:
            results.append([name, _raised(lambda: getattr(fs, f"{name}Sync")(*args))])

        run("access", "file")
        run("appendFile", "file", "!")
        run("chmod", "file", 0o600)
        run("chown", "file", -1, -1)
        run("copyFile", "file", "copy")
        fs.cpSync(
            "dir",
            "dir2",
            recursive=True,
            dereference=False,
            filter=lambda source, target: not source.endswith("x"),
            preserveTimestamps=True,
            verbatimSymlinks=True,
            mode=0,
            force=True,
            errorOnExist=False,
        )
        results.append(fs.readdirSync("dir2"))
        run("exists", "copy")
        run("lchown", "link", -1, -1)
        run("link", "file", "hard")
        run("lutimes", "link", 1, 2)
        run("mkdir", "new/deep", {"recursive": True})
        run("readFile", "file", {"encoding": "utf8", "flag": "r"})
        run("readdir", "dir")
        run("readlink", "link", "hex")
        run("rename", "hard", "soft")
        run("rm", "dir2", {"recursive": True})
        run("rmdir", "new/deep")
        run("symlink", "file", "link2")
        run("truncate", "file", 3)
        run("unlink", "soft")
        run("utimes", "file", 1, 2)
        run("writeFile", "file", b"x")
        run("rm", "dir")
        run("open", "no")
        run("opendir", "no")
        run("readdir", "no")
        native = _raised(lambda: fs.realpathSync.native("no"))  # type: ignore[attr-defined]
        results += [fs.realpathSync("link").endswith("/file"), native, len(fs.mkdtempSync("m-")), fs.globSync("*/x")]
        found = fs.globSync(["d*", "f*"], cwd=".", exclude=["dir"], withFileTypes=True)
        results.append([each.name for each in found])
        room = bytearray(20)
        results += [len(fs.readFileSync("file", {"buffer": room})), room[0]]
        return [*results, len(fs.globSync("**/*", followSymlinks=True))]


async def blobs() -> Any:
    with _Folder():
        blob = await fs.openAsBlob("file", {"type": "text/plain"})
        return [blob.size, blob.type, await blob.text(), await fs.openAsBlobSync("file").text()]


async def changes() -> Any:
    with _Folder():
        log: list[Any] = []
        watcher = fs.watch("dir", {"encoding": "utf8", "persistent": True, "recursive": False, "ignore": "*.log"})
        watcher.on("change", lambda kind, name: log.append([kind, name]))
        watcher.on("close", lambda: log.append("close"))
        watcher.on("error", lambda error: log.append("error"))
        same = watcher.ref() is watcher and watcher.unref() is watcher.ref()
        fs.mkdirSync("dir/a.log")
        fs.mkdirSync("dir/new")
        await _until(lambda: log)
        watcher.close()
        await _until(lambda: len(log) > 1)
        return [log, same, _raised(lambda: fs.watch("no"))]


async def lookingAgain() -> Any:
    with _Folder():
        log: list[Any] = []

        def heard(now: Any, before: Any) -> None:
            log.append([now.size, before.size, "number" if now.mtimeMs >= 0 else None])

        watcher = fs.watchFile("later", {"interval": 5, "persistent": True, "bigint": False}, heard)
        same = watcher.ref() is watcher and watcher.unref() is watcher.ref()
        await _until(lambda: log)
        fs.writeFileSync("temporary", "abc")
        fs.renameSync("temporary", "later")
        await _until(lambda: len(log) > 1)
        fs.unwatchFile("later", heard)
        return [log, same, watcher.listenerCount("change"), _raised(lambda: fs.watchFile("later"))]
