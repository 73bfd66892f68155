"""Links: when what is sent arrives."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.testing import Network
from nodecompat.testing.link import Chances


@pytest.fixture
def simulated() -> Any:
    with Network(seed=3) as made:
        made.host("a", "10.0.0.1")
        made.host("b", "10.0.0.2")
        yield made


def pair(network: Network) -> tuple[Any, Any]:
    """A client on `a` and its peer on `b`, connected."""
    with network.host("b"):
        server = network.listen(80, "10.0.0.2")
    with network.host("a"):
        client = network.connect(80, "10.0.0.2")
    network.run(until=lambda: client.status is not None)
    return client, server.peers[0]


def testLatency(simulated: Network) -> None:
    simulated.link("a", "b", latency=20)
    client, peer = pair(simulated)
    assert simulated.clock.elapsed() == 40, "there and back"
    client.send(b"hello")
    simulated.advance(19)
    assert peer.received == b""
    simulated.advance(1)
    assert peer.received == b"hello"


def testBandwidth(simulated: Network) -> None:
    client, peer = pair(simulated)
    simulated.link("a", "b", bandwidth=10, segment=100)
    client.send(b"x" * 1000)
    simulated.advance(50)
    assert len(peer.received) == 500
    simulated.advance(50)
    assert len(peer.received) == 1000


def testCuts(simulated: Network) -> None:
    client, peer = pair(simulated)
    simulated.link("a", "b", latency=1, cuts=8)
    for _ in range(10):
        client.send(b"0123456789")
    simulated.advance(1)
    reads = [detail for _, host, _, event, detail in simulated.events if (host, event) == ("b", "read")]
    assert peer.received == b"0123456789" * 10
    assert sum(reads) == 100
    assert simulated.linkBetween(simulated.host("a"), simulated.host("b")).conditions.cuts == 8


def testNothingOvertakesInAStream(simulated: Network) -> None:
    client, peer = pair(simulated)
    simulated.link("a", "b", latency=1, jitter=50, loss=0.2)
    sent = b"".join(b"%03d" % number for number in range(100))
    for place in range(0, 300, 3):
        client.send(sent[place : place + 3])
    client.end()
    simulated.advance(1000)
    assert (peer.received, peer.ended) == (sent, True)


def testCapacity(simulated: Network) -> None:
    client, peer = pair(simulated)
    simulated.link("a", "b", latency=10, capacity=100)
    peer.pause()
    assert client.stream.write(b"x" * 300) == 1, "PENDING"
    simulated.advance(100)
    assert client.stream.writeQueueSize == 200
    peer.resume()
    simulated.advance(100)
    assert (len(peer.received), client.stream.writeQueueSize) == (300, 0)


def testDatagrams(simulated: Network) -> None:
    simulated.link("a", "b", latency=5, jitter=5, loss=0.2, duplicate=0.2, reorder=0.2)
    got: list[bytes] = []
    with simulated.host("b"):
        receiver: Any = simulated.udp("IPv4")
        receiver.onmessage = lambda data, address, port: got.append(data)
        receiver.bind("10.0.0.2", 53)
        receiver.readStart()
    with simulated.host("a"):
        sender = simulated.udp("IPv4")
        for number in range(100):
            sender.send(b"%d" % number, "10.0.0.2", 53)
    simulated.advance(100)
    assert 60 < len(set(got)) < 95, "some are lost"
    assert len(got) > len(set(got)), "some come twice"
    assert got != sorted(got, key=int), "some are overtaken"


def testAnUnknownCondition(simulated: Network) -> None:
    with pytest.raises(TypeError, match="no condition of a link: speed"):
        simulated.link("a", "b", speed=1)


def testChancesAreSpread() -> None:
    chances = Chances(0.5)
    drawn = [chances.next() for _ in range(1000)]
    assert 0.45 < sum(drawn) / 1000 < 0.55
    assert all(0 <= each < 1 for each in drawn)
    again = Chances(0.5)
    assert [again.next() for _ in range(1000)] == drawn


def testWhatIsSentDoesNotDependOnOtherLinks() -> None:
    def arrivals(isBusy: bool) -> list[float]:
        with Network(seed=9) as network:
            a, b, c = network.host("a"), network.host("b"), network.host("c")
            network.link(latency=1, jitter=10)
            if isBusy:
                network.linkBetween(a, c).arrival()
            return [network.linkBetween(a, b).arrival() for _ in range(5)]

    assert arrivals(False) == arrivals(True)
