"""Connection, the first half of Socket: addresses, options of the transport, idle time, ref and unref."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from net.conftest import connectedPair

from nodecompat import net
from nodecompat.net.options import AddressInfo
from nodecompat.reactor.loop import activity
from nodecompat.testing import Network, Peer

Pair = tuple[net.Socket, Peer]


# -- addresses


def testAddresses(wire: Network, pair: Pair) -> None:
    socket, peer = pair
    port = peer.stream.getpeername().port
    assert socket.address() == AddressInfo("127.0.0.1", "IPv4", port)
    assert (socket.localAddress, socket.localFamily, socket.localPort) == ("127.0.0.1", "IPv4", port)
    assert (socket.remoteAddress, socket.remoteFamily, socket.remotePort) == ("127.0.0.1", "IPv4", 8124)


def testNoAddressesWithoutConnection() -> None:
    socket = net.Socket()
    assert socket.address() == {}
    assert (socket.localAddress, socket.localFamily, socket.localPort) == (None, None, None)
    assert (socket.remoteAddress, socket.remoteFamily, socket.remotePort) == (None, None, None)


def testNoRemoteAddressWhileConnecting(wire: Network) -> None:
    server = wire.listen(8124)
    socket = net.connect(8124, "127.0.0.1")
    assert socket.remoteAddress is None
    wire.run()
    assert socket.remoteAddress == "127.0.0.1"
    socket.destroy()
    server.close()


def testThePeersAddressIsKnownAfterTheEndIfItWasAskedFor(wire: Network) -> None:
    asked, _ = connectedPair(wire)
    assert asked.remotePort == 8124
    unasked, _ = connectedPair(wire)
    asked.destroy()
    unasked.destroy()
    assert (asked.remotePort, unasked.remotePort) == (8124, None)
    assert asked.address() == {}


def testAUnixSocketHasNoAddress(wire: Network) -> None:
    server = wire.listen("/run/x")
    socket = net.connect("/run/x")
    wire.run()
    assert (socket.address(), socket.remoteAddress, socket.remotePort) == ({}, None, None)
    socket.destroy()
    server.close()


# -- options of the transport


def options(socket: net.Socket) -> dict[str, Any]:
    return dict(socket._handle.options)


def testNoDelay(wire: Network, pair: Pair) -> None:
    socket, _peer = pair
    assert socket.setNoDelay() is socket
    assert options(socket) == {"setNoDelay": True}
    socket.setNoDelay(False)
    assert options(socket) == {"setNoDelay": False}


def testOnlyChangesReachTheSystem(wire: Network, pair: Pair) -> None:
    socket, _peer = pair
    socket.setNoDelay(False).setTypeOfService(0x10)
    socket._handle.options.clear()
    socket.setTypeOfService(0x10)
    assert options(socket) == {}


def testOptionsBeforeTheConnectionAreApplied(wire: Network) -> None:
    server = wire.listen(8124)
    socket = net.connect(
        port=8124, host="127.0.0.1", noDelay=True, keepAlive=True, keepAliveInitialDelay=5500, typeOfService=8
    )
    wire.run()
    assert options(socket) == {"setNoDelay": True, "setKeepAlive": (True, 5000, 1000, 10), "setTypeOfService": 8}
    socket.destroy()
    server.close()


@pytest.mark.parametrize(
    "args, applied",
    [
        ((True,), (True, 0, 1000, 10)),
        ((True, 5999), (True, 5000, 1000, 10)),
        ((True, 500), (True, 0, 1000, 10)),
        ((True, 5000, 2000, 3), (True, 5000, 2000, 3)),
        ((True, 5000, 100, 3), (True, 5000, 0, 3)),
        ((True, "x"), (True, 0, 1000, 10)),
        (({"enable": True, "initialDelay": 7000, "interval": 2000, "count": 4},), (True, 7000, 2000, 4)),
        (({"initialDelay": 7000},), (False, 7000, 1000, 10)),
    ],
)
def testKeepAlive(wire: Network, pair: Pair, args: Any, applied: Any) -> None:
    """The kernel takes whole seconds; what is no number counts as none."""
    socket, _peer = pair
    assert socket.setKeepAlive(*args) is socket
    assert options(socket)["setKeepAlive"] == applied


def testTypeOfService(wire: Network, pair: Pair) -> None:
    fresh = net.Socket().setTypeOfService(5)
    assert (fresh.getTypeOfService(), net.Socket().getTypeOfService()) == (5, 0)
    socket, _peer = pair
    assert socket.setTypeOfService(0x10).getTypeOfService() == 0x10


def testTypeOfServiceFails(wire: Network, pair: Pair) -> None:
    socket, _peer = pair
    wire.fail("setTypeOfService", -errno.EPERM, socket._handle)
    with pytest.raises(PermissionError, match="setTypeOfService EPERM"):
        socket.setTypeOfService(3)


@pytest.mark.parametrize(
    "tos, code", [(-1, "ERR_OUT_OF_RANGE"), (256, "ERR_OUT_OF_RANGE"), ("a", "ERR_INVALID_ARG_TYPE")]
)
def testWrongTypeOfService(tos: Any, code: str) -> None:
    with pytest.raises(Exception) as caught:
        net.Socket().setTypeOfService(tos)
    assert caught.value.code == code  # type: ignore[attr-defined]


def testWithoutSuchAnOption(wire: Network) -> None:
    """A Unix socket has no type of service; the value is only remembered."""
    server = wire.listen("/run/x")
    socket = net.connect("/run/x")
    wire.run()
    assert socket.setTypeOfService(3).getTypeOfService() == 3
    socket.setNoDelay().setKeepAlive(True).destroy()
    server.close()


# -- idle time


def testTimeout(wire: Network, pair: Pair, log: Any) -> None:
    socket, _peer = pair
    log.watch(socket, "timeout")
    assert socket.setTimeout(40, log.note("callback")) is socket
    assert socket.timeout == 40
    wire.advance(39)
    assert log == []
    wire.advance(1)
    assert log == ["timeout", "callback"]
    wire.advance(200)
    assert len(log) == 2, "not again without new activity"
    assert not socket.destroyed


def testActivityPutsTheTimeoutOff(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket.resume(), "timeout").setTimeout(40)
    wire.advance(30)
    peer.send(b"x")
    wire.advance(30)
    socket.write(b"y")
    wire.advance(30)
    assert log == []
    wire.advance(10)
    assert log == ["timeout"]


def testActivityAfterATimeoutStartsItAnew(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket.resume(), "timeout").setTimeout(40)
    wire.advance(50)
    peer.send(b"x")
    wire.advance(40)
    assert log == ["timeout", "timeout"]


def testProgressOfABigWriteIsActivity(wire: Network, pair: Pair, log: Any) -> None:
    """The peer takes it bit by bit: each look at the queue finds it shorter."""
    socket, peer = pair
    peer.pause()
    log.watch(socket, "timeout").setTimeout(40)
    socket.write(bytes(300_000))
    wire.run()
    peer.stream.inbound.take(1000)  # type: ignore[union-attr]
    socket._handle.writable()
    wire.advance(40)
    assert log == []
    wire.advance(40)
    assert log == ["timeout"]


def testZeroSwitchesTheTimeoutOff(wire: Network, pair: Pair, log: Any) -> None:
    socket, _peer = pair
    callback = log.note("timeout")
    socket.setTimeout(40, callback)
    socket.setTimeout(0, callback)
    wire.advance(100)
    assert (log, socket.timeout, socket.listenerCount("timeout")) == ([], 0, 0)


def testATimeoutBeforeTheConnection(wire: Network, log: Any) -> None:
    wire.blackhole("10.0.0.1", 80)
    socket = log.watch(net.connect(port=80, host="10.0.0.1", timeout=40), "timeout")
    assert socket.timeout == 40
    wire.advance(40)
    assert log == ["timeout"] and socket.connecting
    socket.destroy()


def testDestroyStopsTheTimeout(wire: Network, pair: Pair, log: Any) -> None:
    socket, _peer = pair
    log.watch(socket, "timeout").setTimeout(40)
    socket.destroy()
    wire.advance(100)
    assert log == []
    assert socket.setTimeout(10) is socket


@pytest.mark.parametrize(
    "args, message",
    [
        (("x",), "The \"msecs\" argument must be of type number. Received type string ('x')"),
        ((-1,), 'The value of "msecs" is out of range. It must be a non-negative finite number. Received -1'),
        (
            (float("nan"),),
            'The value of "msecs" is out of range. It must be a non-negative finite number. Received NaN',
        ),
        ((10, "x"), "The \"callback\" argument must be of type function. Received type string ('x')"),
        ((0, 5), 'The "callback" argument must be of type function. Received type number (5)'),
    ],
)
def testWrongTimeout(args: Any, message: str) -> None:
    with pytest.raises(Exception) as caught:
        net.Socket().setTimeout(*args)
    assert str(caught.value) == message


def testATimeoutThatIsTooLongIsCut(wire: Network, log: Any) -> None:
    from nodecompat import process

    warned = log.watch(process, "warning")
    socket = net.Socket().setTimeout(2**33)
    wire.run()
    process.off("warning", warned.listeners("warning")[-1])
    assert (socket.timeout, log[0][1].name) == (2**33, "TimeoutOverflowWarning")
    socket.destroy()


# -- ref


def testAReadingSocketKeepsTheProgramAlive(wire: Network, pair: Pair) -> None:
    socket, peer = pair
    peer.stream.unref()
    assert activity.isAlive()
    assert socket.unref() is socket
    assert not activity.isAlive()
    socket.ref()
    assert activity.isAlive()
    socket.destroy()
    assert not activity.isAlive()


def testUnrefBeforeTheConnection(wire: Network) -> None:
    server = wire.listen(8124)
    server.server.unref()
    socket = net.Socket().unref()
    socket.connect(8124, "127.0.0.1")
    wire.run()
    assert not socket._handle.hasRef()
    socket.destroy()
    server.close()


def testBufferSize(wire: Network, pair: Pair) -> None:
    socket, _peer = pair
    assert (socket.bufferSize, net.Socket().bufferSize) == (0, None)
