"""ReadableStream of the web, and its controller for chunks of any kind; `bytes.py` has that for bytes."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Literal, TypedDict, overload

from twisted.internet.defer import Deferred

from ...errors import ERR_ARG_NOT_ITERABLE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE_TYPE
from ...optionbags import check
from ..core.options import mergeChecked
from ..core.predicates import isIterable, isWebReadable, isWebWritable
from ..core.promises import closeIterator, failed, iterate, run
from .bytes import ReadableByteStreamController
from .bytetee import ByteTee
from .common import Promise, Queue, afterwards, asError, member, nothing, rejected, requireObject, resolved
from .controller import ReadableController
from .piping import Pipe, Tee
from .readers import ReadableStreamBYOBReader, ReadableStreamDefaultReader, ReadResult

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...optionbags import Bag
    from .writable import WritableStream


class ReadableStreamGetReaderOptions(TypedDict, total=False):
    """Options of getReader.

    Options:
        mode: "byob": a reader with a buffer of its own, of a stream of bytes; by default a reader of chunks.
    Node: https://nodejs.org/api/webstreams.html#readablestreamgetreaderoptions
    """

    mode: Literal["byob"]


class ReadableStreamIteratorOptions(TypedDict, total=False):
    """Options of values.

    Options:
        preventCancel: Leaving the loop does not cancel the stream; False by default.
    Node: https://nodejs.org/api/webstreams.html#readablestreamvaluesoptions
    """

    preventCancel: bool


class StreamPipeOptions(TypedDict, total=False):
    """Options of pipeTo and pipeThrough.

    Options:
        preventAbort: An error of the source does not abort the destination; False by default.
        preventCancel: An error of the destination does not cancel the source; False by default.
        preventClose: The end of the source does not close the destination; False by default.
        signal: An AbortSignal that gives up; none by default.
    Node: https://nodejs.org/api/webstreams.html#readablestreampipetodestination-options
    """

    preventAbort: bool
    preventCancel: bool
    preventClose: bool
    signal: Any


class ReadableStream:
    """A source of chunks.

    Args: underlyingSource: `start(controller)`, `pull(controller)`, `cancel(reason)`, as a mapping or an object; with
        `type: "bytes"` it is a stream of bytes, whose controller is a ReadableByteStreamController, and
        `autoAllocateChunkSize` (bytes) makes room for what a reader without a buffer of its own asks for.
        strategy: `highWaterMark` (chunks, 1; bytes, 0) and `size(chunk)`.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, what `start` raises.
    Node: https://nodejs.org/api/webstreams.html#class-readablestream
    """

    def __init__(self, underlyingSource: Any = None, strategy: Any = None, *, _mark: float = 1) -> None:
        requireObject(underlyingSource, "source")
        type = None if underlyingSource is None else member(underlyingSource, "type")
        if type not in (None, "bytes"):
            raise ERR_INVALID_ARG_VALUE("source.type", type)
        self._state_ = "readable"
        self._error_: BaseException | None = None
        self._reader_: ReadableStreamDefaultReader | ReadableStreamBYOBReader | None = None
        self._requests_: deque[Promise] = deque()  # reads that wait for a chunk
        self._intoRequests_: deque[Promise] = deque()  # reads that wait, with a buffer
        self._closed_ = Promise()
        self._isDisturbed_ = False
        self._controller_: ReadableByteStreamController | ReadableStreamDefaultController
        if type == "bytes":
            self._controller_ = ReadableByteStreamController._make_(self, underlyingSource, strategy)
        else:
            self._controller_ = ReadableStreamDefaultController._make_(self, underlyingSource, Queue(strategy, _mark))
        self._controller_._start_(underlyingSource)

    @staticmethod
    def from_(iterable: Any) -> ReadableStream:
        """A stream of what an iterable or async iterable gives.

        Node: https://nodejs.org/api/webstreams.html#readablestreamfromiterable
        """
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
        """True while there is a reader. Node: https://nodejs.org/api/webstreams.html#readablestreamlocked"""
        return self._reader_ is not None

    def cancel(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up. Node: https://nodejs.org/api/webstreams.html#readablestreamcancelreason"""
        if self.locked:
            return failed(ERR_INVALID_STATE_TYPE("ReadableStream is locked"))
        return self._giveUp_(reason).wait()

    @overload
    def getReader(self, options: None = None, /, *, mode: Literal["byob"]) -> ReadableStreamBYOBReader: ...
    @overload
    def getReader(self, options: None = None, /) -> ReadableStreamDefaultReader: ...
    @overload
    def getReader(self, options: ReadableStreamGetReaderOptions | Bag | None, /) -> Any: ...
    def getReader(
        self,
        options: ReadableStreamGetReaderOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableStreamGetReaderOptions],
    ) -> Any:
        """A reader, which locks the stream.

        Args: options: ReadableStreamGetReaderOptions; `mode` is "byob" for a reader with a buffer of its own, of a
            stream of bytes.
        Node: https://nodejs.org/api/webstreams.html#readablestreamgetreaderoptions
        """
        check(ReadableStreamGetReaderOptions, options, keywords)
        mode = mergeChecked(options, keywords).get("mode")
        if mode == "byob":
            return ReadableStreamBYOBReader(self)
        if mode is not None:
            raise ERR_INVALID_ARG_VALUE("options.mode", mode)
        return ReadableStreamDefaultReader(self)

    def values(
        self,
        options: ReadableStreamIteratorOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableStreamIteratorOptions],
    ) -> _Values:
        """An async iterator; leaving it cancels the stream unless `preventCancel`.

        Args: options: ReadableStreamIteratorOptions.
        Node: https://nodejs.org/api/webstreams.html#readablestreamvaluesoptions
        """
        check(ReadableStreamIteratorOptions, options, keywords)
        return _Values(self.getReader(), bool(mergeChecked(options, keywords).get("preventCancel")))

    def __aiter__(self) -> _Values:
        return self.values()

    def tee(self) -> tuple[ReadableStream, ReadableStream]:
        """Two streams that both give every chunk, in the place of this one.

        Node: https://nodejs.org/api/webstreams.html#readablestreamtee
        """
        if isinstance(self._controller_, ReadableByteStreamController):
            return ByteTee(self, ReadableStream).branches
        return Tee(self, ReadableStream).branches

    def pipeTo(
        self,
        destination: WritableStream,
        options: StreamPipeOptions | Bag | None = None,
        /,
        **keywords: Unpack[StreamPipeOptions],
    ) -> Deferred[None]:
        """Write everything into `destination` and close it.

        Args: options: StreamPipeOptions; `preventClose`, `preventAbort`, `preventCancel` leave the other side as it is;
            `signal` gives up.
        Node: https://nodejs.org/api/webstreams.html#readablestreampipetodestination-options
        """
        check(StreamPipeOptions, options, keywords)
        try:
            _requireWritable(destination)
            return Pipe(self, destination, mergeChecked(options, keywords)).done.wait()
        except Exception as error:
            return failed(error)

    def pipeThrough(
        self, transform: Any, options: StreamPipeOptions | Bag | None = None, /, **keywords: Unpack[StreamPipeOptions]
    ) -> ReadableStream:
        """What `transform`, with its `writable` and `readable`, makes of it.

        Args: options: StreamPipeOptions, as for pipeTo.
        Node: https://nodejs.org/api/webstreams.html#readablestreampipethroughtransform-options
        """
        check(StreamPipeOptions, options, keywords)
        readable, writable = member(transform, "readable"), member(transform, "writable")
        if not isWebReadable(readable):
            raise ERR_INVALID_ARG_TYPE("transform.readable", "ReadableStream", readable)
        _requireWritable(writable)
        Pipe(self, writable, mergeChecked(options, keywords))
        return readable  # type: ignore[no-any-return]

    # -- what Node's streams ask

    @property
    def _isReadable_(self) -> bool:
        return self._state_ == "readable"

    @property
    def _isErrored_(self) -> bool:
        return self._state_ == "errored"

    def _controllerError_(self, error: BaseException) -> None:
        self._fail_(error)

    # -- what readers, pipes and other streams ask

    @property
    def _supportsBYOB_(self) -> bool:
        return isinstance(self._controller_, ReadableByteStreamController)

    def _desiredSize_(self) -> float | None:
        return self._controller_._desiredSize_()

    def _isOpen_(self) -> bool:
        """True while chunks can be given."""
        return self._controller_._isOpen_()

    def _wantsMore_(self) -> bool:
        return self._controller_._wantsMore_()

    def _enqueue_(self, chunk: Any) -> None:
        self._controller_._enqueue_(chunk)

    def _requestClose_(self) -> None:
        self._controller_._requestClose_()

    def _waits_(self) -> bool:
        """True while somebody waits for a chunk."""
        return bool(self._requests_ or self._intoRequests_)

    def _finish_(self) -> None:
        self._state_ = "closed"
        if self._reader_ is not None:
            self._reader_._closed_.resolve()
        self._closed_.resolve()
        requests, self._requests_ = self._requests_, deque()
        for request in requests:
            request.resolve(ReadResult(None, True))

    def _fail_(self, error: BaseException) -> None:
        if self._state_ != "readable":
            return
        self._state_, self._error_ = "errored", error
        self._controller_._drop_()
        if self._reader_ is not None:
            self._reader_._closed_.reject(error)
        self._closed_.reject(error)
        self._reject_(error)

    def _reject_(self, error: BaseException) -> None:
        """Everybody who waits for a chunk gets an error."""
        requests, self._requests_ = [*self._requests_, *self._intoRequests_], deque()
        self._intoRequests_ = deque()
        for request in requests:
            request.reject(error)

    def _read_(self, request: Promise | None = None) -> Promise:
        """Settle a request, or a new one, with the next chunk."""
        request = request or Promise()
        self._isDisturbed_ = True
        if self._state_ == "closed":
            request.resolve(ReadResult(None, True))
        elif self._error_ is not None:
            request.reject(self._error_)
        else:
            self._controller_._read_(request)
        return request

    def _readInto_(self, view: memoryview, least: int, request: Promise | None = None) -> Promise:
        """Settle a request, or a new one, with what the next bytes are in a buffer."""
        request = request or Promise()
        self._isDisturbed_ = True
        if self._error_ is not None:
            request.reject(self._error_)
        else:
            assert isinstance(self._controller_, ReadableByteStreamController), "a reader with a buffer reads bytes"
            self._controller_._readInto_(view, least, request)
        return request

    def _giveUp_(self, reason: Any) -> Promise:
        self._isDisturbed_ = True
        if self._error_ is not None:
            return rejected(self._error_)
        if self._state_ == "closed":
            return resolved()
        cancel = self._controller_._cancel_
        self._finish_()
        waiting, self._intoRequests_ = self._intoRequests_, deque()
        for request in waiting:
            request.resolve(ReadResult(None, True))
        self._controller_._drop_()
        done = Promise()
        afterwards(cancel, (reason,), lambda value: done.resolve(), done.reject)
        return done


def _requireWritable(value: Any) -> None:
    if not isWebWritable(value):
        raise ERR_INVALID_ARG_TYPE("transform.writable", "WritableStream", value)


class ReadableStreamDefaultController(ReadableController):
    """What an underlying source works with.

    Node: https://nodejs.org/api/webstreams.html#class-readablestreamdefaultcontroller
    """

    _queue_: Queue

    @classmethod
    def _make_(cls, stream: Any, source: Any, queue: Queue) -> ReadableStreamDefaultController:
        controller = cls._of_(stream, source, queue.mark)
        controller._queue_ = queue
        return controller

    @property
    def desiredSize(self) -> float | None:
        """How much more the queue wants."""
        return self._desiredSize_()

    def enqueue(self, chunk: Any = None) -> None:
        """Give a chunk."""
        self._enqueue_(chunk)

    def close(self) -> None:
        """There are no more chunks."""
        self._requestClose_()

    def error(self, error: Any = None) -> None:
        """The stream has failed."""
        self._stream_._fail_(asError(error))

    # -- the queue

    @property
    def _held_(self) -> float:
        return self._queue_.total

    def _enqueue_(self, chunk: Any) -> None:
        stream = self._stream_
        self._requireOpen_()
        if stream._requests_:
            stream._requests_.popleft().resolve(ReadResult(chunk, False))
        else:
            try:
                self._queue_.put(chunk)
            except Exception as error:
                stream._fail_(error)
                raise
        self._pullIfNeeded_()

    def _requestClose_(self) -> None:
        self._requireOpen_()
        self._closeRequested_ = True
        if not self._queue_.chunks:
            self._end_()

    def _read_(self, request: Promise) -> None:
        if self._queue_.chunks:
            request.resolve(ReadResult(self._queue_.take(), False))
            if self._closeRequested_ and not self._queue_.chunks:
                self._end_()
            else:
                self._pullIfNeeded_()
            return
        self._stream_._requests_.append(request)
        self._pullIfNeeded_()

    def _drop_(self) -> None:
        self._queue_.clear()
        self._forget_()

    def _release_(self) -> None:
        """A reader has given the lock back."""


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
