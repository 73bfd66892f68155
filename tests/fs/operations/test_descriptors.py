"""Open files by descriptor; random calls are in test_differential.py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodecompat import fs
from nodecompat.errors import ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE


@pytest.fixture
def fd(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "file").write_bytes(b"hello world")
    opened = fs.openSync(tmp_path / "file", "r+")
    yield opened
    os.close(opened)


def testReadFromAPlaceAndFromWhereItIs(fd: int) -> None:
    buffer = bytearray(5)
    assert fs.readSync(fd, buffer, 0, 5, 6) == 5 and buffer == b"world"
    assert fs.readSync(fd, buffer, 1, 2) == 2 and buffer == b"wherd"[:1] + b"he" + b"ld"
    assert fs.readSync(fd, buffer, offset=0, length=3, position=None) == 3 and buffer[:3] == b"llo"
    assert fs.readSync(fd, bytearray(0)) == 0


def testReadOutsideOfTheBuffer(fd: int) -> None:
    with pytest.raises(ERR_OUT_OF_RANGE, match=r'"length" is out of range. It must be <= 3. Received 4'):
        fs.readSync(fd, bytearray(5), 2, 4)
    with pytest.raises(ERR_INVALID_ARG_VALUE, match=r"is empty and cannot be written"):
        fs.readSync(fd, bytearray(0), 0, 1)


def testWritePartsAndTexts(fd: int) -> None:
    assert fs.writeSync(fd, b"ABCDE", 1, 3, 0) == 3
    assert fs.writeSync(fd, "6161", 3, "hex") == 2
    assert fs.writevSync(fd, [b"x", bytearray(b"yz")], 8) == 3
    assert os.pread(fd, 20, 0) == b"BCDaa woxyz"


def testManyBuffers(fd: int) -> None:
    assert fs.writevSync(fd, [b"x"] * 3000, 0) == 1024  # as many as the system takes at once
    buffers = [bytearray(2), bytearray(3)]
    assert fs.readvSync(fd, buffers, 0) == 5 and buffers == [b"xx", b"xxx"]


def testChanges(fd: int) -> None:
    fs.ftruncateSync(fd, 3)
    fs.fchmodSync(fd, 0o600)
    fs.futimesSync(fd, 1, 2.5)
    fs.fsyncSync(fd)
    fs.fdatasyncSync(fd)
    fs.fchownSync(fd, -1, -1)
    found = fs.fstatSync(fd)
    assert (found.size, found.mode & 0o777, found.atimeMs, found.mtimeMs) == (3, 0o600, 1000, 2500)


def testAClosedDescriptor(fd: int) -> None:
    copy = os.dup(fd)
    fs.closeSync(copy)
    with pytest.raises(OSError, match=r"EBADF: bad file descriptor, close"):
        fs.closeSync(copy)
