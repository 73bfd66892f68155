"""File streams; random programs, ours against Node, are in test_differential.py."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import AbortController, fs
from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, NodeError
from nodecompat.events import once
from nodecompat.stream import promises as streams
from nodecompat.timers import promises as timers

check = pytest_twisted.ensureDeferred


def events(stream: Any) -> list[Any]:
    """Notes the events of a stream: names, and the code of an error."""
    log: list[Any] = []
    emit = stream.emit

    def noted(name: str, *args: Any) -> bool:
        log.append(f"error {args[0].code}" if name == "error" else name)
        found: bool = emit(name, *args)
        return found

    stream.emit = noted
    stream.on("error", lambda error: None)
    return log


def closed(stream: Any) -> Deferred[None]:
    """Fires on 'close', whether there was an error or not."""
    answer: Deferred[None] = Deferred()
    stream.on("close", lambda: answer.callback(None))
    return answer


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(b"hello world")
    return tmp_path / "file"


@check
async def testAPartOfAFile(file: Path) -> None:
    reader = fs.createReadStream(file, start=2, end=5)
    log = events(reader)
    assert reader.pending and reader.path == str(file)
    assert [chunk async for chunk in reader] == [b"llo "]
    assert log == ["open", "ready", "readable", "readable", "data", "end", "close"]
    assert (reader.bytesRead, reader.fd, reader.closed) == (4, None, True)


@check
async def testChunksOfTheHighWaterMark(file: Path) -> None:
    assert [chunk async for chunk in fs.createReadStream(file, {"highWaterMark": 4})] == [b"hell", b"o wo", b"rld"]
    assert [chunk async for chunk in fs.createReadStream(file, "hex")] == [b"hello world".hex()]


@check
async def testWritingAndFlushing(tmp_path: Path) -> None:
    writer = fs.createWriteStream(tmp_path / "a", flush=True, mode=0o600, encoding="latin1")
    log = events(writer)
    writer.write("é")
    writer.write(b"2")
    writer.end("3")
    await closed(writer)
    assert log == ["open", "ready", "prefinish", "finish", "close"]
    assert ((tmp_path / "a").read_bytes(), writer.bytesWritten) == (b"\xe923", 3)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


@check
async def testWritingIntoAFile(file: Path) -> None:
    writer = fs.createWriteStream(file, flags="r+", start=6)
    writer.end("W")
    await streams.finished(writer)
    assert file.read_bytes() == b"hello World"


@pytest.mark.parametrize("autoClose, expected", [(True, ["error ENOENT", "close"]), (False, ["error ENOENT"])])
@check
async def testAFileThatIsNotThere(tmp_path: Path, autoClose: bool, expected: list[str]) -> None:
    reader = fs.createReadStream(tmp_path / "no", autoClose=autoClose)
    log = events(reader)
    failed: Deferred[None] = Deferred()
    reader.on("error", lambda error: failed.callback(None))
    await failed
    await timers.setImmediate()
    assert log == expected


@check
async def testADirectoryCannotBeRead(tmp_path: Path) -> None:
    reader = fs.createReadStream(tmp_path)
    log = events(reader)
    reader.resume()
    await closed(reader)
    assert log == ["resume", "open", "ready", "error EISDIR", "close"]


@check
async def testDestroyedBeforeItIsOpen(file: Path) -> None:
    reader = fs.createReadStream(file)
    log = events(reader)
    reader.destroy()
    await closed(reader)
    assert log == ["open", "ready", "close"]


@check
async def testClosingWaitsForTheReadUnderWay(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, order = threading.Event(), list[str]()
    pread, close = os.pread, os.close

    def slowly(fd: int, size: int, position: int) -> bytes:
        gate.wait(10)
        order.append("read")
        return pread(fd, size, position)

    def closing(fd: int) -> None:
        order.append("close")
        close(fd)

    reader = fs.createReadStream(file, start=0)
    await once(reader, "ready")
    monkeypatch.setattr(os, "pread", slowly)
    monkeypatch.setattr(os, "close", closing)
    log = events(reader)
    reader.resume()
    await once(reader, "resume")
    reader.destroy()
    gate.set()
    await closed(reader)
    assert order == ["read", "close"] and log == ["resume", "close"]


@check
async def testASignalDestroysIt(file: Path) -> None:
    controller = AbortController()
    reader = fs.createReadStream(file, signal=controller.signal)
    log = events(reader)
    controller.abort()
    await closed(reader)
    assert log == ["open", "ready", "error ABORT_ERR", "close"]


@check
async def testWithoutAutoCloseTheDescriptorStaysOpen(file: Path) -> None:
    reader = fs.createReadStream(file, autoClose=False)
    assert [chunk async for chunk in reader] == [b"hello world"]
    assert not reader.autoClose and os.fstat(reader.fd).st_size == 11
    reader.close()
    await closed(reader)


@check
async def testAGivenDescriptor(file: Path) -> None:
    fd = os.open(file, os.O_RDONLY)
    reader = fs.createReadStream(None, fd=fd)
    log = events(reader)
    assert [chunk async for chunk in reader] == [b"hello world"]
    assert log == ["readable", "data", "readable", "end", "close"]
    with pytest.raises(OSError):
        os.fstat(fd)


@check
async def testPartsOfAWriteAreFollowedByTheRest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pwrite, pwritev, again = os.pwrite, os.pwritev, iter([1, 1, 0, 0, 1] * 100)

    def write(fd: int, data: Any, position: int) -> int:
        if next(again):
            raise BlockingIOError(errno.EAGAIN, "x")
        return pwrite(fd, bytes(data)[:3], position)

    monkeypatch.setattr(os, "pwrite", write)
    monkeypatch.setattr(
        os, "pwritev", lambda fd, data, position: pwritev(fd, [bytes(b"".join(map(bytes, data)))[:4]], position)
    )
    writer = fs.createWriteStream(tmp_path / "a", start=1)
    writer.write(b"hello")
    writer.write(b" world")
    await once(writer, "drain") if writer.writableNeedDrain else None
    writer.end(b"!!")
    await streams.finished(writer)
    assert (tmp_path / "a").read_bytes() == b"\0hello world!!" and writer.bytesWritten == 13


@check
async def testAWriterThatMakesNoProgressFails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(fd: int, data: Any, position: int) -> int:
        raise BlockingIOError(errno.EAGAIN, "x")

    monkeypatch.setattr(os, "pwrite", write)
    writer = fs.createWriteStream(tmp_path / "a", start=0)
    writer.end(b"x")
    with pytest.raises(NodeError, match=r"EAGAIN"):
        await streams.finished(writer)


@check
async def testCloseCallsBack(file: Path) -> None:
    answer: Deferred[Any] = Deferred()
    reader = fs.createReadStream(file)
    reader.close(answer.callback)
    assert (await answer).code == "ERR_STREAM_PREMATURE_CLOSE"
    written: Deferred[Any] = Deferred()
    writer = fs.createWriteStream(file, autoClose=False)
    writer.write("x")
    writer.close(lambda: written.callback(None))
    await written
    assert file.read_bytes() == b"x" and writer.fd is None


def testOptionsThatAreWrong(file: Path) -> None:
    with pytest.raises(ERR_OUT_OF_RANGE, match=r'"start" is out of range. It must be <= "end" \(here: 2\). Received 5'):
        fs.createReadStream(file, start=5, end=2)
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"options.fd" property must be of type number or an instance of'):
        fs.createReadStream(file, fd="x")  # type: ignore[arg-type]
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"options.flush" property must be of type boolean'):
        fs.createWriteStream(file, flush=1)  # type: ignore[arg-type]
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"path" argument'):
        fs.createReadStream(None)


@check
async def testTheCallbackOfASecondCloseMayTakeAnError(tmp_path: Path) -> None:
    stream = fs.createWriteStream(tmp_path / "a")
    stream.end("x")
    await closed(stream)
    told: Deferred[Any] = Deferred()
    stream.close(lambda error: told.callback(error))
    assert await told is None
