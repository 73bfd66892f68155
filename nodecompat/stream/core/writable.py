"""Writable: a sink for chunks.

Follows lib/internal/streams/writable.js of Node 26 by behaviour. Differs: chunks are bytes; what `_writev` gets is a
list of entries with `chunk` and `encoding`, and the list itself has `allBuffers`. How it works, in named steps:

    write              checks the chunk; unless blocked (`_writeGate_`) the sink gets it at once.
    _onwrite_          the sink is done with it: synchronously (inside `_write`) or later.
    _clearBuffer_      passes on what had to wait, together through `_writev` if there is one.
    _afterWriteTick_   calls the callbacks of writes that were done synchronously, and emits 'drain'. It is only
                       scheduled when there is a callback or a 'drain' to come.
    _finishMaybe_      after end(), when nothing is left: 'prefinish' and `_final`, then 'finish', then autoDestroy.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...encodings import encode, isEncoding, toBytes
from ...errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_METHOD_NOT_IMPLEMENTED,
    ERR_MULTIPLE_CALLBACK,
    ERR_STREAM_ALREADY_FINISHED,
    ERR_STREAM_CANNOT_PIPE,
    ERR_STREAM_DESTROYED,
    ERR_STREAM_NULL_VALUES,
    ERR_STREAM_WRITE_AFTER_END,
    ERR_UNKNOWN_ENCODING,
)
from ...events import EventEmitter
from ...optionbags import check
from ...reactor.loop.ticks import nextTick
from ...validators import isTruthy
from .base import BaseStream, Callback, failure
from .nodestate import WritableState
from .options import WRITABLE_HOOKS, WritableOptions, adopt, merge, mergeChecked
from .promises import fitCallback
from .seam import seam
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
    chooseEncoding,
    chooseHighWaterMark,
    nop,
)

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ...events.listeners import Listener, Listener0, Listener1, Listener2
    from ...optionbags import Bag
    from ...symbols import Symbol
    from .readable import Readable

__all__ = ["Writable"]

CHUNK_TYPES = ["string", "Buffer", "TypedArray", "DataView"]


class WriteEntry:
    """One waiting chunk: `_writev` gets a list of these. Also subscriptable by field name."""

    __slots__ = ("callback", "chunk", "encoding")

    def __init__(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        self.chunk: Any = chunk
        self.encoding: str | None = encoding
        self.callback: Callback = callback

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
        self.allBuffers: bool = allBuffers


class Writable(BaseStream):
    """A sink for chunks.

    Implement `_write(chunk, encoding, callback)` or `_writev(chunks, callback)`, and if wanted `_final(callback)`,
    `_construct(callback)` and `_destroy(err, callback)`; or give them as options.

    Args: options: WritableOptions, as a mapping or as keywords.
    Emits: close; drain; error(err); finish; pipe(src); unpipe(src).
    Raises: ERR_INVALID_ARG_VALUE (highWaterMark).
    Node: https://nodejs.org/api/stream.html#class-streamwritable
    """

    __slots__ = ()
    __events__: dict[str, tuple[str, ...]] = {
        "close": (),
        "drain": (),
        "error": ("err: Any",),
        "finish": (),
        "pipe": ("src: Readable",),
        "unpipe": ("src: Readable",),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "close", "drain", "error", "finish", "pipe", "unpipe"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener1[Readable])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close", "drain", "finish"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"], listener: Listener1[Readable]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close", "drain", "finish"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"]) -> Callable[[_F3], _F3]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    _hasWritable_ = True
    _firstEvents_: tuple[str, ...] = ("close", "error", "prefinish", "finish", "drain")
    if TYPE_CHECKING:
        _afterWrite_: list[Any] | None
        _bufferProcessing_: bool
        _corked_: int
        _decodeStrings_: bool
        _defaultEncoding_: str
        _drainTick_: bool
        _needDrain_: bool
        _onFinished_: list[Callback] | None
        _pendingCallbacks_: int
        _writeBuffer_: deque[WriteEntry] | None
        _writeCallback_: Callback | None
        _writeHighWaterMark_: int
        _writeLength_: int
        _writeObjectMode_: bool
        _writeSize_: int
        _writeSync_: bool

    def __init__(self, options: WritableOptions | Bag | None = None, /, **keywords: Unpack[WritableOptions]) -> None:
        check(WritableOptions, options, keywords)
        options = merge(options, keywords)
        EventEmitter.__init__(self, options)
        self._initLife_(options)
        self._initWriting_(options, False)
        if options:
            adopt(self, options, WRITABLE_HOOKS)
            self._obeySignal_(options)
        self._startConstruct_()

    # -- documented by Node, in its order

    def cork(self) -> None:
        """Buffer all writes until `uncork()`, so that they can be sent together.

        Node: https://nodejs.org/api/stream.html#writablecork
        """
        self._corked_ += 1
        self._writeGate_ |= CORKED

    def destroy(self, error: BaseException | None = None, callback: Callback | None = None) -> Any:
        """End the stream now; what was not written yet is lost, its callbacks get an error.

        Args: error: what it failed with; callback: called with the error when `_destroy` is done.
        Returns: the stream.
        Emits: error(err), close.
        Node: https://nodejs.org/api/stream.html#writabledestroyerror
        """
        if self._life_ <= LIVE and (self._writeBuffer_ or self._bufferProcessing_ or self._onFinished_):
            nextTick(self._errorBuffer_)
        return super().destroy(error, callback)

    def end(self, chunk: Any = None, encoding: Any = None, callback: Callback | None = None) -> Any:
        """Write a last chunk, if there is one, and finish when all is written.

        Args: as `write`; callback: called on 'finish', or with the error that prevents it.
        Returns: the stream.
        Emits: finish.
        Node: https://nodejs.org/api/stream.html#writableendchunk-encoding-callback
        """
        if callable(chunk):
            chunk, encoding, callback = None, None, chunk
        elif callable(encoding):
            encoding, callback = None, encoding
        error: BaseException | None = None
        if chunk is not None:
            error = self._writeAnything_(chunk, encoding, None, True)
        if self._corked_:
            self._corked_ = 1
            self.uncork()
        if error is not None:
            pass
        elif self._errored_ is None and self._writePhase_ == OPEN:
            # Also of a destroyed stream: it says writableEnded then, and the callback learns of the end's failure.
            self._moveWrite_(ENDING)
            self._finishMaybe_(True)
        elif self._writePhase_ == FINISHED:
            error = ERR_STREAM_ALREADY_FINISHED("end")
        elif self._life_ > LIVE:
            error = ERR_STREAM_DESTROYED("end")
        if callable(callback):
            self._noteEndCallback_(fitCallback(callback, 1), error)
        return self

    def setDefaultEncoding(self, encoding: str) -> Any:
        """The encoding of str chunks that come without one.

        Raises: ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/stream.html#writablesetdefaultencodingencoding
        """
        if not isEncoding(encoding):
            raise ERR_UNKNOWN_ENCODING(encoding)
        self._defaultEncoding_ = encoding.lower()
        return self

    def uncork(self) -> None:
        """Undo one `cork()`; the last one writes what was buffered.

        Node: https://nodejs.org/api/stream.html#writableuncork
        """
        if self._corked_:
            self._corked_ -= 1
            if not self._corked_:
                self._writeGate_ &= ~CORKED
            if not self._writeGate_ & BUSY:
                self._clearBuffer_()

    @property
    def writable(self) -> bool:
        """True while write() may be called: not destroyed, failed or ended. Node: #writablewritable"""
        return self._writePossible_ and self._life_ <= LIVE and self._errored_ is None and self._writePhase_ == OPEN

    @writable.setter
    def writable(self, value: Any) -> None:
        self._writePossible_ = bool(value)

    @property
    def writableAborted(self) -> bool:
        """True when the stream was destroyed or failed before 'finish'. Node: #writablewritableaborted"""
        return (
            self._writePossible_
            and (self._life_ > LIVE or self._errored_ is not None)
            and self._writePhase_ != FINISHED
        )

    @property
    def writableCorked(self) -> int:
        """How often uncork() must be called. Node: #writablewritablecorked"""
        return self._corked_

    @property
    def writableEnded(self) -> bool:
        """True after end(). Node: #writablewritableended"""
        return self._writePhase_ != OPEN

    @property
    def writableFinished(self) -> bool:
        """True just before 'finish' goes out. Node: #writablewritablefinished"""
        return self._writePhase_ == FINISHED

    @property
    def writableHighWaterMark(self) -> int:
        """How much is buffered before write() answers False. Node: #writablewritablehighwatermark"""
        return self._writeHighWaterMark_

    @property
    def writableLength(self) -> int:
        """How much is buffered or under way: bytes or objects. Node: #writablewritablelength"""
        return self._writeLength_

    @property
    def writableNeedDrain(self) -> bool:
        """True when write() answered False and 'drain' will come. Node: #writablewritableneeddrain"""
        return self._needDrain_ and self._life_ <= LIVE and self._writePhase_ == OPEN

    @property
    def writableObjectMode(self) -> bool:
        """True in object mode. Node: #writablewritableobjectmode"""
        return self._writeObjectMode_

    def write(self, chunk: Any, encoding: Any = None, callback: Callback | None = None) -> bool:
        """Write a chunk.

        Args: chunk: bytes or str, in object mode anything but None; encoding: of a str, UTF-8 when left out;
            callback: called with an error or None when the chunk is processed.
        Returns: False when enough is buffered: wait for 'drain'.
        Emits: drain; error.
        Raises: ERR_STREAM_NULL_VALUES, ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/stream.html#writablewritechunk-encoding-callback
        """
        # Common case: bytes, nothing waiting, no callback.
        if (
            type(chunk) is bytes
            and encoding is None
            and callback is None
            and not self._writeGate_
            and not self._writeObjectMode_
        ):
            size = len(chunk)
            self._pendingCallbacks_ += 1
            self._writeLength_ += size
            self._writeGate_ = BUSY
            self._writeSize_ = size
            self._writeCallback_ = nop
            self._writeSync_ = True
            self._write(chunk, "buffer", self._onwrite_)
            self._writeSync_ = False
            # Checked after `_write`: a sink that took the chunk at once has room again (Node 24+).
            length = self._writeLength_
            if not length or length < self._writeHighWaterMark_:
                return self._errored_ is None and self._life_ <= LIVE
            self._needDrain_ = True
            return False
        return self._writeAnything_(chunk, encoding, callback) is None and self._mayWriteOn_()

    def pipe(self, destination: Any, options: Any = None, /, **keywords: Any) -> Any:
        """A Writable gives no data: fails with ERR_STREAM_CANNOT_PIPE."""
        self._errorOrDestroy_(ERR_STREAM_CANNOT_PIPE())

    @classmethod
    def fromWeb(
        cls, writableStream: Any, options: WritableOptions | Bag | None = None, /, **keywords: Unpack[WritableOptions]
    ) -> Any:
        """A Writable over a web WritableStream.

        Args: options: WritableOptions, as a mapping or as keywords.
        Node: https://nodejs.org/api/stream.html#streamwritablefromwebwritablestream-options
        """
        check(WritableOptions, options, keywords)
        return seam.writableFromWeb(cls, writableStream, mergeChecked(options, keywords))

    @staticmethod
    def toWeb(streamWritable: Any, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Any:
        """A web WritableStream over a Writable.

        Node: https://nodejs.org/api/stream.html#streamwritabletowebstreamwritable
        """
        return seam.writableToWeb(streamWritable)

    # -- for implementers

    def _write(self, chunk: Any, encoding: Any, callback: Callback) -> None:
        """A hook of the user: take a chunk, then call `callback(error or None)`.

        Node: https://nodejs.org/api/stream.html#writable_writechunk-encoding-callback
        """
        if self._writev is None:
            raise ERR_METHOD_NOT_IMPLEMENTED("_write()")
        self._writev(WriteEntries([WriteEntry(chunk, encoding, nop)], encoding == "buffer"), callback)

    #: Hooks of the user; None where the class has none.
    _writev: Any = None
    _final: Any = None

    # -- undocumented by Node, but used by programs

    @property
    def writableBuffer(self) -> list[Any]:
        """The waiting entries."""
        return list(self._writeBuffer_ or ())

    @property
    def _writableState(self) -> WritableState:
        return WritableState(self)

    def _undestroy(self) -> None:
        super()._undestroy()
        self._resetWriting_()

    # -- set up

    def _initWriting_(self, options: Mapping[str, Any], isDuplex: bool) -> None:
        objectMode = bool(options.get("objectMode"))
        if isDuplex:
            objectMode = objectMode or bool(options.get("writableObjectMode"))
        self._writeObjectMode_ = objectMode
        self._writeHighWaterMark_ = chooseHighWaterMark(options, "writableHighWaterMark", isDuplex, objectMode)
        self._decodeStrings_ = options.get("decodeStrings") is not False
        encoding = options.get("defaultEncoding")
        self._defaultEncoding_ = "utf8" if encoding is None else chooseEncoding(encoding)
        self._writePossible_ = True
        self._resetWriting_()

    def _resetWriting_(self) -> None:
        self._writePhase_ = OPEN
        self._corked_ = 0
        self._writeBuffer_ = None
        self._writeLength_ = 0
        self._writeSize_ = 0
        self._writeCallback_ = None
        self._writeSync_ = True
        self._needDrain_ = False
        self._bufferProcessing_ = False
        self._pendingCallbacks_ = 0
        self._afterWrite_ = None
        self._drainTick_ = False
        self._onFinished_ = None

    def _afterConstruct_(self) -> None:
        if not self._writeGate_ & BUSY:
            self._clearBuffer_()
        self._finishMaybe_()

    def _moveWrite_(self, to: int) -> None:
        assert to in WRITE_MOVES[self._writePhase_], f"write: {WRITE_NAMES[self._writePhase_]} -> {WRITE_NAMES[to]}"
        self._writePhase_ = to
        if to:
            self._writeGate_ |= AT_END
        else:
            self._writeGate_ &= ~AT_END

    def _isDone_(self) -> bool:
        return self._writePhase_ == FINISHED

    # -- behind write

    def _writeAnything_(
        self, chunk: Any, encoding: Any, callback: Callback | None, isLast: bool = False
    ) -> BaseException | None:
        """The slow path: any chunk in any state. Returns the error reported to the callback and the stream."""
        if callable(encoding):
            encoding, callback = None, encoding
        if chunk is None:
            raise ERR_STREAM_NULL_VALUES()
        if not self._writeObjectMode_:
            chunk, encoding = self._toWritable_(chunk, encoding)
            size = len(chunk)
        else:
            size = 1
        callback = fitCallback(callback, 1) if callable(callback) else nop
        if self._writeGate_ & (AT_END | IS_DESTROYED):
            return self._refuseWrite_(callback, isLast)
        self._pendingCallbacks_ += 1
        if self._writeGate_ & HOLD:
            self._hold_(chunk, encoding, callback, size)
        else:
            self._writeNow_(chunk, encoding, callback, size)
        return None

    def _toWritable_(self, chunk: Any, encoding: Any) -> tuple[Any, str]:
        """The chunk and encoding that `_write` gets outside of object mode."""
        if isinstance(chunk, str):
            if encoding is None or not isTruthy(encoding):
                encoding = self._defaultEncoding_
            elif not isEncoding(encoding):
                raise ERR_UNKNOWN_ENCODING(encoding)
            return (encode(chunk, encoding), "buffer") if self._decodeStrings_ else (chunk, encoding)
        if encoding is not None and encoding != "buffer" and isTruthy(encoding) and not isEncoding(encoding):
            raise ERR_UNKNOWN_ENCODING(encoding)
        data = toBytes(chunk)
        if data is None:
            raise ERR_INVALID_ARG_TYPE("chunk", CHUNK_TYPES, chunk)
        return data, "buffer"

    def _refuseWrite_(self, callback: Callback, isLast: bool) -> BaseException:
        error: BaseException
        if self._writeGate_ & AT_END:
            error = ERR_STREAM_WRITE_AFTER_END()
        else:
            error = ERR_STREAM_DESTROYED("write")
        nextTick(callback, error)
        self._errorOrDestroy_(error, True)
        return error

    def _hold_(self, chunk: Any, encoding: str | None, callback: Callback, size: int) -> None:
        if self._writeBuffer_ is None:
            self._writeBuffer_ = deque()
        self._writeBuffer_.append(WriteEntry(chunk, encoding, callback))
        self._writeLength_ += size
        self._noteLength_()

    def _writeNow_(self, chunk: Any, encoding: str | None, callback: Callback, size: int) -> None:
        self._writeLength_ += size
        self._writeGate_ |= BUSY
        self._writeSize_ = size
        self._writeCallback_ = callback
        self._writeSync_ = True
        self._write(chunk, encoding, self._onwrite_)
        self._writeSync_ = False
        self._noteLength_()

    def _noteLength_(self) -> None:
        length = self._writeLength_
        if length and length >= self._writeHighWaterMark_:
            self._needDrain_ = True

    def _mayWriteOn_(self) -> bool:
        """The result of write."""
        length = self._writeLength_
        if length and length >= self._writeHighWaterMark_:
            return False
        return self._errored_ is None and self._life_ <= LIVE

    def _writeIsUnderWay_(self, size: int, callback: Callback) -> bool:
        """The sink was given a chunk past `write` and is not done: the state is that of a pending `_write`."""
        self._pendingCallbacks_ += 1
        self._writeLength_ += size
        self._writeGate_ |= BUSY
        self._writeSize_ = size
        self._writeCallback_ = callback
        self._writeSync_ = False
        self._noteLength_()
        return self._mayWriteOn_()

    # -- the sink is done

    def _onwrite_(self, error: BaseException | None = None) -> None:
        """The callback of `_write` and `_writev`."""
        callback = self._writeCallback_
        if callback is None:
            self._errorOrDestroy_(ERR_MULTIPLE_CALLBACK())
            return
        sync = self._writeSync_  # of this write: what waits is passed on below, as its own write
        self._writeGate_ &= ~BUSY
        self._writeCallback_ = None
        self._writeLength_ -= self._writeSize_
        if error is not None and (error := failure(error)) is not None:
            self._fail_(error)
            if sync:
                nextTick(self._writeFailed_, error, callback)
            else:
                self._writeFailed_(error, callback)
            return
        if self._writeBuffer_:
            self._clearBuffer_()
        if not sync:
            self._afterWrites_(1, callback)
        elif callback is not nop:
            self._callBackInTick_(callback)
        elif ((self._needDrain_ and not self._writeLength_) or self._writeObjectMode_) and not self._drainTick_:
            # In object mode always, for no apparent reason; it delays 'finish' by a tick, as in Node.
            self._drainTick_ = True
            nextTick(self._afterWrites_, 1, nop)
        else:
            # Nothing waits, or a tick with 'drain' is already queued.
            self._pendingCallbacks_ -= 1
            if self._writePhase_:
                self._finishMaybe_(True)

    def _callBackInTick_(self, callback: Callback) -> None:
        # Writes in a row with the same callback share one tick, as in Node.
        pending = self._afterWrite_
        if pending is not None and pending[1] is callback:
            pending[0] += 1
            return
        self._afterWrite_ = pending = [1, callback]
        self._drainTick_ = True
        nextTick(self._afterWriteTick_, pending)

    def _afterWriteTick_(self, pending: list[Any]) -> None:
        self._afterWrite_ = None
        self._afterWrites_(pending[0], pending[1])

    def _afterWrites_(self, count: int, callback: Callback) -> None:
        self._drainTick_ = False
        if self._needDrain_ and not self._writeLength_ and not self._writePhase_ and self._life_ <= LIVE:
            self._needDrain_ = False
            self.emit("drain")
        if callback is nop:
            self._pendingCallbacks_ -= count
        else:
            while count:
                count -= 1
                self._pendingCallbacks_ -= 1
                callback(None)
        if self._life_ > LIVE:
            self._errorBuffer_()
        if self._writePhase_:
            self._finishMaybe_(True)

    def _writeFailed_(self, error: BaseException, callback: Callback) -> None:
        self._pendingCallbacks_ -= 1
        callback(error)
        # The chunks that wait fail with the same error.
        self._errorBuffer_()
        self._errorOrDestroy_(error)

    def _errorBuffer_(self) -> None:
        """Fail all callbacks that wait for a chunk or for the end."""
        if self._writeGate_ & BUSY:
            return
        waiting = list(self._writeBuffer_ or ())
        if self._writeBuffer_ is not None:
            self._writeBuffer_.clear()  # in place: _clearBuffer_ may be going through it
        for entry in waiting:
            self._writeLength_ -= 1 if self._writeObjectMode_ else len(entry.chunk)
            entry.callback(self._errored_ if self._errored_ is not None else ERR_STREAM_DESTROYED("write"))
        self._callFinished_(lambda: self._errored_ if self._errored_ is not None else ERR_STREAM_DESTROYED("end"))

    def _clearBuffer_(self) -> None:
        """Pass on what had to wait."""
        buffer = self._writeBuffer_
        if not buffer or self._bufferProcessing_ or self._writeGate_ & (CORKED | IS_DESTROYED | NOT_CONSTRUCTED):
            return
        self._bufferProcessing_ = True
        if len(buffer) > 1 and self._writev is not None:
            self._writeBuffer_ = None
            self._writeTogether_(buffer)
            buffer = self._writeBuffer_  # what was written from inside `_writev`
        while buffer and not self._writeGate_ & BUSY:
            entry = buffer.popleft()
            size = 1 if self._writeObjectMode_ else len(entry.chunk)
            self._hand_(entry, size)
        self._bufferProcessing_ = False

    def _hand_(self, entry: WriteEntry, size: int) -> None:
        self._writeSize_ = size
        self._writeCallback_ = entry.callback
        self._writeGate_ |= BUSY
        self._writeSync_ = True
        if self._life_ > LIVE:
            self._onwrite_(ERR_STREAM_DESTROYED("write"))
        else:
            self._write(entry.chunk, entry.encoding, self._onwrite_)
        self._writeSync_ = False

    def _writeTogether_(self, buffer: deque[WriteEntry]) -> None:
        # One callback stands for all of them; _onwrite_ takes one off.
        self._pendingCallbacks_ -= len(buffer) - 1
        entries = WriteEntries(buffer, all(entry.encoding == "buffer" for entry in buffer))
        callbacks = [entry.callback for entry in entries if entry.callback is not nop]

        def callAll(error: BaseException | None = None) -> None:
            for callback in callbacks:
                callback(error)

        self._writeSize_ = self._writeLength_
        self._writeCallback_ = callAll if callbacks else nop
        self._writeGate_ |= BUSY
        self._writeSync_ = True
        if self._life_ > LIVE:
            self._onwrite_(ERR_STREAM_DESTROYED("write"))
        else:
            self._writev(entries, self._onwrite_)
        self._writeSync_ = False

    # -- the end

    def _noteEndCallback_(self, callback: Callback, error: BaseException | None) -> None:
        if error is not None:
            nextTick(callback, error)
        elif self._writePhase_ == FINISHED or self._errored_ is not None:
            nextTick(callback, self._errored_)
        elif self._onFinished_ is None:
            self._onFinished_ = [callback]
        else:
            self._onFinished_.append(callback)

    def _callFinished_(self, error: Callable[[], BaseException | None]) -> None:
        callbacks, self._onFinished_ = self._onFinished_, None
        for callback in callbacks or ():
            callback(error())

    def _needFinish_(self) -> bool:
        return (
            OPEN < self._writePhase_ < FINISHED
            and self._life_ == LIVE
            and not self._writeGate_ & BUSY
            and not self._writeLength_
            and self._errored_ is None
            and not self._writeBuffer_
            and not self._bufferProcessing_
        )

    def _finishMaybe_(self, sync: bool = False) -> None:
        if not self._needFinish_():
            return
        self._prefinish_()
        if self._pendingCallbacks_:
            return
        if sync:
            self._pendingCallbacks_ += 1
            nextTick(self._finishTick_)
        elif self._needFinish_():
            self._pendingCallbacks_ += 1
            self._finish_()

    def _finishTick_(self) -> None:
        if self._needFinish_():
            self._finish_()
        else:
            self._pendingCallbacks_ -= 1

    def _prefinish_(self) -> None:
        if self._writePhase_ != ENDING:
            return
        if self._final is not None and self._life_ <= LIVE:
            self._moveWrite_(FINAL)
            self._callFinal_()
        else:
            self._moveWrite_(PREFINISHED)
            self._emitPrefinish_()

    def _emitPrefinish_(self) -> None:
        self.emit("prefinish")

    def _callFinal_(self) -> None:
        called = False

        def onFinish(error: BaseException | None = None) -> None:
            nonlocal called
            if called:
                self._errorOrDestroy_(error if error is not None else ERR_MULTIPLE_CALLBACK())
                return
            called = True
            self._pendingCallbacks_ -= 1
            if error is not None and (error := failure(error)) is not None:
                self._callFinished_(lambda: error)
                self._errorOrDestroy_(error, self._writeSync_)
            elif self._needFinish_():
                self._moveWrite_(PREFINISHED)
                self._emitPrefinish_()
                # As in Node: the end of `_final` and 'finish' are never in one tick.
                self._pendingCallbacks_ += 1
                nextTick(self._finish_)

        self._writeSync_ = True
        self._pendingCallbacks_ += 1
        try:
            self._final(onFinish)
        except Exception as error:
            self._hookRaised_(error, onFinish)
        self._writeSync_ = False

    def _finish_(self) -> None:
        self._pendingCallbacks_ -= 1
        self._moveWrite_(FINISHED)
        self._callFinished_(lambda: None)
        self.emit("finish")
        if self._autoDestroy_ and (not self._hasReadable_ or self._readDone_()):
            self.destroy()

    def _readDone_(self) -> bool:
        # A side that was never there, or was declared unusable, needs no end.
        return self._readPhase_ == END_EMITTED or not self._readPossible_
