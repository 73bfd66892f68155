"""A parser that notes what it calls back, for the tests of the HTTP parser."""

from __future__ import annotations

from typing import Any

from nodecompat.errors import HTTPParserError
from nodecompat.http.wire.parser import BODY, REQUEST, HTTPParser

HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


class Log:
    """A parser whose callbacks are noted."""

    def __init__(self, kind: int = REQUEST, answer: int = BODY, make: Any = HTTPParser, **limits: int) -> None:
        self.events: list[Any] = []
        self.answer = answer
        self.parser = make(kind, **limits)
        self.parser.onHeadersComplete = self.onHead
        self.parser.onBody = self.onBody
        self.parser.onMessageComplete = lambda: self.events.append("complete")

    def onHead(self, parser: Any) -> int:
        self.events.append(parser.url if parser.kind == REQUEST else parser.statusCode)
        return self.answer

    def onBody(self, chunk: bytes) -> None:
        if self.events and isinstance(self.events[-1], bytes):
            self.events[-1] += chunk
        else:
            self.events.append(chunk)

    def feed(self, *segments: bytes) -> Any:
        """Parse segments. Returns the first error, else what the last one gave."""
        result: Any = 0
        for segment in segments:
            result = self.parser.execute(segment)
            if isinstance(result, HTTPParserError):
                return result
        return result


def bytewise(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]
