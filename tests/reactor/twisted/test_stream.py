"""A connection over a transport that only Twisted knows: pausing, half-closing, losing, calling back within."""

from __future__ import annotations

import errno
from typing import Any

import pytest
import pytest_twisted
from bridged import Transport, connected
from conformance.worlds import BridgeWorld, Recorded
from twisted.internet import error
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.protocol import Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from nodecompat.reactor import choose
from nodecompat.reactor.handle import EOF, PENDING, STREAM_CALLBACKS, Address
from nodecompat.reactor.loop import activity, ticks
from nodecompat.reactor.twisted.stream import adopt, toAddress

check = pytest_twisted.ensureDeferred


def testBytesGoBothWays(net: Any, log: list[Any]) -> None:
    transport = Transport()
    peer, protocol = connected(log, transport)
    assert transport.producerState == "paused"
    peer.handle.readStart()
    assert transport.producerState == "producing"
    protocol.dataReceived(b"hello")
    assert peer.handle.write(b"world") == 0
    assert (peer.received, transport.value()) == (b"hello", b"world")
    assert peer.handle.getpeername() == Address("192.168.1.1", 54321, "IPv4")
    assert peer.handle.fileno() == -1


def testDataOfAPausedTransportIsKept(net: Any, log: list[Any]) -> None:
    """In order, in pieces of at most 64 KiB, and none inside readStart."""
    peer, protocol = connected(log, Transport())
    protocol.dataReceived(b"a" * 100_000)
    protocol.dataReceived(b"b")
    peer.handle.readStart()
    protocol.dataReceived(b"c")
    assert log == []
    net.run()
    assert peer.received == b"a" * 100_000 + b"bc"
    assert max(len(event[2]) for event in log) == 65536


def testBackPressure(net: Any, log: list[Any]) -> None:
    transport = Transport()
    peer, _ = connected(log, transport)
    assert peer.handle.write(b"x" * 50) == 0
    assert peer.handle.write(b"x" * 60) == PENDING
    assert (peer.handle.writeQueueSize, peer.handle.bytesWritten) == (60, 50)
    transport.drain()
    assert log == [("peer", "onwrite", 0)]
    assert (peer.handle.writeQueueSize, peer.handle.bytesWritten) == (0, 110)


def testShutdownWaitsForThePendingWrite(net: Any, log: list[Any]) -> None:
    transport = Transport()
    peer, protocol = connected(log, transport)
    peer.handle.write(b"x" * 200)
    peer.handle.shutdown()
    net.run()
    assert not transport.ended
    transport.drain()
    net.run()
    assert transport.ended
    protocol.writeConnectionLost()
    assert log == [("peer", "onwrite", 0), ("peer", "onshutdown", 0)]


def testTransportWithoutHalfClose(net: Any, log: list[Any]) -> None:
    """The end of our data ends both directions: there is no other way to say it."""
    transport = StringTransport()
    peer, _ = connected(log, transport)
    peer.handle.shutdown()
    net.run()
    assert transport.disconnecting
    assert log == [("peer", "onshutdown", 0)]


def testHalfCloseOfThePeer(net: Any, log: list[Any]) -> None:
    peer, protocol = connected(log, Transport())
    peer.handle.readStart()
    protocol.readConnectionLost()
    assert log == [("peer", "onreadend", EOF)]
    assert peer.handle.write(b"still") == 0
    protocol.connectionLost(Failure(error.ConnectionDone()))
    assert len(log) == 1


@pytest.mark.parametrize("reason, status", [(error.ConnectionDone(), EOF), (error.ConnectionLost(), -errno.ECONNRESET)])
def testLoss(net: Any, log: list[Any], reason: Exception, status: int) -> None:
    peer, protocol = connected(log, Transport())
    peer.handle.readStart()
    peer.handle.write(b"x" * 200)
    protocol.connectionLost(Failure(reason))
    broken = -errno.EPIPE if status == EOF else status
    assert log == [("peer", "onreadend", status), ("peer", "onwrite", broken)]
    assert peer.handle.write(b"x") == broken


def testLossIsToldWhenReadingStarts(net: Any, log: list[Any]) -> None:
    peer, protocol = connected(log, Transport())
    protocol.dataReceived(b"last")
    protocol.connectionLost(Failure(error.ConnectionLost()))
    assert log == []
    peer.handle.readStart()
    net.run()
    assert log == [("peer", "onread", b"last"), ("peer", "onreadend", -errno.ECONNRESET)]


def testTransportThatCallsBackWithin(net: Any, log: list[Any]) -> None:
    """An in-memory transport answers inside `write`: the handle says it later."""

    class Echo(Transport):
        def writeSequence(self, data: Any) -> None:
            protocol.dataReceived(b"".join(data))

    peer, protocol = connected(log, Echo())
    peer.handle.readStart()
    peer.handle.write(b"one")
    peer.handle.write(b"two")
    assert log == []
    net.run()
    assert log == [("peer", "onread", b"one"), ("peer", "onread", b"two")]


def testCloseFlushesWhatWasTaken(net: Any, log: list[Any]) -> None:
    transport = Transport()
    peer, protocol = connected(log, transport)
    peer.handle.write(b"bye")
    peer.handle.close()
    assert (transport.disconnecting, transport.disconnected, transport.producer) == (True, False, None)
    protocol.connectionLost(Failure(error.ConnectionDone()))
    net.run()
    assert log == [("peer", "onclose")]


def testCloseAbortsWhatIsPending(net: Any, log: list[Any]) -> None:
    transport = Transport()
    peer, _ = connected(log, transport)
    peer.handle.write(b"x" * 200)
    peer.handle.close()
    assert transport.disconnected


def testEachCallbackIsFollowedByTheTicks(net: Any, log: list[Any]) -> None:
    peer, protocol = connected(log, Transport())
    peer.hooks["onread"] = lambda data: ticks.nextTick(log.append, "tick")
    peer.handle.readStart()
    protocol.dataReceived(b"x")
    assert log == [("peer", "onread", b"x"), "tick"]


@pytest.mark.parametrize("method", ["setNoDelay", "setKeepAlive", "setTypeOfService", "getTypeOfService"])
def testOptionsThatTheTransportLacks(net: Any, log: list[Any], method: str) -> None:
    peer, _ = connected(log, StringTransport())
    arguments = {"setNoDelay": (True,), "setKeepAlive": (True, 0), "setTypeOfService": (1,)}.get(method, ())
    assert getattr(peer.handle, method)(*arguments) == -errno.ENOTSUP


def testAdoptedTransport(net: Any, log: list[Any]) -> None:
    """It becomes the protocol of a transport that stands already; what it was keeps nothing."""
    transport: Any = Transport()
    transport.protocol = Protocol()
    peer = Recorded(choose.fromTransport(transport), "peer", log, STREAM_CALLBACKS)
    peer.handle.readStart()
    transport.protocol.dataReceived(b"hello")
    assert log == [("peer", "onread", b"hello")]


def testAdoptedTransportUnderTLS(net: Any) -> None:
    """The transport of a protocol in TLS is itself a protocol, which wraps that one."""

    class Wrapper(Transport):
        wrappedProtocol: Any = None

    wrapper = Wrapper()
    handle = adopt(wrapper)
    assert wrapper.wrappedProtocol is handle._protocol


@check
async def testProgramStaysUntilTheDataHasGone() -> None:
    """A kernel sends on after the end of a program; Twisted's buffer does not."""
    world = BridgeWorld()
    client, peer = await world.pair()
    client.handle.write(b"x" * 60_000)
    client.handle.close()
    assert activity.resources() == ["TCPSocketWrap"]
    peer.handle.readStart()
    await world.until(lambda: peer.events("onreadend"))
    assert len(peer.received) == 60_000
    peer.handle.unref()
    await world.close()


def testAConnectionWithUnreadDataIsReset(net: Any, log: list[Any]) -> None:
    """As in the kernel: the peer must not take a close for "all read"."""
    transport = Transport()
    peer, protocol = connected(log, transport)
    protocol.dataReceived(b"nobody reads this")
    peer.handle.close()
    assert transport.disconnected


def testResetOfAClosedHandle(net: Any, log: list[Any]) -> None:
    transport = Transport()
    peer, _ = connected(log, transport)
    assert (peer.handle.reset(), transport.disconnected) == (0, True)
    assert peer.handle.reset() == -errno.EBADF
    assert (peer.handle.write(b"x"), peer.handle.readStart()) == (-errno.EBADF, -errno.ENOTCONN)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (IPv4Address("TCP", "10.0.0.1", 5), Address("10.0.0.1", 5, "IPv4")),
        (IPv6Address("TCP", "::1", 5), Address("::1", 5, "IPv6")),
        (UNIXAddress(b"/tmp/x"), Address("/tmp/x", 0, "pipe")),
        (UNIXAddress(None), Address("", 0, "pipe")),
        (object(), -errno.EINVAL),
    ],
)
def testAddressesOfTwisted(address: Any, expected: Any) -> None:
    assert toAddress(address) == expected
