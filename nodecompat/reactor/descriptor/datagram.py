"""The kernel's datagram socket, which `udp.py` and `twisted/udp.py` share: sending, addresses, options, groups.

`DatagramHandle` without the waiting: how a handle learns that a datagram came, or that there is room for one, is up to
the two. The counterpart of most of libuv's src/unix/udp.c: what is checked there before the system call is checked
here, the rest is left to the kernel.
"""

from __future__ import annotations

import ctypes
import errno
import socket
import struct
import sys
from collections import deque
from typing import Any

from .. import sockaddr
from ..handle import PENDING, Address, Buffer
from ..loop import ticks
from ..loop.activity import Activity

#: The largest datagram, bytes: the length field of UDP has 16 bits.
MAX_DATAGRAM = 64 * 1024
_INT_MAX = 2**31 - 1
_WILDCARDS = {int(socket.AF_INET): "0.0.0.0", int(socket.AF_INET6): "::"}

#: <bits/in.h> of Linux; the socket module has the first two from Python 3.12 on, the others never.
_IP_ADD_SOURCE_MEMBERSHIP = getattr(socket, "IP_ADD_SOURCE_MEMBERSHIP", 39)
_IP_DROP_SOURCE_MEMBERSHIP = getattr(socket, "IP_DROP_SOURCE_MEMBERSHIP", 40)
_MCAST_JOIN_SOURCE_GROUP = 46
_MCAST_LEAVE_SOURCE_GROUP = 47
_ANY_IPV4 = b"\0\0\0\0"
#: The size of struct sockaddr_storage.
_STORAGE = 128  # bytes


#: No room now. ENOBUFS is the network card's queue, which clears too.
_FULL = (errno.EAGAIN, errno.ENOBUFS)


class DatagramSocket(Activity):
    """A datagram socket, perhaps not open yet. (No slots: a program has few of them.)"""

    resourceName = "UDPWrap"

    _socket: Any
    onclose: Any
    onfault: Any
    sendQueueCount: int
    sendQueueSize: int

    def _setUp(self, family: int) -> None:
        self._family = family
        self._closed = False
        self._connected = False
        self._reading = False
        self._queue: deque[tuple[bytes, Any]] = deque()
        #: The last destination, and its form for the socket module: most datagrams go where the last one went.
        self._last: tuple[str, int] | None = None
        self._name: Any = None
        self.sendQueueCount = 0
        self.sendQueueSize = 0
        self.onmessage: Any = None
        self.onreaderror: Any = None
        self.onsend: Any = None

    # What a subclass does

    def _takeSocket(self, sock: Any) -> None:
        """Own an open socket that does not block."""
        raise NotImplementedError

    def _waitForRoom(self, wait: bool) -> int:
        """Call `_flush` when the kernel has room, or stop doing so. Returns 0 or -errno."""
        raise NotImplementedError

    def _giveBack(self) -> None:
        """Close the socket."""
        raise NotImplementedError

    # Sending

    def send(self, data: Buffer, address: str | None = None, port: int = 0) -> int:
        if address is None:
            name = None
        elif self._connected:
            return -errno.EISCONN  # the kernel would send it; libuv does not
        elif self._last == (address, port):
            name = self._name
        else:
            name = self._target(address, port)
            if isinstance(name, int):
                return name
            self._last, self._name = (address, port), name
        if self._queue:
            return self._enqueue(data, name)
        try:
            self._transmit(data, name)
        except OSError as error:
            if error.errno in _FULL:
                return self._enqueue(data, name)
            if self._socket.fileno() < 0 and not self._closed:
                return self._bindAnywhere() or self.send(data, address, port)
            return _status(error)
        return 0

    def _transmit(self, data: Buffer, name: Any) -> None:
        if name is None:
            self._socket.send(data)
        else:
            self._socket.sendto(data, name)

    def _enqueue(self, data: Buffer, name: Any) -> int:
        """Keep a copy: datagrams are small, and the caller may reuse the buffer."""
        status = self._waitForRoom(True)
        if status:
            return status
        copy = bytes(data)
        self._queue.append((copy, name))
        self.sendQueueCount += 1
        self.sendQueueSize += len(copy)
        self._setActive_(True)
        return PENDING

    def _flush(self) -> None:
        while self._queue:
            data, name = self._queue[0]
            status = 0
            try:
                self._transmit(data, name)
            except OSError as error:
                if error.errno in _FULL:
                    return
                status = _status(error)
            self._sent(len(data))
            self.onsend(status)
            # The callback's nextTicks run before the next callback, as everywhere.
            if ticks.ticks or ticks.microtasks:
                ticks.drain(self)

    def _sent(self, size: int) -> None:
        self._queue.popleft()
        self.sendQueueCount -= 1
        self.sendQueueSize -= size
        if not self._queue:
            self._waitForRoom(False)
            self._updateActive()

    # Binding

    def bind(
        self, address: str, port: int, ipv6Only: bool = False, reuseAddr: bool = False, reusePort: bool = False
    ) -> int:
        if self._closed or self._socket.fileno() >= 0:
            return -errno.EINVAL
        return self._openAndBind(address, port, ipv6Only, reuseAddr, reusePort)

    def connect(self, address: str, port: int) -> int:
        name = self._target(address, port)
        if isinstance(name, int):
            return name
        if self._connected:
            return -errno.EISCONN
        status = self._bindAnywhere() or -int(self._socket.connect_ex(name))
        self._connected = not status
        return status

    def _openAndBind(self, address: str, port: int, ipv6Only: bool, reuseAddr: bool, reusePort: bool) -> int:
        local = sockaddr.fromAddress(address, port)
        if isinstance(local, int):
            return local
        if local[0] != self._family:
            return -errno.EINVAL
        try:
            sock = socket.socket(self._family, socket.SOCK_DGRAM)
        except OSError as error:
            return _status(error)
        try:
            sock.setblocking(False)
            _setBindOptions(sock, ipv6Only, reuseAddr, reusePort)
            sock.bind(local[1])
        except OSError as error:
            sock.close()
            return _status(error)
        self._takeSocket(sock)
        return 0

    def _bindAnywhere(self) -> int:
        """Bind implicitly before the first send or join, as libuv does."""
        if self._closed:
            return -errno.EBADF
        if self._socket.fileno() >= 0:
            return 0
        return self._openAndBind(_WILDCARDS[self._family], 0, False, True, False)

    def _target(self, address: str, port: int) -> tuple[Any, ...] | int:
        """The address as the socket module wants it, or -errno."""
        found = sockaddr.fromAddress(address, port)
        if isinstance(found, int):
            return found
        return found[1] if found[0] == self._family else -errno.EINVAL

    # Addresses

    def disconnect(self) -> int:
        if not self._connected:
            return -errno.ENOTCONN
        self._connected = False
        return _dissolve(self._socket.fileno())

    def getsockname(self) -> Address | int:
        try:
            return sockaddr.toAddress(self._family, self._socket.getsockname())
        except OSError as error:
            return _status(error)

    def getpeername(self) -> Address | int:
        try:
            return sockaddr.toAddress(self._family, self._socket.getpeername())
        except OSError as error:
            return _status(error)

    # Options

    def bufferSize(self, size: int, receive: bool) -> int:
        if size > _INT_MAX:
            return -errno.EINVAL
        option = socket.SO_RCVBUF if receive else socket.SO_SNDBUF
        try:
            if size:
                self._socket.setsockopt(socket.SOL_SOCKET, option, size)
            return int(self._socket.getsockopt(socket.SOL_SOCKET, option))
        except OSError as error:
            return _status(error)

    def setBroadcast(self, enable: bool) -> int:
        return self._set(socket.SOL_SOCKET, socket.SO_BROADCAST, int(enable))

    def setTTL(self, ttl: int) -> int:
        if not 1 <= ttl <= 255:
            return -errno.EINVAL
        return self._setByFamily(socket.IP_TTL, socket.IPV6_UNICAST_HOPS, ttl)

    def setMulticastTTL(self, ttl: int) -> int:
        if not 0 <= ttl <= 255:
            return -errno.EINVAL
        return self._setByFamily(socket.IP_MULTICAST_TTL, socket.IPV6_MULTICAST_HOPS, ttl)

    def setMulticastLoopback(self, enable: bool) -> int:
        return self._setByFamily(socket.IP_MULTICAST_LOOP, socket.IPV6_MULTICAST_LOOP, int(enable))

    def setMulticastInterface(self, interface: str) -> int:
        found = sockaddr.fromAddress(interface, 0)
        if isinstance(found, int):
            return found
        if found[0] == socket.AF_INET:
            return self._set(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(found[1][0]))
        return self._set(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, int(found[1][3]))

    def _set(self, level: int, option: int, value: int | bytes) -> int:
        try:
            self._socket.setsockopt(level, option, value)
        except OSError as error:
            return _status(error)
        return 0

    def _setByFamily(self, option4: int, option6: int, value: int) -> int:
        if self._family == socket.AF_INET6:
            return self._set(socket.IPPROTO_IPV6, option6, value)
        return self._set(socket.IPPROTO_IP, option4, value)

    # Groups

    def setMembership(self, group: str, interface: str | None, join: bool) -> int:
        found = sockaddr.fromAddress(group, 0)
        if isinstance(found, int):
            return found
        status = self._bindAnywhere()
        if status:
            return status
        if found[0] == socket.AF_INET:
            where = _interface4(interface)
            if isinstance(where, int):
                return where
            option = socket.IP_ADD_MEMBERSHIP if join else socket.IP_DROP_MEMBERSHIP
            return self._set(socket.IPPROTO_IP, option, socket.inet_aton(group) + where)
        index = _interface6(interface)
        if index < 0:
            return index
        option = socket.IPV6_JOIN_GROUP if join else socket.IPV6_LEAVE_GROUP
        request = struct.pack("=16sI", socket.inet_pton(socket.AF_INET6, found[1][0]), index)
        return self._set(socket.IPPROTO_IPV6, option, request)

    def setSourceMembership(self, source: str, group: str, interface: str | None, join: bool) -> int:
        sender, target = sockaddr.fromAddress(source, 0), sockaddr.fromAddress(group, 0)
        if isinstance(sender, int) or isinstance(target, int) or sender[0] != target[0]:
            return -errno.EINVAL
        status = self._bindAnywhere()
        if status:
            return status
        if target[0] == socket.AF_INET:
            where = _interface4(interface)
            if isinstance(where, int):
                return where
            option = _IP_ADD_SOURCE_MEMBERSHIP if join else _IP_DROP_SOURCE_MEMBERSHIP
            # struct ip_mreq_source has the interface in the middle.
            return self._set(socket.IPPROTO_IP, option, socket.inet_aton(group) + where + socket.inet_aton(source))
        index = _interface6(interface)
        if index < 0:
            return index
        option = _MCAST_JOIN_SOURCE_GROUP if join else _MCAST_LEAVE_SOURCE_GROUP
        # struct group_source_req: the interface, padded to 8 bytes, then two struct sockaddr_storage.
        request = struct.pack("=I4x", index) + _storage6(target[1][0]) + _storage6(sender[1][0])
        return self._set(socket.IPPROTO_IPV6, option, request)

    # Teardown

    def hasRef(self) -> bool:
        return self._refed_ and not self._closed

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._reading = False
        self._queue.clear()
        self.sendQueueCount = self.sendQueueSize = 0
        self._giveBack()
        self._setActive_(False)
        ticks.queueClosing(self._finish)

    def _finish(self) -> None:
        onclose = self.onclose
        self.onmessage = self.onreaderror = self.onsend = self.onclose = self.onfault = None
        if onclose is not None:
            onclose()

    def _updateActive(self) -> None:
        """As in libuv: an idle socket does not keep the program alive."""
        self._setActive_(self._reading or bool(self._queue))


def adoptDatagram(descriptor: int) -> Any:
    """The socket object that owns an open datagram socket, made non-blocking; or -errno."""
    try:
        sock = socket.socket(fileno=descriptor)
    except OSError as error:
        return _status(error)
    if sock.type != socket.SOCK_DGRAM or sock.family not in _WILDCARDS:
        sock.detach()
        return -errno.EINVAL
    sock.setblocking(False)
    return sock


def _setBindOptions(sock: socket.socket, ipv6Only: bool, reuseAddr: bool, reusePort: bool) -> None:
    if reuseAddr:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if reusePort:
        if not hasattr(socket, "SO_REUSEPORT"):
            raise OSError(errno.ENOTSUP, "no SO_REUSEPORT here")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if sock.family == socket.AF_INET6:
        # Set either way: the system's default depends on its configuration (bindv6only).
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(ipv6Only))


def _interface4(interface: str | None) -> bytes | int:
    if not interface:
        return _ANY_IPV4
    try:
        return socket.inet_pton(socket.AF_INET, interface)
    except (OSError, ValueError):
        return -errno.EINVAL


def _interface6(interface: str | None) -> int:
    """The index of an interface named by its scope (`::%eth0`), 0 for the system's choice, or -errno."""
    if not interface:
        return 0
    found = sockaddr.fromAddress(interface, 0)
    if isinstance(found, int):
        return found
    return int(found[1][3]) if found[0] == socket.AF_INET6 else -errno.EINVAL


def _storage6(address: str) -> bytes:
    """A struct sockaddr_in6 without a port, as large as a struct sockaddr_storage."""
    name = struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, address), 0)
    return name.ljust(_STORAGE, b"\0")


def _dissolve(fd: int) -> int:
    """connect(2) to AF_UNSPEC, which the socket module cannot express. Returns 0 or -errno."""
    if not sys.platform.startswith("linux"):
        return -errno.ENOTSUP
    library = ctypes.CDLL(None, use_errno=True)
    if library.connect(fd, bytes(16), 16) < 0:
        return -ctypes.get_errno()
    return 0


def _status(error: OSError) -> int:
    # Without an errno: a socket object that has no descriptor yet, hence no family.
    return -(error.errno or errno.EBADF)
