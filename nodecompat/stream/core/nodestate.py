"""`_readableState` and `_writableState`: what Node keeps in state objects, as views of a stream's slots.

Programs look into these although they are private, so the names are Node's. A view is made when it is asked for
and holds nothing but the stream; the stream itself never uses it on the path of a chunk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import state


def _slot(name: str) -> Any:
    """A field that is a slot of the stream, to read and to write."""

    def get(view: _View) -> Any:
        return getattr(view._stream, name)

    def set(view: _View, value: Any) -> None:
        setattr(view._stream, name, value)

    return property(get, set)


def _bit(gate: str, bit: int, inverted: bool = False) -> Any:
    """A field that is a bit of a gate, to read and to write."""

    def get(view: _View) -> bool:
        return bool(getattr(view._stream, gate) & bit) is not inverted

    def set(view: _View, value: Any) -> None:
        before = getattr(view._stream, gate)
        setattr(view._stream, gate, before | bit if bool(value) is not inverted else before & ~bit)

    return property(get, set)


def _is(test: Callable[[Any], Any]) -> Any:
    """A field that follows from the state."""

    def get(view: _View) -> Any:
        return test(view._stream)

    return property(get)


class _View:
    __slots__ = ("_stream",)

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    autoDestroy = _slot("_autoDestroy")
    emitClose = _slot("_emitClose")
    errored = _is(lambda stream: stream._errored)
    errorEmitted = _slot("_errorEmitted")
    constructed = _is(lambda stream: stream._life not in (state.CONSTRUCTING, state.DOOMED))
    destroyed = _is(lambda stream: stream._life > state.LIVE)
    closed = _is(lambda stream: stream._life >= state.CLOSED)
    closeEmitted = _is(lambda stream: stream._life == state.GONE)


class ReadableState(_View):
    """The readable side of a stream."""

    __slots__ = ()

    objectMode = _slot("_readObjectMode")
    highWaterMark = _slot("_readHighWaterMark")
    length = _slot("_readLength")
    flowing = _slot("_flowing")
    paused = _slot("_paused")
    reading = _bit("_readGate", state.BUSY)
    sync = _slot("_readSync")
    needReadable = _slot("_needReadable")
    emittedReadable = _slot("_emittedReadable")
    readableListening = _slot("_readableListening")
    resumeScheduled = _slot("_resumeScheduled")
    readingMore = _slot("_readingMore")
    dataEmitted = _slot("_dataEmitted")
    decoder = _slot("_decoder")
    defaultEncoding = _slot("_readDefaultEncoding")
    readable = _slot("_readPossible")
    ended = _is(lambda stream: stream._readPhase != state.FLOW)
    endEmitted = _is(lambda stream: stream._readPhase == state.END_EMITTED)
    encoding = _is(lambda stream: stream.readableEncoding)
    buffer = _is(lambda stream: stream.readableBuffer)
    bufferIndex = _is(lambda stream: 0)
    pipes = _is(lambda stream: stream._pipes or [])
    pipesCount = _is(lambda stream: len(stream._pipes or ()))
    multiAwaitDrain = _slot("_multiAwaitDrain")

    @property
    def awaitDrainWriters(self) -> Any:
        """Who must say 'drain' before the flow goes on: None or one stream, with several pipes a set."""
        waiting = self._stream._awaitDrain or set()
        if self.multiAwaitDrain:
            return waiting
        return next(iter(waiting), None)


class WritableState(_View):
    """The writable side of a stream."""

    __slots__ = ()

    objectMode = _slot("_writeObjectMode")
    highWaterMark = _slot("_writeHighWaterMark")
    length = _slot("_writeLength")
    needDrain = _slot("_needDrain")
    decodeStrings = _slot("_decodeStrings")
    defaultEncoding = _slot("_defaultEncoding")
    writing = _bit("_writeGate", state.BUSY)
    corked = _slot("_corked")
    sync = _slot("_writeSync")
    bufferProcessing = _slot("_bufferProcessing")
    writecb = _slot("_writeCallback")
    writelen = _slot("_writeSize")
    pendingcb = _slot("_pendingCallbacks")
    afterWriteTickInfo = _slot("_afterWrite")
    writable = _slot("_writePossible")
    finalCalled = _is(lambda stream: stream._writePhase >= state.FINAL and stream._final is not None)
    ending = _is(lambda stream: stream._writePhase != state.OPEN)
    ended = _is(lambda stream: stream._writePhase != state.OPEN)
    prefinished = _is(lambda stream: stream._writePossible and stream._writePhase >= state.PREFINISHED)
    finished = _is(lambda stream: stream._writePhase == state.FINISHED)
    buffered = _is(lambda stream: stream.writableBuffer)
    bufferedIndex = _is(lambda stream: 0)
    bufferedRequestCount = _is(lambda stream: len(stream._writeBuffer or ()))
    onwrite = _is(lambda stream: stream._onwrite)
    allBuffers = _is(lambda stream: all(entry.encoding == "buffer" for entry in stream._writeBuffer or ()))

    def getBuffer(self) -> list[Any]:
        """The entries that wait."""
        return list(self._stream._writeBuffer or ())
