"""http.IncomingMessage: a request at the server, a response at the client.

Follows `http.IncomingMessage` of Node 26. A Readable, of which nothing is set up until somebody looks: most
requests have no body and most handlers look at the URL and nothing else. Headers stay the bytes that came until
they are asked for.

Differs: `headers` and the like are dicts and keep a header named `__proto__`, which Node drops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ...events import EventEmitter
from ...reactor.loop.ticks import nextTick
from ...stream import Readable
from ...stream.core.base import BaseStream
from ...stream.core.state import AT_END, END_EMITTED, ENDED, GONE, IS_DESTROYED, IS_ERRORED
from ..wire.sink import parseVersion, splitHeaders

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...abort import AbortController, AbortSignal

_Self = TypeVar("_Self", bound="IncomingMessage")
Headers = dict[str, Any]

#: Headers that have one value: of several lines the first counts.
_SINGLE = frozenset(
    (
        "age",
        "authorization",
        "content-length",
        "content-type",
        "etag",
        "expires",
        "from",
        "host",
        "if-modified-since",
        "if-unmodified-since",
        "last-modified",
        "location",
        "max-forwards",
        "proxy-authorization",
        "referer",
        "retry-after",
        "server",
        "user-agent",
    )
)
_NO_OPTIONS: dict[str, Any] = {}
OVER = IS_DESTROYED | IS_ERRORED
#: What is set up when the stream is first touched.
_LAZY = frozenset(BaseStream.__slots__) | {"_events"}


class IncomingMessage(Readable):
    """A message that is being received: head, then body as a stream, then trailers.

    Args:
        socket: the connection it comes from; None for one that is made by hand.
    Emits:
        aborted: the message was cut off. Deprecated: listen for 'close'.
        close: the message is over.
        timeout: the socket was idle for the time of `setTimeout`.
        data, end, error, pause, readable, resume: as every Readable.
    Node: http.html#class-httpincomingmessage
    """

    __slots__ = (
        "_complete",
        "_consumed",
        "_head",
        "_headers",
        "_over",
        "_rawHeaders",
        "_started",
        "httpVersion",
        "method",
        "socket",
        "url",
    )
    __events__ = {**Readable.__events__, "aborted": (), "timeout": ()}
    #: The parser pushes by itself, and stops when told that it is enough.
    _selfPumping = True

    # What few messages have is an attribute of the class until it is set.

    #: True when the message was cut off. Deprecated: `destroyed` tells. Node: http.html#messageaborted
    aborted = False
    joinDuplicateHeaders = False
    #: Of a response. Node: http.html#messagestatuscode
    statusCode: int | None = None
    #: Of a response: its reason phrase. Node: http.html#messagestatusmessage
    statusMessage: str | None = None
    #: True when the message is a request for another protocol that was accepted, or a response that grants one.
    upgrade = False
    _abortController: AbortController | None = None
    _dumped = False
    #: Called before the listeners of 'end': a client's connection sees to its socket.
    _beforeEnd: Callable[[], object] | None = None
    _endScheduled = False
    _request: Callable[[], Any] | None = None
    _headersDistinct: dict[str, list[str]] | None = None
    _maxHeaders = 0
    _rawTrailers: list[str] | None = None
    _trailers: Headers | None = None
    _trailersDistinct: dict[str, list[str]] | None = None

    def __init__(self, socket: Any = None) -> None:
        self._started = False
        self._over = False
        self._complete = False
        self._consumed = False
        #: The connection. Node: http.html#messagesocket
        self.socket = socket
        self._head: bytes | None = None
        self._rawHeaders: list[str] | None = None
        self._headers: Headers | None = None
        #: Of a request: its target, as it came. Node: http.html#messageurl
        self.url = ""
        #: Of a request. Node: http.html#messagemethod
        self.method: str | None = None
        #: Such as "1.1". Node: http.html#messagehttpversion
        self.httpVersion: str | None = None

    # -- the stream behind it, set up when it is first touched

    def __getattr__(self, name: str) -> Any:
        # Only reached for what is not there: a slot of the stream that is not set up yet, or nothing.
        if name in _LAZY and not self._started:
            self._start()
            return getattr(self, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _start(self) -> None:
        """Set the stream up, in the state that it would be in by now."""
        self._started = True
        socket = self.socket
        # Readable's constructor in short: a message has no options, which saves a third of the time
        # (benchmarks/http/client.py).
        EventEmitter.__init__(self)
        self._initLife(_NO_OPTIONS)
        self._initReading(_NO_OPTIONS, False)
        if socket is not None and socket.readableHighWaterMark:
            self._readHighWaterMark = socket.readableHighWaterMark
        # The parser pushes from outside `_read`, so what flows may go out at once.
        self._readSync = False
        if self._over:
            self._readPhase = END_EMITTED
            self._life = GONE
            self._readGate |= AT_END | IS_DESTROYED
        elif self._complete:
            self._readPhase = ENDED
            self._readGate |= AT_END

    def setEncoding(self, encoding: str | None = None) -> Any:
        if not self._started:
            self._start()
        return super().setEncoding(encoding)

    def _read(self, size: int) -> None:
        if not self._consumed:
            self._readingMore = False
            self._consumed = True
        # The socket may have been stopped because this message was full.
        socket = self.socket
        if socket is not None and socket.readable:
            startReading(socket)

    def _destroy(self, err: BaseException | None, callback: Any) -> None:
        if not self.readableEnded or not self._complete:
            self.aborted = True
            self.emit("aborted")
            if self._abortController is not None:
                self._abortController.abort()
        socket = self.socket
        if self.aborted and socket is not None and not socket.destroyed:
            socket.destroy(err)
            # A tick later: the 'error' of the socket comes first. Its 'close' is not waited for.
            nextTick(nextTick, self._endDestroy, err, callback)
        else:
            self._endDestroy(err, callback)

    def _endDestroy(self, error: BaseException | None, callback: Any) -> None:
        # Without a listener nobody wants to know that a peer went away.
        callback(error if self.listenerCount("error") else None)

    # -- what the parser's owner calls

    def _setHead(self, parser: Any) -> None:
        """Take over what the parser found."""
        if parser.lenient:
            self._rawHeaders = parser.rawHeaders
        else:
            self._head = parser.head
        self.httpVersion = parser.httpVersion

    def _announcesBody(self) -> bool:
        """Whether the head announces a body."""
        headers = self.headers
        return "content-length" in headers or "transfer-encoding" in headers

    def _end(self, rawTrailers: list[str]) -> None:
        """The message is complete: nothing more will be pushed."""
        self._complete = True
        if rawTrailers:
            self._rawTrailers = rawTrailers
        if not self._started:
            return
        if self._flowing and not self._readLength and self._isUnobserved():
            # As push(None), without a 'readable' that nobody hears and a read() that finds nothing.
            self._moveRead(ENDED)
            self._scheduleEnd()
        else:
            self.push(None)

    def _isUnobserved(self) -> bool:
        """True when nobody could tell how the end is reached: no decoder, no 'readable', not over yet."""
        over = self._readPhase or self._readGate & OVER
        return self._decoder is None and not over and not self._readableListening

    def _resumeTick(self) -> None:
        if not self._readPhase or self._readLength or not self._flowing:
            super()._resumeTick()
            return
        # The whole message came meanwhile: there is nothing to read any more.
        self._resumeScheduled = False
        if "resume" in self._events:
            self.emit("resume")
        self._scheduleEnd()

    def _scheduleEnd(self) -> None:
        if not self._endScheduled:
            self._endScheduled = True
            super()._scheduleEnd()

    def _endTick(self) -> None:
        self._endScheduled = False
        if self._errored is not None or self._life == GONE or self._readPhase == END_EMITTED or self._readLength:
            return
        if self._beforeEnd is not None:
            self._beforeEnd()
        self._moveRead(END_EMITTED)
        self.emit("end")
        if "close" in self._events or self._life or not self._complete or self._hasOwnEnd():
            self.destroy()
        else:
            # Nobody listens for 'close', so nobody can tell that its tick was left out.
            self._life = GONE
            self._readGate |= IS_DESTROYED

    def _hasOwnEnd(self) -> bool:
        """True when more hangs on the end of this message than 'close'."""
        return self._abortController is not None or type(self)._destroy is not IncomingMessage._destroy

    def _dump(self) -> None:
        """Read the rest and forget it: the answer is out and nobody wants the request."""
        if self._dumped or self._over:
            return
        self._dumped = True
        if self._complete and not self._started:
            # Nobody has looked, so nobody can tell that the stream never ran.
            self._over = True
            return
        if self._complete and not self._readLength:
            self.read(0)  # only the end is left
            return
        self.removeAllListeners("data")
        self.resume()

    def _dumpAndCloseReadable(self) -> None:
        """As `_dump` of a request without a body that shall be over before its handler runs."""
        self._dumped = self._complete = self._over = True

    # -- what Node exposes

    @property
    def complete(self) -> bool:
        """True when the whole message came. Node: http.html#messagecomplete"""
        return self._complete

    @complete.setter
    def complete(self, value: bool) -> None:
        self._complete = value

    @property
    def httpVersionMajor(self) -> int | None:
        """The first number of `httpVersion`."""
        return None if self.httpVersion is None else parseVersion(self.httpVersion)[0]

    @property
    def httpVersionMinor(self) -> int | None:
        """The second number of `httpVersion`."""
        return None if self.httpVersion is None else parseVersion(self.httpVersion)[1]

    @property
    def client(self) -> Any:
        """The socket, under an old name."""
        return self.socket

    @property
    def rawTrailers(self) -> list[str]:
        """Names and values of the trailers, in turn. Node: http.html#messagerawtrailers"""
        if self._rawTrailers is None:
            self._rawTrailers = []
        return self._rawTrailers

    @rawTrailers.setter
    def rawTrailers(self, value: list[str]) -> None:
        self._rawTrailers = value

    @property
    def req(self) -> Any:
        """Of a response: the request that it answers, for as long as somebody else holds that; `req.res` holds this.

        Two strong references would keep both until the garbage collector runs: a tenth of a client's time.
        """
        return self._request() if self._request is not None else None

    @property
    def connection(self) -> Any:
        """The socket. Deprecated: use `socket`. Node: http.html#messageconnection"""
        return self.socket

    @connection.setter
    def connection(self, value: Any) -> None:
        self.socket = value

    @property
    def rawHeaders(self) -> list[str]:
        """Names and values as they came, in turn. Node: http.html#messagerawheaders"""
        raw = self._rawHeaders
        if raw is None:
            raw = self._rawHeaders = splitHeaders(self._head) if self._head is not None else []
        if self._maxHeaders:
            del raw[2 * self._maxHeaders :]
        return raw

    @rawHeaders.setter
    def rawHeaders(self, value: list[str]) -> None:
        self._rawHeaders = value

    @property
    def headers(self) -> Headers:
        """Lower-case name to value; several lines of a name become one value by the rules of the name.

        Node: http.html#messageheaders
        """
        headers = self._headers
        if headers is None:
            headers = self._headers = joinHeaders(self.rawHeaders, self.joinDuplicateHeaders)
        return headers

    @headers.setter
    def headers(self, value: Headers) -> None:
        self._headers = value

    @property
    def headersDistinct(self) -> dict[str, list[str]]:
        """Lower-case name to the list of its values. Node: http.html#messageheadersdistinct"""
        if self._headersDistinct is None:
            self._headersDistinct = distinctHeaders(self.rawHeaders)
        return self._headersDistinct

    @headersDistinct.setter
    def headersDistinct(self, value: dict[str, list[str]]) -> None:
        self._headersDistinct = value

    @property
    def trailers(self) -> Headers:
        """As `headers`, of the trailers; empty before 'end'. Node: http.html#messagetrailers"""
        if self._trailers is None:
            trailers = joinHeaders(self.rawTrailers, self.joinDuplicateHeaders)
            if not self._complete:
                return trailers
            self._trailers = trailers
        return self._trailers

    @trailers.setter
    def trailers(self, value: Headers) -> None:
        self._trailers = value

    @property
    def trailersDistinct(self) -> dict[str, list[str]]:
        """As `headersDistinct`, of the trailers. Node: http.html#messagetrailersdistinct"""
        if self._trailersDistinct is None:
            trailers = distinctHeaders(self.rawTrailers)
            if not self._complete:
                return trailers
            self._trailersDistinct = trailers
        return self._trailersDistinct

    @trailersDistinct.setter
    def trailersDistinct(self, value: dict[str, list[str]]) -> None:
        self._trailersDistinct = value

    @property
    def signal(self) -> AbortSignal:
        """Aborted when the message is cut off, or its socket closes before the answer is out.

        Node: http.html#messagesignal
        """
        controller = self._abortController
        if controller is None:
            from ...abort import AbortController

            controller = self._abortController = AbortController()
            if self.aborted or self.socket is None or self.socket.destroyed:
                controller.abort()
            else:
                self.socket.once("close", controller.abort)
        return controller.signal

    def setTimeout(self: _Self, msecs: float, callback: Any = None) -> _Self:
        """Emit 'timeout' when the socket is idle for `msecs` milliseconds.

        Node: http.html#messagesettimeoutmsecs-callback
        """
        if callback is not None:
            self.on("timeout", callback)
        self.socket.setTimeout(msecs)
        return self

    def _forgetSignal(self) -> None:
        """The answer is out: what becomes of the socket does not matter to the signal any more."""
        if self._abortController is not None and self.socket is not None:
            self.socket.removeListener("close", self._abortController.abort)


def startReading(socket: Any) -> None:
    """Let a socket read on after a message was full."""
    connection = getattr(socket, "_httpConnection", None)
    if connection is not None:
        connection.startReading()
    elif not socket.destroyed:
        socket.resume()


def joinHeaders(raw: list[str], joinDuplicates: bool = False) -> Headers:
    """Lower-case names to values, joined as Node joins each name."""
    headers: Headers = {}
    for name, value in zip(raw[::2], raw[1::2], strict=True):
        name = name.lower()
        if name not in headers:
            headers[name] = [value] if name == "set-cookie" else value
        elif name == "set-cookie":
            headers[name].append(value)
        elif name == "cookie":
            headers[name] += "; " + value
        elif joinDuplicates or name not in _SINGLE:
            headers[name] += ", " + value
    return headers


def distinctHeaders(raw: list[str]) -> dict[str, list[str]]:
    """Lower-case names to lists of values."""
    headers: dict[str, list[str]] = {}
    for name, value in zip(raw[::2], raw[1::2], strict=True):
        headers.setdefault(name.lower(), []).append(value)
    return headers
