"""Stats."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

from nodecompat.fs import BigIntStats, Stats, statSync


def testTimesAreDatetimesAndMilliseconds(tmp_path: Path) -> None:
    os.utime(tmp_path, ns=(1_500_000_000_123_456_789, 1_600_000_000_000_000_001))
    found = statSync(tmp_path)
    assert isinstance(found, Stats)
    assert (found.atimeMs, found.mtimeMs) == (1500000000123.4568, 1600000000000)
    assert found.atime == datetime(2017, 7, 14, 2, 40, 0, 123000, tzinfo=timezone.utc)
    assert found["mtimeMs"] == found.mtimeMs


def testBigIntsHaveNanoseconds(tmp_path: Path) -> None:
    os.utime(tmp_path, ns=(1_500_000_000_123_456_789, 1_600_000_000_000_000_001))
    found = statSync(tmp_path, bigint=True)
    assert isinstance(found, BigIntStats)
    assert (found.atimeMs, found.atimeNs, found.mtimeNs) == (
        1_500_000_000_123,
        1_500_000_000_123_456_789,
        1_600_000_000_000_000_001,
    )


def testKinds(tmp_path: Path) -> None:
    os.symlink("x", tmp_path / "link")
    os.mkfifo(tmp_path / "fifo")
    from nodecompat.fs import lstatSync

    names = ("isFile", "isDirectory", "isBlockDevice", "isCharacterDevice", "isSymbolicLink", "isFIFO", "isSocket")

    def kind(path: str) -> list[str]:
        found = lstatSync(path)
        return [name for name in names if getattr(found, name)()]

    assert kind(str(tmp_path)) == ["isDirectory"]
    assert kind(str(tmp_path / "link")) == ["isSymbolicLink"]
    assert kind(str(tmp_path / "fifo")) == ["isFIFO"]
    assert kind(os.devnull) == ["isCharacterDevice"]
