"""A channel between two processes: one end of a pair of Unix sockets, which carries bytes and open descriptors.

On the loop itself, not on the poller: it is used where there is no epoll as well, and it is no connection that a
program counts. A descriptor goes by SCM_RIGHTS, with the first byte of its message. The kernel never hands out bytes
behind those that a descriptor came with in the same read, so descriptors and messages are in the same order.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections import deque
from collections.abc import Callable

from ..handle import EOF, PENDING
from . import ticks
from .activity import Activity
from .watched import Watched

#: Bytes of one read, as Node's.
_READ_SIZE = 64 * 1024
#: Reads of one wake-up while they come back full, so that others get their turn.
_READS_PER_WAKEUP = 8
_DESCRIPTOR = struct.Struct("i")
_ROOM = socket.CMSG_SPACE(16 * _DESCRIPTOR.size) if hasattr(socket, "CMSG_SPACE") else 0
_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected ends."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


class Channel(Activity):
    """One end. While it is referenced, and read, it keeps the program alive.

    Callbacks: `onread(data, descriptors)`, then once `onend(status)`, `EOF` or a negative errno; `onwrite(status)` for
    each `write` that returned PENDING, in their order.
    """

    resourceName = "PipeWrap"

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        sock.setblocking(False)
        self._socket = sock
        self._queue: deque[tuple[memoryview, int | None]] = deque()
        self.onread: Callable[[bytes, list[int]], object] | None = None
        self.onend: Callable[[int], object] | None = None
        self.onwrite: Callable[[int], object] | None = None
        self.writeQueueSize: int = 0
        self._watched: Watched | None = None

    def fileno(self) -> int:
        return self._socket.fileno()

    def readStart(self) -> None:
        """Let `onread` come."""
        if self._watched is None:
            self._watched = Watched(self._socket.fileno(), self._onReadable, self._onWritable)
        else:
            self._watched.read(True)
        self._setActive_(True)

    def readStop(self) -> None:
        """No `onread` until `readStart`."""
        if self._watched is not None:
            self._watched.read(False)
        self._setActive_(bool(self._queue))

    def write(self, data: bytes, descriptor: int | None = None) -> int:
        """Send bytes, and a descriptor with the first of them. 0: sent; PENDING: queued; or -errno.

        The descriptor must stay open until it is sent.
        """
        view = memoryview(data)
        if not self._queue:
            status = self._send(view, descriptor)
            if status < 0 and status != -errno.EAGAIN:
                return status
            if status == len(view):
                return 0
            if status > 0:
                view, descriptor = view[status:], None
        if self._watched is None:
            self.readStart()
        assert self._watched is not None
        self._queue.append((view, descriptor))
        self.writeQueueSize += len(view)
        self._watched.write(True)
        return PENDING

    def _send(self, view: memoryview, descriptor: int | None) -> int:
        """How many bytes the kernel has taken, or -errno."""
        try:
            if descriptor is None:
                return self._socket.send(view)
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, _DESCRIPTOR.pack(descriptor))
            return self._socket.sendmsg([view], [rights])
        except OSError as error:
            return -(error.errno or errno.EIO)

    def _onWritable(self) -> None:
        while self._queue:
            view, descriptor = self._queue[0]
            status = self._send(view, descriptor)
            if status == -errno.EAGAIN:
                return
            if 0 <= status < len(view):
                self.writeQueueSize -= status
                self._queue[0] = view[status:], None if status else descriptor
                return
            self._queue.popleft()
            self.writeQueueSize -= len(view)
            if not self._queue and self._watched is not None:
                self._watched.write(False)
            if self.onwrite is not None:
                self.onwrite(min(status, 0))

    def _onReadable(self) -> None:
        for _ in range(_READS_PER_WAKEUP):
            if not self._active_:
                return
            try:
                data, ancillary, _, _ = self._socket.recvmsg(_READ_SIZE, _ROOM, _CLOSE_ON_EXEC)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EINTR):
                    self._end(-(error.errno or errno.EIO))
                return
            descriptors = _descriptorsIn(ancillary)
            if not data:
                self._end(EOF)
                return
            if self.onread is not None:
                self.onread(data, descriptors)
                if ticks.ticks or ticks.microtasks:  # they run before the next callback, as everywhere
                    ticks.drain(self)

    def _end(self, status: int) -> None:
        self.readStop()
        if self.onend is not None:
            self.onend(status)

    def close(self) -> None:
        """Give the descriptor back. No callback follows."""
        self.onread = self.onend = self.onwrite = None
        self._queue.clear()
        self.writeQueueSize = 0
        if self._watched is not None:
            self._watched.stop()
        self._socket.close()
        self._setActive_(False)


def _descriptorsIn(ancillary: list[tuple[int, int, bytes]]) -> list[int]:
    found: list[int] = []
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found += [each for (each,) in _DESCRIPTOR.iter_unpack(data[: len(data) - len(data) % _DESCRIPTOR.size])]
    if not _CLOSE_ON_EXEC:
        for fd in found:
            os.set_inheritable(fd, False)
    return found


def fromDescriptor(descriptor: int) -> Channel | int:
    """The channel that this process was started with; -errno when the descriptor is no such thing."""
    try:
        sock = socket.socket(fileno=descriptor)
    except OSError as error:
        return -(error.errno or errno.EBADF)
    if sock.family != socket.AF_UNIX or sock.type != socket.SOCK_STREAM:
        sock.detach()
        return -errno.EINVAL
    os.set_inheritable(descriptor, False)
    return Channel(sock)
