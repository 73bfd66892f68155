"""The work on whole files: `readFile`, `writeFile`, `appendFile`, `copyFile`."""

from __future__ import annotations

import os
import shutil
import stat as kinds
from collections.abc import Callable, Iterable
from typing import Any

from ...errors import (
    ERR_FS_FILE_TOO_LARGE,
    ERR_INVALID_ARG_VALUE,
    AbortError,
    NodeRangeError,
)
from ...validators import isNumber, validateInteger
from . import arguments as a
from .descriptors import MANY, openNow, readInto, writeOnce, writevOnce
from .system import Work, failure, system

#: Bytes of a file that `readFile` takes.
LARGEST = 2**31 - 1
#: Bytes read at once of a file that can be cancelled, or whose length is not known. Node's.
PIECE = 512 * 1024


def obey(signal: Any) -> None:
    """Raises: AbortError when the signal is aborted. May be asked from any thread."""
    if signal is not None and signal.aborted:
        raise AbortError.by(signal)


def readFile(path: Any, options: dict[str, Any]) -> Work[Any]:
    """The whole file as bytes, or as text in an encoding; of a descriptor, from its place to the end."""
    encoding, signal, target = options.get("encoding"), options.get("signal"), options.get("buffer")
    flags = a.toFlags(options.get("flag"), "flags")
    fd = path if isNumber(path) else None
    number = None if fd is None else a.toDescriptor(fd)
    name = b"" if number is not None else a.toPath(path)
    make = _target(target, encoding)

    def work() -> Any:
        obey(signal)
        opened = openNow(name, flags, 0o666) if number is None else number
        try:
            data = whole(opened, signal, make)
        finally:
            if number is None:
                system(os.close, opened, syscall="close")
        return data if make is not None else result(data, encoding)

    return work


def result(data: bytes, encoding: Any) -> Any:
    """What was read: bytes, or text."""
    return data if encoding is None or encoding == "buffer" else a.inEncoding(data, encoding)


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


def whole(fd: int, signal: Any, make: Callable[[int], memoryview] | None = None) -> Any:
    """All that is left of an open file."""
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
        piece = system(os.read, fd, min(step, LARGEST), syscall="read")
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


def writeFile(path: Any, data: Any, options: dict[str, Any], defaultFlag: str = "w") -> Work[None]:
    """The whole file; of a descriptor, from its place on."""
    signal, isSynced = options.get("signal"), a.theFlag(options, "flush")
    flags = a.toFlags(options.get("flag") or defaultFlag, "flags")
    mode = a.toMode(options.get("mode"), "mode", 0o666)
    content = a.toData(data, options.get("encoding"))
    number = a.toDescriptor(path) if isNumber(path) else None
    name = b"" if number is not None else a.toPath(path)

    def work() -> None:
        obey(signal)
        fd = openNow(name, flags, mode) if number is None else number
        try:
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


def writevWhole(fd: int, buffers: Iterable[Any], position: int | None = None) -> None:
    """Write several buffers until everything is written."""
    views = [memoryview(each) for each in buffers if len(each)]
    while views:
        count = writevOnce(fd, views[:MANY], position)
        if position is not None:
            position += count
        while views and count >= len(views[0]):
            count -= len(views.pop(0))
        if count:
            views[0] = views[0][count:]


def copyFile(source: Any, destination: Any, mode: Any = None) -> Work[None]:
    start, end = a.toPath(source, "src"), a.toPath(destination, "dest")
    how = 0 if mode is None else _copyMode(mode)
    return lambda: copyNow(start, end, bool(how & 1))


def _copyMode(mode: Any) -> int:
    validateInteger(mode, "mode", -(2**31), 2**31 - 1)
    if not 0 <= mode <= 7:
        raise NodeRangeError("mode is out of range: >= 0 && <= 7", code="ERR_OUT_OF_RANGE")
    return int(mode)


def copyNow(source: bytes, destination: bytes, isExclusive: bool = False, syscall: str = "copyfile") -> None:
    """Copy a file with its permissions."""
    try:
        with open(source, "rb") as reader:
            found = os.fstat(reader.fileno())
            flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if isExclusive else 0)
            fd = os.open(destination, flags, kinds.S_IMODE(found.st_mode))
            with open(fd, "wb") as writer:
                if os.path.samestat(found, os.fstat(fd)):
                    return  # onto itself: nothing to do, and nothing may be cut off
                os.ftruncate(fd, 0)
                if hasattr(os, "fchmod"):
                    os.fchmod(fd, kinds.S_IMODE(found.st_mode))
                shutil.copyfileobj(reader, writer, 1024 * 1024)
    except OSError as error:
        raise failure(error, syscall, source, destination) from None
