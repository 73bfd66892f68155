"""TransformStream of the web and its controller.

What is written waits until the readable side wants something: the two sides share one meter, `_isFull`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import ERR_INVALID_STATE_TYPE
from ..core.promises import microtask, resolve
from .common import Promise, afterwards, asError, following, hook, outOfRange, requireObject
from .readable import ReadableStream
from .writable import WritableStream


class TransformStream:
    """A pair of streams: what is written to `writable` is read, changed, from `readable`.

    Args: transformer: `start(controller)`, `transform(chunk, controller)`, `flush(controller)`, `cancel(reason)`;
        without `transform` chunks pass as they are. writableStrategy, readableStrategy: `highWaterMark` (chunks, 1 and
        0) and `size(chunk)`.
    Node: webstreams.html#class-transformstream
    """

    def __init__(self, transformer: Any = None, writableStrategy: Any = None, readableStrategy: Any = None) -> None:
        requireObject(transformer, "transformer")
        for name in ("readableType", "writableType"):
            if isinstance(transformer, Mapping) and transformer.get(name) is not None:
                raise outOfRange(f"transformer.{name}", transformer[name])
        self._change = Promise()  # of `_isFull`
        self._isFull = True
        self._finishing: Promise | None = None
        started = Promise()
        self._transform, self._flush, self._cancel = (
            hook(transformer, name, count, "transformer")
            for name, count in (("transform", 2), ("flush", 1), ("cancel", 1))
        )
        self._controller = TransformStreamDefaultController(self)
        self._readable = ReadableStream(
            {"start": lambda controller: started, "pull": self._pull, "cancel": self._cancelled},
            readableStrategy,
            _mark=0,
        )
        sink = {"start": lambda controller: started, "write": self._write}
        self._writable = WritableStream({**sink, "close": self._close, "abort": self._aborted}, writableStrategy)
        start = hook(transformer, "start", 1, "transformer")
        following(None if start is None else start(self._controller), started.resolve, started.reject)

    @property
    def readable(self) -> ReadableStream:
        """What comes out. Node: webstreams.html#transformstreamreadable"""
        return self._readable

    @property
    def writable(self) -> WritableStream:
        """What goes in. Node: webstreams.html#transformstreamwritable"""
        return self._writable

    # -- the sink

    async def _write(self, chunk: Any) -> None:
        if self._isFull:
            await self._change.wait()
            if self._writable._state == "erroring" and self._writable._error is not None:
                raise self._writable._error
        try:
            if self._transform is None:
                self._controller.enqueue(chunk)
            else:
                await resolve(self._transform(chunk, self._controller))
        except Exception as error:
            self._fail(error)
            raise
        await microtask()  # as long as Node's promises take: what was given is read before the next write

    def _close(self) -> Promise:
        if self._finishing is not None:
            return self._finishing
        flush = self._flush
        self._forget()
        readable = self._readable

        def done() -> BaseException | None:
            if readable._error is None and readable._isOpen():
                readable._requestClose()
            return readable._error

        return self._finish(flush, (self._controller,), done, readable._fail)

    def _aborted(self, reason: Any) -> Promise:
        if self._finishing is not None:
            return self._finishing
        cancel = self._cancel
        self._forget()
        readable = self._readable

        def done() -> BaseException | None:
            if readable._error is not None:
                return readable._error
            readable._fail(asError(reason))
            return None

        return self._finish(cancel, (reason,), done, readable._fail)

    # -- the source

    def _pull(self, controller: Any) -> Promise:
        self._setFull(False)
        return self._change

    def _cancelled(self, reason: Any) -> Promise:
        if self._finishing is not None:
            return self._finishing
        cancel = self._cancel
        self._forget()
        writable = self._writable

        def done() -> BaseException | None:
            if writable._state == "errored":
                return writable._error
            self._failWritable(asError(reason))
            return None

        return self._finish(cancel, (reason,), done, self._failWritable)

    # -- both

    def _finish(self, call: Any, args: tuple[Any, ...], done: Any, onError: Any) -> Promise:
        """Call a last hook. `done` tells what the other side has failed with."""
        self._finishing = finishing = Promise()

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

    def _forget(self) -> None:
        self._transform = self._flush = self._cancel = None

    def _setFull(self, isFull: bool) -> None:
        change, self._change = self._change, Promise()
        self._isFull = isFull
        change.resolve()

    def _fail(self, error: BaseException) -> None:
        self._readable._fail(error)
        self._failWritable(error)

    def _failWritable(self, error: BaseException) -> None:
        self._forget()
        self._writable._fail(error)
        if self._isFull:  # a write that waits goes on, to fail
            self._setFull(False)


class TransformStreamDefaultController:
    """What a transformer works with. Node: webstreams.html#class-transformstreamdefaultcontroller"""

    def __init__(self, stream: TransformStream) -> None:
        self._stream = stream

    @property
    def desiredSize(self) -> float | None:
        """How much more the readable side wants."""
        return self._stream._readable._desiredSize()

    def enqueue(self, chunk: Any = None) -> None:
        """Give a chunk."""
        stream = self._stream
        readable = stream._readable
        if not readable._isOpen():
            raise ERR_INVALID_STATE_TYPE("Unable to enqueue")
        try:
            readable._enqueue(chunk)
        except Exception as error:
            stream._failWritable(error)
            raise (readable._error or error) from None
        if readable._wantsMore() == stream._isFull:
            stream._setFull(True)

    def error(self, reason: Any = None) -> None:
        """Both sides have failed."""
        self._stream._fail(asError(reason))

    def terminate(self) -> None:
        """End the readable side; what is written from now on fails."""
        stream = self._stream
        if stream._readable._isOpen():
            stream._readable._requestClose()
        stream._failWritable(ERR_INVALID_STATE_TYPE("TransformStream has been terminated"))
