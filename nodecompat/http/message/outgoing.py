"""http.OutgoingMessage: what ServerResponse and ClientRequest share.

Follows `http.OutgoingMessage` of Node 26. As there it is no Writable, but has the same methods and properties.
`fields.py` keeps its headers, `head.py` makes the head; here it is joined with the body and passed to the socket.

How bytes are sent. Pieces of the body that are written in one turn are collected (`_pieces_`) and leave in the next
tick as one chunk, in one write to the socket together with the head; `end` does not wait for the tick. So a response
of `end(data)` is a single write. Without a socket (a client still connecting, a pipelined response waiting for its
turn) bytes wait in `outputData`.

Differs: the head is always latin-1. Node sends it as UTF-8 when the first piece of the body is a string, so that
the bytes of a header depend on the body behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ... import errors
from ...coercion import optionsOf
from ...events import EventEmitter
from ...reactor.loop import ticks
from ...validators import isTruthy
from . import head
from .fields import OutgoingHeaders
from .pieces import JOIN_LIMIT, SIZE_LINES, SMALL, callWith, isChunk, joined, sizeLine, toBytes, writeParts

if TYPE_CHECKING:
    from typing import Literal, overload

    from typing_extensions import Self

    from ...encodings import Data
    from ...events.listeners import Listener, Listener0, Listener1, Listener2
    from ...net.socket import Socket
    from ...stream.core.readable import Readable
    from ...symbols import Symbol

HIGH_WATER_MARK = 64 * 1024  # bytes, the default of every byte stream since Node 22
FRAMED = 4096  # bytes: a piece up to here is copied with its framing at once
FRAMING = 32  # bytes, more than the line before a chunk and its line end take

_Self = TypeVar("_Self", bound="OutgoingMessage")
Callback = Callable[..., object]


class OutgoingMessage(OutgoingHeaders):
    """A message being written: head, body, trailers.

    Args:
        options: mapping with `highWaterMark` (bytes) and `rejectNonStandardBodyWrites` (raise on a body where none
            may be).
    Emits:
        prefinish: `end` was called and everything is with the socket.
        finish: everything was passed to the operating system.
        drain: it is time to write again.
        timeout: the socket was idle for the time of `setTimeout`.
        error: error.
        close: the message is over.
        socket: socket, before it has one.
    Node: https://nodejs.org/api/http.html#class-httpoutgoingmessage
    """

    __slots__ = (
        "_closed",
        "_contentLength",
        "_endCallbacks_",
        "_hasBody",
        "_headerSent",
        "_highWaterMark_",
        "_isPlain_",
        "_keepAliveTimeout",
        "_last",
        "_maxRequestsPerSocket_",
        "_written_",
        "chunkedEncoding",
        "destroyed",
        "finished",
        "maxRequestsOnConnectionReached",
        "outputData",
        "shouldKeepAlive",
        "socket",
        "strictContentLength",
        "useChunkedEncodingByDefault",
    )

    __events__: dict[str, tuple[str, ...]] = {
        "prefinish": (),
        "finish": (),
        "drain": (),
        "timeout": (),
        "error": ("error: Any",),
        "close": (),
        "pipe": ("src: Readable",),
        "socket": ("socket: Socket",),
        "unpipe": ("src: Readable",),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "prefinish",
            "finish",
            "drain",
            "timeout",
            "error",
            "close",
            "pipe",
            "socket",
            "unpipe",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener1[Readable])
        _F4 = TypeVar("_F4", bound=Listener1[Socket])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["prefinish", "finish", "drain", "timeout", "close"], listener: Listener0
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"], listener: Listener1[Readable]) -> Self: ...
        @overload
        def on(self, eventName: Literal["socket"], listener: Listener1[Socket]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(
            self, eventName: Literal["prefinish", "finish", "drain", "timeout", "close"]
        ) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["socket"]) -> Callable[[_F4], _F4]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    #: Of a client request: what keeps its socket. A message without one leaves that to its other settings.
    agent: Any = None
    #: Of a response: the request that it answers. Node: https://nodejs.org/api/http.html#responsereq
    req: Any = None

    # What few messages have or read is an attribute of the class until it is set; what every head reads is a slot.
    writable = True
    _strictLength_ = 0
    _trailer = ""
    _onPendingData: Callable[[int], object] | None = None
    _errored_: BaseException | None = None
    _flushError_: BaseException | None = None
    #: Bytes in `outputData`.
    outputSize: int = 0
    #: Of the body, for the next chunk: None until the first is written. And their bytes.
    _pieces_: list[bytes] | None = None
    _piecesLength_ = 0
    _piecesCallbacks_: list[Callback] | None = None
    _flushScheduled_ = False
    _needDrain_ = False
    _corked_ = 0
    _uniqueHeaders_: frozenset[str] | None = None
    _rejectNonStandardBodyWrites_ = False
    _isHeld_ = False

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        # What EventEmitter's constructor does, without the call: once per request, on both sides.
        self._events = {}
        if EventEmitter.captureRejections:
            self._captures_ = True
        #: Nothing of it has left or waits, and nothing stands against sending it whole.
        self._isPlain_ = True
        self.outputData: list[tuple[bytes, Callback | None]] = []
        #: Refuse a body that is longer or shorter than its Content-Length.
        self.strictContentLength: Any = False
        self._endCallbacks_: list[Callback] | None = None
        self.destroyed: bool = False
        self._last = False
        self._unwanted_ = head.HAS_DATE
        self.chunkedEncoding: bool = False
        self.useChunkedEncodingByDefault: bool = True
        self.shouldKeepAlive: bool = True
        self.maxRequestsOnConnectionReached: bool = False
        self._maxRequestsPerSocket_ = 0
        self._contentLength: float | None = None
        self._hasBody = True
        self.finished: bool = False
        self._written_ = False
        self._headerSent = False
        self._closed = False
        self.socket: Any = None
        self._header: str | None = None
        self._outHeaders_: dict[str, tuple[str, Any]] | None = None
        self._keepAliveTimeout: float = 0
        self._highWaterMark_ = HIGH_WATER_MARK
        if options:
            given = options if type(options) is dict else optionsOf(options)
            self._highWaterMark_ = given.get("highWaterMark") or HIGH_WATER_MARK
            self._rejectNonStandardBodyWrites_ = isTruthy(given.get("rejectNonStandardBodyWrites"))

    # -- state that Node exposes

    @property
    def connection(self) -> Any:
        """The socket. Deprecated: use `socket`."""
        return self.socket

    @connection.setter
    def connection(self, value: Any) -> None:
        self.socket = value

    @property
    def headersSent(self) -> bool:
        """True once the head is fixed: no header can be set any more.

        Node: https://nodejs.org/api/http.html#outgoingmessageheaderssent
        """
        return self._header is not None

    @property
    def errored(self) -> BaseException | None:
        """The error the message was destroyed with, or None."""
        return self._errored_

    @property
    def closed(self) -> bool:
        """True when 'close' was emitted, or is about to be."""
        return self._closed

    @property
    def writableEnded(self) -> bool:
        """True once `end` was called. Node: https://nodejs.org/api/http.html#outgoingmessagewritableended"""
        return self.finished

    @property
    def writableFinished(self) -> bool:
        """True when everything was taken by the operating system.

        Node: https://nodejs.org/api/http.html#outgoingmessagewritablefinished
        """
        return self._written_

    @property
    def writableObjectMode(self) -> bool:
        """Always False. Node: https://nodejs.org/api/http.html#outgoingmessagewritableobjectmode"""
        return False

    @property
    def writableLength(self) -> int:
        """Bytes that wait to be sent. Node: https://nodejs.org/api/http.html#outgoingmessagewritablelength"""
        waiting = self.outputSize + self._collectedLength_()
        return waiting + int(self.socket.writableLength) if self.socket is not None else waiting

    def _collectedLength_(self) -> int:
        """What the collected pieces will be on the wire, with the head before them and their framing."""
        size = self._piecesLength_
        if size and self.chunkedEncoding:
            size += (size.bit_length() + 3) // 4 + 4
        return size if self._headerSent or not self._pieces_ else size + len(self._header or "")

    @property
    def writableHighWaterMark(self) -> int:
        """Bytes from which `write` returns False.

        Node: https://nodejs.org/api/http.html#outgoingmessagewritablehighwatermark
        """
        return int(self.socket.writableHighWaterMark) if self.socket is not None else self._highWaterMark_

    @property
    def writableCorked(self) -> int:
        """How often `uncork` must be called. Node: https://nodejs.org/api/http.html#outgoingmessagewritablecorked"""
        return self._corked_ + self._flushScheduled_

    @property
    def writableNeedDrain(self) -> bool:
        """True when 'drain' will come."""
        return not self.destroyed and not self.finished and self._needDrain_

    # -- the head

    def flushHeaders(self) -> None:
        """Send the head now, before any body. Node: https://nodejs.org/api/http.html#outgoingmessageflushheaders"""
        if self._header is None:
            self._implicitHeader()
        if not self._headerSent and not self._pieces_:  # else the head leaves with them
            self._transmit_(self._takeOut_(), None)

    def addTrailers(self, headers: Any) -> None:
        """Set the trailers, which are sent behind a chunked body and lost with any other.

        Args:
            headers: a mapping, or a list of pairs.
        Raises:
            ERR_INVALID_HTTP_TOKEN, ERR_INVALID_CHAR.
        Node: https://nodejs.org/api/http.html#outgoingmessageaddtrailersheaders
        """
        self._trailer = head.trailerLines(headers, self._uniqueHeaders_ or ())
        self._isPlain_ = False

    def _implicitHeader(self) -> None:
        """Make the head from the settings: each kind of message knows its first line."""
        raise errors.ERR_METHOD_NOT_IMPLEMENTED("_implicitHeader()")

    def _storeHeader(self, firstLine: str, headers: Any = None) -> None:
        """Fix the head. `headers`: None for those that were set; else a mapping, list of pairs or flat list."""
        pairs: Iterable[tuple[str, Any]]
        if headers is None:
            pairs = self._outHeaders_.values() if self._outHeaders_ else ()
        else:
            pairs = headers.items() if type(headers) is dict else head.pairsOf(headers)
        self._header, given = head.buildHead(self, firstLine, pairs)
        self._headerSent = False
        # A head that asks for "100 Continue" must not wait for the body that waits for it.
        if given & head.HAS_EXPECT:
            self._transmit_(self._takeOut_(), None)

    # -- body

    def write(self, chunk: Data, encoding: Any = None, callback: Callback | None = None) -> bool:
        """Send a piece of the body.

        Args:
            chunk: str or bytes-like.
            encoding: of a str, "utf8" when left out.
            callback: called with an error or nothing when the operating system has it.
        Returns:
            False when it is time to wait for 'drain'.
        Raises:
            ERR_STREAM_NULL_VALUES, ERR_INVALID_ARG_TYPE, ERR_HTTP_BODY_NOT_ALLOWED, ERR_HTTP_CONTENT_LENGTH_MISMATCH.
        Node: https://nodejs.org/api/http.html#outgoingmessagewritechunk-encoding-callback
        """
        if encoding is not None and callable(encoding):
            encoding, callback = None, encoding
        if type(chunk) is bytes:
            data = chunk
        elif type(chunk) is str and encoding is None and chunk.isascii():
            data = chunk.encode()
        else:
            data = toBytes(chunk, encoding)
        self._isPlain_ = False
        if self.finished or self.destroyed:
            return self._refuse_(callback)
        if self.strictContentLength:
            self._countBody_(len(data), False)
        if self._header is None:
            self._implicitHeader()
        if not self._hasBody:
            return self._dropBody_(callback)
        if self.strictContentLength and self._isTooLong_():
            return self._withhold_(callback)
        if self._pieces_ is None:
            self._pieces_ = [data]
        else:
            self._pieces_.append(data)
        self._piecesLength_ += len(data)
        if callback is not None:
            self._noteCallback_(callback)
        socket = self.socket
        if not self._corked_ and not self._flushScheduled_:
            if socket is None or socket._httpMessage is not self or socket.writableCorked:
                return self._flushPieces_()
            # Everything that is written before the next tick leaves as one chunk, in one system call.
            self._flushScheduled_ = True
            ticks.nextTick(self._flushTick_)
        return self._hasRoom_()

    if TYPE_CHECKING:

        @overload
        def end(
            self: _Self, chunk: Data | None = ..., encoding: str | None = ..., callback: Callback | None = None, /
        ) -> _Self: ...
        @overload
        def end(self: _Self, chunk: Data, callback: Callback, /) -> _Self: ...
        @overload
        def end(self: _Self, callback: Callback, /) -> _Self: ...

    def end(self: _Self, chunk: Any = None, encoding: Any = None, callback: Callback | None = None) -> _Self:
        """Finish the message, with a last piece of the body if given.

        Args:
            chunk, encoding: as for `write`.
            callback: called before 'finish', or with an error.
        Raises:
            as `write`.
        Node: https://nodejs.org/api/http.html#outgoingmessageendchunk-encoding-callback
        """
        data = chunk
        if type(chunk) is str and encoding is None and chunk.isascii():
            data = chunk.encode()
        elif type(chunk) is not bytes:
            if callable(chunk):
                chunk, encoding, callback = None, None, chunk
            elif encoding is not None and callable(encoding):
                encoding, callback = None, encoding
            if chunk is None:
                data = b""
            else:
                data = toBytes(chunk, encoding) if type(chunk) is str or isTruthy(chunk) else b""
        elif encoding is not None and callable(encoding):
            callback = encoding
        if self.finished or self.destroyed:
            return self._endAgain_(isChunk(chunk), callback)
        if self._header is None:
            self._contentLength = len(data)
            self._implicitHeader()
        if callback is not None:
            self._noteEndCallback_(callback)
        if self.strictContentLength:
            self._countBody_(len(data), True)
        if not self._hasBody:
            if self._rejectNonStandardBodyWrites_ and isChunk(chunk):
                raise errors.ERR_HTTP_BODY_NOT_ALLOWED()
            data = b""
        if self._isPlain_ and len(data) <= JOIN_LIMIT:
            self._endPlain_(data)
        else:
            self._endInParts_(data)
        return self

    def cork(self) -> None:
        """Collect what is written until `uncork`. Node: https://nodejs.org/api/http.html#outgoingmessagecork"""
        self._corked_ += 1
        self._isPlain_ = False
        if self.socket is not None and not self.finished:  # else nobody would uncork it for the next message
            self.socket.cork()

    def uncork(self) -> None:
        """Send what was collected since `cork`. Node: https://nodejs.org/api/http.html#outgoingmessageuncork"""
        isFlushed = False
        if self._corked_:
            self._corked_ -= 1
            if not self._corked_ and self._pieces_ and not self._flushScheduled_:
                self._flushPieces_()
                isFlushed = self.chunkedEncoding
        if self.socket is not None and not self.finished:
            self.socket.uncork()
        if isFlushed and self._needDrain_ and not self.destroyed and not self.writableLength:
            self._needDrain_ = False
            self.emit("drain")  # at once, as in Node: the socket has taken it all

    def pipe(self, *args: Any, **options: Any) -> Any:
        """Not possible: a message is written, not read. Emits 'error' ERR_STREAM_CANNOT_PIPE.

        Node: https://nodejs.org/api/http.html#outgoingmessagepipe
        """
        self.emit("error", errors.ERR_STREAM_CANNOT_PIPE())

    def setTimeout(self: _Self, msecs: float, callback: Callback | None = None) -> _Self:
        """Emit 'timeout' when the socket is idle for `msecs` milliseconds, now or when there is one.

        Node: https://nodejs.org/api/http.html#outgoingmessagesettimeoutmsecs-callback
        """
        if callback is not None and isTruthy(callback):
            self.on("timeout", callback)
        if self.socket is None:
            self.once("socket", lambda socket: socket.setTimeout(msecs))
        else:
            self.socket.setTimeout(msecs)
        return self

    def destroy(self: _Self, error: BaseException | None = None) -> _Self:
        """Give up the message and its socket. Node: https://nodejs.org/api/http.html#outgoingmessagedestroyerror"""
        if self.destroyed:
            return self
        self._isPlain_, self.destroyed = False, True
        self._errored_ = error
        pieces, self._piecesCallbacks_ = self._piecesCallbacks_, None
        self._failPieces_(pieces, self.socket)
        if self.socket is not None:
            self.socket.destroy(error)
        else:
            ticks.nextTick(self._closeOnce_)
        return self

    def _closeOnce_(self) -> None:
        if not self._closed:
            self._isPlain_ = False
            self.destroyed = self._closed = True
            self.emit("close")

    def captureRejection(self, error: BaseException, eventName: Any, *args: Any) -> None:
        """A coroutine listener failed (with captureRejections): the message is given up."""
        self.destroy(error)

    def _onfault_(self) -> None:
        """A listener raised and no handler took the error: see `IncomingMessage._onfault_`."""
        if self.socket is not None:
            self.destroy()

    # -- on the way to the socket

    def _endPlain_(self, data: bytes) -> None:
        """End a message of which nothing has left and nothing waits: head and body are one piece."""
        whole = self._header.encode("latin-1")  # type: ignore[union-attr]
        if self.chunkedEncoding and self._hasBody:
            size = len(data)
            line = SIZE_LINES[size] if size < SMALL else sizeLine(size)
            whole = b"".join((whole, line, data, b"\r\n0\r\n\r\n")) if data else whole + b"0\r\n\r\n"
        elif data:
            whole += data
        self._isPlain_ = False
        self._headerSent = self.finished = True
        if not self._sendWhole_(whole):
            self._leave_([whole])

    def _sendWhole_(self, whole: bytes) -> bool:
        """Send a plain message in a way shorter than `_leave_`. Returns: False when there is none."""
        return False

    def _endInParts_(self, data: bytes) -> None:
        """End any message: behind what has left or waits."""
        if data:
            self._pieces_ = [*(self._pieces_ or ()), data]
            self._piecesLength_ += len(data)
        parts = self._takeOut_()
        if self.chunkedEncoding and self._hasBody:
            parts.append(f"0\r\n{self._trailer}\r\n".encode("latin-1") if self._trailer else b"0\r\n\r\n")
        self._corked_ = 0
        self._isPlain_ = False
        self.finished = True
        self._leave_(parts)

    def _leave_(self, parts: list[bytes]) -> None:
        """Write the last of the message, and finish when the socket has it."""
        socket = self.socket
        if not parts and (socket is None or self.outputData or socket.writableLength):
            parts.append(b"")  # 'finish' comes behind what waits
        if parts:
            self._transmit_(parts, self._onLastWritten_)
        else:
            ticks.nextTick(self._onLastWritten_)
        if socket is not None:
            while socket.writableCorked:  # however often it was corked, and by whom
                socket.uncork()
            if not self.outputData and socket._httpMessage is self:
                self._finish()

    def _takeOut_(self) -> list[bytes]:
        """What is ready to leave: the head if it has not left yet, and the collected pieces as one chunk."""
        parts: list[bytes] = []
        if not self._headerSent:
            assert self._header is not None, "a message has its head before its body"
            parts.append(self._header.encode("latin-1"))
            self._headerSent = True
        pieces, size = self._pieces_, self._piecesLength_
        if pieces is None:
            return parts
        if size:
            if self.chunkedEncoding and size < FRAMED and not parts and len(pieces) == 1:
                parts.append(b"%x\r\n%b\r\n" % (size, pieces[0]))
            elif self.chunkedEncoding:
                parts.append(sizeLine(size))
                parts += pieces
                parts.append(b"\r\n")
            else:
                parts += pieces
        self._pieces_, self._piecesLength_ = None, 0
        return parts

    def _transmit_(self, parts: list[bytes], callback: Callback | None) -> bool:
        """Pass bytes to the socket, or keep them until there is one."""
        self._isPlain_ = False
        pieces = self._piecesCallbacks_
        if pieces is not None:
            callback = self._withWriteCallbacks_(callback)
        socket = self.socket
        hasTurn = socket is not None and socket._httpMessage is self
        if hasTurn and socket.destroyed:
            return self._failPieces_(pieces, socket)  # it will never be read
        if not hasTurn or not socket.writable:
            return self._keep_(parts, callback)
        if self.outputData:
            if self._isHeld_:
                parts[:0] = [data for data, _ in self.outputData]
                self.outputData, self.outputSize = [], 0
            else:
                self._flushOutput(socket)
        data = parts[0] if len(parts) == 1 else joined(parts)
        if data is not None:
            return bool(socket.write(data, None, callback))
        return writeParts(socket, parts, callback)

    def _keep_(self, parts: list[bytes], callback: Callback | None) -> bool:
        """Keep bytes until it is this message's turn on a socket."""
        data = b"".join(parts)
        self.outputData.append((data, callback))
        self.outputSize += len(data)
        if self._onPendingData is not None:
            self._onPendingData(len(data))
        return self.outputSize < self._highWaterMark_

    def _hasRoom_(self) -> bool:
        """The result of `write`; if False, 'drain' will come."""
        socket = self.socket
        waiting = self._piecesLength_ + (self.outputSize if socket is None else socket.writableLength)
        mark: int = self._highWaterMark_
        # The first sum is enough for most: there is room whatever the head and the framing take.
        if waiting + len(self._header) + FRAMING < mark or self.writableLength < mark:  # type: ignore[arg-type]
            return True
        self._needDrain_ = True
        return False

    def _flushTick_(self) -> None:
        if self._flushScheduled_:
            self._flushScheduled_ = False
            isDue = not self._corked_ and (self._pieces_ or not self._headerSent) and not self.finished
            if isDue and not self._holdForEnd_():
                self._flushPieces_()

    def _holdForEnd_(self) -> bool:
        """Keep what is ready (`_hold_`) when `end` will be called soon: it leaves with that in one system call.

        Returns: False when nothing was done.
        """
        return False

    def _hold_(self) -> None:
        """Keep what is ready until `_release_` or the end."""
        self._isHeld_ = True
        for part in self._takeOut_():
            self.outputData.append((part, None))
            self.outputSize += len(part)

    def _release_(self) -> None:
        self._isHeld_ = False
        if self.outputData and not self.finished:
            self._flush()

    def _flushPieces_(self) -> bool:
        isChunk = self.chunkedEncoding and self._piecesLength_ > 0
        parts = self._takeOut_()
        if not parts and self._piecesCallbacks_ is None:
            return self.writableLength < self._highWaterMark_
        taken = self._transmit_(parts or [b""], None)
        if not self._needDrain_:
            self._needDrain_ = not taken
        elif isChunk and self.writableLength == 0 and not (self.destroyed or self.socket.destroyed):
            self._onDrain_()  # the socket's 'drain', of an earlier mark, would come later
        elif taken and self.socket is not None and not self.socket.writableNeedDrain:
            ticks.nextTick(self._onDrain_)
        return taken

    def _flush(self) -> None:
        """The socket was assigned: send what has waited."""
        socket = self.socket
        if socket is None or not getattr(socket, "writable", False):
            return
        taken = self._flushOutput(socket)
        if self.finished:
            self._finish()
        elif taken is not False and self._needDrain_:
            self._onDrain_()

    def _flushOutput(self, socket: Any) -> Any:
        waiting, size = self.outputData, self.outputSize
        if not waiting:
            return None
        self.outputData, self.outputSize = [], 0
        if len(waiting) == 1 and size < socket.writableHighWaterMark:
            data, callback = waiting[0]
            taken = socket.write(data, None, callback)
        else:
            socket.cork()
            for data, callback in waiting:
                taken = socket.write(data, None, callback)
            socket.uncork()
        if self._onPendingData is not None:
            self._onPendingData(-size)
        return taken

    def _finish(self) -> None:
        self.emit("prefinish")

    def _onLastWritten_(self, error: BaseException | None = None) -> None:
        socket = self.socket
        if error is None and socket is not None:
            error = socket.errored  # destroyed with an error in the tick before this one
        if error is not None:
            self._flushError_ = error
            self._callEndCallbacks_(error)
        elif not getattr(socket, "_hadError", False):
            self._written_ = True
            if self._endCallbacks_ is not None:
                self._callEndCallbacks_()
            self.emit("finish")

    def _onDrain_(self) -> None:
        """The socket has room again. Whoever assigns the socket calls this on its 'drain'."""
        if self._needDrain_ and not self.finished:
            self._needDrain_ = False
            self.emit("drain")

    # -- rare ways

    def _noteCallback_(self, callback: Callback) -> None:
        if self._piecesCallbacks_ is None:
            self._piecesCallbacks_ = []
        self._piecesCallbacks_.append(callback)

    def _noteEndCallback_(self, callback: Callback) -> None:
        if self._endCallbacks_ is None:
            self._endCallbacks_ = []
        self._endCallbacks_.append(callback)

    def _callEndCallbacks_(self, error: BaseException | None = None) -> None:
        """Before 'finish', whenever its listeners were added; or in its place, with the error."""
        callbacks, self._endCallbacks_ = self._endCallbacks_, None
        for callback in callbacks or ():
            callWith(callback, error)

    def _withWriteCallbacks_(self, last: Callback | None) -> Callback:
        """One callback for one write to the socket that carries several pieces."""
        callbacks = self._piecesCallbacks_ or []
        self._piecesCallbacks_ = None

        def written(error: BaseException | None = None) -> None:
            for callback in callbacks:
                callWith(callback, error)
            if last is not None:
                last(error)

        return written

    def _failPieces_(self, callbacks: list[Callback] | None, socket: Any) -> bool:
        for callback in callbacks or ():
            error = self._errored_ or getattr(socket, "errored", None) or errors.ERR_STREAM_DESTROYED("write")
            ticks.nextTick(callWith, callback, error)
        return False

    def _refuse_(self, callback: Callback | None) -> bool:
        """`write` after `end` or `destroy`."""
        if self.destroyed and not self.finished:
            if callback is not None:
                ticks.nextTick(callWith, callback, errors.ERR_STREAM_DESTROYED("write"))
        else:
            self._fail_(errors.ERR_STREAM_WRITE_AFTER_END(), callback)
        return False

    def _fail_(self, error: BaseException, callback: Callback | None) -> None:
        if not self.destroyed:
            ticks.nextTick(self._failNow_, error, callback)
        elif callback is not None:
            ticks.nextTick(callWith, callback, error)

    def _failNow_(self, error: BaseException, callback: Callback | None) -> None:
        if callback is not None:
            callWith(callback, error)
        if not self.destroyed:
            self.emit("error", error)

    def _endAgain_(self: _Self, hasChunk: bool, callback: Callback | None) -> _Self:
        """`end` after `end` or `destroy`."""
        if not self.finished:
            # Destroyed: nothing will leave, and 'finish' does not come.
            pieces, self._piecesCallbacks_ = self._piecesCallbacks_, None
            self._failPieces_(pieces, self.socket)
            if not hasChunk and self._headerSent and not (self.chunkedEncoding and self._hasBody):
                # As in Node, where nothing is left to be sent; a callback behind a last piece is lost with it.
                ticks.nextTick(self._endUnsent_)
                if callback is not None:
                    self._noteEndCallback_(callback)
            if self._header is None and not hasChunk:
                self._contentLength = 0
                self._implicitHeader()
            self._isPlain_, self.finished = False, True
            if not self.outputData and self.socket is not None and self.socket._httpMessage is self:
                self._finish()
        elif hasChunk:
            if not self.destroyed:
                self._fail_(errors.ERR_STREAM_WRITE_AFTER_END(), callback)
        elif callback is not None:
            if self.writableFinished:
                callWith(callback, errors.ERR_STREAM_ALREADY_FINISHED("end"))
            elif self._flushError_ is not None:
                ticks.nextTick(callWith, callback, self._flushError_)
            else:
                self._noteEndCallback_(callback)
        return self

    def _endUnsent_(self) -> None:
        socket = self.socket
        self._callEndCallbacks_(socket.errored if socket is not None else None)

    def _dropBody_(self, callback: Callback | None) -> bool:
        """A piece of body where there may be none (HEAD, 204, 304): ignored, or refused if so asked."""
        if self._rejectNonStandardBodyWrites_:
            raise errors.ERR_HTTP_BODY_NOT_ALLOWED()
        if callback is not None:
            ticks.nextTick(callWith, callback, None)
        return True

    def _countBody_(self, size: int, isLast: bool) -> None:
        """strictContentLength: the body must be as long as its header says."""
        total = self._strictLength_ + size
        declared = self._promisedLength_()
        if declared is not None and (total != declared if isLast else total > declared):
            raise errors.ERR_HTTP_CONTENT_LENGTH_MISMATCH(total, declared)
        self._strictLength_ = total

    def _promisedLength_(self) -> float | None:
        """The length of the body by its header; None when nothing was promised."""
        isFramed = self._hasBody and not self._removedContLen and not self.chunkedEncoding
        return self._contentLength if isFramed and not self.hasHeader("transfer-encoding") else None

    def _isTooLong_(self) -> bool:
        """True when more was written than is promised by the head that the first `write` has made."""
        declared = self._promisedLength_()
        return declared is not None and self._strictLength_ > declared

    def _withhold_(self, callback: Callback | None) -> bool:
        """A first piece that is longer than promised: `end` will raise, so nothing of it may leave."""
        if callback is not None:
            error = errors.ERR_HTTP_CONTENT_LENGTH_MISMATCH(self._strictLength_, self._contentLength)
            ticks.nextTick(callWith, callback, error)
        return True
