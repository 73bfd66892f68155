"""The bytes of a head: which headers are added, and how the body is delimited. Each row was seen in Node 26.10."""

from math import inf

import pytest
from httpanswers import answer, responseFor

from nodecompat import errors
from nodecompat.http.message import head
from nodecompat.http.wire import headers

KEEP = b"Connection: keep-alive\r\n"
CLOSE = b"Connection: close\r\n"
OK = b"HTTP/1.1 200 OK\r\n"


def joined(handler, **options):
    return b"".join(answer(handler, **options))


def remove(*names):
    def handler(res):
        for name in names:
            res.removeHeader(name)
        res.end("b")

    return handler


def withHeader(name, value, body="b"):
    def handler(res):
        res.setHeader(name, value)
        res.end(body)

    return handler


ROWS = {
    "end alone": (lambda res: res.end(), OK + KEEP + b"Content-Length: 0\r\n\r\n"),
    "end with text": (lambda res: res.end("cé"), OK + KEEP + b"Content-Length: 3\r\n\r\nc\xc3\xa9"),
    "writeHead, then end": (
        lambda res: res.writeHead(200, {"Content-Type": "text/plain"}).end("hello"),
        OK + b"Content-Type: text/plain\r\n" + KEEP + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ),
    "Content-Length given": (
        lambda res: res.writeHead(200, {"Content-Length": 5}).end("hello"),
        OK + b"Content-Length: 5\r\n" + KEEP + b"\r\nhello",
    ),
    "a list of values": (withHeader("B", ["x", 5]), OK + b"B: x\r\nB: 5\r\n" + KEEP + b"Content-Length: 1\r\n\r\nb"),
    "an empty list of values": (withHeader("A", []), OK + KEEP + b"Content-Length: 1\r\n\r\nb"),
    "cookies in one line": (
        withHeader("Cookie", ["a=1", "b=2"]),
        OK + b"Cookie: a=1; b=2\r\n" + KEEP + b"Content-Length: 1\r\n\r\nb",
    ),
    "a flat list keeps its order": (
        lambda res: res.writeHead(200, ["X-One", "1", "x-one", "2"]).end("x"),
        OK + b"X-One: 1\r\nx-one: 2\r\n" + KEEP + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    ),
    "a flat list replaces what was set": (
        lambda res: res.setHeader("x", "y").writeHead(200, ["X", "1", "X", "2"]).end(),
        OK + b"X: 1\r\nX: 2\r\n" + KEEP + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    "Connection: close": (
        withHeader("Connection", "upgrade, Close"),
        OK + b"Connection: upgrade, Close\r\nContent-Length: 1\r\n\r\nb",
    ),
    "Keep-Alive given": (
        withHeader("Keep-Alive", "zzz"),
        OK + b"Keep-Alive: zzz\r\n" + KEEP + b"Content-Length: 1\r\n\r\nb",
    ),
    "no Content-Length wanted": (
        remove("content-length"),
        OK + KEEP + b"Transfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n",
    ),
    "neither wanted": (remove("Content-Length", "Transfer-Encoding"), OK + KEEP + b"\r\nb"),
    "no Connection wanted": (remove("connection"), OK + b"Content-Length: 1\r\n\r\nb"),
    "204 chunked": (
        lambda res: res.writeHead(204, {"Transfer-Encoding": "chunked"}).end(),
        b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n" + CLOSE + b"\r\n",
    ),
    "304 with a length": (
        lambda res: res.writeHead(304, {"Content-Length": "5"}).end("hello"),
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n" + KEEP + b"\r\n",
    ),
    "another coding": (withHeader("Transfer-Encoding", "gzip"), OK + b"Transfer-Encoding: gzip\r\n" + KEEP + b"\r\nb"),
    "trailers": (
        lambda res: (res.write("x"), res.addTrailers({"A": ["1", "2"], "B": 5}), res.end()),
        OK + KEEP + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: 1\r\nA: 2\r\nB: 5\r\n\r\n",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def testBytes(row):
    handler, expected = ROWS[row]
    assert joined(handler) == expected


def testOldClientsGetABodyThatEndsWithTheConnection():
    assert joined(lambda res: (res.write("a"), res.end("b")), version=(1, 0)) == OK + CLOSE + b"\r\nab"


def testTheHeadIsLatin1WhateverTheBody():
    assert joined(withHeader("X-A", "é", "ü")).startswith(OK + b"X-A: \xe9\r\n")


def testTheDateIsMadeOnceASecond(monkeypatch):
    monkeypatch.setattr(head, "time", lambda: 784111777.9)
    assert head.dateLine() == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    assert head.dateLine() is head.dateLine()


def testTheDateFollowsAClockThatIsSetBack(monkeypatch):
    monkeypatch.setattr(head, "time", lambda: 784111777.9)
    head.dateLine()
    monkeypatch.setattr(head, "time", lambda: 784111776.0)
    assert head.dateLine() == "Date: Sun, 06 Nov 1994 08:49:36 GMT\r\n"


@pytest.mark.parametrize(
    "setting, value, line",
    [
        ("sendDate", True, "Date: "),
        ("shouldKeepAlive", False, "Connection: close"),
        ("useChunkedEncodingByDefault", False, "Connection: close"),
        ("maxRequestsOnConnectionReached", True, "Connection: close"),
        ("_keepAliveTimeout", 7000, "Keep-Alive: timeout=7"),
        ("_removedTE", True, "Connection: keep-alive\r\n\r\n"),
    ],
)
def testAHeadIsMadeOfItsOwnMessageAlone(setting, value, line):
    """The same status and headers, one setting apart: no line of the other head may come back."""
    heads = []
    for values in ({}, {setting: value}, {}):
        res = responseFor()
        for name, each in values.items():
            setattr(res, name, each)
        res.writeHead(200)
        heads.append(res._header)
    assert heads[0] == heads[2] != heads[1]
    assert line in heads[1] and line not in heads[0]


def testAKeepAliveOfARefusedHeadCounts():
    """As in Node, whose message remembers it."""
    res = responseFor()
    res._keepAliveTimeout = 5000
    with pytest.raises(errors.ERR_HTTP_TRAILER_INVALID):
        res.writeHead(200, {"Keep-Alive": "timeout=9", "Trailer": "X", "Content-Length": 1})
    res.writeHead(200)
    assert "Keep-Alive" not in res._header


def testKeepAliveTellsSecondsAndTheNumberOfRequests():
    assert head.keepAliveLines(5999, 0).endswith("Keep-Alive: timeout=5\r\n")
    assert head.keepAliveLines(72000, 100).endswith("Keep-Alive: timeout=72, max=100\r\n")
    assert head.keepAliveLines(inf, 2.5).endswith("Keep-Alive: timeout=Infinity, max=2.5\r\n")


@pytest.mark.parametrize("numbers", [(5000.0, 1.0), (5000, True), (5000, 1)])
def testEqualNumbersHaveOneKeepAliveLine(numbers):
    """They are the same key of the cache, so which of them came first must not show."""
    head._keepAlive.clear()
    assert head.keepAliveLines(*numbers).endswith("Keep-Alive: timeout=5, max=1\r\n")


@pytest.mark.parametrize("text, last", [("close", True), ("x-close", True), ("xclose", False), ("keep-alive", False)])
def testWhatEndsTheConnection(text, last):
    res = responseFor()
    res.setHeader("Connection", text)
    res._implicitHeader()
    assert res._last is last


def testACodingWithoutChunkedEndsWithTheConnection():
    res = responseFor()
    res.setHeader("Transfer-Encoding", "gzip")
    res._implicitHeader()
    assert res._last


def testTrailersNeedChunks():
    res = responseFor()
    with pytest.raises(errors.ERR_HTTP_TRAILER_INVALID):
        res.writeHead(200, {"Trailer": "X", "Content-Length": 5})


@pytest.mark.parametrize("headers", [["a"], ["a", "b", "c"]])
def testAFlatListHasPairs(headers):
    with pytest.raises(errors.ERR_INVALID_ARG_VALUE):
        responseFor().writeHead(200, headers)


@pytest.mark.parametrize(
    "trailers, code", [({"a b": "x"}, "ERR_INVALID_HTTP_TOKEN"), ({"a": "\r"}, "ERR_INVALID_CHAR")]
)
def testTrailersAreCheckedToo(trailers, code):
    with pytest.raises(errors.NodeError, match=r"(?i)trailer") as caught:
        responseFor().addTrailers(trailers)
    assert caught.value.code == code


def testAListIsCheckedWhenItIsSent():
    """What was checked when it was set may have been changed since."""
    values = ["a"]
    res = responseFor()
    res.setHeader("X-A", values)
    values.append("b\r\nX-B: c")
    with pytest.raises(errors.ERR_INVALID_CHAR):
        res.end()


@pytest.mark.parametrize(("text", "length"), [("", 0), ("7", 7), ("0x10", 16), ("1e2", 100)])
def testALengthIsTheNumberOfItsText(text, length):
    """For `strictContentLength`, as JavaScript reads it."""
    res = responseFor()
    res.setHeader("Content-Length", text)
    res._implicitHeader()
    assert res._contentLength == length


class Text(str):
    """Equal to everything."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return True


@pytest.mark.parametrize("before", ["a\x01", "\xe9", 5, True, 1.0, Text("b"), ["b"], "b" * headers.LONGEST_LINE])
def testOnlyAPlainTextIsRemembered(before):
    """What one message may send, or what is equal, is not what another sends."""
    res = responseFor()
    res._lenient_ = True
    res.writeHead(200, {"X-Kept": "plain"})
    res = responseFor()
    res._lenient_ = True
    res.writeHead(200, {"X-Kept": before})
    assert (headers.NAMES["X-Kept"].value, headers.NAMES["X-Kept"].line) == ("plain", "X-Kept: plain\r\n")


def testALineIsThatOfItsOwnNameAndValue():
    for name, value in (("X-Line", "a"), ("x-line", "a"), ("X-Line", "b"), ("X-Line", "a"), ("X-Other", "a")):
        for _ in range(2):
            res = responseFor()
            res.writeHead(200, {name: value})
            assert f"\r\n{name}: {value}\r\n" in res._header


def testWhatALenientMessageHasSentIsStillRefusedByAStrictOne():
    res = responseFor()
    res._lenient_ = True
    res.writeHead(200, {"X-A": "a\x01"})
    with pytest.raises(errors.ERR_INVALID_CHAR):
        responseFor().writeHead(200, {"X-A": "a\x01"})


@pytest.mark.parametrize("nothing", [None, "", 0, False, float("nan"), [], ()])
def testHeadersThatAreNothing(nothing):
    for isSet in (False, True):
        res = responseFor()
        if isSet:
            res.setHeader("X-A", "a")
        res.writeHead(200, "OK", nothing)
        assert ("X-A: a" in res._header) is isSet
