"""A Twisted transport over a Node-style socket: the bridge in the other direction.

Implements `ITCPTransport` (and `ISSLTransport` over an encrypted socket) with a socket's methods and events alone,
so that any Twisted protocol can run over our connections: of `net`, upgraded by http, in
memory. Producers are told to pause when `write` returns False and to go on at 'drain'.

As in Twisted, the end of the peer's data is the end of the connection, unless the protocol is half-closeable. What was
written before is still sent then, which Twisted's own transports do not promise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IHalfCloseableProtocol, ISSLTransport, ITCPTransport
from twisted.python.failure import Failure
from zope.interface import alsoProvides, implementer

from ..loop import ticks


@implementer(ITCPTransport)
class SocketTransport:
    """A socket as a protocol sees it. `start` begins the connection."""

    def __init__(self, socket: Any, protocol: Any) -> None:
        self.protocol: Any = protocol
        self.socket = socket
        #: True once the connection is to end.
        self.disconnecting: bool = False
        self.connected: bool = False
        self._noDelay = False
        self._keepAlive = False
        self._aborted = False
        self._error: BaseException | None = None
        self._producer: Any = None
        self._streaming = False
        self._pulls = False  # the pull producer is due in the next tick
        self._peer: Any = None
        self._host: Any = None

    def start(self) -> None:
        """Connect the protocol, now or when the socket has connected."""
        socket = self.socket
        socket.allowHalfOpen = True  # this class decides when the connection ends
        socket.on("error", self._onError)
        socket.on("close", self._onClose)
        if getattr(socket, "connecting", False):
            socket.once("connect", self._connect)
        else:
            self._connect()

    def _connect(self) -> None:
        socket = self.socket
        self._peer = _address(socket.remoteFamily, socket.remoteAddress, socket.remotePort)
        self._host = _address(socket.localFamily, socket.localAddress, socket.localPort)
        if getattr(socket, "encrypted", False):
            alsoProvides(self, ISSLTransport)
        self.connected = True
        socket.on("drain", self._onDrain)
        socket.on("end", self._onEnd)
        socket.on("data", self._onData)
        self.protocol.makeConnection(self)

    # Events from the socket

    def _onData(self, chunk: bytes) -> None:
        if not self.disconnecting:
            self.protocol.dataReceived(chunk)

    def _onEnd(self) -> None:
        halfCloseable: Any = IHalfCloseableProtocol(self.protocol, None)
        if halfCloseable is not None:
            halfCloseable.readConnectionLost()
        else:
            self._end()

    def _onDrain(self) -> None:
        if self._producer is not None:
            self._producer.resumeProducing()

    def _onError(self, error: BaseException) -> None:
        self._error = error

    def _onClose(self) -> None:
        if not self.connected:
            return
        self.connected = False
        self.disconnecting = True
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.stopProducing()
        protocol, self.protocol = self.protocol, None
        protocol.connectionLost(Failure(self._reason()))

    def _reason(self) -> BaseException:
        if self._aborted:
            return ConnectionAborted()
        if self._error is None:
            return ConnectionDone()
        lost = ConnectionLost(str(self._error))
        lost.__cause__ = self._error
        return lost

    # ITransport

    def write(self, data: bytes) -> None:
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(f"data must be bytes, not {type(data).__name__}")
        if not self.connected or (self.disconnecting and self._producer is None) or not self.socket.writable:
            return
        taken = self.socket.write(data)
        if self._producer is None:
            return
        if not self._streaming:
            if taken:
                self._pullSoon()
        elif not taken:
            self._producer.pauseProducing()

    def writeSequence(self, data: Iterable[bytes]) -> None:
        self.write(b"".join(data))

    def loseConnection(self) -> None:
        """End the connection when everything is written, a producer's data included."""
        if self.connected and not self.disconnecting:
            self.disconnecting = True
            if self._producer is None:
                self._end()

    def _end(self) -> None:
        self.disconnecting = True
        self.socket.destroySoon()

    def abortConnection(self) -> None:
        """Close the connection now; unsent data is lost."""
        if self.connected:
            self._aborted = self.disconnecting = True
            reset = getattr(self.socket, "resetAndDestroy", None)
            (reset or self.socket.destroy)()

    def loseWriteConnection(self) -> None:
        """End our side only."""
        if self.connected and self.socket.writable:
            self.socket.end(self._writeLost)

    def _writeLost(self, error: BaseException | None = None) -> None:
        halfCloseable: Any = IHalfCloseableProtocol(self.protocol, None) if self.protocol is not None else None
        if halfCloseable is not None and error is None:
            halfCloseable.writeConnectionLost()

    def getPeer(self) -> Any:
        return self._peer

    def getHost(self) -> Any:
        return self._host

    # ITCPTransport

    def getTcpNoDelay(self) -> bool:
        return self._noDelay

    def setTcpNoDelay(self, enabled: bool) -> None:
        self._noDelay = bool(enabled)
        self.socket.setNoDelay(self._noDelay)

    def getTcpKeepAlive(self) -> bool:
        return self._keepAlive

    def setTcpKeepAlive(self, enabled: bool) -> None:
        self._keepAlive = bool(enabled)
        self.socket.setKeepAlive(self._keepAlive)

    def getPeerCertificate(self) -> Any:
        """Of ISSLTransport: ask the socket for the peer's certificate."""
        return None

    # Producers

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Let `producer` write as fast as the socket accepts data. Raises: RuntimeError when there is one."""
        if self._producer is not None:
            raise RuntimeError("a producer is registered already")
        if not self.connected:
            producer.stopProducing()
            return
        self._producer = producer
        self._streaming = bool(streaming)
        if not streaming:
            producer.resumeProducing()

    def unregisterProducer(self) -> None:
        self._producer = None
        if self.disconnecting and self.connected:
            self._end()

    def _pullSoon(self) -> None:
        if not self._pulls:
            self._pulls = True
            ticks.nextTick(self._pull)

    def _pull(self) -> None:
        self._pulls = False
        if self._producer is not None and not self._streaming:
            self._producer.resumeProducing()

    def pauseProducing(self) -> None:
        self.socket.pause()

    def resumeProducing(self) -> None:
        if self.connected:
            self.socket.resume()

    def stopProducing(self) -> None:
        self.loseConnection()


def _address(family: str | None, host: str | None, port: int | None) -> Any:
    """Twisted's address; a Unix domain socket has no name."""
    if family is None or host is None:
        return UNIXAddress(None)
    return (IPv6Address if family == "IPv6" else IPv4Address)("TCP", host, port or 0)


def connect(socket: Any, protocol: Any) -> None:
    """Speak a protocol over a socket that is connected, or connects."""
    SocketTransport(socket, protocol).start()


def build(socket: Any, factory: Any) -> None:
    """Speak the protocol that a factory builds for this peer; close the connection if it builds none."""
    peer = _address(socket.remoteFamily, socket.remoteAddress, socket.remotePort)
    protocol = factory.buildProtocol(peer)
    if protocol is None:
        socket.destroy()
    else:
        connect(socket, protocol)
