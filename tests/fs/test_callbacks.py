"""The functions with a callback; random calls are in test_differential.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import fs
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.util import promisify

check = pytest_twisted.ensureDeferred


def called(call: Callable[..., Any], *args: Any, **options: Any) -> Deferred[tuple[Any, ...]]:
    """What the callback is called with."""
    answer: Deferred[tuple[Any, ...]] = Deferred()
    call(*args, callback=lambda *got: answer.callback(got), **options)
    return answer


@check
async def testReadAndWrite(tmp_path: Path) -> None:
    error, fd = await called(fs.open, tmp_path / "a", "w+")
    data = b"hello world"
    assert await called(fs.write, fd, data) == (None, 11, data)
    assert await called(fs.write, fd, "é", 0, "latin1") == (None, 1, "é")
    assert await called(fs.writev, fd, [b"!", b"?"], 11) == (None, 2, [b"!", b"?"])
    room = bytearray(4)
    assert await called(fs.read, fd, room, 0, 4, 1) == (None, 4, room) and room == b"ello"
    assert await called(fs.read, fd, {"buffer": room, "length": 2, "position": 0}) == (None, 2, room)
    error, count, buffer = await called(fs.read, fd, position=0)
    assert (error, count, len(buffer), type(buffer), buffer[:count]) == (None, 13, 16384, bytes, b"\xe9ello world!?")
    assert await called(fs.readv, fd, [room], 2) == (None, 4, [room])
    assert await called(fs.close, fd) == (None,)
    error, count, buffer = await called(fs.read, fd, room)
    assert (error.code, error.syscall, count, buffer) == ("EBADF", "read", 0, room)


@check
async def testTheCallbackComesLastInEveryForm(tmp_path: Path) -> None:
    answer: Deferred[Any] = Deferred()
    fs.writeFile(
        tmp_path / "a", "x", lambda error: fs.stat(tmp_path / "a", lambda error, found: answer.callback(found))
    )
    assert (await answer).size == 1


@check
async def testExistsHasNoError(tmp_path: Path) -> None:
    assert await called(fs.exists, tmp_path) == (True,)
    assert await called(fs.exists, 5) == (False,)


def testWithoutACallback(tmp_path: Path) -> None:
    for call in (fs.stat, fs.open, fs.readFile, fs.exists, fs.rename, fs.writeFile):
        arguments = (tmp_path,) if call not in (fs.rename, fs.writeFile) else (tmp_path, "x")
        with pytest.raises(
            ERR_INVALID_ARG_TYPE, match=r'The "cb" argument must be of type function. Received undefined'
        ):
            call(*arguments)


@check
async def testAWrongArgumentRaisesAtOnce() -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"path" argument'):
        fs.readFile([], lambda error, data: None)  # type: ignore[arg-type]


@check
async def testPromisified(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello")
    assert await promisify(fs.exists)(tmp_path / "a") is True
    fd, room = fs.openSync(tmp_path / "a", "r+"), bytearray(2)
    found = await promisify(fs.read)(fd, room, 0, 2, 0)
    assert (found.bytesRead, found.buffer is room, room) == (2, True, b"he")
    assert (await promisify(fs.write)(fd, "x", 0))["bytesWritten"] == 1
    assert (await promisify(fs.readv)(fd, [room], 0)).buffers == [b"xe"]
    assert (await promisify(fs.writev)(fd, [b"z"], 0)).bytesWritten == 1
    await promisify(fs.close)(fd)
    with pytest.raises(OSError, match=r"EBADF: bad file descriptor, read"):
        await promisify(fs.read)(fd, room, 0, 2, 0)
