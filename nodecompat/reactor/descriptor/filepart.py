"""A part of a file on its way into a socket: the kernel moves it, sendfile(2).

What stands before it (a head) leaves with it: MSG_MORE keeps the kernel from sending that alone.
"""

from __future__ import annotations

import errno
import os
import socket
from typing import Any

from ..handle import Buffer

#: What sendfile reports about the file, or about this kind of file. All else is the socket's.
_OF_THE_FILE = frozenset(
    (
        errno.EBADF,
        errno.EINVAL,
        errno.EIO,
        errno.EISDIR,
        errno.ENODEV,
        errno.ENOMEM,
        errno.ENOSYS,
        errno.ENOTSUP,
        errno.ENXIO,
        errno.EOVERFLOW,
        errno.ESPIPE,
        errno.ESTALE,
    )
)


class FilePart:
    """What a handle still has to send of a file, and of what stands before it."""

    __slots__ = ("_before", "_fd", "_isOurs", "_offset", "left")

    def __init__(self, before: Buffer, fd: int, offset: int | None, size: int) -> None:
        self._before: Buffer = before
        self._fd = fd
        self._isOurs = False
        self._offset = offset
        #: Bytes: 0 when it is done, or when the file has no more.
        self.left: int = len(before) + size

    def start(self, sock: Any) -> int:
        """`send` for the first time."""
        if not self._before:
            return self._sendFile(sock)
        return self._sendBoth(sock, sock.send(self._before, socket.MSG_MORE))

    def send(self, sock: Any) -> int:
        """Send what the kernel takes. Returns how much; raises OSError of the socket when it takes nothing."""
        if not self._before:
            return self._sendFile(sock)
        return self._sendBoth(sock, sock.send(self._before))

    def _sendBoth(self, sock: Any, sent: int) -> int:
        self.left -= sent
        self._before = memoryview(self._before)[sent:]
        if not self._before:
            try:
                sent += self._sendFile(sock)
            except OSError:
                pass  # the head is out; the next try tells again what is wrong
        return sent

    def _sendFile(self, sock: Any) -> int:
        try:
            sent = os.sendfile(sock.fileno(), self._fd, self._offset, self.left)
        except OSError as error:
            if error.errno not in _OF_THE_FILE:
                raise
            sent = 0  # whoever reads it is told what is wrong
        if self._offset is not None:
            self._offset += sent
        self.left = self.left - sent if sent else 0
        return sent

    def keep(self) -> None:
        """The rest has to wait: the descriptor may be closed meanwhile, and its number be another file's."""
        try:
            self._fd = os.dup(self._fd)
            self._isOurs = True
        except OSError:  # no descriptor is left: what can be read is read
            self.left = len(self._before)
            self._offset = None

    def release(self) -> None:
        """It is done, or nobody waits for it."""
        if self._isOurs:
            self._isOurs = False
            os.close(self._fd)
