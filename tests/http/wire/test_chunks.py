"""Where a chunked body stands: its place follows from what llhttp reported."""

from __future__ import annotations

from typing import Any

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodecompat.http.wire.chunks import (
    CHUNK_END,
    EXTENSIONS_OVERFLOW,
    HEADER_OVERFLOW,
    SIZE_LINE,
    ChunkTracker,
)
from nodecompat.http.wire.headtext import CHUNKED
from nodecompat.http.wire.limits import MAX_EXTENSIONS_SIZE


class Body:
    """A chunked body on its way through a real llhttp, and the tracker that follows."""

    def __init__(self, maxSize: int = 16384, maxHeaders: int = 1000) -> None:
        self.tracker = ChunkTracker(maxSize, maxHeaders)
        self.events: list[Any] = []
        self.complete = False
        self._parser = httptools.HttpRequestParser(self)
        self._parser.feed_data(CHUNKED[1])
        self.data = b""

    def on_chunk_header(self) -> None:
        self.events.append(SIZE_LINE)

    def on_body(self, data: bytes) -> None:
        self.events.append(data)

    def on_chunk_complete(self) -> None:
        self.events.append(CHUNK_END)

    def on_message_complete(self) -> None:
        self.complete = True

    def feed(self, piece: bytes) -> int:
        """Returns how far the tracker followed."""
        self.events = []
        self._parser.feed_data(piece)
        place = self.tracker.follow(piece, self.events, self.complete)
        self.data += b"".join(event for event in self.events if event)
        return place


BODY = b"3\r\nabc\r\n5;name=value\r\nde\r\nf\r\n0\r\nA: b\r\nC: d\r\n\r\n"


def testAWholeBody() -> None:
    body = Body()
    assert body.feed(BODY) == len(BODY)
    assert (body.data, body.tracker.trailers, body.tracker.overflow) == (b"abcde\r\nf", b"A: b\r\nC: d\r\n", 0)


@given(st.lists(st.integers(0, len(BODY)), max_size=12))
def testInAnyPieces(cuts: list[int]) -> None:
    body, pos = Body(), 0
    for cut in [*sorted(cuts), len(BODY)]:
        assert body.feed(BODY[pos:cut]) == cut - pos
        pos = cut
    assert (body.complete, body.data, body.tracker.trailers) == (True, b"abcde\r\nf", b"A: b\r\nC: d\r\n")


#: Where a cut leaves data to come: no byte of it can be at fault, so nobody asks.
WITHIN_DATA = {*range(BODY.index(b"abc"), BODY.index(b"abc") + 3), *range(BODY.index(b"de"), BODY.index(b"de") + 5)}


@pytest.mark.parametrize("size", sorted({*range(len(BODY))} - WITHIN_DATA))
def testAFreshParserCanBeBroughtToWhereABodyStands(size: int) -> None:
    """Fed with what `before` says it goes on as the first one would have."""
    body = Body()
    body.feed(BODY[:size])
    behind = Body()
    behind._parser.feed_data(body.tracker.before())
    behind.events.clear()
    behind._parser.feed_data(BODY[size:])
    assert behind.complete
    assert body.data + b"".join(event for event in behind.events if event) == b"abcde\r\nf"


def testNoTrailers() -> None:
    body = Body()
    assert body.feed(b"0\r\n\r\n") == 5
    assert body.tracker.trailers == b""


def testTheEndIsFoundWhereTheNextRequestBegins() -> None:
    body = ChunkTracker(16384, 1000)
    piece = b"1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    events = [SIZE_LINE, b"a", CHUNK_END, SIZE_LINE, CHUNK_END]
    assert body.follow(piece, events, True) == piece.index(b"GET")


@pytest.mark.parametrize("step", [1000, 1 << 20])
def testExtensionsOverTheLimit(step: int) -> None:
    """Nothing behind it is handed out."""
    piece = b"1\r\na\r\n1;x=" + b"y" * (MAX_EXTENSIONS_SIZE + 9) + b"\r\nb\r\n"
    body = Body()
    for at in range(0, len(piece), step):
        part = piece[at : at + step]
        place = body.feed(part)
        if body.tracker.overflow:
            break
    assert (body.tracker.overflow, body.data) == (EXTENSIONS_OVERFLOW, b"a")
    assert place <= len(part)


def testEachChunkHasALimitOfItsOwn() -> None:
    body = Body()
    for _ in range(3):
        body.feed(b"1;x=" + b"y" * (MAX_EXTENSIONS_SIZE - 100) + b"\r\nb\r\n")
    assert (body.tracker.overflow, body.data) == (0, b"bbb")


@pytest.mark.parametrize(
    ("limits", "trailers"),
    [({"maxSize": 20}, b"Name: 0123456789abcdef\r\n\r\n"), ({"maxHeaders": 2}, b"A: 1\r\nB: 2\r\nC: 3\r\n\r\n")],
)
@pytest.mark.parametrize("step", [1, 5, 100])
def testTrailersOverTheLimits(limits: dict[str, int], trailers: bytes, step: int) -> None:
    body = Body(**limits)
    body.feed(b"1\r\na\r\n0\r\n")
    for at in range(0, len(trailers), step):
        body.feed(trailers[at : at + step])
        if body.tracker.overflow:
            break
    assert (body.tracker.overflow, body.tracker.trailers) == (HEADER_OVERFLOW, b"")
