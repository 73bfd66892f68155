"""Whole files; random calls are in test_differential.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from nodecompat import AbortSignal, fs
from nodecompat.errors import AbortError
from nodecompat.fs.operations import contents


def testThereAndBack(tmp_path: Path) -> None:
    file = tmp_path / "a"
    fs.writeFileSync(file, "é", "latin1")
    fs.appendFileSync(file, bytearray(b"x"), flush=True)
    assert fs.readFileSync(file) == b"\xe9x"
    assert fs.readFileSync(file, {"encoding": "hex"}) == "e978"
    assert fs.readFileSync(file, encoding="latin1") == "éx"


def testAFileThatDoesNotSayHowLongItIs() -> None:
    assert fs.readFileSync("/proc/self/status").startswith(b"Name:") if os.path.exists("/proc/self/status") else True
    reader, writer = os.pipe()
    os.write(writer, b"x" * 3000)
    os.close(writer)
    try:
        assert fs.readFileSync(reader) == b"x" * 3000
    finally:
        os.close(reader)


def testOfADescriptorTheRest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello")
    with open(tmp_path / "a", "r+b", buffering=0) as file:
        file.seek(2)
        assert fs.readFileSync(file.fileno()) == b"llo"
        fs.writeFileSync(file.fileno(), "!")
    assert (tmp_path / "a").read_bytes() == b"hello!"


def testIntoABuffer(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello")
    room = bytearray(8)
    assert bytes(fs.readFileSync(tmp_path / "a", buffer=room)) == b"hello"
    assert room == b"hello\0\0\0"


def testASignalStopsIt(tmp_path: Path) -> None:
    with pytest.raises(AbortError):
        contents.readFile(str(tmp_path), {"signal": AbortSignal.abort()})()
    with pytest.raises(AbortError):
        contents.writeFile(str(tmp_path / "a"), "x", {"signal": AbortSignal.abort()})()


def testAPartOfAWriteIsFollowedByTheRest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, writev = os.write, os.writev
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data)[:3]))
    monkeypatch.setattr(os, "writev", lambda fd, buffers: writev(fd, [bytes(b"".join(buffers))[:3]]))
    fs.writeFileSync(tmp_path / "a", b"hello world")
    assert (tmp_path / "a").read_bytes() == b"hello world"


def testCopies(tmp_path: Path) -> None:
    source, copy = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"hello")
    source.chmod(0o640)
    copy.write_bytes(b"something longer")
    fs.copyFileSync(source, copy)
    assert (copy.read_bytes(), copy.stat().st_mode & 0o777) == (b"hello", 0o640)
    fs.copyFileSync(source, source)
    assert source.read_bytes() == b"hello"
    with pytest.raises(FileExistsError, match=r"EEXIST: file already exists, copyfile '.*a' -> '.*b'"):
        fs.copyFileSync(source, copy, fs.constants["COPYFILE_EXCL"])


def testALargeFileIsRefused(tmp_path: Path) -> None:
    with open(tmp_path / "a", "wb") as file:
        file.truncate(2**31)
    with pytest.raises(ValueError, match=r"File size \(2147483648\) is greater than 2 GiB"):
        fs.readFileSync(tmp_path / "a")


def testADirectory(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match=r"EISDIR: illegal operation on a directory, read") as caught:
        fs.readFileSync(tmp_path)
    found: Any = caught.value
    assert (found.syscall, found.path) == ("read", None)


@pytest.mark.parametrize("number", [5.5, float("nan"), float("inf"), 2**31])
def testANumberThatCannotBeADescriptorIsABadPath(number: float) -> None:
    for call in (lambda: fs.readFileSync(number), lambda: fs.writeFileSync(number, "x")):
        with pytest.raises(TypeError, match=r'^The "path" argument must be of type string'):
            call()
