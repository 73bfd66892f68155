"""http.IncomingMessage: a request at the server, a response at the client.

Follows `http.IncomingMessage` of Node 26. At the server it is a Readable that is set up on first use (`Untouched`):
most requests have no body and most handlers only look at the URL. Headers stay raw bytes until accessed.

Differs: `headers` and the like are dicts and keep a header named `__proto__`, which Node drops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ...events import EventEmitter
from ...reactor.loop.ticks import nextTick
from ...records import BareRecord, OpenRecord
from ...stream import Readable
from ...stream.core.base import BaseStream
from ...stream.core.state import AT_END, BUSY, END_EMITTED, ENDED, GONE, IS_DESTROYED, IS_ERRORED
from ...validators import isTruthy
from ..wire.sink import parseVersion, splitHeaders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal, overload

    from typing_extensions import Self

    from ...abort import AbortController, AbortSignal
    from ...events.listeners import Listener, Listener0, Listener1, Listener2
    from ...net.socket import Socket
    from ...symbols import Symbol

_Self = TypeVar("_Self", bound="IncomingMessage")
Headers = OpenRecord[Any]
DistinctHeaders = BareRecord[list[str]]

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
OVER = IS_DESTROYED | IS_ERRORED


class IncomingMessage(Readable):
    """A message being received: head, then body as a stream, then trailers.

    Args:
        socket: the connection it comes from; None if constructed by hand.
    Emits:
        aborted: the message was cut off. Deprecated: listen for 'close'.
        close: the message is over.
        timeout: the socket was idle for the time of `setTimeout`.
        data, end, error, pause, readable, resume: as every Readable.
    Node: https://nodejs.org/api/http.html#class-httpincomingmessage
    """

    __slots__ = (
        "_abortController_",
        "_complete_",
        "_consumed_",
        "_head_",
        "_headers_",
        "_over_",
        "_rawHeaders_",
        "_started_",
        "httpVersion",
        "method",
        "socket",
        "url",
    )
    __events__: dict[str, tuple[str, ...]] = {**Readable.__events__, "aborted": (), "timeout": ()}

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "close",
            "data",
            "end",
            "error",
            "pause",
            "readable",
            "resume",
            "aborted",
            "timeout",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Any])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["close", "end", "pause", "readable", "resume", "aborted"], listener: Listener0
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["timeout"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["data", "error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(
            self, eventName: Literal["close", "end", "pause", "readable", "resume", "aborted", "timeout"]
        ) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["data", "error"]) -> Callable[[_F2], _F2]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    #: The parser pushes by itself, and stops when told that it is enough.
    _selfPumping_ = True

    # What few messages have is an attribute of the class until it is set.

    #: True when the message was cut off. Deprecated: `destroyed` tells.
    #: Node: https://nodejs.org/api/http.html#messageaborted
    aborted: bool = False
    joinDuplicateHeaders = False
    #: Of a response. Node: https://nodejs.org/api/http.html#messagestatuscode
    statusCode: int | None = None
    #: Of a response: its reason phrase. Node: https://nodejs.org/api/http.html#messagestatusmessage
    statusMessage: str | None = None
    #: True when the message is a request for another protocol that was accepted, or a response that grants one.
    upgrade = False
    _dumped = False
    #: Called before the listeners of 'end': a client's connection sees to its socket.
    _beforeEnd_: Callable[[], object] | None = None
    _endScheduled_ = False
    _request_: Callable[[], Any] | None = None
    _headersDistinct_: DistinctHeaders | None = None
    _maxHeaders_ = 0
    _rawTrailers_: list[str] | None = None
    _trailers_: Headers | None = None
    _trailersDistinct_: DistinctHeaders | None = None
    #: What is worked out, and was set by hand.
    _replaced_: Mapping[str, Any] = {}

    def __init__(self, socket: Any = None) -> None:
        self._setFields_(socket)
        self._start_()

    def _setFields_(self, socket: Any = None) -> None:
        """Everything but the stream."""
        self._started_ = False
        self._over_ = False
        self._complete_ = False
        self._consumed_ = False
        self._abortController_: AbortController | None = None
        #: The connection. Node: https://nodejs.org/api/http.html#messagesocket
        self.socket: Socket = socket
        self._head_: bytes | None = None
        self._rawHeaders_: list[str] | None = None
        self._headers_: Headers | None = None
        #: Of a request: its target, as it came. Node: https://nodejs.org/api/http.html#messageurl
        self.url: str = ""
        #: Of a request. Node: https://nodejs.org/api/http.html#messagemethod
        self.method: str | None = None
        #: Such as "1.1". Node: https://nodejs.org/api/http.html#messagehttpversion
        self.httpVersion: str | None = None

    # -- the stream behind it

    def _start_(self) -> None:
        """Set up the stream, in the state it would have by now."""
        self._started_ = True
        socket = self.socket
        # Readable's constructor in short: a message has no options (benchmarks/http/client.py).
        self._events = {}
        if EventEmitter.captureRejections:
            self._captures_ = True
        self._initLife_(None)
        self._initReading_(None, False)
        # By hand a message may be made for anything.
        if socket is not None and (mark := getattr(socket, "readableHighWaterMark", None)):
            self._readHighWaterMark_ = mark
        if self._over_:
            self._readPhase_ = END_EMITTED
            self._life_ = GONE
            self._readGate_ |= AT_END | IS_DESTROYED
        elif self._complete_:
            self._readPhase_ = ENDED
            self._readGate_ |= AT_END

    def setEncoding(self, encoding: str | None = None) -> Any:
        if not self._started_:
            self._start_()
        return super().setEncoding(encoding)

    def _read(self, size: int) -> None:
        if not self._consumed_:
            self._readingMore_ = False
            self._consumed_ = True
        # The socket may have been paused because this message was full.
        socket = self.socket
        if socket is not None and getattr(socket, "readableFlowing", None) is not True and socket.readable:
            startReading(socket)

    def _destroy(self, err: BaseException | None, callback: Any) -> None:
        if not self.readableEnded or not self._complete_:
            self.aborted = True
            self.emit("aborted")
            if self._abortController_ is not None:
                self._abortController_.abort()
        socket = self.socket
        if self.aborted and socket is not None and not socket.destroyed:
            socket.destroy(err)
            # A tick later: the 'error' of the socket comes first. Its 'close' is not waited for.
            nextTick(nextTick, self._endDestroy_, err, callback)
        elif self.aborted or err is not None:
            nextTick(self._endDestroy_, err, callback)  # a listener for 'error' may still be added
        else:
            callback(None)

    def _endDestroy_(self, error: BaseException | None, callback: Any) -> None:
        # Without a listener the peer's disconnect is not reported.
        callback(error if self.listenerCount("error") else None)

    def __repr__(self) -> str:
        """`<IncomingMessage GET /path, 200 B so far>` of a request, `<IncomingMessage 200 OK>` of an answer."""
        name = type(self).__name__
        try:
            said = (
                f"{self.statusCode} {self.statusMessage}"
                if self.statusCode is not None
                else f"{self.method} {self.url}"
            )
            state = "destroyed" if self.destroyed else "complete" if self.complete else "incomplete"
            return f"<{name} {said.encode('unicode_escape').decode()}, {state}>"
        except AttributeError:  # half made
            return f"<{name}>"

    def _onfault_(self) -> None:
        """A listener raised and no handler took the error: it was logged, and the message is given up.

        Not in Node: see `net.Socket._onfault_`.
        """
        connection = getattr(self.socket, "_httpConnection_", None)
        if self.statusCode is not None:
            self.destroy()  # a response: its connection may be another request's by now
        elif connection is not None:
            connection.giveUp(self)
        elif self.socket is not None:
            self.socket.destroy()

    # -- called by the parser's owner

    def _setHead_(self, parser: Any) -> None:
        """Set the head from the parser."""
        if parser.lenient:
            self._rawHeaders_ = parser.rawHeaders
        else:
            self._head_ = parser.head
        self.httpVersion = parser.httpVersion

    def _announcesBody_(self) -> bool:
        """Whether the head announces a body."""
        headers = self.headers
        return "content-length" in headers or "transfer-encoding" in headers

    def _end_(self, rawTrailers: list[str]) -> None:
        """The message is complete: nothing more will be pushed."""
        self._complete_ = True
        if rawTrailers:
            self._rawTrailers_ = rawTrailers
        if not self._started_:
            return
        if self._readLength_ and (self._resumeScheduled_ or self._readableListening_):
            self._consumed_ = True  # head and body came in one segment; Node has a tick between body and end
        if self._isPlain_():
            # As push(None), without a 'readable' that nobody hears and a read() that finds nothing.
            self._moveRead_(ENDED)
            if not (self._resumeScheduled_ and self._readSync_):  # else that tick does it
                self._scheduleEnd_()
        elif self._flowing_ and self._readSync_ and self._decoder_ is None and not self._readGate_ & (OVER | AT_END):
            # As push(None), with a body that is here and was not taken yet.
            self._readGate_ &= ~BUSY
            self._moveRead_(ENDED)
            if "readable" in self._events:
                self._scheduleReadable_()
            else:
                # The flow comes next and takes what is there: only a listener added meanwhile would hear of it.
                self._needReadable_, self._owesReadable_ = False, True
        else:
            self.push(None)

    def _isPlain_(self) -> bool:
        """True while what comes goes straight to 'data', and nobody can tell how the end is reached."""
        if not self._flowing_ or self._readLength_ or self._readableListening_ or self._decoder_ is not None:
            return False
        return not (self._readPhase_ or self._readGate_ & OVER)

    def _resumeTick_(self) -> None:
        if not self._readPhase_ or not self._flowing_ or self._needReadable_ or self._life_:
            super()._resumeTick_()
            return
        # The whole message came meanwhile: there is nothing to ask the source for.
        self._resumeScheduled_ = False
        if "resume" in self._events:
            self.emit("resume")
        self._flow_()

    def _flow_(self) -> None:
        if self._readPhase_ != ENDED or not self._flowing_:
            super()._flow_()
        elif not self._readLength_:
            self._scheduleEnd_()
        elif len(self._readBuffer_ or ()) == 1 and self._decoder_ is None and type(self).read is Readable.read:
            # The one piece that is left, without what `read` looks at for other cases.
            self._emittedReadable_ = False
            self._handOut_(self._takeNext_(), True)
            if self._readLength_:  # a listener has put something back
                super()._flow_()
        else:
            super()._flow_()

    def _emitReadableTick_(self) -> None:
        isAtEnd = self._endScheduled_ and not self._readLength_ and not self._readGate_ & OVER
        if isAtEnd and "readable" not in self._events:
            self._emittedReadable_ = False  # the body is read, its end is on its way, and nobody listens
        else:
            super()._emitReadableTick_()

    def _scheduleEnd_(self) -> None:
        if not self._endScheduled_:
            self._endScheduled_ = True
            super()._scheduleEnd_()

    def _endTick_(self) -> None:
        self._endScheduled_ = False
        if self._readLength_ or self._isPastEnd_():
            return
        if self._beforeEnd_ is not None:
            self._beforeEnd_()
        self._moveRead_(END_EMITTED)
        self.emit("end")
        if self._isCloseSeen_():
            self.destroy()
        else:
            self._life_ = GONE
            self._readGate_ |= IS_DESTROYED

    def _isPastEnd_(self) -> bool:
        """True when 'end' is out, or will not come."""
        return self._readPhase_ == END_EMITTED or self._life_ == GONE or self._errored_ is not None

    def _isCloseSeen_(self) -> bool:
        """False when nobody could tell that the tick of 'close' was left out."""
        if self._life_ or not self._complete_ or "close" in self._events:
            return True
        return self._abortController_ is not None or type(self)._destroy is not IncomingMessage._destroy

    def _dump(self) -> None:
        """Read and discard the rest: the response is sent and the request is not read."""
        if self._dumped or self._over_:
            return
        self._dumped = True
        if self._complete_ and not self._started_:
            # Not accessed, so the skipped stream is not observable.
            self._over_ = True
            return
        self.removeAllListeners("data")
        if self._complete_ and not self._readLength_ and not self.destroyed:
            self.read(0)  # only the end is left
        else:
            self.resume()

    def _dumpUnread_(self) -> None:
        """The response is sent and the request is unread: dump it, unless a read is about to start."""
        if not (self._started_ and self._resumeScheduled_):
            self._dump()

    def _wasCut_(self) -> None:
        """The end of the connection was the body's, and nobody vouches for it."""
        self._replace_("isCut", True)

    def _dumpAndCloseReadable(self) -> None:
        """As `_dump` of a request without a body that shall be over before its handler runs."""
        self._dumped = self._complete_ = self._over_ = True

    # -- what Node exposes

    @property
    def complete(self) -> bool:
        """True when the whole message came. Node: https://nodejs.org/api/http.html#messagecomplete

        Differs: a body that ends with a TLS connection which was cut may lack something, so it is not complete.
        """
        return self._complete_ and not self._replaced_.get("isCut")

    @complete.setter
    def complete(self, value: bool) -> None:
        self._complete_ = value

    @property
    def httpVersionMajor(self) -> int | None:
        """The first number of `httpVersion`, unless it was set to something else."""
        number: int | None = self._replaced_.get("httpVersionMajor", _number(self.httpVersion, 0))
        return number

    @httpVersionMajor.setter
    def httpVersionMajor(self, value: int | None) -> None:
        self._replace_("httpVersionMajor", value)

    @property
    def httpVersionMinor(self) -> int | None:
        """The second number of `httpVersion`, unless it was set to something else."""
        number: int | None = self._replaced_.get("httpVersionMinor", _number(self.httpVersion, 1))
        return number

    @httpVersionMinor.setter
    def httpVersionMinor(self, value: int | None) -> None:
        self._replace_("httpVersionMinor", value)

    @property
    def client(self) -> Any:
        """The socket, under an old name, unless it was set to something else."""
        return self._replaced_.get("client", self.socket)

    @client.setter
    def client(self, value: Any) -> None:
        self._replace_("client", value)

    def _replace_(self, name: str, value: Any) -> None:
        self._replaced_ = {**self._replaced_, name: value}

    @property
    def rawTrailers(self) -> list[str]:
        """Names and values of the trailers, in turn. Node: https://nodejs.org/api/http.html#messagerawtrailers"""
        if self._rawTrailers_ is None:
            self._rawTrailers_ = []
        return self._rawTrailers_

    @rawTrailers.setter
    def rawTrailers(self, value: list[str]) -> None:
        self._rawTrailers_ = value

    @property
    def req(self) -> Any:
        """Of a response: the request that it answers, for as long as somebody else holds that; `req.res` holds this.

        Two strong references would keep both until the garbage collector runs: a tenth of a client's time.
        """
        return self._request_() if self._request_ is not None else None

    @property
    def connection(self) -> Any:
        """The socket. Deprecated: use `socket`. Node: https://nodejs.org/api/http.html#messageconnection"""
        return self.socket

    @connection.setter
    def connection(self, value: Any) -> None:
        self.socket = value

    @property
    def rawHeaders(self) -> list[str]:
        """Names and values as they came, in turn. Node: https://nodejs.org/api/http.html#messagerawheaders"""
        raw = self._rawHeaders_
        if raw is None:
            raw = self._rawHeaders_ = splitHeaders(self._head_) if self._head_ is not None else []
        if self._maxHeaders_:
            del raw[2 * self._maxHeaders_ :]
        return raw

    @rawHeaders.setter
    def rawHeaders(self, value: list[str]) -> None:
        self._rawHeaders_ = value

    @property
    def headers(self) -> Headers:
        """Lower-case name to value, None for a header that did not come.

        Several lines of a name become one value, by the rules of the name.

        Node: https://nodejs.org/api/http.html#messageheaders
        """
        headers = self._headers_
        if headers is None:
            headers = self._headers_ = joinHeaders(self.rawHeaders, self.joinDuplicateHeaders)
        return headers

    @headers.setter
    def headers(self, value: Headers) -> None:
        self._headers_ = value

    @property
    def headersDistinct(self) -> DistinctHeaders:
        """Lower-case name to the list of its values. Node: https://nodejs.org/api/http.html#messageheadersdistinct"""
        if self._headersDistinct_ is None:
            self._headersDistinct_ = distinctHeaders(self.rawHeaders)
        return self._headersDistinct_

    @headersDistinct.setter
    def headersDistinct(self, value: DistinctHeaders) -> None:
        self._headersDistinct_ = value

    @property
    def trailers(self) -> Headers:
        """As `headers`, of the trailers; empty before 'end'. Node: https://nodejs.org/api/http.html#messagetrailers"""
        if self._trailers_ is None:
            trailers = joinHeaders(self.rawTrailers, self.joinDuplicateHeaders)
            if not self._complete_:
                return trailers
            self._trailers_ = trailers
        return self._trailers_

    @trailers.setter
    def trailers(self, value: Headers) -> None:
        self._trailers_ = value

    @property
    def trailersDistinct(self) -> DistinctHeaders:
        """As `headersDistinct`, of the trailers. Node: https://nodejs.org/api/http.html#messagetrailersdistinct"""
        if self._trailersDistinct_ is None:
            trailers = distinctHeaders(self.rawTrailers)
            if not self._complete_:
                return trailers
            self._trailersDistinct_ = trailers
        return self._trailersDistinct_

    @trailersDistinct.setter
    def trailersDistinct(self, value: DistinctHeaders) -> None:
        self._trailersDistinct_ = value

    @property
    def signal(self) -> AbortSignal:
        """Aborted when the message is cut off, or its socket closes before the response is sent.

        Node: https://nodejs.org/api/http.html#messagesignal
        """
        controller = self._abortController_
        if controller is None:
            from ...abort import AbortController

            controller = self._abortController_ = AbortController()
            if self.aborted or self.socket is None or self.socket.destroyed:
                controller.abort()
            else:
                self.socket.once("close", controller.abort)
        return controller.signal

    def setTimeout(self: _Self, msecs: float, callback: Any = None) -> _Self:
        """Emit 'timeout' when the socket is idle for `msecs` milliseconds.

        Node: https://nodejs.org/api/http.html#messagesettimeoutmsecs-callback
        """
        if callback is not None and isTruthy(callback):
            self.on("timeout", callback)
        self.socket.setTimeout(msecs)
        return self

    def _forgetSignal_(self) -> None:
        """The response is sent: the socket no longer affects the signal."""
        if self._abortController_ is not None and self.socket is not None:
            self.socket.removeListener("close", self._abortController_.abort)


class Untouched(IncomingMessage):
    """A request whose stream is set up on first use; from then on it is an IncomingMessage.

    Each attribute of the stream is a property here that sets it up. A `__getattr__` would do, too, but makes every
    attribute that is there thirty times as dear (`python -m benchmarks.instructions hello`).
    """

    __slots__ = ()

    __init__ = IncomingMessage._setFields_

    def _start_(self) -> None:
        self.__class__ = IncomingMessage  # type: ignore[assignment]
        self._start_()


def _onFirstUse(name: str) -> property:
    """An attribute of the stream that is not set up yet."""

    def read(self: Untouched) -> Any:
        self._start_()
        return getattr(self, name)

    def write(self: Untouched, value: Any) -> None:
        self._start_()
        setattr(self, name, value)

    return property(read, write)


for _name in (*BaseStream.__slots__, "_events"):
    setattr(Untouched, _name, _onFirstUse(_name))
# What it is called before is not to be seen.
Untouched.__name__, Untouched.__qualname__ = IncomingMessage.__name__, IncomingMessage.__qualname__


def _number(version: str | None, at: int) -> int | None:
    return None if version is None else parseVersion(version)[at]


def startReading(socket: Any) -> None:
    """Let a socket read on after a message was full."""
    connection = getattr(socket, "_httpConnection_", None)
    if connection is not None:
        connection.startReading()
    elif not socket.destroyed:
        socket.resume()


def joinHeaders(raw: list[str], joinDuplicates: bool = False) -> Headers:
    """Lower-case names to values, joined as Node joins each name."""
    headers: dict[str, Any] = {}
    rest = iter(raw)
    for name, value in zip(rest, rest, strict=True):
        name = name.lower()
        if name not in headers:
            headers[name] = [value] if name == "set-cookie" else value
        elif name == "set-cookie":
            headers[name].append(value)
        elif name == "cookie":
            headers[name] += "; " + value
        elif joinDuplicates or name not in _SINGLE:
            headers[name] += ", " + value
    return OpenRecord(headers)


def distinctHeaders(raw: list[str]) -> DistinctHeaders:
    """Lower-case names to lists of values."""
    headers: DistinctHeaders = BareRecord()
    for name, value in zip(raw[::2], raw[1::2], strict=True):
        headers.setdefault(name.lower(), []).append(value)
    return headers
