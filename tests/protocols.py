"""A Twisted protocol over a connection of ours, and its peer in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol
from zope.interface import implementer

from nodecompat import net
from nodecompat.testing import Network, Peer


class Recording(Protocol):
    """Logs what it is told."""

    def __init__(self) -> None:
        self.log: list[Any] = []

    def connectionMade(self) -> None:
        self.log.append("made")

    def dataReceived(self, data: bytes) -> None:
        self.log.append(data)

    def connectionLost(self, reason: Any = None) -> None:
        self.log.append(reason.type)


@implementer(IHalfCloseableProtocol)
class HalfCloseable(Recording):
    def readConnectionLost(self) -> None:
        self.log.append("read lost")

    def writeConnectionLost(self) -> None:
        self.log.append("write lost")


def connected(wire: Network, make: Callable[[], Any] = Recording) -> tuple[Any, Any, Peer]:
    """A protocol on a server's connection, its transport, and the peer."""
    made: list[Any] = []

    class Making(Factory):
        def buildProtocol(self, addr: Any) -> Any:
            made.append(make())
            return made[-1]

    server = net.fromFactory(Making())
    server.listen(80, "127.0.0.1")
    wire.run()
    peer = wire.connect(80)
    wire.run()
    server.close()
    return made[0], made[0].transport, peer
