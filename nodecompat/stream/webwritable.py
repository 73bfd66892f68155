"""WritableStream of the web, its controller and its writer. `web.py` says what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ..errors import ERR_INVALID_STATE_TYPE
from .webcommon import Promise, Queue, afterwards, asError, failed, hook


class WritableStream:
    """A sink for chunks.

    Args: underlyingSink: `start(controller)`, `write(chunk, controller)`, `close()`, `abort(reason)`, as a mapping or
        an object; strategy: `highWaterMark` (chunks, 1) and `size(chunk)`.
    Node: webstreams.html#class-writablestream
    """

    def __init__(self, underlyingSink: Any = None, strategy: Mapping[str, Any] | None = None) -> None:
        self._state = "writable"
        self._error: BaseException | None = None
        self._queue = Queue(strategy)
        self._writer: WritableStreamDefaultWriter | None = None
        self._closed, self._ready = Promise(), Promise()
        self._ready.resolve()
        self._started = self._busy = False
        self._closing: Promise | None = None
        names = {"write": 2, "close": 0, "abort": 1}
        self._write, self._close, self._abort = (hook(underlyingSink, name, names[name]) for name in names)
        self._controller = WritableStreamDefaultController(self)
        afterwards(hook(underlyingSink, "start", 1), (self._controller,), self._begin, self._fail)

    @property
    def locked(self) -> bool:
        """True while there is a writer. Node: webstreams.html#writablestreamlocked"""
        return self._writer is not None

    def getWriter(self) -> WritableStreamDefaultWriter:
        """A writer, which locks the stream. Node: webstreams.html#writablestreamgetwriter"""
        return WritableStreamDefaultWriter(self)

    def abort(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up; what is queued is lost. Node: webstreams.html#writablestreamabortreason"""
        return failed(ERR_INVALID_STATE_TYPE("WritableStream is locked")) if self.locked else self._giveUp(reason)

    def close(self) -> Deferred[None]:
        """Close when all is written. Node: webstreams.html#writablestreamclose"""
        return failed(ERR_INVALID_STATE_TYPE("WritableStream is locked")) if self.locked else self._requestClose()

    @property
    def _isWritable(self) -> bool:
        return self._state == "writable" and self._closing is None

    @property
    def _isErrored(self) -> bool:
        return self._state == "errored"

    def _controllerError(self, error: BaseException) -> None:
        self._fail(error)

    def _begin(self) -> None:
        self._started = True
        self._advance()

    def _desiredSize(self) -> float | None:
        if self._state == "writable":
            return self._queue.mark - self._queue.total
        return None if self._state == "errored" else 0

    def _put(self, chunk: Any) -> Deferred[None]:
        if self._error is not None:
            return failed(self._error)
        if self._state == "closed" or self._closing is not None:
            return failed(ERR_INVALID_STATE_TYPE("WritableStream is closed"))
        done = Promise()
        self._queue.put(chunk, (chunk, done))
        self._updateReady()
        self._advance()
        return done.wait()

    def _updateReady(self) -> None:
        full = self._state == "writable" and (self._desiredSize() or 0) <= 0
        if full and self._ready.settled:
            self._ready = Promise()
        elif not full:
            self._ready.resolve()

    def _advance(self) -> None:
        if not self._started or self._busy or self._state != "writable":
            return
        if self._queue.chunks:
            chunk, done = self._queue.chunks[0][0]
            self._busy = True
            afterwards(self._write, (chunk, self._controller), lambda: self._written(done), self._fail)
        elif self._closing is not None:
            self._busy = True
            afterwards(self._close, (), self._finish, self._fail)

    def _written(self, done: Promise) -> None:
        self._busy = False
        if self._queue.chunks:
            self._queue.take()
        done.resolve()
        self._updateReady()
        self._advance()

    def _requestClose(self) -> Deferred[None]:
        if self._error is not None:
            return failed(self._error)
        if self._state == "closed" or self._closing is not None:
            return failed(ERR_INVALID_STATE_TYPE("WritableStream is closed"))
        self._closing = Promise()
        waiting = self._closing.wait()
        self._advance()
        return waiting

    def _finish(self) -> None:
        self._state, self._busy = "closed", False
        assert self._closing is not None
        self._closing.resolve()
        self._closed.resolve()

    def _fail(self, error: BaseException) -> None:
        if self._state != "writable":
            return
        self._state, self._error, self._busy = "errored", error, False
        for (_, done), _ in self._queue.chunks:
            done.reject(error)
        self._queue.clear()
        if self._closing is not None:
            self._closing.reject(error)
        self._ready.resolve()
        self._closed.reject(error)

    def _giveUp(self, reason: Any) -> Deferred[None]:
        done = Promise()
        if self._state != "writable":
            done.resolve()
            return done.wait()
        self._fail(asError(reason))
        afterwards(self._abort, (reason,), done.resolve, done.reject)
        return done.wait()


class WritableStreamDefaultController:
    """What an underlying sink works with. Node: webstreams.html#class-writablestreamdefaultcontroller"""

    def __init__(self, stream: WritableStream) -> None:
        self._stream = stream

    def error(self, error: Any = None) -> None:
        """The stream has failed."""
        self._stream._fail(asError(error))


class WritableStreamDefaultWriter:
    """Writes into a WritableStream, which it locks. Node: webstreams.html#class-writablestreamdefaultwriter"""

    def __init__(self, stream: WritableStream) -> None:
        if stream.locked:
            raise ERR_INVALID_STATE_TYPE("WritableStream is locked")
        self._stream: WritableStream | None = stream
        stream._writer = self

    def _locked(self) -> WritableStream:
        if self._stream is None:
            raise ERR_INVALID_STATE_TYPE("The writer is not attached to a stream")
        return self._stream

    @property
    def closed(self) -> Deferred[None]:
        """Fires when the stream is closed, fails when it has failed."""
        return self._locked()._closed.wait()

    @property
    def ready(self) -> Deferred[None]:
        """Fires when the queue wants more."""
        return self._locked()._ready.wait()

    @property
    def desiredSize(self) -> float | None:
        """How much more the queue wants."""
        return self._locked()._desiredSize()

    def write(self, chunk: Any = None) -> Deferred[None]:
        """Write a chunk; fires when the sink has taken it."""
        return self._locked()._put(chunk)

    def close(self) -> Deferred[None]:
        """Close when all is written."""
        return self._locked()._requestClose()

    def abort(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up."""
        return self._locked()._giveUp(reason)

    def releaseLock(self) -> None:
        """Let somebody else write."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream._writer = None
