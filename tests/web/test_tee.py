"""A stream split in two."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted

from nodecompat import Response, stream
from nodecompat.stream import Readable
from nodecompat.testing import Network
from nodecompat.web.tee import tee


@pytest_twisted.ensureDeferred
async def testACloneOfAStreamHasItAll() -> None:
    one = Response(stream.Readable.from_([b"a" * 40000, b"b" * 40000, b"c"]))
    two = one.clone()
    first = await one.text()
    assert await two.text() == first and len(first) == 80001


class Source:
    """A source that counts how often it is asked, and gives a chunk each time."""

    def __init__(self, size: int = 20_000, chunks: int = 1000) -> None:
        self.asked = 0
        self._size, self._chunks = size, chunks
        self.stream = Readable(read=self._read)

    def _read(self) -> None:
        self.asked += 1
        self.stream.push(bytes(self._size) if self.asked <= self._chunks else None)


def collected(half: Readable) -> list[Any]:
    found: list[Any] = []
    half.on("data", found.append).on("end", lambda: found.append("end"))
    return found


def testBothGiveEveryChunk(net: Network) -> None:
    one, two = tee(Readable.from_([b"a", b"b"]))
    first, second = collected(one), collected(two)
    net.run()
    assert first == second == [b"a", b"b", "end"]


def testTheSourceRestsUntilAHalfIsRead(net: Network) -> None:
    source = Source()
    one, _ = tee(source.stream)
    net.run()
    assert source.asked == 0
    one.read(1)
    net.run()
    before = source.asked
    assert 0 < before < 20
    net.run()
    assert source.asked == before, "nobody wants more"


def testTheFasterHalfSetsThePace(net: Network) -> None:
    """What the slower one has not read is kept for it."""
    one, two = tee(Source(size=1000, chunks=100).stream)
    first = collected(one)
    net.run()
    assert len(first) == 101
    second = collected(two)
    net.run()
    assert second == first


@pytest.mark.parametrize("error", [None, ValueError("broken")])
def testTheEndOfOneHalfLeavesTheOther(net: Network, error: BaseException | None) -> None:
    source = Source(size=1, chunks=3)
    one, two = tee(source.stream)
    one.destroy(error)
    second = collected(two)
    net.run()
    assert second == [b"\0", b"\0", b"\0", "end"]


def testTheEndOfBothHalvesIsTheSources(net: Network) -> None:
    source = Source()
    one, two = tee(source.stream)
    one.destroy()
    net.run()
    assert not source.stream.destroyed
    two.destroy()
    net.run()
    assert source.stream.destroyed


@pytest.mark.parametrize(("error", "message"), [(ValueError("broken"), "broken"), (None, "terminated")])
def testASourceThatFailsFailsBoth(net: Network, error: BaseException | None, message: str) -> None:
    source = Readable(read=lambda: None)
    halves = tee(source)
    errors: list[str] = []
    for half in halves:
        half.on("error", lambda error: errors.append(str(error)))
    source.destroy(error)
    net.run()
    assert errors == [message, message]
