"""Attacks that other servers and clients fell for, by the name under which each was published.

Most are lines of the corpus in tests/data/hostile; here stands which, and what must come of it. Rows about limits and
time that need more than bytes have a test of their own below, or elsewhere a test that bears their number.
"""

from __future__ import annotations

import ast
import gzip
import inspect
import sys
import time
import tracemalloc
from typing import Any

import hostile
import pytest
from parserlog import CHUNKED, HEAD, Log, bytewise
from web import GET, OK, Web, ok, undated, web

from nodecompat import http
from nodecompat.errors import HTTPParserError
from nodecompat.http.wire import chunks, lenient, limits, parser, relaxed, sink
from nodecompat.http.wire.parser import RESPONSE

REQUESTS, RESPONSES = hostile.load("http1.jsonl"), hostile.load("http1-responses.jsonl")

#: The status that the connection ends with, and the lines of the corpus.
REFUSED: dict[str, tuple[int, str]] = {
    "CVE-2018-12121": (431, "hd-17k rl-20k hd-maxsize"),
    "CVE-2018-12122": (408, "to-headers to-drip to-idle"),
    "CVE-2019-5737": (408, "to-headers to-drip to-idle"),
    "CVE-2007-6750": (408, "to-headers to-drip to-idle"),
    "CVE-2019-15605": (400, "te-chunked-gzip te-trail-comma te-xchunked"),
    "CVE-2020-8201": (400, "le-cr-value hd-high-name"),
    "CVE-2021-22959": (400, "hd-sp-colon cl-sp-colon te-sp-colon"),
    "CVE-2019-16276": (400, "hd-sp-colon cl-sp-colon te-sp-colon"),
    "CVE-2021-22960": (400, "ck-ext-lf ck-lf-size"),
    "CVE-2022-32213": (400, "te-chunked-gzip te-empty"),
    "CVE-2022-32214": (400, "le-lf-header le-lf-all"),
    "CVE-2022-32215": (400, "hd-obsfold"),
    "CVE-2022-35256": (400, "le-crcrlf le-lf-header"),
    "CVE-2023-30589": (400, "le-cr-value le-cr-reqline"),
    "CVE-2024-22019": (413, "ck-ext-big"),
    "CVE-2023-39326": (413, "ck-ext-big"),
    "Twisted-10144": (413, "ck-ext-big"),
    "CVE-2024-27982": (400, "hd-obsfold hd-lead-sp-first"),
    "CVE-2020-10108": (400, "cl-dup-diff"),
    "CVE-2020-10109": (400, "cl-te te-cl"),
    "CVE-2022-24801": (400, "cl-neg cl-hex cl-garbage ck-neg ck-lead-sp le-lf-all"),
    "CVE-2023-37276": (400, "cl-neg cl-space cl-comma-diff te-sp-colon"),
    "CVE-2023-47627": (400, "cl-sp-colon cl-u64 te-empty"),
    "CVE-2023-47641": (400, "cl-te te-cl"),
    "CVE-2024-23829": (400, "hd-sp-colon hd-high-name rl-tab"),
    "CVE-2024-52304": (400, "ck-ext-lf"),
    "CVE-2025-53643": (400, "ck-tr-nocolon"),
    "CVE-2025-69224": (400, "hd-high-name"),
    "CVE-2026-22815": (431, "ck-tr-big"),
    "CVE-2025-22871": (400, "ck-lf-size"),
    "CVE-2022-1705": (400, "te-unknown te-identity"),
    "CVE-2025-43859": (400, "ck-long"),
    "CVE-2024-1135": (400, "te-chunked-gzip te-identity"),
    "CVE-2024-6827": (400, "te-chunked-gzip te-identity"),
    "CVE-2022-24761": (400, "cl-hex cl-neg"),
    "CVE-2024-49768": (400, "cn-close-pipeline"),
    "CVE-2023-25725": (400, "hd-emptyname"),
    "CVE-2023-40225": (400, "cl-empty"),
    "CVE-2025-55315": (400, "ck-ext-lf"),
    "CVE-2025-58056": (400, "ck-ext-lf"),
}

#: The requests that a handler must see, and nothing else.
SERVED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "CVE-2019-15606": ("ok-trim", [("/", "")]),
    "CVE-2023-45539": ("rl-fragment", [("/a#b", "")]),
    "CVE-2026-2332": ("ck-ext-quoted", [("/", "abc")]),
    "CVE-2026-21710": ("hd-proto", [("/", "")]),
    "CVE-2025-69225": ("hd-high-value", [("/", "")]),
    "CVE-2023-29406": ("ho-two", [("/", "")]),
    "CVE-2023-46137": ("ok-pipeline", [("/1", ""), ("/2", "ab"), ("/3", "")]),
    "CVE-2024-41671": ("ok-pipeline", [("/1", ""), ("/2", "ab"), ("/3", "")]),
    "h2c-smuggling": ("up-body-nolistener", [("/", "hello"), ("/smuggled", "")]),
    "CONNECT": ("co-nolistener", []),
}

#: The code of the client's error.
CLIENT: dict[str, tuple[str, str]] = {
    "truncation-length": ("r-trunc-cl", "HPE_INVALID_EOF_STATE"),
    "truncation-chunk": ("r-trunc-chunk", "HPE_INVALID_EOF_STATE"),
    "truncation-last-chunk": ("r-trunc-nolast", "HPE_INVALID_EOF_STATE"),
    "framing-twice": ("r-dup-cl", "HPE_UNEXPECTED_CONTENT_LENGTH"),
    "framing-both": ("r-cl-te", "HPE_INVALID_TRANSFER_ENCODING"),
    "endless-header": ("r-big-header", "HPE_HEADER_OVERFLOW"),
    "endless-trailer": ("r-ck-tr-big", "HPE_HEADER_OVERFLOW"),
    "endless-extension": ("r-ck-ext-big", "HPE_CHUNK_EXTENSIONS_OVERFLOW"),
    "endless-status": ("r-status-long", "HPE_HEADER_OVERFLOW"),
    "llhttp-9.4.2": ("r-status-lf", "HPE_CR_EXPECTED"),
}


def each(table: dict[str, Any]) -> list[Any]:
    """A row for each line of the corpus, under the attack's name."""
    return [
        pytest.param(status, name, id=f"{attack}-{name}")
        for attack, (status, names) in table.items()
        for name in names.split()
    ]


@pytest.mark.parametrize("status, name", each(REFUSED))
def testRefused(status: int, name: str) -> None:
    """The refusal is the last thing sent, the connection is closed, and no handler sees what was smuggled."""
    _, outcome = hostile.exchange(REQUESTS[name], False)
    assert (outcome["statuses"][-1], outcome["closed_by"], outcome["after_fin"]) == (status, "server", [])
    assert not [seen for seen in outcome["requests"] if seen["ended"] and name != "cn-close-pipeline"]
    assert not [seen for seen in outcome["requests"] if seen["url"] == "/smuggled"]


@pytest.mark.parametrize("name, requests", SERVED.values(), ids=SERVED)
def testServed(name: str, requests: list[tuple[str, str]]) -> None:
    _, outcome = hostile.exchange(REQUESTS[name], False)
    assert [(seen["url"], seen["body"]) for seen in outcome["requests"]] == requests


@pytest.mark.parametrize("name, code", CLIENT.values(), ids=CLIENT)
def testClientRefuses(name: str, code: str) -> None:
    log = Log(kind=RESPONSE)
    error: Any = 0
    for segment in RESPONSES[name]["replies"][0]:
        error = log.feed(hostile.toBytes(segment))
    error = error if isinstance(error, HTTPParserError) else log.parser.finish()
    assert error is not None and error.code == code


#: Bytes of which the corpus has no line.
TEXTS = [
    ("CVE-2020-8287", HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n", "TRANSFER_ENCODING"),
    ("CVE-2020-8287-", HEAD + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: x\r\n\r\n", "TRANSFER_ENCODING"),
    ("CVE-2022-32215", HEAD + b"Transfer-Encoding: gzip\r\n chunked\r\n\r\n", "HEADER_TOKEN"),
    ("CVE-2022-32215-", HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n", "HEADER_TOKEN"),
    ("CVE-2024-27982", HEAD + b"Content-Length: \r\n 5\r\n\r\n", "HEADER_TOKEN"),
    ("CVE-2025-23167", HEAD + b"X-A: b\r\n\rX\r\n\r\n", "STRICT"),
    ("CVE-2020-10108", HEAD + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "UNEXPECTED_CONTENT_LENGTH"),
    ("CVE-2021-32715", HEAD + b"Content-Length: +5\r\n\r\nhello", "CONTENT_LENGTH"),
    ("CVE-2023-47627", HEAD + b"Content-Length: 1_0\r\n\r\nhello", "CONTENT_LENGTH"),
    ("CVE-2025-69224", HEAD + "Content-Length: ５\r\n\r\nhello".encode(), "CONTENT_LENGTH"),
    ("CVE-2025-69225", CHUNKED + "３\r\nabc\r\n".encode(), "CHUNK_SIZE"),
    ("CVE-2022-24801", CHUNKED + b"0x3\r\nabc\r\n", "CHUNK_SIZE"),
    ("CVE-2022-24801-", CHUNKED + b"+3\r\nabc\r\n", "CHUNK_SIZE"),
    ("llhttp-9.4.2", HEAD + b"Connection: close\t\r\n\r\nGET / HTTP/1.1\r\n\r\n", "CLOSED_CONNECTION"),
    ("CVE-2024-49768", CHUNKED + b"0\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\n\r\n", "CLOSED_CONNECTION"),
    ("CVE-2022-32214", b"GET /\nHost: a\r\n\r\n", "VERSION"),
    ("CVE-2022-32214-", b"GET /\r\nHost: a\r\n\r\n", "VERSION"),
    ("CVE-2021-32714", CHUNKED + b"10000000000000000\r\nabc", "CHUNK_SIZE"),
    ("CVE-2026-2332", CHUNKED + b'3;a="x\ny"\r\nabc\r\n', "STRICT"),
    ("CVE-2026-2332-", CHUNKED + b'3;a="x\ry"\r\nabc\r\n', "STRICT"),
    ("CVE-2021-40346", b"GET / HTTP/1.1\r\n" + b"n" * 70000 + b": v\r\n\r\n", "HEADER_OVERFLOW"),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PAUSED_H2_UPGRADE"),
]


@pytest.mark.parametrize("text, code", [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def testRefusedBytes(text: bytes, code: str) -> None:
    for segments in ([text], bytewise(text)):
        error = Log().feed(*segments)
        assert isinstance(error, HTTPParserError)
        assert error.code.removeprefix("HPE_").removeprefix("INVALID_") == code


# -- rows that need more than bytes


def testCVE_2020_8251_SlowBodies() -> None:
    """Requests that are never completed do not pile up."""
    with web(requestTimeout=100, headersTimeout=50, connectionsCheckingInterval=10) as it:
        it.server.on("request", lambda req, res: req.on("error", lambda error: None).resume())
        peers = [it.connect() for _ in range(50)]
        for at in range(20):
            for peer in peers:
                peer.send(b"a" if at else b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
            it.net.advance(10)
        assert not it.server._httpConnections_
        assert all(peer.received.startswith(b"HTTP/1.1 408 Request Timeout\r\n") for peer in peers)


def testCVE_2026_21710_ProtoIsAHeaderAsAnyOther() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        req.on("end", lambda: it.log.extend([req.headersDistinct, req.trailersDistinct, req.rawTrailers]))
        req.resume()

    with web(handler) as it:
        it.ask(CHUNKED[:-2] + b"__proto__: a\r\n\r\n0\r\n__proto__: b\r\nconstructor: c\r\n\r\n")
        assert it.log[0]["__proto__"] == ["a"]
        assert it.log[1] == {"__proto__": ["b"], "constructor": ["c"]}
        assert it.log[2] == ["__proto__", "b", "constructor", "c"]


def testCVE_2026_21717_NamesAreHashedAtRandom() -> None:
    """Python's own hash keeps peers from choosing names that collide; no number of theirs becomes a key."""
    assert sys.flags.hash_randomization
    names = b"".join(b"x%d: v\r\n" % at for at in range(2000))
    seen: list[int] = []
    with web(lambda req, res: seen.append(len(req.headers)), maxHeaderSize=1 << 20) as it:
        it.server.maxHeadersCount = 0
        start = time.process_time()
        it.ask(b"GET / HTTP/1.1\r\nHost: a\r\n" + names + b"\r\n")
        assert time.process_time() - start < 1
    assert seen == [2001]


def testTwisted_3795_TinySegmentsOfABodyThatIsReadLate() -> None:
    """What waits in a request costs its bytes, and not the square of them."""

    def lasts(size: int) -> float:
        got: list[int] = []
        with web(lambda req, res, it: it.log.append(req), highWaterMark=1 << 30) as it:
            peer = it.connect()
            it.ask(CHUNKED + b"%x\r\n" % size, peer=peer)
            connection = next(iter(it.server._httpConnections_))
            start = time.process_time()
            for _ in range(size):
                connection._onData(b"a")
            it.log[0].on("data", lambda chunk: got.append(len(chunk)))
            it.net.run()
            assert sum(got) == size
            return time.process_time() - start

    lasts(100)
    assert lasts(40_000) < 20 * lasts(4_000) + 0.5


@pytest.mark.parametrize("module", [parser, chunks, lenient, limits, relaxed, sink])
def testCVE_2023_37276_NoNumberOfThePeerIsReadByInt(module: Any) -> None:
    """int() takes "+1", "1_0", blanks and digits of every script: llhttp alone judges the framing."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("int", "float")]


def testCVE_2025_69223_NothingIsDecompressed() -> None:
    body = gzip.compress(bytes(1_000_000))
    got: list[bytes] = []
    with web(lambda req, res: req.on("data", got.append)) as it:
        head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
        it.ask(head + body)
    assert b"".join(got) == body


def testCVE_2021_32714_ASizeIsAPromise() -> None:
    """The largest size that llhttp takes allocates nothing."""
    tracemalloc.start()
    try:
        assert Log().feed(CHUNKED + b"FFFFFFFFFFFFFFFE\r\nabc") > 0
        assert Log().feed(HEAD + b"Content-Length: 18446744073709551615\r\n\r\nabc") > 0
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def testCVE_2024_22019_SmallExtensionsStayLegal() -> None:
    """3000 chunks with extensions are more than the limit together, and each of them is not."""
    data = CHUNKED + b"1;a=b;c=dddddddd\r\nx\r\n" * 3000 + b"0\r\n\r\n"
    log = Log()
    assert log.feed(data) == len(data)
    assert log.events[-1] == "complete"


def testCVE_2023_29406_ARequestCarriesNoOddHost() -> None:
    for host in ("a\r\nX: y", "a\nb", "a\0b", "a\x7fb"):
        with pytest.raises(Exception) as raised:
            http.request({"host": "127.0.0.1", "port": 1, "headers": {"Host": host}})
        assert raised.value.code == "ERR_INVALID_CHAR"  # type: ignore[attr-defined]


@pytest.mark.parametrize("attack", ["CVE-2022-39348", "CVE-2024-41810"])
def testAnErrorsAnswerHasNoBody(attack: str) -> None:
    """`testRefusalsCarryNoByteOfThePeer` sees to the whole corpus; these are the bytes of those two."""
    with web(ok) as it:
        received = it.ask(b"GET /<script> HTTP/1.1\r\nHost: <b>\r\nX: <i>\r\n : \r\n\r\n")
        assert received == b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"


def testCVE_2023_46137_TheFirstHandlerAnswersLast() -> None:
    with web(lambda req, res, it: it.log.append((req.url, res))) as it:
        peer = it.connect()
        it.ask(GET.replace(b"/ ", b"/1 ") + GET.replace(b"/ ", b"/2 "), peer=peer)
        it.log[1][1].end("2!")
        it.net.run()
        assert peer.take() == b""
        it.log[0][1].end("1!")
        it.net.run()
        assert undated(peer.take()) == OK.replace(b"ok", b"1!") + OK.replace(b"ok", b"2!")
