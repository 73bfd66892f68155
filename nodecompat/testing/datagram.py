"""Fake datagram handles: `DatagramHandle` in memory. What is sent arrives in the next turn, or is lost.

A test decides: `Network.fail("send", status)` makes a send fail, `handle.full = True` makes sends queue.
"""

from __future__ import annotations

import errno
import ipaddress
from collections import deque
from typing import TYPE_CHECKING, Any

from ..reactor.handle import DATAGRAM_CALLBACKS, PENDING, Address, Buffer, DatagramHandle
from ..reactor.loop import ticks
from .stream import FakeHandle

if TYPE_CHECKING:
    from .network import Network

#: The largest datagram that IPv4 carries, bytes.
MAX_PAYLOAD = 65507
_WILDCARDS = {"IPv4": "0.0.0.0", "IPv6": "::"}


class FakeDatagram(FakeHandle, DatagramHandle):
    """A UDP socket in the fake network."""

    callbackNames: tuple[str, ...] = DATAGRAM_CALLBACKS
    resourceName = "UDPWrap"
    onmessage: Any
    onreaderror: Any
    onsend: Any

    def __init__(self, network: Network, family: str) -> None:
        super().__init__(network, "udp")
        self.family = family
        self.reuse: bool = False
        self.reading: bool = False
        #: True while the kernel has no room: sends are queued until it is False again.
        self.full: bool = False
        self.peer: Address | None = None
        self.sendQueueCount: int = 0
        self.sendQueueSize: int = 0
        self._arrived_: deque[tuple[bytes, Address]] = deque()
        self._errors_: deque[int] = deque()
        self._queue_: deque[tuple[bytes, Address]] = deque()

    # Binding

    def bind(
        self, address: str, port: int, ipv6Only: bool = False, reuseAddr: bool = False, reusePort: bool = False
    ) -> int:
        if self.closed or self.local is not None or not _isFamily(address, self.family):
            return -errno.EINVAL
        self.network.opened(self)
        self.reuse = reuseAddr or reusePort
        local = self.network.localAddress(self, address, port)
        if not self.network.mayBind(self, address):
            return -errno.EADDRNOTAVAIL
        if any(_overlap(other, self, local) for other in self.network.datagrams(self.owner)):
            return -errno.EADDRINUSE
        status = self.network.failure("bind", self)
        if not status:
            self.local: Address = local
        return status

    def connect(self, address: str, port: int) -> int:
        if not _isFamily(address, self.family):
            return -errno.EINVAL
        if self.peer is not None:
            return -errno.EISCONN
        status = self._bindAnywhere_() or self.network.failure("connect", self)
        if not status:
            self.peer = Address(address, port, self.family)
        return status

    def disconnect(self) -> int:
        if self.peer is None:
            return -errno.ENOTCONN
        self.peer = None
        return 0

    def getsockname(self) -> Address | int:
        return self.local if self.local is not None and not self.closed else -errno.EBADF

    def getpeername(self) -> Address | int:
        return self.peer if self.peer is not None else -errno.ENOTCONN

    def _bindAnywhere_(self) -> int:
        return 0 if self.local is not None else self.bind(_WILDCARDS[self.family], 0)

    # Reading

    def readStart(self) -> int:
        status = -errno.EBADF if self.closed else self._bindAnywhere_()
        if not status:
            self.reading = True
            self._setActive_(True)
            self.network.post(self, self.readable)
        return status

    def readStop(self) -> int:
        self.reading = False
        self._setActive_(bool(self._queue_))
        return 0

    def arrive(self, data: bytes, sender: Address) -> None:
        """A datagram reaches this socket."""
        self.network.note(self, "datagram", len(data))
        if self.peer is None or self.peer == sender:
            self._arrived_.append((data, sender))
            self.network.post(self, self.readable)

    def refuse(self) -> None:
        """No receiver: a connected socket is notified."""
        if self.peer is not None:
            self._errors_.append(-errno.ECONNREFUSED)
            self.network.post(self, self.readable)

    def readable(self) -> None:
        """Called by the network: deliver what arrived."""
        failure = self.network.failure("read", self) if self.reading else 0
        if failure:
            self._errors_.append(failure)
        while self.reading and self._errors_:
            self.onreaderror(self._errors_.popleft())
            ticks.drain()
        while self.reading and self._arrived_:
            data, sender = self._arrived_.popleft()
            self.onmessage(data, sender.address, sender.port)
            ticks.drain()

    # Sending

    def send(self, data: Buffer, address: str | None = None, port: int = 0) -> int:
        status = -errno.EBADF if self.closed else self._bindAnywhere_() or self.network.failure("send", self)
        if status:
            return status
        if address is not None and self.peer is not None:
            return -errno.EISCONN
        target = self.peer if address is None else Address(address, port, self.family)
        if target is None:
            return -errno.EDESTADDRREQ
        if not _isFamily(target.address, self.family):
            return -errno.EINVAL
        if len(data) > MAX_PAYLOAD:
            return -errno.EMSGSIZE
        if not self.full and not self._queue_:
            self._deliver_(bytes(data), target)
            return 0
        self._queue_.append((bytes(data), target))
        self._count_()
        self._setActive_(True)
        self.network.post(self, self.writable)
        return PENDING

    def writable(self) -> None:
        """Called by the network: send what is queued when there is room."""
        while self._queue_ and not self.full:
            data, target = self._queue_.popleft()
            self._count_()
            self._setActive_(self.reading or bool(self._queue_))
            self._deliver_(data, target)
            self.onsend(0)
            ticks.drain()

    def drain(self) -> None:
        """Called by a test: the kernel has room again."""
        self.full = False
        self.network.post(self, self.writable)

    def _count_(self) -> None:
        self.sendQueueCount = len(self._queue_)
        self.sendQueueSize = sum(len(data) for data, _ in self._queue_)

    def _deliver_(self, data: bytes, target: Address) -> None:
        assert self.local is not None
        sender = self.local
        if sender.address == _WILDCARDS[self.family]:
            sender = sender._replace(address=self.network.sourceAddress(self.owner, target))
        self.network.carry(self.owner, data, sender, target, self.refuse)

    def isAt(self, target: Address) -> bool:
        """True when a datagram for `target` belongs to this socket."""
        local = self.local
        if local is None or local.port != target.port or local.family != target.family:
            return False
        return local.address in (target.address, _WILDCARDS[local.family])

    # Options: stored for a test to inspect

    def bufferSize(self, size: int, receive: bool) -> int:
        if size >= 2**31:
            return -errno.EINVAL
        name = "recvBufferSize" if receive else "sendBufferSize"
        if size:
            self._keep_(name, size)
        return -errno.EBADF if self.local is None else int(self.options.get(name, 64 * 1024))

    def setBroadcast(self, enable: bool) -> int:
        return self._keep_("setBroadcast", enable)

    def setTTL(self, ttl: int) -> int:
        return self._keep_("setTTL", ttl) if 1 <= ttl <= 255 else -errno.EINVAL

    def setMulticastTTL(self, ttl: int) -> int:
        return self._keep_("setMulticastTTL", ttl) if 0 <= ttl <= 255 else -errno.EINVAL

    def setMulticastLoopback(self, enable: bool) -> int:
        return self._keep_("setMulticastLoopback", enable)

    def setMulticastInterface(self, interface: str) -> int:
        if not _isFamily(interface, self.family):
            return -errno.EINVAL
        return self._keep_("setMulticastInterface", interface)

    def setMembership(self, group: str, interface: str | None, join: bool) -> int:
        valid = _isGroup(group, self.family) if join else _isFamily(group, self.family)
        if not valid or not self._isInterface_(interface):
            return -errno.EINVAL
        return self._member_((group, interface), join)

    def setSourceMembership(self, source: str, group: str, interface: str | None, join: bool) -> int:
        if not _isFamily(source, self.family) or not _isGroup(group, self.family) or not self._isInterface_(interface):
            return -errno.EINVAL
        if not join and not any(key[1:] == (group, interface) for key in self.options.get("memberships", ())):
            return -errno.EINVAL
        return self._member_((source, group, interface), join)

    def _isInterface_(self, interface: str | None) -> bool:
        return interface is None or _isFamily(interface, self.family)

    def _member_(self, key: tuple[Any, ...], join: bool) -> int:
        status = self._bindAnywhere_()
        if status:
            return status
        groups: set[tuple[Any, ...]] = self.options.setdefault("memberships", set())
        if (key in groups) is join:
            return -errno.EADDRINUSE if join else -errno.EADDRNOTAVAIL
        (groups.add if join else groups.remove)(key)
        return 0

    def _keep_(self, name: str, value: Any) -> int:
        if self.local is None or self.closed:
            return -errno.EBADF
        self.options[name] = value
        return 0

    # Teardown

    def _leave_(self) -> None:
        self.reading = False
        self._queue_.clear()
        self._arrived_.clear()
        self._count_()


def _isFamily(address: str, family: str) -> bool:
    try:
        return ipaddress.ip_address(address).version == (6 if family == "IPv6" else 4)
    except ValueError:
        return False


def _isGroup(address: str, family: str) -> bool:
    return _isFamily(address, family) and ipaddress.ip_address(address).is_multicast


def _overlap(other: FakeDatagram, mine: FakeDatagram, local: Address) -> bool:
    taken = other.local
    if other is mine or taken is None or taken.port != local.port or taken.family != local.family:
        return False
    if other.reuse and mine.reuse:
        return False
    return taken.address == local.address or _WILDCARDS[local.family] in (taken.address, local.address)
