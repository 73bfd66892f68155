"""The machinery of the writable side: write, the queue, the ticks behind it, and the way to 'finish'.

Follows the behaviour of lib/internal/streams/writable.js of Node 26; `writable.py` has the public rest. How it
works, in named steps:

    write         checks the chunk; if nothing stands against it (`_writeGate`) the sink gets it at once.
    _onwrite      the sink is done with it: synchronously (inside `_write`) or later.
    _clearBuffer  hands on what had to wait, together through `_writev` where there is one.
    _afterWriteTick  calls the callbacks of writes that were done synchronously, and says 'drain'. It is only scheduled
                  when there is a callback or a 'drain' to come.
    _finishMaybe  after end(), when nothing is left: 'prefinish' and `_final`, then 'finish', then autoDestroy.

A sink that takes bytes at once (a socket whose kernel buffer has room) sets `_writeFast(data) -> status` instead of
going through `_write` and its callback: 0 means that all is taken and nothing is left to do; any other value
that the write is under way, and the sink will call `_onwrite(error or None)`. It is used only while nothing
waits, so that what an observer sees is the same; tests run on both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...encodings import encode, isEncoding, requireEncoding, toBytes
from ...errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_METHOD_NOT_IMPLEMENTED,
    ERR_MULTIPLE_CALLBACK,
    ERR_STREAM_ALREADY_FINISHED,
    ERR_STREAM_DESTROYED,
    ERR_STREAM_NULL_VALUES,
    ERR_STREAM_WRITE_AFTER_END,
    ERR_UNKNOWN_ENCODING,
)
from ...reactor.loop.ticks import nextTick
from .base import BaseStream, Callback
from .promises import fitCallback
from .state import (
    AT_END,
    BUSY,
    CORKED,
    END_EMITTED,
    ENDING,
    FINAL,
    FINISHED,
    HOLD,
    IS_DESTROYED,
    LIVE,
    NOT_CONSTRUCTED,
    OPEN,
    PREFINISHED,
    WRITE_MOVES,
    WRITE_NAMES,
    chooseHighWaterMark,
)

CHUNK_TYPES = ["string", "Buffer", "TypedArray", "DataView"]


def nop(error: BaseException | None = None) -> None:
    """Stands for the callback that a write was not given."""


class WriteEntry:
    """One chunk that waits: what `_writev` gets a list of. Also subscriptable by field name."""

    __slots__ = ("callback", "chunk", "encoding")

    def __init__(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        self.chunk = chunk
        self.encoding = encoding
        self.callback = callback

    def __getitem__(self, name: str) -> Any:
        if name in WriteEntry.__slots__:
            return getattr(self, name)
        raise KeyError(name)

    def __repr__(self) -> str:
        return f"WriteEntry(chunk={self.chunk!r}, encoding={self.encoding!r})"


class WriteEntries(list[WriteEntry]):
    """The argument of `_writev`; `allBuffers` is True when every chunk is bytes."""

    __slots__ = ("allBuffers",)

    def __init__(self, entries: Any, allBuffers: bool) -> None:
        super().__init__(entries)
        self.allBuffers = allBuffers


class Writing(BaseStream):
    """The writable side; not used by itself."""

    __slots__ = ()

    #: Hooks of the user; None where the class has none.
    _writev: Any = None
    _final: Any = None

    if TYPE_CHECKING:
        _afterWrite: list[Any] | None
        _bufferProcessing: bool
        _corked: int
        _decodeStrings: bool
        _defaultEncoding: str
        _drainTick: bool
        _needDrain: bool
        _onFinished: list[Callback] | None
        _pendingCallbacks: int
        _writeBuffer: deque[WriteEntry] | None
        _writeCallback: Callback | None
        _writeFast: Callable[[Any], int] | None
        _writeHighWaterMark: int
        _writeLength: int
        _writeObjectMode: bool
        _writeSize: int
        _writeSync: bool

    def _initWriting(self, options: Mapping[str, Any], isDuplex: bool) -> None:
        objectMode = bool(options.get("objectMode"))
        if isDuplex:
            objectMode = objectMode or bool(options.get("writableObjectMode"))
        self._writeObjectMode = objectMode
        self._writeHighWaterMark = chooseHighWaterMark(options, "writableHighWaterMark", isDuplex, objectMode)
        self._decodeStrings = options.get("decodeStrings") is not False
        self._defaultEncoding = options.get("defaultEncoding") or "utf8"
        if self._defaultEncoding != "utf8":
            requireEncoding(self._defaultEncoding)
        self._writePossible = True
        self._writeFast = None
        self._resetWriting()

    def _resetWriting(self) -> None:
        self._writePhase = OPEN
        self._corked = 0
        self._writeBuffer = None
        self._writeLength = 0
        self._writeSize = 0
        self._writeCallback = None
        self._writeSync = True
        self._needDrain = False
        self._bufferProcessing = False
        self._pendingCallbacks = 0
        self._afterWrite = None
        self._drainTick = False
        self._onFinished = None

    def _moveWrite(self, to: int) -> None:
        assert to in WRITE_MOVES[self._writePhase], f"write: {WRITE_NAMES[self._writePhase]} -> {WRITE_NAMES[to]}"
        self._writePhase = to
        if to:
            self._writeGate |= AT_END
        else:
            self._writeGate &= ~AT_END

    # -- write

    def write(self, chunk: Any, encoding: Any = None, callback: Callback | None = None) -> bool:
        """Write a chunk.

        Args: chunk: bytes or str, in object mode anything but None; encoding: of a str, UTF-8 when left out;
            callback: called with an error or None when the chunk is dealt with.
        Returns: False when enough is buffered: wait for 'drain'.
        Emits: drain; error.
        Raises: ERR_STREAM_NULL_VALUES, ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING.
        Node: stream.html#writablewritechunk-encoding-callback
        """
        # The likely case: bytes, nothing waits, nothing to call back.
        if (
            type(chunk) is bytes
            and encoding is None
            and callback is None
            and not self._writeGate
            and not self._writeObjectMode
        ):
            size = len(chunk)
            if self._writeFast is not None and not self._writeLength:
                if not self._writeFast(chunk):
                    return self._errored is None and self._life <= LIVE
                return self._writeIsUnderWay(size, nop)
            self._pendingCallbacks += 1
            self._writeLength += size
            self._writeGate = BUSY
            self._writeSize = size
            self._writeCallback = nop
            self._writeSync = True
            self._write(chunk, "buffer", self._onwrite)
            self._writeSync = False
            # Looked at after `_write`: a sink that took the chunk at once has room again (Node 24+).
            length = self._writeLength
            if not length or length < self._writeHighWaterMark:
                return self._errored is None and self._life <= LIVE
            self._needDrain = True
            return False
        return self._writeAnything(chunk, encoding, callback) is None and self._mayWriteOn()

    def _writeAnything(self, chunk: Any, encoding: Any, callback: Callback | None) -> BaseException | None:
        """The slow path: any chunk in any state. Returns the error that it told the callback and the stream."""
        if callback is None and callable(encoding):
            encoding, callback = None, encoding
        if chunk is None:
            raise ERR_STREAM_NULL_VALUES()
        if not self._writeObjectMode:
            chunk, encoding = self._toWritable(chunk, encoding)
            size = len(chunk)
        else:
            size = 1
        callback = nop if callback is None else fitCallback(callback, 1)
        if self._writeGate & (AT_END | IS_DESTROYED):
            return self._refuseWrite(callback)
        if self._writeFast is not None and not self._writeGate and not self._writeLength and type(chunk) is bytes:
            self._writeFastWithCallback(chunk, size, callback)
            return None
        self._pendingCallbacks += 1
        if self._writeGate & HOLD:
            self._hold(chunk, encoding, callback, size)
        else:
            self._writeNow(chunk, encoding, callback, size)
        return None

    def _toWritable(self, chunk: Any, encoding: Any) -> tuple[Any, str]:
        """The chunk and encoding that `_write` gets outside of object mode."""
        if isinstance(chunk, str):
            if encoding:
                if not isEncoding(encoding):
                    raise ERR_UNKNOWN_ENCODING(encoding)
            else:
                encoding = self._defaultEncoding
            return (encode(chunk, encoding), "buffer") if self._decodeStrings else (chunk, encoding)
        if encoding and encoding != "buffer" and not isEncoding(encoding):
            raise ERR_UNKNOWN_ENCODING(encoding)
        data = toBytes(chunk)
        if data is None:
            raise ERR_INVALID_ARG_TYPE("chunk", CHUNK_TYPES, chunk)
        return data, "buffer"

    def _refuseWrite(self, callback: Callback) -> BaseException:
        error: BaseException
        if self._writeGate & AT_END:
            error = ERR_STREAM_WRITE_AFTER_END()
        else:
            error = ERR_STREAM_DESTROYED("write")
        nextTick(callback, error)
        self._errorOrDestroy(error, True)
        return error

    def _hold(self, chunk: Any, encoding: str | None, callback: Callback, size: int) -> None:
        if self._writeBuffer is None:
            self._writeBuffer = deque()
        self._writeBuffer.append(WriteEntry(chunk, encoding, callback))
        self._writeLength += size
        self._noteLength()

    def _writeNow(self, chunk: Any, encoding: str | None, callback: Callback, size: int) -> None:
        self._writeLength += size
        self._writeGate |= BUSY
        self._writeSize = size
        self._writeCallback = callback
        self._writeSync = True
        self._write(chunk, encoding, self._onwrite)
        self._writeSync = False
        self._noteLength()

    def _noteLength(self) -> None:
        length = self._writeLength
        if length and length >= self._writeHighWaterMark:
            self._needDrain = True

    def _mayWriteOn(self) -> bool:
        """The answer of write."""
        length = self._writeLength
        if length and length >= self._writeHighWaterMark:
            return False
        return self._errored is None and self._life <= LIVE

    def _writeIsUnderWay(self, size: int, callback: Callback) -> bool:
        """The fast sink took the chunk but is not done: the state is that of a pending `_write`."""
        self._pendingCallbacks += 1
        self._writeLength += size
        self._writeGate |= BUSY
        self._writeSize = size
        self._writeCallback = callback
        self._writeSync = False
        self._noteLength()
        return self._mayWriteOn()

    def _writeFastWithCallback(self, chunk: bytes, size: int, callback: Callback) -> None:
        assert self._writeFast is not None
        if self._writeFast(chunk):
            self._writeIsUnderWay(size, callback)
        elif callback is not nop:
            self._pendingCallbacks += 1
            self._callBackInTick(callback)

    def _write(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        """A hook of the user: take a chunk, then call `callback(error or None)`.

        Node: stream.html#writable_writechunk-encoding-callback
        """
        if self._writev is None:
            raise ERR_METHOD_NOT_IMPLEMENTED("_write()")
        self._writev(WriteEntries([WriteEntry(chunk, encoding, nop)], encoding == "buffer"), callback)

    # -- the sink is done

    def _onwrite(self, error: BaseException | None = None) -> None:
        """The callback of `_write` and `_writev`."""
        callback = self._writeCallback
        if callback is None:
            self._errorOrDestroy(ERR_MULTIPLE_CALLBACK())
            return
        sync = self._writeSync  # of this write: what waits is handed on below, and is a write of its own
        self._writeGate &= ~BUSY
        self._writeCallback = None
        self._writeLength -= self._writeSize
        if error is not None:
            self._fail(error)
            if sync:
                nextTick(self._writeFailed, error, callback)
            else:
                self._writeFailed(error, callback)
            return
        if self._writeBuffer:
            self._clearBuffer()
        if not sync:
            self._afterWrites(1, callback)
        elif callback is not nop:
            self._callBackInTick(callback)
        elif ((self._needDrain and not self._writeLength) or self._writeObjectMode) and not self._drainTick:
            # In object mode always, for no reason that one could see; 'finish' comes a tick later for it, as in Node.
            self._drainTick = True
            nextTick(self._afterWrites, 1, nop)
        else:
            # Nobody waits for anything, or a tick that says 'drain' is on its way.
            self._pendingCallbacks -= 1
            if self._writePhase:
                self._finishMaybe(True)

    def _callBackInTick(self, callback: Callback) -> None:
        # Writes in a row with the same callback share one tick, as in Node.
        pending = self._afterWrite
        if pending is not None and pending[1] is callback:
            pending[0] += 1
            return
        self._afterWrite = pending = [1, callback]
        self._drainTick = True
        nextTick(self._afterWriteTick, pending)

    def _afterWriteTick(self, pending: list[Any]) -> None:
        self._afterWrite = None
        self._afterWrites(pending[0], pending[1])

    def _afterWrites(self, count: int, callback: Callback) -> None:
        self._drainTick = False
        if self._needDrain and not self._writeLength and not self._writePhase and self._life <= LIVE:
            self._needDrain = False
            self.emit("drain")
        if callback is nop:
            self._pendingCallbacks -= count
        else:
            while count:
                count -= 1
                self._pendingCallbacks -= 1
                callback(None)
        if self._life > LIVE:
            self._errorBuffer()
        if self._writePhase:
            self._finishMaybe(True)

    def _writeFailed(self, error: BaseException, callback: Callback) -> None:
        self._pendingCallbacks -= 1
        callback(error)
        # The chunks that wait fail with the same error.
        self._errorBuffer()
        self._errorOrDestroy(error)

    def _errorBuffer(self) -> None:
        """Tell everybody who waits for a chunk or for the end that it will not come."""
        if self._writeGate & BUSY:
            return
        waiting = list(self._writeBuffer or ())
        if self._writeBuffer is not None:
            self._writeBuffer.clear()  # in place: _clearBuffer may be going through it
        for entry in waiting:
            self._writeLength -= 1 if self._writeObjectMode else len(entry.chunk)
            entry.callback(self._errored if self._errored is not None else ERR_STREAM_DESTROYED("write"))
        self._callFinished(lambda: self._errored if self._errored is not None else ERR_STREAM_DESTROYED("end"))

    def _clearBuffer(self) -> None:
        """Hand on what had to wait."""
        buffer = self._writeBuffer
        if not buffer or self._bufferProcessing or self._writeGate & (CORKED | IS_DESTROYED | NOT_CONSTRUCTED):
            return
        self._bufferProcessing = True
        if len(buffer) > 1 and self._writev is not None:
            self._writeBuffer = None
            self._writeTogether(buffer)
            buffer = self._writeBuffer  # what was written from inside `_writev`
        while buffer and not self._writeGate & BUSY:
            entry = buffer.popleft()
            size = 1 if self._writeObjectMode else len(entry.chunk)
            self._hand(entry, size)
        self._bufferProcessing = False

    def _hand(self, entry: WriteEntry, size: int) -> None:
        self._writeSize = size
        self._writeCallback = entry.callback
        self._writeGate |= BUSY
        self._writeSync = True
        if self._life > LIVE:
            self._onwrite(ERR_STREAM_DESTROYED("write"))
        else:
            self._write(entry.chunk, entry.encoding, self._onwrite)
        self._writeSync = False

    def _writeTogether(self, buffer: deque[WriteEntry]) -> None:
        # One callback stands for all of them; _onwrite takes one off.
        self._pendingCallbacks -= len(buffer) - 1
        entries = WriteEntries(buffer, all(entry.encoding == "buffer" for entry in buffer))
        callbacks = [entry.callback for entry in entries if entry.callback is not nop]

        def callAll(error: BaseException | None = None) -> None:
            for callback in callbacks:
                callback(error)

        self._writeSize = self._writeLength
        self._writeCallback = callAll if callbacks else nop
        self._writeGate |= BUSY
        self._writeSync = True
        if self._life > LIVE:
            self._onwrite(ERR_STREAM_DESTROYED("write"))
        else:
            self._writev(entries, self._onwrite)
        self._writeSync = False

    # -- the end

    def end(self, chunk: Any = None, encoding: Any = None, callback: Callback | None = None) -> Any:
        """Write a last chunk, if there is one, and finish when all is written.

        Args: as `write`; callback: called on 'finish', or with the error that prevents it.
        Returns: the stream.
        Emits: finish.
        Node: stream.html#writableendchunk-encoding-callback
        """
        if callable(chunk):
            chunk, encoding, callback = None, None, chunk
        elif callable(encoding):
            encoding, callback = None, encoding
        error: BaseException | None = None
        if chunk is not None:
            error = self._writeAnything(chunk, encoding, None)
        if self._corked:
            self._corked = 1
            self.uncork()
        if error is not None:
            pass
        elif self._errored is None and self._writePhase == OPEN:
            # Also of a destroyed stream: it says writableEnded then, and the callback learns of the end's failure.
            self._moveWrite(ENDING)
            self._finishMaybe(True)
        elif self._writePhase == FINISHED:
            error = ERR_STREAM_ALREADY_FINISHED("end")
        elif self._life > LIVE:
            error = ERR_STREAM_DESTROYED("end")
        if callback is not None:
            self._noteEndCallback(fitCallback(callback, 1), error)
        return self

    def _noteEndCallback(self, callback: Callback, error: BaseException | None) -> None:
        if error is not None:
            nextTick(callback, error)
        elif self._writePhase == FINISHED or self._errored is not None:
            nextTick(callback, self._errored)
        elif self._onFinished is None:
            self._onFinished = [callback]
        else:
            self._onFinished.append(callback)

    def uncork(self) -> None:
        """Undo one `cork()`; the last one writes what was held back.

        Node: stream.html#writableuncork
        """
        if self._corked:
            self._corked -= 1
            if not self._corked:
                self._writeGate &= ~CORKED
            if not self._writeGate & BUSY:
                self._clearBuffer()

    def _callFinished(self, error: Callable[[], BaseException | None]) -> None:
        callbacks, self._onFinished = self._onFinished, None
        for callback in callbacks or ():
            callback(error())

    def _needFinish(self) -> bool:
        return (
            OPEN < self._writePhase < FINISHED
            and self._life == LIVE
            and not self._writeGate & BUSY
            and not self._writeLength
            and self._errored is None
            and not self._writeBuffer
            and not self._bufferProcessing
        )

    def _finishMaybe(self, sync: bool = False) -> None:
        if not self._needFinish():
            return
        self._prefinish()
        if self._pendingCallbacks:
            return
        if sync:
            self._pendingCallbacks += 1
            nextTick(self._finishTick)
        elif self._needFinish():
            self._pendingCallbacks += 1
            self._finish()

    def _finishTick(self) -> None:
        if self._needFinish():
            self._finish()
        else:
            self._pendingCallbacks -= 1

    def _prefinish(self) -> None:
        if self._writePhase != ENDING:
            return
        if self._final is not None and self._life <= LIVE:
            self._moveWrite(FINAL)
            self._callFinal()
        else:
            self._moveWrite(PREFINISHED)
            self._emitPrefinish()

    def _emitPrefinish(self) -> None:
        self.emit("prefinish")

    def _callFinal(self) -> None:
        called = False

        def onFinish(error: BaseException | None = None) -> None:
            nonlocal called
            if called:
                self._errorOrDestroy(error if error is not None else ERR_MULTIPLE_CALLBACK())
                return
            called = True
            self._pendingCallbacks -= 1
            if error is not None:
                self._callFinished(lambda: error)
                self._errorOrDestroy(error, self._writeSync)
            elif self._needFinish():
                self._moveWrite(PREFINISHED)
                self._emitPrefinish()
                # As in Node: the end of `_final` and 'finish' are never in one tick.
                self._pendingCallbacks += 1
                nextTick(self._finish)

        self._writeSync = True
        self._pendingCallbacks += 1
        try:
            self._final(onFinish)
        except Exception as error:
            onFinish(error)
        self._writeSync = False

    def _finish(self) -> None:
        self._pendingCallbacks -= 1
        self._moveWrite(FINISHED)
        self._callFinished(lambda: None)
        self.emit("finish")
        if self._autoDestroy and (not self._hasReadable or self._readDone()):
            self.destroy()

    def _readDone(self) -> bool:
        # A side that was never there, or was declared unusable, needs no end.
        return self._readPhase == END_EMITTED or not self._readPossible
