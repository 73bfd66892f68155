"""What is read out of accepted bytes, and what httptools calls."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from nodecompat.http.wire.chunks import CHUNK_END, SIZE_LINE, ChunkTracker
from nodecompat.http.wire.sink import Sink, _Stop, headEnd, parseVersion, splitHeaders


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b"", []),
        (b"Host: a\r\n", ["Host", "a"]),
        (b"A:b\r\nC: \t d e \t\r\n", ["A", "b", "C", "d e"]),
        (b"Empty:\r\nUrl: http://a:80/\r\n", ["Empty", "", "Url", "http://a:80/"]),
        (b"A: \xfc\r\n", ["A", "ü"]),
    ],
)
def testHeaders(lines: bytes, expected: list[str]) -> None:
    assert splitHeaders(b"GET / HTTP/1.1\r\n" + lines + b"\r\n") == expected


def testVersions() -> None:
    assert (parseVersion("1.1"), parseVersion("1.0"), parseVersion("9.0")) == ((1, 1), (1, 0), (9, 0))


HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize("cut", range(1, len(HEAD)))
def testTheEndOfAHeadThatBeganEarlier(cut: int) -> None:
    """The blank line may be cut anywhere."""
    data = b"xx" + HEAD[cut:] + b"body\r\n\r\n"
    found = data.find(b"\r\n\r\n", 2) + 4
    assert headEnd(bytearray(HEAD[:cut]), data, 2, found) == 2 + len(HEAD) - cut


def testAHeadThatGoesOn() -> None:
    assert headEnd(bytearray(b"GET / "), b"HTTP/1.1\r\nHost:", 0, 3) == len(b"HTTP/1.1\r\nHost:")


def testKeepAliveIsAskedForWhenItIsKnown() -> None:
    sink = Sink()
    sink.llhttp = SimpleNamespace(should_keep_alive=lambda: True)
    sink.on_headers_complete()
    assert (sink.headersComplete, sink.keepAlive) == (True, True)


@pytest.mark.parametrize(("piece", "stops"), [(b"hello", False), (b"helloGET", True)])
def testABodyThatIsFollowedStopsThere(piece: bytes, stops: bool) -> None:
    sink = Sink()
    sink.piece = piece
    sink.on_body(b"hel")
    sink.on_body(b"lo")
    if stops:
        with pytest.raises(_Stop):
            sink.on_message_complete()
    else:
        sink.on_message_complete()
    assert (sink.complete, sink.end) == (True, 5)


def testAChunkedBodyThatIsFollowedStopsThere() -> None:
    sink = Sink()
    sink.piece, sink.tracker = b"1\r\na\r\n0\r\n\r\nGET", ChunkTracker(1000, 10)
    sink.on_chunk_header()
    sink.on_body(b"a")
    sink.on_chunk_complete()
    sink.on_chunk_header()
    sink.on_chunk_complete()
    assert sink.events == [SIZE_LINE, b"a", CHUNK_END, SIZE_LINE, CHUNK_END]
    with pytest.raises(_Stop):
        sink.on_message_complete()
    assert sink.piece[sink.end :] == b"GET"


def testAMessageWithoutABodyStopsNobody() -> None:
    sink = Sink()
    sink.on_message_complete()
    assert (sink.complete, sink.end) == (True, 0)
