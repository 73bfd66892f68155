"""PassThrough changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import Log

from nodecompat.stream import PassThrough, Transform
from nodecompat.testing import Network


@pytest.mark.parametrize("chunks", [[b"a", b"", b"bc"], ["ü", "x"]])
def testBytesPass(net: Network, log: Log, chunks: list[Any]) -> None:
    stream = log.watch(PassThrough(encoding="utf8"), ("data", "end", "finish", "close"))
    for chunk in chunks:
        stream.write(chunk)
    stream.end()
    net.run()
    assert log == [*(f"data {each if isinstance(each, str) else each.decode()}" for each in chunks if each), *log[-3:]]
    assert sorted(log[-3:]) == ["close", "end", "finish"]


def testObjectsPassAsTheyAre(net: Network) -> None:
    things: list[Any] = [{"a": 1}, [], 0, False]
    stream = PassThrough(objectMode=True)
    got: list[Any] = []
    stream.on("data", got.append)
    for thing in things:
        stream.write(thing)
    net.run()
    assert all(one is other for one, other in zip(got, things, strict=True))


def testItHoldsBackWhoWrites(net: Network) -> None:
    stream = PassThrough(highWaterMark=2)
    written = [stream.write(b"ab") for _ in range(3)]
    assert written == [False, False, False]
    net.run()
    assert (stream.readableLength, stream.writableLength) == (2, 6)
    assert stream.read() == b"ab"
    net.run()
    assert stream.writableLength == 4


def testItIsATransform() -> None:
    assert isinstance(PassThrough(), Transform)
