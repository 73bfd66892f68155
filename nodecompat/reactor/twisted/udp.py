"""A datagram handle over the reactor's own UDP ports. Implements `DatagramHandle` where there is no epoll.

The socket is ours (`datagram.py`), made and bound with the options that Node has and Twisted has not; the reactor
adopts it for receiving only (`IReactorSocket.adoptDatagramPort`). Sending goes to the socket at once, and is tried
again by the clock when the kernel has no room: Twisted does not tell when there is. A reactor that adopts no
sockets listens itself (`listenUDP`), on plain addresses only.

Differs from the fast path: an IPv6 sender comes without its scope, because Twisted drops it.
"""

from __future__ import annotations

import errno
import socket
from typing import Any

from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IReactorSocket
from twisted.internet.protocol import DatagramProtocol

from ..descriptor.datagram import MAX_DATAGRAM, DatagramSocket, adoptDatagram
from ..handle import UNSUPPORTED
from ..loop import host, ticks

#: How long a datagram waits that the kernel had no room for, milliseconds.
RETRY = 5
#: A socket object without a descriptor: every call on it fails with EBADF.
NO_SOCKET: Any = socket.SocketType.__new__(socket.SocketType)


class BridgeUDP(DatagramSocket):
    """A UDP socket that a Twisted port reads."""

    #: See `tracing/handles.py`.
    tracedAs = "port"

    def __init__(self, family: int) -> None:
        super().__init__()
        self._setUp(family)
        self._socket = NO_SOCKET
        self._alarm: host.Alarm | None = None
        self._port: Any = None
        self._protocol: _Receiver | None = None
        self._peer: tuple[str, int] | None = None  # what a port must know in order to tell refusals
        self.onclose: Any = None
        self.onfault: Any = None

    def fileno(self) -> int:
        return int(self._socket.fileno())

    # Reading

    def readStart(self) -> int:
        status = self._bindAnywhere() or self._listen()
        if not status and not self._reading:
            self._reading = True
            self._setActive_(True)
            self._port.startReading()
        return status

    def readStop(self) -> int:
        if self._reading:
            self._reading = False
            self._port.stopReading()
            self._updateActive()
        return 0

    def received(self, data: bytes, address: str, port: int) -> None:
        """A datagram came."""
        if self._reading:
            ticks.call(self.onmessage, data, address, port, handle=self)

    def refused(self) -> None:
        """The connected peer refuses."""
        if self._reading:
            ticks.call(self.onreaderror, -errno.ECONNREFUSED, handle=self)

    def lost(self) -> None:
        """The reactor has closed the port: it stops, or (epoll, poll) the socket has an error to tell."""
        self._port = None
        status = -self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if not status:
            self.close()
        elif self._reading:
            self._listen()
            self._port.startReading()
            ticks.call(self.onreaderror, status, handle=self)

    def _listen(self) -> int:
        """Let the reactor adopt the socket. Returns 0 or -errno."""
        if self._port is not None:
            return 0
        self._protocol = _Receiver(self)
        try:
            self._port = host.theReactor().adoptDatagramPort(
                self._socket.fileno(), self._socket.family, self._protocol, MAX_DATAGRAM
            )
        except OSError as error:
            return -(error.errno or errno.EIO)
        self._port.stopReading()
        if self._peer is not None:
            self._port.connect(*self._peer)
        return 0

    # Addresses

    def connect(self, address: str, port: int) -> int:
        status = super().connect(address, port)
        if not status and self._peer is None:
            # Once: a port refuses to be connected again, though the socket itself may be.
            self._peer = (address.partition("%")[0], port)
            if self._port is not None:
                self._port.connect(*self._peer)
        return status

    def _openAndBind(self, address: str, port: int, ipv6Only: bool, reuseAddr: bool, reusePort: bool) -> int:
        if IReactorSocket.providedBy(host.theReactor()):
            return super()._openAndBind(address, port, ipv6Only, reuseAddr, reusePort)
        if ipv6Only or reuseAddr or reusePort:
            return UNSUPPORTED
        target = self._target(address, port)
        return target if isinstance(target, int) else self._listenPlainly(address, port)

    def _listenPlainly(self, address: str, port: int) -> int:
        self._protocol = _Receiver(self)
        try:
            self._port = host.theReactor().listenUDP(port, self._protocol, address, MAX_DATAGRAM)
        except CannotListenError as error:
            return -(getattr(error.socketError, "errno", None) or errno.EADDRINUSE)
        self._socket = self._port.getHandle()
        self._port.stopReading()
        return 0

    # What `DatagramSocket` asks for

    def _takeSocket(self, sock: Any) -> None:
        self._socket = sock

    def _waitForRoom(self, wait: bool) -> int:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if wait:
            self._alarm = host.current().callLater(RETRY, self._retry)
        return 0

    def _retry(self) -> None:
        self._alarm = None
        ticks.call(self._flush, handle=self)
        if self._queue:
            self._waitForRoom(True)

    def _giveBack(self) -> None:
        self._waitForRoom(False)
        port, self._port = self._port, None
        if self._protocol is not None:
            self._protocol.handle = None
        if port is not None:
            # Not `stopListening`, which gives the port's copy of the socket back a turn later: the address would
            # still be taken when we say that it is free.
            port.stopReading()
            port.connectionLost()
        self._socket.close()
        self._socket = NO_SOCKET


class _Receiver(DatagramProtocol):
    """What the port calls."""

    noisy = False

    def __init__(self, handle: BridgeUDP) -> None:
        self.handle: BridgeUDP | None = handle

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        if self.handle is not None:
            self.handle.received(datagram, addr[0], addr[1])

    def stopProtocol(self) -> None:
        if self.handle is not None:
            self.handle.lost()

    def connectionRefused(self) -> None:
        if self.handle is not None:
            self.handle.refused()


def createUDP(family: str) -> BridgeUDP:
    """A socket to be; `family` is "IPv4" or "IPv6"."""
    return BridgeUDP(socket.AF_INET6 if family == "IPv6" else socket.AF_INET)


def adoptUDP(descriptor: int) -> BridgeUDP | int:
    """A handle that takes over a datagram socket; -errno when it is none."""
    if not IReactorSocket.providedBy(host.theReactor()):
        return UNSUPPORTED
    sock = adoptDatagram(descriptor)
    if isinstance(sock, int):
        return sock
    handle = BridgeUDP(sock.family)
    handle._takeSocket(sock)
    return handle
