"""ReadableStream of the web, its controller and its reader. `web.py` says what is left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ...errors import ERR_ARG_NOT_ITERABLE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE_TYPE
from ...records import Record
from ...validators import validateObject
from ..core.options import merge
from ..core.predicates import isIterable, isWebReadable, isWebWritable
from ..core.promises import closeIterator, failed, iterate, run
from .common import (
    Promise,
    Queue,
    afterwards,
    asError,
    following,
    hook,
    member,
    nothing,
    rejected,
    requireObject,
    resolved,
)

if TYPE_CHECKING:
    from .writable import WritableStream


@dataclass(frozen=True, slots=True)
class ReadResult(Record):
    """What reader.read() gives: a value, or `done` at the end."""

    value: Any
    done: bool


class ReadableStream:
    """A source of chunks.

    Args: underlyingSource: `start(controller)`, `pull(controller)`, `cancel(reason)`, as a mapping or an object;
        strategy: `highWaterMark` (chunks, 1) and `size(chunk)`.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, what `start` raises.
    Node: webstreams.html#class-readablestream
    """

    def __init__(self, underlyingSource: Any = None, strategy: Any = None, *, _mark: float = 1) -> None:
        requireObject(underlyingSource, "source")
        if isinstance(underlyingSource, Mapping) and underlyingSource.get("type") is not None:
            raise ERR_INVALID_ARG_VALUE("source.type", underlyingSource["type"])
        self._state = "readable"
        self._error: BaseException | None = None
        self._queue = Queue(strategy, _mark)
        self._requests: deque[Promise] = deque()
        self._reader: ReadableStreamDefaultReader | None = None
        self._closed = Promise()
        self._closeRequested = self._started = self._pulling = self._pullAgain = False
        self._isDisturbed = False
        self._pull, self._cancel = hook(underlyingSource, "pull", 1), hook(underlyingSource, "cancel", 1)
        start = hook(underlyingSource, "start", 1)
        self._controller = ReadableStreamDefaultController(self)
        following(None if start is None else start(self._controller), self._begin, self._fail)

    @staticmethod
    def from_(iterable: Any) -> ReadableStream:
        """A stream of what an iterable or async iterable gives. Node: webstreams.html#readablestreamfromiterable"""
        if not isIterable(iterable):
            raise ERR_ARG_NOT_ITERABLE(iterable)
        iterator = iterate(iterable)

        async def pull(controller: ReadableStreamDefaultController) -> None:
            try:
                controller.enqueue(await iterator.__anext__())
            except StopAsyncIteration:
                controller.close()

        return ReadableStream({"pull": pull, "cancel": lambda reason: closeIterator(iterator)}, {"highWaterMark": 0})

    @property
    def locked(self) -> bool:
        """True while there is a reader. Node: webstreams.html#readablestreamlocked"""
        return self._reader is not None

    def cancel(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up. Node: webstreams.html#readablestreamcancelreason"""
        if self.locked:
            return failed(ERR_INVALID_STATE_TYPE("ReadableStream is locked"))
        return self._giveUp(reason).wait()

    def getReader(self, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> ReadableStreamDefaultReader:
        """A reader, which locks the stream. Node: webstreams.html#readablestreamgetreaderoptions"""
        mode = merge(options, keywords).get("mode")
        if mode == "byob":
            raise ERR_INVALID_ARG_VALUE("stream", self, "must be a byte stream")
        if mode is not None:
            raise ERR_INVALID_ARG_VALUE("options.mode", mode)
        return ReadableStreamDefaultReader(self)

    def values(self, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> _Values:
        """An async iterator; leaving it cancels the stream unless `preventCancel`.

        Node: webstreams.html#readablestreamvaluesoptions
        """
        if options is not None:
            validateObject(options, "options")
        return _Values(self.getReader(), bool(merge(options, keywords).get("preventCancel")))

    def __aiter__(self) -> _Values:
        return self.values()

    def tee(self) -> tuple[ReadableStream, ReadableStream]:
        """Two streams that both give every chunk, in the place of this one.

        Node: webstreams.html#readablestreamtee
        """
        from .piping import Tee

        return Tee(self).branches

    def pipeTo(
        self, destination: WritableStream, options: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> Deferred[None]:
        """Write everything into `destination` and close it.

        Args: options: `preventClose`, `preventAbort`, `preventCancel` leave the other side as it is; `signal` gives up.
        Node: webstreams.html#readablestreampipetodestination-options
        """
        from .piping import Pipe

        try:
            _requireWritable(destination)
            return Pipe(self, destination, merge(options, keywords)).done.wait()
        except Exception as error:
            return failed(error)

    def pipeThrough(
        self, transform: Any, options: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> ReadableStream:
        """What `transform`, with its `writable` and `readable`, makes of it.

        Args: options: as for pipeTo.
        Node: webstreams.html#readablestreampipethroughtransform-options
        """
        from .piping import Pipe

        readable, writable = member(transform, "readable"), member(transform, "writable")
        if not isWebReadable(readable):
            raise ERR_INVALID_ARG_TYPE("transform.readable", "ReadableStream", readable)
        _requireWritable(writable)
        Pipe(self, writable, merge(options, keywords))
        return readable  # type: ignore[no-any-return]

    # -- what Node's streams ask

    @property
    def _isReadable(self) -> bool:
        return self._state == "readable"

    @property
    def _isErrored(self) -> bool:
        return self._state == "errored"

    def _controllerError(self, error: BaseException) -> None:
        self._fail(error)

    # -- the queue

    def _begin(self, value: Any = None) -> None:
        self._started = True
        self._pullIfNeeded()

    def _desiredSize(self) -> float | None:
        if self._state == "readable":
            return self._queue.mark - self._queue.total
        return None if self._state == "errored" else 0

    def _isOpen(self) -> bool:
        """True while chunks can be given."""
        return self._state == "readable" and not self._closeRequested

    def _wantsMore(self) -> bool:
        return self._isOpen() and self._started and (bool(self._requests) or (self._desiredSize() or 0) > 0)

    def _pullIfNeeded(self) -> None:
        if not self._wantsMore():
            return
        if self._pulling:
            self._pullAgain = True
            return
        self._pulling = True
        afterwards(self._pull, (self._controller,), self._pulled, self._fail)

    def _pulled(self, value: Any) -> None:
        self._pulling = False
        if self._pullAgain:
            self._pullAgain = False
            self._pullIfNeeded()

    def _enqueue(self, chunk: Any) -> None:
        if not self._isOpen():
            raise ERR_INVALID_STATE_TYPE("Controller is already closed")
        if self._requests:
            self._requests.popleft().resolve(ReadResult(chunk, False))
        else:
            try:
                self._queue.put(chunk)
            except Exception as error:
                self._fail(error)
                raise
        self._pullIfNeeded()

    def _requestClose(self) -> None:
        if not self._isOpen():
            raise ERR_INVALID_STATE_TYPE("Controller is already closed")
        self._closeRequested = True
        if not self._queue.chunks:
            self._finish()

    def _finish(self) -> None:
        self._state = "closed"
        self._pull = self._cancel = None
        if self._reader is not None:
            self._reader._closed.resolve()
        self._closed.resolve()
        requests, self._requests = self._requests, deque()
        for request in requests:
            request.resolve(ReadResult(None, True))

    def _fail(self, error: BaseException) -> None:
        if self._state != "readable":
            return
        self._state, self._error = "errored", error
        self._queue.clear()
        self._pull = self._cancel = None
        if self._reader is not None:
            self._reader._closed.reject(error)
        self._closed.reject(error)
        self._reject(error)

    def _reject(self, error: BaseException) -> None:
        """Everybody who waits for a chunk gets an error."""
        requests, self._requests = self._requests, deque()
        for request in requests:
            request.reject(error)

    def _read(self) -> Promise:
        self._isDisturbed = True
        if self._queue.chunks:
            request = resolved(ReadResult(self._queue.take(), False))
            if self._closeRequested and not self._queue.chunks:
                self._finish()
            else:
                self._pullIfNeeded()
            return request
        if self._state == "closed":
            return resolved(ReadResult(None, True))
        if self._error is not None:
            return rejected(self._error)
        request = Promise()
        self._requests.append(request)
        self._pullIfNeeded()
        return request

    def _giveUp(self, reason: Any) -> Promise:
        self._isDisturbed = True
        if self._error is not None:
            return rejected(self._error)
        if self._state == "closed":
            return resolved()
        cancel = self._cancel
        self._finish()
        self._queue.clear()
        done = Promise()
        afterwards(cancel, (reason,), lambda value: done.resolve(), done.reject)
        return done


def _requireWritable(value: Any) -> None:
    if not isWebWritable(value):
        raise ERR_INVALID_ARG_TYPE("transform.writable", "WritableStream", value)


class ReadableStreamDefaultController:
    """What an underlying source works with. Node: webstreams.html#class-readablestreamdefaultcontroller"""

    def __init__(self, stream: ReadableStream) -> None:
        self._stream = stream

    @property
    def desiredSize(self) -> float | None:
        """How much more the queue wants."""
        return self._stream._desiredSize()

    def enqueue(self, chunk: Any = None) -> None:
        """Give a chunk."""
        self._stream._enqueue(chunk)

    def close(self) -> None:
        """There are no more chunks."""
        self._stream._requestClose()

    def error(self, error: Any = None) -> None:
        """The stream has failed."""
        self._stream._fail(asError(error))


class ReadableStreamDefaultReader:
    """Reads from a ReadableStream, which it locks. Node: webstreams.html#class-readablestreamdefaultreader"""

    def __init__(self, stream: ReadableStream) -> None:
        if not isWebReadable(stream):
            raise ERR_INVALID_ARG_TYPE("stream", "ReadableStream", stream)
        if stream.locked:
            raise ERR_INVALID_STATE_TYPE("ReadableStream is locked")
        self._stream: ReadableStream | None = stream
        self._closed = Promise()
        if stream._error is not None:
            self._closed.reject(stream._error)
        elif stream._state == "closed":
            self._closed.resolve()
        stream._reader = self

    @property
    def closed(self) -> Deferred[None]:
        """Fires when the stream is closed, fails when it has failed or the lock is given back."""
        return self._closed.wait()

    def read(self) -> Deferred[ReadResult]:
        """The next chunk."""
        return rejected(_detached()).wait() if self._stream is None else self._stream._read().wait()

    def cancel(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up."""
        return failed(_detached()) if self._stream is None else self._stream._giveUp(reason).wait()

    def releaseLock(self) -> None:
        """Let somebody else read; who waits for a chunk gets an error."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        if self._closed.settled:
            self._closed = Promise()
        self._closed.reject(ERR_INVALID_STATE_TYPE("Reader released"))
        stream._reader = None
        stream._reject(ERR_INVALID_STATE_TYPE("Releasing reader"))


def _detached() -> ERR_INVALID_STATE_TYPE:
    return ERR_INVALID_STATE_TYPE("The reader is not attached to a stream")


class _Values:
    """The async iterator of a ReadableStream; dropping it cancels the stream."""

    def __init__(self, reader: ReadableStreamDefaultReader, preventCancel: bool) -> None:
        self._reader: ReadableStreamDefaultReader | None = reader
        self._preventCancel = preventCancel
        self._isWaiting = False

    def __aiter__(self) -> _Values:
        return self

    async def __anext__(self) -> Any:
        if self._reader is None:
            raise StopAsyncIteration
        self._isWaiting = True
        try:
            result = await self._reader.read()
        except Exception:
            self._release()
            raise
        self._isWaiting = False
        if result.done:
            self._release()
            raise StopAsyncIteration
        return result.value

    def _release(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.releaseLock()

    async def aclose(self) -> None:
        """Leave the iteration."""
        reader = self._reader
        if reader is None or self._preventCancel:
            self._release()
            return
        cancelled = reader.cancel()
        self._release()
        await cancelled

    def __del__(self) -> None:
        # One that waits for a chunk is not left but collected, together with its stream.
        if self._reader is not None and not self._isWaiting:
            run(self.aclose()).addErrback(nothing)
