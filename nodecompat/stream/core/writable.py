"""Writable: a sink for chunks. Its public surface; `writing.py` has the machinery.

Follows lib/internal/streams/writable.js of Node 26. Differs: chunks are bytes; what `_writev` gets is a list of
entries with `chunk` and `encoding`, and the list itself has `allBuffers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...encodings import isEncoding
from ...errors import ERR_STREAM_CANNOT_PIPE, ERR_UNKNOWN_ENCODING
from ...events import EventEmitter
from ...reactor.loop.ticks import nextTick
from . import state
from .base import Callback
from .copies import ownCopies
from .nodestate import WritableState
from .options import WRITABLE_HOOKS, adopt, merge
from .writing import Writing

__all__ = ["Writable"]


@ownCopies
class Writable(Writing):
    """A sink for chunks.

    Implement `_write(chunk, encoding, callback)` or `_writev(chunks, callback)`, and if wanted `_final(callback)`,
    `_construct(callback)` and `_destroy(err, callback)`; or give them as options.

    Args: options: WritableOptions, as a mapping or as keywords.
    Emits: close; drain; error(err); finish; pipe(src); unpipe(src).
    Raises: ERR_INVALID_ARG_VALUE (highWaterMark).
    Node: stream.html#class-streamwritable
    """

    __slots__ = ()
    __events__ = {
        "close": (),
        "drain": (),
        "error": ("err",),
        "finish": (),
        "pipe": ("src",),
        "unpipe": ("src",),
    }
    _hasWritable_ = True
    _firstEvents_: tuple[str, ...] = ("close", "error", "prefinish", "finish", "drain")

    def __init__(self, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> None:
        options = merge(options, keywords)
        EventEmitter.__init__(self, options)
        self._initLife_(options)
        self._initWriting_(options, False)
        if options:
            adopt(self, options, WRITABLE_HOOKS)
            self._obeySignal_(options)
        self._startConstruct_()

    def _afterConstruct_(self) -> None:
        if not self._writeGate_ & state.BUSY:
            self._clearBuffer_()
        self._finishMaybe_()

    def pipe(self, destination: Any, options: Any = None, /, **keywords: Any) -> Any:
        """A Writable gives no data: fails with ERR_STREAM_CANNOT_PIPE."""
        self._errorOrDestroy_(ERR_STREAM_CANNOT_PIPE())

    # -- cork

    def cork(self) -> None:
        """Hold back all writes until `uncork()`, so that they can go out together.

        Node: stream.html#writablecork
        """
        self._corked_ += 1
        self._writeGate_ |= state.CORKED

    def setDefaultEncoding(self, encoding: str) -> Any:
        """The encoding of str chunks that come without one.

        Raises: ERR_UNKNOWN_ENCODING.
        Node: stream.html#writablesetdefaultencodingencoding
        """
        if not isEncoding(encoding):
            raise ERR_UNKNOWN_ENCODING(encoding)
        self._defaultEncoding_ = encoding.lower()
        return self

    # -- destroy

    def destroy(self, error: BaseException | None = None, callback: Callback | None = None) -> Any:
        """End the stream now; what was not written yet is lost, its callbacks get an error.

        Args: error: what it failed with; callback: called with the error when `_destroy` is done.
        Returns: the stream.
        Emits: error(err), close.
        Node: stream.html#writabledestroyerror
        """
        if self._life_ <= state.LIVE and (self._writeBuffer_ or self._bufferProcessing_ or self._onFinished_):
            nextTick(self._errorBuffer_)
        return super().destroy(error, callback)

    def _undestroy(self) -> None:
        super()._undestroy()
        self._resetWriting_()

    # -- state

    @property
    def writable(self) -> bool:
        """True while write() may be called: not destroyed, failed or ended. Node: #writablewritable"""
        return (
            self._writePossible_
            and self._life_ <= state.LIVE
            and self._errored_ is None
            and self._writePhase_ == state.OPEN
        )

    @writable.setter
    def writable(self, value: Any) -> None:
        self._writePossible_ = bool(value)

    @property
    def writableAborted(self) -> bool:
        """True when the stream was destroyed or failed before 'finish'. Node: #writablewritableaborted"""
        return (
            self._writePossible_
            and (self._life_ > state.LIVE or self._errored_ is not None)
            and self._writePhase_ != state.FINISHED
        )

    @property
    def writableCorked(self) -> int:
        """How often uncork() must be called. Node: #writablewritablecorked"""
        return self._corked_

    @property
    def writableEnded(self) -> bool:
        """True after end(). Node: #writablewritableended"""
        return self._writePhase_ != state.OPEN

    @property
    def writableFinished(self) -> bool:
        """True just before 'finish' goes out. Node: #writablewritablefinished"""
        return self._writePhase_ == state.FINISHED

    @property
    def writableHighWaterMark(self) -> int:
        """How much is buffered before write() answers False. Node: #writablewritablehighwatermark"""
        return self._writeHighWaterMark_

    @property
    def writableBuffer(self) -> list[Any]:
        """The entries that wait."""
        return list(self._writeBuffer_ or ())

    @property
    def writableLength(self) -> int:
        """How much is buffered or under way: bytes or objects. Node: #writablewritablelength"""
        return self._writeLength_

    @property
    def writableNeedDrain(self) -> bool:
        """True when write() answered False and 'drain' will come. Node: #writablewritableneeddrain"""
        return self._needDrain_ and self._life_ <= state.LIVE and self._writePhase_ == state.OPEN

    @property
    def writableObjectMode(self) -> bool:
        """True in object mode. Node: #writablewritableobjectmode"""
        return self._writeObjectMode_

    @property
    def _writableState(self) -> WritableState:
        return WritableState(self)

    def _isDone_(self) -> bool:
        return self._writePhase_ == state.FINISHED

    @classmethod
    def fromWeb(cls, writableStream: Any, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Any:
        """A Writable over a web WritableStream. Node: stream.html#streamwritablefromwebwritablestream-options"""
        from ..web.adapters import writableFromWeb

        return writableFromWeb(cls, writableStream, merge(options, keywords))

    @staticmethod
    def toWeb(streamWritable: Any, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Any:
        """A web WritableStream over a Writable. Node: stream.html#streamwritabletowebstreamwritable"""
        from ..web.adapters import writableToWeb

        return writableToWeb(streamWritable)
