"""The in-memory network as its users see it; that its handles are handles is in tests/conformance."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from nodecompat import fetch, http
from nodecompat.reactor import choose
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
        assert host.current() is net.default
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


def testPathsAreAddresses(net: Network) -> None:
    server = net.listen("/run/x")
    peer = net.connect("/run/x")
    net.run()
    assert (peer.status, len(server.peers)) == (0, 1)
    assert net.connect("/run/y").status is None
    net.run()


def testBlackhole(net: Network) -> None:
    net.blackhole("192.0.2.1", 80)
    peer = net.connect(80, "192.0.2.1")
    net.advance(126_000)
    assert peer.status is None
    net.advance(2_000)
    assert peer.status == -errno.ETIMEDOUT, "as Linux, after 127 seconds"


def testAddressesInUse(net: Network) -> None:
    net.listen(80, "0.0.0.0")
    assert net.tcpServer().bind("127.0.0.1", 80) == -errno.EADDRINUSE
    assert net.tcpServer().bind("::", 80) == -errno.EADDRINUSE
    assert net.tcpServer().bind("::", 80, ipv6Only=True) == 0
    assert net.tcpServer().bind("0.0.0.0", 80, reusePort=True) == 0


def testSlowHeadersAreCutOff(net: Network) -> None:
    """As docs/testing.md shows it."""
    http.createServer(lambda request, response: response.end(), headersTimeout=60_000).listen(80)
    peer = net.connect(80)
    peer.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
    net.advance(59_000)
    assert not peer.ended
    net.advance(31_000)
    assert peer.received.startswith(b"HTTP/1.1 408")


def testOneSeedIsOneRun() -> None:
    """As docs/testing.md begins."""

    def play(seed: int) -> tuple[object, ...]:
        with Network(seed=seed, record=None) as network:
            network.link(latency=20, jitter=5, cuts=3)
            with network.host("web.example", "10.0.0.1"):
                http.createServer(lambda request, response: response.end("hello")).listen(80)

            async def main() -> object:
                with network.host("client.example", "10.0.0.2"):
                    response = await fetch("http://web.example/")
                    return await response.text()

            return network.run(until=main), network.clock.elapsed(), list(network.events)

    assert play(7)[0] == "hello"
    assert play(7) == play(7) != play(8)


def testANetworkIsUsedOnce() -> None:
    made = Network()
    with made:
        pass
    with pytest.raises(RuntimeError, match="used once"):
        made.__enter__()


def testUnixSocketsAreTheHostsOwn() -> None:
    log: list[str] = []
    with Network() as network:
        with network.host("a"):
            network.listen("/run/x")
            network_a = network.connect("/run/x")
        with network.host("b"):
            network_b = network.connect("/run/x")
        network.run()
        log += [str(network_a.status), errno.errorcode[-(network_b.status or 0)]]
    assert log == ["0", "ENOENT"]


async def turnOfTheReactor() -> None:
    """Outside of every callback of ours, as soon as the reactor has made a turn."""
    from twisted.internet import reactor

    await deferLater(reactor, 0)


@pytest_twisted.ensureDeferred
async def testTheReactorTurnsWithinTheBlock() -> None:
    """What was queued before has its turn behind the block, and what is queued then has one, too."""
    await turnOfTheReactor()
    before, behind = Deferred[None](), Deferred[None]()
    ticks.nextTick(before.callback, None)
    with network():
        await turnOfTheReactor()
        assert not before.called
    await before
    await turnOfTheReactor()
    ticks.nextTick(behind.callback, None)
    await behind


@pytest_twisted.ensureDeferred
async def testTheBlockOutlivesTheCallbackInWhichItBegan() -> None:
    await turnOfTheReactor()
    made, behind = network(), Deferred[None]()
    ticks.call(made.__enter__)
    made.__exit__(None, None, None)
    ticks.nextTick(behind.callback, None)
    await behind
