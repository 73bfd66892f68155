"""The in-memory network as its users see it; that its handles are handles is in tests/conformance."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat.reactor import choose
from nodecompat.reactor.handle import PENDING
from nodecompat.reactor.loop import activity, host, ticks
from nodecompat.testing import Network, network


@pytest.fixture
def net() -> Iterator[Network]:
    with network(capacity=1000) as made:
        yield made


def echo(net: Network, port: int = 80) -> Any:
    """A server of handles that sends back what comes, and ends when the peer ends."""
    server = net.tcpServer()

    def onConnection(status: int, handle: Any) -> None:
        handle.onread = handle.write
        handle.onreadend = lambda status: handle.close()
        handle.readStart()

    server.onconnection = onConnection
    assert (server.bind("127.0.0.1", port), server.listen(5)) == (0, 0)
    return server


def testPutsItselfInForceAndBack() -> None:
    factory, running = choose.current(), host.current()
    with network() as net:
        assert choose.current() is net
        assert host.current() is net.host
    assert choose.current() is factory
    assert host.current() is running


def testLeavesNothing() -> None:
    with network() as net:
        echo(net)
        net.connect(80)
        ticks.queueClosing(lambda: None)
    assert not ticks.hasWork()
    assert not activity.isAlive()


def testRaisesWhatACallbackRaised() -> None:
    def fail() -> None:
        with network() as net:
            ticks.nextTick(lambda: 1 / 0)
            net.run()

    with pytest.raises(ZeroDivisionError):
        fail()


def testPeer(net: Network) -> None:
    echo(net)
    peer = net.connect(80)
    peer.send(b"before the connection")
    net.run()
    assert (peer.status, peer.take()) == (0, b"before the connection")
    peer.send(b"more")
    net.run()
    assert peer.take() == b"more"
    peer.end()
    net.run()
    assert peer.ended


def testPeerServer(net: Network) -> None:
    server = net.listen(80)
    client = net.tcp()
    client.onconnect = lambda status: client.write(b"hello")
    client.onclose = lambda: None
    client.connect("127.0.0.1", 80)
    net.run()
    assert server.peers[0].received == b"hello"
    server.peers[0].reset()
    statuses: list[int] = []
    client.onreadend = statuses.append
    client.readStart()
    net.run()
    assert statuses == [-errno.ECONNRESET]


def testPathsAreAddresses(net: Network) -> None:
    server = net.listen("/run/x")
    peer = net.connect("/run/x")
    net.run()
    assert (peer.status, len(server.peers)) == (0, 1)
    assert net.connect("/run/y").status is None
    net.run()


def testSlowReader(net: Network) -> None:
    """A peer that does not read lets writes pile up at the capacity."""
    server = net.listen(80)
    client = net.tcp()
    done: list[int] = []
    client.onconnect = lambda status: None
    client.onwrite = done.append
    client.connect("127.0.0.1", 80)
    net.run()
    server.peers[0].pause()
    assert client.write(b"x" * 1500) == PENDING
    net.run()
    assert (client.writeQueueSize, done) == (500, [])
    server.peers[0].resume()
    net.run()
    assert (len(server.peers[0].received), done) == (1500, [0])


def testSegments() -> None:
    with network(segment=2) as net:
        server = net.tcpServer()
        got: list[bytes] = []

        def onConnection(status: int, handle: Any) -> None:
            handle.onread = got.append
            handle.readStart()

        server.onconnection = onConnection
        server.bind("127.0.0.1", 80)
        server.listen(5)
        net.connect(80).send(b"hello")
        net.run()
    assert got == [b"he", b"ll", b"o"]


@pytest.mark.parametrize("operation", ["bind", "connect", "setNoDelay"])
def testFailureThatIsReturned(net: Network, operation: str) -> None:
    net.fail(operation, -errno.EACCES)
    client = net.tcp()
    arguments: Any = {"bind": ("127.0.0.1", 1), "connect": ("127.0.0.1", 1), "setNoDelay": (True,)}[operation]
    assert getattr(client, operation)(*arguments) == -errno.EACCES


@pytest.mark.parametrize("operation, callback", [("read", "onreadend"), ("onconnect", "onconnect")])
def testFailureThatIsDelivered(net: Network, operation: str, callback: str) -> None:
    net.listen(80)
    client = net.tcp()
    statuses: list[int] = []
    client.onconnect = lambda status: client.readStart()
    setattr(client, callback, statuses.append)
    net.fail(operation, -errno.EHOSTUNREACH, client)
    client.connect("127.0.0.1", 80)
    net.run()
    if operation == "read":
        client.readStart()
        net.run()
    assert statuses == [-errno.EHOSTUNREACH]


def testBlackhole(net: Network) -> None:
    net.blackhole("192.0.2.1", 80)
    peer = net.connect(80, "192.0.2.1")
    net.advance(1_000_000)
    assert peer.status is None


def testAddressesInUse(net: Network) -> None:
    net.listen(80, "0.0.0.0")
    assert net.tcpServer().bind("127.0.0.1", 80) == -errno.EADDRINUSE
    assert net.tcpServer().bind("::", 80) == -errno.EADDRINUSE
    assert net.tcpServer().bind("::", 80, ipv6Only=True) == 0
    assert net.tcpServer().bind("0.0.0.0", 80, reusePort=True) == 0


def testUnreadDataTurnsACloseIntoAReset(net: Network) -> None:
    """As in the kernel."""
    server = net.tcpServer()
    peers: list[Any] = []
    server.onconnection = lambda status, handle: peers.append(handle)
    server.bind("127.0.0.1", 80)
    server.listen(5)
    peer = net.connect(80)
    peer.send(b"never read")
    net.run()
    peers[0].close()
    net.run()
    assert (peer.error, peer.ended) == (-errno.ECONNRESET, False)
