"""Twisted protocols over our sockets: what a transport owes its protocol, and twisted.web's Site as the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import pytest_twisted
from net.conftest import settled
from twisted.internet import reactor
from twisted.internet.address import IPv4Address, UNIXAddress
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IHalfCloseableProtocol, IPullProducer, IPushProducer, ITCPTransport
from twisted.internet.protocol import Factory, Protocol
from twisted.protocols.basic import LineReceiver
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site
from twisted.web.static import File
from zope.interface import implementer
from zope.interface.verify import verifyObject

from nodecompat import net
from nodecompat.events import once
from nodecompat.testing import Network, Peer, network


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


@pytest.fixture
def wire() -> Iterator[Network]:
    with network(capacity=1000) as made:
        yield made


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


def testAConversation(wire: Network) -> None:
    protocol, transport, peer = connected(wire)
    peer.send(b"hello")
    wire.run()
    transport.write(b"wor")
    transport.writeSequence([b"l", b"d"])
    wire.run()
    assert peer.take() == b"world"
    transport.loseConnection()
    wire.run()
    assert peer.ended
    assert protocol.log == ["made", b"hello", ConnectionDone]


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


def testAProtocolThatRaisesLosesItsConnectionOnly(wire: Network) -> None:
    protocol, _, peer = connected(wire)
    protocol.dataReceived = lambda data: 1 / 0
    peer.send(b"a")
    wire.run()
    assert [type(each) for each in wire.faults] == [ZeroDivisionError]
    wire.faults.clear()
    peer.close()


def testAFactoryThatWantsNobody(wire: Network) -> None:
    class Closed(Factory):
        def buildProtocol(self, addr: Any) -> None:
            return None

    net.fromFactory(Closed()).listen(80, "127.0.0.1")
    wire.run()
    peer = wire.connect(80)
    wire.run()
    assert peer.ended


def testAFactoryIsStartedAndStopped(wire: Network) -> None:
    calls: list[str] = []

    class Told(Factory):
        noisy = False

        def startFactory(self) -> None:
            calls.append("start")

        def stopFactory(self) -> None:
            calls.append("stop")

    server = net.fromFactory(Told()).listen(80, "127.0.0.1")
    wire.run()
    server.close()
    wire.run()
    assert calls == ["start", "stop"]


def testOverASocketThatConnects(wire: Network) -> None:
    listener = wire.listen(80)
    protocol = net.connectProtocol(net.connect(80, "127.0.0.1"), Recording())
    assert protocol.log == []
    wire.run()
    listener.peers[0].send(b"hello")
    wire.run()
    assert protocol.log == ["made", b"hello"]
    protocol.transport.loseConnection()


def testOverASocketThatCannotConnect(wire: Network) -> None:
    """There was no connection: a protocol that was never connected is not told of a loss."""
    protocol = net.connectProtocol(net.connect(81, "127.0.0.1"), Recording())
    wire.run()
    assert protocol.log == []


def testAUnixSocket(wire: Network) -> None:
    server = net.createServer().listen("/s")
    wire.run()
    protocol = net.connectProtocol(net.connect("/s"), Recording())
    wire.run()
    assert protocol.transport.getPeer() == UNIXAddress(None)
    protocol.transport.loseConnection()
    server.close()


# -- producers


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


# -- the proof


class Greeting(Resource):
    isLeaf = True

    def render_GET(self, request: Any) -> bytes:
        return f"hello {request.getClientAddress().host}".encode()

    def render_POST(self, request: Any) -> int:
        reactor.callLater(0, request.write, request.content.read())  # type: ignore[attr-defined]
        reactor.callLater(0, request.finish)  # type: ignore[attr-defined]
        return NOT_DONE_YET


async def listening(factory: Any) -> tuple[net.Server, int]:
    server = net.fromFactory(factory).listen(0, "127.0.0.1")
    await settled()
    return server, server.address().port  # type: ignore[union-attr]


async def closed(server: net.Server) -> None:
    async with server:
        pass
    await settled()


@pytest_twisted.ensureDeferred
async def testSite() -> None:
    import treq

    server, port = await listening(Site(Greeting()))
    url = f"http://127.0.0.1:{port}/"
    response = await treq.get(url, persistent=False)
    assert (response.code, await response.text()) == (200, "hello 127.0.0.1")
    body = b"x" * 300_000
    response = await treq.post(url, body, persistent=False)
    assert await response.content() == body
    await closed(server)


@pytest_twisted.ensureDeferred
async def testSiteWithALargeFile(tmp_path: Any) -> None:
    """twisted.web sends it as a pull producer."""
    import treq

    content = bytes(range(256)) * 20_000
    (tmp_path / "file").write_bytes(content)
    server, port = await listening(Site(File(str(tmp_path))))
    response = await treq.get(f"http://127.0.0.1:{port}/file", persistent=False)
    assert await response.content() == content
    await closed(server)


@pytest_twisted.ensureDeferred
async def testALineReceiverOnBothSides() -> None:
    class Echo(LineReceiver):
        def lineReceived(self, line: bytes) -> None:
            self.sendLine(line.upper())

    class Asking(LineReceiver):
        answer: Any = None

        def connectionMade(self) -> None:
            self.sendLine(b"hello")

        def lineReceived(self, line: bytes) -> None:
            self.answer = line
            self.transport.loseConnection()  # type: ignore[union-attr]

    server, port = await listening(Factory.forProtocol(Echo))
    socket = net.connect(port, "127.0.0.1")
    asking = net.connectProtocol(socket, Asking())
    async with server:
        await once(socket, "close")
    await settled()
    assert asking.answer == b"HELLO"
