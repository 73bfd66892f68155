"""`_readableState` and `_writableState`: Node's state objects, over the slots of a stream.

Programs look into these although they are private, so the names are Node's. A state object is made on demand and
holds nothing but its stream, which never uses it for a chunk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import state


def _slot(name: str) -> Any:
    """A field that is a slot of the stream, to read and to write."""

    def get(side: _State) -> Any:
        return getattr(side._stream, name)

    def set(side: _State, value: Any) -> None:
        setattr(side._stream, name, value)

    return property(get, set)


def _bit(gate: str, bit: int, inverted: bool = False) -> Any:
    """A field that is a bit of a gate, to read and to write."""

    def get(side: _State) -> bool:
        return bool(getattr(side._stream, gate) & bit) is not inverted

    def set(side: _State, value: Any) -> None:
        before = getattr(side._stream, gate)
        setattr(side._stream, gate, before | bit if bool(value) is not inverted else before & ~bit)

    return property(get, set)


def _is(test: Callable[[Any], Any]) -> Any:
    """A field that follows from the state."""

    def get(side: _State) -> Any:
        return test(side._stream)

    return property(get)


class _State:
    __slots__ = ("_stream",)

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    autoDestroy: Any = _slot("_autoDestroy_")
    emitClose: Any = _slot("_emitClose_")
    errored: Any = _is(lambda stream: stream._errored_)
    errorEmitted: Any = _slot("_errorEmitted_")
    constructed: Any = _is(lambda stream: stream._life_ not in (state.CONSTRUCTING, state.DOOMED))
    destroyed: Any = _is(lambda stream: stream._life_ > state.LIVE)
    closed: Any = _is(lambda stream: stream._life_ >= state.CLOSED)
    closeEmitted: Any = _is(lambda stream: stream._life_ == state.GONE)


class ReadableState(_State):
    """The readable side of a stream."""

    __slots__ = ()

    objectMode: Any = _slot("_readObjectMode_")
    highWaterMark: Any = _slot("_readHighWaterMark_")
    length: Any = _slot("_readLength_")
    flowing: Any = _slot("_flowing_")
    paused: Any = _slot("_paused_")
    reading: Any = _bit("_readGate_", state.BUSY)
    sync: Any = _slot("_readSync_")
    needReadable: Any = _slot("_needReadable_")
    emittedReadable: Any = _slot("_emittedReadable_")
    readableListening: Any = _slot("_readableListening_")
    resumeScheduled: Any = _slot("_resumeScheduled_")
    readingMore: Any = _slot("_readingMore_")
    dataEmitted: Any = _slot("_dataEmitted_")
    decoder: Any = _slot("_decoder_")
    defaultEncoding: Any = _slot("_readDefaultEncoding_")
    readable: Any = _slot("_readPossible_")
    ended: Any = _is(lambda stream: stream._readPhase_ != state.FLOW)
    endEmitted: Any = _is(lambda stream: stream._readPhase_ == state.END_EMITTED)
    encoding: Any = _is(lambda stream: stream.readableEncoding)
    buffer: Any = _is(lambda stream: stream.readableBuffer)
    bufferIndex: Any = _is(lambda stream: 0)
    pipes: Any = _is(lambda stream: stream._pipes_ or [])
    pipesCount: Any = _is(lambda stream: len(stream._pipes_ or ()))
    multiAwaitDrain: Any = _slot("_multiAwaitDrain_")

    @property
    def awaitDrainWriters(self) -> Any:
        """The streams whose 'drain' the flow waits for: None or one, with several pipes a set."""
        waiting = self._stream._awaitDrain_ or set()
        if self.multiAwaitDrain:
            return waiting
        return next(iter(waiting), None)


class WritableState(_State):
    """The writable side of a stream."""

    __slots__ = ()

    objectMode: Any = _slot("_writeObjectMode_")
    highWaterMark: Any = _slot("_writeHighWaterMark_")
    length: Any = _slot("_writeLength_")
    needDrain: Any = _slot("_needDrain_")
    decodeStrings: Any = _slot("_decodeStrings_")
    defaultEncoding: Any = _slot("_defaultEncoding_")
    writing: Any = _bit("_writeGate_", state.BUSY)
    corked: Any = _slot("_corked_")
    sync: Any = _slot("_writeSync_")
    bufferProcessing: Any = _slot("_bufferProcessing_")
    writecb: Any = _slot("_writeCallback_")
    writelen: Any = _slot("_writeSize_")
    pendingcb: Any = _slot("_pendingCallbacks_")
    afterWriteTickInfo: Any = _slot("_afterWrite_")
    writable: Any = _slot("_writePossible_")
    finalCalled: Any = _is(lambda stream: stream._writePhase_ >= state.FINAL and stream._final is not None)
    ending: Any = _is(lambda stream: stream._writePhase_ != state.OPEN)
    ended: Any = _is(lambda stream: stream._writePhase_ != state.OPEN)
    prefinished: Any = _is(lambda stream: stream._writePossible_ and stream._writePhase_ >= state.PREFINISHED)
    finished: Any = _is(lambda stream: stream._writePhase_ == state.FINISHED)
    buffered: Any = _is(lambda stream: stream.writableBuffer)
    bufferedIndex: Any = _is(lambda stream: 0)
    bufferedRequestCount: Any = _is(lambda stream: len(stream._writeBuffer_ or ()))
    onwrite: Any = _is(lambda stream: stream._onwrite_)
    allBuffers: Any = _is(lambda stream: all(entry.encoding == "buffer" for entry in stream._writeBuffer_ or ()))
    allNoop: Any = _is(lambda stream: all(entry.callback is state.nop for entry in stream._writeBuffer_ or ()))

    def getBuffer(self) -> list[Any]:
        """The waiting entries."""
        return list(self._stream._writeBuffer_ or ())
