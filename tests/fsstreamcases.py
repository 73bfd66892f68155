"""Plays the programs that fsstreamcases.cjs has recorded: file streams and their events.

python tests/fsstreamcases.py SEED COUNT    runs new programs on Node and here
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nodecompat import fs, nextTick
from nodecompat.stream import Writable
from nodecompat.stream.core.promises import job
from nodecompat.timers import promises as timers

HERE = Path(__file__).resolve().parent
CONTENT = bytes((i * 37 + 11) & 0xFF for i in range(100))
#: Milliseconds that an event may take to come, and turns of the loop in which no further one may come.
PATIENCE, TURNS = 2000, 4


def build() -> None:
    """What stands in the directory at the beginning."""
    Path("file").write_bytes(CONTENT)
    Path("empty").write_bytes(b"")
    Path("text").write_text("é€😀" * 8, encoding="utf-8")
    os.mkdir("dir")


def _text(value: Any) -> Any:
    return {"bytes": value.decode("latin-1")} if isinstance(value, (bytes, memoryview)) else value


def _name(error: Any) -> Any:
    return None if error is None else getattr(error, "code", None) or str(error)


class Run:
    """One program, while it runs."""

    def __init__(self, stream: Any, actions: list[Any]) -> None:
        self.stream = stream
        self.log: list[Any] = []
        self.actions = actions
        self.seen: dict[str, int] = {}
        emit = stream.emit

        def noted(name: Any, *args: Any) -> Any:
            if name == "data":
                self.log.append(["data", _text(args[0])])
            elif name == "error":
                self.log.append(["error", _name(args[0]), getattr(args[0], "syscall", None)])
            elif name not in ("newListener", "pipe", "unpipe"):
                self.log.append([name])
            result = emit(name, *args)
            self.at(name)
            return result

        stream.emit = noted
        stream.on("error", lambda error: None)

    def at(self, when: str) -> None:
        number = self.seen.get(when, 0)
        self.seen[when] = number + 1
        for event, nth, what, value in self.actions:
            if event == when and nth == number:
                self.act(what, value)

    def begin(self) -> None:
        for event, _, what, value in self.actions:
            if event == "now":
                self.act(what, value)
            elif event == "tick":
                nextTick(self.act, what, value)

    def done(self, name: str) -> Callable[..., None]:
        def called(error: Any = None) -> None:
            self.log.append([name, _name(error)])
            if name == "written":
                self.at("written")

        return called

    def act(self, what: str, value: str) -> None:
        try:
            self._act(what, value)
        except Exception as error:
            self.log.append(["raised", getattr(error, "code", None)])

    def _act(self, what: str, value: str) -> None:
        stream = self.stream
        if what == "fail":
            stream.destroy(Exception("mine"))
        elif what == "close":
            stream.close(self.done("closed"))
        elif what == "resumeLater":
            stream.pause()
            nextTick(stream.resume)
        elif what == "read":
            self.log.append(["read", _text(stream.read(3))])
        elif what == "setEncoding":
            stream.setEncoding("latin1")
        elif what == "write":
            self.log.append(["wrote", stream.write(value.encode(), self.done("written"))])
        elif what == "writeText":
            self.log.append(["wrote", stream.write(value, "latin1", self.done("written"))])
        elif what == "end":
            stream.end(self.done("ended"))
        elif what == "endText":
            stream.end(value, self.done("ended"))
        elif what in ("destroy", "cork", "uncork", "destroySoon", "unpipe", "pause", "resume"):
            getattr(stream, what)()
        else:
            raise AssertionError(what)

    def consume(self, how: str) -> None:
        stream, log = self.stream, self.log
        if how == "data":
            stream.on("data", lambda chunk: None)
        elif how == "resume":
            stream.resume()
        elif how == "readable":

            def readable() -> None:
                while (chunk := stream.read()) is not None:
                    log.append(["got", _text(chunk)])

            stream.on("readable", readable)
        elif how == "pipe":
            got: list[str] = []

            def write(chunk: bytes, encoding: str, callback: Callable[..., Any]) -> None:
                got.append(chunk.decode("latin-1"))
                nextTick(callback)

            sink = Writable(highWaterMark=10, write=write)
            sink.on("finish", lambda: log.append(["piped", "".join(got)]))
            stream.pipe(sink)
        elif how == "iterator":
            job(self._iterate())

    async def _iterate(self) -> None:
        try:
            async for chunk in self.stream:
                self.log.append(["next", _text(chunk)])
            self.log.append(["over"])
        except Exception as error:
            self.log.append(["failed", _name(error)])


async def differences(program: Any) -> list[str]:
    """Where a recorded program goes otherwise here."""
    kind, where, options, how, actions, expected, content = program
    home, mask = os.getcwd(), os.umask(0o022)
    folder = os.path.realpath(tempfile.mkdtemp(prefix="fsstreams-"))
    os.chdir(folder)
    try:
        build()
        given, target = dict(options), where
        if where in ("fd", "bad", "handle"):
            target = None
            given["fd"] = os.open("file", os.O_RDWR) if where == "fd" else 77777
            if where == "handle":
                given["fd"] = await fs.promises.open("file", "r+")
        stream = (fs.createReadStream if kind == "read" else fs.createWriteStream)(target, given)
        run = Run(stream, actions)
        if how is not None:
            run.consume(how)
        run.begin()
        waited = 0
        while (len(run.log) < len(expected) - 1 or stream.closed is not expected[-1][3]) and waited < PATIENCE:
            await timers.setTimeout(1)
            waited += 1
        for _ in range(TURNS):
            await timers.setTimeout(1)
        moved = stream.bytesRead if kind == "read" else stream.bytesWritten
        run.log.append(["state", stream.pending, stream.destroyed, stream.closed, moved, _name(stream.errored)])
        files = [name for name in ("file", "empty", "nope") if os.path.exists(name)]
        found = {name: Path(name).read_bytes().decode("latin-1") for name in files}
        if isinstance(stream.fd, int) and stream.fd not in (77777, -1):
            try:
                os.close(stream.fd)
            except OSError:
                pass
            if where == "handle":
                given["fd"]._fd_ = -1
        if run.log != expected or found != content:
            ours = run.log if run.log != expected else found
            theirs = expected if run.log != expected else content
            return [f"{kind} {where} {options} {how} {actions}:\n   {ours}\n   {theirs} (Node)"]
        return []
    finally:
        os.chdir(home)
        os.umask(mask)
        shutil.rmtree(folder, ignore_errors=True)


def _main(seed: str, count: str) -> None:
    import oracle

    from nodecompat import run

    node = oracle.findNode()
    assert node is not None
    command = [node, "--no-warnings", str(HERE / "fsstreamcases.cjs"), seed, count]
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
