"""The readers of a ReadableStream: one that takes what there is, and one with a buffer of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from twisted.internet.defer import Deferred

from ...errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_STATE_TYPE,
    ERR_OUT_OF_RANGE,
)
from ...optionbags import check
from ...records import Record
from ...validators import validateNumber, validateObject
from ..core.options import mergeChecked
from ..core.predicates import isWebReadable
from ..core.promises import failed
from .common import Promise, bytesOf, rejected

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...optionbags import Bag
    from .readable import ReadableStream


@dataclass(frozen=True, slots=True)
class ReadResult(Record):
    """What reader.read() gives: a value, or `done` at the end."""

    value: Any
    done: bool


class ReadableStreamBYOBReaderReadOptions(TypedDict, total=False):
    """Options of reading with a buffer.

    Options:
        min: Items of the view that there must be before the read is over; 1 by default.
    """

    min: int


class _Reader:
    """The lock of a stream, and what both readers do with it."""

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
        stream._reader_ = self  # type: ignore[assignment]

    @property
    def closed(self) -> Deferred[None]:
        """Fires when the stream is closed, fails when it has failed or the lock is given back."""
        return self._closed_.wait()

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
        stream._controller_._release_()
        stream._reader_ = None
        stream._reject_(ERR_INVALID_STATE_TYPE("Releasing reader"))


class ReadableStreamDefaultReader(_Reader):
    """Reads from a ReadableStream, which it locks.

    Node: https://nodejs.org/api/webstreams.html#class-readablestreamdefaultreader
    """

    def read(self) -> Deferred[ReadResult]:
        """The next chunk."""
        return rejected(_detached()).wait() if self._stream_ is None else self._stream_._read_().wait()


class ReadableStreamBYOBReader(_Reader):
    """Reads from a ReadableStream of bytes into buffers of the program ("bring your own buffer").

    Raises: ERR_INVALID_ARG_VALUE for another stream.
    Node: https://nodejs.org/api/webstreams.html#class-readablestreambyobreader
    """

    def __init__(self, stream: ReadableStream) -> None:
        if isWebReadable(stream) and not stream._supportsBYOB_:
            raise ERR_INVALID_ARG_VALUE("stream", stream, "must be a byte stream")
        super().__init__(stream)

    def read(
        self,
        view: Any,
        options: ReadableStreamBYOBReaderReadOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableStreamBYOBReaderReadOptions],
    ) -> Deferred[ReadResult]:
        """Fill a buffer.

        Args:
            view: a bytearray, or another writable buffer of Python's. It must not be used until the read is over.
            options: ReadableStreamBYOBReaderReadOptions; `min`, how many of the view's items there must be before the
                read is over (1).
        Returns: a Deferred of a ReadResult whose `value` is a memoryview of what was filled. At the end `done` is True
            and the view is empty; None if the stream was cancelled.
        Example:
            result = await reader.read(bytearray(4096), min=512)
        Node: https://nodejs.org/api/webstreams.html#readablestreambyobreaderreadview-options
        """
        check(ReadableStreamBYOBReaderReadOptions, options, keywords)
        try:
            room = bytesOf(view, "view")
            if not room.nbytes:
                raise ERR_INVALID_STATE_TYPE("View or Viewed ArrayBuffer is zero-length or detached")
            if room.readonly:
                raise ERR_INVALID_ARG_VALUE("view", view, "must be writable")
            if options is not None:
                validateObject(options, "options")
            least = _leastOf(mergeChecked(options, keywords).get("min", 1), len(room))
        except Exception as error:
            return failed(error)
        if self._stream_ is None:
            return rejected(_detached()).wait()
        return self._stream_._readInto_(room, least).returned().wait()


def _leastOf(value: Any, most: int) -> int:
    validateNumber(value, "options.min")
    if value != value or value in (float("inf"), float("-inf")) or int(value) != value:
        raise ERR_INVALID_ARG_VALUE("options.min", value, "must be an integer")
    if value <= 0:
        raise ERR_INVALID_ARG_VALUE("options.min", value, "must be greater than 0")
    if value > most:
        raise ERR_OUT_OF_RANGE("options.min", "<= view.length", value)
    return int(value)


def _detached() -> ERR_INVALID_STATE_TYPE:
    return ERR_INVALID_STATE_TYPE("The reader is not attached to a stream")
