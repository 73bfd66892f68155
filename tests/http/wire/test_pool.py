"""Parsers that are taken over by the next connection: nothing of the one before is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hostile
import pytest
from parserlog import CHUNKED, HEAD, Log

from nodecompat.errors import HTTPParserError
from nodecompat.http.wire import pool
from nodecompat.http.wire.lenient import LenientParser
from nodecompat.http.wire.parser import REQUEST, RESPONSE, SKIP_BODY, HTTPParser
from nodecompat.http.wire.relaxed import RelaxedParser

CASES = hostile.load("http1.jsonl")
GET = HEAD + b"\r\n"


@pytest.fixture(autouse=True)
def noneIdle(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pool, "_idle", [])
    monkeypatch.setattr(pool, "_maxIdle", 1000)
    yield


def acquired(kind: int = REQUEST, **limits: int) -> HTTPParser:
    return pool.acquire(kind, "strict", limits.get("maxHeaderSize", 0), limits.get("maxHeaders", 1000))


class Taken(Log):
    """A connection with the parser that the pool gives it."""

    def __init__(self, **limits: int) -> None:
        super().__init__(make=lambda kind, **given: acquired(kind, **given), **limits)


def testAParserIsTakenOver() -> None:
    first = Taken()
    first.feed(GET)
    pool.release(first.parser)
    second = Taken()
    assert second.parser is first.parser
    second.feed(CHUNKED + b"2\r\nhi\r\n0\r\n\r\n")
    assert (second.events, first.events) == (["/", b"hi", "complete"], ["/", "complete"])


def testAReleasedParserRefersToNobody() -> None:
    connection = Taken()
    connection.feed(GET)
    parser = connection.parser
    pool.release(parser)
    assert (parser.onHeadersComplete, parser.onBody, parser.onMessageComplete, parser.head) == (None, None, None, b"")


def testTheLimitsAreThoseOfTheNewConnection() -> None:
    first = Taken(maxHeaderSize=50, maxHeaders=1)
    pool.release(first.parser)
    second = Taken()
    assert second.feed(HEAD + b"B: " + b"x" * 100 + b"\r\n\r\n") != 0
    assert second.events == ["/", "complete"]
    pool.release(second.parser)
    third = Taken(maxHeaders=1)
    assert third.parser is first.parser
    assert third.feed(HEAD + b"B: c\r\n\r\n").code == "HPE_HEADER_OVERFLOW"


@pytest.mark.parametrize(
    "data",
    [
        b"G",
        HEAD,
        CHUNKED,
        CHUNKED + b"5\r\nab",
        CHUNKED + b"0\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
        b"nonsense\r\n\r\n",
    ],
)
def testAParserInTheMiddleOfSomethingIsNotKept(data: bytes) -> None:
    connection = Taken()
    connection.feed(data)
    pool.release(connection.parser)
    assert acquired() is not connection.parser


def testAParserWhoseConnectionWasClosedByItsRequestIsKept() -> None:
    connection = Taken()
    connection.feed(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    pool.release(connection.parser)
    parser = acquired()
    assert parser is connection.parser
    heads = []
    parser.onHeadersComplete = lambda parser: heads.append(parser.shouldKeepAlive) or 0
    assert (parser.execute(GET), heads) == (len(GET), [True])


def testAParserThatIsPausedOnABytesIsNotKept() -> None:
    connection = Taken()
    connection.parser.onMessageComplete = connection.parser.pause
    connection.feed(GET + GET)
    pool.release(connection.parser)
    assert acquired() is not connection.parser


@pytest.mark.parametrize(("validation", "make"), [("insecure", LenientParser), ("relaxed", RelaxedParser)])
def testOnlyStrictParsersAreKept(validation: str, make: type[HTTPParser]) -> None:
    parser = pool.acquire(REQUEST, validation, 0, 1000)
    assert type(parser) is make
    pool.release(parser)
    assert type(acquired()) is HTTPParser


def testAParserOfResponsesIsNoneOfRequests() -> None:
    pool.release(acquired(RESPONSE))
    assert acquired(REQUEST).kind == REQUEST


def testHowManyAreKept() -> None:
    pool.setMaxIdleHTTPParsers(2)
    parsers = [acquired() for _ in range(3)]
    for parser in parsers:
        pool.release(parser)
    assert pool._idle == parsers[:2]
    pool.setMaxIdleHTTPParsers(1)
    assert pool._idle == parsers[:1]


@pytest.mark.parametrize(
    ("max", "code"), [("1", "ERR_INVALID_ARG_TYPE"), (0, "ERR_OUT_OF_RANGE"), (1.5, "ERR_OUT_OF_RANGE")]
)
def testAWrongNumber(max: Any, code: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        pool.setMaxIdleHTTPParsers(max)
    assert caught.value.code == code  # type: ignore[attr-defined]


def outcome(log: Log, data: bytes) -> tuple[list[Any], Any]:
    result = log.feed(data)
    if isinstance(result, HTTPParserError):
        result = (result.code, result.reason, result.bytesParsed)  # type: ignore[attr-defined]
    return log.events, result


@pytest.mark.parametrize("name", CASES)
def testTheHostileCorpusTwiceThroughOneParser(name: str) -> None:
    """What one connection has sent changes nothing for the next."""
    data = b"".join(map(hostile.toBytes, CASES[name]["send"]))
    answer = SKIP_BODY if name.startswith(("up-", "co-")) else 0
    fresh = outcome(Log(answer=answer), data)
    for _ in range(2):
        connection = Taken()
        connection.answer = answer
        assert outcome(connection, data) == fresh
        pool.release(connection.parser)


@pytest.mark.parametrize("name", CASES)
def testTheNextConnectionAfterEachCaseOfTheCorpus(name: str) -> None:
    """It is parsed as by a parser that is new."""
    connection = Taken()
    connection.feed(*map(hostile.toBytes, CASES[name]["send"]))
    pool.release(connection.parser)
    assert outcome(Taken(), GET) == (["/", "complete"], len(GET))
