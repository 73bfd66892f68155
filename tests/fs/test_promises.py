"""fs.promises; random calls are in test_differential.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_twisted

from nodecompat import AbortController, AbortSignal, fs
from nodecompat.errors import ERR_INVALID_ARG_TYPE, AbortError
from nodecompat.fs import promises
from nodecompat.stream import Readable

check = pytest_twisted.ensureDeferred


@check
async def testThereAndBack(tmp_path: Path) -> None:
    file = tmp_path / "a"
    await promises.writeFile(file, "hello")
    await promises.appendFile(file, b" world", flush=True)
    assert await promises.readFile(file) == b"hello world"
    assert await promises.readFile(file, "utf8") == "hello world"
    assert (await promises.stat(file)).size == 11
    await promises.rename(file, tmp_path / "b")
    assert await promises.readdir(tmp_path) == ["b"]
    await promises.rm(tmp_path / "b")
    await promises.access(tmp_path)


@check
async def testAFileHandleInPlaceOfAPath(tmp_path: Path) -> None:
    async with await promises.open(tmp_path / "a", "w+") as file:
        await promises.writeFile(file, "hello", "utf8")
        await promises.appendFile(file, "!")
        await file.write(b"", 0, 0, 0)
        assert await promises.readFile(file) == b""
    assert await promises.readFile(tmp_path / "a") == b"hello!"


@check
async def testWhatAnIterableGivesIsWritten(tmp_path: Path) -> None:
    async def pieces() -> AsyncIterator[object]:
        yield "a"
        yield b"b"

    await promises.writeFile(tmp_path / "a", pieces())
    await promises.writeFile(tmp_path / "b", Readable.from_([b"x", b"y"]), flush=True)
    await promises.appendFile(tmp_path / "b", ["1", "2"])
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"ab", b"xy12")


@check
async def testAWrongArgumentFailsTheDeferred() -> None:
    for made in (promises.readFile(5), promises.open([]), promises.writeFile(5, "x")):  # type: ignore[arg-type]
        with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"path" argument'):
            await made


@check
async def testASignal(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(AbortError):
        await promises.readFile(tmp_path / "a", signal=AbortSignal.abort())
    controller = AbortController()

    async def pieces() -> AsyncIterator[str]:
        yield "a"
        controller.abort()
        yield "b"

    with pytest.raises(AbortError):
        await promises.writeFile(tmp_path / "b", pieces(), signal=controller.signal)
    assert (tmp_path / "b").read_bytes() == b"a"


def testItIsAlsoAModuleOfItsOwn() -> None:
    assert fs.promises is promises and promises.constants is fs.constants
