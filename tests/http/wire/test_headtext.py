"""What an accepted head says, and heads that put a fresh llhttp in a state."""

from __future__ import annotations

import httptools
import pytest

from nodecompat.http.wire import headtext
from nodecompat.http.wire.parser import REQUEST, RESPONSE

HEAD = b"POST / HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("x-one", True), ("x.two", True), ("x-two", False), ("one", False), ("value", False), ("http/1.1 200 ok", False)],
)
def testAFieldIsFoundByItsName(name: str, expected: bool) -> None:
    head = b"HTTP/1.1 200 OK: x\r\nX-ONE: value: 1\r\nx.two:\r\n\r\n"
    assert (headtext.fieldFinder(name)(head) is not None) is expected


@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        (REQUEST, b"", False),
        (REQUEST, b"Content-Length: 5\r\n", False),
        (REQUEST, b"Transfer-Encoding: gzip\r\n", True),
        (REQUEST, b"transfer-encoding:gzip, Chunked\r\n", False),
        (REQUEST, b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", False),
        (REQUEST, b"Transfer-Encoding: chunked\t\r\n", True),
        (RESPONSE, b"", True),
        (RESPONSE, b"Content-Length: 0\r\n", False),
        (RESPONSE, b"Transfer-Encoding: chunked\r\n", False),
        (RESPONSE, b"Transfer-Encoding: identity\r\n", True),
    ],
)
def testWhetherABodyEndsWithTheConnection(kind: int, lines: bytes, expected: bool) -> None:
    start = HEAD if kind == REQUEST else b"HTTP/1.1 200 OK\r\n"
    assert headtext.endsWithInput(kind, start + lines + b"\r\n") is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"Connection: close", True),
        (b"connection:keep-alive, CLOSE", True),
        (b"Connection \t: x, close", True),
        (b"Connection: keep-alive", False),
        (b"X-Connection: close", False),
        (b"X: \tconnection: close", False),
    ],
)
def testWhetherAHeadCloses(line: bytes, expected: bool) -> None:
    assert bool(headtext.hasClose(HEAD + line + b"\r\n\r\n")) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"GET / HTTP/1.1", True),
        (b"GET / HTTP/1.0", True),
        (b"GET / HTTP/2.0", False),
        (b"GET / RTSP/1.0", False),
        (b"GET /", False),
    ],
)
def testWhichHeadsAreHTTP1(line: bytes, expected: bool) -> None:
    assert bool(headtext.isHTTP1(line + b"\r\nHost: a\r\n\r\n")) is expected


class Sink:
    """What llhttp reports of a message."""

    def __init__(self) -> None:
        self.body = b""
        self.complete = 0

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        self.complete += 1


def fed(kind: int, *pieces: bytes) -> Sink:
    sink = Sink()
    make = httptools.HttpRequestParser if kind == REQUEST else httptools.HttpResponseParser
    parser = make(sink)
    for piece in pieces:
        parser.feed_data(piece)
    return sink


@pytest.mark.parametrize("kind", [REQUEST, RESPONSE])
def testIntoAChunkedBody(kind: int) -> None:
    assert fed(kind, headtext.CHUNKED[kind], b"2\r\nhi\r\n0\r\n\r\n").body == b"hi"


@pytest.mark.parametrize("kind", [REQUEST, RESPONSE])
def testBehindAMessageThatCloses(kind: int) -> None:
    with pytest.raises(httptools.HttpParserError, match="Data after `Connection: close`"):
        fed(kind, headtext.CLOSING[kind], b"x")


UPGRADING = HEAD + b"Connection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\n"


def testAnUpgradeThatIsNotWantedKeepsItsFraming() -> None:
    with pytest.raises(httptools.HttpParserUpgrade):
        fed(REQUEST, UPGRADING)
    plain = fed(REQUEST, headtext.withoutUpgrade(UPGRADING, True), b"hi", b"GET / HTTP/1.1\r\n\r\n")
    assert (plain.body, plain.complete) == (b"hi", 2)
    with pytest.raises(httptools.HttpParserError, match="Connection: close"):
        fed(REQUEST, headtext.withoutUpgrade(UPGRADING, False), b"hi", b"GET / HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize(("connection", "isOpen"), [(b"close", False), (b"keep-alive", True)])
@pytest.mark.parametrize("kind", [REQUEST, RESPONSE])
def testAsClosedAsTheHead(kind: int, connection: bytes, isOpen: bool) -> None:
    start = HEAD if kind == REQUEST else b"HTTP/1.1 200 OK\r\n"
    made = headtext.closing(kind, start + b"Connection: " + connection + b"\r\n\r\n", "1.1")
    if isOpen:
        assert fed(kind, made, made).complete == 2
    else:
        with pytest.raises(httptools.HttpParserError):
            fed(kind, made, made)
