"""Unix domain handles over descriptors. Implements `StreamHandle` and `ServerHandle`.

The counterpart of libuv's src/unix/pipe.c. An address is a path, or a name that begins with NUL: Linux's abstract
namespace, where no file stands for the socket.
"""

from __future__ import annotations

import errno
import os
import socket

from .. import sockaddr
from ..state import CLOSED, NEW, whyNotConnect
from .server import DescriptorServer
from .stream import DescriptorStream


class Pipe(DescriptorStream):
    """A Unix domain connection."""

    __slots__ = ()
    resourceName = "PipeWrap"

    def bind(self, address: str, port: int, ipv6Only: bool = False) -> int:
        if self._state != NEW or self._fd >= 0:
            return -errno.EINVAL
        path = sockaddr.fromPath(address)
        return path if isinstance(path, int) else _bind(self, path)

    def connect(self, address: str, port: int) -> int:
        status = whyNotConnect(self._state)
        if status:
            return status
        path = sockaddr.fromPath(address)
        if isinstance(path, int):
            return path
        if self._fd < 0:
            status = self._open(socket.AF_UNIX)
            if status:
                return status
        # connect(2) answers at once here; the result is still reported later.
        return self._connect(path, bool)


class PipeServer(DescriptorServer):
    """A Unix domain port."""

    __slots__ = ("_path",)
    resourceName = "PipeWrap"
    streamClass: type[DescriptorStream] = Pipe

    def __init__(self) -> None:
        DescriptorServer.__init__(self)
        #: The file that we made and must remove.
        self._path: bytes | None = None

    def bind(self, address: str, port: int, ipv6Only: bool = False, reusePort: bool = False) -> int:
        if self._state == CLOSED or self._fd >= 0:
            return -errno.EINVAL
        path = sockaddr.fromPath(address)
        if isinstance(path, int):
            return path
        status = _bind(self, path)
        if not status and path[0]:
            self._path = path
        # libuv's code, which follows Windows.
        return -errno.EACCES if status == -errno.ENOENT else status

    def fchmod(self, mode: int) -> int:
        """Let everybody connect for `mode`: `sockaddr.FOR_READING`, `FOR_WRITING` or both. Returns 0 or -errno."""
        return sockaddr.chmodSocket(self._path, mode) if self._path is not None else -errno.EBADF

    def _giveUpAddress(self) -> None:
        DescriptorServer._giveUpAddress(self)
        path, self._path = self._path, None
        if path is not None:
            # Before the descriptor is closed: later the name may belong to another process's new socket.
            try:
                os.unlink(path)
            except OSError:
                pass


def _bind(handle: Pipe | PipeServer, path: bytes) -> int:
    """Open the handle's socket at a path. Returns 0 or -errno."""
    status = handle._open(socket.AF_UNIX)
    if status:
        return status
    try:
        handle._socket.bind(path)
    except OSError as error:
        handle._discard()
        return -(error.errno or errno.EIO)
    return 0
