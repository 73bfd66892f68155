"""The parser behind `insecureHTTPParser`: accepts what many would call broken.

llhttp is told to be lenient in every way Node 26 tells it to be. Line ends may then be CR LF, LF or CR, so this parser
cannot cut a segment where the strict one does: it feeds llhttp line by line and looks after each whether a message has
ended. A chunked body, whose data need not end with a line, is fed in runs, so that no message ends within one, and no
chunk without this parser knowing where. A run is what stands between line ends, or a line end, or the byte behind a CR
or LF alone: only there llhttp may tell that a line has ended. Behind a size line comes a longer one first: as many
bytes as its first two digits promise at least. What does not come out as data then is a fault, so llhttp alone judges
the framing here as well. Ten mebibytes take 10 to 80 ms, in chunks of 64 KiB or of 1000 bytes.

Differs from Node 26, which hangs on it: a head whose lines end in a bare LF is complete at its blank line even
when it has no header, as "GET / HTTP/1.0\\n\\n". A bare LF in a head is fed to llhttp as CR LF.
"""

from __future__ import annotations

import re
from typing import Any

import httptools

from . import faults, headtext
from .chunks import SIZE_LINE
from .limits import MAX_EXTENSIONS_SIZE, MAX_HEADERS
from .parser import CHUNKED, IN_BODY, PLAIN, START, UNKNOWN, UPGRADE_PAUSE, HTTPParser
from .sink import Sink

_findLine = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)?").match
_findRun = re.compile(rb"[^\r\n]+|\r?\n|\r").match
_ODD_ENDS = (b"\r", b"\n")
_findSize = re.compile(rb"[\r\n]*0*([0-9A-Fa-f]*)").match

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
    """Parses messages of peers that violate the grammar. Arguments and use as `HTTPParser`."""

    __slots__ = (
        "_afterCR",
        "_hasData",
        "_line",
        "_quiet",
        "_rawHeaders",
        "_rawTrailers",
        "_sure",
        "_trailing",
    )

    isPooled = False
    _sink: _LenientSink

    def __init__(self, kind: int, maxHeaderSize: int = 0, maxHeaders: int = MAX_HEADERS) -> None:
        self._rawHeaders: list[str] = []
        self._rawTrailers: list[str] = []
        self._afterCR = False
        #: Bytes of a chunked body since llhttp last reported anything: size lines and trailers.
        self._quiet = 0
        #: The last it reported was a size line: what is quiet now are trailers.
        self._trailing = False
        #: In a chunked body: what came since the last data, whether there was any, and how much of what follows is
        #: data for sure.
        self._line = bytearray()
        self._hasData = False
        self._sure = 0
        super().__init__(kind, maxHeaderSize, maxHeaders)
        self.lenient = True

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
        """Feed a body: by the segment when it is plain, else by the run."""
        if self._framing == PLAIN:
            return super()._readBody(data, pos)
        if self._framing == UNKNOWN:
            self._line.clear()
            # The first byte is fed alone: it shows what kind of body this is.
            self._hasData, self._sure, self._afterCR = False, 0, True
        sink = self._sink
        pos = self._readRuns(data, pos)
        if pos < 0:
            return pos
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

    def _readRuns(self, data: bytes, pos: int) -> int:
        """Feed to the end of the segment or of the message, or of the first run when it shows that the body is plain.

        Returns the place behind it, or -1 for an error.
        """
        sink, feed = self._sink, self._llhttp.feed_data
        events = sink.events
        end, limit = len(data), max(MAX_EXTENSIONS_SIZE, self._maxHeaderSize)
        while pos < end and not sink.complete:
            if self._sure:
                run = data[pos : pos + self._sure]
            elif self._afterCR:
                run = data[pos : pos + 1]
            else:
                run = _findRun(data, pos).group()[: limit - self._quiet + 1]  # type: ignore[union-attr]
            known = len(events)
            sink.begun = False
            try:
                feed(run)
            except httptools.HttpParserError as error:
                return self._failInRun(error, run, known, data, pos)
            size = len(run)
            pos += size
            if len(events) > known:
                if self._framing == UNKNOWN and events[0]:
                    self._framing = PLAIN
                    return pos
                if not self._follow(run, known):
                    return self._failInChunks(faults.parserError("Invalid chunk data", pos - 1, data), pos)
            else:
                self._line += run
                self._quiet += size
                self._afterCR = run in _ODD_ENDS
                if self._quiet > limit:
                    make = faults.headerOverflow if self._trailing else faults.extensionsOverflow
                    return self._failInChunks(make(pos, data), pos)
            self._framing = CHUNKED
        return pos

    def _follow(self, run: bytes, known: int) -> bool:
        """See what a run was: what was reported since `known`. False when it is not what it must be."""
        events = self._sink.events
        last = events[-1]
        self._afterCR = run[-1] in b"\r\n" and run != b"\r\n"
        if last is SIZE_LINE:
            self._line += run
            self._quiet, self._trailing = 0, True
            self._sure = _atLeast(self._line)
            return True
        sure = self._sure
        self._trailing = False
        if last and len(last) == len(run):  # plain: all of it is data
            self._line.clear()
            self._hasData = True
            self._quiet, self._sure = 0, sure - len(run) if sure else 0
            return True
        size = _length(events, known)
        self._quiet = 0 if last or run[-1] == 10 else len(run) - size - 1  # an LF ends a chunk itself
        if size:
            self._line[:] = run[size:]
            self._hasData = True
        else:
            self._line += run
        return not sure

    def _failInRun(self, error: Exception, run: bytes, known: int, data: bytes, pos: int) -> int:
        """Find the byte at fault: it stands behind the data of the run."""
        start, stop = pos + _length(self._sink.events, known), pos + len(run)
        if len(run) > 1:
            before = headtext.CHUNKED[self.kind]
            if self._hasData or start > pos:
                before += b"1\r\na"
            if start == pos:
                before += self._line
            pos = faults.faultOffset(self._fresh, before, data, start, stop)
        return self._failInChunks(faults.parserError(str(error), pos, data), pos)

    def _failInChunks(self, error: Any, pos: int) -> int:
        self._sink.complete = False
        self._deliver(0, pos)
        return self._setError(error)


def _length(events: list[Any], known: int) -> int:
    """Bytes of data among the events behind the first `known`."""
    return sum(len(event) for event in events[known:] if event)


def _atLeast(line: bytearray) -> int:
    """The least that a size can be whose line, from the end of the data before it, begins like this."""
    digits: bytes = _findSize(line).group(1)  # type: ignore[union-attr]
    if len(digits) < 2:
        return bytes.fromhex("0" + digits.decode())[0] if digits else 0
    return bytes.fromhex(digits[:2].decode())[0] << 4 * (len(digits) - 2)
