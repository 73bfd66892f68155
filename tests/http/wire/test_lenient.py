"""The parser behind insecureHTTPParser."""

from __future__ import annotations

import random
from typing import Any

import pytest
from parserlog import CHUNKED, Log, bytewise

from nodecompat.errors import HTTPParserError
from nodecompat.http.wire.lenient import LenientParser
from nodecompat.http.wire.parser import RESPONSE, UPGRADE


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


def read(segments: list[bytes]) -> list[Any]:
    """What is called back, and the code of an error."""
    log = Log(make=LenientParser)
    result = log.feed(*segments)
    return [*log.events, result.code] if isinstance(result, HTTPParserError) else log.events


DATA = b"a\r\n0;5 f\xff\x00"
ENDS = [b"\r\n", b"\r\n", b"\n", b"\r"]


def randomMessage(random: random.Random) -> bytes:
    """Chunked messages with any line ends, data that looks like framing, and now and then a fault."""
    text = bytearray()
    for _ in range(random.randint(1, 3)):
        text += CHUNKED
        for _ in range(random.randint(0, 4)):
            size = random.choice([1, 2, 5, 15, 16, 17, 40, 255, 256, 300])
            line = b"%x" % size + random.choice([b"", b"", b";a=b", b" ", b';a="x;y"'])
            data = bytes(random.choice(DATA) for _ in range(size))
            text += b"0" * random.randint(0, 2) + line + random.choice(ENDS) + data + random.choice([*ENDS, b""])
        text += random.choice([b"0", b"000", b"0;x"]) + random.choice(ENDS)
        text += random.choice([b"", b"X: y" + random.choice(ENDS)]) + random.choice(ENDS)
    for _ in range(random.choice([0, 0, 1, 2])):
        at = random.randrange(len(text))
        text[at : at + random.randint(0, 2)] = random.choice([b"\r", b"\n", b"0", b" ", b";", b"z", b"5", b'"'])
    return bytes(text)


@pytest.mark.parametrize("seed", range(150))
def testRunsOfAChunkedBodyAreAsGoodAsBytes(seed: int) -> None:
    text = randomMessage(random.Random(seed))
    assert read([text]) == read(bytewise(text))


def testAChunkedBodyIsFedInRuns() -> None:
    """Ten mebibytes, full of line ends and zeros, are not as many calls of llhttp."""
    log = Log(make=LenientParser)
    log.feed(CHUNKED)
    sink, llhttp = log.parser._sink, log.parser._llhttp
    calls: list[int] = []

    class Counting:
        def feed_data(self, data: bytes) -> None:
            calls.append(len(data))
            llhttp.feed_data(data)

    log.parser._llhttp = Counting()
    log.parser.onBody = None
    data = b"0\r\n\r\n" * 13107
    for _ in range(160):
        log.feed(b"%x\r\n%s\r\n" % (len(data), data))
    log.feed(b"0\r\n\r\n")
    assert log.events == ["/", "complete"] and not sink.events
    assert len(calls) < 160 * len(data) // 100
