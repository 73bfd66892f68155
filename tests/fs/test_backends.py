"""The option `fs` of streams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_twisted

from nodecompat import fs
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.stream import promises as streams

check = pytest_twisted.ensureDeferred


class Logged:
    """The functions of the module, noted."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args: Any) -> None:
            self.log.append(name)
            getattr(fs, name)(*args)

        return call


@check
async def testGivenFunctionsAreCalled(tmp_path: Path) -> None:
    given = Logged()
    writer = fs.createWriteStream(tmp_path / "a", fs=given, flush=True)
    writer.write("he")
    writer.write("l")
    writer.end("lo")
    await streams.finished(writer)
    reader = fs.createReadStream(tmp_path / "a", fs=given, encoding="utf8")
    assert [chunk async for chunk in reader] == ["hello"]
    assert given.log == ["open", "writev", "fsync", "close", "open", "read", "read", "close"]


def testFunctionsThatAreMissing(tmp_path: Path) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"options.fs.open" property must be of type function'):
        fs.createReadStream(tmp_path, fs={})
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"options.fs.write"'):
        fs.createWriteStream(tmp_path, fs={"open": fs.open, "close": fs.close})


@check
async def testOneOfTheTwoWaysToWriteIsEnough(tmp_path: Path) -> None:
    for name in ("write", "writev"):
        given = {"open": fs.open, "close": fs.close, name: getattr(fs, name)}
        writer = fs.createWriteStream(tmp_path / name, fs=given)
        writer.write(b"1")
        writer.write(b"2")
        writer.end(b"3")
        await streams.finished(writer)
        assert (tmp_path / name).read_bytes() == b"123"
