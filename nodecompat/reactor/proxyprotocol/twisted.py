"""Proxied connections over Twisted transports: the counterpart of `descriptor.py`.

A protocol between the transport and the handle's protocol. It forwards nothing until the PROXY header is complete,
not even the connection itself; from then on it is the handle's transport, with the addresses from the header.
`twisted.protocols.haproxy` announces the connection at once, before it knows the address.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.interfaces import IHalfCloseableProtocol, IProtocolNegotiationFactory
from twisted.internet.protocol import connectionDone
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure
from zope.interface import implementer

from ..handle import Address
from .header import BadHeader, Header, parse
from .pending import PendingConnections


@implementer(IHalfCloseableProtocol)
class ProxiedTransport(ProtocolWrapper):
    """The protocol of the real transport, and the transport of the handle's protocol."""

    factory: Any
    wrappedProtocol: Any

    def __init__(self, factory: Any, wrappedProtocol: Any) -> None:
        super().__init__(factory, wrappedProtocol)
        self._received = b""
        self._header: Header | None = None

    def makeConnection(self, transport: Any) -> None:
        self.transport: Any = transport
        self.factory.pending.add(self)

    def dataReceived(self, data: bytes) -> None:
        if self._header is not None:
            self.wrappedProtocol.dataReceived(data)
            return
        self._received += data
        try:
            header = parse(self._received)
        except BadHeader:
            self.factory.pending.discard(self)
            self.giveUp()
            return
        if header is not None:
            self._header = header
            self._begin(self._received[header.size :])

    def _begin(self, rest: bytes) -> None:
        """The header is complete: announce the connection."""
        self._received = b""
        super().makeConnection(self.transport)
        # Last: the connection is announced before `whenDone` calls back.
        self.factory.pending.discard(self)
        if rest:
            self.wrappedProtocol.dataReceived(rest)

    def readConnectionLost(self) -> None:
        if self._header is not None:
            self.wrappedProtocol.readConnectionLost()
        else:
            self.giveUp()

    def writeConnectionLost(self) -> None:
        self.wrappedProtocol.writeConnectionLost()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._header is not None:
            super().connectionLost(reason)
        else:
            self.factory.pending.discard(self)

    def giveUp(self) -> None:
        """Drop the connection: the header is late or bad, or the server is closed."""
        transport: Any = self.transport
        transport.abortConnection()

    def getPeer(self) -> Any:
        peer = self._header.peer if self._header is not None else None
        return super().getPeer() if peer is None else _toTwisted(peer)

    def getHost(self) -> Any:
        local = self._header.local if self._header is not None else None
        return super().getHost() if local is None else _toTwisted(local)


@implementer(IProtocolNegotiationFactory)
class ProxiedFactory(WrappingFactory):
    """Wraps the factory of handles."""

    protocol: type[ProxiedTransport] = ProxiedTransport
    noisy = False

    def __init__(self, wrappedFactory: Any, pending: PendingConnections) -> None:
        super().__init__(wrappedFactory)
        self.pending = pending

    def acceptableProtocols(self) -> list[bytes]:
        """For ALPN, where TLS is below the PROXY header."""
        found: list[bytes] = self.wrappedFactory.acceptableProtocols()
        return found


def _toTwisted(address: Address) -> IPv4Address | IPv6Address | UNIXAddress:
    if address.family == "pipe":
        return UNIXAddress(address.address)
    kind = IPv6Address if address.family == "IPv6" else IPv4Address
    return kind("TCP", address.address, address.port)
