"""The corpus of hostile responses against the parser: what Node 26's parser makes of each."""

from __future__ import annotations

from typing import Any

import hostile
import pytest

from nodecompat.errors import HTTPParserError
from nodecompat.http.wire.parser import BODY, RESPONSE, SKIP_BODY, UPGRADE, HTTPParser

CASES = hostile.load("http1-responses.jsonl")


class Reader:
    """Reads one answer as a client would, and notes what it finds."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.method = case.get("request", {}).get("method", "GET")
        self.parser = HTTPParser(RESPONSE, case.get("options", {}).get("maxHeaderSize", 0), 0)
        self.parser.onHeadersComplete = self.onHead
        self.parser.onBody = self.body
        self.parser.onMessageComplete = self.onComplete
        self.heads: list[tuple[int, list[str]]] = []
        self.data = b""
        self.complete = 0
        self.error: HTTPParserError | None = None

    def onHead(self, parser: HTTPParser) -> int:
        self.heads.append((parser.statusCode, hostile.shorten(parser.rawHeaders[:2000])))  # a client drops the rest
        if self.method == "CONNECT" or parser.statusCode == 101:
            return UPGRADE
        return SKIP_BODY if self.method == "HEAD" else BODY

    def body(self, chunk: bytes) -> None:
        self.data += chunk

    def onComplete(self) -> None:
        self.complete += 1

    def read(self, segments: list[bytes]) -> None:
        for segment in segments:
            result = self.parser.execute(segment)
            if isinstance(result, HTTPParserError):
                self.error = result
                return
            if result < len(segment):
                return
        self.error = self.parser.finish()


def final(case: dict[str, Any]) -> Any:
    return case["node26"]["requests"][0]


@pytest.mark.parametrize("size", [0, 1, 5])
@pytest.mark.parametrize("name", CASES)
def testCase(name: str, size: int) -> None:
    case = CASES[name]
    reader = Reader(case)
    segments = [hostile.toBytes(segment) for segment in case["replies"][0]]
    if size:
        data = b"".join(segments)
        segments = [data[at : at + size] for at in range(0, len(data), size)]
    reader.read(segments)
    node = final(case)
    response = node["response"]
    heads = [(each["status"], each["raw"]) for each in node["informational"]]
    if response is not None:
        heads.append((response["status"], response["raw"]))
    if name == "r-101-unasked":
        heads = [(101, ["Connection", "Upgrade", "Upgrade", "x"])]  # a client without a listener drops the connection
    assert reader.heads[: len(heads)] == heads
    if response is not None and "body" in response and name not in ("r-head-poison", "r-two", "r-two-late"):
        assert reader.data.decode("latin-1") == response["body"]
        assert (reader.complete == len(heads)) is response["complete"]
        if response["trailers"]:
            assert reader.parser.rawTrailers == response["trailers"]
    wanted = next((each for each in node["errors"] if each["code"].startswith("HPE_")), None)
    if wanted is not None:
        assert reader.error is not None
        assert (reader.error.code, reader.error.reason, reader.error.message) == (
            wanted["code"],
            wanted["reason"],
            wanted["message"],
        )
        if not size:
            assert reader.error.bytesParsed == wanted["bytesParsed"]
