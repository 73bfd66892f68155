"""`process.stdin`, `process.stdout`, `process.stderr` as streams.

Follows Node 26 by behaviour. Writing is synchronous, as Node's is for files, pipes and terminals on POSIX, and goes
through Python's own `sys.stdout` and `sys.stderr`, so that it keeps its order with `print`. Neither can be destroyed,
and a pipe into one does not end it.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Any

from .errors import errnoException
from .reactor.descriptor.stdin import Input
from .reactor.handle import EOF
from .stream.core.readable import Readable
from .stream.core.writable import Writable


class WriteStream(Writable):
    """`process.stdout` or `process.stderr`.

    Node: https://nodejs.org/api/process.html#processstdout
    """

    __slots__ = ()
    #: Node's mark of a standard stream: `pipe` leaves it open.
    _isStdio_ = True

    def __init__(self, fd: int) -> None:
        super().__init__(decodeStrings=True, highWaterMark=64 * 1024, autoDestroy=False, emitClose=False)
        self.fd = fd

    @property
    def isTTY(self) -> bool | None:
        """True for a terminal, else None."""
        return _isTerminal(self.fd)

    @property
    def columns(self) -> int | None:
        """Width of the terminal in characters, None when it is none."""
        return os.get_terminal_size(self.fd).columns if self.isTTY else None

    @property
    def rows(self) -> int | None:
        """Height of the terminal in lines, None when it is none."""
        return os.get_terminal_size(self.fd).lines if self.isTTY else None

    def destroy(self, error: BaseException | None = None, callback: Any = None) -> Any:
        """Only emits the error, if any: standard streams are never closed."""
        if error is not None:
            self.emit("error", error)
        return self

    def _write(self, chunk: bytes, encoding: str | None, callback: Callable[..., object]) -> None:
        try:
            _put(sys.stdout if self.fd == 1 else sys.stderr, chunk)
        except (OSError, ValueError) as error:
            number = getattr(error, "errno", None) or errno.EBADF
            callback(errnoException(-number, "write"))
        else:
            callback(None)


class ReadStream(Readable):
    """`process.stdin`: starts reading when data is wanted, and keeps the program alive meanwhile.

    Node: https://nodejs.org/api/process.html#processstdin
    """

    __slots__ = ()

    def __init__(self, fd: int = 0) -> None:
        super().__init__(highWaterMark=64 * 1024)
        self.fd = fd
        try:
            self._handle_ = Input(fd)
        except OSError:  # closed: as Node, which opens the null device in its place
            self._handle_ = Input(os.open(os.devnull, os.O_RDONLY))
        self._handle_.onread = self._onread_
        self._handle_.onreadend = self._onreadend_

    @property
    def isTTY(self) -> bool | None:
        """True for a terminal, else None."""
        return _isTerminal(self.fd)

    def ref(self) -> ReadStream:
        """Keep the program alive while reading, the default."""
        self._handle_.ref()
        return self

    def unref(self) -> ReadStream:
        """Do not keep the program alive."""
        self._handle_.unref()
        return self

    def pause(self) -> Any:
        """As for every stream; the program no longer stays alive to wait for input."""
        self._handle_.readStop()
        return super().pause()

    def resume(self) -> Any:
        """As for every stream."""
        if not self.destroyed and not self.readableEnded:
            self._handle_.readStart()
        return super().resume()

    def _read(self, size: int) -> None:
        self._handle_.readStart()

    def _destroy(self, error: BaseException | None, callback: Callable[..., object]) -> None:
        self._handle_.readStop()
        callback(error)

    def _onread_(self, data: bytes) -> None:
        if not self.push(data):
            self._handle_.readStop()

    def _onreadend_(self, status: int) -> None:
        if status == EOF:
            self.push(None)
        else:
            self.destroy(errnoException(status, "read"))


def _put(out: Any, data: bytes) -> None:
    """Write all of it, after what `print` has written."""
    binary = getattr(out, "buffer", None)
    if binary is None:  # replaced by something that takes text only
        out.write(data.decode("utf-8", "replace"))
    else:
        out.flush()
        binary.write(data)
        binary.flush()


def _isTerminal(fd: int) -> bool | None:
    return True if os.isatty(fd) else None
