"""The work on open files: `open`, `read`, `write`, `fstat`, … on descriptors."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

from ...coercion import PRIMITIVES, optionsOf, toInt32
from ...encodings import isEncoding
from ...errors import ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE
from ...validators import isNumber, validateEncoding, validateInt32, validateInteger
from . import arguments as a
from .stats import toStats
from .system import Work, failure, system

MOST = 0x7FFF_F000  # bytes that one call of the system reads or writes
MANY = getattr(os, "IOV_MAX", 1024) or 1024  # buffers that one call of the system takes


def open(path: Any, flags: Any = "r", mode: Any = None) -> Work[int]:
    name = a.toPath(path)
    number, permissions = a.toFlags(flags), a.toMode(mode, "mode", 0o666)
    return lambda: openNow(name, number, permissions)


def openNow(name: bytes, flags: int, mode: int) -> int:
    """Open a file. Descriptors are not inherited by child processes."""
    try:
        return os.open(name, flags | getattr(os, "O_BINARY", 0), mode & 0o7777)
    except OSError as error:
        raise failure(error, "open", name) from None


def close(fd: Any) -> Work[None]:
    number = a.toDescriptor(fd)
    return lambda: system(os.close, number, syscall="close")


def readInto(fd: int, view: memoryview, position: int | None) -> int:
    """Read into a buffer; returns how many bytes there were, 0 at the end."""
    if len(view) > MOST:
        view = view[:MOST]
    if position is None:
        return system(os.readv, fd, [view], syscall="read")
    return system(os.preadv, fd, [view], position, syscall="read")


def read(fd: Any, buffer: Any, offset: Any = None, length: Any = None, position: Any = None) -> Work[int]:
    """Into `length` bytes of a buffer from `offset`; as in Node a length of None is all that is left."""
    view = a.toView(buffer, isWritable=True)
    start = _offset(offset)
    size = len(view) - start if length is None else toInt32(length)
    place = a.toPosition(position, size)
    if not size:
        return lambda: 0
    if not len(view):
        raise ERR_INVALID_ARG_VALUE("buffer", buffer, "is empty and cannot be written")
    if size < 0:
        raise ERR_OUT_OF_RANGE("length", ">= 0", size)
    if start + size > len(view):
        raise ERR_OUT_OF_RANGE("length", f"<= {len(view) - start}", size)
    number = a.toDescriptor(fd)
    part = view[start : start + size]
    return lambda: readInto(number, part, place)


def _offset(offset: Any) -> int:
    if offset is None:
        return 0
    validateInteger(offset, "offset", 0)
    return int(offset)


def readv(fd: Any, buffers: Any, position: Any = None) -> Work[int]:
    views = a.toViews(buffers, True)
    number = a.toDescriptor(fd)
    place = a.writePosition(position)

    def work() -> int:
        if not views:
            raise failure(OSError(errno.EINVAL, ""), "read")
        if place is None:
            return system(os.readv, number, views[:MANY], syscall="read")
        return system(os.preadv, number, views[:MANY], place, syscall="read")

    return work


def writeOnce(fd: int, data: Any, position: int | None, syscall: str = "write") -> int:
    """Write what the system takes at once; returns how much that is."""
    if position is None:
        return system(os.write, fd, data, syscall=syscall)
    return system(os.pwrite, fd, data, position, syscall=syscall)


def write(fd: Any, buffer: Any, offset: Any = None, length: Any = None, position: Any = None) -> Work[int]:
    """A part of a buffer."""
    view = a.toView(buffer, types=a.BYTES_OR_TEXT)
    start, total = _offset(offset), len(view)
    size = length if isNumber(length) else total - start
    if start > total:
        raise ERR_OUT_OF_RANGE("offset", f"<= {total}", offset)
    if size > total - start:
        raise ERR_OUT_OF_RANGE("length", f"<= {total - start}", length)
    if size < 0:
        raise ERR_OUT_OF_RANGE("length", ">= 0", length)
    validateInt32(size, "length", 0)
    number = a.toDescriptor(fd)
    place = a.writePosition(position)
    part = view[start : start + int(size)]
    return lambda: writeOnce(number, part, place)


def writeText(fd: Any, text: str, position: Any, encoding: Any) -> Work[int]:
    """A text in an encoding."""
    number = a.toDescriptor(fd)
    if isinstance(encoding, str):
        validateEncoding(text, encoding)
    data = a.toData(text, encoding if isEncoding(encoding) else None)
    place = a.writePosition(position)
    return lambda: writeOnce(number, data, place)


def writev(fd: Any, buffers: Any, position: Any = None) -> Work[int]:
    views = a.toViews(buffers, False)
    if not views:
        return lambda: 0
    number, place = a.toDescriptor(fd), a.writePosition(position)
    return lambda: writevOnce(number, views, place)


def writevOnce(fd: int, views: list[Any], position: int | None) -> int:
    """Write of several buffers what the system takes at once."""
    if position is None:
        return system(os.writev, fd, views[:MANY], syscall="write")
    return system(os.pwritev, fd, views[:MANY], position, syscall="write")


def fstat(fd: Any, bigint: bool = False) -> Work[Any]:
    number = a.toDescriptor(fd)
    return lambda: toStats(system(os.fstat, number, syscall="fstat"), bigint)


def ftruncate(fd: Any, length: Any = None) -> Work[None]:
    size, number = a.toLength(length), a.toDescriptor(fd)
    return lambda: system(os.ftruncate, number, size, syscall="ftruncate")


def fsync(fd: Any) -> Work[None]:
    return _on(fd, os.fsync, "fsync")


def fdatasync(fd: Any) -> Work[None]:
    return _on(fd, getattr(os, "fdatasync", os.fsync), "fdatasync")


def _on(fd: Any, call: Callable[[int], None], syscall: str) -> Work[None]:
    number = a.toDescriptor(fd)
    return lambda: system(call, number, syscall=syscall)


def fchmod(fd: Any, mode: Any) -> Work[None]:
    permissions, number = a.toMode(mode), a.toDescriptor(fd)
    return lambda: system(os.fchmod, number, permissions & 0o7777, syscall="fchmod")


def fchown(fd: Any, uid: Any, gid: Any) -> Work[None]:
    owner, group, number = a.toOwner(uid, "uid"), a.toOwner(gid, "gid"), a.toDescriptor(fd)
    return lambda: system(os.fchown, number, owner, group, syscall="fchown")


def futimes(fd: Any, atime: Any, mtime: Any) -> Work[None]:
    times = (a.toTime(atime, "atime"), a.toTime(mtime, "mtime"))
    number = a.toDescriptor(fd)
    return lambda: system(lambda: os.utime(number, ns=times), syscall="futime")


def writing(
    buffer: Any, offset: Any, length: Any, position: Any, options: Any
) -> tuple[Callable[..., Work[int]], list[Any]]:
    """The form that Node's `write` has for these arguments: a buffer, or a text with its position and encoding."""
    if isinstance(buffer, str):
        return writeText, [buffer, options.get("position", offset), options.get("encoding", length)]
    if offset is not None and not isinstance(offset, PRIMITIVES) and not callable(offset):
        options = optionsOf(offset, options)
        offset = None
    if options:
        offset, length = options.get("offset", offset), options.get("length", length)
        position = options.get("position", position)
    return write, [buffer, offset, length, position]


def reading(
    buffer: Any, offset: Any, length: Any, position: Any, options: Any, isSync: bool = False
) -> tuple[Any, Any, Any, Any]:
    """Buffer, offset, length and position of the form that `read` has for these arguments."""
    isAlone = length is None and position is None
    if buffer is not None and (not isAlone or offset is not None):
        a.toView(buffer)
    elif buffer is None or not _isView(buffer):
        options = {**a.toBag(buffer, {}), **options}
        buffer = options.get("buffer")
    isObject = offset is not None and not isinstance(offset, PRIMITIVES) and not callable(offset)
    if (isObject and isSync) or (isAlone and offset is not None and not isNumber(offset)):
        options = a.toBag(offset, options)
        offset = None
    return (
        buffer,
        options.get("offset", offset),
        options.get("length", length),
        options.get("position", position),
    )


def _isView(value: Any) -> bool:
    try:
        memoryview(value)
    except TypeError:
        return False
    return True
