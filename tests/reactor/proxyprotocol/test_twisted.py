"""Proxied connections over Twisted transports."""

from __future__ import annotations

from typing import Any

import pytest
from reactor.proxyprotocol.test_header import V1
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

from nodecompat.reactor.proxyprotocol.pending import PendingConnections
from nodecompat.reactor.proxyprotocol.twisted import ProxiedFactory
from nodecompat.testing import Network

PEER = IPv4Address("TCP", "203.0.113.7", 51234)
LOCAL = IPv4Address("TCP", "192.0.2.1", 443)


@implementer(IHalfCloseableProtocol)
class Recording(Protocol):
    """The handle's protocol."""

    def __init__(self, log: list[Any]) -> None:
        self._log = log

    def connectionMade(self) -> None:
        self._log.append(("made", self.transport.getPeer(), self.transport.getHost()))

    def dataReceived(self, data: bytes) -> None:
        self._log.append(data)

    def readConnectionLost(self) -> None:
        self._log.append("read lost")

    def writeConnectionLost(self) -> None:
        self._log.append("write lost")

    def connectionLost(self, reason: Any = None) -> None:
        self._log.append("lost")


class Making(Factory):
    def __init__(self, log: list[Any]) -> None:
        self._log = log

    def buildProtocol(self, addr: Any) -> Recording:
        return Recording(self._log)

    def acceptableProtocols(self) -> list[bytes]:
        return [b"http/1.1"]


class Connection:
    """A transport with a proxied protocol."""

    def __init__(self, log: list[Any]) -> None:
        self.pending = PendingConnections()
        self.transport = StringTransport()
        self.factory = ProxiedFactory(Making(log), self.pending)
        self.protocol: Any = self.factory.buildProtocol(None)
        self.protocol.makeConnection(self.transport)

    @property
    def isPending(self) -> bool:
        return self.pending.whenDone(lambda: None)


@pytest.fixture
def connection(net: Network, log: list[Any]) -> Connection:
    return Connection(log)


def testTheHeadersAddressesAreTheConnections(connection: Connection, log: list[Any]) -> None:
    connection.protocol.dataReceived(V1 + b"hello")
    assert log == [("made", PEER, LOCAL), b"hello"]
    assert not connection.isPending


def testAHeaderInPieces(connection: Connection, log: list[Any]) -> None:
    for index in range(len(V1) - 1):
        connection.protocol.dataReceived(V1[index : index + 1])
    assert (log, connection.isPending) == ([], True)
    connection.protocol.dataReceived(V1[-1:])
    assert log == [("made", PEER, LOCAL)]
    connection.protocol.dataReceived(b"PROXY is data now")
    assert log[1:] == [b"PROXY is data now"]


def testAProxyThatSpeaksForItself(connection: Connection, log: list[Any]) -> None:
    """A health check: the addresses are those of the transport."""
    connection.protocol.dataReceived(b"PROXY UNKNOWN\r\n")
    assert log == [("made", connection.transport.getPeer(), connection.transport.getHost())]


def testABadHeader(connection: Connection, log: list[Any]) -> None:
    connection.protocol.dataReceived(b"GET / HTTP/1.1\r\n")
    assert (log, connection.transport.disconnected, connection.isPending) == ([], True, False)


def testAnEndBeforeTheHeader(connection: Connection, log: list[Any]) -> None:
    connection.protocol.readConnectionLost()
    assert (log, connection.transport.disconnected) == ([], True)
    connection.protocol.connectionLost(Failure(ConnectionDone()))
    assert (log, connection.isPending) == ([], False)


def testTheEndsBehindTheHeader(connection: Connection, log: list[Any]) -> None:
    connection.protocol.dataReceived(V1)
    connection.protocol.readConnectionLost()
    connection.protocol.writeConnectionLost()
    connection.protocol.connectionLost(Failure(ConnectionDone()))
    assert log[1:] == ["read lost", "write lost", "lost"]


def testALateHeader(connection: Connection, log: list[Any], net: Network) -> None:
    connection.protocol.dataReceived(V1[:10])
    net.advance(10_000)
    assert (log, connection.transport.disconnected) == ([], True)


def testPathsAndIPv6(connection: Connection, log: list[Any]) -> None:
    connection.protocol.dataReceived(b"PROXY TCP6 2001:db8::7 ::1 1 2\r\n")
    _, peer, local = log[0]
    assert [(each.host, each.port) for each in (peer, local)] == [("2001:db8::7", 1), ("::1", 2)]


def testTheProtocolsOfTLSAreTheHandles(connection: Connection) -> None:
    assert connection.factory.acceptableProtocols() == [b"http/1.1"]
