"""WritableStream of the web, its controller and its writer. `web.py` says what is left out.

A stream goes from "writable" to "closed", or over "erroring" (a call of the sink is still under way) to "errored".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ...abort import AbortController, AbortSignal
from ...errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_STATE_TYPE
from ..core.predicates import isWebWritable
from ..core.promises import failed
from .common import Promise, Queue, afterwards, asError, following, hook, outOfRange, rejected, requireObject, resolved

#: Stands in the queue for the end.
_CLOSE: Any = object()


class WritableStream:
    """A sink for chunks.

    Args: underlyingSink: `start(controller)`, `write(chunk, controller)`, `close()`, `abort(reason)`, as a mapping or
        an object; strategy: `highWaterMark` (chunks, 1) and `size(chunk)`.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, what `start` raises.
    Node: webstreams.html#class-writablestream
    """

    def __init__(self, underlyingSink: Any = None, strategy: Any = None) -> None:
        requireObject(underlyingSink, "sink")
        if isinstance(underlyingSink, Mapping) and underlyingSink.get("type") is not None:
            raise outOfRange("type", underlyingSink["type"])
        self._state = "writable"
        self._error: BaseException | None = None
        self._queue = Queue(strategy)
        self._writer: WritableStreamDefaultWriter | None = None
        self._closed = Promise()
        self._started = False
        self._isFull = self._isFullNow()
        self._writes: deque[Promise] = deque()  # one for each chunk in the queue that is not being written
        self._writing: Promise | None = None
        self._closeRequest: Promise | None = None
        self._closing: Promise | None = None
        self._aborting: tuple[Promise, Any, bool] | None = None
        names = {"write": 2, "close": 0, "abort": 1}
        self._write, self._close, self._abort = (hook(underlyingSink, name, names[name], "sink") for name in names)
        start = hook(underlyingSink, "start", 1, "sink")
        self._controller = WritableStreamDefaultController(self)
        following(None if start is None else start(self._controller), self._begin, self._notBegun)

    @property
    def locked(self) -> bool:
        """True while there is a writer. Node: webstreams.html#writablestreamlocked"""
        return self._writer is not None

    def getWriter(self) -> WritableStreamDefaultWriter:
        """A writer, which locks the stream. Node: webstreams.html#writablestreamgetwriter"""
        return WritableStreamDefaultWriter(self)

    def abort(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up; what is queued is lost. Node: webstreams.html#writablestreamabortreason"""
        if self.locked:
            return failed(ERR_INVALID_STATE_TYPE("WritableStream is locked"))
        return self._giveUp(reason).wait()

    def close(self) -> Deferred[None]:
        """Close when all is written. Node: webstreams.html#writablestreamclose"""
        if self.locked:
            return failed(ERR_INVALID_STATE_TYPE("WritableStream is locked"))
        return self._requestClose().wait()

    # -- what Node's streams ask

    @property
    def _isWritable(self) -> bool:
        return self._state == "writable"

    @property
    def _isErrored(self) -> bool:
        return self._state == "errored"

    def _controllerError(self, error: BaseException) -> None:
        self._fail(error)

    # -- the queue

    def _begin(self, value: Any = None) -> None:
        self._started = True
        self._advance()

    def _notBegun(self, error: BaseException) -> None:
        self._started = True
        self._dealWith(error)

    def _desiredSize(self) -> float | None:
        if self._state in ("errored", "erroring"):
            return None
        return 0 if self._state == "closed" else self._queue.mark - self._queue.total

    def _isFullNow(self) -> bool:
        return self._queue.mark - self._queue.total <= 0

    def _isClosing(self) -> bool:
        return self._closeRequest is not None or self._closing is not None

    def _put(self, chunk: Any) -> Promise:
        refused = self._refusal()
        if refused is None:
            done = Promise()
            self._writes.append(done)
            try:
                self._queue.put(chunk)
            except Exception as error:
                self._fail(error)
                return done
            self._updateFull()
            self._advance()
            return done
        return rejected(refused)

    def _refusal(self) -> BaseException | None:
        if self._state == "errored":
            return self._error
        if self._isClosing() or self._state == "closed":
            return ERR_INVALID_STATE_TYPE("WritableStream is closed")
        return self._error

    def _updateFull(self) -> None:
        isFull = self._isFullNow()
        if self._isClosing() or self._state != "writable" or isFull == self._isFull:
            return
        self._isFull = isFull
        if self._writer is not None:
            if isFull:
                self._writer._ready = Promise()
            else:
                self._writer._ready.resolve()

    def _advance(self) -> None:
        if not self._started or self._writing is not None:
            return
        if self._state == "erroring":
            self._finishErroring()
        elif self._queue.chunks and self._state == "writable":
            chunk = self._queue.chunks[0][0]
            if chunk is _CLOSE:
                self._closing, self._closeRequest = self._closeRequest, None
                self._queue.take()
                close = self._close
                self._forget()
                afterwards(close, (), self._finish, self._notClosed)
            else:
                self._writing = self._writes.popleft()
                afterwards(self._write, (chunk, self._controller), self._written, self._notWritten)

    def _written(self, value: Any) -> None:
        done, self._writing = self._writing, None
        assert done is not None
        done.resolve()
        if self._queue.chunks:
            self._queue.take()
        self._updateFull()
        self._advance()

    def _notWritten(self, error: BaseException) -> None:
        done, self._writing = self._writing, None
        assert done is not None
        done.reject(error)
        self._dealWith(error)

    def _requestClose(self) -> Promise:
        if self._state in ("closed", "errored"):
            return rejected(ERR_INVALID_STATE_TYPE("WritableStream is closed"))
        if self._isClosing():
            return rejected(ERR_INVALID_STATE_TYPE("Failure closing WritableStream"))
        self._closeRequest = done = Promise()
        if self._writer is not None and self._isFull and self._state == "writable":
            self._writer._ready.resolve()
        self._queue.append(_CLOSE, 0)
        self._advance()
        return done

    def _closeUnlessFailed(self) -> Promise:
        """At the end of a pipe: to be closed already is fine."""
        if self._isClosing() or self._state == "closed":
            return resolved()
        return rejected(self._error) if self._state == "errored" and self._error else self._requestClose()

    def _finish(self, value: Any) -> None:
        closing, self._closing = self._closing, None
        assert closing is not None
        closing.resolve()
        if self._state == "erroring":  # aborted meanwhile: too late
            self._error = None
            aborting, self._aborting = self._aborting, None
            if aborting is not None:
                aborting[0].resolve()
        self._state = "closed"
        if self._writer is not None:
            self._writer._closed.resolve()
        self._closed.resolve()

    def _notClosed(self, error: BaseException) -> None:
        closing, self._closing = self._closing, None
        assert closing is not None
        closing.reject(error)
        aborting, self._aborting = self._aborting, None
        if aborting is not None:
            aborting[0].reject(error)
        self._dealWith(error)

    # -- failure

    def _forget(self) -> None:
        """Drop the hooks: they are not called any more."""
        self._write = self._close = self._abort = None

    def _fail(self, error: BaseException) -> None:
        """The sink has failed by itself."""
        if self._state == "writable":
            self._forget()
            self._startErroring(error)

    def _dealWith(self, error: BaseException) -> None:
        """A call of the sink has failed."""
        if self._state == "writable":
            self._forget()
            self._startErroring(error)
        elif self._state == "erroring":
            self._finishErroring()

    def _startErroring(self, error: BaseException) -> None:
        self._state, self._error = "erroring", error
        if self._writer is not None:
            self._writer._rejectReady(error)
        if self._writing is None and self._closing is None and self._started:
            self._finishErroring()

    def _finishErroring(self) -> None:
        self._state = "errored"
        assert self._error is not None
        self._queue.clear()
        writes, self._writes = self._writes, deque()
        for done in writes:
            done.reject(self._error)
        aborting, self._aborting = self._aborting, None
        if aborting is None:
            self._rejectClosed()
            return
        done, reason, wasErroring = aborting
        if wasErroring:
            done.reject(self._error)
            self._rejectClosed()
            return
        abort = self._abort
        self._forget()

        def onDone(value: Any) -> None:
            done.resolve()
            self._rejectClosed()

        def onError(error: BaseException) -> None:
            done.reject(error)
            self._rejectClosed()

        afterwards(abort, (reason,), onDone, onError)

    def _rejectClosed(self) -> None:
        assert self._error is not None
        request, self._closeRequest = self._closeRequest, None
        if request is not None:
            request.reject(self._error)
        if self._writer is not None:
            self._writer._closed.reject(self._error)
        self._closed.reject(self._error)

    def _giveUp(self, reason: Any) -> Promise:
        if self._state in ("closed", "errored"):
            return resolved()
        self._controller._abort.abort(reason)
        if self._aborting is not None:
            return self._aborting[0]
        wasErroring = self._state == "erroring"
        done = Promise()
        self._aborting = done, None if wasErroring else reason, wasErroring
        if not wasErroring:
            self._startErroring(asError(reason))
        return done


class WritableStreamDefaultController:
    """What an underlying sink works with. Node: webstreams.html#class-writablestreamdefaultcontroller"""

    def __init__(self, stream: WritableStream) -> None:
        self._stream = stream
        self._abort = AbortController()

    @property
    def signal(self) -> AbortSignal:
        """Aborted when the stream is, so that a write that is under way can stop."""
        return self._abort.signal

    def error(self, error: Any = None) -> None:
        """The stream has failed."""
        self._stream._fail(asError(error))


class WritableStreamDefaultWriter:
    """Writes into a WritableStream, which it locks. Node: webstreams.html#class-writablestreamdefaultwriter"""

    def __init__(self, stream: WritableStream) -> None:
        if not isWebWritable(stream):
            raise ERR_INVALID_ARG_TYPE("stream", "WritableStream", stream)
        if stream.locked:
            raise ERR_INVALID_STATE_TYPE("WritableStream is locked")
        self._stream: WritableStream | None = stream
        self._ready, self._closed = Promise(), Promise()
        error = stream._error
        if error is not None:
            self._ready.reject(error)
            if stream._state == "errored":
                self._closed.reject(error)
        elif stream._state == "closed":
            self._ready.resolve()
            self._closed.resolve()
        elif stream._isClosing() or not stream._isFull:
            self._ready.resolve()
        stream._writer = self

    @property
    def closed(self) -> Deferred[None]:
        """Fires when the stream is closed, fails when it has failed or the lock is given back."""
        return self._closed.wait()

    @property
    def ready(self) -> Deferred[None]:
        """Fires when the queue wants more."""
        return self._ready.wait()

    @property
    def desiredSize(self) -> float | None:
        """How much more the queue wants."""
        if self._stream is None:
            raise _detached()
        return self._stream._desiredSize()

    def write(self, chunk: Any = None) -> Deferred[None]:
        """Write a chunk; fires when the sink has taken it."""
        return failed(_detached()) if self._stream is None else self._stream._put(chunk).wait()

    def close(self) -> Deferred[None]:
        """Close when all is written."""
        stream = self._stream
        if stream is None:
            return failed(_detached())
        if stream._isClosing():
            return failed(ERR_INVALID_STATE_TYPE("Failure to close WritableStream"))
        return stream._requestClose().wait()

    def abort(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up."""
        return failed(_detached()) if self._stream is None else self._stream._giveUp(reason).wait()

    def releaseLock(self) -> None:
        """Let somebody else write."""
        stream, self._stream = self._stream, None
        if stream is not None:
            error = ERR_INVALID_STATE_TYPE("Writer has been released")
            self._rejectReady(error)
            if self._closed.settled:
                self._closed = Promise()
            self._closed.reject(error)
            stream._writer = None

    def _rejectReady(self, error: BaseException) -> None:
        if self._ready.settled:
            self._ready = Promise()
        self._ready.reject(error)


def _detached() -> ERR_INVALID_STATE_TYPE:
    return ERR_INVALID_STATE_TYPE("Writer is not bound to a WritableStream")
