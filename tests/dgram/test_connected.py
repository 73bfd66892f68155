"""Connected datagram sockets and block lists, over the in-memory network."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import dgram
from nodecompat.net.options import AddressInfo
from nodecompat.reactor.loop import ticks
from nodecompat.testing import Network

from .conftest import HERE, Log, bound, listed

# Connected sockets


def testConnect(wire: Network, log: Log) -> None:
    b = bound(wire, log, "b")
    port = b.address().port
    a = log.watch(dgram.createSocket("udp4"), "a")
    a.connect(port, HERE, log.note("callback"))
    wire.run()
    assert log == ["a listening", "a connect", "callback"]
    assert a.remoteAddress() == AddressInfo(HERE, "IPv4", port)
    log.clear()
    a.send("one", log.note("sent"))
    a.send("two", 1, 2)
    wire.run()
    assert log == [("sent", 3), ("b message", b"one"), ("b message", b"wo")]


def testConnectOrder(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    ticks.call(
        lambda: (a.connect(9, HERE), ticks.nextTick(log.append, "tick"), ticks.queueMicrotask(log.append, "micro"))
    )
    assert log == ["tick", "a connect", "micro"]


@pytest.mark.parametrize("type, loopback", [("udp4", HERE), ("udp6", "::1")])
def testConnectWithoutAnAddressIsToThisMachine(wire: Network, type: str, loopback: str) -> None:
    a = dgram.createSocket(type)
    a.connect(9)
    wire.run()
    assert a.remoteAddress().address == loopback


def testConnectTwice(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    a.connect(9, HERE)
    for _ in range(2):  # under way, then done
        with pytest.raises(Exception, match="Already connected"):
            a.connect(9, HERE)
        wire.run()
    assert log == ["a connect"]


def testBeforeItIsConnected(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    a.connect(9, HERE)
    for call in (a.disconnect, a.remoteAddress):
        with pytest.raises(Exception, match="Not connected"):
            call()


def testDisconnect(wire: Network, log: Log) -> None:
    a, b = bound(wire, log, "a"), bound(wire, log, "b")
    a.connect(9, HERE)
    wire.run()
    a.disconnect()
    with pytest.raises(Exception, match="Not connected"):
        a.disconnect()
    a.send("x", b.address().port, HERE)
    a.connect(b.address().port, HERE)
    wire.run()
    assert sorted(map(str, log[1:])) == ["('b message', b'x')", "a connect"]


def testAConnectThatFails(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    a.connect(9, "nowhere.test", log.note("callback"))
    wire.run()
    assert log == [("callback", "getaddrinfo ENOTFOUND nowhere.test")]
    log.clear()
    a.connect(9, "::1")
    wire.run()
    assert log == [("a error", "connect EINVAL ::1:9")]
    assert a.listenerCount("connect") == 1, "the callback has gone, the log has stayed"


def testARefusal(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    a.connect(9, HERE, lambda: a.send("x", log.note("sent")))
    wire.run()
    assert log == ["a connect", ("sent", 1), ("a error", "recvmsg ECONNREFUSED")]


def testConnectSync(wire: Network, log: Log) -> None:
    a = log.watch(dgram.createSocket("udp4"))
    a.connectSync(9, HERE)
    assert (a.remoteAddress().port, a.address().address, log) == (9, "0.0.0.0", [])
    with pytest.raises(Exception, match="Already connected"):
        a.connectSync(9, HERE)
    wire.run()
    assert log == ["listening", "connect"]


@pytest.mark.parametrize(
    "args, message",
    [
        ((None,), "Port should be > 0 and < 65536. Received undefined."),
        ((0,), "Port should be > 0 and < 65536. Received type number (0)."),
        ((9, 5), 'The "address" argument must be of type string. Received type number (5)'),
        ((9, "::1"), "connect EINVAL ::1:9"),
        (
            (9, "localhost"),
            "The argument 'address' must be a numeric IP address; connectSync does not perform DNS resolution. "
            "Received 'localhost'",
        ),
    ],
)
def testWrongConnectSync(wire: Network, args: tuple[Any, ...], message: str) -> None:
    a = dgram.createSocket("udp4")
    with pytest.raises(Exception) as caught:
        a.connectSync(*args)
    assert str(caught.value) == message
    a.connectSync(9)


def testConnectSyncWhileBinding(wire: Network) -> None:
    a = dgram.createSocket("udp4").bind()
    with pytest.raises(Exception, match="Socket is already bound"):
        a.connectSync(9)


# Block lists


def testASendThatIsBlocked(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a", sendBlockList=listed(HERE))
    a.send("x", a.address().port, "localhost", log.note("named"))
    a.send("x", a.address().port, HERE, log.note("blocked"))
    a.send("x", a.address().port, HERE)
    a.send("x", 9, "127.0.0.2", log.note("free"))
    wire.run()
    blocked = "IP(127.0.0.1) is blocked by net.BlockList"
    assert log == [("blocked", blocked), ("free", 1), ("named", blocked)]


def testAConnectThatIsBlocked(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a", sendBlockList=listed(HERE))
    a.connect(9, HERE, log.note("callback"))
    wire.run()
    a.connect(9, HERE)
    wire.run()
    blocked = "IP(127.0.0.1) is blocked by net.BlockList"
    assert log == [("callback", blocked), ("a error", blocked)]
    with pytest.raises(Exception, match="blocked"):
        a.connectSync(9, HERE)


def testAMessageThatIsBlocked(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a", receiveBlockList=listed(HERE))
    b = dgram.createSocket("udp4")
    b.bindSync(address="127.0.0.2")
    for sender in (a, b):
        sender.send(sender.address().address, a.address().port, HERE)
    wire.run()
    assert log == [("a message", b"127.0.0.2")]
