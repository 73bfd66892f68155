"""TCP handles over descriptors, and the factory of all descriptor handles. Implements `StreamHandle`, `ServerHandle`.

The counterpart of libuv's src/unix/tcp.c; the stream itself is in `stream.py`, accepting in `server.py`.
"""

from __future__ import annotations

import errno
import socket
from typing import Any

from .. import sockaddr
from ..state import CLOSED, NEW, whyNotConnect
from .pipe import Pipe, PipeServer
from .server import DescriptorServer
from .stream import DescriptorStream
from .udp import UDP, adoptUDP, createUDP


class TCP(DescriptorStream):
    """A TCP connection."""

    __slots__ = ()
    resourceName = "TCPSocketWrap"

    def bind(self, address: str, port: int, ipv6Only: bool = False) -> int:
        if self._state != NEW or self._fd >= 0:
            return -errno.EINVAL
        return _bind(self, address, port, ipv6Only)

    def connect(self, address: str, port: int) -> int:
        status = whyNotConnect(self._state)
        if status:
            return status
        target = sockaddr.fromAddress(address, port)
        if isinstance(target, int):
            return target
        if self._fd < 0:
            status = self._open(target[0])
            if status:
                return status
        return self._connect(target[1], _isRefused)

    def setNoDelay(self, enable: bool) -> int:
        return self._setOption(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(enable))

    def setKeepAlive(self, enable: bool, delay: int, interval: int = 1000, count: int = 10) -> int:
        status = self._setOption(socket.SOL_SOCKET, socket.SO_KEEPALIVE, int(enable))
        if status or not (enable and delay and interval and count):
            return status
        return (
            self._setOption(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, max(delay // 1000, 1))
            or self._setOption(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, max(interval // 1000, 1))
            or self._setOption(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, count)
        )

    def setTypeOfService(self, value: int) -> int:
        return self._setOption(*self._typeOfService(), value)

    def getTypeOfService(self) -> int:
        try:
            return int(self._socket.getsockopt(*self._typeOfService()))
        except OSError as error:
            return -(error.errno or errno.EBADF)

    def _typeOfService(self) -> tuple[int, int]:
        if self._socket.family == socket.AF_INET6:
            return socket.IPPROTO_IPV6, socket.IPV6_TCLASS
        return socket.IPPROTO_IP, socket.IP_TOS


class TCPServer(DescriptorServer):
    """A TCP port."""

    __slots__ = ()
    resourceName = "TCPServerWrap"
    streamClass: type[DescriptorStream] = TCP

    def bind(self, address: str, port: int, ipv6Only: bool = False, reusePort: bool = False) -> int:
        if self._state == CLOSED or self._fd >= 0:
            return -errno.EINVAL
        return _bind(self, address, port, ipv6Only, reusePort)

    def _beforeListen(self) -> int:
        return 0 if self._fd >= 0 else _bind(self, "0.0.0.0", 0, False)


class DescriptorFactory:
    """The handles of the fast path. Implements `choose.Factory`."""

    onPoller = True

    def tcp(self) -> TCP:
        return TCP()

    def tcpServer(self) -> TCPServer:
        return TCPServer()

    def anywhereServer(self) -> TCPServer:
        return self.tcpServer()

    def pipe(self) -> Pipe:
        return Pipe()

    def pipeServer(self) -> PipeServer:
        return PipeServer()

    def udp(self, family: str) -> UDP:
        return createUDP(family)

    def openStream(self, descriptor: int) -> TCP | Pipe | int:
        sock = _fromDescriptor(descriptor)
        if isinstance(sock, int):
            return sock
        stream: TCP | Pipe = Pipe() if sock.family == socket.AF_UNIX else TCP()
        stream.adopt(sock)
        try:
            sock.getpeername()
        except OSError as error:
            if error.errno == errno.ENOTCONN:  # only bound: it may connect
                stream._state = NEW
        return stream

    def openServer(self, descriptor: int) -> TCPServer | PipeServer | int:
        sock = _fromDescriptor(descriptor)
        if isinstance(sock, int):
            return sock
        server: TCPServer | PipeServer = PipeServer() if sock.family == socket.AF_UNIX else TCPServer()
        server.adopt(sock)
        return server

    def openDatagram(self, descriptor: int) -> UDP | int:
        return adoptUDP(descriptor)


def _isRefused(status: int) -> bool:
    """libuv tells this one failure of connect(2) later, and returns the others at once."""
    return status == errno.ECONNREFUSED


def _bind(handle: Any, address: str, port: int, ipv6Only: bool, reusePort: bool = False) -> int:
    """Open the handle's socket at a local address. Returns 0 or -errno."""
    local = sockaddr.fromAddress(address, port)
    if isinstance(local, int):
        return local
    family, name = local
    status: int = handle._open(family) or handle._setOption(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if not status and reusePort:
        status = handle._setOption(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if not status and family == socket.AF_INET6:
        # Set either way: the system's default depends on its configuration (bindv6only).
        status = handle._setOption(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(ipv6Only))
    if not status:
        try:
            handle._socket.bind(name)
        except OSError as error:
            status = -(error.errno or errno.EIO)
    if status:
        handle._discard()
    return status


def _fromDescriptor(descriptor: int) -> Any:
    """The socket object that owns an open stream socket, made non-blocking; or -errno."""
    try:
        sock = socket.SocketType(fileno=descriptor)
    except OSError as error:
        return -(error.errno or errno.EBADF)
    if sock.type != socket.SOCK_STREAM or sock.family not in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        sock.detach()
        return -errno.EINVAL
    sock.setblocking(False)
    return sock
