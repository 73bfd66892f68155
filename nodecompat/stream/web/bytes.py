"""The controller of a ReadableStream of bytes: its queue, and the buffers that wait to be filled.

A read with a buffer of its own that finds too little in the queue waits as a `PullInto`. Whoever feeds the stream
either gives bytes (`enqueue`), which are copied into the buffers that wait, or writes into the first of them
(`byobRequest`) and says how much it was (`respond`). A read without a buffer waits in the same way if the source has
`autoAllocateChunkSize`, so that the source always finds room to write to.

    read(view) ──> PullInto ──> byobRequest ──> the source writes, respond(n) ──┐
                      ^                                                         ├──> the reader
    enqueue(bytes) ───┴── queue ────────────────────────────────────────────────┘

Differs: a buffer of Python cannot be taken away from a program, so a view that was given to `read`, and a bytearray
that was given to `respondWithNewView`, can still be written to; `enqueue` copies what could change.
"""

from __future__ import annotations

import ctypes
from collections import deque
from typing import Any

from ...errors import ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE_TYPE
from .common import Promise, Queue, asError, bytesOf, member, outOfRange
from .controller import ReadableController
from .readers import ReadResult


class PullInto:
    """A buffer that waits to be filled.

    Args:
        view: the buffer, as its items.
        least: bytes that must be there before the read is over.
        isOwn: whether it was allocated for a read without a buffer.
    """

    __slots__ = ("filled", "isOrphan", "isOwn", "least", "room", "view")

    def __init__(self, view: memoryview, least: int, isOwn: bool = False) -> None:
        self.view: memoryview = view
        self.room: memoryview = view.cast("B")
        self.least: int = least
        self.isOwn: bool = isOwn
        self.isOrphan: bool = False  # its reader has given the lock back
        self.filled: int = 0

    @property
    def itemSize(self) -> int:
        return self.view.itemsize

    def rest(self) -> memoryview:
        """The room that is left."""
        return self.room[self.filled :]

    def put(self, data: bytes) -> None:
        self.room[self.filled : self.filled + len(data)] = data
        self.filled += len(data)

    def result(self, isDone: bool) -> ReadResult:
        """What the read gives: the items that were filled; bytes if nobody knows the buffer."""
        if self.isOwn:
            return ReadResult(None if isDone else bytes(self.room[: self.filled]), isDone)
        return ReadResult(self.view[: self.filled // self.itemSize], isDone)


class ReadableByteStreamController(ReadableController):
    """What an underlying source of bytes works with.

    Node: https://nodejs.org/api/webstreams.html#class-readablebytestreamcontroller
    """

    _chunks_: deque[bytes]
    _total_ = 0
    _waiting_: deque[PullInto]
    _request_: ReadableStreamBYOBRequest | None = None
    _allocated_: int | None = None

    @classmethod
    def _make_(cls, stream: Any, source: Any, strategy: Any) -> ReadableByteStreamController:
        if strategy is not None and (size := member(strategy, "size")) is not None:
            raise outOfRange("strategy.size", size)
        controller = cls._of_(stream, source, Queue(strategy, 0).mark)
        controller._chunks_, controller._waiting_ = deque(), deque()
        size = member(source, "autoAllocateChunkSize")
        if size is not None and not (isinstance(size, int) and size > 0):
            raise ERR_INVALID_ARG_VALUE("source.autoAllocateChunkSize", size)
        controller._allocated_ = size
        return controller

    @property
    def byobRequest(self) -> ReadableStreamBYOBRequest | None:
        """The buffer that a reader wants to be filled; None if nobody waits with one.

        Node: https://nodejs.org/api/webstreams.html#readablebytestreamcontrollerbyobrequest
        """
        if self._request_ is None and self._waiting_:
            self._request_ = ReadableStreamBYOBRequest._of_(self, self._waiting_[0].rest())
        return self._request_

    @property
    def desiredSize(self) -> float | None:
        """How many more bytes the queue wants."""
        return self._desiredSize_()

    def enqueue(self, chunk: Any) -> None:
        """Give bytes: any buffer of Python's.

        Node: https://nodejs.org/api/webstreams.html#readablebytestreamcontrollerenqueuechunk
        """
        data = bytesOf(chunk, "buffer")
        if not data.nbytes:
            raise ERR_INVALID_STATE_TYPE("chunk ArrayBuffer is zero-length or detached")
        self._requireOpen_()
        self._enqueue_(chunk if type(chunk) is bytes else data.tobytes())

    def close(self) -> None:
        """There are no more bytes.

        Node: https://nodejs.org/api/webstreams.html#readablebytestreamcontrollerclose
        """
        self._requireOpen_()
        self._requestClose_()

    def error(self, error: Any = None) -> None:
        """The stream has failed. Node: https://nodejs.org/api/webstreams.html#readablebytestreamcontrollererrorerror"""
        self._stream_._fail_(asError(error))

    # -- the queue

    def _requireOpen_(self) -> None:
        if not self._closeRequested_ and self._stream_._state_ != "readable":
            raise ERR_INVALID_STATE_TYPE("ReadableStream is already closed")
        super()._requireOpen_()

    @property
    def _held_(self) -> float:
        return self._total_

    def _enqueue_(self, data: bytes) -> None:
        if not self._isOpen_():
            return
        if self._waiting_:
            self._invalidate_()
            if self._waiting_[0].isOrphan:
                self._keep_(self._waiting_.popleft())
        stream = self._stream_
        if self._total_ == 0 and stream._requests_:
            if self._waiting_:
                self._waiting_.popleft()  # the room that was made for this read
            stream._requests_.popleft().resolve(ReadResult(data, False))
        else:
            self._put_(data)
            if stream._requests_:
                self._serve_()
            elif stream._intoRequests_:
                self._fill_()
        self._pullIfNeeded_()

    def _put_(self, data: bytes) -> None:
        if data:
            self._chunks_.append(data)
            self._total_ += len(data)

    def _take_(self, most: int) -> bytes:
        """The oldest bytes, of one chunk."""
        chunk = self._chunks_.popleft()
        if len(chunk) > most:
            self._chunks_.appendleft(chunk[most:])
            chunk = chunk[:most]
        self._total_ -= len(chunk)
        return chunk

    def _keep_(self, orphan: PullInto) -> None:
        """What was filled for a reader that has gone."""
        self._put_(bytes(orphan.room[: orphan.filled]))

    def _requestClose_(self) -> None:
        if not self._isOpen_():
            return
        if self._total_ > 0:
            self._closeRequested_ = True
            return
        if self._waiting_ and self._waiting_[0].filled % self._waiting_[0].itemSize:
            error = ERR_INVALID_STATE_TYPE("Partial read")
            self._stream_._fail_(error)
            raise error
        self._end_()

    def _drained_(self) -> None:
        """Something was taken from the queue."""
        if self._total_ == 0 and self._closeRequested_:
            self._end_()
        else:
            self._pullIfNeeded_()

    def _drop_(self) -> None:
        self._invalidate_()
        self._waiting_.clear()
        self._chunks_.clear()
        self._total_ = 0
        self._forget_()

    # -- reading

    def _read_(self, request: Promise) -> None:
        if self._total_ > 0:
            data = self._take_(self._total_)
            self._drained_()
            request.resolve(ReadResult(data, False))
            return
        if self._allocated_ is not None:
            self._waiting_.append(PullInto(memoryview(bytearray(self._allocated_)), 1, isOwn=True))
        self._stream_._requests_.append(request)
        self._pullIfNeeded_()

    def _serve_(self) -> None:
        """Reads without a buffer that find something in the queue."""
        requests = self._stream_._requests_
        while requests and self._total_ > 0:
            data = self._take_(self._total_)
            self._drained_()
            requests.popleft().resolve(ReadResult(data, False))

    def _readInto_(self, view: memoryview, least: int, request: Promise) -> None:
        wanted = PullInto(view, least * view.itemsize)
        if not self._waiting_:
            if self._stream_._state_ == "closed":
                request.resolve(wanted.result(True))
                return
            if self._total_ > 0 and self._fillOne_(wanted):
                self._drained_()
                request.resolve(wanted.result(False))
                return
            if self._closeRequested_:
                error = ERR_INVALID_STATE_TYPE("ReadableStream closed")
                self._stream_._fail_(error)
                request.reject(error)
                return
        self._waiting_.append(wanted)
        self._stream_._intoRequests_.append(request)
        if len(self._waiting_) == 1:  # the source was asked on behalf of the first one
            self._pullIfNeeded_()

    def _fillOne_(self, wanted: PullInto) -> bool:
        """Copy from the queue. Whether there is enough now: then whole items only, the rest stays queued."""
        available = min(self._total_, len(wanted.room) - wanted.filled)
        whole = wanted.filled + available
        whole -= whole % wanted.itemSize
        isEnough = whole >= wanted.least
        if isEnough:
            available = whole - wanted.filled
        while available > 0:
            data = self._take_(available)
            wanted.put(data)
            available -= len(data)
        return isEnough

    def _fill_(self) -> None:
        """The buffers that wait, from the queue."""
        done = []
        while self._waiting_ and self._total_ > 0 and self._fillOne_(self._waiting_[0]):
            done.append(self._waiting_.popleft())
        for each in done:
            self._commit_(each)

    def _commit_(self, filled: PullInto) -> None:
        stream = self._stream_
        requests = stream._requests_ if filled.isOwn else stream._intoRequests_
        if requests:
            requests.popleft().resolve(filled.result(stream._state_ == "closed"))

    def _release_(self) -> None:
        """A reader has given the lock back: what its buffer holds goes to the next one."""
        if self._waiting_:
            first = self._waiting_[0]
            first.isOrphan = True
            self._waiting_ = deque((first,))

    # -- the answers of the source

    def _invalidate_(self) -> None:
        if self._request_ is not None:
            self._request_._controller_ = self._request_._view_ = None
            self._request_ = None

    def _respond_(self, size: int) -> None:
        first = self._waiting_[0]
        self._invalidate_()
        if self._stream_._state_ == "closed":
            if first.isOrphan:
                self._waiting_.popleft()
            while self._stream_._intoRequests_:
                self._commit_(self._waiting_.popleft())
        else:
            self._responded_(first, size)
        self._pullIfNeeded_()

    def _answer_(self, data: bytes) -> None:
        """The first buffer that waits holds these bytes; if its reader has gone, the next one gets them."""
        if self._waiting_:
            self._respond_(len(data))
        else:
            self._enqueue_(data)

    def _responded_(self, first: PullInto, size: int) -> None:
        first.filled += size
        if first.isOrphan:
            self._keep_(self._waiting_.popleft())
            self._fill_()
        elif first.filled >= first.least:
            self._waiting_.popleft()
            beyond = first.filled % first.itemSize
            if beyond:  # a part of an item goes back to the queue
                self._put_(bytes(first.room[first.filled - beyond : first.filled]))
                first.filled -= beyond
            done = []
            while self._waiting_ and self._total_ > 0 and self._fillOne_(self._waiting_[0]):
                done.append(self._waiting_.popleft())
            for each in (first, *done):
                self._commit_(each)


def finishBytes(controller: Any) -> None:
    """End a stream of bytes for its source: whoever waits with a buffer gets it back, empty."""
    controller.close()
    request = controller.byobRequest
    if request is not None:
        request.respond(0)


class ReadableStreamBYOBRequest:
    """A buffer that a reader wants to be filled: `controller.byobRequest`.

    Node: https://nodejs.org/api/webstreams.html#class-readablestreambyobrequest
    """

    _controller_: ReadableByteStreamController | None
    _view_: memoryview | None

    def __init__(self) -> None:
        raise ERR_ILLEGAL_CONSTRUCTOR()

    @classmethod
    def _of_(cls, controller: ReadableByteStreamController, view: memoryview) -> ReadableStreamBYOBRequest:
        request = cls.__new__(cls)
        request._controller_, request._view_ = controller, view
        return request

    @property
    def view(self) -> memoryview | None:
        """The room to write to; None once it was answered.

        Node: https://nodejs.org/api/webstreams.html#readablestreambyobrequestview
        """
        return self._view_

    def respond(self, bytesWritten: int) -> None:
        """So many bytes of the view were written; 0 if the stream is closed.

        Node: https://nodejs.org/api/webstreams.html#readablestreambyobrequestrespondbyteswritten
        """
        controller = self._attached_()
        first = controller._waiting_[0]
        isClosed = controller._stream_._state_ == "closed"
        if (bytesWritten != 0) if isClosed else not bytesWritten > 0:
            raise ERR_INVALID_ARG_VALUE("bytesWritten", bytesWritten)
        if first.filled + bytesWritten > len(first.room):
            raise outOfRange("bytesWritten", bytesWritten)
        controller._respond_(bytesWritten)

    def respondWithNewView(self, view: Any) -> None:
        """The bytes are in another view: a part of `view` that begins where it does, or of a buffer as large.

        Node: https://nodejs.org/api/webstreams.html#readablestreambyobrequestrespondwithnewviewview
        """
        data = bytesOf(view, "view").cast("B")
        controller = self._attached_()
        first = controller._waiting_[0]
        if controller._stream_._state_ == "closed":
            if data.nbytes:
                raise ERR_INVALID_STATE_TYPE("View is not zero-length")
        elif not data.nbytes:
            raise ERR_INVALID_STATE_TYPE("View is zero-length")
        rest = first.rest()
        if data.nbytes > rest.nbytes or _placeOf(data) != _placeOf(rest):
            raise outOfRange("view", view)
        if data.obj is not rest.obj:
            rest[: data.nbytes] = data
        controller._respond_(data.nbytes)

    def _attached_(self) -> ReadableByteStreamController:
        if self._controller_ is None:
            raise ERR_INVALID_STATE_TYPE("This BYOB request has been invalidated")
        return self._controller_


def _placeOf(view: memoryview) -> tuple[int, int]:
    """Where a view begins in its buffer, and how large that one is."""
    whole = memoryview(view.obj).cast("B")
    return _address(view) - _address(whole), whole.nbytes


def _address(view: memoryview) -> int:
    if view.readonly:
        return 0
    return ctypes.addressof((ctypes.c_char * view.nbytes).from_buffer(view))
