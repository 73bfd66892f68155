"""Transform: a Duplex whose output is made from its input.

Follows lib/internal/streams/transform.js of Node 26 by behaviour. Backpressure crosses the two sides in one place:
when the readable side is full, the callback of the write under way is kept (`_held_`) until `_read` asks for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import ERR_METHOD_NOT_IMPLEMENTED
from ...optionbags import check
from ...reactor.loop.ticks import nextTick
from . import state
from .base import Callback, failure
from .duplex import Duplex
from .options import TRANSFORM_HOOKS, TransformOptions, adopt, merge

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...optionbags import Bag

__all__ = ["Transform"]


class Transform(Duplex):
    """A stream that transforms its input into its output.

    Implement `_transform(chunk, encoding, callback)`, which may `push` and calls `callback(err, data)`, and if wanted
    `_flush(callback)`, called before the end; or give them as options.

    Args: options: TransformOptions, as a mapping or as keywords.
    Emits: what Duplex emits.
    Node: https://nodejs.org/api/stream.html#class-streamtransform
    """

    __slots__ = ("_held_", "_lengthBefore_", "_taken_")
    __events__: dict[str, tuple[str, ...]] = Duplex.__events__

    #: A hook of the user: `callback(err, data)` ends the stream.
    _flush: Any = None
    _held_: Callback | None
    _lengthBefore_: int
    _taken_: Callback | None

    def __init__(self, options: TransformOptions | Bag | None = None, /, **keywords: Unpack[TransformOptions]) -> None:
        check(TransformOptions, options, keywords)
        given = merge(options, keywords)
        mark = given.get("highWaterMark")
        mark = given.get("readableHighWaterMark") if mark is None else mark
        if mark == 0 and mark is not False:
            # A readable side that holds nothing means a writable one that holds nothing. Node does the same.
            writable = given.get("writableHighWaterMark") or 0
            given = {**given, "highWaterMark": None, "readableHighWaterMark": 0, "writableHighWaterMark": writable}
        self._held_ = self._taken_ = None
        super().__init__(given)
        # What `_transform` pushes never comes from inside `_read`: it may go straight out.
        self._readSync_ = False
        if given:
            adopt(self, given, TRANSFORM_HOOKS)

    def _transform(self, chunk: Any, encoding: Any, callback: Callback) -> None:
        """A user hook: process a chunk, `push` the results, call `callback(err, data)`.

        Node: https://nodejs.org/api/stream.html#transform_transformchunk-encoding-callback
        """
        raise ERR_METHOD_NOT_IMPLEMENTED("_transform()")

    def _final(self, callback: Callback | None = None) -> None:
        if self._flush is None or self._life_ > state.LIVE:
            self.push(None)
            if callback is not None:
                callback()
            return

        def flushed(error: BaseException | None = None, data: Any = None) -> None:
            if error is not None and (error := failure(error)) is not None:
                if callback is not None:
                    callback(error)
                else:
                    self.destroy(error)
                return
            if data is not None:
                self.push(data)
            self.push(None)
            if callback is not None:
                callback()

        self._flush(flushed)

    def _emitPrefinish_(self) -> None:
        # If the user replaced `_final`, the flush still has to happen. In Node this is a listener of 'prefinish';
        # here that would be a reference cycle in every Transform.
        if type(self)._final is not Transform._final or "_final" in self.__dict__:
            Transform._final(self)
        self.emit("prefinish")

    def _write(self, chunk: Any, encoding: Any, callback: Callback) -> None:
        self._taken_ = callback
        self._lengthBefore_ = self._readLength_
        self._transform(chunk, encoding, self._transformed_)

    def _transformed_(self, error: BaseException | None = None, data: Any = None) -> None:
        """The callback of `_transform`; a second call goes on to `_onwrite_`, which tells of it."""
        callback, self._taken_ = self._taken_ or self._onwrite_, None
        if error is not None and (error := failure(error)) is not None:
            callback(error)
            return
        if data is not None:
            self.push(data)
        length = self._readLength_
        if self._readPhase_:
            nextTick(callback)  # the output has ended: nothing will be requested
        elif length == self._lengthBefore_ or length < self._readHighWaterMark_ or self._writePhase_:
            callback()
        else:
            self._held_ = callback

    def _read(self, size: int) -> None:
        callback = self._held_
        if callback is not None:
            self._held_ = None
            callback()
