"""Heads that came before: the parser says of them what it said the first time."""

from __future__ import annotations

from collections.abc import Iterator

import hostile
import pytest
from parserlog import Log

from nodecompat.errors import HTTPParserError
from nodecompat.http.wire import parserknown
from nodecompat.http.wire.lenient import LenientParser
from nodecompat.http.wire.parser import RESPONSE, SKIP_BODY
from nodecompat.http.wire.relaxed import RelaxedParser

CASES = hostile.load("http1.jsonl")
GET = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(autouse=True)
def nothingKnown() -> Iterator[None]:
    parserknown.heads.clear()
    yield
    parserknown.heads.clear()


def told(log: Log) -> tuple[object, ...]:
    parser = log.parser
    described = (parser.method, parser.url, parser.httpVersion, parser.shouldKeepAlive, parser.upgrade, parser.isUsual)
    return (*log.events, described, parser.rawHeaders)


def testASecondTimeIsAsTheFirst() -> None:
    first, second = Log(), Log()
    assert first.feed(GET) == second.feed(GET) == len(GET)
    assert list(parserknown.heads) == [GET]
    assert told(first) == told(second)


@pytest.mark.parametrize("name", CASES)
def testTheCorpusTwice(name: str) -> None:
    """Whatever is known by then, a connection that comes later sees what the first one saw."""
    segments = [hostile.toBytes(each) for each in CASES[name]["send"] if isinstance(each, (str, list))]
    results = []
    for _ in range(2):
        log = Log()
        result = log.feed(*segments)
        results.append((str(result), told(log)))
    assert results[0] == results[1]


def testWhatFollowsAKnownHeadIsRead() -> None:
    log = Log()
    log.feed(GET, GET, GET[:10], GET[10:], GET + GET)
    assert log.events == ["/x", "complete"] * 5


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",  # its body comes later
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /" + b"x" * 1024 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=["body", "upgrade", "connect", "long"],
)
def testWhatChangesTheParserIsNotKept(head: bytes) -> None:
    Log().feed(head)
    assert not parserknown.heads


POST = b"POST /y HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"


def testABodyThatComesWithItsHead() -> None:
    log = Log()
    log.feed(POST + b"abc")
    assert list(parserknown.heads) == [POST]
    log.feed(POST + b"def", POST, b"ghi", POST + b"j", b"kl", POST + b"mno" + GET, GET)
    bodies = [b"abc", b"def", b"ghi", b"jkl", b"mno"]
    assert log.events == [each for body in bodies for each in ("/y", body, "complete")] + ["/x", "complete"] * 2


@pytest.mark.parametrize(
    "segment",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        POST + b"abc" + GET,
        POST + b"ab",
    ],
    ids=["chunked", "two", "half"],
)
def testOtherSegmentsWithABodyAreNotKept(segment: bytes) -> None:
    Log().feed(segment)
    assert POST not in parserknown.heads and not any(each.length for each in parserknown.heads.values())


def testABodyMayBeSkippedBehindAKnownHead() -> None:
    Log().feed(POST + b"abc")
    log = Log(answer=SKIP_BODY)
    other = Log(answer=SKIP_BODY)
    parserknown.heads.clear()
    other.feed(POST + b"abc")
    Log().feed(POST + b"abc")
    log.feed(POST + b"abc")
    assert log.events == other.events


CLOSING = [
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    b"POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
]


@pytest.mark.parametrize("closing", CLOSING, ids=["close", "1.0", "body"])
@pytest.mark.parametrize("isKnown", [False, True])
def testNothingIsTakenBehindAClosingRequest(closing: bytes, isKnown: bool) -> None:
    if isKnown:
        Log().feed(GET)
        Log().feed(closing)
    log = Log()
    assert log.feed(closing) == len(closing)
    error = log.feed(GET)
    assert isinstance(error, HTTPParserError) and error.code == "HPE_CLOSED_CONNECTION"
    assert error.bytesParsed == 1


def testAParserThatSawAKnownClosingHeadServesAnotherConnection() -> None:
    Log().feed(CLOSING[0])
    log = Log()
    log.feed(CLOSING[0])
    assert log.parser.isReusable
    log.parser.forget()
    other = Log()
    other.parser = log.parser
    log.parser.onHeadersComplete = other.onHead
    log.parser.onMessageComplete = lambda: other.events.append("complete")
    other.feed(GET, b"GET /z HTTP/1.1\r\nHost: a\r\n\r\n", CLOSING[1])
    assert other.events == ["/x", "complete", "/z", "complete", "/", "complete"]
    assert not other.parser.isReusable


def testTheLimitsOfTheParserHold() -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n"
    Log().feed(head)
    error = Log(maxHeaders=2).feed(head)
    assert isinstance(error, HTTPParserError) and error.code == "HPE_HEADER_OVERFLOW"


@pytest.mark.parametrize("make", [LenientParser, RelaxedParser])
def testOtherParsersNeitherKeepNorUse(make: type) -> None:
    log = Log(make=make)
    log.feed(GET)
    assert not parserknown.heads
    parserknown.heads[GET] = parserknown.Known("GET", "/wrong", "1.1", True, True, 0)
    log.feed(GET)
    assert log.events == ["/x", "complete"] * 2


def testAnswersAreNotKept() -> None:
    for _ in range(2):
        log = Log(RESPONSE)
        log.feed(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")
        assert log.events == [304, "complete"]
    assert not parserknown.heads


def testARelaxedBodyIsNotKept() -> None:
    """What only a relaxed parser takes must not reach a strict one."""
    segment = b"POST / HTTP/1.1\r\nHost: a\r\nX: \x01\r\nContent-Length: 3\r\n\r\nabc"
    log = Log(make=RelaxedParser)
    log.feed(segment)
    assert log.events[-1] == "complete" and not parserknown.heads
    assert isinstance(Log().feed(segment), HTTPParserError)


def testTheOwnerMaySkipOrFree() -> None:
    Log().feed(GET)
    log = Log(answer=SKIP_BODY)
    log.feed(GET, GET)
    assert log.events == ["/x", "complete"] * 2
    log = Log()
    log.parser.onHeadersComplete = lambda parser: parser.free() or 0
    assert log.feed(GET) == len(GET)
    assert log.events == []


def testMemoryIsBounded() -> None:
    log = Log()
    for number in range(3000):
        log.feed(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number)
    assert len(parserknown.heads) <= 512
