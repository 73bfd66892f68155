"""ReadableStream of the web, its controller and its reader. `web.py` says what is left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..errors import ERR_INVALID_STATE_TYPE
from ..records import Record
from .awaiting import closeIterator, iterate, run
from .webcommon import Promise, Queue, afterwards, asError, failed, hook

if TYPE_CHECKING:
    from .webwritable import WritableStream


@dataclass(frozen=True, slots=True)
class ReadResult(Record):
    """What reader.read() gives: a value, or `done` at the end."""

    value: Any
    done: bool


class ReadableStream:
    """A source of chunks.

    Args: underlyingSource: `start(controller)`, `pull(controller)`, `cancel(reason)`, as a mapping or an object;
        strategy: `highWaterMark` (chunks, 1) and `size(chunk)`.
    Node: webstreams.html#class-readablestream
    """

    def __init__(self, underlyingSource: Any = None, strategy: Mapping[str, Any] | None = None) -> None:
        self._state = "readable"
        self._error: BaseException | None = None
        self._queue = Queue(strategy)
        self._requests: deque[Promise] = deque()
        self._reader: ReadableStreamDefaultReader | None = None
        self._closed = Promise()
        self._closeRequested = self._started = self._pulling = self._pullAgain = False
        self._isDisturbed = False
        self._pull, self._cancel = hook(underlyingSource, "pull", 1), hook(underlyingSource, "cancel", 1)
        self._controller = ReadableStreamDefaultController(self)
        afterwards(hook(underlyingSource, "start", 1), (self._controller,), self._begin, self._fail)

    @staticmethod
    def from_(iterable: Any) -> ReadableStream:
        """A stream of what an iterable or async iterable gives. Node: webstreams.html#readablestreamfromiterable"""
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
        return self._giveUp(reason)

    def getReader(self) -> ReadableStreamDefaultReader:
        """A reader, which locks the stream. Node: webstreams.html#readablestreamgetreaderoptions"""
        return ReadableStreamDefaultReader(self)

    def values(self, options: Mapping[str, Any] | None = None) -> _Values:
        """An async iterator; leaving it cancels the stream unless `preventCancel`."""
        return _Values(self.getReader(), bool((options or {}).get("preventCancel")))

    def __aiter__(self) -> _Values:
        return self.values()

    def pipeTo(self, destination: WritableStream) -> Deferred[None]:
        """Write everything into `destination` and close it. Node: #readablestreampipetodestination-options"""
        return run(_pipe(self, destination))

    def pipeThrough(self, transform: Any) -> ReadableStream:
        """What `transform`, with its `writable` and `readable`, makes of it.

        Node: webstreams.html#readablestreampipethroughtransform-options
        """
        self.pipeTo(transform.writable).addErrback(lambda failure: None)
        return transform.readable  # type: ignore[no-any-return]

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

    def _begin(self) -> None:
        self._started = True
        self._pullIfNeeded()

    def _desiredSize(self) -> float | None:
        if self._state == "readable":
            return self._queue.mark - self._queue.total
        return None if self._state == "errored" else 0

    def _pullIfNeeded(self) -> None:
        if self._state != "readable" or self._closeRequested or not self._started:
            return
        if not self._requests and (self._desiredSize() or 0) <= 0:
            return
        if self._pulling:
            self._pullAgain = True
            return
        self._pulling = True
        afterwards(self._pull, (self._controller,), self._pulled, self._fail)

    def _pulled(self) -> None:
        self._pulling = False
        if self._pullAgain:
            self._pullAgain = False
            self._pullIfNeeded()

    def _enqueue(self, chunk: Any) -> None:
        if self._state != "readable" or self._closeRequested:
            raise ERR_INVALID_STATE_TYPE("Controller is already closed")
        if self._requests:
            self._requests.popleft().resolve(ReadResult(chunk, False))
        else:
            self._queue.put(chunk)
        self._pullIfNeeded()

    def _requestClose(self) -> None:
        if self._state != "readable" or self._closeRequested:
            raise ERR_INVALID_STATE_TYPE("Controller is already closed")
        self._closeRequested = True
        if not self._queue.chunks:
            self._finish()

    def _finish(self) -> None:
        self._state = "closed"
        for request in self._requests:
            request.resolve(ReadResult(None, True))
        self._requests.clear()
        self._closed.resolve()

    def _fail(self, error: BaseException) -> None:
        if self._state != "readable":
            return
        self._state, self._error = "errored", error
        self._queue.clear()
        for request in self._requests:
            request.reject(error)
        self._requests.clear()
        self._closed.reject(error)

    def _read(self) -> Deferred[ReadResult]:
        self._isDisturbed = True
        request = Promise()
        if self._queue.chunks:
            request.resolve(ReadResult(self._queue.take(), False))
            if self._closeRequested and not self._queue.chunks:
                self._finish()
            else:
                self._pullIfNeeded()
        elif self._state == "closed":
            request.resolve(ReadResult(None, True))
        elif self._error is not None:
            request.reject(self._error)
        else:
            self._requests.append(request)
            self._pullIfNeeded()
        return request.wait()

    def _giveUp(self, reason: Any) -> Deferred[None]:
        self._isDisturbed = True
        if self._error is not None:
            return failed(self._error)
        done = Promise()
        if self._state == "closed":
            done.resolve()
            return done.wait()
        self._queue.clear()
        self._finish()
        afterwards(self._cancel, (reason,), done.resolve, done.reject)
        return done.wait()


class ReadableStreamDefaultController:
    """What an underlying source works with. Node: webstreams.html#class-readablestreamdefaultcontroller"""

    def __init__(self, stream: ReadableStream) -> None:
        self._stream = stream

    @property
    def desiredSize(self) -> float | None:
        """How much more the queue wants."""
        return self._stream._desiredSize()

    def enqueue(self, chunk: Any) -> None:
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
        if stream.locked:
            raise ERR_INVALID_STATE_TYPE("ReadableStream is locked")
        self._stream: ReadableStream | None = stream
        stream._reader = self

    def _locked(self) -> ReadableStream:
        if self._stream is None:
            raise ERR_INVALID_STATE_TYPE("The reader is not attached to a stream")
        return self._stream

    @property
    def closed(self) -> Deferred[None]:
        """Fires when the stream is closed, fails when it has failed."""
        return self._locked()._closed.wait()

    def read(self) -> Deferred[ReadResult]:
        """The next chunk."""
        try:
            return self._locked()._read()
        except Exception as error:
            return failed(error)

    def cancel(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up."""
        try:
            return self._locked()._giveUp(reason)
        except Exception as error:
            return failed(error)

    def releaseLock(self) -> None:
        """Let somebody else read."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream._reader = None


class _Values:
    """The async iterator of a ReadableStream; dropping it cancels the stream."""

    def __init__(self, reader: ReadableStreamDefaultReader, preventCancel: bool) -> None:
        self._reader: ReadableStreamDefaultReader | None = reader
        self._preventCancel = preventCancel

    def __aiter__(self) -> _Values:
        return self

    async def __anext__(self) -> Any:
        if self._reader is None:
            raise StopAsyncIteration
        try:
            result = await self._reader.read()
        except Exception:
            self._release()
            raise
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
        if reader is not None and not self._preventCancel:
            await reader.cancel()
        self._release()

    def __del__(self) -> None:
        if self._reader is not None:
            run(self.aclose()).addErrback(lambda failure: None)


async def _pipe(source: ReadableStream, destination: WritableStream) -> None:
    writer = destination.getWriter()
    try:
        async for chunk in source:
            await writer.ready
            await writer.write(chunk)
        await writer.close()
    except Exception as error:
        await writer.abort(error)
        raise
    finally:
        writer.releaseLock()
