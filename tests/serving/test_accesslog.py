"""Access logs: what a line says, when it comes, and what a client cannot put into it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from web import GET, Web, web

from nodecompat.serving.accesslog import AccessLog, Exchange, asJSON, combined

LINE = re.compile(r'(\S+) - - \[(.+?)\] "(.*)" (\S+) (\S+) "(.*)" "(.*)"\n')
#: Ten bytes of body in two chunks: what leaves of them.
CHUNKED = len("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n")


@contextmanager
def logged(
    handler: Callable[..., Any], format: Callable[[Exchange], str] = combined
) -> Iterator[tuple[Web, list[str]]]:
    """A server whose lines are collected."""
    lines: list[str] = []
    with web(handler) as it:
        AccessLog(lines.append, format).watch(it.server)
        yield it, lines


def fields(line: str) -> tuple[str, ...]:
    """Address, request, status, bytes, referer and user agent of a combined line."""
    found = LINE.fullmatch(line)
    assert found is not None, line
    address, _, *rest = found.groups()
    return (address, *rest)


def hello(req: Any, res: Any) -> None:
    res.end("hello")


def testCombined() -> None:
    with logged(hello) as (it, lines):
        it.ask(b"GET /a?b=c HTTP/1.1\r\nHost: a\r\nReferer: http://x/\r\nUser-Agent: Test 1\r\n\r\n")
        assert [fields(line) for line in lines] == [
            ("127.0.0.1", "GET /a?b=c HTTP/1.1", "200", "5", "http://x/", "Test 1")
        ]


def testTheTimeIsUTCAsApacheWritesIt() -> None:
    with logged(hello) as (it, lines):
        it.ask(GET)
        assert re.search(r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\]", lines[0])


def testWhatIsNotKnown() -> None:
    with logged(lambda req, res: res.writeHead(204).end()) as (it, lines):
        it.ask(GET)
        assert fields(lines[0]) == ("127.0.0.1", "GET / HTTP/1.1", "204", "-", "-", "-")


def testJSON() -> None:
    with logged(hello, asJSON) as (it, lines):
        it.ask(b'POST /"x" HTTP/1.1\r\nHost: a\r\nUser-Agent: \xe9\r\nContent-Length: 0\r\n\r\n')
        (line,) = lines
        found = json.loads(line)
        assert line.endswith("}\n") and line.isascii()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found.pop("time"))
        assert found.pop("duration") >= 0
        assert found == {
            "remoteAddress": "127.0.0.1",
            "method": "POST",
            "url": '/"x"',
            "httpVersion": "1.1",
            "status": 200,
            "bytes": 5,
            "referer": None,
            "userAgent": "é",
            "complete": True,
        }


def testChunksAreCountedWithTheirFraming() -> None:
    def handler(req: Any, res: Any) -> None:
        res.write("hello", None, lambda: res.end("world"))

    with logged(handler) as (it, lines):
        it.ask(GET)
        assert fields(lines[0])[3] == str(CHUNKED)


def testEachOfSeveralOnOneConnection() -> None:
    with logged(lambda req, res: res.end(req.url)) as (it, lines):
        peer = it.connect()
        it.ask(GET, peer=peer)
        it.ask(GET.replace(b" / ", b" /second "), peer=peer)
        assert [fields(line)[1:4] for line in lines] == [
            ("GET / HTTP/1.1", "200", "1"),
            ("GET /second HTTP/1.1", "200", "7"),
        ]


def testPipelined() -> None:
    """The second is answered first, and waits for its turn."""
    waiting: list[Any] = []
    with logged(lambda req, res: waiting.append(res)) as (it, lines):
        it.ask(GET + GET.replace(b" / ", b" /second "))
        waiting[1].end("second")
        it.net.run()
        assert lines == []
        waiting[0].end("1")
        it.net.run()
        assert [fields(line)[1:4] for line in lines] == [
            ("GET / HTTP/1.1", "200", "1"),
            ("GET /second HTTP/1.1", "200", "6"),
        ]


def testAConnectionThatBreaksBeforeTheAnswer() -> None:
    with logged(lambda req, res: None, asJSON) as (it, lines):
        peer = it.connect()
        it.ask(GET, peer=peer)
        peer.reset()
        it.net.run()
        found = json.loads(lines[0])
        assert (found["status"], found["bytes"], found["complete"]) == (None, 0, False)


def testAConnectionThatBreaksInTheAnswer() -> None:
    with logged(lambda req, res: res.writeHead(200, {"Content-Length": 10}).write("hello"), asJSON) as (it, lines):
        peer = it.connect()
        it.ask(GET, peer=peer)
        peer.reset()
        it.net.run()
        found = json.loads(lines[0])
        assert (found["status"], found["bytes"], found["complete"]) == (200, 5, False)


@pytest.mark.parametrize(
    "sent, written",
    [
        (b'a" 200 1 "', r"a\" 200 1 \""),
        (b"back\\slash", r"back\\slash"),
        (b"\xe9\t", r"\xe9"),
        (b"tab\there", r"tab\x09here"),
    ],
)
def testAClientCannotForgeALine(sent: bytes, written: str) -> None:
    with logged(hello) as (it, lines):
        it.ask(b"GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: " + sent + b"\r\n\r\n")
        assert lines[0].endswith(f'"{written}"\n')
        assert lines[0].count("\n") == 1


def testAFormatOfOnesOwn() -> None:
    with logged(hello, lambda exchange: f"{exchange.method} {exchange.status}") as (it, lines):
        it.ask(GET)
        assert lines == ["GET 200\n"]


def testTheConnectionOfARequestIsNotTouched() -> None:
    """The answer is the same with a log as without."""
    with logged(hello) as (it, _):
        withLog = it.ask(GET * 2)
    with web(hello) as it:
        assert it.ask(GET * 2) == withLog
