"""TransformStream of the web and its controller.

What is written waits until the readable side wants something: the two sides share one meter, `_isFull_`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_STATE_TYPE
from ..core.promises import microtask, resolve
from .common import Promise, afterwards, asError, following, hook, outOfRange, requireObject
from .readable import ReadableStream
from .writable import WritableStream


class TransformStream:
    """A pair of streams: what is written to `writable` is read, changed, from `readable`.

    Args: transformer: `start(controller)`, `transform(chunk, controller)`, `flush(controller)`, `cancel(reason)`;
        without `transform` chunks pass as they are. writableStrategy, readableStrategy: `highWaterMark` (chunks, 1 and
        0) and `size(chunk)`.
    Node: https://nodejs.org/api/webstreams.html#class-transformstream
    """

    def __init__(self, transformer: Any = None, writableStrategy: Any = None, readableStrategy: Any = None) -> None:
        requireObject(transformer, "transformer")
        for name in ("readableType", "writableType"):
            if isinstance(transformer, Mapping) and transformer.get(name) is not None:
                raise outOfRange(f"transformer.{name}", transformer[name])
        self._change_ = Promise()  # of `_isFull_`
        self._isFull_ = True
        self._finishing_: Promise | None = None
        started = Promise()
        self._transform_, self._flush_, self._cancel_ = (
            hook(transformer, name, count, "transformer")
            for name, count in (("transform", 2), ("flush", 1), ("cancel", 1))
        )
        self._controller_ = TransformStreamDefaultController._of_(self)
        self._readable_ = ReadableStream(
            {"start": lambda controller: started, "pull": self._pull_, "cancel": self._cancelled_},
            readableStrategy,
            _mark=0,
        )
        sink = {"start": lambda controller: started, "write": self._write_}
        self._writable_ = WritableStream({**sink, "close": self._close_, "abort": self._aborted_}, writableStrategy)
        start = hook(transformer, "start", 1, "transformer")
        following(None if start is None else start(self._controller_), started.resolve, started.reject)

    @property
    def readable(self) -> ReadableStream:
        """What comes out. Node: https://nodejs.org/api/webstreams.html#transformstreamreadable"""
        return self._readable_

    @property
    def writable(self) -> WritableStream:
        """What goes in. Node: https://nodejs.org/api/webstreams.html#transformstreamwritable"""
        return self._writable_

    # -- the sink

    async def _write_(self, chunk: Any) -> None:
        if self._isFull_:
            await self._change_.wait()
            if self._writable_._state_ == "erroring" and self._writable_._error_ is not None:
                raise self._writable_._error_
        try:
            if self._transform_ is None:
                self._controller_.enqueue(chunk)
            else:
                await resolve(self._transform_(chunk, self._controller_))
        except Exception as error:
            self._fail_(error)
            raise
        await microtask()  # as long as Node's promises take: what was given is read before the next write

    def _close_(self) -> Promise:
        if self._finishing_ is not None:
            return self._finishing_
        flush = self._flush_
        self._forget_()
        readable = self._readable_

        def done() -> BaseException | None:
            if readable._error_ is None and readable._isOpen_():
                readable._requestClose_()
            return readable._error_

        return self._finish_(flush, (self._controller_,), done, readable._fail_)

    def _aborted_(self, reason: Any) -> Promise:
        if self._finishing_ is not None:
            return self._finishing_
        cancel = self._cancel_
        self._forget_()
        readable = self._readable_

        def done() -> BaseException | None:
            if readable._error_ is not None:
                return readable._error_
            readable._fail_(asError(reason))
            return None

        return self._finish_(cancel, (reason,), done, readable._fail_)

    # -- the source

    def _pull_(self, controller: Any) -> Promise:
        self._setFull_(False)
        return self._change_

    def _cancelled_(self, reason: Any) -> Promise:
        if self._finishing_ is not None:
            return self._finishing_
        cancel = self._cancel_
        self._forget_()
        writable = self._writable_

        def done() -> BaseException | None:
            if writable._state_ == "errored":
                return writable._error_
            self._failWritable_(asError(reason))
            return None

        return self._finish_(cancel, (reason,), done, self._failWritable_)

    # -- both

    def _finish_(self, call: Any, args: tuple[Any, ...], done: Any, onError: Any) -> Promise:
        """Call a last hook. `done` tells what the other side has failed with."""
        self._finishing_ = finishing = Promise()

        def succeeded(value: Any) -> None:
            error = done()
            if error is None:
                finishing.resolve()
            else:
                finishing.reject(error)

        def failed(error: BaseException) -> None:
            onError(error)
            finishing.reject(error)

        afterwards(call, args, succeeded, failed)
        return finishing

    def _forget_(self) -> None:
        self._transform_ = self._flush_ = self._cancel_ = None

    def _setFull_(self, isFull: bool) -> None:
        change, self._change_ = self._change_, Promise()
        self._isFull_ = isFull
        change.resolve()

    def _fail_(self, error: BaseException) -> None:
        self._readable_._fail_(error)
        self._failWritable_(error)

    def _failWritable_(self, error: BaseException) -> None:
        self._forget_()
        self._writable_._fail_(error)
        if self._isFull_:  # a write that waits goes on, to fail
            self._setFull_(False)


class TransformStreamDefaultController:
    """What a transformer works with.

    Node: https://nodejs.org/api/webstreams.html#class-transformstreamdefaultcontroller
    """

    _stream_: TransformStream

    def __init__(self) -> None:
        raise ERR_ILLEGAL_CONSTRUCTOR()

    @classmethod
    def _of_(cls, stream: TransformStream) -> TransformStreamDefaultController:
        controller = cls.__new__(cls)
        controller._stream_ = stream
        return controller

    @property
    def desiredSize(self) -> float | None:
        """How much more the readable side wants."""
        return self._stream_._readable_._desiredSize_()

    def enqueue(self, chunk: Any = None) -> None:
        """Give a chunk."""
        stream = self._stream_
        readable = stream._readable_
        if not readable._isOpen_():
            raise ERR_INVALID_STATE_TYPE("Unable to enqueue")
        try:
            readable._enqueue_(chunk)
        except Exception as error:
            stream._failWritable_(error)
            raise (readable._error_ or error) from None
        if readable._wantsMore_() == stream._isFull_:
            stream._setFull_(True)

    def error(self, reason: Any = None) -> None:
        """Both sides have failed."""
        self._stream_._fail_(asError(reason))

    def terminate(self) -> None:
        """End the readable side; what is written from now on fails."""
        stream = self._stream_
        if stream._readable_._isOpen_():
            stream._readable_._requestClose_()
        stream._failWritable_(ERR_INVALID_STATE_TYPE("TransformStream has been terminated"))
