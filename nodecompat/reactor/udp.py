"""A datagram handle over a socket descriptor on the poller. Implements `DatagramHandle`. The fast path.

The counterpart of libuv's src/unix/udp.c. A datagram is sent at once, and EPOLLOUT is armed only when the kernel has
no room; a wakeup receives several datagrams, each with its own callback and everything that must follow it.

A refusal (ICMP port unreachable) reaches a connected socket as an error of the next call, whichever that is: a send
returns it, else the poller wakes us and `recvfrom` raises it, once. While nobody reads it is fetched and dropped:
left where it is, it would wake the poller for ever.
"""

from __future__ import annotations

import errno
import socket
from collections import deque
from typing import Any

from . import ticks
from .datagram import MAX_DATAGRAM, DatagramSocket, adoptDatagram
from .descriptor import DescriptorHandle
from .handle import PENDING, Buffer
from .poller import BROKEN, READABLE, WRITABLE
from .sockaddr import toAddress

#: Datagrams of one socket per wakeup, so that others get their turn (libuv: 32).
READS_PER_WAKEUP = 32
#: No room now. ENOBUFS is the network card's queue, and passes as well.
_FULL = (errno.EAGAIN, errno.ENOBUFS)


class UDP(DatagramSocket, DescriptorHandle):
    """A UDP socket."""

    __slots__ = (
        "_closed",
        "_family",
        "_last",
        "_name",
        "_queue",
        "_reading",
        "onmessage",
        "onreaderror",
        "onsend",
        "sendQueueCount",
        "sendQueueSize",
    )
    resourceName = "UDPWrap"

    def __init__(self, family: int) -> None:
        DescriptorHandle.__init__(self)
        self._family = family
        self._closed = False
        self._reading = False
        self._queue: deque[tuple[bytes, Any]] = deque()
        #: Where the last datagram went, and what the socket module calls it: most go where the last one went.
        self._last: tuple[str, int] | None = None
        self._name: Any = None
        self.sendQueueCount = 0
        self.sendQueueSize = 0
        self.onmessage: Any = None
        self.onreaderror: Any = None
        self.onsend: Any = None

    def _takeSocket(self, sock: Any) -> None:
        self._take(sock)

    # Events

    def _onEvents(self, mask: int) -> None:
        if mask & ~WRITABLE:
            if self._reading:
                self._receive()
            else:
                self._unwanted(mask)
        if mask & WRITABLE and self._queue:
            self._flush()

    def _receive(self) -> None:
        recvfrom = self._socket.recvfrom
        for _ in range(READS_PER_WAKEUP):
            try:
                data, name = recvfrom(MAX_DATAGRAM)
            except OSError as error:
                if error.errno != errno.EAGAIN and self._reading:
                    self.onreaderror(-(error.errno or errno.EIO))
                return
            if len(name) == 2:
                self.onmessage(data, name[0], name[1])
            else:
                self.onmessage(data, toAddress(socket.AF_INET6, name).address, name[1])
            # The callback's nextTicks run before the next callback, as everywhere.
            if ticks.ticks or ticks.microtasks:
                ticks.drain()
            if not self._reading:
                return

    def _unwanted(self, mask: int) -> None:
        if mask & BROKEN:
            self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)  # reading it clears it
        if self.interest & READABLE:
            self._watch(self.interest & ~READABLE)

    # Reading

    def readStart(self) -> int:
        if self._closed:
            return -errno.EBADF
        status = self._bindAnywhere()
        if status:
            return status
        self._reading = True
        self._setActive(True)
        return self._watch(self.interest | READABLE)

    def readStop(self) -> int:
        self._reading = False
        self._updateActive()
        return 0

    # Sending

    def send(self, data: Buffer, address: str | None = None, port: int = 0) -> int:
        if address is None:
            name = None
        elif self._last == (address, port):
            name = self._name
        else:
            name = self._target(address, port)
            if isinstance(name, int):
                return name
            self._last, self._name = (address, port), name
        if self._fd < 0:
            status = -errno.EBADF if self._closed else self._bindAnywhere()
            if status:
                return status
        if self._queue:
            return self._enqueue(data, name)
        try:
            if name is None:
                self._socket.send(data)
            else:
                self._socket.sendto(data, name)
        except OSError as error:
            if error.errno in _FULL:
                return self._enqueue(data, name)
            return -(error.errno or errno.EIO)
        return 0

    def _enqueue(self, data: Buffer, name: Any) -> int:
        """Keep a copy: a datagram is small, and its owner need not keep it still."""
        status = self._watch(self.interest | WRITABLE)
        if status:
            return status
        copy = bytes(data)
        self._queue.append((copy, name))
        self.sendQueueCount += 1
        self.sendQueueSize += len(copy)
        self._setActive(True)
        return PENDING

    def _flush(self) -> None:
        while self._queue:
            data, name = self._queue[0]
            status = 0
            try:
                if name is None:
                    self._socket.send(data)
                else:
                    self._socket.sendto(data, name)
            except OSError as error:
                if error.errno in _FULL:
                    return
                status = -(error.errno or errno.EIO)
            self._sent(len(data))
            self.onsend(status)
            if ticks.ticks or ticks.microtasks:
                ticks.drain()

    def _sent(self, size: int) -> None:
        self._queue.popleft()
        self.sendQueueCount -= 1
        self.sendQueueSize -= size
        if not self._queue:
            self._watch(self.interest & ~WRITABLE)
            self._updateActive()

    # Addresses

    def bind(
        self, address: str, port: int, ipv6Only: bool = False, reuseAddr: bool = False, reusePort: bool = False
    ) -> int:
        if self._closed or self._fd >= 0:
            return -errno.EINVAL
        return self._openAndBind(address, port, ipv6Only, reuseAddr, reusePort)

    def connect(self, address: str, port: int) -> int:
        name = self._target(address, port)
        if isinstance(name, int):
            return name
        status = -errno.EBADF if self._closed else self._bindAnywhere()
        return status or -int(self._socket.connect_ex(name))

    # Teardown

    def hasRef(self) -> bool:
        return self._refed and not self._closed

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._reading = False
        self._queue.clear()
        self.sendQueueCount = 0
        self.sendQueueSize = 0
        self._release()
        self._setActive(False)
        ticks.queueClosing(self._finish)

    def _finish(self) -> None:
        onclose = self.onclose
        self.onmessage = self.onreaderror = self.onsend = self.onclose = self.onfault = None
        if onclose is not None:
            onclose()

    def _updateActive(self) -> None:
        """As in libuv: a socket that neither reads nor sends keeps no program alive."""
        self._setActive(self._reading or bool(self._queue))


def createUDP(family: str) -> UDP:
    """A socket to be; `family` is "IPv4" or "IPv6"."""
    return UDP(socket.AF_INET6 if family == "IPv6" else socket.AF_INET)


def adoptUDP(descriptor: int) -> UDP | int:
    """A handle that takes over a datagram socket; -errno when it is none."""
    sock = adoptDatagram(descriptor)
    if isinstance(sock, int):
        return sock
    handle = UDP(sock.family)
    handle._take(sock)
    return handle
