"""Python's file objects as streams: what `open` gives, BytesIO, gzip.open, tempfile, zipfile, any object like them.

A file is read and written in the host's threads, one call at a time, so that nothing waits for a disk; what is in
memory is read and written at once. The stream closes the file, once, when it ends or is destroyed, and not while a call
is under way. Left open are the standard streams, and after success what would be lost by closing: BytesIO, StringIO and
temporary files.
"""

from __future__ import annotations

import errno
import functools
import inspect
import io
import os
import stat
import tempfile
from asyncio import StreamWriter
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ofSystem, uvException
from ...reactor.loop.threads import inThread
from ..core.base import Callback
from ..core.predicates import isNodeStream
from ..core.writable import Writable

#: Of the text layer and of buffers: what they stand on.
_LAYERS = (
    (io.TextIOWrapper, "buffer"),
    (io.BufferedReader, "raw"),
    (io.BufferedWriter, "raw"),
    (io.BufferedRandom, "raw"),
)
Answer = Callable[[Any, BaseException | None], object]

_STANDARD = 2  # the last of the descriptors of the standard streams


def isFile(value: Any) -> bool:
    """True for a file object, also one that is no IOBase: it can be closed, and read or written."""
    if isinstance(value, io.IOBase):
        return not isNodeStream(value)
    if isinstance(value, (type, StreamWriter)) or not callable(getattr(value, "close", None)) or isNodeStream(value):
        return False
    methods = [getattr(value, name, None) for name in ("read", "write")]
    return any(map(callable, methods)) and not any(map(inspect.iscoroutinefunction, methods))


def canRead(file: Any) -> bool:
    """True when a file is open for reading, as far as it says so."""
    return callable(getattr(file, "read", None)) and _says(file, "readable")


def readerOf(cls: Any, file: Any, name: str, options: Mapping[str, Any]) -> Any:
    """A stream of class `cls` that reads a file, in blocks of the mark: bytes, or text from a text file.

    Args: name: of the argument, in errors. options: those of `cls`; `autoClose` False leaves the file open.
    Raises: ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE.
    """
    _check(file, name, "read", "readable")
    options = dict(options)
    reading = _Reading(file, options.pop("autoClose", True))
    if reading.isText:
        options = {"encoding": "utf8", **options}
    reading.stream = cls({"read": reading.read, "destroy": reading.destroy, **options})
    return reading.stream


def writerOf(file: Any, name: str, closes: bool = True) -> Writable:
    """A Writable that writes a file; `closes` False leaves it open, with all that was written handed to the system.

    Raises: ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE.
    """
    _check(file, name, "write", "writable")
    writing = _Writing(file, closes)
    hooks: dict[str, Any] = {
        "write": writing.write,
        "writev": writing.writev,
        "final": writing.final,
        "destroy": writing.destroy,
    }
    hooks["decodeStrings"] = not writing.isText
    return Writable(hooks)


def _check(file: Any, name: str, method: str, question: str) -> None:
    if getattr(file, "closed", False):
        raise ERR_INVALID_ARG_VALUE(name, file, "must not be closed")
    if not callable(getattr(file, method, None)) or not _says(file, question):
        raise ERR_INVALID_ARG_VALUE(name, file, f"must be {question}")
    if _isSocket(file):
        hint = "A thread would wait for the peer: use net.Socket(fd=socket.detach()), http or fetch"
        raise ERR_INVALID_ARG_TYPE(name, ["Stream", "a file that is no socket"], file, hint)


def _says(file: Any, question: str) -> bool:
    ask = getattr(file, question, None)
    return bool(ask()) if callable(ask) else True


def _status(file: Any) -> os.stat_result | None:
    """Of its descriptor. SpooledTemporaryFile would leave the memory to get one."""
    if isinstance(file, tempfile.SpooledTemporaryFile):
        return None
    try:
        return os.fstat(file.fileno())
    except (AttributeError, OSError, TypeError, ValueError):
        return None


def _isSocket(file: Any) -> bool:
    status = _status(file)
    return status is not None and stat.S_ISSOCK(status.st_mode)


def _lowest(file: Any) -> Any:
    """What text layers and buffers stand on in the end."""
    for layer, name in _LAYERS:
        if isinstance(file, layer):
            return _lowest(getattr(file, name))
    return file


def _isLostWhenClosed(file: Any) -> bool:
    """True for what exists only as long as it is open."""
    lowest = _lowest(file)
    if isinstance(lowest, (io.BytesIO, io.StringIO)) or type(lowest).__module__ == "tempfile":
        return True
    status = _status(lowest) if isinstance(lowest, io.FileIO) else None
    return status is not None and stat.S_ISREG(status.st_mode) and status.st_nlink == 0


def _isStandard(file: Any) -> bool:
    lowest = _lowest(file)
    return isinstance(lowest, io.FileIO) and lowest.fileno() <= _STANDARD


class _File:
    """A file under a stream: one call at a time, and closed once."""

    def __init__(self, file: Any, closes: bool) -> None:
        self.file = file
        self.isInMemory = type(file) in (io.BytesIO, io.StringIO)
        self.isText = isinstance(file, io.TextIOBase) or hasattr(file, "encoding")
        self.isKept = _isLostWhenClosed(file)
        self.mayClose = closes and not _isStandard(file)
        self.isBusy = False
        self.whenIdle: Callable[[], object] | None = None

    def call(self, syscall: str, work: Callable[[], Any], answer: Answer) -> None:
        """Do `work`, then call `answer(result, error)`."""
        if self.isInMemory:
            try:
                result = work()
            except Exception as error:
                answer(None, error)
            else:
                answer(result, None)
            return
        self.isBusy = True
        inThread(work, functools.partial(self.answered, syscall, answer), "FSReqCallback")

    def answered(self, syscall: str, answer: Answer, result: Any, error: BaseException | None) -> None:
        self.isBusy = False
        answer(result, None if error is None else ofSystem(error, syscall))
        if self.whenIdle is not None:
            self.whenIdle()

    def close(self, callback: Callback) -> None:
        """Close it, unless that has been done or is somebody else's; behind the call that is under way."""
        if self.isBusy:
            self.whenIdle = functools.partial(self.closeNow, callback)
        else:
            self.closeNow(callback)

    def closeNow(self, callback: Callback) -> None:
        self.whenIdle = None
        if not self.mayClose:
            callback(None)
            return
        self.mayClose = False
        self.call("close", self.file.close, lambda result, error: callback(error))


class _Reading(_File):
    """A file that is read."""

    stream: Any

    def __init__(self, file: Any, closes: bool) -> None:
        super().__init__(file, closes)
        self.isAtEnd = False
        # `read` of a pipe would wait until a whole block has come.
        hasOwn = isinstance(file, io.BufferedIOBase) and type(file).read1 is not io.BufferedIOBase.read1
        self.readSome = file.read1 if hasOwn else file.read

    def read(self, size: int) -> None:
        self.call("read", lambda: self.readSome(max(size, 1)), self.give)

    def give(self, chunk: Any, error: BaseException | None) -> None:
        stream = self.stream
        if stream.destroyed:
            return
        if error is None and chunk is None:
            error = uvException(-errno.EAGAIN, "read")  # a file that does not wait
        if error is not None:
            stream.destroy(error)
            return
        self.isAtEnd = not chunk
        stream.push(chunk or None)

    def destroy(self, error: BaseException | None, callback: Callback) -> None:
        if error is None and self.isAtEnd and self.isKept:
            self.mayClose = False
        self.close(lambda failure: callback(failure if error is None else error))


def _nothing() -> None:
    """A file without `flush` keeps nothing back."""


class _Writing(_File):
    """A file that is written to."""

    def __init__(self, file: Any, closes: bool) -> None:
        super().__init__(file, closes)
        self.isRaw = isinstance(file, io.RawIOBase)

    def write(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        self.put([chunk], callback)

    def writev(self, chunks: Any, callback: Callback) -> None:
        self.put([each["chunk"] for each in chunks], callback)

    def put(self, chunks: list[Any], callback: Callback) -> None:
        if self.isText:
            for chunk in chunks:
                if not isinstance(chunk, str):
                    hint = 'The file is open for text: open it with "wb", or give the source an encoding'
                    callback(ERR_INVALID_ARG_TYPE("chunk", "string", chunk, hint))
                    return
        data = chunks[0] if len(chunks) == 1 else ("" if self.isText else b"").join(chunks)
        self.call("write", lambda: self.writeAll(data), lambda result, error: callback(error))

    def writeAll(self, data: Any) -> None:
        if not self.isRaw:
            self.file.write(data)
            return
        rest = memoryview(data).cast("B")
        while rest:  # an unbuffered file may take a part
            count = self.file.write(rest)
            if not count:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            rest = rest[count:]

    def final(self, callback: Callback) -> None:
        # What closing fails with must be known before 'finish': a full disk shows there at the latest.
        if self.mayClose and not self.isKept:
            self.close(callback)
            return

        def flushed(result: Any, error: BaseException | None) -> None:
            if error is None:
                self.mayClose = False
            callback(error)

        self.call("write", getattr(self.file, "flush", _nothing), flushed)

    def destroy(self, error: BaseException | None, callback: Callback) -> None:
        self.close(lambda failure: callback(failure if error is None else error))
