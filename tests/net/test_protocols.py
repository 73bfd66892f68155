"""Twisted protocols over our sockets: what a transport owes its protocol, and twisted.web's Site as the proof."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from net.conftest import settled
from protocols import Recording, connected
from twisted.internet import reactor
from twisted.internet.address import UNIXAddress
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site
from twisted.web.static import File

from nodecompat import net
from nodecompat.events import once
from nodecompat.testing import Network, network


@pytest.fixture
def wire() -> Iterator[Network]:
    with network(capacity=1000) as made:
        yield made


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
