"""The parser: bytes in, callbacks out."""

from __future__ import annotations

import gc
import random
import time
import weakref
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parserlog import CHUNKED, HEAD, Log, bytewise

from nodecompat.http.wire.lenient import LenientParser
from nodecompat.http.wire.parser import BODY, REQUEST, RESPONSE, SKIP_BODY, UPGRADE, HTTPParser

THREE = b"Content-Length: 3\r\n\r\n"


def testRequest() -> None:
    log = Log()
    log.feed(b"POST /x?y HTTP/1.1\r\nHost: a\r\nX-A: \t b c \r\nContent-Length: 3\r\n\r\nabc")
    parser = log.parser
    assert log.events == ["/x?y", b"abc", "complete"]
    assert (parser.method, parser.httpVersion, parser.shouldKeepAlive, parser.upgrade) == ("POST", "1.1", True, False)
    assert parser.rawHeaders == ["Host", "a", "X-A", "b c", "Content-Length", "3"]


def testResponse() -> None:
    log = Log(RESPONSE)
    log.feed(b"HTTP/1.1 404 Not \xe9 Found\r\nContent-Length: 0\r\n\r\n")
    assert log.events == [404, "complete"]
    assert log.parser.statusMessage == "Not \xe9 Found"


def testPipelinedMessagesOfEveryFraming() -> None:
    text = (
        b"\r\nGET /1 HTTP/1.1\r\n\r\n"
        b"POST /2 HTTP/1.1\r\nContent-Length: 2\r\n\r\nab"
        b"POST /3 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\ncd\r\n0\r\n\r\n"
        b"POST /4 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\ne\r\n0\r\nA: b\r\n\r\n"
        b"GET /5 HTTP/1.0\r\n\r\n"
    )
    wanted = ["/1", "complete", "/2", b"ab", "complete", "/3", b"cd", "complete", "/4", b"e", "complete", "/5"]
    for size in range(1, len(text) + 1):
        log = Log()
        log.feed(*[text[at : at + size] for at in range(0, len(text), size)])
        assert log.events == [*wanted, "complete"]


GET = HEAD + b"\r\n"
CLOSES = HEAD + b"Connection: close\r\n\r\n"
ASKS = HEAD + b"Connection: Upgrade\r\nUpgrade: x\r\n\r\n"
#: Segments that end with a blank line. They are fed whole, since most that do are one head: not all.
SEGMENTS = {
    "a head": GET,
    "blank lines": b"\r\n\r\n",
    "blank lines before a head": b"\r\n\r\n" + GET,
    "blank lines behind it": GET + b"\r\n\r\n",
    "other line ends behind it": GET + b"\n\r\n\r\n",
    "a CR behind it": GET + b"\r\r\n\r\n",
    "an odd target": b"\n" * 9 + b"CONNECT HTTP/1.1\r\n\r\n",
    "HTTP/1.0": b"GET / HTTP/1.0\r\n\r\n",
    "two heads": GET + b"GET /2 HTTP/1.1\r\nHost: b\r\n\r\n",
    "a head and a part of one": GET + b"GET /2 \r\n\r\n",
    "a head whose body comes": b"POST /3 HTTP/1.1\r\n" + THREE,
    "a body": b"POST /4 HTTP/1.1\r\nContent-Length: 4\r\n\r\n\r\n\r\n",
    "a part of a body": b"POST /5 HTTP/1.1\r\nContent-Length: 7\r\n\r\n\r\n\r\n",
    "chunks": CHUNKED + b"2\r\nab\r\n0\r\n\r\n",
    "trailers": CHUNKED + b"0\r\nA: b\r\n\r\n",
    "a chunk": CHUNKED + b"8\r\n\r\n\r\n",
    "an upgrade": ASKS,
    "an upgrade and data": ASKS + b"\r\n\r\n",
    "one that closes": CLOSES,
    "one that closes and a head": CLOSES + GET,
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "the beginning of HTTP/2": b"PRI * HTTP/2.0\r\n\r\n",
    "a fault": b"GET / HTTP/1.1\r\nA\r\n\r\n",
    "a fault behind a head": GET + b"G\r\n\r\n",
}


@pytest.mark.parametrize("answer", [BODY, UPGRADE])
@pytest.mark.parametrize("before", [b"", GET, CLOSES])
@pytest.mark.parametrize("name", SEGMENTS)
def testASegmentThatEndsWithABlankLineIsReadLikeItsBytes(name: str, before: bytes, answer: int) -> None:
    whole, single = Log(answer=answer), Log(answer=answer)
    for segment in (before, SEGMENTS[name], b"abc", GET):
        code = getattr(whole.feed(segment), "code", "")
        assert getattr(single.feed(*bytewise(segment)), "code", "") == code
        assert seen(whole) == seen(single)
        if code:
            return


def seen(log: Log) -> tuple[Any, ...]:
    """What its parser has shown."""
    it = log.parser
    return log.events, it.method, it.httpVersion, it.rawHeaders, it.shouldKeepAlive, it.upgrade


#: Of what segments at random are made.
FRAGMENTS = [
    *SEGMENTS.values(),
    HEAD,
    CHUNKED,
    THREE,
    b"\r\n",
    b"abc",
    b"2\r\nab\r\n",
    b"0\r\n",
    b"A: b\r\n",
    b"GET ",
    b"\n",
]


def testSegmentsAtRandomAreReadLikeTheirBytes() -> None:
    rng = random.Random(1)
    for answer in (BODY, UPGRADE) * 1000:
        whole, single = Log(answer=answer), Log(answer=answer)
        sent: list[bytes] = []
        code = ""
        while len(sent) < 4 and not code:
            sent.append(b"".join(rng.choices(FRAGMENTS, k=rng.randint(1, 4))) + rng.choice([b"", b"\r\n\r\n"]))
            code = getattr(whole.feed(sent[-1]), "code", "")
            assert getattr(single.feed(*bytewise(sent[-1])), "code", "") == code, sent
            assert seen(whole) == seen(single), sent


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("onHeadersComplete", "HPE_CB_HEADERS_COMPLETE"),
        ("onBody", "HPE_JS_EXCEPTION"),
        ("onMessageComplete", "HPE_CB_HEADERS_COMPLETE"),
    ],
)
def testBehindAnExceptionOfACallbackNothingIsParsed(name: str, code: str) -> None:
    def fail(*args: Any) -> None:
        raise KeyError("mine")

    parser = HTTPParser(REQUEST)
    setattr(parser, name, fail)
    post = HEAD + THREE + b"abc"
    with pytest.raises(KeyError):
        parser.execute(post + post)
    assert not parser.isReusable
    result = parser.execute(post)
    assert getattr(result, "code", None) == code
    assert parser.execute(post) == 0


def testTrailers() -> None:
    for segments in ([b"0\r\nA: 1\r\nB:\t2 \r\n\r\n"], bytewise(b"0\r\nA: 1\r\nB:\t2 \r\n\r\n")):
        log = Log()
        log.feed(CHUNKED, *segments)
        assert log.parser.rawTrailers == ["A", "1", "B", "2"]


def testHeadResponseHasNoBody() -> None:
    log = Log(RESPONSE, SKIP_BODY)
    log.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 No\r\n\r\n")
    assert log.events == [200, "complete", 204, "complete"]


def testBytesAfterAHeadResponseThatCloses() -> None:
    log = Log(RESPONSE, SKIP_BODY)
    error = log.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
    assert error.code == "HPE_CLOSED_CONNECTION"


@pytest.mark.parametrize("status", [100, 103, 204, 304])
def testStatusWithoutBody(status: int) -> None:
    log = Log(RESPONSE)
    log.feed(b"HTTP/1.1 %d X\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" % status)
    assert log.events == [status, "complete", 200, "complete"]


def testConnectResponseEndsAtItsHead() -> None:
    log = Log(RESPONSE, UPGRADE)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
    assert log.feed(head + b"abcdef") == len(head)
    assert log.events == [200, "complete"]


def testBodyUntilTheEndOfInput() -> None:
    log = Log(RESPONSE)
    log.feed(b"HTTP/1.1 200 OK\r\n\r\nab", b"cd")
    assert log.events == [200, b"abcd"]
    assert log.parser.finish() is None
    assert log.events[-1] == "complete"


@pytest.mark.parametrize(
    "beginning",
    [b"G", HEAD, HEAD + THREE, HEAD + THREE + b"ab", CHUNKED, CHUNKED + b"3\r\na"],
)
def testEndOfInputWithinAMessage(beginning: bytes) -> None:
    log = Log()
    log.feed(beginning)
    error = log.parser.finish()
    assert error is not None
    assert (error.code, error.message, error.reason, error.bytesParsed, error.rawPacket) == (
        "HPE_INVALID_EOF_STATE",
        "Parse Error",
        "Invalid EOF state",
        0,
        None,
    )


@pytest.mark.parametrize("whole", [b"", b"\r\n", HEAD + b"\r\n", CHUNKED + b"0\r\n\r\n"])
def testEndOfInputBetweenMessages(whole: bytes) -> None:
    log = Log()
    log.feed(whole)
    assert log.parser.finish() is None


UPGRADE_HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n"


@pytest.mark.parametrize("framing", [THREE + b"abc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"])
def testUpgradeThatNobodyWantsIsAnOrdinaryRequest(framing: bytes) -> None:
    text = UPGRADE_HEAD + framing + HEAD + b"\r\n"
    for segments in ([text], bytewise(text)):
        log = Log()
        log.feed(*segments)
        assert log.events == ["/", b"abc", "complete", "/", "complete"]


def testAcceptedUpgradeEndsBehindTheBody() -> None:
    log = Log(answer=UPGRADE)
    text = UPGRADE_HEAD + b"Content-Length: 3\r\n\r\nabc"
    assert log.feed(text + b"rest") == len(text)
    assert log.events == ["/", b"abc", "complete"]
    assert log.feed(b"more") == 0


def testConnectRequest() -> None:
    log = Log(answer=UPGRADE)
    head = b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"
    assert log.feed(head + b"\x16\x03") == len(head)


def testSwitchingProtocolsWithoutAName() -> None:
    head = b"HTTP/1.1 101 Go\r\n\r\n"
    log = Log(RESPONSE, UPGRADE)
    assert log.feed(head + b"rest") == len(head)
    assert (log.events, log.parser.statusMessage, log.parser.httpVersion) == ([101, "complete"], "Go", "1.1")


def testPauseBetweenMessages() -> None:
    log = Log()
    log.parser.onHeadersComplete = lambda parser: (log.onHead(parser), parser.pause())[0]
    assert log.feed(HEAD + b"\r\n" + HEAD + b"\r\n") == 2 * len(HEAD) + 4
    assert log.events == ["/", "complete"]
    log.feed(HEAD + b"\r\n")
    log.parser.resume()
    assert log.events == ["/", "complete"] * 2
    log.parser.resume()
    assert log.events == ["/", "complete"] * 3


def testFreedInACallback() -> None:
    log = Log()
    log.parser.onHeadersComplete = lambda parser: parser.free()
    log.feed(HEAD + b"\r\n" + HEAD + b"\r\n")
    assert log.events == []


def testACallbackMayRaise() -> None:
    log = Log()

    def fail(parser: Any) -> int:
        raise KeyError("mine")

    log.parser.onHeadersComplete = fail
    with pytest.raises(KeyError):
        log.feed(HEAD + b"\r\n")


def testFreeBreaksTheCycle() -> None:
    class Owner:
        def onHead(self, parser: Any) -> int:
            return BODY

    gc.disable()
    try:
        owner, parser = Owner(), HTTPParser(REQUEST)
        parser.onHeadersComplete = owner.onHead
        parser.execute(HEAD + b"\r\n")
        parser.free()
        gone = [weakref.ref(owner)]
        sink = parser._sink
        del owner, parser
        assert gone[0]() is None
        assert gc.get_referrers(sink) == []
    finally:
        gc.enable()


def testNothingIsParsedBehindAnError() -> None:
    log = Log()
    assert log.feed(b"BAD\x01").code == "HPE_INVALID_METHOD"
    assert log.feed(HEAD + b"\r\n") == 0
    assert log.events == []


def testDataBeforeAFaultIsDelivered() -> None:
    log = Log()
    error = log.feed(CHUNKED + b"3\r\nabc\r\nzz\r\n")
    assert (error.code, log.events) == ("HPE_INVALID_CHUNK_SIZE", ["/", b"abc"])
    assert error.bytesParsed == len(CHUNKED) + 8


def testHeaderSizeCountsNamesValuesAndTarget() -> None:
    def feed(size: int) -> Any:
        return Log(maxHeaderSize=200).feed(HEAD + b"X: " + b"b" * size + b"\r\n\r\n")

    assert feed(192) == len(HEAD) + 199  # 1 + 4 + 1 + 1 + 192 bytes count
    error = feed(193)
    assert (error.code, error.bytesParsed, error.rawPacket is not None) == ("HPE_HEADER_OVERFLOW", 222, True)


def testEachHeadIsCountedAnew() -> None:
    head = HEAD + b"X: " + b"b" * 150 + b"\r\n\r\n"
    log = Log(maxHeaderSize=160)
    assert log.feed(head * 3) == 3 * len(head)
    assert log.events == ["/", "complete"] * 3


def testLimitsCountOverSegments() -> None:
    log = Log()
    error = log.feed(HEAD + b"X-A: ", *[b"b" * 1000] * 17, b"\r\n\r\n")
    assert (error.code, error.bytesParsed) == ("HPE_HEADER_OVERFLOW", 1000)


def testBlanksAreNotCountedButBounded() -> None:
    log = Log(maxHeaderSize=200)
    assert log.feed(HEAD + b"X: " + b" " * 1000 + b"b\r\n\r\n") > 1000
    error = Log().feed(HEAD + b"X: ", *[b" " * 10000] * 20)
    assert error.code == "HPE_HEADER_OVERFLOW"


def testHeaderCount() -> None:
    assert Log(maxHeaders=3).feed(HEAD + b"A: 1\r\nB: 2\r\n\r\n") == 39
    error = Log(maxHeaders=3).feed(HEAD + b"A: 1\r\nB: 2\r\nC: 3\r\n\r\n")
    assert (error.code, error.bytesParsed) == ("HPE_HEADER_OVERFLOW", 39)
    assert Log(maxHeaders=0).feed(HEAD + b"a:b\r\n" * 3000 + b"\r\n") == len(HEAD) + 15002
    error = Log().feed(HEAD + b"a:b\r\n" * 1000 + b"\r\n")
    assert (error.code, error.bytesParsed) == ("HPE_HEADER_OVERFLOW", 5022)


def testTrailerLimits() -> None:
    """CVE-2026-22815."""
    error = Log(maxHeaderSize=200).feed(CHUNKED + b"0\r\nX:" + b"b" * 199 + b"\r\n\r\n")
    assert (error.code, error.bytesParsed) == ("HPE_HEADER_OVERFLOW", len(CHUNKED) + 205)
    error = Log(maxHeaders=3).feed(CHUNKED + b"0\r\n" + b"X:b\r\n" * 4 + b"\r\n")
    assert (error.code, error.bytesParsed) == ("HPE_HEADER_OVERFLOW", len(CHUNKED) + 20)
    error = Log().feed(CHUNKED, b"0\r\n", *[b"X: bbbbbbbbb\r\n"] * 2000)
    assert error.code == "HPE_HEADER_OVERFLOW"


def testExtensionLimitIsPerChunk() -> None:
    def feed(*parts: bytes) -> Any:
        return Log().feed(CHUNKED, *parts)

    fine = b"1;" + b"a" * 16384 + b"\r\nx\r\n"
    assert feed(fine, fine, fine) == len(fine)
    assert feed(b"1;" + b"a" * 16385 + b"\r\nx\r\n").code == "HPE_CHUNK_EXTENSIONS_OVERFLOW"
    assert feed(b"1;", *[b"a"] * 16385).code == "HPE_CHUNK_EXTENSIONS_OVERFLOW"
    assert feed(*[b"1;%s\r\nx\r\n" % (b"a" * 100)] * 3000) == 107
    assert feed(*[b"0" * 10000] * 20).code == "HPE_CHUNK_EXTENSIONS_OVERFLOW"


def lasts(work: Any) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def testTinyChunksTakeLinearTime() -> None:
    """CVE-2025-69229."""

    def feed(count: int) -> None:
        data = CHUNKED + b"1\r\na\r\n" * count + b"0\r\n\r\n"
        assert Log().feed(*[data[at : at + 65536] for at in range(0, len(data), 65536)]) > 0

    feed(10)
    assert lasts(lambda: feed(200_000)) < 20 * lasts(lambda: feed(20_000)) + 0.5


def testTinySegmentsTakeLinearTime() -> None:
    """Twisted 3795 and 10137."""

    def feed(size: int) -> None:
        log = Log()
        log.parser.onBody = None
        log.feed(CHUNKED + b"%x\r\n" % size, *[b"a"] * size, b"\r\n0\r\n\r\n")
        assert log.events == ["/", "complete"]

    feed(10)
    assert lasts(lambda: feed(1 << 20)) < 20 * lasts(lambda: feed(1 << 16)) + 1


def testHeadInTinySegmentsTakesLinearTime() -> None:
    def feed(size: int) -> None:
        assert Log(maxHeaderSize=size + 100).feed(*bytewise(HEAD + b"X: " + b"a" * size), b"\r\n\r\n") == 4

    feed(10)
    assert lasts(lambda: feed(1 << 17)) < 30 * lasts(lambda: feed(1 << 13)) + 1


def testManyNamesTakeLinearTime() -> None:
    """CVE-2026-21717."""
    names = b"".join(b"x%d: v\r\n" % at for at in range(2000))
    log = Log(maxHeaders=0, maxHeaderSize=1 << 20)
    assert lasts(lambda: log.feed(HEAD + names + b"\r\n")) < 0.2
    assert len(log.parser.rawHeaders) == 4002


TOKEN = st.text("abcXYZ-_!#$%&'*+.^`|~09", min_size=1, max_size=12)
VALUE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=30).map(
    lambda text: "".join(each for each in text if not 0x7F <= ord(each) < 0xA0)
)


@given(st.lists(st.tuples(TOKEN, VALUE), max_size=8), st.lists(st.integers(1, 60), max_size=10))
def testHeadersComeOutAsTheyWentIn(pairs: list[tuple[str, str]], cuts: list[int]) -> None:
    """What is cut out of the head's bytes lazily is what llhttp, asked for each header, reports."""
    special = {"connection", "content-length", "transfer-encoding", "upgrade", "proxy-connection"}
    pairs = [(name, value) for name, value in pairs if name.lower() not in special]
    text = HEAD + b"".join(f"{name}: {value} \r\n".encode("latin-1") for name, value in pairs) + b"\r\n"
    segments, at = [], 0
    for cut in [*cuts, len(text)]:
        segments.append(text[at : at + cut])
        at += cut
    raws = []
    for make in (HTTPParser, LenientParser):
        log = Log(make=make)
        log.feed(*segments)
        assert log.events == ["/", "complete"]
        raws.append(log.parser.rawHeaders)
    assert raws[0] == raws[1] == ["Host", "a", *[part for pair in pairs for part in pair]]
