"""Readable: a source of chunks.

Follows lib/internal/streams/readable.js of Node 26 by behaviour. Differs: `from` is `from_`; chunks are bytes, and a
text counts its code points, not its UTF-16 units; an async iterator that is dropped (a `break` out of `async for`)
destroys the stream at once, because Python does not call `aclose()` then. How it works, in named steps:

    push        puts a chunk into the buffer, or straight out as 'data' when the stream flows, nothing waits and
                `_read` is not running.
    read(n)     takes from the buffer; asks the source (`_read`) for more below the high-water mark.
    _flow_      reads until nothing is left or the stream pauses.
    ticks       `_readMoreTick_` fills the buffer up to the mark, `_emitReadableTick_` emits 'readable' (or flows on),
                `_endTick_` emits 'end'. Each is scheduled at most once at a time, except the last.

A class that feeds itself (a socket: data comes whether `_read` is called or not) sets `_selfPumping_`. Then BUSY
stays in `_readGate_` as long as push returns True, no tick is spent on asking for more, and `_read` is called again
only after push returned False (or at the start).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ...encodings import decode, encode, toBytes
from ...errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_METHOD_NOT_IMPLEMENTED,
    ERR_OUT_OF_RANGE,
    ERR_STREAM_PUSH_AFTER_EOF,
    ERR_STREAM_UNSHIFT_AFTER_END_EVENT,
    toText,
)
from ...events import EventEmitter, Listener
from ...events.emitter import _absent
from ...optionbags import check
from ...reactor.loop.ticks import nextTick
from ...string_decoder import StringDecoder
from ...validators import isTruthy
from .base import BaseStream
from .nodestate import ReadableState
from .options import (
    READABLE_HOOKS,
    FromOptions,
    PipeOptions,
    ReadableIteratorOptions,
    ReadableOptions,
    ReadableToWebOptions,
    adopt,
    merge,
    mergeChecked,
)
from .pipe import pipe, unpipe
from .predicates import isDisturbed
from .seam import seam
from .state import (
    AT_END,
    BUSY,
    END_EMITTED,
    ENDED,
    FINISHED,
    FLOW,
    GONE,
    IS_DESTROYED,
    IS_ERRORED,
    LIVE,
    MAX_HIGH_WATER_MARK,
    NOT_CONSTRUCTED,
    OPEN,
    OVER,
    READ_MOVES,
    READ_NAMES,
    chooseEncoding,
    chooseHighWaterMark,
    defaultMarks,
)

if TYPE_CHECKING:
    from typing import Literal

    from typing_extensions import Self, Unpack

    from ...events.listeners import Listener0, Listener1, Listener2
    from ...optionbags import Bag
    from ...symbols import Symbol
    from ..helpers.iterator import ReadableIterator
    from ..helpers.operators import Operators

    _D = TypeVar("_D", bound=EventEmitter)
else:
    Operators = object  # `stream/__init__` gives Readable these methods

__all__ = ["Readable"]

_DIGITS = re.compile(r"\s*[+-]?[0-9]+")
CHUNK_TYPES = ["string", "Buffer", "TypedArray", "DataView"]


class Readable(BaseStream, Operators):
    """A source of chunks, read by 'data', by 'readable' and read(), by pipe, or by `async for`.

    Implement `_read(size)`, and if wanted `_construct(callback)` and `_destroy(err, callback)`; or give them as
    options.

    Args: options: ReadableOptions, as a mapping or as keywords.
    Emits: close; data(chunk); end; error(err); pause; readable; resume.
    Raises: ERR_INVALID_ARG_VALUE (highWaterMark), ERR_UNKNOWN_ENCODING.
    Node: https://nodejs.org/api/stream.html#class-streamreadable
    """

    __slots__ = ()
    __events__: dict[str, tuple[str, ...]] = {
        "close": (),
        "data": ("chunk: Any",),
        "end": (),
        "error": ("err: Any",),
        "pause": (),
        "readable": (),
        "resume": (),
    }

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
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Any])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["close", "end", "pause", "readable", "resume"], listener: Listener0
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["data", "error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close", "end", "pause", "readable", "resume"]) -> Callable[[_F1], _F1]: ...
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

    _hasReadable_ = True
    _firstEvents_: tuple[str, ...] = ("close", "error", "data", "end", "readable")
    #: The source pushes by itself until push returns False. See the top of this file.
    _selfPumping_ = False
    if TYPE_CHECKING:
        _awaitDrain_: AbstractSet[Any] | None
        _dataEmitted_: bool
        _decoder_: StringDecoder | None
        _emittedReadable_: bool
        _flowing_: bool | None
        _multiAwaitDrain_: bool
        _needReadable_: bool
        _owesReadable_: bool
        _paused_: bool
        _pipes_: list[Any] | None
        _readDefaultEncoding_: str
        _readHighWaterMark_: int
        _readLength_: int
        _readObjectMode_: bool
        _readSync_: bool
        _readableListening_: bool
        _readingMore_: bool
        _resumeScheduled_: bool

    def __init__(self, options: ReadableOptions | Bag | None = None, /, **keywords: Unpack[ReadableOptions]) -> None:
        check(ReadableOptions, options, keywords)
        options = merge(options, keywords)
        EventEmitter.__init__(self, options)
        self._initLife_(options)
        self._initReading_(options, False)
        if options:
            adopt(self, options, READABLE_HOOKS)
            self._obeySignal_(options)
        self._startConstruct_()

    # -- events

    if not TYPE_CHECKING:  # else: the events, above

        def on(self, eventName: Any, listener: Any = _absent) -> Any:
            """As EventEmitter.on; a 'data' listener makes the stream flow, a 'readable' listener stops the flow.

            Node: https://nodejs.org/api/stream.html#event-data
            """
            if listener is _absent:
                return EventEmitter.on(self, eventName)  # the decorator comes back here
            self._add_(eventName, listener, False)
            if eventName == "data":
                self._onDataListener_()
            elif eventName == "readable":
                self._onReadableListener_()
            return self

        addListener = on

        def removeListener(self, eventName: Any, listener: Listener) -> Self:
            """As EventEmitter.removeListener; without 'readable' listeners the stream may flow again.

            Node: https://nodejs.org/api/events.html#emitterremovelistenereventname-listener
            """
            EventEmitter.removeListener(self, eventName, listener)
            if eventName == "readable":
                # Later: replacing a listener must not make the stream flow in between.
                nextTick(self._updateReadableListening_)
            return self

        off = removeListener

    def removeAllListeners(self, eventName: Any = _absent) -> Self:
        """As EventEmitter.removeAllListeners.

        Node: https://nodejs.org/api/events.html#emitterremovealllistenerseventname
        """
        EventEmitter.removeAllListeners(self, eventName)
        if eventName is _absent or eventName == "readable":
            nextTick(self._updateReadableListening_)
        return self

    # -- documented by Node, in its order

    def isPaused(self) -> bool:
        """True after pause(). Node: https://nodejs.org/api/stream.html#readableispaused"""
        return self._paused_ or self._flowing_ is False

    def pause(self) -> Any:
        """Stop the flow: further data is buffered.

        Emits: pause.
        Node: https://nodejs.org/api/stream.html#readablepause
        """
        if self._life_ > LIVE:
            return self
        if self._flowing_ is not False:
            self._flowing_ = False
            self.emit("pause")
        self._paused_ = True
        return self

    if TYPE_CHECKING:

        @overload
        def pipe(
            self, destination: _D, options: PipeOptions | Bag | None = None, /, **keywords: Unpack[PipeOptions]
        ) -> _D: ...
        @overload
        def pipe(
            self, destination: Any, options: PipeOptions | Bag | None = None, /, **keywords: Unpack[PipeOptions]
        ) -> Any: ...

    def pipe(
        self, destination: Any, options: PipeOptions | Bag | None = None, /, **keywords: Unpack[PipeOptions]
    ) -> Any:
        """Write everything to `destination` at its pace, and end it at the end.

        Args: options: PipeOptions; `end` False leaves the destination open.
        Returns: the destination.
        Example:
            >>> packing = stream.Readable.from_(["hello"]).pipe(zlib.createGzip())
            >>> zlib.gunzipSync(b"".join([chunk async for chunk in packing]))
            b'hello'

        Node: https://nodejs.org/api/stream.html#readablepipedestination-options
        """
        check(PipeOptions, options, keywords)
        return pipe(self, destination, merge(options, keywords))

    def read(self, size: Any = None) -> Any:
        """Read what is buffered, or `size` bytes of it.

        Args: size: bytes; without it the next chunk as it was pushed (with an encoding, all text that is there).
        Returns: bytes (str with an encoding, an object in object mode), or None when there is not enough yet or
            nothing will come any more. At the end, what is left comes although it is less than `size`.
        Emits: data, with what is returned.
        Raises: ERR_OUT_OF_RANGE for more than 1 GiB.
        Node: https://nodejs.org/api/stream.html#readablereadsize
        """
        if size is not None and (type(size) is int or (size := _toInteger(size)) is not None):
            return self._readSome_(size) if size else self._refill_()
        self._emittedReadable_ = self._owesReadable_ = False
        length = self._readLength_
        if not length and self._readPhase_:
            self._scheduleEnd_()
            return None
        mark = self._readHighWaterMark_
        if not self._readGate_ and (length <= mark or self._needReadable_ or length - self._nextSize_() < mark):
            self._askSource_()
            length = self._readLength_
        if not length:
            self._needReadable_ = True
            if self._readPhase_:
                self._scheduleEnd_()
            return None
        return self._handOut_(self._takeNext_(), True)

    @property
    def readable(self) -> bool:
        """True while read() may be called: not destroyed, not failed, not at the end. Node: #readablereadable"""
        return (
            self._readPossible_ and self._life_ <= LIVE and not self._errorEmitted_ and self._readPhase_ != END_EMITTED
        )

    @readable.setter
    def readable(self, value: Any) -> None:
        self._readPossible_ = bool(value)

    @property
    def readableAborted(self) -> bool:
        """True when the stream was destroyed or failed before 'end'. Node: #readablereadableaborted"""
        return (
            self._readPossible_
            and (self._life_ > LIVE or self._errored_ is not None)
            and self._readPhase_ != END_EMITTED
        )

    @property
    def readableDidRead(self) -> bool:
        """True after the first 'data'. Node: #readablereadabledidread"""
        return self._dataEmitted_

    @property
    def readableEncoding(self) -> str | None:
        """The encoding of setEncoding. Node: #readablereadableencoding"""
        return None if self._decoder_ is None else self._decoder_.encoding

    @property
    def readableEnded(self) -> bool:
        """True when 'end' is out. Node: #readablereadableended"""
        return self._readPhase_ == END_EMITTED

    @property
    def readableFlowing(self) -> bool | None:
        """None: nobody reads yet; True: the data flows; False: it was stopped. Node: #readablereadableflowing"""
        return self._flowing_

    @readableFlowing.setter
    def readableFlowing(self, value: bool | None) -> None:
        self._flowing_ = value

    @property
    def readableHighWaterMark(self) -> int:
        """How much the stream buffers before push answers False. Node: #readablereadablehighwatermark"""
        return self._readHighWaterMark_

    @property
    def readableLength(self) -> int:
        """How much is buffered: bytes or objects. Node: #readablereadablelength"""
        return self._readLength_

    @property
    def readableObjectMode(self) -> bool:
        """True in object mode. Node: #readablereadableobjectmode"""
        return self._readObjectMode_

    def resume(self) -> Any:
        """Let the data flow; without a 'data' listener it is lost.

        Emits: resume, in the next tick.
        Node: https://nodejs.org/api/stream.html#readableresume
        """
        if self._life_ > LIVE:
            return self
        if not self._flowing_:
            self._flowing_ = not self._readableListening_
            if not self._resumeScheduled_:
                nextTick(self._resumeTick_)
                self._resumeScheduled_ = True
        self._paused_ = False
        return self

    def setEncoding(self, encoding: str | None = None) -> Any:
        """Deliver str instead of bytes, including what is buffered; characters are never split.

        Raises: ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/stream.html#readablesetencodingencoding
        """
        decoder = StringDecoder(encoding)
        self._decoder_ = decoder
        buffer = self._readBuffer_
        if buffer:
            text = "".join([decoder.write(chunk) for chunk in buffer])
            buffer.clear()
            if text:
                buffer.append(text)
            self._readLength_ = len(text)
        return self

    def unpipe(self, destination: Any = None) -> Any:
        """Remove one destination, or all.

        Node: https://nodejs.org/api/stream.html#readableunpipedestination
        """
        return unpipe(self, destination)

    def unshift(self, chunk: Any, encoding: str | None = None) -> bool:
        """Put a chunk back in front of what is buffered.

        Node: https://nodejs.org/api/stream.html#readableunshiftchunk-encoding
        """
        return self._pushAnything_(chunk, encoding, True)

    def wrap(self, stream: Any) -> Any:
        """Read from an old-style stream, which only emits 'data' and 'end'.

        Node: https://nodejs.org/api/stream.html#readablewrapstream
        """
        from .wrap import wrap

        return wrap(self, stream)

    def __aiter__(self) -> ReadableIterator:
        return self.iterator()

    def iterator(
        self, options: ReadableIteratorOptions | Bag | None = None, /, **keywords: Unpack[ReadableIteratorOptions]
    ) -> ReadableIterator:
        """An async iterator over the chunks.

        Args: options: ReadableIteratorOptions; `destroyOnReturn` False keeps the stream when the loop is left.
        Node: https://nodejs.org/api/stream.html#readableiteratoroptions
        """
        check(ReadableIteratorOptions, options, keywords)
        made: ReadableIterator = seam.ReadableIterator(self, mergeChecked(options, keywords))
        return made

    @classmethod
    def from_(cls, iterable: Any, options: FromOptions | Bag | None = None, /, **keywords: Unpack[FromOptions]) -> Any:
        """A stream of what an iterable, generator, async generator or file gives.

        Args: iterable: str and bytes come out as one chunk; a file object or an asyncio StreamReader in blocks of
            the mark, see `stream.pipeline` (its lines: `from_(line for line in file)`). options: FromOptions;
            objectMode is True by default, except for files, which also have `autoClose` (True).
        Raises: ERR_INVALID_ARG_TYPE.
        Example:
            >>> readable = stream.Readable.from_(["a", "b"])
            >>> [chunk async for chunk in readable.map(str.upper)]
            ['A', 'B']

        Node: https://nodejs.org/api/stream.html#streamreadablefromiterable-options
        """
        check(FromOptions, options, keywords)
        return seam.fromIterable(cls, iterable, merge(options, keywords))

    @classmethod
    def fromWeb(
        cls, readableStream: Any, options: ReadableOptions | Bag | None = None, /, **keywords: Unpack[ReadableOptions]
    ) -> Any:
        """A Readable over a web ReadableStream.

        Args: options: ReadableOptions, as a mapping or as keywords.
        Node: https://nodejs.org/api/stream.html#streamreadablefromwebreadablestream-options
        """
        check(ReadableOptions, options, keywords)
        return seam.readableFromWeb(cls, readableStream, mergeChecked(options, keywords))

    @staticmethod
    def toWeb(
        streamReadable: Any,
        options: ReadableToWebOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableToWebOptions],
    ) -> Any:
        """A web ReadableStream over a Readable.

        Args: options: ReadableToWebOptions.
        Node: https://nodejs.org/api/stream.html#streamreadabletowebstreamreadable-options
        """
        check(ReadableToWebOptions, options, keywords)
        return seam.readableToWeb(streamReadable, mergeChecked(options, keywords))

    @staticmethod
    def isDisturbed(stream: Any) -> bool:
        """True when something was read from a stream, or it was given up. Node: #streamreadableisdisturbedstream"""
        return isDisturbed(stream)

    # -- for implementers

    def _read(self, size: int) -> None:
        """A hook of the user: fetch data and `push` it.

        Node: https://nodejs.org/api/stream.html#readable_readsize
        """
        raise ERR_METHOD_NOT_IMPLEMENTED("_read()")

    def push(self, chunk: Any, encoding: str | None = None) -> bool:
        """Add a chunk to the stream; None is the end. For implementers.

        Args: chunk: bytes or str, in object mode anything; encoding: of a str.
        Returns: False when enough is buffered: push no more until `_read` is called again.
        Emits: data, readable, end, all later or at once as the state wants.
        Node: https://nodejs.org/api/stream.html#readablepushchunk-encoding
        """
        # Common case: bytes (in object mode anything), and nothing to decode.
        if (
            ((type(chunk) is bytes and chunk) or (self._readObjectMode_ and chunk is not None))
            and self._decoder_ is None
            and not self._readGate_ & OVER
        ):
            if not self._selfPumping_:  # each push answers a `_read`
                self._readGate_ &= ~BUSY
            if self._flowing_ and not (self._readLength_ or self._readSync_) and "data" in self._events:
                # Straight out, as in `_addChunk_`, whose call would be 3 % of an echo through TLS.
                if self._awaitDrain_:
                    self._forgetDrain_()
                self._dataEmitted_ = True
                self.emit("data", chunk)
                if not self._readingMore_:
                    self._scheduleReadMore_()
            else:
                self._addChunk_(chunk, False)
            length = self._readLength_
            if not self._readGate_ & AT_END and (length < self._readHighWaterMark_ or not length):
                return True
            return self._canTakeMore_()
        return self._pushAnything_(chunk, encoding, False)

    # -- undocumented by Node, but used by programs

    @property
    def readableBuffer(self) -> list[Any]:
        """The buffered data."""
        return list(self._readBuffer_ or ())

    @property
    def _readableState(self) -> ReadableState:
        return ReadableState(self)

    def _undestroy(self) -> None:
        super()._undestroy()
        self._readPhase_ = FLOW
        self._needReadable_ = self._emittedReadable_ = False

    # -- set up

    def _initReading_(self, options: Mapping[str, Any] | None, isDuplex: bool) -> None:
        self._readObjectMode_ = False
        self._readHighWaterMark_ = defaultMarks[False]
        self._readDefaultEncoding_ = "utf8"
        self._decoder_ = None
        self._readBuffer_ = None
        self._readLength_ = 0
        self._readPhase_ = FLOW
        self._readPossible_ = True
        self._flowing_ = None
        self._paused_ = False
        self._readSync_ = True  # a push before the first _read must not emit at once: there can be no listener yet
        self._needReadable_ = False
        self._emittedReadable_ = False
        self._owesReadable_ = False
        self._readableListening_ = False
        self._resumeScheduled_ = False
        self._readingMore_ = self._selfPumping_  # as if the tick were always scheduled: it is never needed
        self._dataEmitted_ = False
        self._pipes_ = None
        self._awaitDrain_ = None
        self._multiAwaitDrain_ = False
        if options:
            self._takeReadingOptions_(options, isDuplex)

    def _takeReadingOptions_(self, options: Mapping[str, Any], isDuplex: bool) -> None:
        objectMode = bool(options.get("objectMode"))
        if isDuplex:
            objectMode = objectMode or bool(options.get("readableObjectMode"))
        self._readObjectMode_ = objectMode
        self._readHighWaterMark_ = chooseHighWaterMark(options, "readableHighWaterMark", isDuplex, objectMode)
        encoding = options.get("defaultEncoding")
        if encoding is not None:
            self._readDefaultEncoding_ = chooseEncoding(encoding)
        encoding = options.get("encoding")
        if encoding is not None and isTruthy(encoding):
            self._decoder_ = StringDecoder(encoding)

    def _afterConstruct_(self) -> None:
        if self._needReadable_:
            self._scheduleReadMore_()

    def _moveRead_(self, to: int) -> None:
        assert to in READ_MOVES[self._readPhase_], f"read: {READ_NAMES[self._readPhase_]} -> {READ_NAMES[to]}"
        self._readPhase_ = to
        if to:
            self._readGate_ |= AT_END
        else:
            self._readGate_ &= ~AT_END

    def _isDone_(self) -> bool:
        return self._readPhase_ == END_EMITTED

    # -- behind push

    def _pushAnything_(self, chunk: Any, encoding: str | None, inFront: bool) -> bool:
        """The slow path: any chunk in any state."""
        if chunk is None:
            self._readGate_ &= ~BUSY
            self._pushEnd_()
            return False
        decoded = False  # the chunk is already text, in the encoding of the decoder
        if not self._readObjectMode_:
            if isinstance(chunk, str):
                if not isinstance(encoding, str) or not encoding:
                    encoding = "utf8" if isTruthy(encoding) else self._readDefaultEncoding_
                decoder = self._decoder_
                decoded = decoder is not None and decoder.encoding == encoding
                if not decoded:
                    chunk = encode(chunk, encoding)
            elif (data := toBytes(chunk)) is not None:
                chunk = data
            else:
                self._errorOrDestroy_(ERR_INVALID_ARG_TYPE("chunk", CHUNK_TYPES, chunk))
                return False
            if not chunk:
                if not inFront:
                    self._endBusy_()
                    self._scheduleReadMore_()
                return self._canTakeMore_()
        if inFront:
            return self._putInFront_(chunk)
        return self._append_(chunk, decoded)

    def _putInFront_(self, chunk: Any) -> bool:
        if self._readPhase_ == END_EMITTED:
            self._errorOrDestroy_(ERR_STREAM_UNSHIFT_AFTER_END_EVENT())
        elif self._readGate_ & (IS_DESTROYED | IS_ERRORED):
            return False
        else:
            if self._decoder_ is not None and type(chunk) is bytes:
                # Not through the decoder: its pending bytes come after this chunk.
                chunk = decode(chunk, self._decoder_.encoding)
            self._addChunk_(chunk, True)
        return self._canTakeMore_()

    def _append_(self, chunk: Any, decoded: bool) -> bool:
        gate = self._readGate_
        if gate & OVER:
            if gate & AT_END:
                self._errorOrDestroy_(ERR_STREAM_PUSH_AFTER_EOF())
            return False
        self._endBusy_()
        if self._decoder_ is not None and not decoded and not isinstance(chunk, str):
            chunk = self._decoder_.write(chunk)
            if not chunk and not self._readObjectMode_:  # all of it is an incomplete character
                self._scheduleReadMore_()
                return self._canTakeMore_()
        self._addChunk_(chunk, False)
        return self._canTakeMore_()

    def _addChunk_(self, chunk: Any, inFront: bool) -> None:
        if self._flowing_ and not self._readLength_ and not self._readSync_ and "data" in self._events:
            # Straight out: it flows, nothing waits, `_read` is not running.
            if self._awaitDrain_:
                self._forgetDrain_()
            self._dataEmitted_ = True
            self.emit("data", chunk)
        else:
            self._readLength_ += 1 if self._readObjectMode_ else len(chunk)
            buffer = self._readBuffer_
            if buffer is None:
                buffer = self._readBuffer_ = deque()
            if inFront:
                buffer.appendleft(chunk)
            else:
                buffer.append(chunk)
            if self._needReadable_:
                self._scheduleReadable_()
        if not self._readingMore_:
            self._scheduleReadMore_()

    def _passedOn_(self) -> None:
        """What `_read` was asked for has gone to the only sink by another way."""
        self._endBusy_()
        self._dataEmitted_ = True
        if not self._readingMore_:
            self._scheduleReadMore_()

    def _forgetDrain_(self) -> None:
        """Data was delivered: no pipe is waited for any more."""
        self._awaitDrain_ = frozenset() if self._multiAwaitDrain_ else None

    def _endBusy_(self) -> None:
        if not self._selfPumping_:
            self._readGate_ &= ~BUSY

    def _canTakeMore_(self) -> bool:
        """The result of push."""
        if not self._readGate_ & AT_END and (self._readLength_ < self._readHighWaterMark_ or not self._readLength_):
            return True
        if self._selfPumping_:
            self._readGate_ &= ~BUSY  # the source stops and waits for _read
        return False

    def _pushEnd_(self) -> None:
        """The source has ended; buffered data can still be read."""
        if self._readPhase_ != FLOW:
            return
        if self._decoder_ is not None:
            rest = self._decoder_.end()
            if rest:
                buffer = self._readBuffer_
                if buffer is None:
                    buffer = self._readBuffer_ = deque()
                buffer.append(rest)
                self._readLength_ += 1 if self._readObjectMode_ else len(rest)
        self._moveRead_(ENDED)
        if self._readSync_:
            # Inside _read: let the reader that called it see the end first. Without a listener 'readable' is not
            # emitted now, but to the next listener.
            if self._needReadable_ or self._flowing_ or "readable" in self._events:
                self._scheduleReadable_()
            else:
                self._owesReadable_ = True
        else:
            self._needReadable_ = False
            self._emittedReadable_ = True
            self._emitReadableTick_()

    # -- behind read

    def _refill_(self) -> None:
        """read(0): takes nothing, but asks the source for more; with enough there, it says 'readable' instead."""
        mark, length = self._readHighWaterMark_, self._readLength_
        if self._readPhase_:
            if not length:
                self._scheduleEnd_()
            elif self._needReadable_:
                self._scheduleReadable_()
        elif self._needReadable_ and (length >= mark if mark else length > 0):
            self._scheduleReadable_()
        else:
            if not self._readGate_ and (not length or self._needReadable_ or length < mark):
                self._askSource_()
            self._needReadable_ = self._readLength_ <= self._readHighWaterMark_

    def _readSome_(self, size: int) -> Any:
        """read(n) with a number that is not 0."""
        if size > self._readHighWaterMark_:
            self._readHighWaterMark_ = _nextMark(size)
        self._emittedReadable_ = self._owesReadable_ = False
        count = self._howMuchToRead_(size)
        length = self._readLength_
        if not count and self._readPhase_:
            if not length:
                self._scheduleEnd_()
            return None
        # Request more when this read leaves less than the mark, so that the source works while we deliver.
        if not self._readGate_ and (not length or self._needReadable_ or length - count < self._readHighWaterMark_):
            self._askSource_()
            if not self._readGate_ & BUSY:  # it pushed synchronously: there may be enough now
                count = self._howMuchToRead_(size)
        chunk = self._takeFromBuffer_(count) if count > 0 and self._readLength_ else None
        return self._handOut_(chunk, size != (0 if chunk is None else count))

    def _askSource_(self) -> None:
        self._readGate_ = BUSY
        self._readSync_ = True
        if not self._readLength_:
            self._needReadable_ = True
        try:
            self._read(self._readHighWaterMark_)
        except Exception as error:
            self._hookRaised_(error, self._errorOrDestroy_)
        self._readSync_ = False

    def _handOut_(self, chunk: Any, pastEnd: bool) -> Any:
        """The end of every read. `pastEnd`: as much as there is was asked for, or more."""
        if chunk is None:
            self._needReadable_ = self._readLength_ <= self._readHighWaterMark_
        elif self._awaitDrain_:
            self._forgetDrain_()
        if not self._readLength_:
            if not self._readPhase_:
                self._needReadable_ = True
            elif pastEnd:
                self._scheduleEnd_()
        if chunk is not None and self._life_ != GONE and not self._errorEmitted_:
            self._dataEmitted_ = True
            self.emit("data", chunk)
        return chunk

    def _nextSize_(self) -> int:
        """How much read() will take of a buffer that is not empty."""
        if self._readObjectMode_:
            return 1
        if self._decoder_ is None or self._flowing_:
            return len(self._readBuffer_[0])  # type: ignore[index]
        return self._readLength_

    def _takeNext_(self) -> Any:
        """Remove and return what read() takes of a buffer that is not empty."""
        buffer = self._readBuffer_
        assert buffer is not None
        if self._readObjectMode_:
            self._readLength_ -= 1
            return buffer.popleft()
        if self._decoder_ is None or self._flowing_:
            # Chunks come out as they came in (Node 26; before, only while flowing). Texts are joined.
            chunk = buffer.popleft()
            self._readLength_ -= len(chunk)
            return chunk
        text = "".join(buffer)
        buffer.clear()
        self._readLength_ = 0
        return text

    def _howMuchToRead_(self, size: int) -> int:
        length = self._readLength_
        if size <= 0 or (not length and self._readPhase_):
            return 0
        if self._readObjectMode_:
            return 1
        if size <= length:
            return size
        return length if self._readPhase_ else 0

    def _takeFromBuffer_(self, count: int) -> Any:
        """Remove and return `count` bytes (or one object) from the front of a buffer that is not empty."""
        buffer = self._readBuffer_
        assert buffer is not None
        if self._readObjectMode_:
            self._readLength_ -= 1
            return buffer.popleft()
        first = buffer[0]
        size = len(first)
        if count == size:
            buffer.popleft()
            chunk = first
        elif count < size:
            buffer[0] = first[count:]
            chunk = first[:count]
        elif count >= self._readLength_:
            chunk = ("" if self._decoder_ is not None else b"").join(buffer)
            buffer.clear()
        else:
            chunk = self._joinFromBuffer_(buffer, count)
        self._readLength_ -= len(chunk)
        return chunk

    def _joinFromBuffer_(self, buffer: deque[Any], count: int) -> Any:
        parts = []
        while count:
            part = buffer.popleft()
            if len(part) > count:
                buffer.appendleft(part[count:])
                part = part[:count]
            parts.append(part)
            count -= len(part)
        return ("" if self._decoder_ is not None else b"").join(parts)

    # -- the flow

    def _onDataListener_(self) -> None:
        if "readable" in self._events:
            self._readableListening_ = True  # 'readable' wins over 'data' while it has listeners
        if self._flowing_ is not False:
            self.resume()

    def _onReadableListener_(self) -> None:
        if self._readPhase_ == END_EMITTED or self._readableListening_:
            return
        self._readableListening_ = self._needReadable_ = True
        self._flowing_ = False
        self._emittedReadable_ = False
        if self._readLength_ or self._owesReadable_:
            self._owesReadable_ = False
            self._scheduleReadable_()
        if not self._readLength_ and not self._readGate_ & BUSY:
            nextTick(self._readNextTick_)

    def _updateReadableListening_(self) -> None:
        self._readableListening_ = "readable" in self._events
        if self._resumeScheduled_ and not self._paused_:
            # resume() was called while 'readable' listeners stood against it.
            self._flowing_ = True
        elif "data" in self._events:
            self.resume()
        elif not self._readableListening_:
            self._flowing_ = None

    def _flow_(self) -> None:
        while self._flowing_ and self.read() is not None:
            pass

    def _scheduleReadable_(self) -> None:
        self._needReadable_ = False
        if not self._emittedReadable_:
            nextTick(self._emitReadableTick_)
            self._emittedReadable_ = True

    def _emitReadableTick_(self) -> None:
        if not self._readGate_ & (IS_DESTROYED | IS_ERRORED) and (self._readLength_ or self._readPhase_):
            self.emit("readable")
            self._emittedReadable_ = False
        if not self._flowing_ and not self._readPhase_ and self._readLength_ <= self._readHighWaterMark_:
            self._needReadable_ = True
        if self._flowing_:
            self._flow_()

    def _scheduleReadMore_(self) -> None:
        if not self._readingMore_ and not self._readGate_ & (BUSY | NOT_CONSTRUCTED):
            nextTick(self._readMoreTick_)
            self._readingMore_ = True

    def _readMoreTick_(self) -> None:
        # Read ahead up to the mark. When read(0) brings nothing at once the source is slow: it will push.
        while not self._readGate_ & (BUSY | AT_END) and (
            self._readLength_ < self._readHighWaterMark_ or (self._flowing_ and not self._readLength_)
        ):
            length = self._readLength_
            self.read(0)
            if length == self._readLength_:
                break
        self._readingMore_ = False

    def _resumeTick_(self) -> None:
        if not self._readGate_ & BUSY:
            self.read(0)
        self._resumeScheduled_ = False
        self.emit("resume")
        self._flow_()
        if self._flowing_ and not self._readGate_ & BUSY:
            self.read(0)

    def _readNextTick_(self) -> None:
        self.read(0)

    # -- the end

    def _scheduleEnd_(self) -> None:
        """Nothing is left: 'end' in the next tick, unless something is put back before."""
        if self._readPhase_ != END_EMITTED:
            if self._readPhase_ == FLOW:
                self._moveRead_(ENDED)
            nextTick(self._endTick_)

    def _endTick_(self) -> None:
        # The check is repeated here: an unshift or an error may have come in between.
        if self._errored_ is not None or self._life_ == GONE or self._readPhase_ == END_EMITTED or self._readLength_:
            return
        self._moveRead_(END_EMITTED)
        self.emit("end")
        if self._hasWritable_ and self.allowHalfOpen is False and self._writePossibleAndOpen_():
            nextTick(self._endWritableTick_)
        elif self._autoDestroy_ and (not self._hasWritable_ or self._writeDone_()):
            self.destroy()

    def _writePossibleAndOpen_(self) -> bool:
        return self._writePossible_ and self._life_ <= LIVE and self._errored_ is None and self._writePhase_ == OPEN

    def _writeDone_(self) -> bool:
        # A side that never existed or was declared unusable needs no finish.
        return self._writePhase_ == FINISHED or not self._writePossible_

    def _endWritableTick_(self) -> None:
        if self._writePossibleAndOpen_():
            self.end()  # type: ignore[attr-defined]


def _toInteger(size: Any) -> int | None:
    """JavaScript's parseInt: the digits that the text of `size` begins with; None for what has none."""
    if isinstance(size, float) and size.is_integer():
        return int(size)
    found = _DIGITS.match(toText(size))
    return int(found[0]) if found else None


def _nextMark(size: int) -> int:
    if size > MAX_HIGH_WATER_MARK:
        raise ERR_OUT_OF_RANGE("size", "<= 1GiB", size)
    return 1 << (size - 1).bit_length()
