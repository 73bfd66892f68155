"""The parser behind insecureHTTPParser."""

from __future__ import annotations

import pytest
from parserlog import Log, bytewise

from nodecompat.http.parser import RESPONSE, UPGRADE
from nodecompat.http.parserlenient import LenientParser


@pytest.mark.parametrize(
    "text", [b"GET / HTTP/1.0\n\n", b"GET / HTTP/1.1\nHost: a\n\n", b"GET / HTTP/1.1\r\nHost: a\r\n\n"]
)
def testBareLineFeedsEndTheHead(text: bytes) -> None:
    """Node 26 hangs on the first of these: a written departure."""
    for segments in ([text], bytewise(text), [text + b"GET /2 HTTP/1.0\r\n\r\n"]):
        log = Log(make=LenientParser)
        log.feed(*segments)
        assert log.events[:2] == ["/", "complete"]
        assert log.events[2:] in ([], ["/2", "complete"])


def testTheStrictParserRefusesThem() -> None:
    assert Log().feed(b"GET / HTTP/1.0\n\n").code == "HPE_INVALID_VERSION"


def testFoldedHeaderAndControlCharacter() -> None:
    log = Log(make=LenientParser)
    log.feed(b"GET / HTTP/1.1\r\nA: b\r\n c\r\nD: \x01\r\n\r\n")
    assert log.parser.rawHeaders == ["A", "b c", "D", "\x01"]


def testDataAfterClose() -> None:
    log = Log(make=LenientParser)
    log.feed(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
    assert log.events == ["/", "complete", "/2", "complete"]


def testChunkedBodyIsFollowedByTheNextRequest() -> None:
    body = b"3 \r\nabc2\r\nde\r\n0\r\nA: b\r\n\r\n"
    text = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + body + b"GET /2 HTTP/1.1\r\n\r\n"
    for segments in ([text], bytewise(text)):
        log = Log(make=LenientParser)
        log.feed(*segments)
        assert log.events == ["/", b"abcde", "complete", "/2", "complete"]


def testTrailers() -> None:
    log = Log(make=LenientParser)
    log.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b \r\n\r\n")
    assert log.parser.rawTrailers == ["A", "b"]


def testContentLengthBodyIsFollowedByTheNextRequest() -> None:
    text = b"POST / HTTP/1.1\nContent-Length: 3\n\nabcGET /2 HTTP/1.0\n\n"
    for segments in ([text], bytewise(text)):
        log = Log(make=LenientParser)
        log.feed(*segments)
        assert log.events == ["/", b"abc", "complete", "/2", "complete"]


def testUpgrade() -> None:
    log = Log(make=LenientParser, answer=UPGRADE)
    head = b"GET / HTTP/1.1\nConnection: upgrade\nUpgrade: x\n\n"
    assert log.feed(head + b"rest") == len(head)


def testResponseUntilTheEndOfInput() -> None:
    log = Log(RESPONSE, make=LenientParser)
    log.feed(b"HTTP/1.1 200 OK\n\nab", b"c")
    assert log.parser.finish() is None
    assert log.events == [200, b"abc", "complete"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([b"GET / HTTP/1.1\n", *[b"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n"] * 1000], "HPE_HEADER_OVERFLOW"),
        ([b"POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1;", *[b"a" * 1000] * 20], "HPE_CHUNK_EXTENSIONS_OVERFLOW"),
        ([b"POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n0\r\nX: ", *[b"a" * 1000] * 20], "HPE_HEADER_OVERFLOW"),
        ([b"BAD\x01"], "HPE_INVALID_METHOD"),
    ],
)
def testLimitsAndFaults(parts: list[bytes], code: str) -> None:
    assert Log(make=LenientParser).feed(*parts).code == code
