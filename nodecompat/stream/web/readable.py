"""ReadableStream of the web, its controller and its reader. `__init__.py` says what is left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from twisted.internet.defer import Deferred

from ...errors import ERR_ARG_NOT_ITERABLE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE_TYPE
from ...optionbags import check
from ...records import Record
from ..core.options import mergeChecked
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
from .piping import Pipe, Tee

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...optionbags import Bag
    from .writable import WritableStream


@dataclass(frozen=True, slots=True)
class ReadResult(Record):
    """What reader.read() gives: a value, or `done` at the end."""

    value: Any
    done: bool


class ReadableStreamGetReaderOptions(TypedDict, total=False):
    """Options of getReader. Node: https://nodejs.org/api/webstreams.html#readablestreamgetreaderoptions"""

    #: "byob", which needs a stream of bytes: there is none.
    mode: str


class ReadableStreamIteratorOptions(TypedDict, total=False):
    """Options of values. Node: https://nodejs.org/api/webstreams.html#readablestreamvaluesoptions"""

    #: Leaving the loop does not cancel the stream; False by default.
    preventCancel: bool


class StreamPipeOptions(TypedDict, total=False):
    """Options of pipeTo and pipeThrough.

    Node: https://nodejs.org/api/webstreams.html#readablestreampipetodestination-options
    """

    #: An error of the source does not abort the destination; False by default.
    preventAbort: bool
    #: An error of the destination does not cancel the source; False by default.
    preventCancel: bool
    #: The end of the source does not close the destination; False by default.
    preventClose: bool
    #: An AbortSignal that gives up.
    signal: Any


class ReadableStream:
    """A source of chunks.

    Args: underlyingSource: `start(controller)`, `pull(controller)`, `cancel(reason)`, as a mapping or an object;
        strategy: `highWaterMark` (chunks, 1) and `size(chunk)`.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, what `start` raises.
    Node: https://nodejs.org/api/webstreams.html#class-readablestream
    """

    def __init__(self, underlyingSource: Any = None, strategy: Any = None, *, _mark: float = 1) -> None:
        requireObject(underlyingSource, "source")
        if isinstance(underlyingSource, Mapping) and underlyingSource.get("type") is not None:
            raise ERR_INVALID_ARG_VALUE("source.type", underlyingSource["type"])
        self._state_ = "readable"
        self._error_: BaseException | None = None
        self._queue_ = Queue(strategy, _mark)
        self._requests_: deque[Promise] = deque()
        self._reader_: ReadableStreamDefaultReader | None = None
        self._closed_ = Promise()
        self._closeRequested_ = self._started_ = self._pulling_ = self._pullAgain_ = False
        self._isDisturbed_ = False
        self._pull_, self._cancel_ = hook(underlyingSource, "pull", 1), hook(underlyingSource, "cancel", 1)
        start = hook(underlyingSource, "start", 1)
        self._controller_ = ReadableStreamDefaultController(self)
        following(None if start is None else start(self._controller_), self._begin_, self._fail_)

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

    def getReader(
        self,
        options: ReadableStreamGetReaderOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableStreamGetReaderOptions],
    ) -> ReadableStreamDefaultReader:
        """A reader, which locks the stream.

        Node: https://nodejs.org/api/webstreams.html#readablestreamgetreaderoptions
        """
        check(ReadableStreamGetReaderOptions, options, keywords)
        mode = mergeChecked(options, keywords).get("mode")
        if mode == "byob":
            raise ERR_INVALID_ARG_VALUE("stream", self, "must be a byte stream")
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
        return Tee(self, ReadableStream).branches

    def pipeTo(
        self,
        destination: WritableStream,
        options: StreamPipeOptions | Bag | None = None,
        /,
        **keywords: Unpack[StreamPipeOptions],
    ) -> Deferred[None]:
        """Write everything into `destination` and close it.

        Args: options: `preventClose`, `preventAbort`, `preventCancel` leave the other side as it is; `signal` gives up.
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

        Args: options: as for pipeTo.
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

    # -- the queue

    def _begin_(self, value: Any = None) -> None:
        self._started_ = True
        self._pullIfNeeded_()

    def _desiredSize_(self) -> float | None:
        if self._state_ == "readable":
            return self._queue_.mark - self._queue_.total
        return None if self._state_ == "errored" else 0

    def _isOpen_(self) -> bool:
        """True while chunks can be given."""
        return self._state_ == "readable" and not self._closeRequested_

    def _wantsMore_(self) -> bool:
        return self._isOpen_() and self._started_ and (bool(self._requests_) or (self._desiredSize_() or 0) > 0)

    def _pullIfNeeded_(self) -> None:
        if not self._wantsMore_():
            return
        if self._pulling_:
            self._pullAgain_ = True
            return
        self._pulling_ = True
        afterwards(self._pull_, (self._controller_,), self._pulled_, self._fail_)

    def _pulled_(self, value: Any) -> None:
        self._pulling_ = False
        if self._pullAgain_:
            self._pullAgain_ = False
            self._pullIfNeeded_()

    def _enqueue_(self, chunk: Any) -> None:
        if not self._isOpen_():
            raise ERR_INVALID_STATE_TYPE("Controller is already closed")
        if self._requests_:
            self._requests_.popleft().resolve(ReadResult(chunk, False))
        else:
            try:
                self._queue_.put(chunk)
            except Exception as error:
                self._fail_(error)
                raise
        self._pullIfNeeded_()

    def _requestClose_(self) -> None:
        if not self._isOpen_():
            raise ERR_INVALID_STATE_TYPE("Controller is already closed")
        self._closeRequested_ = True
        if not self._queue_.chunks:
            self._finish_()

    def _finish_(self) -> None:
        self._state_ = "closed"
        self._pull_ = self._cancel_ = None
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
        self._queue_.clear()
        self._pull_ = self._cancel_ = None
        if self._reader_ is not None:
            self._reader_._closed_.reject(error)
        self._closed_.reject(error)
        self._reject_(error)

    def _reject_(self, error: BaseException) -> None:
        """Everybody who waits for a chunk gets an error."""
        requests, self._requests_ = self._requests_, deque()
        for request in requests:
            request.reject(error)

    def _read_(self) -> Promise:
        self._isDisturbed_ = True
        if self._queue_.chunks:
            request = resolved(ReadResult(self._queue_.take(), False))
            if self._closeRequested_ and not self._queue_.chunks:
                self._finish_()
            else:
                self._pullIfNeeded_()
            return request
        if self._state_ == "closed":
            return resolved(ReadResult(None, True))
        if self._error_ is not None:
            return rejected(self._error_)
        request = Promise()
        self._requests_.append(request)
        self._pullIfNeeded_()
        return request

    def _giveUp_(self, reason: Any) -> Promise:
        self._isDisturbed_ = True
        if self._error_ is not None:
            return rejected(self._error_)
        if self._state_ == "closed":
            return resolved()
        cancel = self._cancel_
        self._finish_()
        self._queue_.clear()
        done = Promise()
        afterwards(cancel, (reason,), lambda value: done.resolve(), done.reject)
        return done


def _requireWritable(value: Any) -> None:
    if not isWebWritable(value):
        raise ERR_INVALID_ARG_TYPE("transform.writable", "WritableStream", value)


class ReadableStreamDefaultController:
    """What an underlying source works with.

    Node: https://nodejs.org/api/webstreams.html#class-readablestreamdefaultcontroller
    """

    def __init__(self, stream: ReadableStream) -> None:
        self._stream_ = stream

    @property
    def desiredSize(self) -> float | None:
        """How much more the queue wants."""
        return self._stream_._desiredSize_()

    def enqueue(self, chunk: Any = None) -> None:
        """Give a chunk."""
        self._stream_._enqueue_(chunk)

    def close(self) -> None:
        """There are no more chunks."""
        self._stream_._requestClose_()

    def error(self, error: Any = None) -> None:
        """The stream has failed."""
        self._stream_._fail_(asError(error))


class ReadableStreamDefaultReader:
    """Reads from a ReadableStream, which it locks.

    Node: https://nodejs.org/api/webstreams.html#class-readablestreamdefaultreader
    """

    def __init__(self, stream: ReadableStream) -> None:
        if not isWebReadable(stream):
            raise ERR_INVALID_ARG_TYPE("stream", "ReadableStream", stream)
        if stream.locked:
            raise ERR_INVALID_STATE_TYPE("ReadableStream is locked")
        self._stream_: ReadableStream | None = stream
        self._closed_ = Promise()
        if stream._error_ is not None:
            self._closed_.reject(stream._error_)
        elif stream._state_ == "closed":
            self._closed_.resolve()
        stream._reader_ = self

    @property
    def closed(self) -> Deferred[None]:
        """Fires when the stream is closed, fails when it has failed or the lock is given back."""
        return self._closed_.wait()

    def read(self) -> Deferred[ReadResult]:
        """The next chunk."""
        return rejected(_detached()).wait() if self._stream_ is None else self._stream_._read_().wait()

    def cancel(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up."""
        return failed(_detached()) if self._stream_ is None else self._stream_._giveUp_(reason).wait()

    def releaseLock(self) -> None:
        """Let somebody else read; who waits for a chunk gets an error."""
        stream, self._stream_ = self._stream_, None
        if stream is None:
            return
        if self._closed_.settled:
            self._closed_ = Promise()
        self._closed_.reject(ERR_INVALID_STATE_TYPE("Reader released"))
        stream._reader_ = None
        stream._reject_(ERR_INVALID_STATE_TYPE("Releasing reader"))


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
