"""A socket of ours as a Twisted transport: what a transport owes its protocol and its producer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from protocols import HalfCloseable, connected
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IPullProducer, IPushProducer, ITCPTransport
from zope.interface import implementer
from zope.interface.verify import verifyObject

from nodecompat.testing import Network, network


@pytest.fixture
def wire() -> Iterator[Network]:
    with network(capacity=1000) as made:
        yield made


def testItIsATransport(wire: Network) -> None:
    _, transport, peer = connected(wire)
    assert verifyObject(ITCPTransport, transport)
    assert transport.getHost() == IPv4Address("TCP", "127.0.0.1", 80)
    assert isinstance(transport.getPeer(), IPv4Address)
    transport.setTcpNoDelay(True)
    transport.setTcpKeepAlive(True)
    assert transport.getTcpNoDelay() and transport.getTcpKeepAlive()
    peer.close()


def testTheEndOfThePeersDataIsTheEnd(wire: Network) -> None:
    """What was written before is still sent."""
    protocol, transport, peer = connected(wire)
    peer.pause()
    transport.write(b"x" * 5000)
    peer.end()
    wire.run()
    assert protocol.log == ["made"]
    peer.resume()
    wire.run()
    assert len(peer.take()) == 5000 and peer.ended
    assert protocol.log == ["made", ConnectionDone]


def testAHalfCloseableProtocolGoesOn(wire: Network) -> None:
    protocol, transport, peer = connected(wire, HalfCloseable)
    peer.end()
    wire.run()
    transport.write(b"still here")
    transport.loseWriteConnection()
    wire.run()
    assert peer.take() == b"still here" and peer.ended
    assert protocol.log == ["made", "read lost", "write lost", ConnectionDone]


def testOurEndFirst(wire: Network) -> None:
    protocol, transport, peer = connected(wire, HalfCloseable)
    transport.loseWriteConnection()
    wire.run()
    peer.send(b"more")
    wire.run()
    assert protocol.log == ["made", "write lost", b"more"]
    transport.loseConnection()
    wire.run()
    assert protocol.log[3:] == [ConnectionDone]


def testAbort(wire: Network) -> None:
    protocol, transport, peer = connected(wire)
    transport.write(b"x" * 5000)
    transport.abortConnection()
    wire.run()
    assert protocol.log == ["made", ConnectionAborted]
    assert peer.error


def testABrokenConnection(wire: Network) -> None:
    protocol, _, peer = connected(wire)
    reasons: list[Any] = []
    protocol.connectionLost = lambda reason: reasons.append(reason.value)
    peer.reset()
    wire.run()
    assert type(reasons[0]) is ConnectionLost
    assert reasons[0].__cause__.code == "ECONNRESET"


def testNothingIsWrittenAfterTheEnd(wire: Network) -> None:
    _, transport, peer = connected(wire)
    transport.loseConnection()
    transport.write(b"late")
    wire.run()
    transport.write(b"later")
    transport.loseConnection()
    transport.abortConnection()
    assert peer.take() == b""


def testOnlyBytes(wire: Network) -> None:
    _, transport, peer = connected(wire)
    with pytest.raises(TypeError, match="data must be bytes, not str"):
        transport.write("text")
    peer.close()


def testPauseAndResume(wire: Network) -> None:
    protocol, transport, peer = connected(wire)
    transport.pauseProducing()
    peer.send(b"a")
    wire.run()
    assert protocol.log == ["made"]
    transport.resumeProducing()
    wire.run()
    assert protocol.log == ["made", b"a"]
    transport.stopProducing()


@implementer(IPushProducer)
class Push:
    def __init__(self, log: list[str]) -> None:
        self.log = log

    def pauseProducing(self) -> None:
        self.log.append("pause")

    def resumeProducing(self) -> None:
        self.log.append("resume")

    def stopProducing(self) -> None:
        self.log.append("stop")


def testAPushProducerIsPausedAndResumed(wire: Network) -> None:
    _, transport, peer = connected(wire)
    log: list[str] = []
    transport.registerProducer(Push(log), True)
    peer.pause()
    transport.write(b"x" * 100_000)
    assert log == ["pause"]
    peer.resume()
    wire.run()
    assert log == ["pause", "resume"]
    transport.unregisterProducer()
    peer.close()


def testLoseConnectionWaitsForTheProducer(wire: Network) -> None:
    protocol, transport, peer = connected(wire)
    transport.registerProducer(Push([]), True)
    transport.loseConnection()
    transport.write(b"the rest")
    wire.run()
    assert protocol.log == ["made"]
    transport.unregisterProducer()
    wire.run()
    assert (peer.take(), peer.ended) == (b"the rest", True)


def testAProducerIsStoppedWithTheConnection(wire: Network) -> None:
    _, transport, peer = connected(wire)
    log: list[str] = []
    transport.registerProducer(Push(log), True)
    peer.reset()
    wire.run()
    assert log == ["stop"]
    transport.registerProducer(Push(log), True)
    assert log == ["stop", "stop"]


def testOneProducerAtATime(wire: Network) -> None:
    _, transport, peer = connected(wire)
    transport.registerProducer(Push([]), True)
    with pytest.raises(RuntimeError):
        transport.registerProducer(Push([]), True)
    transport.unregisterProducer()
    peer.close()


@implementer(IPullProducer)
class Pull:
    """Writes 100 pieces, one for each time it is asked."""

    def __init__(self, transport: Any) -> None:
        self.transport = transport
        self.left = 100

    def resumeProducing(self) -> None:
        self.left -= 1
        self.transport.write(b"x" * 1000)
        if not self.left:
            self.transport.unregisterProducer()

    def stopProducing(self) -> None:
        pass


def testAPullProducer(wire: Network) -> None:
    _, transport, peer = connected(wire)
    peer.pause()
    producer = Pull(transport)
    transport.registerProducer(producer, False)
    wire.run()
    assert 30 < producer.left < 90  # it stops when the socket is full
    peer.resume()
    wire.run()
    assert (len(peer.take()), producer.left) == (100_000, 0)
    peer.close()
