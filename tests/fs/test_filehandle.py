"""FileHandle; random calls are in test_differential.py."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_twisted

from nodecompat.errors import ERR_INVALID_STATE, SystemCallError
from nodecompat.events import once
from nodecompat.fs import promises

check = pytest_twisted.ensureDeferred


@check
async def testReadAndWrite(tmp_path: Path) -> None:
    async with await promises.open(tmp_path / "a", "w+") as file:
        data = b"hello world"
        written = await file.write(data)
        assert (written.bytesWritten, written.buffer is data) == (11, True)
        assert (await file.write("É", 0, "latin1")).bytesWritten == 1
        assert (await file.write(b"abc", {"offset": 1, "length": 1, "position": 1})).bytesWritten == 1
        assert (await file.writev([b"!", b"?"], 11)).bytesWritten == 2
        room = bytearray(4)
        found = await file.read(room, 1, 3, 0)
        assert (found.bytesRead, found.buffer is room, room) == (3, True, b"\0\xc9bl")
        assert (await file.read(room, position=1)).bytesRead == 4 and room == b"bllo"
        assert (await file.read(buffer=room, length=1, position=0)).bytesRead == 1 and room == b"\xc9llo"
        found = await file.read(position=0)
        assert (found.bytesRead, len(found.buffer), type(found.buffer)) == (13, 16384, bytes)
        vector = await file.readv([room], 9)
        assert (vector.bytesRead, vector.buffers) == (4, [b"ld!?"])


@check
async def testWholeFiles(tmp_path: Path) -> None:
    async with await promises.open(tmp_path / "a", "a+") as file:
        await file.writeFile("hello")
        await file.appendFile(["!", b"?"])
        assert await file.readFile() == b""
    async with await promises.open(tmp_path / "a") as file:
        assert await file.readFile("latin1") == "hello!?"


@check
async def testChanges(tmp_path: Path) -> None:
    async with await promises.open(tmp_path / "a", "w") as file:
        await file.writeFile("hello")
        await file.truncate(3)
        await file.chmod(0o600)
        await file.chown(-1, -1)
        await file.utimes(1, 2)
        await file.sync()
        await file.datasync()
        found = await file.stat()
        assert (found.size, found.mode & 0o777, found.atimeMs, found.mtimeMs) == (3, 0o600, 1000, 2000)
        assert (await file.stat(bigint=True)).mtimeNs == 2 * 10**9  # type: ignore[union-attr]


@check
async def testWhenItIsClosed(tmp_path: Path) -> None:
    file = await promises.open(tmp_path / "a", "w")
    await file.close()
    for name, made in (
        ("read", file.read()),
        ("fstat", file.stat()),
        ("writeFile", file.writeFile("x")),
        ("appendFile", file.appendFile(["x"])),
    ):
        with pytest.raises(SystemCallError, match=r"^file closed$") as caught:
            await made
        assert (caught.value.code, caught.value.syscall) == ("EBADF", name)
    with pytest.raises(ERR_INVALID_STATE, match=r"The FileHandle is closed"):
        file.readableWebStream()


@check
async def testStreams(tmp_path: Path) -> None:
    file = await promises.open(tmp_path / "a", "w+")
    stream = file.createWriteStream()
    stream.end("hello")
    await once(stream, "close")
    assert file.fd == -1
    file = await promises.open(tmp_path / "a")
    reader = file.createReadStream({"start": 1, "encoding": "utf8"})
    assert [chunk async for chunk in reader] == ["ello"]
    await file.close()
    assert file.fd == -1


@check
async def testLines(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one\r\ntwo\n\nlast")
    file = await promises.open(tmp_path / "a")
    assert [line async for line in file.readLines()] == ["one", "two", "", "last"]
    await file.close()
