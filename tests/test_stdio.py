"""process.stdin, process.stdout, process.stderr."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import Any

import pytest
from program import HANGS, PROLOGUE, ROOT, install, program

from nodecompat import process
from nodecompat.stdio import WriteStream
from nodecompat.stream import PassThrough, Readable
from nodecompat.testing import Network


def fed(source: str, data: bytes = b"", **options: Any) -> tuple[int, str, str]:
    """Run a source with `data` on its standard input, through a pipe."""
    done = subprocess.run(
        [sys.executable, "-c", install() + PROLOGUE + source],
        input=data if "stdin" not in options else None,
        capture_output=True,
        timeout=HANGS,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **options,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class TestStdout:
    def testKeepsItsOrderWithPrint(self) -> None:
        source = """
print("one", end=" ")
process.stdout.write("two ")
print("three", end=" ")
process.stdout.write(b"four")
process.stderr.write("error")
"""
        assert program(source) == (0, "one two three four", "error")

    def testCallsBackAndSaysWhetherToGoOn(self) -> None:
        source = "print(process.stdout.write('a', lambda error: print(error)))\nrun()"
        assert program(source) == (0, "aTrue\nNone\n", "")

    def testAPipeLeavesItOpen(self, net: Network, capsys: pytest.CaptureFixture[str]) -> None:
        stream = WriteStream(1)
        Readable.from_(["a", "b"]).pipe(stream)
        net.run()
        assert not stream.writableEnded
        stream.write("c")
        assert capsys.readouterr().out == "abc"

    def testCannotBeDestroyed(self, net: Network, capsys: pytest.CaptureFixture[str]) -> None:
        stream = WriteStream(1)
        errors: list[BaseException] = []
        stream.on("error", errors.append)
        stream.destroy()
        stream.destroy(ValueError("x"))
        stream.write("still")
        net.run()
        assert (stream.destroyed, capsys.readouterr().out, len(errors)) == (False, "still", 1)

    def testAReaderThatHasGoneIsAnError(self) -> None:
        source = """
import os
reading, writing = os.pipe()
os.close(reading)
os.dup2(writing, 1)
process.stdout.on("error", lambda error: process.stderr.write(f"{error.code} {error.syscall}"))
process.stdout.write("x")
run()
"""
        assert program(source) == (0, "", "EPIPE write")

    def testTextOnlyReplacementsOfSysStdoutGetText(self, net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
        written = io.StringIO()
        monkeypatch.setattr(sys, "stdout", written)
        WriteStream(1).write("ä")
        assert written.getvalue() == "ä"

    def testIsNoTerminalHere(self) -> None:
        source = "print(process.stdout.isTTY, process.stdout.columns, process.stdout.rows, process.stdout.fd)"
        assert program(source) == (0, "None None None 1\n", "")

    def testIsMadeOnce(self) -> None:
        assert process.stdout is process.stdout
        assert (process.stdout.fd, process.stderr.fd) == (1, 2)


class TestStdin:
    def testIsReadToItsEnd(self) -> None:
        source = """
seen = []
process.stdin.on("data", seen.append)
process.stdin.on("end", lambda: print(b"".join(seen) == bytes(range(256)) * 4000, "end"))
process.stdin.on("close", lambda: print("close"))
print(process.getActiveResourcesInfo(), process.stdin.isTTY)
run()
"""
        expected = "['PipeWrap'] None\nTrue end\nclose\n"
        assert fed(source, bytes(range(256)) * 4000) == (0, expected, "")

    def testAFileAndTheNullDeviceAreReadToo(self, tmp_path: Any) -> None:
        path = tmp_path / "input"
        path.write_bytes(b"x" * 200_000)
        source = """
count = 0
def onData(data):
    global count
    count += len(data)
process.stdin.on("data", onData)
process.stdin.on("end", lambda: print(count))
run()
"""
        for name, size in ((str(path), 200_000), (os.devnull, 0)):
            with open(name, "rb") as file:
                assert fed(source, stdin=file) == (0, f"{size}\n", "")

    def testAPauseEndsTheProgramOrLetsItGoOn(self) -> None:
        source = """
def onData(data):
    print(data)
    process.stdin.pause()
    print(process.getActiveResourcesInfo())
    setTimeout(process.stdin.resume, 20)
process.stdin.once("data", onData)
process.stdin.on("end", lambda: print("end"))
run()
"""
        assert fed(source, b"a") == (0, "b'a'\n[]\nend\n", "")

    def testNobodyWhoWantsItIsNotHeld(self) -> None:
        source = """
process.stdin
print(process.getActiveResourcesInfo())
process.stdin.on("data", print).unref()
print(process.getActiveResourcesInfo())
process.stdin.ref()
print(process.getActiveResourcesInfo())
process.stdin.destroy()
run()
"""
        reading, writing = os.pipe()
        try:
            assert fed(source, stdin=reading) == (0, "[]\n[]\n['PipeWrap']\n", "")
        finally:
            os.close(reading)
            os.close(writing)

    def testBackpressureOfAPipeIsObeyed(self) -> None:
        source = """
from nodecompat.stream import PassThrough
slow = PassThrough(highWaterMark=1000)
process.stdin.pipe(slow)
def take():
    data = slow.read()
    # The mark, and one read that was under way when it was reached.
    print(len(data) if data else 0, process.stdin.readableLength <= 2 * 64 * 1024)
    process.exit()
setTimeout(take, 50)
run()
"""
        code, out, err = fed(source, b"x" * 1_000_000)
        assert (code, err) == (0, "")
        assert out.endswith(" True\n")

    def testIsLikeAnEmptyOneWhenClosed(self) -> None:
        source = "import os\nos.close(0)\nprocess.stdin.resume().on('end', lambda: print('end'))\nrun()"
        assert fed(source) == (0, "end\n", "")


def testPipingStdinToStdout() -> None:
    assert fed("process.stdin.pipe(process.stdout)\nrun()", b"through") == (0, "through", "")


def testAStreamMayBePipedThrough(net: Network, capsys: pytest.CaptureFixture[str]) -> None:
    Readable.from_(["text"]).pipe(PassThrough()).pipe(WriteStream(1))
    net.run()
    assert capsys.readouterr().out == "text"
