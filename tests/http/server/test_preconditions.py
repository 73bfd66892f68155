"""What a server answers by itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from web import web

from nodecompat.errors import HTTPParserError
from nodecompat.http.server import preconditions


def plain(req: Any, res: Any) -> None:
    res.end("ok")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("HPE_HEADER_OVERFLOW", b"431 Request Header Fields Too Large"),
        ("HPE_CHUNK_EXTENSIONS_OVERFLOW", b"413 Payload Too Large"),
        ("ERR_HTTP_REQUEST_TIMEOUT", b"408 Request Timeout"),
        ("HPE_INVALID_METHOD", b"400 Bad Request"),
    ],
)
def testRefusals(code: str, status: bytes) -> None:
    """None carries a byte of the peer."""
    error = HTTPParserError(code, "reason", 0, b"packet")
    assert preconditions.refusal(error) == b"HTTP/1.1 " + status + b"\r\nConnection: close\r\n\r\n"


def testAnErrorWithoutCodeIsABadRequest() -> None:
    assert preconditions.refusal(ValueError("x")).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("lines", "lenient", "expected"),
    [
        (b"Host: a", False, False),
        (b"Accept: x\r\nHost: a", False, False),
        (b"host: a", False, True),
        (b"Accept: x", False, True),
        (b"Host: a\r\nExpect: 100-continue", False, True),
        (b"Host: a\r\neXpEcT: x", False, True),
        (b"Host: a\r\nX-Expect: x", False, False),
        (b"Host: a", True, True),
    ],
)
def testTheCommonHeadNeedsNoLook(lines: bytes, lenient: bool, expected: bool) -> None:
    parser: Any = SimpleNamespace(head=b"GET / HTTP/1.1\r\n" + lines + b"\r\n\r\n", lenient=lenient)
    assert preconditions.mayNeedAnswer(parser) is expected


@pytest.mark.parametrize(
    ("version", "asks", "status"), [("1.1", True, b"400"), ("1.1", False, b"200"), ("1.0", True, b"200")]
)
def testARequestWithoutHost(version: str, asks: bool, status: bytes) -> None:
    with web(plain, requireHostHeader=asks) as it:
        answer = it.ask(f"GET / HTTP/{version}\r\n\r\n".encode())
    assert answer.split()[1] == status


def testTheLimitOfRequestsOfAConnection() -> None:
    with web(plain) as it:
        it.server.maxRequestsPerSocket = 2
        it.watch(it.server, "dropRequest")
        peer = it.connect()
        answers = [it.ask(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", peer=peer) for _ in range(2)]
        assert [answer.split()[1] for answer in answers] == [b"200", b"200"]
        assert b"Connection: keep-alive" in answers[0] and b"Connection: close" in answers[1]
        assert it.log == []


def testARequestOverTheLimitIsDropped() -> None:
    """It was pipelined: here before the answer that closes."""
    with web(plain) as it:
        it.server.maxRequestsPerSocket = 1
        it.watch(it.server, "dropRequest")
        answer = it.ask(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
    assert it.log == ["dropRequest"]
    assert answer.count(b"HTTP/1.1 ") == 1 or b"HTTP/1.1 503 " in answer


EXPECTING = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: %s\r\n\r\n"


@pytest.mark.parametrize("expectation", [b"100-continue", b"100-CONTINUE", b"x, 100-continue"])
def testContinueIsSaidByItself(expectation: bytes) -> None:
    with web(plain) as it:
        assert it.ask(EXPECTING % expectation).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def testTheProgramMayDecideToContinue() -> None:
    with web(plain) as it:
        it.server.on("checkContinue", lambda req, res: (it.log.append(req.url), res.writeHead(413), res.end()))
        assert it.ask(EXPECTING % b"100-continue").startswith(b"HTTP/1.1 413 ")
    assert it.log == ["/"]


@pytest.mark.parametrize("listens", [False, True])
def testAnotherExpectation(listens: bool) -> None:
    with web(plain) as it:
        if listens:
            it.server.on("checkExpectation", lambda req, res: res.end("fine"))
        answer = it.ask(EXPECTING % b"tea")
    assert answer.startswith(b"HTTP/1.1 200 " if listens else b"HTTP/1.1 417 ")
