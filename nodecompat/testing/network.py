"""The in-memory network: who listens where, what is in flight, what should fail. Implements `choose.Factory`.

A turn works as on the real poller: everything ready is dispatched as one batch, each callback followed by
the nextTick queue, then the checks, then the closings.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..reactor import choose
from ..reactor.handle import Address
from ..reactor.loop import activity, faults, host, ticks
from ..reactor.names import resolver
from .channel import Channel
from .clock import FakeHost
from .datagram import FakeDatagram
from .peer import Peer, PeerServer, connectPeer
from .resolver import FakeResolver
from .stream import FakeHandle, FakeServer, FakeStream

_WILDCARDS = {"0.0.0.0", "::", ""}
#: First port that the network assigns.
_EPHEMERAL = 40000


class Network:
    """Fake handles and the wires between them.

    `capacity` (bytes, for connections made from now on) is what the kernel would buffer per direction; `segment`
    (bytes) is the most that one read brings.
    """

    def __init__(self, capacity: int = 64 * 1024, segment: int = 64 * 1024) -> None:
        self.host = FakeHost()
        self.resolver = FakeResolver()
        self.capacity = capacity
        self.segment = segment
        #: Every handle that is not closed, oldest first.
        self.handles: list[FakeHandle] = []
        #: Exceptions raised by callbacks and not handled. If any is left at the end, `network()` raises the first.
        self.faults: list[BaseException] = []
        self._ready_: dict[tuple[int, str], tuple[FakeHandle, Callable[[], object]]] = {}
        self._failures_: list[tuple[str, int, FakeHandle | None]] = []
        self._silent_: set[tuple[str, int]] = set()
        self._nextPort_ = _EPHEMERAL
        self._turnWaits_ = False

    # For tests

    def run(self) -> None:
        """Run until nothing is due now."""
        self.host.run()

    def advance(self, duration: float) -> None:
        """Move the clock by `duration` milliseconds and run what comes due."""
        self.host.advance(duration)

    def connect(self, port: int | str, address: str = "127.0.0.1") -> Peer:
        """A plain client that connects to a port, or to a path."""
        if isinstance(port, str):
            return connectPeer(self, self.pipe(), port, 0)
        return connectPeer(self, self.tcp(), address, port)

    def listen(self, port: int | str = 0, address: str = "127.0.0.1") -> PeerServer:
        """A plain server on a port (0: any, see `server.getsockname()`), or on a path."""
        server = self.pipeServer() if isinstance(port, str) else self.tcpServer()
        status = server.bind(port, 0) if isinstance(port, str) else server.bind(address, port)
        status = status or server.listen(511)
        if status:
            raise OSError(-status, "the fake network refuses to listen")
        return PeerServer(server)

    def fail(self, operation: str, status: int, handle: Any = None, times: int = 1) -> None:
        """Make an operation fail with a negative errno: of one handle, or of the next that tries it.

        `operation` is the name of a method, which then returns the status, or one of those that are delivered:
        "read" (by onreadend), "onconnect", "onwrite", "onshutdown", "accept" (by onconnection).
        Of a UDP socket "send" is returned, and "read" comes by onreaderror.
        """
        self._failures_ += [(operation, status, handle)] * times
        if handle is not None:
            self.post(handle, handle.readable)
            self.post(handle, handle.writable)

    def blackhole(self, address: str, port: int) -> None:
        """Make this address silent: a `connect` stays pending, a datagram is lost."""
        self._silent_.add((address, port))

    # choose.Factory

    def tcp(self) -> FakeStream:
        return FakeStream(self, "tcp")

    def tcpServer(self) -> FakeServer:
        return FakeServer(self, "tcp")

    def pipe(self) -> FakeStream:
        return FakeStream(self, "pipe")

    def pipeServer(self) -> FakeServer:
        return FakeServer(self, "pipe")

    def udp(self, family: str) -> FakeDatagram:
        return FakeDatagram(self, family)

    def openStream(self, descriptor: int) -> FakeStream | int:
        return -errno.EBADF

    def openServer(self, descriptor: int) -> FakeServer | int:
        return -errno.EBADF

    def openDatagram(self, descriptor: int) -> FakeDatagram | int:
        return -errno.EBADF

    # For fake handles

    def post(self, handle: FakeHandle, event: Callable[[], object]) -> None:
        """Call `event` in the next turn; once, however often it is posted before."""
        self._ready_[(id(handle), event.__name__)] = (handle, event)
        if not self._turnWaits_:
            self._turnWaits_ = True
            self.host.callSoon(self._turn_)

    def wake(self, channel: Channel) -> None:
        """Wake both ends of a channel."""
        if channel.reader is not None:
            self.post(channel.reader, channel.reader.readable)
        if channel.writer is not None:
            self.post(channel.writer, channel.writer.writable)

    def failure(self, operation: str, handle: FakeHandle) -> int:
        """The status with which this operation should fail, or 0."""
        for index, (name, status, whose) in enumerate(self._failures_):
            if name == operation and whose in (None, handle):
                del self._failures_[index]
                return status
        return 0

    def forget(self, handle: FakeHandle) -> None:
        """A handle is closed."""
        self.handles.remove(handle)
        self._ready_ = {key: value for key, value in self._ready_.items() if value[0] is not handle}

    def localAddress(self, kind: str, address: str, port: int) -> Address:
        if kind == "pipe":
            return Address(address, 0, "pipe")
        if port == 0:
            self._nextPort_ += 1
            port = self._nextPort_
        return Address(address, port, "IPv6" if ":" in address else "IPv4")

    def target(self, kind: str, address: str, port: int) -> Address:
        return Address(address, port, "pipe" if kind == "pipe" else "IPv6" if ":" in address else "IPv4")

    def datagrams(self) -> Iterator[FakeDatagram]:
        return (handle for handle in self.handles if isinstance(handle, FakeDatagram))

    def isSilent(self, target: Address) -> bool:
        return target[:2] in self._silent_

    def isTaken(self, server: FakeServer, local: Address) -> bool:
        return any(_overlap(other, server, local) for other in self._servers_() if other is not server)

    def arrive(self, client: FakeStream, target: Address) -> None:
        """A client connects. The listener is notified before the client, as on one machine."""
        if self.isSilent(target):
            return
        server = self._listener_(target)
        status = self.failure("onconnect", client)
        if not status and server is None:
            status = -errno.ENOENT if target.family == "pipe" else -errno.ECONNREFUSED
        if not status and server is not None:
            peer = self._join_(client, server, target)
            self.post(peer, _named(f"accepted{id(peer)}", lambda: server.accepted(peer)))
        self.post(client, _named("connected", lambda: client.connected(status)))

    def _join_(self, client: FakeStream, server: FakeServer, target: Address) -> FakeStream:
        """Make the server's end of a connection and the two channels."""
        peer = FakeStream(self, client.kind)
        client.outbound = peer.inbound = Channel(client, peer, self.capacity)
        client.inbound = peer.outbound = Channel(peer, client, self.capacity)
        client.peer = peer.local = target
        if client.local is None:
            piped = client.kind == "pipe"
            client.local = Address("", 0, "pipe") if piped else self.localAddress("tcp", target.address, 0)
        peer.peer = client.local
        if server.local is not None and server.local.family == "IPv6" and target.family == "IPv4":
            peer.peer, peer.local = _mapped(peer.peer), _mapped(target)
        return peer

    def _servers_(self) -> Iterator[FakeServer]:
        return (handle for handle in self.handles if isinstance(handle, FakeServer) and handle.local is not None)

    def _listener_(self, target: Address) -> FakeServer | None:
        return next((s for s in self._servers_() if s.listening and _matches(s, target)), None)

    def _turn_(self) -> None:
        self._turnWaits_ = False
        ready = deque(self._ready_)
        ticks.beginTurn()
        ticks.drainWaiting()
        while ready:
            # Looked up now: a handle closed in this batch is no longer in the table.
            entry = self._ready_.pop(ready.popleft(), None)
            if entry is not None:
                self._deliver_(*entry)
        ticks.endTurn()

    def _deliver_(self, handle: FakeHandle, event: Callable[[], object]) -> None:
        try:
            event()
        except BaseException as error:
            ticks.fail(error, handle)
            return
        ticks.drain()


@contextmanager
def network(capacity: int = 64 * 1024, segment: int = 64 * 1024) -> Iterator[Network]:
    """Install an in-memory network and a controlled clock; nothing of either is left afterwards.

    Raises what a callback raised inside, unless the test removed it from `Network.faults`.
    """
    if ticks.hasWork() or activity.isAlive():
        raise AssertionError(f"left by an earlier test: {activity.resources()}")
    net = Network(capacity, segment)
    before = host.use(net.host), choose.use(net), resolver.use(net.resolver), faults.fatal, activity.onidle
    faults.fatal, activity.onidle = net.faults.append, None
    ticks.reset()
    try:
        yield net
        net.run()
    finally:
        _restore(*before)
    if net.faults:
        raise net.faults[0]


def _restore(oldHost: Any, oldFactory: Any, oldResolver: Any, fatal: Any, onidle: Any) -> None:
    host.use(oldHost)
    choose.use(oldFactory)
    resolver.use(oldResolver)
    faults.fatal = fatal
    activity.reset()
    activity.onidle = onidle
    ticks.reset()


def _named(name: str, callback: Callable[[], object]) -> Callable[[], object]:
    """Name a lambda: `post` tells events apart by name."""
    callback.__name__ = name
    return callback


def _mapped(address: Address) -> Address:
    return Address("::ffff:" + address.address, address.port, "IPv6")


def _matches(server: FakeServer, target: Address) -> bool:
    local = server.local
    if local is None or local.port != target.port or (local.family == "pipe") != (target.family == "pipe"):
        return False
    if local.address not in _WILDCARDS or local.family == "pipe":
        return local.address == target.address
    return local.family == target.family or (local.family == "IPv6" and not server.ipv6Only)


def _overlap(other: FakeServer, server: FakeServer, local: Address) -> bool:
    """True when `server` cannot bind `local` because of `other`."""
    taken = other.local
    if taken is None or taken.port != local.port or (taken.family == "pipe") != (local.family == "pipe"):
        return False
    if taken.address == local.address:
        return True
    if local.family == "pipe" or not {taken.address, local.address} & _WILDCARDS:
        return False
    return taken.family == local.family or not (other.ipv6Only or server.ipv6Only)
