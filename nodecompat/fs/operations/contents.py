"""The work on whole files: `readFile`, `writeFile`, `appendFile`, `copyFile`."""

from __future__ import annotations

import os
import stat as kinds
from collections.abc import Callable
from typing import Any

from ...encodings import decode
from ...errors import (
    ERR_FS_FILE_TOO_LARGE,
    ERR_INVALID_ARG_VALUE,
    AbortError,
)
from ...validators import isTruthy
from . import arguments as a
from .descriptors import openNow, readInto, writeOnce
from .system import Work, failure, system

#: Bytes of a file that `readFile` takes.
LARGEST = 2**31 - 1
#: Bytes read at once of a file that can be cancelled, or whose length is not known. Node's.
PIECE = 512 * 1024


def obey(signal: Any) -> None:
    """Raises: AbortError when the signal is aborted. May be asked from any thread."""
    if signal is not None and signal.aborted:
        raise AbortError.by(signal)


def readFile(path: Any, options: dict[str, Any], namesPath: bool = True, flagName: str = "flags") -> Work[Any]:
    """The whole file as bytes, or as text in an encoding; of a descriptor, from its place to the end.

    Args: namesPath: an error of reading tells of the path, which that of the synchronous form does not.
    """
    encoding, signal, target = options.get("encoding"), options.get("signal"), options.get("buffer")
    number, name, flags = None, b"", 0
    if a.isDescriptor(path):
        number = a.toDescriptor(path)
    else:
        name, flags = a.toPath(path), a.toFlags(options.get("flag"), flagName)
    make = _target(target, encoding)

    def work() -> Any:
        obey(signal)
        opened = openNow(name, flags, 0o666) if number is None else number
        try:
            data = whole(opened, signal, make, name if namesPath and number is None else None)
        finally:
            if number is None:
                system(os.close, opened, syscall="close")
        return data if make is not None else result(data, encoding)

    return work


def result(data: bytes, encoding: Any) -> Any:
    """What was read: bytes, or text."""
    return data if encoding is None else decode(data, encoding)


def _target(target: Any, encoding: Any) -> Callable[[int], memoryview] | None:
    """The option `buffer`: where the file is to be read into, or a function that makes a buffer for so many bytes."""
    if target is None:
        return None
    if encoding is not None and encoding != "buffer":
        raise ERR_INVALID_ARG_VALUE(
            "options.encoding", encoding, "must be undefined, null, or 'buffer' when buffer is provided"
        )
    if callable(target):
        return lambda size: a.toView(target(size), isWritable=True)
    view = a.toView(target, "options.buffer", isWritable=True)
    return lambda size: view


def whole(fd: int, signal: Any, make: Callable[[int], memoryview] | None = None, path: bytes | None = None) -> Any:
    """All that is left of an open file; an error tells of the path."""
    found = system(os.fstat, fd, syscall="fstat")
    size = found.st_size if kinds.S_ISREG(found.st_mode) else 0
    if size > LARGEST:
        raise ERR_FS_FILE_TOO_LARGE(size)
    if make is not None:
        return _into(fd, signal, make(size))
    pieces: list[bytes] = []
    # A file says how long it is, so the second read finds its end; others are read until they end.
    step = size + 1 if size and signal is None else PIECE
    while True:
        obey(signal)
        piece = system(os.read, fd, min(step, LARGEST), syscall="read", path=path)
        if not piece:
            break
        pieces.append(piece)
        if size and len(piece) == size:
            break
        step = PIECE
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _into(fd: int, signal: Any, view: memoryview) -> memoryview:
    place = 0
    while place < len(view):
        obey(signal)
        count = readInto(fd, view[place : place + PIECE], None)
        if not count:
            break
        place += count
    return view[:place]


def writeFile(
    path: Any,
    data: Any,
    options: dict[str, Any],
    defaultFlag: str = "w",
    writesNothing: bool = False,
    flagName: str = "flags",
) -> Work[None]:
    """The whole file; of a descriptor, from its place on.

    Args: writesNothing: no data is written as such, which may fail, as by the form with a callback.
        flagName: what errors call the option `flag`.
    """
    signal, isSynced = options.get("signal"), a.theFlag(options, "flush")
    content = a.toData(data, options.get("encoding"))
    number, name, flags, mode = None, b"", 0, 0
    if a.isDescriptor(path):
        number = a.toDescriptor(path)
    else:
        name = a.toPath(path)
        flag = options.get("flag")
        flags = a.toFlags(flag if isTruthy(flag) else defaultFlag, flagName)
        mode = a.toMode(options.get("mode"), "mode", 0o666)

    def work() -> None:
        obey(signal)
        fd = openNow(name, flags, mode) if number is None else number
        try:
            if writesNothing and not len(content):
                writeOnce(fd, content, None)
            writeWhole(fd, content, signal)
            if isSynced:
                system(os.fsync, fd, syscall="fsync")
        finally:
            if number is None:
                system(os.close, fd, syscall="close")

    return work


def writeWhole(fd: int, data: Any, signal: Any = None, position: int | None = None) -> None:
    """Write until everything is written."""
    view = memoryview(data)
    while len(view):
        obey(signal)
        count = writeOnce(fd, view if signal is None else view[:PIECE], position)
        view = view[count:]
        if position is not None:
            position += count


def copyFile(source: Any, destination: Any, mode: Any = None) -> Work[None]:
    start, end = a.toPath(source, "src"), a.toPath(destination, "dest")
    how = a.smallMode(mode)
    return lambda: copyNow(start, end, bool(how & 1))


def copyNow(source: bytes, destination: bytes, isExclusive: bool = False, syscall: str = "copyfile") -> None:
    """Copy a file with its permissions. When that fails nothing is left of what was there, as in Node."""
    try:
        reader = os.open(source, os.O_RDONLY)
        try:
            found = os.fstat(reader)
            flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if isExclusive else 0)
            writer = os.open(destination, flags, kinds.S_IMODE(found.st_mode))
            try:
                if not os.path.samestat(found, os.fstat(writer)):  # else nothing is to do, and nothing may be cut off
                    _copyContents(reader, writer, found)
            except OSError:
                os.unlink(destination)
                raise
            finally:
                os.close(writer)
        finally:
            os.close(reader)
    except OSError as error:
        raise failure(error, syscall, source, destination) from None


def _copyContents(reader: int, writer: int, found: os.stat_result) -> None:
    os.ftruncate(writer, 0)
    if hasattr(os, "fchmod"):
        os.fchmod(writer, kinds.S_IMODE(found.st_mode))
    while piece := os.read(reader, 1024 * 1024):
        view = memoryview(piece)
        while len(view):
            view = view[os.write(writer, view) :]
