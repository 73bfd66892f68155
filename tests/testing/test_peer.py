"""The plain other end of a connection under test."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import pytest
from testing.test_network import echo

from nodecompat.testing import Network, network


@pytest.fixture
def net() -> Iterator[Network]:
    with network(capacity=1000) as made:
        yield made


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


def testWhatIsSentBeforeTheConnectionKeepsItsOrder(net: Network) -> None:
    echo(net)
    peer = net.connect(80)
    for piece in (b"a", b"b", b"c"):
        peer.send(piece)
    assert peer.status is None
    net.run()
    assert peer.take() == b"abc"


def testTakeTakesOnce(net: Network) -> None:
    echo(net)
    peer = net.connect(80)
    peer.send(b"x")
    net.run()
    assert (peer.received, peer.received, peer.take(), peer.take()) == (b"x", b"x", b"x", b"")


def testAPeerThatPausesHoldsTheOtherSideBack(net: Network) -> None:
    server = net.listen(80)
    peer = net.connect(80)
    net.run()
    peer.pause()
    server.peers[0].send(b"x" * 5000)
    server.peers[0].send(b"y")
    net.run()
    assert (peer.received, server.peers[0].stream.writeQueueSize) == (b"", 4000)
    peer.resume()
    net.run()
    assert peer.take() == b"x" * 5000 + b"y"


def testARefusalIsAStatus(net: Network) -> None:
    peer = net.connect(81)
    net.run()
    assert (peer.status, peer.ended) == (-errno.ECONNREFUSED, False)


def testAnAddressThatIsNoneIsAStatusAtOnce(net: Network) -> None:
    assert net.connect(80, "localhost").status == -errno.EINVAL


def testAServerThatIsClosedTakesNobody(net: Network) -> None:
    server = net.listen(80)
    server.close()
    peer = net.connect(80)
    net.run()
    assert (peer.status, server.peers) == (-errno.ECONNREFUSED, [])
