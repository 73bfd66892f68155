"""The functions that return when the work is done; most are tested where the work is, in operations/."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodecompat import fs
from nodecompat.errors import ERR_INVALID_ARG_TYPE


def testReadingAndWriting(tmp_path: Path) -> None:
    fd = fs.openSync(tmp_path / "a", "w+")
    try:
        assert fs.writeSync(fd, b"hello", offset=1) == 4
        room = bytearray(3)
        assert fs.readSync(fd, room, {"position": 1}) == 3
        assert room == b"llo"
        with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"buffer" argument'):
            fs.readSync(fd, None)
    finally:
        fs.closeSync(fd)


def testADirectoryEntryByEntry(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with fs.opendirSync(tmp_path) as directory:
        entry = directory.readSync()
        assert entry is not None and entry.name == "a"
        assert directory.readSync() is None
    with pytest.raises(FileNotFoundError, match=r"ENOENT: no such file or directory, opendir$"):
        fs.opendirSync(tmp_path / "no")
