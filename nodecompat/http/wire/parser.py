"""The HTTP/1 parser: bytes in, callbacks out, for requests (server) and responses (client).

Follows the HTTPParser inside Node 26: the same llhttp validates every byte, through httptools. What httptools lacks is
added here: size limits (`limits.py`), codes and offsets of faults (`faults.py`), where a message ends (`chunks.py`),
end of input, pausing between messages, responses without a body, and refused upgrades. Sans-I/O: no socket, stream or
timer.

How it works. A segment is cut behind the blank line that ends a head, unless it is that head alone, so the place of
everything that follows is known; llhttp is fed, and afterwards, when it is not running, the callbacks are called. They
may raise, pause or free the parser. httptools cannot skip a body or go on behind an upgrade, so a fresh llhttp takes
over there, fed with a head made from the one that llhttp has accepted. Headers stay bytes until accessed.

    START ──first byte──> HEAD ──blank line──> BODY ──last byte──> START
                             └──no body──> START        └─upgrade accepted──> UPGRADED

Any state may become FAILED (an error was returned or a callback raised; nothing is parsed any more) or FREED.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httptools

from ...errors import HTTPParserError
from . import faults, headtext
from .chunks import HEADER_OVERFLOW, ChunkTracker
from .limits import MAX_HEADER_SIZE, MAX_HEADERS, REQUEST_HEAD, RESPONSE_HEAD, HeadMeter
from .sink import Sink, headEnd, splitHeaders

REQUEST, RESPONSE = 1, 2
_BLANK = b"\r\n\r\n"

#: What `onHeadersComplete` returns: read the body, there is none, or what follows is no HTTP.
BODY, SKIP_BODY, UPGRADE = 0, 1, 2

START, IN_HEAD, IN_BODY, UPGRADED, FAILED, FREED = range(6)

# How the body is delimited. Unknown until llhttp has reported about its first bytes.
UNKNOWN, PLAIN, CHUNKED = range(3)

_CLASSES = {REQUEST: httptools.HttpRequestParser, RESPONSE: httptools.HttpResponseParser}
UPGRADE_PAUSE = "Pause on CONNECT/Upgrade"
_METHODS: dict[bytes, str] = {}


class HTTPParser:
    """Parses one connection's messages.

    Args:
        kind: `REQUEST` or `RESPONSE`.
        maxHeaderSize: bytes of target, names and values from which a head is too large; 0 for the default, 16 KiB.
        maxHeaders: headers that are allowed; 0 for any number.

    The owner sets `onHeadersComplete(parser)`, which returns BODY, SKIP_BODY or UPGRADE, `onBody(chunk)` and
    `onMessageComplete()`. The attributes below are valid from `onHeadersComplete` to the next head.
    """

    __slots__ = (
        "_closing",
        "_error",
        "_framing",
        "_llhttp",
        "_maxHeaderSize",
        "_maxHeaders",
        "_mayBeLone",
        "_meter",
        "_partial",
        "_paused",
        "_running",
        "_sink",
        "_state",
        "_trailers",
        "_tunnel",
        "_unmetered",
        "head",
        "httpVersion",
        "isEnding",
        "isFollowed",
        "kind",
        "lenient",
        "method",
        "onBody",
        "onHeadersComplete",
        "onMessageComplete",
        "rest",
        "shouldKeepAlive",
        "statusCode",
        "statusMessage",
        "upgrade",
        "url",
    )

    #: True when any connection with default settings may reuse such a parser.
    isPooled = True
    head: bytes
    httpVersion: str
    method: str
    statusMessage: str
    url: str

    def __init__(self, kind: int, maxHeaderSize: int = 0, maxHeaders: int = MAX_HEADERS) -> None:
        self.kind: int = kind
        #: It takes what the grammar forbids.
        self.lenient: bool = False
        self.configure(maxHeaderSize, maxHeaders)
        self.onHeadersComplete: Callable[[Any], int] | None = None
        self.onBody: Callable[[bytes], object] | None = None
        self.onMessageComplete: Callable[[], object] | None = None
        #: The bytes of the head, as accepted; in a lenient parser with every line end made CR LF.
        self.head = self._trailers = b""
        self.method = self.url = self.httpVersion = self.statusMessage = ""
        self.statusCode: int = 0
        #: llhttp's opinion when the head was complete: may the connection live on.
        self.shouldKeepAlive: bool = False
        #: True when the message asks for (request) or announces (response) another protocol.
        self.upgrade: bool = False
        #: True when the message is complete with its head, and the segment goes on.
        self.isFollowed: bool = False
        #: True while the last chunks of a body are delivered, and nothing follows them in this segment.
        self.isEnding: bool = False
        self._state, self._framing = START, UNKNOWN
        self._partial: bytearray | None = None
        self._meter: HeadMeter | None = None
        self._tunnel = self._closing = self._paused = self._running = False
        #: Input kept while the parser is paused.
        self.rest: bytes | None = None
        self._error: HTTPParserError | None = None
        self._sink = self._makeSink()
        self._llhttp: Any = None
        self._restart(b"")

    def configure(self, maxHeaderSize: int, maxHeaders: int) -> None:
        """Set the limits, as in the constructor."""
        self._maxHeaderSize = maxHeaderSize or MAX_HEADER_SIZE
        self._maxHeaders = maxHeaders
        # A header has at least four bytes, so a head shorter than this cannot be over a limit.
        self._unmetered = min(self._maxHeaderSize, 4 * maxHeaders) if maxHeaders else self._maxHeaderSize
        #: A segment that begins a message and ends with a blank line is fed whole, as long as each was one head.
        self._mayBeLone = self.kind == REQUEST

    # -- what the owner calls

    @property
    def rawHeaders(self) -> list[str]:
        """Names and values of the head, in turn."""
        return splitHeaders(self.head)

    @property
    def rawTrailers(self) -> list[str]:
        """Names and values of the trailers, in turn; complete when the message is."""
        return splitHeaders(b"\r\n" + self._trailers) if self._trailers else []

    @property
    def isIdle(self) -> bool:
        """True between messages: no byte of a next one has come."""
        return self._state == START

    @property
    def isBroken(self) -> bool:
        """True when nothing can be read any more: a fault of the peer's, or an error raised by a callback."""
        return self._state == FAILED

    @property
    def isWithin(self) -> bool:
        """True within a message: it has begun, and is not complete."""
        return self._state == IN_HEAD or self._state == IN_BODY

    @property
    def isReusable(self) -> bool:
        """True when another message may follow on the same connection."""
        return self._state == START and not self._closing and not self._running and self.rest is None

    @property
    def isBetween(self) -> bool:
        """True when it stands between two messages, with nothing left of the first."""
        return self._state == START and not self._running and self.rest is None

    def execute(self, data: bytes) -> int | HTTPParserError:
        """Parse a segment and call back.

        Returns:
            How many bytes were taken: all, or less when an upgrade was accepted (the rest is not HTTP) or the parser
            was freed. Or the error; nothing may follow it.
        """
        if self.rest is not None:
            self.rest += data
            return len(data)
        pos, end = 0, len(data)
        self._running = True
        try:
            while pos < end:
                state = self._state
                if state <= IN_HEAD:
                    pos = self._readHead(data, pos)
                elif state == IN_BODY:
                    pos = self._readBody(data, pos)
                elif pos or self._error is None:
                    break
                else:
                    pos = -1  # a callback has raised before
                if pos < 0:
                    error, self._error = self._error, None
                    assert error is not None
                    return error
                if self._paused and pos < end and self._state == START:
                    self.rest = data[pos:]
                    return end
        except BaseException:
            self.interrupt()
            raise
        finally:
            self._running = False
        return pos

    def interrupt(self) -> None:
        """A callback has raised: this segment is over, and the next is an error, as in Node."""
        if self._state < FAILED:
            self._error = faults.callbackError(self._state == IN_BODY)
            self._state = FAILED

    def finish(self) -> HTTPParserError | None:
        """The peer's data has ended. Returns the error when it ended within a message."""
        state = self._state
        if state == IN_BODY and self._framing != CHUNKED and headtext.endsWithInput(self.kind, self.head):
            self._state = START
            self._framing = UNKNOWN
            self._closing = True
            if self.onMessageComplete is not None:
                self.onMessageComplete()
            return None
        if self._tunnel or state not in (IN_HEAD, IN_BODY):
            return None  # an upgraded connection may end when it wants
        self._state = FAILED
        return faults.invalidEnd()

    def pause(self) -> None:
        """Stop behind the current message: what follows it is kept."""
        self._paused = True

    def resume(self) -> int | HTTPParserError:
        """Parse the kept input. Returns as `execute` does; within a callback it does nothing."""
        self._paused = False
        rest = self.rest
        if rest is None or self._running:
            return 0
        self.rest = None
        return self.execute(rest)

    def forget(self) -> None:
        """Drop the callbacks: another connection will reuse this parser."""
        self.onHeadersComplete = self.onBody = self.onMessageComplete = None
        if self._closing:
            self._restart(b"")  # llhttp takes nothing behind a message that closes its connection
        self._paused = self._closing = False
        self.head = b""

    def free(self) -> None:
        """Make no more callbacks, and drop all references to the owner."""
        self._state = FREED
        self._llhttp = self._sink.llhttp = None
        self.onHeadersComplete = self.onBody = self.onMessageComplete = None
        self.rest = None

    # -- the head

    def _readHead(self, data: bytes, pos: int) -> int:
        """Feed a head, or as much of it as there is. Returns the place behind it, or -1 for an error."""
        partial = self._partial
        isLone = self._mayBeLone and data.endswith(_BLANK) and not pos and partial is None
        if isLone and 4 < len(data) < self._unmetered and data[-5] > 13:
            # Most likely one head, nothing blank behind it: to look for its end takes longer than to see that it was.
            piece, end = data, len(data)
        else:
            isLone = False
            end = data.find(_BLANK, pos) + 4
            if partial is not None:
                end = headEnd(partial, data, pos, end)
            elif end < 4:
                end = len(data)
            piece = data[pos:end]  # all of it is not copied
            if len(piece) + (len(partial) if partial is not None else 0) >= self._unmetered:
                over = self._measure(piece)
                if over >= 0:
                    return self._overflow(data, pos, pos + over)
        sink = self._sink
        upgrade = stopped = False
        try:
            self._llhttp.feed_data(piece)
        except httptools.HttpParserUpgrade:
            upgrade = True
        except httptools.HttpParserError as error:
            if isLone:
                return self._readCut(data)
            # A 101 that does not name the new protocol: for llhttp an upgrade, for httptools an error.
            stopped = sink.complete and str(error) == UPGRADE_PAUSE
            if not stopped:
                return self._fail(error, data, pos, end)
        if isLone and (len(sink.text) != 1 or sink.events or upgrade):
            return self._readCut(data)
        if not sink.headersComplete:
            self._keepHead(piece)
            return end
        sink.headersComplete = False
        self._meter = None
        if partial is not None:
            piece = bytes(partial) + piece
            self._partial = None
        self._takeHead(piece, upgrade, data, end)
        return -1 if self._error is not None else self._announce(end, stopped)

    def _readCut(self, data: bytes) -> int:
        """It was not one head: there are more, a body, an upgrade, a fault. Read it again, cut, and all that follow."""
        self._mayBeLone = False
        self._sink.clear()
        self._restart(headtext.CLOSING[self.kind] if self._closing else b"")
        return self._readHead(data, 0)

    def _takeHead(self, head: bytes, upgrade: bool, data: bytes, end: int) -> None:
        """Set the attributes that describe the head, which ended at `end` of `data`."""
        sink, llhttp = self._sink, self._llhttp
        if head[0] <= 13:  # blank lines before the message
            head = head.lstrip(b"\r\n")
        self.head = head
        self.upgrade = upgrade
        self.isFollowed = sink.complete and end < len(data)
        self.shouldKeepAlive = sink.keepAlive
        self._trailers = b""
        text = sink.text
        first = b"".join(text)
        text.clear()
        if self.kind == REQUEST:
            method = llhttp.get_method()
            try:
                self.method = _METHODS[method]
            except KeyError:
                self.method = _METHODS[method] = method.decode("ascii")
            self.url = first.decode("latin-1")
            # Asking llhttp for the version builds a text: three times as slow as a look at the usual place.
            if head.startswith(b" HTTP/1.1\r\n", len(method) + 1 + len(first)):
                self.httpVersion = "1.1"
                return
        else:
            self.statusCode = llhttp.get_status_code()
            self.statusMessage = first.decode("latin-1")
            if head.startswith(b"HTTP/1.1 "):
                self.httpVersion = "1.1"
                return
        self._takeVersion(data, end)

    def _takeVersion(self, data: bytes, end: int) -> None:
        self.httpVersion = self._llhttp.get_http_version()
        if self.kind == REQUEST and not self.lenient and not headtext.isHTTP1(self.head):
            # HTTP/0.9 (whose line may even end in a bare LF), HTTP/2.0, RTSP and ICE: llhttp takes them, we do not.
            self._setError(faults.parserError("Invalid HTTP version", end - 1, data))
        if self.httpVersion == "1.0" and not self.lenient and headtext.findEncoding(self.head):
            # A proxy of that time would not have understood it: whatever follows may be meant as part of the body.
            self.shouldKeepAlive = self._sink.keepAlive = False

    def _announce(self, pos: int, stopped: bool) -> int:
        """Report the head to the owner, and handle what follows as it decides. `stopped`: llhttp cannot go on."""
        sink = self._sink
        complete, sink.complete = sink.complete, False
        if stopped:
            self._restart(b"")
        self._state = IN_HEAD
        onHead = self.onHeadersComplete  # a slot is called faster by a name
        result = onHead(self) if onHead is not None else BODY
        if self._state >= FAILED:
            return pos
        if result == BODY and not self.upgrade:  # common case: an ordinary message
            if complete:
                return self._complete(START, pos)
            self._state = IN_BODY
            self.isEnding = False
            if not self.lenient and not headtext.findEncoding(self.head):
                self._framing = PLAIN
            return pos
        if result == SKIP_BODY:
            if not complete:
                self._restart(b"" if self.shouldKeepAlive else headtext.closing(self.kind, self.head, self.httpVersion))
            return self._complete(START, pos)
        if self.kind == RESPONSE or not self.upgrade or self.method == "CONNECT":
            return self._complete(UPGRADED, pos)
        return self._bodyOfUpgrade(result == UPGRADE, pos)

    def _bodyOfUpgrade(self, accepted: bool, pos: int) -> int:
        """Go on behind a request that asks for an upgrade: llhttp stops there, but it may have a body."""
        try:
            complete = self._restart(headtext.withoutUpgrade(self.head, self.shouldKeepAlive))
        except httptools.HttpParserError as error:
            return self._setError(faults.parserError(str(error), pos, self.head))
        self._framing = UNKNOWN
        self._tunnel = accepted
        if complete:
            return self._complete(UPGRADED if accepted else START, pos)
        self._state = IN_BODY
        self.isEnding = False
        return pos

    def _readBody(self, data: bytes, pos: int) -> int:
        """Feed the rest of a segment to a body. Returns where the body ended, or -1 for an error."""
        sink = self._sink
        piece = data[pos:] if pos else data
        if self._framing == UNKNOWN and sink.tracker is None:
            sink.tracker = ChunkTracker(self._maxHeaderSize, self._maxHeaders)
        sink.piece = piece
        failure = None
        try:
            self._llhttp.feed_data(piece)
        except httptools.HttpParserCallbackError:
            if not sink.complete:
                raise
        except httptools.HttpParserError as error:
            failure = error
        sink.piece = None
        events = sink.events
        if self._framing == UNKNOWN:
            if events and events[0]:
                self._framing, sink.tracker = PLAIN, None
            else:
                self._framing = CHUNKED
        tracker = sink.tracker
        if tracker is None:
            end = sink.end if sink.complete else len(piece)
        elif sink.complete:
            end = sink.end
        else:
            end = tracker.follow(piece, events, failure is not None)
        if failure is not None or (tracker is not None and tracker.overflow):
            return self._failInBody(failure, data, pos, pos + end)
        return self._deliver(end - len(piece), pos + end)

    def _deliver(self, excess: int, pos: int) -> int:
        """Deliver a segment's part of a body; `excess` is negative when bytes of a next message follow it."""
        sink = self._sink
        events = sink.events.copy()
        sink.events.clear()
        complete, sink.complete = sink.complete, False
        self.isEnding = complete and not excess
        if complete:
            if sink.tracker is not None:
                self._trailers = sink.tracker.trailers
                sink.tracker = None
                if self._trailers and headtext.hasClose(b"\r\n" + self._trailers):
                    sink.keepAlive = False  # for llhttp a trailer can say so, too
            self._framing = UNKNOWN
            # llhttp was stopped by an exception and cannot go on, or it would but must not.
            if excess or (self.httpVersion == "1.0" and not sink.keepAlive):
                self._restart(b"" if sink.keepAlive else headtext.CLOSING[self.kind])
        for event in events:
            if event:  # a piece of the body, no mark
                if self.onBody is not None:
                    self.onBody(event)
                if self._state >= FAILED:
                    return pos
        if complete:
            tunnel, self._tunnel = self._tunnel, False
            return self._complete(UPGRADED if tunnel else START, pos)
        return pos

    def _complete(self, state: int, pos: int) -> int:
        self._state = state
        self._closing = not self._sink.keepAlive
        onComplete = self.onMessageComplete
        if onComplete is not None:
            onComplete()
        return pos

    # -- oddities

    def _makeSink(self) -> Sink:
        return Sink()

    def _restart(self, head: bytes) -> bool:
        """Put a fresh llhttp in place, fed with a head of our own making. Returns whether that is a whole message."""
        sink = self._sink
        self._llhttp = sink.llhttp = self._fresh(sink)
        sink.complete = False
        if head:
            sink.piece = None
            self._llhttp.feed_data(head)
            sink.headersComplete = False
            sink.text.clear()
        complete, sink.complete = sink.complete, False
        return complete

    def _fresh(self, sink: Any) -> Any:
        """A new llhttp that reports to `sink`."""
        return _CLASSES[self.kind](sink)

    def _keepHead(self, piece: bytes) -> None:
        """Remember the beginning of a head that goes on in a later segment."""
        if self._partial is not None:
            self._partial += piece
            return
        piece = piece.lstrip(b"\r\n")  # blank lines before a message are none of it
        if piece:
            self._partial = bytearray(piece)
            self._state = IN_HEAD

    def _measure(self, piece: bytes) -> int:
        """Count a piece of a head against the limits. Returns the offset at which it is too much, or -1."""
        meter = self._meter
        if meter is None:
            kind = REQUEST_HEAD if self.kind == REQUEST else RESPONSE_HEAD
            meter = self._meter = HeadMeter(kind, self._maxHeaderSize, self._maxHeaders)
            if self._partial is not None:
                meter.add(bytes(self._partial))
        over = meter.add(piece)
        if self._partial is None and not piece.strip(b"\r\n"):
            self._meter = None
            return -1
        return over

    def _overflow(self, data: bytes, start: int, stop: int) -> int:
        """A head is over a limit at `stop`, unless llhttp finds a fault before that."""
        try:
            self._llhttp.feed_data(data[start:stop])
        except httptools.HttpParserError as error:
            return self._fail(error, data, start, stop)
        return self._setError(faults.headerOverflow(stop, data))

    def _fail(self, error: Exception, data: bytes, start: int, stop: int) -> int:
        """Report llhttp's fault between `start` and `stop` of a head."""
        before = headtext.CLOSING[self.kind] if self._closing else b""
        if self._partial is not None:
            before += self._partial
        return self._setError(self._locate(error, before, data, start, stop))

    def _failInBody(self, failure: Exception | None, data: bytes, start: int, end: int) -> int:
        """Deliver the data before a fault, then report it: llhttp's, or a limit passed at `end`."""
        sink = self._sink
        tracker = sink.tracker
        assert tracker is not None, "a body that is not chunked has no syntax"
        sink.complete = False
        if failure is None or tracker.overflow:
            make = faults.headerOverflow if tracker.overflow == HEADER_OVERFLOW else faults.extensionsOverflow
            error = make(end, data)
        else:
            error = self._locate(failure, headtext.CHUNKED[self.kind] + tracker.before(), data, end, len(data))
        self._deliver(0, end)
        return self._setError(error)

    def _locate(self, error: Exception, before: bytes, data: bytes, start: int, stop: int) -> HTTPParserError:
        return faults.parserError(str(error), faults.faultOffset(self._fresh, before, data, start, stop), data, before)

    def _setError(self, error: HTTPParserError) -> int:
        """Parse nothing more. What `execute` returns."""
        if self._state != FREED:
            self._state = FAILED
        self._error = error
        return -1
