"""The parser behind `insecureHTTPParser`: accepts what many would call broken.

llhttp is told to be lenient in every way Node 26 tells it to be. Line ends may then be CR LF, LF or CR, so this parser
cannot cut a segment where the strict one does: it feeds llhttp line by line, a chunked body byte by byte, and
looks after each whether a message has ended. That is slow (some 5 MB/s of chunked body) and right.

Differs from Node 26, which hangs on it: a head whose lines end in a bare LF is complete at its blank line even
when it has no header, as "GET / HTTP/1.0\\n\\n". A bare LF in a head is fed to llhttp as CR LF.
"""

from __future__ import annotations

import re
from typing import Any

import httptools

from . import parsererrors as faults
from .parser import CHUNKED, IN_BODY, PLAIN, START, UNKNOWN, UPGRADE_PAUSE, HTTPParser
from .parserchunks import SIZE_LINE
from .parserlimits import MAX_EXTENSIONS_SIZE, MAX_HEADERS
from .parsersink import Sink

_findLine = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)?").match

_LENIENCIES = {
    "lenient_headers": True,
    "lenient_chunked_length": True,
    "lenient_keep_alive": True,
    "lenient_transfer_encoding": True,
    "lenient_version": True,
    "lenient_data_after_close": True,
    "lenient_optional_lf_after_cr": True,
    "lenient_optional_cr_before_lf": True,
    "lenient_optional_crlf_after_chunk": True,
    "lenient_spaces_after_chunk_size": True,
}


class _LenientSink(Sink):
    """Takes names and values from llhttp: with folded lines and stray CRs only it knows where they end."""

    __slots__ = ("begun", "headers")

    def __init__(self) -> None:
        super().__init__()
        self.headers: list[str] = []
        self.begun = False

    def on_message_begin(self) -> None:
        self.begun = True

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append(name.decode("latin-1"))
        self.headers.append(value.strip(b" \t").decode("latin-1"))


class LenientParser(HTTPParser):
    """Parses messages of peers that do not keep to the grammar. Arguments and use as `HTTPParser`."""

    __slots__ = ("_afterCR", "_quiet", "_rawHeaders", "_rawTrailers", "_trailing")

    lenient = True
    isPlain = False
    _sink: _LenientSink

    def __init__(self, kind: int, maxHeaderSize: int = 0, maxHeaders: int = MAX_HEADERS) -> None:
        self._rawHeaders: list[str] = []
        self._rawTrailers: list[str] = []
        self._afterCR = False
        #: Bytes of a chunked body since llhttp last reported anything: size lines and trailers.
        self._quiet = 0
        #: The last it reported was a size line: what is quiet now are trailers.
        self._trailing = False
        super().__init__(kind, maxHeaderSize, maxHeaders)

    @property
    def rawHeaders(self) -> list[str]:
        return self._rawHeaders

    @property
    def rawTrailers(self) -> list[str]:
        return self._rawTrailers

    def _makeSink(self) -> Sink:
        return _LenientSink()

    def _fresh(self, sink: Any) -> Any:
        llhttp = super()._fresh(sink)
        llhttp.set_dangerous_leniencies(**_LENIENCIES)
        return llhttp

    def _restart(self, head: bytes) -> bool:
        complete = super()._restart(head)
        self._sink.headers = []
        self._afterCR = False
        return complete

    def _readHead(self, data: bytes, pos: int) -> int:
        """Feed one line of a head."""
        line = data[pos : pos + 1] if self._afterCR else _findLine(data, pos).group()  # type: ignore[union-attr]
        end = pos + len(line)
        piece = line
        if line.endswith(b"\n") and not line.endswith(b"\r\n") and not self._afterCR:
            piece = line[:-1] + b"\r\n"
        # A CR that is not followed by LF within its segment may end a line alone: the next byte decides.
        self._afterCR = piece.endswith(b"\r")
        if len(piece) + len(self._partial or b"") >= self._unmetered:
            over = self._measure(piece)
            if over >= 0:
                return self._overflow(data, pos, min(pos + over, end))
        upgrade = stopped = False
        try:
            self._llhttp.feed_data(piece)
        except httptools.HttpParserUpgrade:
            upgrade = True
        except httptools.HttpParserError as error:
            stopped = self._sink.complete and str(error) == UPGRADE_PAUSE
            if not stopped:
                return self._failInLine(error, piece, data, pos, end)
        sink = self._sink
        if not sink.headersComplete:
            self._keepHead(piece)
            return end
        return self._headEnded(piece, upgrade, end, stopped)

    def _headEnded(self, piece: bytes, upgrade: bool, end: int, stopped: bool) -> int:
        sink = self._sink
        sink.headersComplete = False
        head = bytes(self._partial or b"") + piece
        self._partial = self._meter = None
        self._rawHeaders, sink.headers = sink.headers, []
        self._rawTrailers = []
        self._takeHead(head, upgrade, piece, end)
        end = self._announce(end, stopped)
        if not sink.events:
            return end
        # The byte behind a CR that ended the head was the first of the body, or, without one, of what follows.
        if self._state == IN_BODY:
            return self._deliver(0, end)
        sink.events.clear()
        return end - 1

    def _failInLine(self, error: Exception, piece: bytes, data: bytes, pos: int, end: int) -> int:
        before = bytes(self._partial or b"")
        if self._sink.headersComplete:  # a CR had ended the head: the fault is behind it
            self._headEnded(b"", False, pos, False)
        offset = pos + faults.faultOffset(self._fresh, before, piece, 0, len(piece))
        return self._setError(faults.parserError(str(error), min(offset, end - 1), data, before))

    def _readBody(self, data: bytes, pos: int) -> int:
        """Feed a body: by the segment when it is plain, else by the byte."""
        if self._framing == PLAIN:
            return super()._readBody(data, pos)
        sink = self._sink
        end = len(data)
        while pos < end and not sink.complete:
            sink.begun = False
            known = len(sink.events)
            try:
                self._llhttp.feed_data(data[pos : pos + 1])
            except httptools.HttpParserError as error:
                return self._failInChunks(faults.parserError(str(error), pos, data), pos)
            pos += 1
            if self._framing == UNKNOWN:
                self._framing = PLAIN if sink.events and sink.events[0] else CHUNKED
                if self._framing == PLAIN:
                    break
            self._quiet += 1
            if len(sink.events) > known:
                self._quiet = 0
                self._trailing = sink.events[-1] is SIZE_LINE
            if self._quiet > max(MAX_EXTENSIONS_SIZE, self._maxHeaderSize):
                make = faults.headerOverflow if self._trailing else faults.extensionsOverflow
                return self._failInChunks(make(pos, data), pos)
        if sink.complete:
            self._quiet = 0
            self._rawTrailers, sink.headers = sink.headers, []
        if self._framing == CHUNKED:
            sink.events[:] = [b"".join(event for event in sink.events if event)]
        begun = sink.complete and sink.begun
        pos = self._deliver(0, pos)
        if begun and self._state == START:  # a CR ended the message, and this byte begins the next one
            self._keepHead(data[pos - 1 : pos])
        return pos

    def _failInChunks(self, error: Any, pos: int) -> int:
        self._sink.complete = False
        self._deliver(0, pos)
        return self._setError(error)
