"""Readable: a source of chunks. Its public surface; `reading.py` has the machinery.

Follows lib/internal/streams/readable.js of Node 26. Differs: `from` is `from_`; chunks are bytes, and a text counts
its code points, not its UTF-16 units; an async iterator that is dropped (a `break` out of `async for`) destroys
the stream at once, because Python does not call `aclose()` then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ...events import EventEmitter, Listener
from ...events.emitter import _absent
from ...reactor.loop.ticks import nextTick
from ...string_decoder import StringDecoder
from ..helpers.operators import Operators
from . import state
from .copies import ownCopies
from .nodestate import ReadableState
from .options import READABLE_HOOKS, adopt, merge
from .pipe import pipe, unpipe
from .predicates import isDisturbed
from .reading import Reading

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..helpers.iterator import ReadableIterator

__all__ = ["Readable"]

_F = TypeVar("_F", bound=Callable[..., Any])


@ownCopies
class Readable(Reading, Operators):
    """A source of chunks, read by 'data', by 'readable' and read(), by pipe, or by `async for`.

    Implement `_read(size)`, and if wanted `_construct(callback)` and `_destroy(err, callback)`; or give them as
    options.

    Args: options: ReadableOptions, as a mapping or as keywords.
    Emits: close; data(chunk); end; error(err); pause; readable; resume.
    Raises: ERR_INVALID_ARG_VALUE (highWaterMark), ERR_UNKNOWN_ENCODING.
    Node: stream.html#class-streamreadable
    """

    __slots__ = ()
    __events__ = {
        "close": (),
        "data": ("chunk",),
        "end": (),
        "error": ("err",),
        "pause": (),
        "readable": (),
        "resume": (),
    }
    _hasReadable_ = True
    _firstEvents_: tuple[str, ...] = ("close", "error", "data", "end", "readable")

    def __init__(self, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> None:
        options = merge(options, keywords)
        EventEmitter.__init__(self, options)
        self._initLife_(options)
        self._initReading_(options, False)
        if options:
            adopt(self, options, READABLE_HOOKS)
            self._obeySignal_(options)
        self._startConstruct_()

    def _afterConstruct_(self) -> None:
        if self._needReadable_:
            self._scheduleReadMore_()

    # -- listeners

    @overload
    def on(self, eventName: Any) -> Callable[[_F], _F]: ...
    @overload
    def on(self, eventName: Any, listener: Listener) -> Self: ...
    def on(self, eventName: Any, listener: Any = _absent) -> Any:
        """As EventEmitter.on; a 'data' listener makes the stream flow, a 'readable' listener stops the flow.

        Node: stream.html#event-data
        """
        if listener is _absent:
            return EventEmitter.on(self, eventName)  # the decorator comes back here
        EventEmitter.on(self, eventName, listener)
        if eventName == "data":
            self._onDataListener_()
        elif eventName == "readable":
            self._onReadableListener_()
        return self

    addListener = on

    def _onDataListener_(self) -> None:
        self._isPlain_ = self._looksPlain_()
        if "readable" in self._events:
            self._readableListening_ = True  # 'readable' wins over 'data' as long as somebody listens for it
        if self._flowing_ is not False:
            self.resume()

    def _onReadableListener_(self) -> None:
        if self._readPhase_ == state.END_EMITTED or self._readableListening_:
            return
        self._readableListening_ = self._needReadable_ = True
        self._flowing_ = False
        self._emittedReadable_ = False
        if self._readLength_ or self._owesReadable_:
            self._owesReadable_ = False
            self._scheduleReadable_()
        if not self._readLength_ and not self._readGate_ & state.BUSY:
            nextTick(self._readNextTick_)

    def removeListener(self, eventName: Any, listener: Listener) -> Self:
        """As EventEmitter.removeListener; without 'readable' listeners the stream may flow again.

        Node: events.html#emitterremovelistenereventname-listener
        """
        EventEmitter.removeListener(self, eventName, listener)
        if eventName == "readable":
            # Later: a listener that is replaced must not make the stream flow in between.
            nextTick(self._updateReadableListening_)
        return self

    off = removeListener

    def removeAllListeners(self, eventName: Any = _absent) -> Self:
        """As EventEmitter.removeAllListeners. Node: events.html#emitterremovealllistenerseventname"""
        EventEmitter.removeAllListeners(self, eventName)
        if eventName is _absent or eventName == "readable":
            nextTick(self._updateReadableListening_)
        return self

    def _updateReadableListening_(self) -> None:
        self._readableListening_ = "readable" in self._events
        if self._resumeScheduled_ and not self._paused_:
            # resume() was called while 'readable' listeners stood against it.
            self._flowing_ = True
        elif "data" in self._events:
            self.resume()
        elif not self._readableListening_:
            self._flowing_ = None

    # -- the flow

    def resume(self) -> Any:
        """Let the data flow; without a 'data' listener it is lost.

        Emits: resume, in the next tick.
        Node: stream.html#readableresume
        """
        if self._life_ > state.LIVE:
            return self
        if not self._flowing_:
            self._flowing_ = not self._readableListening_
            if not self._resumeScheduled_:
                self._resumeScheduled_ = True
                nextTick(self._resumeTick_)
        self._paused_ = False
        return self

    def pause(self) -> Any:
        """Stop the flow: what comes is buffered.

        Emits: pause.
        Node: stream.html#readablepause
        """
        if self._life_ > state.LIVE:
            return self
        if self._flowing_ is not False:
            self._flowing_ = False
            if "pause" in self._events or not self._isPlain_:
                self.emit("pause")
        self._paused_ = True
        return self

    def isPaused(self) -> bool:
        """True after pause(). Node: stream.html#readableispaused"""
        return self._paused_ or self._flowing_ is False

    def setEncoding(self, encoding: str | None = None) -> Any:
        """Hand out str instead of bytes, from what is buffered on; characters are never cut.

        Raises: ERR_UNKNOWN_ENCODING.
        Node: stream.html#readablesetencodingencoding
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

    # -- pipes

    def pipe(self, destination: Any, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Any:
        """Write everything to `destination`, at its pace, and end it at the end.

        Args: options: PipeOptions; `end` False leaves the destination open.
        Returns: the destination.
        Node: stream.html#readablepipedestination-options
        """
        return pipe(self, destination, merge(options, keywords))

    def unpipe(self, destination: Any = None) -> Any:
        """Take one destination off, or all.

        Node: stream.html#readableunpipedestination
        """
        return unpipe(self, destination)

    def wrap(self, stream: Any) -> Any:
        """Read from an old-style stream, which only emits 'data' and 'end'.

        Node: stream.html#readablewrapstream
        """
        from .wrap import wrap

        return wrap(self, stream)

    # -- iteration

    def __aiter__(self) -> ReadableIterator:
        return self.iterator()

    def iterator(self, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> ReadableIterator:
        """An async iterator over the chunks.

        Args: options: ReadableIteratorOptions; `destroyOnReturn` False keeps the stream when the loop is left.
        Node: stream.html#readableiteratoroptions
        """
        from ..helpers.iterator import ReadableIterator

        return ReadableIterator(self, merge(options, keywords))

    @classmethod
    def from_(cls, iterable: Any, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Any:
        """A stream of what an iterable, generator, async generator or file gives.

        Args: iterable: str and bytes come out as one chunk; a file in blocks (its lines: `from_(iter(file))` of a
            generator). options: ReadableOptions; objectMode is True by default, except for files.
        Raises: ERR_INVALID_ARG_TYPE.
        Node: stream.html#streamreadablefromiterable-options
        """
        from ..helpers.from_ import fromIterable

        return fromIterable(cls, iterable, merge(options, keywords))

    @classmethod
    def fromWeb(cls, readableStream: Any, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Any:
        """A Readable over a web ReadableStream. Node: stream.html#streamreadablefromwebreadablestream-options"""
        from ..web.adapters import readableFromWeb

        return readableFromWeb(cls, readableStream, merge(options, keywords))

    @staticmethod
    def toWeb(streamReadable: Any, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Any:
        """A web ReadableStream over a Readable.

        Args: options: ReadableToWebOptions.
        Node: stream.html#streamreadabletowebstreamreadable-options
        """
        from ..web.adapters import readableToWeb

        return readableToWeb(streamReadable, merge(options, keywords))

    @staticmethod
    def isDisturbed(stream: Any) -> bool:
        """True when something was read from a stream, or it was given up. Node: #streamreadableisdisturbedstream"""
        return isDisturbed(stream)

    # -- state

    @property
    def readable(self) -> bool:
        """True while read() may be called: not destroyed, not failed, not at the end. Node: #readablereadable"""
        return (
            self._readPossible_
            and self._life_ <= state.LIVE
            and not self._errorEmitted_
            and self._readPhase_ != state.END_EMITTED
        )

    @readable.setter
    def readable(self, value: Any) -> None:
        self._readPossible_ = bool(value)

    @property
    def readableAborted(self) -> bool:
        """True when the stream was destroyed or failed before 'end'. Node: #readablereadableaborted"""
        return (
            self._readPossible_
            and (self._life_ > state.LIVE or self._errored_ is not None)
            and self._readPhase_ != state.END_EMITTED
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
        return self._readPhase_ == state.END_EMITTED

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
    def readableBuffer(self) -> list[Any]:
        """What is buffered."""
        return list(self._readBuffer_ or ())

    @property
    def readableLength(self) -> int:
        """How much is buffered: bytes or objects. Node: #readablereadablelength"""
        return self._readLength_

    @property
    def readableObjectMode(self) -> bool:
        """True in object mode. Node: #readablereadableobjectmode"""
        return self._readObjectMode_

    @property
    def _readableState(self) -> ReadableState:
        return ReadableState(self)

    def _isDone_(self) -> bool:
        return self._readPhase_ == state.END_EMITTED

    def _undestroy(self) -> None:
        super()._undestroy()
        self._readPhase_ = state.FLOW
        self._needReadable_ = self._emittedReadable_ = False
