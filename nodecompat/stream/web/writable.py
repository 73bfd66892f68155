"""WritableStream of the web, its controller and its writer. `__init__.py` says what is left out.

A stream goes from "writable" to "closed", or over "erroring" (a call of the sink is still under way) to "errored".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ...abort import AbortController, AbortSignal
from ...errors import ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_STATE_TYPE
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
    Node: https://nodejs.org/api/webstreams.html#class-writablestream
    """

    def __init__(self, underlyingSink: Any = None, strategy: Any = None) -> None:
        requireObject(underlyingSink, "sink")
        if isinstance(underlyingSink, Mapping) and underlyingSink.get("type") is not None:
            raise outOfRange("type", underlyingSink["type"])
        self._state_ = "writable"
        self._error_: BaseException | None = None
        self._queue_ = Queue(strategy)
        self._writer_: WritableStreamDefaultWriter | None = None
        self._closed_ = Promise()
        self._started_ = False
        self._isFull_ = self._isFullNow_()
        self._writes_: deque[Promise] = deque()  # one for each chunk in the queue that is not being written
        self._writing_: Promise | None = None
        self._closeRequest_: Promise | None = None
        self._closing_: Promise | None = None
        self._aborting_: tuple[Promise, Any, bool] | None = None
        names = {"write": 2, "close": 0, "abort": 1}
        self._write_, self._close_, self._abort_ = (hook(underlyingSink, name, names[name], "sink") for name in names)
        start = hook(underlyingSink, "start", 1, "sink")
        self._controller_ = WritableStreamDefaultController._of_(self)
        following(None if start is None else start(self._controller_), self._begin_, self._notBegun_)

    @property
    def locked(self) -> bool:
        """True while there is a writer. Node: https://nodejs.org/api/webstreams.html#writablestreamlocked"""
        return self._writer_ is not None

    def getWriter(self) -> WritableStreamDefaultWriter:
        """A writer, which locks the stream. Node: https://nodejs.org/api/webstreams.html#writablestreamgetwriter"""
        return WritableStreamDefaultWriter(self)

    def abort(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up; what is queued is lost.

        Node: https://nodejs.org/api/webstreams.html#writablestreamabortreason
        """
        if self.locked:
            return failed(ERR_INVALID_STATE_TYPE("WritableStream is locked"))
        return self._giveUp_(reason).wait()

    def close(self) -> Deferred[None]:
        """Close when all is written. Node: https://nodejs.org/api/webstreams.html#writablestreamclose"""
        if self.locked:
            return failed(ERR_INVALID_STATE_TYPE("WritableStream is locked"))
        return self._requestClose_().wait()

    # -- what Node's streams ask

    @property
    def _isWritable_(self) -> bool:
        return self._state_ == "writable"

    @property
    def _isErrored_(self) -> bool:
        return self._state_ == "errored"

    def _controllerError_(self, error: BaseException) -> None:
        self._fail_(error)

    # -- the queue

    def _begin_(self, value: Any = None) -> None:
        self._started_ = True
        self._advance_()

    def _notBegun_(self, error: BaseException) -> None:
        self._started_ = True
        self._dealWith_(error)

    def _desiredSize_(self) -> float | None:
        if self._state_ in ("errored", "erroring"):
            return None
        return 0 if self._state_ == "closed" else self._queue_.mark - self._queue_.total

    def _isFullNow_(self) -> bool:
        return self._queue_.mark - self._queue_.total <= 0

    def _isClosing_(self) -> bool:
        return self._closeRequest_ is not None or self._closing_ is not None

    def _put_(self, chunk: Any) -> Promise:
        refused = self._refusal_()
        if refused is None:
            done = Promise()
            self._writes_.append(done)
            try:
                self._queue_.put(chunk)
            except Exception as error:
                self._fail_(error)
                return done
            self._updateFull_()
            self._advance_()
            return done
        return rejected(refused)

    def _refusal_(self) -> BaseException | None:
        if self._state_ == "errored":
            return self._error_
        if self._isClosing_() or self._state_ == "closed":
            return ERR_INVALID_STATE_TYPE("WritableStream is closed")
        return self._error_

    def _updateFull_(self) -> None:
        isFull = self._isFullNow_()
        if self._isClosing_() or self._state_ != "writable" or isFull == self._isFull_:
            return
        self._isFull_ = isFull
        if self._writer_ is not None:
            if isFull:
                self._writer_._ready_ = Promise()
            else:
                self._writer_._ready_.resolve()

    def _advance_(self) -> None:
        if not self._started_ or self._writing_ is not None:
            return
        if self._state_ == "erroring":
            self._finishErroring_()
        elif self._queue_.chunks and self._state_ == "writable":
            chunk = self._queue_.chunks[0][0]
            if chunk is _CLOSE:
                self._closing_, self._closeRequest_ = self._closeRequest_, None
                self._queue_.take()
                close = self._close_
                self._forget_()
                afterwards(close, (), self._finish_, self._notClosed_)
            else:
                self._writing_ = self._writes_.popleft()
                afterwards(self._write_, (chunk, self._controller_), self._written_, self._notWritten_)

    def _written_(self, value: Any) -> None:
        done, self._writing_ = self._writing_, None
        assert done is not None
        done.resolve()
        if self._queue_.chunks:
            self._queue_.take()
        self._updateFull_()
        self._advance_()

    def _notWritten_(self, error: BaseException) -> None:
        done, self._writing_ = self._writing_, None
        assert done is not None
        done.reject(error)
        self._dealWith_(error)

    def _requestClose_(self) -> Promise:
        if self._state_ in ("closed", "errored"):
            return rejected(ERR_INVALID_STATE_TYPE("WritableStream is closed"))
        if self._isClosing_():
            return rejected(ERR_INVALID_STATE_TYPE("Failure closing WritableStream"))
        self._closeRequest_ = done = Promise()
        if self._writer_ is not None and self._isFull_ and self._state_ == "writable":
            self._writer_._ready_.resolve()
        self._queue_.append(_CLOSE, 0)
        self._advance_()
        return done

    def _closeUnlessFailed_(self) -> Promise:
        """At the end of a pipe: to be closed already is fine."""
        if self._isClosing_() or self._state_ == "closed":
            return resolved()
        return rejected(self._error_) if self._state_ == "errored" and self._error_ else self._requestClose_()

    def _finish_(self, value: Any) -> None:
        closing, self._closing_ = self._closing_, None
        assert closing is not None
        closing.resolve()
        if self._state_ == "erroring":  # aborted meanwhile: too late
            self._error_ = None
            aborting, self._aborting_ = self._aborting_, None
            if aborting is not None:
                aborting[0].resolve()
        self._state_ = "closed"
        if self._writer_ is not None:
            self._writer_._closed_.resolve()
        self._closed_.resolve()

    def _notClosed_(self, error: BaseException) -> None:
        closing, self._closing_ = self._closing_, None
        assert closing is not None
        closing.reject(error)
        aborting, self._aborting_ = self._aborting_, None
        if aborting is not None:
            aborting[0].reject(error)
        self._dealWith_(error)

    # -- failure

    def _forget_(self) -> None:
        """Drop the hooks: they are not called any more."""
        self._write_ = self._close_ = self._abort_ = None

    def _fail_(self, error: BaseException) -> None:
        """The sink has failed by itself."""
        if self._state_ == "writable":
            self._forget_()
            self._startErroring_(error)

    def _dealWith_(self, error: BaseException) -> None:
        """A call of the sink has failed."""
        if self._state_ == "writable":
            self._forget_()
            self._startErroring_(error)
        elif self._state_ == "erroring":
            self._finishErroring_()

    def _startErroring_(self, error: BaseException) -> None:
        self._state_, self._error_ = "erroring", error
        if self._writer_ is not None:
            self._writer_._rejectReady_(error)
        if self._writing_ is None and self._closing_ is None and self._started_:
            self._finishErroring_()

    def _finishErroring_(self) -> None:
        self._state_ = "errored"
        assert self._error_ is not None
        self._queue_.clear()
        writes, self._writes_ = self._writes_, deque()
        for done in writes:
            done.reject(self._error_)
        aborting, self._aborting_ = self._aborting_, None
        if aborting is None:
            self._rejectClosed_()
            return
        done, reason, wasErroring = aborting
        if wasErroring:
            done.reject(self._error_)
            self._rejectClosed_()
            return
        abort = self._abort_
        self._forget_()

        def onDone(value: Any) -> None:
            done.resolve()
            self._rejectClosed_()

        def onError(error: BaseException) -> None:
            done.reject(error)
            self._rejectClosed_()

        afterwards(abort, (reason,), onDone, onError)

    def _rejectClosed_(self) -> None:
        assert self._error_ is not None
        request, self._closeRequest_ = self._closeRequest_, None
        if request is not None:
            request.reject(self._error_)
        if self._writer_ is not None:
            self._writer_._closed_.reject(self._error_)
        self._closed_.reject(self._error_)

    def _giveUp_(self, reason: Any) -> Promise:
        if self._state_ in ("closed", "errored"):
            return resolved()
        self._controller_._abort_.abort(reason)
        if self._aborting_ is not None:
            return self._aborting_[0]
        wasErroring = self._state_ == "erroring"
        done = Promise()
        self._aborting_ = done, None if wasErroring else reason, wasErroring
        if not wasErroring:
            self._startErroring_(asError(reason))
        return done


class WritableStreamDefaultController:
    """What an underlying sink works with.

    Node: https://nodejs.org/api/webstreams.html#class-writablestreamdefaultcontroller
    """

    _stream_: WritableStream
    _abort_: AbortController

    def __init__(self) -> None:
        raise ERR_ILLEGAL_CONSTRUCTOR()

    @classmethod
    def _of_(cls, stream: WritableStream) -> WritableStreamDefaultController:
        controller = cls.__new__(cls)
        controller._stream_ = stream
        controller._abort_ = AbortController()
        return controller

    @property
    def signal(self) -> AbortSignal:
        """Aborted when the stream is, so that a write that is under way can stop."""
        return self._abort_.signal

    def error(self, error: Any = None) -> None:
        """The stream has failed."""
        self._stream_._fail_(asError(error))


class WritableStreamDefaultWriter:
    """Writes into a WritableStream, which it locks.

    Node: https://nodejs.org/api/webstreams.html#class-writablestreamdefaultwriter
    """

    def __init__(self, stream: WritableStream) -> None:
        if not isWebWritable(stream):
            raise ERR_INVALID_ARG_TYPE("stream", "WritableStream", stream)
        if stream.locked:
            raise ERR_INVALID_STATE_TYPE("WritableStream is locked")
        self._stream_: WritableStream | None = stream
        self._ready_, self._closed_ = Promise(), Promise()
        error = stream._error_
        if error is not None:
            self._ready_.reject(error)
            if stream._state_ == "errored":
                self._closed_.reject(error)
        elif stream._state_ == "closed":
            self._ready_.resolve()
            self._closed_.resolve()
        elif stream._isClosing_() or not stream._isFull_:
            self._ready_.resolve()
        stream._writer_ = self

    @property
    def closed(self) -> Deferred[None]:
        """Fires when the stream is closed, fails when it has failed or the lock is given back."""
        return self._closed_.wait()

    @property
    def ready(self) -> Deferred[None]:
        """Fires when the queue wants more."""
        return self._ready_.wait()

    @property
    def desiredSize(self) -> float | None:
        """How much more the queue wants."""
        if self._stream_ is None:
            raise _detached()
        return self._stream_._desiredSize_()

    def write(self, chunk: Any = None) -> Deferred[None]:
        """Write a chunk; fires when the sink has taken it."""
        return failed(_detached()) if self._stream_ is None else self._stream_._put_(chunk).wait()

    def close(self) -> Deferred[None]:
        """Close when all is written."""
        stream = self._stream_
        if stream is None:
            return failed(_detached())
        if stream._isClosing_():
            return failed(ERR_INVALID_STATE_TYPE("Failure to close WritableStream"))
        return stream._requestClose_().wait()

    def abort(self, reason: Any = None) -> Deferred[None]:
        """Give the stream up."""
        return failed(_detached()) if self._stream_ is None else self._stream_._giveUp_(reason).wait()

    def releaseLock(self) -> None:
        """Let somebody else write."""
        stream, self._stream_ = self._stream_, None
        if stream is not None:
            error = ERR_INVALID_STATE_TYPE("Writer has been released")
            self._rejectReady_(error)
            if self._closed_.settled:
                self._closed_ = Promise()
            self._closed_.reject(error)
            stream._writer_ = None

    def _rejectReady_(self, error: BaseException) -> None:
        if self._ready_.settled:
            self._ready_ = Promise()
        self._ready_.reject(error)


def _detached() -> ERR_INVALID_STATE_TYPE:
    return ERR_INVALID_STATE_TYPE("Writer is not bound to a WritableStream")
