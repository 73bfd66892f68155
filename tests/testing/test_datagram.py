"""UDP sockets in memory: what a test can set of the kernel. reactor/descriptor/test_udp.py is for the handle."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from nodecompat.reactor.handle import PENDING
from nodecompat.testing import Network

HERE = "127.0.0.1"


@pytest.fixture
def pair(net: Network, log: list[Any]) -> tuple[Any, Any]:
    """Two sockets on ports 1 and 2 that read; what comes goes into `log`."""
    made = []
    for port in (1, 2):
        handle: Any = net.udp("IPv4")
        handle.onmessage = lambda data, address, port: log.append((data, port))
        handle.onreaderror = lambda status: log.append(("error", status))
        handle.onsend = lambda status: log.append(("sent", status))
        assert (handle.bind(HERE, port), handle.readStart()) == (0, 0)
        made.append(handle)
    return made[0], made[1]


def testADatagramArrivesInTheNextTurn(net: Network, pair: tuple[Any, Any], log: list[Any]) -> None:
    assert pair[0].send(b"x", HERE, 2) == 0
    assert log == []
    net.run()
    assert log == [(b"x", 1)]


def testASendThatFails(net: Network, pair: tuple[Any, Any], log: list[Any]) -> None:
    net.fail("send", -errno.EHOSTUNREACH, times=2)
    assert [pair[0].send(b"x", HERE, 2) for _ in range(3)] == [-errno.EHOSTUNREACH, -errno.EHOSTUNREACH, 0]
    net.run()
    assert log == [(b"x", 1)]


def testAKernelThatIsFull(net: Network, pair: tuple[Any, Any], log: list[Any]) -> None:
    pair[0].full = True
    assert [pair[0].send(data, HERE, 2) for data in (b"one", b"four")] == [PENDING, PENDING]
    assert (pair[0].sendQueueCount, pair[0].sendQueueSize) == (2, 7)
    net.run()
    assert log == []
    pair[0].drain()
    net.run()
    assert log == [("sent", 0), ("sent", 0), (b"one", 1), (b"four", 1)]
    assert (pair[0].sendQueueCount, pair[0].sendQueueSize) == (0, 0)


def testReadingThatFailsGoesOn(net: Network, pair: tuple[Any, Any], log: list[Any]) -> None:
    net.fail("read", -errno.EIO, pair[1])
    pair[0].send(b"x", HERE, 2)
    net.run()
    assert log == [("error", -errno.EIO), (b"x", 1)]


def testADatagramToNobodyIsLost(net: Network, pair: tuple[Any, Any], log: list[Any]) -> None:
    """A connected socket hears of it; where a hole is, nobody does."""
    assert pair[0].send(b"x", HERE, 9) == 0
    net.blackhole(HERE, 2)
    assert pair[0].send(b"x", HERE, 2) == 0
    net.run()
    assert log == []
    assert (pair[0].connect(HERE, 9), pair[0].send(b"x")) == (0, 0)
    net.run()
    assert log == [("error", -errno.ECONNREFUSED)]


def testTheWildcardHearsEveryAddress(net: Network, log: list[Any]) -> None:
    handle: Any = net.udp("IPv4")
    handle.onmessage = lambda data, address, port: log.append((data, address))
    handle.bind("0.0.0.0", 5)
    handle.readStart()
    handle.send(b"to myself", "10.0.0.1", 5)
    net.run()
    assert log == [(b"to myself", HERE)], "and sends from this machine's address"


def testOptionsAreKeptForATestToLookAt(net: Network, pair: tuple[Any, Any]) -> None:
    handle = pair[0]
    assert (handle.setTTL(7), handle.setMulticastLoopback(False), handle.bufferSize(99, True)) == (0, 0, 99)
    assert handle.setSourceMembership("10.0.0.1", "232.0.0.1", None, True) == 0
    assert handle.options == {
        "setTTL": 7,
        "setMulticastLoopback": False,
        "recvBufferSize": 99,
        "memberships": {("10.0.0.1", "232.0.0.1", None)},
    }


def testASocketThatIsDroppedBeforeItIsBoundHoldsNothing(net: Network) -> None:
    """As in libuv, where it has no descriptor yet."""
    handle: Any = net.udp("IPv4")
    assert list(net.handles) == []
    handle.bind(HERE, 1)
    assert list(net.handles) == [handle]
    handle.close()
    assert list(net.handles) == []


def testAHostAnswersCodeOutsideOfEveryHost(net: Network, log: list[Any]) -> None:
    """It sees no loopback address, which would be its own."""
    with net.host("a", "10.0.0.1"):
        there: Any = net.udp("IPv4")
        there.onmessage = lambda data, address, port: there.send(data, address, port)
        there.bind("0.0.0.0", 1)
        there.readStart()
    here: Any = net.udp("IPv4")
    here.onmessage = lambda data, address, port: log.append((data, address))
    here.readStart()
    here.send(b"x", "10.0.0.1", 1)
    net.run()
    assert log == [(b"x", "10.0.0.1")]
