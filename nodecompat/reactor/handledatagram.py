"""The handle interface for datagrams: the other half of the contract in `handle.py`, whose rules hold here too.

`udp.py` implements it over file descriptors, `udpbridge.py` over Twisted's ports, `nodecompat.testing` in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .handle import Address, Buffer, Handle


class DatagramHandle(Handle, Protocol):
    """A socket for datagrams of one family. Every setting is -EBADF before `bind`, except memberships, which bind."""

    #: `onmessage(data, address, port)`: a datagram came, perhaps an empty one, only between readStart and readStop.
    onmessage: Callable[[bytes, str, int], object] | None
    #: `onreaderror(status)`: the kernel told a negative errno (a peer that refuses); reading goes on.
    onreaderror: Callable[[int], object] | None
    #: `onsend(status)`: the oldest queued datagram is sent (0) or failed (negative errno).
    onsend: Callable[[int], object] | None

    #: Datagrams that the kernel has not taken yet, and their bytes.
    sendQueueCount: int
    sendQueueSize: int

    def bind(
        self, address: str, port: int, ipv6Only: bool = False, reuseAddr: bool = False, reusePort: bool = False
    ) -> int:
        """Take a numeric address and a port, 0 for any. Returns 0 or -errno."""

    def connect(self, address: str, port: int) -> int:
        """Send to, and hear from, this peer only. Done when it returns: 0 or -errno."""

    def disconnect(self) -> int:
        """Undo `connect`. Returns 0 or -errno."""

    def readStart(self) -> int:
        """Let `onmessage` come. Allowed when already reading. Returns 0 or -errno."""

    def readStop(self) -> int:
        """No `onmessage` after this returns, until `readStart`."""

    def send(self, data: Buffer, address: str | None = None, port: int = 0) -> int:
        """Send a datagram, at once if the kernel takes it; without an address to the connected peer.

        0: sent. PENDING: queued, `onsend` follows, in the order of the calls. Negative: failed, nothing follows.
        """

    def getsockname(self) -> Address | int:
        """The local address, or -errno."""

    def getpeername(self) -> Address | int:
        """The connected peer's address, or -errno."""

    def bufferSize(self, size: int, receive: bool) -> int:
        """Set the kernel's buffer of one direction, in bytes, unless `size` is 0. Returns its size now, or -errno."""

    def setBroadcast(self, enable: bool) -> int:
        """SO_BROADCAST. Returns 0 or -errno, as all below."""

    def setTTL(self, ttl: int) -> int:
        """Hops of unicast datagrams, 1 to 255."""

    def setMulticastTTL(self, ttl: int) -> int:
        """Hops of multicast datagrams, 0 to 255."""

    def setMulticastLoopback(self, enable: bool) -> int:
        """Whether this machine hears its own multicasts."""

    def setMulticastInterface(self, interface: str) -> int:
        """Where multicasts leave: an IPv4 address, or an IPv6 one with a scope (`::%eth0`)."""

    def setMembership(self, group: str, interface: str | None, join: bool) -> int:
        """Join or leave a multicast group."""

    def setSourceMembership(self, source: str, group: str, interface: str | None, join: bool) -> int:
        """Join or leave a multicast group, for what this source sends."""


#: Names of the callbacks: what `close` clears.
DATAGRAM_CALLBACKS = ("onmessage", "onreaderror", "onsend", "onclose", "onfault")
