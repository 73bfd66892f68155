"""The parser behind httpValidation "relaxed"."""

from __future__ import annotations

import pytest
from parserlog import CHUNKED, HEAD, Log, bytewise
from web import OK, ok, web

from nodecompat.errors import HTTPParserError
from nodecompat.http.wire.relaxed import RelaxedParser


def testControlCharactersMayStandInValues() -> None:
    text = HEAD + b"X: b\x01c\x7f\r\n\r\n"
    for segments in ([text], bytewise(text)):
        log = Log(make=RelaxedParser)
        log.feed(*segments)
        assert log.events == ["/", "complete"]
        assert log.parser.rawHeaders == ["Host", "a", "X", "b\x01c\x7f"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + b"X: b\0c\r\n\r\n", "Invalid header value char"),
        (HEAD + b"X: b\r\n c\r\n\r\n", "Unexpected whitespace after header value"),
        (HEAD + b"X : b\r\n\r\n", "Invalid header token"),
        (HEAD + b"X: b\nY: c\r\n\r\n", "Missing expected CR after header value"),
        (HEAD + b"Transfer-Encoding: chunked\x01\r\n\r\n", "Request has invalid `Transfer-Encoding`"),
        (b"GET / HTTP/1.0\n\n", "Expected CRLF after version"),
        (CHUNKED + b"0\r\nX: b\r\n c\r\n\r\n", "Unexpected whitespace after header value"),
        (CHUNKED + b"0\r\nX: b\0\r\n\r\n", "Invalid header value char"),
    ],
)
def testNothingElseIsRelaxed(text: bytes, reason: str) -> None:
    """Node 26 spins for ever on the first of these: a written departure."""
    for segments in ([text], bytewise(text)):
        log = Log(make=RelaxedParser)
        error = log.feed(*segments)
        assert isinstance(error, HTTPParserError)
        assert error.reason == reason
        assert "complete" not in log.events


def testServerOption() -> None:
    text = b"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n"
    with web(ok, httpValidation="relaxed") as it:
        assert it.ask(text + text) == OK + OK
        assert it.ask(b"GET / HTTP/1.0\n\n").startswith(b"HTTP/1.1 400")
    with web(ok, httpValidation="strict") as it:
        assert it.ask(text).startswith(b"HTTP/1.1 400")
