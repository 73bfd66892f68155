"""A datagram handle over a socket descriptor on the poller. Implements `DatagramHandle`. The fast path.

The waiting half of libuv's src/unix/udp.c; the socket itself is in `datagram.py`. A datagram is sent at once, and
EPOLLOUT is armed only when the kernel has no room; a wakeup receives several datagrams, each with its own callback
and everything that must follow it.

A refusal (ICMP port unreachable) reaches a connected socket as an error of the next call, whichever that is: a send
returns it, else the poller wakes us and `recvfrom` raises it, once. While nobody reads it is fetched and dropped:
left where it is, it would wake the poller for ever.
"""

from __future__ import annotations

import errno
import socket
from typing import Any

from ..loop import ticks
from ..sockaddr import toAddress
from .datagram import MAX_DATAGRAM, DatagramSocket, adoptDatagram
from .poller import BROKEN, READABLE, WRITABLE
from .stream import DescriptorHandle

#: Datagrams of one socket per wakeup, so that others get their turn (libuv: 32).
READS_PER_WAKEUP = 32


class UDP(DatagramSocket, DescriptorHandle):
    """A UDP socket."""

    #: See `tracing/handles.py`.
    tracedAs = "udp"

    def __init__(self, family: int) -> None:
        DescriptorHandle.__init__(self)
        self._setUp(family)

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
                if error.errno != errno.EAGAIN:
                    self.onreaderror(-(error.errno or errno.EIO))
                return
            if len(name) == 2:
                self.onmessage(data, name[0], name[1])
            else:
                self.onmessage(data, toAddress(socket.AF_INET6, name).address, name[1])
            # The callback's nextTicks run before the next callback, as everywhere.
            if ticks.ticks or ticks.microtasks:
                ticks.drain(self)
            if not self._reading:
                return

    def _unwanted(self, mask: int) -> None:
        if mask & BROKEN:
            self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)  # reading it clears it
        if self.interest & READABLE:
            self._watch(self.interest & ~READABLE)

    # Reading

    def readStart(self) -> int:
        status = self._bindAnywhere() or self._watch(self.interest | READABLE)
        if not status:
            self._reading = True
            self._setActive_(True)
        return status

    def readStop(self) -> int:
        # Interest is dropped with the next event, if one comes.
        self._reading = False
        self._updateActive()
        return 0

    # What `DatagramSocket` asks for

    def _takeSocket(self, sock: Any) -> None:
        self._take(sock)

    def _waitForRoom(self, wait: bool) -> int:
        return self._watch(self.interest | WRITABLE if wait else self.interest & ~WRITABLE)

    def _giveBack(self) -> None:
        self._release()


def createUDP(family: str) -> UDP:
    """A socket to be; `family` is "IPv4" or "IPv6"."""
    return UDP(socket.AF_INET6 if family == "IPv6" else socket.AF_INET)


def adoptUDP(descriptor: int) -> UDP | int:
    """A handle that takes over a datagram socket; -errno when it is none."""
    sock = adoptDatagram(descriptor)
    if isinstance(sock, int):
        return sock
    handle = UDP(sock.family)
    handle._takeSocket(sock)
    return handle
