"""Files that are opened without a thread."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted

from nodecompat import fs
from nodecompat.events import once
from nodecompat.fs import opening

check = pytest_twisted.ensureDeferred


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of a device that counts as local."""
    (tmp_path / "file").write_bytes(b"0123456789")
    monkeypatch.setattr(opening, "localDevices", {tmp_path.stat().st_dev})
    monkeypatch.setattr(opening, "_finder", None)
    yield tmp_path / "file"


def openOrSkip(path: Path) -> int:
    fd = opening.openAtOnce(os.fsencode(path))
    if fd is None:
        pytest.skip("this kernel, sandbox or file system has no openat2 with RESOLVE_CACHED (Linux 5.12)")
    return fd


def descriptors() -> int:
    gc.collect()  # those that other tests have left
    return len(os.listdir("/proc/self/fd"))


def testAFileOfTheKernelsMemory(file: Path) -> None:
    before = descriptors()
    fd = openOrSkip(file)
    try:
        assert (os.read(fd, 4), os.get_inheritable(fd), os.get_blocking(fd)) == (b"0123", False, True)
        assert descriptors() == before + 1
    finally:
        os.close(fd)


def testWhatMayNotBeOpenedInTheLoop(file: Path, tmp_path: Path) -> None:
    before = descriptors()
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fsencode(tmp_path / "socket"))
        for name in (tmp_path / "fifo", tmp_path / "socket", tmp_path, tmp_path / "missing", "/dev/null", "a\0b"):
            assert opening.openAtOnce(os.fsencode(name)) is None
    assert descriptors() == before


def testAFileOfAnotherDevice(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "localDevices", set())
    assert opening.openAtOnce(os.fsencode(file)) is None
    monkeypatch.setattr(opening, "localDevices", {-1})
    assert opening.openAtOnce(os.fsencode(file)) is None


def testAFileThatMayNotBeRead(file: Path) -> None:
    before = descriptors()
    file.chmod(0)
    if os.geteuid():
        assert opening.openAtOnce(os.fsencode(file)) is None
        assert descriptors() == before


def testAKernelWithoutItIsNotAskedAgain(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_OPENAT2", 100_000)
    assert opening.openAtOnce(os.fsencode(file)) is None
    monkeypatch.setattr(opening._Finder, "find", None)
    assert opening.openAtOnce(os.fsencode(file)) is None


async def eventsOf(file: Path) -> list[Any]:
    log: list[Any] = []
    source = fs.createReadStream(file)
    assert source.pending
    for name in ("open", "ready", "readable", "end", "close"):
        source.on(name, lambda *args, name=name: log.append(name))
    source.on("readable", lambda: log.append(source.read()))
    await once(source, "close")
    return log


@check
async def testTheEventsAreTheSame(file: Path) -> None:
    atOnce = await eventsOf(file)
    opening.localDevices.clear()
    assert atOnce == await eventsOf(file)
    assert atOnce == ["open", "ready", "readable", b"0123456789", "readable", None, "end", "close"]
