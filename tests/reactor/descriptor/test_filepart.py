"""A part of a file on its way into a socket."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodecompat.reactor.descriptor.filepart import FilePart

#: More than the kernel keeps for a peer that does not read.
MUCH = 8 * 1024 * 1024


@pytest.fixture
def pair() -> Iterator[tuple[Any, Any]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(10)
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "file").write_bytes(b"0123456789")
    fd = os.open(tmp_path / "file", os.O_RDONLY)
    yield fd
    os.close(fd)


def testWhatStandsBeforeLeavesFirst(pair: Any, file: int) -> None:
    ours, theirs = pair
    part = FilePart(b"head", file, 2, 5)
    assert (part.start(ours), part.left) == (9, 0)
    assert theirs.recv(9, socket.MSG_WAITALL) == b"head23456"


def testWithoutAnOffsetTheDescriptorMovesOn(pair: Any, file: int) -> None:
    ours, theirs = pair
    os.lseek(file, 3, os.SEEK_SET)
    assert FilePart(b"", file, None, 2).start(ours) == 2
    assert (theirs.recv(100), os.read(file, 100)) == (b"34", b"56789")


def testAFileThatEndsEarlier(pair: Any, file: int) -> None:
    ours, theirs = pair
    part = FilePart(b"", file, 8, 100)
    assert (part.start(ours), part.left) == (2, 98)
    assert (part.send(ours), part.left) == (0, 0)
    assert theirs.recv(100) == b"89"


def testWhatIsNoFileIsDoneAtOnce(pair: Any, tmp_path: Path) -> None:
    ours, _ = pair
    fd = os.open(tmp_path, os.O_RDONLY)
    try:
        part = FilePart(b"", fd, 0, 100)
        assert (part.start(ours), part.left) == (0, 0)
    finally:
        os.close(fd)


def testAnErrorOfTheSocketIsRaised(pair: Any, file: int) -> None:
    ours, theirs = pair
    theirs.close()
    with pytest.raises(OSError) as caught:
        FilePart(b"", file, 0, 10).start(ours)
    assert caught.value.errno == errno.EPIPE


def testTheRestIsSentFromACopyOfTheDescriptor(pair: Any, tmp_path: Path) -> None:
    ours, theirs = pair
    content = os.urandom(1024) * (MUCH // 1024)
    (tmp_path / "much").write_bytes(content)
    fd = os.open(tmp_path / "much", os.O_RDONLY)
    part = FilePart(b"head", fd, 0, MUCH)
    got = part.start(ours)
    assert 4 < got < MUCH
    part.keep()
    os.close(fd)
    received = bytearray()
    while len(received) < MUCH + 4:
        received += theirs.recv(1 << 20)
        try:
            got += part.send(ours) if part.left else 0
        except BlockingIOError:
            pass
    part.release()
    part.release()
    assert (received == b"head" + content, got, part.left) == (True, MUCH + 4, 0)


def testWithoutADescriptorForItTheRestIsReadByOthers(pair: Any, file: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> int:
        raise OSError(errno.EMFILE, "no descriptor is left")

    monkeypatch.setattr(os, "dup", full)
    part = FilePart(b"", file, 0, 10)
    part.keep()
    assert part.left == 0
    part.release()
