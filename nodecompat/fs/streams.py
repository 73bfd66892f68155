"""`fs.createReadStream` and `fs.createWriteStream`: files as streams.

Every read and write is one piece of work in the thread pool; of one stream there is one at a time. A stream that is
destroyed meanwhile waits for it, and only then closes its descriptor.

Node: https://nodejs.org/api/fs.html#class-fsreadstream
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from ..encodings import isEncoding
from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_METHOD_NOT_IMPLEMENTED,
    ERR_OUT_OF_RANGE,
    ERR_STREAM_DESTROYED,
    ERR_SYSTEM_ERROR,
)
from ..events import fit
from ..optionbags import check
from ..reactor.loop import host, ticks
from ..reactor.loop.places import Place, here
from ..stream import Readable, Writable, finished
from ..stream.core.pipe import fileTaker
from ..url import fileURLToPath
from ..validators import isNumber, isTruthy, validateBoolean, validateInteger
from .backends import SYSTEM, GivenFiles, HandleFiles, SystemFiles
from .opening import openAtOnce
from .operations import arguments as a
from .sending import sendableSize
from .sharing import SharedFile

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ..events.listeners import Listener, Listener0, Listener1, Listener2
    from ..symbols import Symbol

__all__ = [
    "ReadStream",
    "ReadStreamOptions",
    "WriteStream",
    "WriteStreamOptions",
    "createReadStream",
    "createWriteStream",
]

#: Attempts to write without progress before a stream gives up. Node's.
_ATTEMPTS = 5

#: With one of these in the place of the class's, the program sees what is read.
_WATCHED = frozenset(("_read", "emit", "push", "read"))
#: How often in a row a sink may refuse to take a file before it is not asked any more.
_REFUSALS = 8

_Callback = Callable[..., object]


class FileStreamOptions(TypedDict, total=False):
    """Options of both kinds of file streams.

    Options:
        flags: As of `open`; "r" to read and "w" to write by default.
        mode: Permissions of a new file; 0o666 without the umask by default.
        encoding: Of what is read, by default bytes; or of texts that are written, by default "utf8".
        fd: A descriptor or a FileHandle in place of the path; none by default.
        autoClose: Close the descriptor at the end, and after an error; True by default.
        emitClose: Emit 'close'; True by default.
        start: The first byte; 0, or where the descriptor stands, by default.
        highWaterMark: Bytes read at once, or that may wait; 65,536 by default.
        signal: An AbortSignal that destroys the stream; none by default.
        fs: Functions in place of those of this module, which are the default.
    """

    flags: a.Flags
    mode: a.Mode
    encoding: str
    fd: int | SharedFile
    autoClose: bool
    emitClose: bool
    start: int
    highWaterMark: int
    signal: Any
    fs: Any


class ReadStreamOptions(FileStreamOptions, total=False):
    """Options of `createReadStream`.

    Also the options of `FileStreamOptions`.

    Options:
        end: The last byte that is read; the end of the file by default.
    Node: https://nodejs.org/api/fs.html#fscreatereadstreampath-options
    """

    end: int | float


class WriteStreamOptions(FileStreamOptions, total=False):
    """Options of `createWriteStream`.

    Also the options of `FileStreamOptions`.

    Options:
        flush: The data is on the disk before 'close'; False by default.
    Node: https://nodejs.org/api/fs.html#fscreatewritestreampath-options
    """

    flush: bool


class _FileStream:
    """What both kinds share: opening, closing, and that closing waits for what is under way."""

    if TYPE_CHECKING:
        fd: Any
        path: Any
        flags: Any
        mode: Any
        start: int | None
        pos: int | None
        flush: bool
        destroyed: bool
        _autoDestroy_: bool
        _files_: SystemFiles | GivenFiles
        _isBusy_: bool
        _whenIdle_: Callable[[BaseException | None], object] | None
        _begun_: Place | None
        emit: Callable[..., bool]

    #: The kernel has told that its file system need not wait: see `sending.py`.
    _isLocal_ = False

    def _initFile_(self, path: Any, given: Mapping[str, Any], defaultFlags: str, needed: tuple[str, ...]) -> None:
        self._isBusy_, self._whenIdle_ = False, None
        self._begun_ = here()
        self.fd = given.get("fd")
        if self.fd is None:
            self.path = _publicPath(path)
            self.flags = defaultFlags if given.get("flags") is None else given["flags"]
            self.mode = 0o666 if given.get("mode") is None else given["mode"]
        else:
            self.path = None
            self.flags = self.mode = None
        handle = self.fd
        if isTruthy(given.get("fs")):
            if isinstance(handle, SharedFile):
                raise ERR_METHOD_NOT_IMPLEMENTED("FileHandle with fs")
            self._files_ = GivenFiles(given["fs"], needed)
        else:
            self._files_ = SYSTEM
        if isinstance(handle, SharedFile):
            self._files_ = HandleFiles(handle)
            self.fd = handle.fd
            handle.on("close", self._handleClosed_)
        elif handle is not None:
            if not isNumber(handle):
                raise ERR_INVALID_ARG_TYPE("options.fd", ["number", "FileHandle"], handle)
            self.fd = a.toDescriptor(handle)

    def _handleClosed_(self) -> None:
        self.close()  # type: ignore[attr-defined]

    @property
    def pending(self) -> bool:
        """True until the file is open. Node: https://nodejs.org/api/fs.html#readstreampending"""
        return self.fd is None

    @property
    def autoClose(self) -> bool:
        """Whether the descriptor is closed at the end."""
        return self._autoDestroy_

    @autoClose.setter
    def autoClose(self, value: bool) -> None:
        self._autoDestroy_ = bool(value)

    def _construct(self, callback: _Callback) -> None:
        if self.fd is not None:
            callback()
            return
        if isinstance(self._files_, GivenFiles):
            arguments = (self.path, self.flags, self.mode)
        else:
            arguments = (a.toPath(self.path), a.toFlags(self.flags), a.toMode(self.mode))

        def opened(error: BaseException | None, fd: int | None = None, *rest: Any) -> None:
            if error is not None:
                callback(error)
                return
            self.fd = fd
            callback()
            self.emit("open", fd)
            self.emit("ready")

        self._open_(*arguments, opened)

    def _open_(self, path: Any, flags: Any, mode: Any, opened: _Callback) -> None:
        self._files_.open(path, flags, mode, opened)

    def _idle_(self, error: BaseException | None) -> None:
        """The read or write under way has ended: a destruction that waits for it goes on, and fails as it did."""
        self._isBusy_ = False
        waiting, self._whenIdle_ = self._whenIdle_, None
        if waiting is not None:
            waiting(error)

    def _destroy(self, err: BaseException | None, callback: _Callback) -> None:
        if self._isBusy_:
            self._whenIdle_ = lambda error: self._closeFile_(error if err is None else err, callback)
        else:
            self._closeFile_(err, callback)

    def _closeFile_(self, err: BaseException | None, callback: _Callback) -> None:
        fd, self.fd = self.fd, None
        if fd is None:
            callback(err)
            return

        def closed(error: BaseException | None = None) -> None:
            callback(err if error is None else error)

        if self._isLocal_:
            self._files_.closeNow(fd, closed)  # type: ignore[union-attr]
        else:
            self._files_.close(fd, closed)


def _publicPath(path: Any) -> Any:
    """The attribute `path`: what was given, as text if it was a URL or an `os.PathLike`."""
    a.toPath(path)
    if isinstance(path, os.PathLike):
        return os.fspath(path)
    return path if isinstance(path, (str, bytes, bytearray)) else fileURLToPath(path)


def _streamOptions(given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the stream itself."""
    kept = {
        name: value
        for name, value in given.items()
        if name not in ("autoClose", "construct", "destroy", "read", "writev")
    }
    auto = given.get("autoClose")
    kept["autoDestroy"] = True if auto is None else auto
    if kept.get("highWaterMark") is None:
        kept["highWaterMark"] = 64 * 1024
    return kept


class ReadStream(_FileStream, Readable):
    """A file that is read as a stream; made by `createReadStream`.

    Emits: what Readable emits; open(fd); ready; close.
    Node: https://nodejs.org/api/fs.html#class-fsreadstream
    """

    start: int | None
    #: Nothing came of the attempt to send: why, reading tells.
    _mustRead_ = False
    _refusals_ = 0
    __events__: dict[str, tuple[str, ...]] = {**Readable.__events__, "open": ("fd: int",), "ready": ()}

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "close",
            "data",
            "end",
            "error",
            "pause",
            "readable",
            "resume",
            "open",
            "ready",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener1[int])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["close", "end", "pause", "readable", "resume", "ready"], listener: Listener0
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["data", "error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["open"], listener: Listener1[int]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(
            self, eventName: Literal["close", "end", "pause", "readable", "resume", "ready"]
        ) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["data", "error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["open"]) -> Callable[[_F3], _F3]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    def __init__(self, path: Any, options: Any = None, /, **keywords: Any) -> None:
        check(ReadStreamOptions, options, keywords)
        given = a.toOptions(options, keywords, {})
        self._initFile_(path, given, "r", ("open", "read", "close"))
        #: Bytes that have been read so far.
        self.bytesRead: int = 0
        self.start, self.pos = given.get("start"), None
        self.end: float = math.inf if given.get("end") is None else given["end"]
        if self.start is not None:
            validateInteger(self.start, "start", 0)
            self.pos = self.start
        if self.end != math.inf:
            validateInteger(self.end, "end", 0)
            if self.start is not None and self.start > self.end:
                raise ERR_OUT_OF_RANGE("start", f'<= "end" (here: {int(self.end)})', self.start)
        Readable.__init__(self, _streamOptions(given))

    def close(self, callback: Callable[..., object] | None = None) -> None:
        """Close the descriptor.

        Args: callback: called when it is closed, with an error if not everything had been read.
        Node: https://nodejs.org/api/fs.html#event-close_2
        """
        if callback is not None:
            finished(self, callback)
        self.destroy()

    def _open_(self, path: Any, flags: Any, mode: Any, opened: _Callback) -> None:
        # Not in a simulation, which must not depend on what the kernel has in memory.
        mayOpen = self._files_ is SYSTEM and flags == os.O_RDONLY and host.current().hasReaders
        fd = openAtOnce(path) if mayOpen else None
        if fd is None:
            super()._open_(path, flags, mode, opened)
        else:
            ticks.queueCheck(opened, None, fd)

    def _read(self, size: int) -> None:
        left = self.end - (self.bytesRead if self.pos is None else self.pos) + 1
        size = int(min(left, size))
        if size <= 0:
            self.push(None)
            return
        if self._pipes_ and self._send_(left):
            return
        self._isBusy_ = True
        self._files_.read(self.fd, size, self.pos, self._arrived_)

    def _send_(self, left: float) -> bool:
        """Let the kernel move the next part from the file to the sink, when nobody looks at it.

        Returns: False when it has to be read.
        """
        take = fileTaker(self)
        if take is None or self._mustRead_ or type(self) is not ReadStream or not _WATCHED.isdisjoint(self.__dict__):
            return False
        if not isinstance(self._files_, SystemFiles):
            return False
        size = sendableSize(self.fd, self.pos, left)
        if size is None:
            return False
        if not size:
            self.push(None)
            return True
        taken = take(self.fd, self.pos, size, self._sent_)
        if taken is None:
            # It may connect still, or other bytes wait in it; or it encrypts, and will never take one.
            self._refusals_ += 1
            self._mustRead_ = self._refusals_ == _REFUSALS
            return False
        self._isLocal_, self._refusals_ = True, 0
        if taken >= 0:
            ticks.queueCheck(self._sent_, taken)  # not a tick: others get their turn, as between two reads
        return True

    def _sent_(self, count: int, error: BaseException | None = None) -> None:
        self.bytesRead += count
        if self.pos is not None:
            self.pos += count
        self._mustRead_ = not count
        if not self.destroyed:
            self._passedOn_()

    def _arrived_(self, error: BaseException | None, data: bytes | None = None) -> None:
        if self.destroyed:
            self._idle_(error)
            return
        self._isBusy_ = False
        if error is not None:
            self._errorOrDestroy_(error)
            return
        if not data:
            self.push(None)
            return
        self.bytesRead += len(data)
        if self.pos is not None:
            self.pos += len(data)
        self.push(data)


class WriteStream(_FileStream, Writable):
    """A file that is written as a stream; made by `createWriteStream`.

    Emits: what Writable emits; open(fd); ready; close.
    Node: https://nodejs.org/api/fs.html#class-fswritestream
    """

    start: int | None
    __events__: dict[str, tuple[str, ...]] = {**Writable.__events__, "open": ("fd: int",), "ready": ()}

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "close",
            "drain",
            "error",
            "finish",
            "pipe",
            "unpipe",
            "open",
            "ready",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener1[Readable])
        _F4 = TypeVar("_F4", bound=Listener1[int])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close", "drain", "finish", "ready"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"], listener: Listener1[Readable]) -> Self: ...
        @overload
        def on(self, eventName: Literal["open"], listener: Listener1[int]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close", "drain", "finish", "ready"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["open"]) -> Callable[[_F4], _F4]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    def __init__(self, path: Any, options: Any = None, /, **keywords: Any) -> None:
        check(WriteStreamOptions, options, keywords)
        given = a.toOptions(options, keywords, {})
        flush = given.get("flush")
        if flush is not None:
            validateBoolean(flush, "options.flush")
        self.flush: bool = bool(flush)
        needed = ("open", "write", "writev", "close", *(("fsync",) if self.flush else ()))
        self._initFile_(path, given, "w", needed)
        #: Bytes that have been written so far, without those that wait.
        self.bytesWritten = 0
        self.start, self.pos = given.get("start"), None
        if self.start is not None:
            validateInteger(self.start, "start", 0)
            self.pos = self.start
        encoding = given.get("encoding")
        options = {**_streamOptions(given), "decodeStrings": True}
        options.pop("write", None)
        if not self._files_.hasWritev:
            self.__dict__["_writev"] = None
        Writable.__init__(self, options)
        if encoding and isEncoding(encoding):
            self.setDefaultEncoding(encoding)

    def close(self, callback: Callable[..., object] | None = None) -> None:
        """Write what waits, and close the descriptor.

        Args: callback: called when it is closed.
        Node: https://nodejs.org/api/fs.html#writestreamclosecallback
        """
        if callback is not None:
            if self.closed:
                ticks.nextTick(fit(callback, 0))
                return
            self.on("close", callback)
        if not self.autoClose:
            self.on("finish", self.destroy)
        self.end()

    def destroySoon(self, *arguments: Any) -> Any:
        """As `end`. Node: https://nodejs.org/api/stream.html#writableendchunk-encoding-callback"""
        return self.end(*arguments)

    def _write(self, chunk: Any, encoding: str | None, callback: _Callback) -> None:
        self._writeOn_([chunk], callback)

    def _writev(self, chunks: list[Any], callback: _Callback) -> None:
        self._writeOn_([each.chunk for each in chunks], callback)

    def _writeOn_(self, buffers: list[Any], callback: _Callback, attempts: int = 0) -> None:
        """Write the buffers, in as many goes as it takes."""
        self._isBusy_ = True

        def written(error: BaseException | None, count: int | None = None) -> None:
            taken = count or 0
            if error is not None and getattr(error, "code", None) == "EAGAIN":
                error, taken = None, 0
            if self.destroyed or error is not None:
                found = error if error is not None else ERR_STREAM_DESTROYED("write")
                callback(found)
                self._idle_(found)
                return
            self.bytesWritten += taken
            if self.pos is not None:
                self.pos += taken
            left = _without(buffers, taken)
            if not left:
                self._isBusy_ = False
                callback()
            elif taken or attempts < _ATTEMPTS:
                self._writeOn_(left, callback, 0 if taken else attempts + 1)
            else:
                self._isBusy_ = False
                callback(_stuck())

        if len(buffers) == 1 and self._files_.hasWrite:
            self._files_.write(self.fd, buffers[0], self.pos, written)
        else:
            self._files_.writev(self.fd, buffers, self.pos, written)

    def _closeFile_(self, err: BaseException | None, callback: _Callback) -> None:
        if not self.flush or self.fd is None:
            super()._closeFile_(err, callback)
            return

        def flushed(error: BaseException | None = None) -> None:
            super(WriteStream, self)._closeFile_(err if err is not None else error, callback)

        self._files_.fsync(self.fd, flushed)


def _without(buffers: list[Any], count: int) -> list[Any]:
    """What is left of some buffers when so many bytes of them are written."""
    for index, each in enumerate(buffers):
        if count < len(each):
            return [memoryview(each)[count:] if count else each, *buffers[index + 1 :]]
        count -= len(each)
    return []


def _stuck() -> ERR_SYSTEM_ERROR:
    return ERR_SYSTEM_ERROR(
        {"code": "EAGAIN", "syscall": "write", "message": "resource temporarily unavailable", "errno": -11}
    )


def createReadStream(
    path: a.PathLike | None,
    options: ReadStreamOptions | Mapping[str, Any] | str | None = None,
    **keywords: Unpack[ReadStreamOptions],
) -> ReadStream:
    """Read a file as a stream: `createReadStream("x", start=10, end=19).pipe(response)`.

    Args:
        path: what to read; None with the option `fd`.
        options: ReadStreamOptions, as a mapping or as keywords; a text is the encoding.
    Returns: the stream. It fails with ENOENT, EACCES, EISDIR, …
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/fs.html#fscreatereadstreampath-options
    """
    return ReadStream(path, options, **keywords)


def createWriteStream(
    path: a.PathLike | None,
    options: WriteStreamOptions | Mapping[str, Any] | str | None = None,
    **keywords: Unpack[WriteStreamOptions],
) -> WriteStream:
    """Write a file as a stream: `pipeline(request, createWriteStream("x"), done)`.

    Args:
        path: what to write; None with the option `fd`.
        options: WriteStreamOptions, as a mapping or as keywords; a text is the encoding.
    Returns: the stream. It fails with ENOENT, EACCES, EISDIR, ENOSPC, …
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/fs.html#fscreatewritestreampath-options
    """
    return WriteStream(path, options, **keywords)
