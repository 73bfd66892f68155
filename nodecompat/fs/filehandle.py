"""`fs.promises.open` gives a FileHandle: an open file whose methods return Deferreds.

`close()` waits until everything that uses the file is done. A handle that is dropped without it is closed, with a
ResourceWarning.

Node: https://nodejs.org/api/fs.html#class-filehandle
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..errors import ERR_INVALID_STATE, SystemCallError
from ..optionbags import check, named
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..readline import Interface, createInterface
from ..records import Record
from ..stream.core.promises import promise
from ..validators import validateBoolean
from .operations import arguments as a
from .operations import contents, descriptors
from .operations.stats import BigIntStats, Stats
from .options import (
    ReadableWebStreamOptions,
    ReadFileOptions,
    ReadOptions,
    StatOptions,
    WriteFileOptions,
    WriteOptions,
)
from .running import promised, settle
from .saving import isIterable, saveAll
from .sharing import SharedFile
from .streams import ReadStream, ReadStreamOptions, WriteStream, WriteStreamOptions
from .websource import webStream

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


__all__ = ["FileHandle", "FileReadResult", "FileWriteResult", "ReadVResult", "WriteVResult"]

#: Bytes that `read` makes room for when it is given no buffer. Node's.
ROOM = 16 * 1024


@dataclass(frozen=True)
class FileReadResult(Record):
    """What `filehandle.read` gives: how many bytes there were, and the buffer they are in."""

    bytesRead: int
    buffer: Any


@dataclass(frozen=True)
class FileWriteResult(Record):
    """What `filehandle.write` gives: how many bytes were written, and what was to be written."""

    bytesWritten: int
    buffer: Any


@dataclass(frozen=True)
class ReadVResult(Record):
    """What `filehandle.readv` gives."""

    bytesRead: int
    buffers: Any


@dataclass(frozen=True)
class WriteVResult(Record):
    """What `filehandle.writev` gives."""

    bytesWritten: int
    buffers: Any


class FileHandle(SharedFile):
    """An open file; made by `fs.promises.open`. Also `async with`, which closes it.

    Emits: close, when it is being closed.
    Node: https://nodejs.org/api/fs.html#class-filehandle
    """

    __events__: dict[str, tuple[str, ...]] = SharedFile.__events__

    def __init__(self, fd: int) -> None:
        super().__init__(fd)
        self._isLocked_ = False

    # -- documented by Node, in its order

    @named
    def appendFile(
        self,
        data: Any,
        options: WriteFileOptions | Mapping[str, Any] | str | None = None,
        *,
        encoding: str | None = None,
        signal: Any = None,
    ) -> Deferred[None]:
        """As `writeFile`: where the writing begins is decided by how the file was opened.

        Node: https://nodejs.org/api/fs.html#filehandleappendfiledata-options
        """
        return self._save_("appendFile", data, options, encoding, signal)

    def chmod(self, mode: a.Mode) -> Deferred[None]:
        """Change the permissions. Node: https://nodejs.org/api/fs.html#filehandlechmodmode"""
        return self._do_("fchmod", descriptors.fchmod, mode)

    def chown(self, uid: int, gid: int) -> Deferred[None]:
        """Change the owner and the group. Node: https://nodejs.org/api/fs.html#filehandlechownuid-gid"""
        return self._do_("fchown", descriptors.fchown, uid, gid)

    def createReadStream(
        self, options: ReadStreamOptions | Mapping[str, Any] | str | None = None, **keywords: Unpack[ReadStreamOptions]
    ) -> ReadStream:
        """A stream of the file; at its end the handle is closed, unless `autoClose` is False.

        Args: options: ReadStreamOptions but `fd`, `flags`, `mode`, `fs`. Without `start` it reads from where it is.
        Node: https://nodejs.org/api/fs.html#filehandlecreatereadstreamoptions
        """
        check(ReadStreamOptions, options, keywords)
        return ReadStream(None, {**a.toOptions(options, keywords, {}), "fd": self})

    def createWriteStream(
        self,
        options: WriteStreamOptions | Mapping[str, Any] | str | None = None,
        **keywords: Unpack[WriteStreamOptions],
    ) -> WriteStream:
        """A stream into the file; at its end the handle is closed, unless `autoClose` is False.

        Args: options: WriteStreamOptions but `fd`, `flags`, `mode` and `fs`.
        Node: https://nodejs.org/api/fs.html#filehandlecreatewritestreamoptions
        """
        check(WriteStreamOptions, options, keywords)
        return WriteStream(None, {**a.toOptions(options, keywords, {}), "fd": self})

    def datasync(self) -> Deferred[None]:
        """Wait until the data is on the disk. Node: https://nodejs.org/api/fs.html#filehandledatasync"""
        return self._do_("fdatasync", descriptors.fdatasync)

    def read(
        self,
        buffer: Any = None,
        offset: Any = None,
        length: int | None = None,
        position: int | None = None,
        **options: Any,
    ) -> Deferred[FileReadResult]:
        """Read into a buffer.

        Args:
            buffer: a bytearray, a Buffer or another that can be written to; or the options, also as keywords:
                `buffer`, `offset`, `length`, `position`. Without one it is 16 KiB, given back as bytes.
            offset: where in the buffer (0), or the options.
            length: bytes, as many as there is room for if left out.
            position: where in the file; None, and -1, for where it is.
        Returns: a Deferred of FileReadResult; `bytesRead` is 0 at the end.
        Node: https://nodejs.org/api/fs.html#filehandlereadbuffer-offset-length-position
        """
        check(ReadOptions, None, options)
        buffer, offset, length, position = descriptors.reading(buffer, offset, length, position, options)
        isOwn = buffer is None
        room = bytearray(ROOM) if isOwn else buffer

        def result(count: int) -> FileReadResult:
            return FileReadResult(count, bytes(room) if isOwn else room)

        return self._do_("read", descriptors.read, room, offset, length, position, then=result)

    @named
    def readableWebStream(
        self, options: ReadableWebStreamOptions | Mapping[str, Any] | None = None, *, autoClose: bool = False
    ) -> Any:
        """A web ReadableStream of bytes; there may be one only.

        Args: options: `autoClose` closes the handle when the stream ends (False).
        Raises: ERR_INVALID_STATE when it is closed, or has such a stream.
        Node: https://nodejs.org/api/fs.html#filehandlereadablewebstreamoptions
        """
        if self._fd_ == -1 or self._closing_ is not None:
            raise ERR_INVALID_STATE("The FileHandle is closed")
        if self._isLocked_:
            raise ERR_INVALID_STATE("The FileHandle is locked")
        given = a.toBag(options, {"autoClose": autoClose} if autoClose else {})
        mayClose = given.get("autoClose")
        if mayClose is not None:
            validateBoolean(mayClose, "options.autoClose")
        self._isLocked_ = True
        return webStream(self, bool(mayClose))

    @named
    def readFile(
        self,
        options: ReadFileOptions | Mapping[str, Any] | str | None = None,
        *,
        encoding: str | None = None,
        signal: Any = None,
        buffer: Any = None,
    ) -> Deferred[Any]:
        """All that is left of the file.

        Args: options: `encoding`: text instead of bytes; `signal`; `buffer`: where to read it.
        Node: https://nodejs.org/api/fs.html#filehandlereadfileoptions
        """
        keywords = {"encoding": encoding, "signal": signal, "buffer": buffer}
        keywords = {name: value for name, value in keywords.items() if value is not None}
        return self._do_("readFile", lambda fd: contents.readFile(fd, a.toOptions(options, keywords, {})))

    def readLines(
        self, options: ReadStreamOptions | Mapping[str, Any] | None = None, **keywords: Unpack[ReadStreamOptions]
    ) -> Interface:
        """The lines of the file, an Interface of `readline`: `async for line in file.readLines(): …`.

        Args: options: ReadStreamOptions, as of `createReadStream`.
        Node: https://nodejs.org/api/fs.html#filehandlereadlinesoptions
        """
        check(ReadStreamOptions, options, keywords)
        source = self.createReadStream(options, **keywords)
        return createInterface({"input": source, "crlfDelay": float("inf")})

    def readv(self, buffers: Sequence[Any], position: int | None = None) -> Deferred[ReadVResult]:
        """Read into several buffers. Node: https://nodejs.org/api/fs.html#filehandlereadvbuffers-position"""
        return self._do_("readv", descriptors.readv, buffers, position, then=lambda count: ReadVResult(count, buffers))

    @named
    def stat(
        self, options: StatOptions | Mapping[str, Any] | None = None, *, bigint: bool = False
    ) -> Deferred[Stats | BigIntStats]:
        """Stats of the file. Node: https://nodejs.org/api/fs.html#filehandlestatoptions"""
        return self._do_("fstat", descriptors.fstat, a.statOptions(options, a.given(bigint=bigint or None))[0])

    def sync(self) -> Deferred[None]:
        """Wait until the file is on the disk. Node: https://nodejs.org/api/fs.html#filehandlesync"""
        return self._do_("fsync", descriptors.fsync)

    def truncate(self, len: int | None = None) -> Deferred[None]:
        """Cut the file off, or fill it up with zeros. Node: https://nodejs.org/api/fs.html#filehandletruncatelen"""
        return self._do_("ftruncate", descriptors.ftruncate, len)

    def utimes(self, atime: a.TimeLike, mtime: a.TimeLike) -> Deferred[None]:
        """Change the times. Node: https://nodejs.org/api/fs.html#filehandleutimesatime-mtime"""
        return self._do_("futimes", descriptors.futimes, atime, mtime)

    def write(
        self, buffer: Any, offset: Any = None, length: Any = None, position: int | None = None, **options: Any
    ) -> Deferred[FileWriteResult]:
        """Write a buffer or a text. Another write must wait until this one is done.

        Args:
            buffer: bytes; or a text: then the arguments are `position` and `encoding`.
            offset: where in the buffer, or the options, also as keywords: `offset`, `length`, `position`.
            length: bytes, all that are left if left out.
            position: where in the file; None for where it is.
        Returns: a Deferred of FileWriteResult.
        Node: https://nodejs.org/api/fs.html#filehandlewritebuffer-offset-length-position
        """
        check(WriteOptions, None, options)
        if isinstance(buffer, (bytes, bytearray, memoryview)) and not len(buffer):
            # As in Node: nothing is done, whatever the rest says.
            return self._do_("write", lambda fd: lambda: FileWriteResult(0, buffer))
        make, arguments = descriptors.writing(buffer, offset, length, position, options)
        return self._do_("write", make, *arguments, then=lambda count: FileWriteResult(count, buffer))

    @named
    def writeFile(
        self,
        data: Any,
        options: WriteFileOptions | Mapping[str, Any] | str | None = None,
        *,
        encoding: str | None = None,
        signal: Any = None,
    ) -> Deferred[None]:
        """Write from where the file is.

        Args:
            data: a text, bytes, or an iterable of them, asynchronous or not; a Readable is one.
            options: `encoding` of texts (UTF-8), `signal`.
        Node: https://nodejs.org/api/fs.html#filehandlewritefiledata-options
        """
        return self._save_("writeFile", data, options, encoding, signal)

    def writev(self, buffers: Sequence[Any], position: int | None = None) -> Deferred[WriteVResult]:
        """Write several buffers. Node: https://nodejs.org/api/fs.html#filehandlewritevbuffers-position"""
        return self._do_(
            "writev", descriptors.writev, buffers, position, then=lambda count: WriteVResult(count, buffers)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: Any) -> None:
        """Close it. Node: https://nodejs.org/api/fs.html#filehandlesymbolasyncdispose"""
        await self.close()

    # -- behind them

    def _do_(
        self, name: str, make: Callable[..., Any], *args: Any, then: Callable[[Any], Any] | None = None
    ) -> Deferred[Any]:
        """Work on the file, which stays open until it is done."""
        if self._fd_ == -1:
            deferred: Deferred[Any] = Promised()
            ticks.queueMicrotask(settle, deferred, None, _closedError(name), None)
            return deferred
        self._use_()
        done = promised(make, self._fd_, *args)
        done.addBoth(self._release_)
        return done if then is None else done.addCallback(then)

    def _release_(self, outcome: Any) -> Any:
        self._letGo_()
        return outcome

    def _save_(self, name: str, data: Any, options: Any, encoding: str | None, signal: Any) -> Deferred[None]:
        keywords = {key: value for key, value in (("encoding", encoding), ("signal", signal)) if value is not None}
        if not isIterable(data):
            return self._do_(name, lambda fd: contents.writeFile(fd, data, a.toOptions(options, keywords, {})))

        async def save() -> None:
            if self._fd_ == -1:
                raise _closedError(name)
            given = a.toOptions(options, keywords, {})
            self._use_()
            try:
                await saveAll(self._fd_, data, given)
            finally:
                self._letGo_()

        return promise(save())


def _closedError(name: str) -> SystemCallError:
    return SystemCallError("file closed", "EBADF", syscall=name)
