"""Plays the programs that fscases.cjs has recorded, each in a fresh directory. Compares, or shows what differs:

python tests/fscases.py SEED COUNT    runs new programs on Node and here
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import fs

HERE = Path(__file__).resolve().parent
KINDS = ("isFile", "isDirectory", "isSymbolicLink", "isFIFO", "isSocket", "isBlockDevice", "isCharacterDevice")
METHODS = {
    "close": "close",
    "read": "read",
    "readv": "readv",
    "write": "write",
    "writev": "writev",
    "fstat": "stat",
    "ftruncate": "truncate",
    "fsync": "sync",
    "fdatasync": "datasync",
    "fchmod": "chmod",
    "fchown": "chown",
    "futimes": "utimes",
}
#: Seconds of now, in milliseconds: times above were not set by a program.
_RECENT = 1.7e12


def build() -> None:
    """What stands in the directory at the beginning."""
    fs.writeFileSync("a", "hello world")
    fs.writeFileSync("b", b"\xff\x00\xe9")
    fs.mkdirSync("d/e", recursive=True)
    fs.writeFileSync("d/x", "x")
    fs.writeFileSync("d/e/y", "y", mode=0o600)
    fs.symlinkSync("a", "link")
    fs.symlinkSync("d", "toDir")
    fs.symlinkSync("gone", "broken")
    fs.writeFileSync("é", "é")


def left(folder: str = ".") -> list[Any]:
    """What stands there at the end."""
    found: list[Any] = []
    for name in sorted(os.listdir(folder)):
        full = os.path.join(folder, name)
        if name.startswith("t-"):
            continue
        if os.path.islink(full):
            found.append([name, "link", _shown(os.readlink(full))])
        elif os.path.isdir(full):
            found.append([name, os.stat(full).st_mode & 0o777, left(full)])
        else:
            found.append([name, os.stat(full).st_mode & 0o777, Path(full).read_bytes().decode("latin-1")])
    return found


def _shown(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return re.sub(r"t-\w{6}", "t-XXXXXX", value.replace(os.getcwd(), "<cwd>"), count=1)


def failure(error: BaseException) -> list[Any]:
    """What is compared of an error."""
    return [
        getattr(error, "code", None),
        getattr(error, "syscall", None),
        _shown(getattr(error, "path", None)),
        _shown(getattr(error, "dest", None)),
        getattr(error, "name", type(error).__name__),
        _shown(str(error)),
    ]


def _kind(found: Any) -> str:
    return next(kind for kind in KINDS if getattr(found, kind)())


def _old(milliseconds: float) -> Any:
    return milliseconds if abs(milliseconds) < _RECENT else "now"


def plain(value: Any, name: str = "") -> Any:
    """A result as the recorder writes it."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"bytes": bytes(value).decode("latin-1")}
    if isinstance(value, list):
        return sorted(map(_shown, value)) if name == "glob" else [plain(each) for each in value]
    if isinstance(value, fs.Dirent):
        return {"dirent": [plain(value.name), plain(value.parentPath), _kind(value)]}
    if hasattr(value, "mtimeMs"):
        isFolder = value.isDirectory()
        size, links = (0, 0) if isFolder else (value.size, value.nlink)
        isBig = isinstance(value, fs.BigIntStats)
        nanoseconds = _old(value.mtimeNs // 1_000_000) if isinstance(value, fs.BigIntStats) else None
        number = "bigint" if isBig else "number"
        return {"stats": [_kind(value), value.mode, size, links, number, _old(value.mtimeMs), nanoseconds]}
    return {key: plain(each) for key, each in {**value}.items()}


class Program:
    """One program, while it runs."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.opened: list[Any] = []

    async def play(self, name: str, arguments: list[Any]) -> Any:
        """The outcome of one call, as the recorder writes it."""
        rooms: list[bytearray] = []
        given = [self._real(each, rooms) for each in arguments]
        try:
            return await self._call(name, given, rooms)
        except Exception as error:
            if self.form == "sync" and name == "cp":
                return {"error": getattr(error, "code", None)}
            return {"error": failure(error)}

    def _real(self, value: Any, rooms: list[bytearray]) -> Any:
        if isinstance(value, list):
            return [self._real(each, rooms) for each in value]
        if not isinstance(value, dict):
            return value
        if "$fd" in value:
            found = self.opened[value["$fd"]] if value["$fd"] < len(self.opened) else None
            return 77777 if found is None else found
        if "$bytes" in value:
            return value["$bytes"].encode("latin-1")
        if "$room" in value:
            rooms.append(bytearray(value["$room"]))
            return rooms[-1]
        return value

    async def _call(self, name: str, given: list[Any], rooms: list[bytearray]) -> Any:
        if self.form == "sync":
            return await self._finish(name, getattr(fs, f"{name}Sync")(*given), rooms)
        if self.form == "callback":
            answer: Deferred[tuple[Any, ...]] = Deferred()
            try:
                getattr(fs, name)(*given, lambda *got: answer.callback(got))
            except Exception as error:
                return {"thrown": failure(error)}
            got = await answer
            if name == "exists":
                return got[0]
            if got[0] is not None:
                return {"error": failure(got[0])}
            return await self._finish(name, got[1] if len(got) > 1 else None, rooms)
        if name in METHODS:
            handle = given.pop(0)
            if name == "close":
                self.opened[self.opened.index(handle)] = None
            value = await getattr(handle, METHODS[name])(*given)
            if name in ("read", "readv", "write", "writev"):
                value = value.bytesRead if name.startswith("read") else value.bytesWritten
            return await self._finish(name, value, rooms)
        if name == "glob":
            return sorted([each async for each in fs.promises.glob(*given)])
        return await self._finish(name, await getattr(fs.promises, name)(*given), rooms)

    async def _finish(self, name: str, value: Any, rooms: list[bytearray]) -> Any:
        if name == "open":
            self.opened.append(value)
            return "fd"
        if name == "mkdtemp":
            os.rmdir(value)
            return len(value)
        if name == "opendir":
            found = [[each.name, each.parentPath, _kind(each)] async for each in value]
            return {"entries": sorted(found, key=lambda each: f"{each[1]}/{each[0]}")}
        found = plain(value, name)
        return {"found": found, "rooms": [each.decode("latin-1") for each in rooms]} if rooms else found

    async def close(self) -> None:
        """Close what the program has left open."""
        for each in self.opened:
            try:
                if isinstance(each, int):
                    os.close(each)
                elif each is not None:
                    await each.close()
            except OSError:
                pass


async def differences(program: Any) -> list[str]:
    """Where a recorded program goes otherwise here."""
    form, calls, tree = program
    home, mask = os.getcwd(), os.umask(0o022)
    folder = os.path.realpath(tempfile.mkdtemp(prefix="fscases-"))
    os.chdir(folder)
    found: list[str] = []
    try:
        build()
        playing = Program(form)
        for name, arguments, expected in calls:
            if expected == "skipped":
                continue
            ours = await playing.play(name, arguments)
            if json.loads(json.dumps(ours)) != expected:
                found.append(f"{form} {name}{arguments}: {ours}, Node: {expected}")
                break  # what follows would differ too
        await playing.close()
        if not found and left() != tree:
            found.append(f"{form} {[call[:2] for call in calls]}: leaves {left()}, Node: {tree}")
    finally:
        os.chdir(home)
        os.umask(mask)
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _main(seed: str, count: str) -> None:
    import oracle

    from nodecompat import run
    from nodecompat.stream.core.promises import job

    node = oracle.findNode()
    assert node is not None
    command = [node, "--no-warnings", str(HERE / "fscases.cjs"), seed, count]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().split("\n")

    async def main() -> None:
        total = 0
        for line in lines:
            found = await differences(json.loads(line))
            total += bool(found)
            for each in found:
                print(each)
        print(f"{len(lines)} programs, {total} differ")

    run(lambda: job(main()))


if __name__ == "__main__":
    _main(*sys.argv[1:])
