"""Connections and ports in memory: what a test can set of the kernel. That they are handles is in conformance/."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat.reactor.handle import PENDING, UNSUPPORTED, Address
from nodecompat.testing import Network, network


@pytest.fixture
def net() -> Iterator[Network]:
    with network(capacity=1000) as made:
        yield made


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


@pytest.mark.parametrize(
    ("operation", "callback"), [("onwrite", "onwrite"), ("onshutdown", "onshutdown"), ("write", None)]
)
def testFailureOfAWrite(net: Network, operation: str, callback: str | None) -> None:
    server = net.listen(80)
    client: Any = net.tcp()
    told: list[int] = []
    client.onconnect = lambda status: None
    client.connect("127.0.0.1", 80)
    net.run()
    server.peers[0].pause()
    if callback is not None:
        setattr(client, callback, told.append)
    if operation == "write":
        net.fail("write", -errno.EIO)
        assert client.write(b"x") == -errno.EIO
    elif operation == "onwrite":
        assert client.write(b"x" * 2000) == PENDING
        net.fail("onwrite", -errno.EIO, client)
        net.run()
        assert (told, client.writeQueueSize) == ([-errno.EIO], 0)
    else:
        net.fail("onshutdown", -errno.EIO)
        assert client.shutdown() == 0
        net.run()
        assert told == [-errno.EIO]


def testAcceptThatFails(net: Network) -> None:
    server: Any = net.tcpServer()
    told: list[tuple[int, Any]] = []
    server.onconnection = lambda status, stream: told.append((status, stream))
    server.bind("127.0.0.1", 80)
    server.listen(5)
    net.fail("accept", -errno.EMFILE)
    net.connect(80)
    net.run()
    assert told == [(-errno.EMFILE, None)]


def testAListenerThatRaisesClosesItsConnection(net: Network) -> None:
    server: Any = net.tcpServer()
    server.onconnection = lambda status, stream: 1 / 0
    server.bind("127.0.0.1", 80)
    server.listen(5)
    peer = net.connect(80)
    net.run()
    assert peer.ended
    assert [type(fault) for fault in net.faults] == [ZeroDivisionError]
    net.faults.clear()


def testOptionsAreKeptForATestToLookAt(net: Network) -> None:
    client, pipe = net.tcp(), net.pipe()
    assert (client.setNoDelay(True), client.setKeepAlive(True, 5000)) == (0, 0)
    assert client.options["setKeepAlive"] == (True, 5000, 1000, 10)
    assert client.options["setNoDelay"] is True
    assert pipe.setNoDelay(True) == UNSUPPORTED
    assert (client.setTypeOfService(8), client.getTypeOfService()) == (0, 8)


def testAddressesOfBothEnds(net: Network) -> None:
    """A port of the test's, and one that the network gives; an IPv4 client of an IPv6 port is mapped."""
    server = net.listen(80, "::")
    peer = net.connect(80, "127.0.0.1")
    net.run()
    accepted = server.peers[0].stream
    assert peer.stream.getpeername() == Address("127.0.0.1", 80, "IPv4")
    port = peer.stream.getsockname().port  # type: ignore[union-attr]
    assert accepted.getpeername() == Address("::ffff:127.0.0.1", port, "IPv6")
    assert accepted.getsockname() == Address("::ffff:127.0.0.1", 80, "IPv6")


def testWhoeverHadArrivedIsTakenBeforeAServerRetires(net: Network) -> None:
    server = net.listen(80)
    retired: list[int] = []
    server.server.onretired = lambda: retired.append(len(server.peers))
    net.connect(80)
    assert server.server.retire() == 0
    net.run()
    assert retired == [1]
    late = net.connect(80)
    net.run()
    assert late.status == -errno.ECONNREFUSED
