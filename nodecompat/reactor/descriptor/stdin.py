"""Standard input as a handle: bytes from descriptor 0 when the reactor finds it readable.

Implements `IReadDescriptor` and, of `StreamHandle`, what reading needs. Pipes, terminals and sockets are watched by the
Twisted reactor itself: a terminal shared with a shell may not be made non-blocking, and one read after each wake-up
never blocks. A regular file cannot be watched (epoll refuses it) and never makes one wait: it is read piece by piece,
a turn for each. Neither end nor error closes descriptor 0: it is not ours.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

from ..handle import EOF
from ..loop import host, ticks
from ..loop.activity import Activity

#: Bytes of one read, as Node's.
READ_SIZE = 64 * 1024


@implementer(IReadDescriptor)
class Input(Activity):
    """Reads a descriptor that we do not own."""

    def __init__(self, fd: int = 0) -> None:
        super().__init__()
        self._fd = fd
        self.onread: Callable[[bytes], object] | None = None
        self.onreadend: Callable[[int], object] | None = None
        self.onfault: Callable[[], object] | None = None
        mode = os.fstat(fd).st_mode
        isTerminal = os.isatty(fd)
        self.isFile: bool = stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not isTerminal)  # the latter is /dev/null
        self.resourceName = "TTYWrap" if isTerminal else "FSReqCallback" if self.isFile else "PipeWrap"

    def readStart(self) -> int:
        """Let `onread` come."""
        if not self._active_:
            self._setActive_(True)
            if self.isFile:
                host.current().callSoon(self._readFile)
            else:
                host.current().addReader(self)
        return 0

    def readStop(self) -> int:
        """No `onread` until `readStart`."""
        if self._active_:
            self._setActive_(False)
            if not self.isFile:
                host.current().removeReader(self)
        return 0

    def fileno(self) -> int:
        return self._fd

    def logPrefix(self) -> str:
        return "stdin"

    def doRead(self) -> None:
        ticks.beginTurn()
        try:
            ticks.drainWaiting()
            try:
                self._read()
            except BaseException as error:
                ticks.fail(error, self)
            else:
                ticks.drain()
        finally:
            ticks.endTurn()

    def connectionLost(self, reason: Any) -> None:
        # The pipe is empty and its writers are gone: Twisted reports the end without a read.
        if self._active_:
            ticks.call(self._end, EOF, handle=self)

    def _readFile(self) -> None:
        if self._active_:
            self.doRead()
            if self._active_:
                host.current().callSoon(self._readFile)

    def _read(self) -> None:
        try:
            data = os.read(self._fd, READ_SIZE)
        except BlockingIOError:  # made non-blocking by another process
            return
        except OSError as error:
            self._end(-(error.errno or 1))
            return
        if not data:
            self._end(EOF)
        elif self.onread is not None:
            self.onread(data)

    def _end(self, status: int) -> None:
        self.readStop()
        if self.onreadend is not None:
            self.onreadend(status)
