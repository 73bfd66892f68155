"""What went wrong, as Node says it: the codes, and the byte at fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httptools
import oracle
import pytest

from nodecompat.http.wire import faults
from nodecompat.http.wire.parser import REQUEST, HTTPParser


def testEachReasonHasOneCode() -> None:
    reasons = [reason for group in faults._REASONS.values() for reason in group]
    assert len(reasons) == len(set(reasons)) == len(faults._CODES)
    assert set(faults._BEHIND_BYTES).isdisjoint(faults._BEHIND)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("Invalid method encountered", "HPE_INVALID_METHOD"),
        ("Expected dot", "HPE_INVALID_VERSION"),
        ("Duplicate Content-Length", "HPE_UNEXPECTED_CONTENT_LENGTH"),
        ("something that llhttp says some day", "HPE_STRICT"),
    ],
)
def testCodes(reason: str, code: str) -> None:
    error = faults.parserError(reason, 2, b"packet")
    assert (error.code, str(error), error.bytesParsed, error.rawPacket) == (
        code,
        f"Parse Error: {reason}",
        2,
        b"packet",
    )


def testOneReasonHasTwoCodes() -> None:
    """llhttp has one text for a missing CR and for a missing LF; the byte before may be of an earlier packet."""
    reason = "Expected CRLF after version"
    assert faults.parserError(reason, 1, b"xy").code == "HPE_INVALID_VERSION"
    assert faults.parserError(reason, 1, b"\ry").code == "HPE_STRICT"
    assert faults.parserError(reason, 0, b"y", before=b"\r").code == "HPE_STRICT"


def testOverflowsAndEnds() -> None:
    assert faults.headerOverflow(3, b"p").code == "HPE_HEADER_OVERFLOW"
    assert faults.extensionsOverflow(3, b"p").code == "HPE_CHUNK_EXTENSIONS_OVERFLOW"
    ended = faults.invalidEnd()
    assert (str(ended), ended.reason, ended.rawPacket) == ("Parse Error", "Invalid EOF state", None)  # type: ignore[attr-defined]


def refusing(byte: bytes) -> Callable[[Any], Any]:
    """A parser that refuses one byte, and counts how often it is made."""

    class Parser:
        made = 0

        def __init__(self, sink: object) -> None:
            type(self).made += 1

        def feed_data(self, data: bytes) -> None:
            if byte in data:
                raise httptools.HttpParserError("no")

    return Parser


@pytest.mark.parametrize("place", [0, 1, 500, 998, 999])
def testTheByteAtFault(place: int) -> None:
    packet = b"a" * place + b"!" + b"b" * (999 - place)
    make: Any = refusing(b"!")
    assert faults.faultOffset(make, b"before", packet, 0, len(packet)) == place
    assert make.made <= 11, "by halves"


#: Beginnings of requests with one byte that is wrong: what Node's parser says and where.
WRONG = [
    b"G!T / HTTP/1.1\r\n\r\n",
    b"GET\t/ HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1,1\r\n\r\n",
    b"GET / HTTP/x.1\r\n\r\n",
    b"GET / HTTP/1.1\n\r\n",
    b"GET / HTTP/1.1\rX\r\n",
    b"GET / HTTP/1.1\r\nA B: c\r\n\r\n",
    b"GET / HTTP/1.1\r\n: c\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: b\x00c\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    b"GET / HTTP/1.1\r\n A: b\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 5x\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, x\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5 ;a\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    b"GET  HTTP/1.1\r\n\r\n",
    b"GET /\x7f HTTP/1.1\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]
NODE = """
const { HTTPParser } = require('_http_common');
const found = [];
for (const text of TEXTS) {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {});
  for (const k of [0, 1, 2, 3, 4]) parser[k] = () => 0;
  const result = parser.execute(Buffer.from(text, 'latin1'));
  found.push(result instanceof Error ? [result.code, result.reason, result.bytesParsed] : null);
}
console.log(JSON.stringify(found));
"""


@oracle.needsNode
def testCodesAndPlacesAreNodes() -> None:
    texts = [data.decode("latin-1") for data in WRONG]
    node = oracle.evaluate(NODE.replace("TEXTS", json.dumps(texts)))
    ours = []
    for data in WRONG:
        parser = HTTPParser(REQUEST)
        parser.onHeadersComplete = lambda parser: 0
        error: Any = parser.execute(data)
        ours.append([error.code, error.reason, error.bytesParsed] if not isinstance(error, int) else None)
    assert dict(zip(WRONG, ours, strict=True)) == dict(zip(WRONG, node, strict=True))
