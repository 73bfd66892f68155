"""The file of a log: appended to once a turn, followed when it is moved away, never a reason to fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodecompat import process
from nodecompat.serving.logfile import CHECK_INTERVAL, WARNING_INTERVAL, LogFile
from nodecompat.testing import Network


@pytest.fixture
def warnings() -> Iterator[list[Any]]:
    found: list[Any] = []
    process.on("warning", found.append)
    yield found
    process.removeListener("warning", found.append)


def testLinesOfOneTurnLeaveTogether(net: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[bytes] = []
    log = LogFile(str(tmp_path / "log"))
    monkeypatch.setattr(os, "write", lambda fd, data: writes.append(data) or len(data))
    log.write("a\n")
    log.write("b\n")
    net.run()
    assert writes == [b"a\nb\n"]


def testItAppends(net: Network, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("before\n")
    log = LogFile(str(path))
    log.write("after\n")
    log.close()
    assert path.read_text() == "before\nafter\n"
    log.write("too late\n")
    net.run()
    assert path.read_text() == "before\nafter\n"


def testAFileThatWasMovedAwayIsMadeAnew(net: Network, tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = LogFile(str(path))
    log.write("1\n")
    net.advance(1)
    path.rename(tmp_path / "log.1")
    log.write("2\n")
    net.advance(CHECK_INTERVAL)
    log.write("3\n")
    net.run()
    assert ((tmp_path / "log.1").read_text(), path.read_text()) == ("1\n2\n", "3\n")
    log.close()


def testAFullDiskIsToldOnce(net: Network, warnings: list[Any]) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    log = LogFile("/dev/full")
    for _ in range(3):
        log.write("x\n")
        net.advance(1)
    assert [each.message for each in warnings] == [
        "Cannot write the access log: [Errno 28] No space left on device",
    ]
    net.advance(WARNING_INTERVAL)
    log.write("x\n")
    net.advance(1)
    assert len(warnings) == 2
    log.close()


def testAFileThatCannotBeMadeAnewIsWrittenOn(net: Network, tmp_path: Path, warnings: list[Any]) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    log = LogFile(str(folder / "log"))
    folder.rename(tmp_path / "old")
    folder.write_text("no folder any more")
    net.advance(CHECK_INTERVAL)
    log.write("x\n")
    net.run()
    assert (tmp_path / "old" / "log").read_text() == "x\n"
    assert len(warnings) == 1
    log.close()


def testAFileThatCannotBeOpened(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LogFile(str(tmp_path / "missing" / "log"))
