"""The machinery of the readable side: push, read, the flow and the ticks behind them.

Follows the behaviour of lib/internal/streams/readable.js of Node 26; `readable.py` has the public rest. How it
works, in named steps:

    push        puts a chunk into the buffer, or straight out as 'data' when the stream flows, nothing waits and
                nobody is inside `_read`: the fast path.
    read(n)     takes from the buffer; asks the source (`_read`) for more when the mark is not reached.
    _flow       reads until nothing comes or somebody pauses.
    ticks       `_readMoreTick` fills the buffer up to the mark, `_emitReadableTick` says 'readable' (or flows on),
                `_endTick` says 'end'. Each is scheduled at most once at a time, but for the last.

A class that feeds itself (a socket: data comes whether `_read` is called or not) sets `_selfPumping`. Then BUSY
stays in `_readGate` as long as push returns True, no tick is spent on asking for more, and `_read` is called again
only after push returned False (or at the start).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from ...encodings import decode, encode, requireEncoding, toBytes
from ...errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_METHOD_NOT_IMPLEMENTED,
    ERR_OUT_OF_RANGE,
    ERR_STREAM_PUSH_AFTER_EOF,
    ERR_STREAM_UNSHIFT_AFTER_END_EVENT,
)
from ...events import EventEmitter
from ...reactor.loop.ticks import nextTick
from ...string_decoder import StringDecoder
from .base import BaseStream
from .copies import isOriginally
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
    chooseHighWaterMark,
)

PLAIN_EMIT = EventEmitter.emit
CHUNK_TYPES = ["string", "Buffer", "TypedArray", "DataView"]


class Reading(BaseStream):
    """The readable side; not used by itself."""

    __slots__ = ()

    #: The source pushes by itself until push returns False. See the head of this file.
    _selfPumping = False

    if TYPE_CHECKING:
        _awaitDrain: AbstractSet[Any] | None
        _dataEmitted: bool
        _decoder: StringDecoder | None
        _emittedReadable: bool
        _flowing: bool | None
        _isPlain: bool
        _multiAwaitDrain: bool
        _needReadable: bool
        _owesReadable: bool
        _paused: bool
        _pipes: list[Any] | None
        _readDefaultEncoding: str
        _readHighWaterMark: int
        _readLength: int
        _readObjectMode: bool
        _readSync: bool
        _readableListening: bool
        _readingMore: bool
        _resumeScheduled: bool

    def _initReading(self, options: Mapping[str, Any], isDuplex: bool) -> None:
        objectMode = bool(options.get("objectMode"))
        if isDuplex:
            objectMode = objectMode or bool(options.get("readableObjectMode"))
        self._readObjectMode = objectMode
        self._readHighWaterMark = chooseHighWaterMark(options, "readableHighWaterMark", isDuplex, objectMode)
        self._readBuffer = None
        self._readLength = 0
        self._readPhase = FLOW
        self._readPossible = True
        self._flowing = None
        self._paused = False
        self._readSync = True  # a push before the first _read must not emit at once: nobody could listen yet
        self._needReadable = False
        self._emittedReadable = False
        self._owesReadable = False
        self._readableListening = False
        self._resumeScheduled = False
        self._readingMore = self._selfPumping  # as if the tick were always under way: it is never needed
        self._dataEmitted = False
        self._pipes = None
        self._awaitDrain = None
        self._multiAwaitDrain = False
        self._readDefaultEncoding = options.get("defaultEncoding") or "utf8"
        if self._readDefaultEncoding != "utf8":
            requireEncoding(self._readDefaultEncoding)
        encoding = options.get("encoding")
        self._decoder = StringDecoder(encoding) if encoding else None

    def _looksPlain(self) -> bool:
        """Nobody has put an `emit` of his own in the way of a chunk: its call may be written out (`_isPlain`).

        Looked at when a listener of 'data' is added. A recording (`anatomy`) has an `emit` of its own.
        """
        return isOriginally(self.emit, PLAIN_EMIT)

    def _moveRead(self, to: int) -> None:
        assert to in READ_MOVES[self._readPhase], f"read: {READ_NAMES[self._readPhase]} -> {READ_NAMES[to]}"
        self._readPhase = to
        if to:
            self._readGate |= AT_END
        else:
            self._readGate &= ~AT_END

    # -- push

    def push(self, chunk: Any, encoding: str | None = None) -> bool:
        """Give the stream a chunk to hand on; None is the end. For those who implement a stream.

        Args: chunk: bytes or str, in object mode anything; encoding: of a str.
        Returns: False when enough is buffered: push no more until `_read` is called again.
        Emits: data, readable, end, all later or at once as the state wants.
        Node: stream.html#readablepushchunk-encoding
        """
        # The likely case: bytes (in object mode anything), and nothing to decode.
        if (
            ((type(chunk) is bytes and chunk) or (self._readObjectMode and chunk is not None))
            and self._decoder is None
            and not (gate := self._readGate) & OVER
        ):
            if gate and not self._selfPumping:
                self._readGate = gate & ~BUSY
            if (
                self._flowing
                and not self._readLength
                and not self._readSync
                and (entry := self._events.get("data")) is not None
            ):
                # Straight out: it flows, nothing waits, nobody is inside `_read`.
                if self._awaitDrain:
                    self._forgetDrain()
                self._dataEmitted = True
                if self._isPlain and (call := entry.call1) is not None:
                    if (result := call(chunk)) is not None:
                        self._settle(result, "data", (chunk,))
                else:
                    self.emit("data", chunk)
            else:
                self._readLength += 1 if self._readObjectMode else len(chunk)
                if self._readBuffer is None:
                    self._readBuffer = deque()
                self._readBuffer.append(chunk)
                if self._needReadable:
                    self._scheduleReadable()
            if not self._readingMore:
                self._scheduleReadMore()
            length = self._readLength
            if (not length or length < self._readHighWaterMark) and not self._readGate & AT_END:
                return True
            if self._selfPumping:
                self._readGate &= ~BUSY
            return False
        return self._pushAnything(chunk, encoding, False)

    def unshift(self, chunk: Any, encoding: str | None = None) -> bool:
        """Put a chunk back in front of what is buffered.

        Node: stream.html#readableunshiftchunk-encoding
        """
        return self._pushAnything(chunk, encoding, True)

    def _pushAnything(self, chunk: Any, encoding: str | None, inFront: bool) -> bool:
        """The slow path: any chunk in any state."""
        if chunk is None:
            self._readGate &= ~BUSY
            self._pushEnd()
            return False
        decoded = False  # the chunk is text already, in the encoding of the decoder
        if not self._readObjectMode:
            if isinstance(chunk, str):
                encoding = encoding or self._readDefaultEncoding
                decoder = self._decoder
                decoded = decoder is not None and decoder.encoding == encoding
                if not decoded:
                    chunk = encode(chunk, encoding)
            elif (data := toBytes(chunk)) is not None:
                chunk = data
            else:
                self._errorOrDestroy(ERR_INVALID_ARG_TYPE("chunk", CHUNK_TYPES, chunk))
                return False
            if not chunk:
                if not inFront:
                    self._endBusy()
                    self._scheduleReadMore()
                return self._canTakeMore()
        if inFront:
            return self._putInFront(chunk)
        return self._append(chunk, decoded)

    def _putInFront(self, chunk: Any) -> bool:
        if self._readPhase == END_EMITTED:
            self._errorOrDestroy(ERR_STREAM_UNSHIFT_AFTER_END_EVENT())
        elif self._readGate & (IS_DESTROYED | IS_ERRORED):
            return False
        else:
            if self._decoder is not None and type(chunk) is bytes:
                # Not through the decoder: what waits in it comes after this chunk.
                chunk = decode(chunk, self._decoder.encoding)
            self._addChunk(chunk, True)
        return self._canTakeMore()

    def _append(self, chunk: Any, decoded: bool) -> bool:
        gate = self._readGate
        if gate & OVER:
            if gate & AT_END:
                self._errorOrDestroy(ERR_STREAM_PUSH_AFTER_EOF())
            return False
        self._endBusy()
        if self._decoder is not None and not decoded and not isinstance(chunk, str):
            chunk = self._decoder.write(chunk)
            if not chunk:  # all of it waits for the rest of a character
                self._scheduleReadMore()
                return self._canTakeMore()
        self._addChunk(chunk, False)
        return self._canTakeMore()

    def _addChunk(self, chunk: Any, inFront: bool) -> None:
        if self._flowing and not self._readLength and not self._readSync and "data" in self._events:
            if self._awaitDrain:
                self._forgetDrain()
            self._dataEmitted = True
            self.emit("data", chunk)
        else:
            self._readLength += 1 if self._readObjectMode else len(chunk)
            buffer = self._readBuffer
            if buffer is None:
                buffer = self._readBuffer = deque()
            if inFront:
                buffer.appendleft(chunk)
            else:
                buffer.append(chunk)
            if self._needReadable:
                self._scheduleReadable()
        if not self._readingMore:
            self._scheduleReadMore()

    def _forgetDrain(self) -> None:
        """Data came out: nobody is waited for any more."""
        self._awaitDrain = frozenset() if self._multiAwaitDrain else None

    def _endBusy(self) -> None:
        if not self._selfPumping:
            self._readGate &= ~BUSY

    def _canTakeMore(self) -> bool:
        """The answer of push."""
        if not self._readGate & AT_END and (self._readLength < self._readHighWaterMark or not self._readLength):
            return True
        if self._selfPumping:
            self._readGate &= ~BUSY  # the source stops now and waits for _read
        return False

    def _pushEnd(self) -> None:
        """The source is at its end; what is buffered can still be read."""
        if self._readPhase != FLOW:
            return
        if self._decoder is not None:
            rest = self._decoder.end()
            if rest:
                buffer = self._readBuffer
                if buffer is None:
                    buffer = self._readBuffer = deque()
                buffer.append(rest)
                self._readLength += 1 if self._readObjectMode else len(rest)
        self._moveRead(ENDED)
        if self._readSync:
            # Inside _read: let the reader that called it see the end first. When nobody can hear 'readable' it is not
            # said now but to the listener that comes.
            if self._needReadable or self._flowing or "readable" in self._events:
                self._scheduleReadable()
            else:
                self._owesReadable = True
        else:
            self._needReadable = False
            self._emittedReadable = True
            self._emitReadableTick()

    # -- read

    def read(self, size: Any = None) -> Any:
        """Take what is buffered, or `size` bytes of it.

        Args: size: bytes; without it the next chunk as it was pushed (with an encoding, all text that is there).
        Returns: bytes (str with an encoding, an object in object mode), or None when there is not enough yet or
            nothing will come any more. At the end, what is left comes although it is less than `size`.
        Emits: data, with what is returned.
        Raises: ERR_OUT_OF_RANGE for more than 1 GiB.
        Node: stream.html#readablereadsize
        """
        if size is not None and (type(size) is int or (size := _toInteger(size)) is not None):
            return self._readSome(size) if size else self._refill()
        # The likely case, in named steps: ask the source, take the first chunk, hand it out. They are `_askSource` and
        # `_handOut`, written out: two calls less are a tenth of what a chunk costs here.
        self._emittedReadable = self._owesReadable = False
        length = self._readLength
        if not length and self._readPhase:
            self._scheduleEnd()
            return None
        mark = self._readHighWaterMark
        if not self._readGate and (length <= mark or self._needReadable or length - self._nextSize() < mark):
            self._readGate = BUSY
            self._readSync = True
            if not length:
                self._needReadable = True
            try:
                self._read(mark)
            except Exception as error:
                self._errorOrDestroy(error)
            self._readSync = False
            length = self._readLength
        if not length:
            return self._handOut(None, True)
        buffer = self._readBuffer
        assert buffer is not None
        if self._readObjectMode:
            chunk = buffer.popleft()
            length -= 1
        elif self._decoder is None or self._flowing:
            # Chunks come out as they came in (Node 26; before, only while flowing). Texts are joined.
            chunk = buffer.popleft()
            length -= len(chunk)
        else:
            chunk = "".join(buffer)
            buffer.clear()
            length = 0
        self._readLength = length
        if self._awaitDrain:
            self._forgetDrain()
        if not length:
            if self._readPhase:
                self._scheduleEnd()
            else:
                self._needReadable = True
        if self._life != GONE and not self._errorEmitted:
            self._dataEmitted = True
            if self._isPlain and (entry := self._events.get("data")) is not None and (call := entry.call1) is not None:
                if (result := call(chunk)) is not None:
                    self._settle(result, "data", (chunk,))
            else:
                self.emit("data", chunk)
        return chunk

    def _refill(self) -> None:
        """read(0): takes nothing, but asks the source for more; with enough there, it says 'readable' instead."""
        mark, length = self._readHighWaterMark, self._readLength
        if self._readPhase:
            if not length:
                self._scheduleEnd()
            elif self._needReadable:
                self._scheduleReadable()
        elif self._needReadable and (length >= mark if mark else length > 0):
            self._scheduleReadable()
        else:
            if not self._readGate and (not length or self._needReadable or length < mark):
                self._askSource()
            self._needReadable = self._readLength <= self._readHighWaterMark

    def _readSome(self, size: int) -> Any:
        """read(n) with a number that is not 0."""
        if size > self._readHighWaterMark:
            self._readHighWaterMark = _nextMark(size)
        self._emittedReadable = self._owesReadable = False
        count = self._howMuchToRead(size)
        length = self._readLength
        if not count and self._readPhase:
            if not length:
                self._scheduleEnd()
            return None
        # Ask the source when the mark is not reached after this read, so that it works while we hand out.
        if not self._readGate and (not length or self._needReadable or length - count < self._readHighWaterMark):
            self._askSource()
            if not self._readGate & BUSY:  # it pushed at once: there may be enough now
                count = self._howMuchToRead(size)
        chunk = self._takeFromBuffer(count) if count > 0 and self._readLength else None
        return self._handOut(chunk, size != (0 if chunk is None else count))

    def _askSource(self) -> None:
        self._readGate = BUSY
        self._readSync = True
        if not self._readLength:
            self._needReadable = True
        try:
            self._read(self._readHighWaterMark)
        except Exception as error:
            self._errorOrDestroy(error)
        self._readSync = False

    def _handOut(self, chunk: Any, pastEnd: bool) -> Any:
        """The end of every read. `pastEnd`: as much as there is was asked for, or more."""
        if chunk is None:
            self._needReadable = self._readLength <= self._readHighWaterMark
        elif self._awaitDrain:
            self._forgetDrain()
        if not self._readLength:
            if not self._readPhase:
                self._needReadable = True
            elif pastEnd:
                self._scheduleEnd()
        if chunk is not None and self._life != GONE and not self._errorEmitted:
            self._dataEmitted = True
            self.emit("data", chunk)
        return chunk

    def _nextSize(self) -> int:
        """How much read() will take of a buffer that is not empty."""
        if self._readObjectMode:
            return 1
        if self._decoder is None or self._flowing:
            return len(self._readBuffer[0])  # type: ignore[index]
        return self._readLength

    def _howMuchToRead(self, size: int) -> int:
        length = self._readLength
        if size <= 0 or (not length and self._readPhase):
            return 0
        if self._readObjectMode:
            return 1
        if size <= length:
            return size
        return length if self._readPhase else 0

    def _takeFromBuffer(self, count: int) -> Any:
        """Remove and return `count` bytes (or one object) from the front of a buffer that is not empty."""
        buffer = self._readBuffer
        assert buffer is not None
        if self._readObjectMode:
            self._readLength -= 1
            return buffer.popleft()
        first = buffer[0]
        size = len(first)
        if count == size:
            buffer.popleft()
            chunk = first
        elif count < size:
            buffer[0] = first[count:]
            chunk = first[:count]
        elif count >= self._readLength:
            chunk = ("" if self._decoder is not None else b"").join(buffer)
            buffer.clear()
        else:
            chunk = self._joinFromBuffer(buffer, count)
        self._readLength -= len(chunk)
        return chunk

    def _joinFromBuffer(self, buffer: deque[Any], count: int) -> Any:
        parts = []
        while count:
            part = buffer.popleft()
            if len(part) > count:
                buffer.appendleft(part[count:])
                part = part[:count]
            parts.append(part)
            count -= len(part)
        return ("" if self._decoder is not None else b"").join(parts)

    def _read(self, size: int) -> None:
        """A hook of the user: fetch data and `push` it.

        Node: stream.html#readable_readsize
        """
        raise ERR_METHOD_NOT_IMPLEMENTED("_read()")

    # -- the flow

    def _flow(self) -> None:
        while self._flowing and self.read() is not None:
            pass

    def _scheduleReadable(self) -> None:
        self._needReadable = False
        if not self._emittedReadable:
            self._emittedReadable = True
            nextTick(self._emitReadableTick)

    def _emitReadableTick(self) -> None:
        if not self._readGate & (IS_DESTROYED | IS_ERRORED) and (self._readLength or self._readPhase):
            if "readable" in self._events or not self._isPlain:
                self.emit("readable")
            self._emittedReadable = False
        if not self._flowing and not self._readPhase and self._readLength <= self._readHighWaterMark:
            self._needReadable = True
        if self._flowing:
            self._flow()

    def _scheduleReadMore(self) -> None:
        if not self._readingMore and not self._readGate & (BUSY | NOT_CONSTRUCTED):
            self._readingMore = True
            nextTick(self._readMoreTick)

    def _readMoreTick(self) -> None:
        # Read ahead up to the mark. When read(0) brings nothing at once the source is slow: it will push.
        while not self._readGate & (BUSY | AT_END) and (
            self._readLength < self._readHighWaterMark or (self._flowing and not self._readLength)
        ):
            length = self._readLength
            self.read(0)
            if length == self._readLength:
                break
        self._readingMore = False

    def _resumeTick(self) -> None:
        if not self._readGate & BUSY:
            self.read(0)
        self._resumeScheduled = False
        if "resume" in self._events or not self._isPlain:
            self.emit("resume")
        self._flow()
        if self._flowing and not self._readGate & BUSY:
            self.read(0)

    def _readNextTick(self) -> None:
        self.read(0)

    # -- the end

    def _scheduleEnd(self) -> None:
        """Nothing is left: 'end' in the next tick, unless something is put back before."""
        if self._readPhase != END_EMITTED:
            if self._readPhase == FLOW:
                self._moveRead(ENDED)
            nextTick(self._endTick)

    def _endTick(self) -> None:
        # The check is repeated here: an unshift or an error may have come in between.
        if self._errored is not None or self._life == GONE or self._readPhase == END_EMITTED or self._readLength:
            return
        self._moveRead(END_EMITTED)
        self.emit("end")
        if self._hasWritable and self.allowHalfOpen is False and self._writePossibleAndOpen():
            nextTick(self._endWritableTick)
        elif self._autoDestroy and (not self._hasWritable or self._writeDone()):
            self.destroy()

    def _writePossibleAndOpen(self) -> bool:
        return self._writePossible and self._life <= LIVE and self._errored is None and self._writePhase == OPEN

    def _writeDone(self) -> bool:
        # A side that was never there, or was declared unusable, needs no finish.
        return self._writePhase == FINISHED or not self._writePossible

    def _endWritableTick(self) -> None:
        if self._writePossibleAndOpen():
            self.end()  # type: ignore[attr-defined]


def _toInteger(size: Any) -> int | None:
    """JavaScript's parseInt, as far as a size needs it; None for what is no number."""
    try:
        return int(size)
    except (ValueError, OverflowError):
        return None


def _nextMark(size: int) -> int:
    if size > MAX_HIGH_WATER_MARK:
        raise ERR_OUT_OF_RANGE("size", "<= 1GiB", size)
    return 1 << (size - 1).bit_length()
