"""What a file stream works on: the system, a FileHandle, or the option `fs`. Each offers the same five calls.

Every call ends in its callback, from the loop: `(error, result)`. `read` gives bytes, empty at the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ERR_INVALID_ARG_TYPE
from ..reactor.loop.threads import inThread
from ..reactor.loop.ticks import queueCheck
from ..validators import validateFunction
from .operations.descriptors import MOST, openNow, writeOnce, writevOnce
from .operations.system import system

if TYPE_CHECKING:
    from .sharing import SharedFile

__all__ = ["SYSTEM", "GivenFiles", "HandleFiles", "SystemFiles"]

Callback = Callable[..., object]


def _readNow(fd: int, size: int, position: int | None) -> bytes:
    if position is None:
        return system(os.read, fd, size, syscall="read")
    return system(os.pread, fd, size, position, syscall="read")


class SystemFiles:
    """The system's files, by descriptor, in the thread pool."""

    hasWrite = hasWritev = True

    def open(self, path: bytes, flags: int, mode: int, callback: Callback) -> None:
        """The descriptor of a file: `callback(error, fd)`."""
        inThread(lambda: openNow(path, flags, mode), lambda fd, error: callback(error, fd), "FSReqCallback")

    def read(self, fd: int, size: int, position: int | None, callback: Callback) -> None:
        """At most `size` bytes, from `position` or where the descriptor stands: `callback(error, data)`."""
        size = min(size, MOST)
        inThread(lambda: _readNow(fd, size, position), lambda data, error: callback(error, data), "FSReqCallback")

    def write(self, fd: int, data: Any, position: int | None, callback: Callback) -> None:
        """Write bytes: `callback(error, count)`."""
        inThread(lambda: writeOnce(fd, data, position), lambda count, error: callback(error, count), "FSReqCallback")

    def writev(self, fd: int, buffers: list[Any], position: int | None, callback: Callback) -> None:
        """Write several pieces at once: `callback(error, count)`."""
        inThread(
            lambda: writevOnce(fd, buffers, position), lambda count, error: callback(error, count), "FSReqCallback"
        )

    def fsync(self, fd: int, callback: Callback) -> None:
        """Wait until the data is on the disk: `callback(error)`."""
        inThread(lambda: system(os.fsync, fd, syscall="fsync"), lambda _, error: callback(error), "FSReqCallback")

    def close(self, fd: int, callback: Callback) -> None:
        """Close the descriptor: `callback(error)`."""
        inThread(lambda: system(os.close, fd, syscall="close"), lambda _, error: callback(error), "FSReqCallback")

    def closeNow(self, fd: int, callback: Callback) -> None:
        """As `close`, of a file that was read and whose file system does not wait: a thread would cost 30 µs."""
        error = None
        try:
            system(os.close, fd, syscall="close")
        except OSError as failure:
            error = failure
        queueCheck(callback, error)


SYSTEM = SystemFiles()


class HandleFiles(SystemFiles):
    """A FileHandle: it is closed when the last that uses it is done."""

    def __init__(self, handle: SharedFile) -> None:
        self._handle = handle
        handle._use_()

    def close(self, fd: int, callback: Callback) -> None:
        self._handle._letGo_()
        self._handle.close().addCallbacks(lambda _: callback(None), lambda failure: callback(failure.value))

    closeNow = close


class GivenFiles:
    """The functions of the option `fs`, called as those of Node's module."""

    def __init__(self, given: Any, names: tuple[str, ...]) -> None:
        self._functions = {
            name: _function(given, name) for name in ("open", "read", "write", "writev", "fsync", "close")
        }
        if "write" in names and not (self._functions["write"] or self._functions["writev"]):
            raise ERR_INVALID_ARG_TYPE("options.fs.write", "Function", self._functions["write"])
        for name in names:
            if name not in ("write", "writev") or self._functions[name] is not None:
                validateFunction(self._functions[name], f"options.fs.{name}")
        self.hasWrite: bool = self._functions["write"] is not None
        self.hasWritev: bool = self._functions["writev"] is not None

    def open(self, path: Any, flags: Any, mode: Any, callback: Callback) -> None:
        self._functions["open"](path, flags, mode, callback)

    def read(self, fd: int, size: int, position: int | None, callback: Callback) -> None:
        buffer = bytearray(size)

        def done(error: BaseException | None, count: int | None = None, *rest: Any) -> None:
            callback(error, bytes(buffer[:count]) if error is None else b"")

        self._functions["read"](fd, buffer, 0, size, position, done)

    def write(self, fd: int, data: Any, position: int | None, callback: Callback) -> None:
        def done(error: BaseException | None, count: int | None = None, *rest: Any) -> None:
            callback(error, count)

        self._functions["write"](fd, data, 0, len(data), position, done)

    def writev(self, fd: int, buffers: list[Any], position: int | None, callback: Callback) -> None:
        def done(error: BaseException | None, count: int | None = None, *rest: Any) -> None:
            callback(error, count)

        self._functions["writev"](fd, buffers, position, done)

    def fsync(self, fd: int, callback: Callback) -> None:
        self._functions["fsync"](fd, lambda error=None, *rest: callback(error))

    def close(self, fd: int, callback: Callback) -> None:
        self._functions["close"](fd, lambda error=None, *rest: callback(error))


def _function(given: Any, name: str) -> Any:
    return given.get(name) if isinstance(given, Mapping) else getattr(given, name, None)
