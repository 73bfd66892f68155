"""Datagram sockets over the in-memory network: what happens, and in which order."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from nodecompat import AbortController, AbortSignal, dgram, diagnostics_channel, dns
from nodecompat.dgram import RemoteInfo
from nodecompat.net.options import AddressInfo
from nodecompat.reactor.loop import activity, ticks
from nodecompat.testing import Network

from .conftest import HERE, Log, bound, handleOf

# Making one


@pytest.mark.parametrize("args", [(), (None,), ({},), ("udp9",), ({"type": 5},), (5,)])
def testWrongType(args: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="Bad socket type specified. Valid types are: udp4, udp6"):  # noqa: RUF043
        dgram.createSocket(*args)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"lookup": "x"}, "The \"lookup\" argument must be of type function. Received type string ('x')"),
        (
            {"recvBufferSize": "x"},
            "The \"options.recvBufferSize\" property must be of type number. Received type string ('x')",
        ),
        (
            {"sendBufferSize": -1},
            'The value of "options.sendBufferSize" is out of range. It must be >= 0 && <= 4294967295. Received -1',
        ),
        (
            {"signal": {}},
            'The "options.signal" property must be an instance of AbortSignal. Received an instance of Object',
        ),
        (
            {"receiveBlockList": {}},
            'The "options.receiveBlockList" property must be an net.BlockList. Received an instance of Object',
        ),
        (
            {"sendBlockList": 5},
            'The "options.sendBlockList" property must be an net.BlockList. Received type number (5)',
        ),
    ],
)
def testWrongOptions(wire: Network, options: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        dgram.createSocket("udp4", **options)
    assert str(caught.value) == message


def testTheListenerIsForMessages(wire: Network, log: Log) -> None:
    socket = dgram.createSocket({"type": "udp4"}, lambda data, info: log.append((data, info.size)))
    socket.bind(0, HERE, lambda: socket.send("hi", socket.address().port, HERE))
    wire.run()
    assert (socket.type, log) == ("udp4", [(b"hi", 2)])


def testTheDiagnosticsChannel(wire: Network) -> None:
    seen: list[Any] = []

    def note(message: Any, name: Any) -> None:
        seen.append(message["socket"])

    diagnostics_channel.subscribe("udp.socket", note)
    try:
        socket = dgram.createSocket("udp6")
    finally:
        diagnostics_channel.unsubscribe("udp.socket", note)
    assert seen == [socket]


# Binding


def testBindOrder(wire: Network, log: Log) -> None:
    socket = log.watch(dgram.createSocket("udp4"))
    ticks.call(
        lambda: (
            socket.bind(5000, HERE, log.note("callback")),
            ticks.nextTick(log.append, "tick"),
            ticks.queueMicrotask(log.append, "microtask"),
            log.append("called"),
        )
    )
    assert log == ["called", "listening", "callback", "tick", "microtask"]
    assert socket.address() == AddressInfo(HERE, "IPv4", 5000)


@pytest.mark.parametrize("type, wildcard", [("udp4", "0.0.0.0"), ("udp6", "::")])
def testBindWithoutAnAddressTakesAll(wire: Network, type: str, wildcard: str) -> None:
    socket = dgram.createSocket(type).bind()
    wire.run()
    assert socket.address().address == wildcard
    assert socket.address().port > 0


def testBindLooksNamesUp(wire: Network, log: Log) -> None:
    socket = log.watch(dgram.createSocket("udp4"))
    socket.bind(0, "localhost")
    assert activity.resources() == ["GetAddrInfoReqWrap"]
    wire.run()
    assert (log, socket.address().address) == (["listening"], HERE)


def testANameThatIsNotFound(wire: Network, log: Log) -> None:
    socket = log.watch(dgram.createSocket("udp4"))
    socket.bind(0, "nowhere.test", log.note("callback"))
    wire.run()
    assert log == [("error", "getaddrinfo ENOTFOUND nowhere.test")]


def testAPortInUse(wire: Network, log: Log) -> None:
    first = bound(wire, log, "first")
    port = first.address().port
    socket = dgram.createSocket("udp4")
    errors: list[Any] = []
    socket.on("error", errors.append)
    socket.bind(port, HERE, log.note("callback"))
    wire.run()
    error = errors[0]
    shown = (error.code, error.syscall, error.address, error.port, str(error))
    assert shown == ("EADDRINUSE", "bind", HERE, port, f"bind EADDRINUSE {HERE}:{port}")
    assert (log, socket.eventNames()) == ([], ["error"])
    socket.bind(0, HERE)
    wire.run()
    assert socket.address().port != port


def testAnErrorWithoutAListenerIsRaised(wire: Network) -> None:
    wire.fail("bind", -errno.EACCES)
    dgram.createSocket("udp4").bind(0, HERE, lambda: None)
    wire.run()
    assert [str(fault) for fault in wire.faults] == ["bind EACCES 127.0.0.1"]
    wire.faults.clear()


def testBindTwice(wire: Network, log: Log) -> None:
    socket = dgram.createSocket("udp4")
    socket.bind(0, HERE)
    for _ in range(2):
        with pytest.raises(Exception, match="Socket is already bound"):
            socket.bind(0, HERE)
        with pytest.raises(Exception, match="Socket is already bound"):
            socket.bindSync()
        wire.run()


def testReuseAddr(wire: Network, log: Log) -> None:
    first = bound(wire, log, "first", reuseAddr=True)
    second = log.watch(dgram.createSocket({"type": "udp4", "reuseAddr": True}), "second")
    second.bind(first.address().port, HERE)
    wire.run()
    assert log == ["second listening"]


def testBufferSizesAreSetWhenItIsBound(wire: Network) -> None:
    socket = dgram.createSocket("udp4", recvBufferSize=10_000, sendBufferSize=20_000)
    socket.bind()
    wire.run()
    assert (socket.getRecvBufferSize(), socket.getSendBufferSize()) == (10_000, 20_000)


def testBindSync(wire: Network, log: Log) -> None:
    socket = log.watch(dgram.createSocket("udp4"))
    address = socket.bindSync({"port": 5000, "address": HERE})
    assert (address, log) == (AddressInfo(HERE, "IPv4", 5000), [])
    wire.run()
    assert log == ["listening"]


@pytest.mark.parametrize(
    "options, message",
    [
        (5, 'The "options" argument must be of type object. Received type number (5)'),
        ({"port": "x"}, "options.port should be >= 0 and < 65536. Received type string ('x')."),
        ({"port": 70000}, "options.port should be >= 0 and < 65536. Received type number (70000)."),
        ({"address": 5}, 'The "options.address" property must be of type string. Received type number (5)'),
        (
            {"address": "localhost"},
            "The property 'options.address' must be a numeric IP address; bindSync does not perform DNS resolution. "
            "Received 'localhost'",
        ),
        ({"address": "::1"}, "bind EINVAL ::1"),
    ],
)
def testWrongBindSync(wire: Network, options: Any, message: str) -> None:
    socket = dgram.createSocket("udp4")
    with pytest.raises(Exception) as caught:
        socket.bindSync(options)
    assert str(caught.value) == message
    assert socket.bindSync(address=HERE).address == HERE


# Sending and receiving


def testAMessage(wire: Network, log: Log) -> None:
    a, b = bound(wire, log, "a"), bound(wire, log, "b")
    infos: list[RemoteInfo] = []
    b.on("message", lambda data, info: infos.append(info))
    a.send(b"hello", b.address().port, HERE, log.note("sent"))
    wire.run()
    assert log == [("sent", 5), ("b message", b"hello")]
    assert infos == [RemoteInfo(HERE, "IPv4", a.address().port, 5)]
    assert dict(infos[0]) == {"address": HERE, "family": "IPv4", "port": a.address().port, "size": 5}


def testTheOrderOfASend(wire: Network, log: Log) -> None:
    """Even a numeric address is looked up: the datagram leaves on the next tick, and the callback comes after it."""
    a = bound(wire, log, "a")
    port = a.address().port

    def send() -> None:
        ticks.nextTick(log.append, "before")
        a.send("x", port, HERE, log.note("sent"))
        ticks.nextTick(log.append, "after")
        ticks.queueMicrotask(log.append, "microtask")
        ticks.queueCheck(log.append, "immediate")

    for _ in range(2):  # the second time over the short way
        log.clear()
        ticks.call(send)
        assert log == ["before", "after", ("sent", 1), "microtask"]
        wire.run()
        assert sorted(map(str, log[4:])) == sorted(["immediate", str(("a message", b"x"))])


@pytest.mark.parametrize("address", [None, ""])
def testWithoutAnAddressItIsThisMachine(wire: Network, log: Log, address: Any) -> None:
    a = bound(wire, log, "a")
    for _ in range(2):
        a.send("x", a.address().port, address)
    wire.run()
    assert log == [("a message", b"x")] * 2


def testASendBinds(wire: Network, log: Log) -> None:
    b = bound(wire, log, "b")
    a = log.watch(dgram.createSocket("udp4"), "a")
    a.send("one", b.address().port, HERE, log.note("sent one"))
    a.send("two", b.address().port, HERE, log.note("sent two"))
    assert (a.getSendQueueCount(), a.getSendQueueSize()) == (0, 0)
    wire.run()
    assert log == ["a listening", ("sent one", 3), ("sent two", 3), ("b message", b"one"), ("b message", b"two")]
    assert a.address().address == "0.0.0.0"


def testASendWhileBindingWaits(wire: Network, log: Log) -> None:
    b = bound(wire, log, "b")
    a = log.watch(dgram.createSocket("udp4"), "a")
    a.bind(0, "localhost")
    a.send("x", b.address().port, HERE)
    wire.run()
    assert log == ["a listening", ("b message", b"x")]


def testSendsAreForgottenWhenBindFails(wire: Network, log: Log) -> None:
    a = log.watch(dgram.createSocket("udp4"))
    a.bind(0, "nowhere.test")
    a.send("x", 9, HERE, log.note("sent"))
    wire.run()
    assert log == [("error", "getaddrinfo ENOTFOUND nowhere.test")]
    a.send("x", 9, HERE, log.note("sent"))
    wire.run()
    assert log[1:] == ["listening", ("sent", 1)]


def testFailedSends(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    a.send(bytes(70_000), 9, HERE, log.note("large"))
    a.send("x", 9, "::1", log.note("family"))
    a.send("x", 9, "nowhere.test", log.note("name"))
    a.send(bytes(70_000), 9, log.note("here"))
    wire.run()
    assert log == [
        ("large", "send EMSGSIZE 127.0.0.1:9"),
        ("family", "send EINVAL ::1:9"),
        ("here", "send EMSGSIZE undefined:9"),
        ("name", "getaddrinfo ENOTFOUND nowhere.test"),
    ]


def testOnlyLookupsTellAFailureWithoutACallback(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    a.send(bytes(70_000), 9, HERE)
    a.send("x", 9, "nowhere.test")
    wire.run()
    assert log == [("a error", "getaddrinfo ENOTFOUND nowhere.test")]


def testFault32NulInAnAddress(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    with pytest.raises(TypeError, match="must be a string without null bytes"):
        a.send("x", 9, "a\0b")


def testAFullKernel(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    handle, port = handleOf(wire), a.address().port
    handle.full = True
    a.send("one", port, HERE, log.note("one"))
    a.send("three", port, HERE)
    a.send("two", port, HERE, log.note("two"))
    wire.run()
    assert (a.getSendQueueCount(), a.getSendQueueSize(), log) == (3, 11, [])
    handle.drain()
    wire.run()
    sent = [entry for entry in log if entry[0] != "a message"]
    assert (sent, a.getSendQueueCount()) == ([("one", 3), ("two", 3)], 0)


def testCloseCutsQueuedSendsOff(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    handleOf(wire).full = True
    a.send("x", 9, HERE, log.note("sent"))
    wire.run()
    a.close()
    wire.run()
    assert log == ["a close", ("sent", "send ECANCELED 127.0.0.1:9", 1)]


def testAListenerThatRaisesLosesNothing(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")

    def fail(data: bytes) -> None:
        raise RuntimeError(data.decode())

    a.on("message", fail)
    a.send("1", a.address().port, HERE)
    a.send("2", a.address().port, HERE)
    wire.run()
    a.removeListener("message", fail)
    a.send("3", a.address().port, HERE)
    wire.run()
    assert str(wire.faults[0]) == "1"
    assert [entry[1] for entry in log] == [b"1", b"2", b"3"]
    wire.faults.clear()


def testLookup(wire: Network, log: Log) -> None:
    def lookup(hostname: str, family: int, callback: Any) -> None:
        log.append((hostname, family))
        callback(None, HERE, 4)

    a = log.watch(dgram.createSocket("udp4", lookup=lookup))
    a.bind(5000)
    a.send("x", 5000, "anything.test")
    a.send("x", 5000, HERE)
    wire.run()
    messages = [("message", b"x")] * 2
    assert log == [("0.0.0.0", 4), "listening", ("anything.test", 4), (HERE, 4), *messages]


def testTheModulesLookupIsUsed(wire: Network, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "lookup", lambda name, family, callback: callback(None, HERE, 4))
    a = bound(wire, log, "a")
    a.send("x", a.address().port, "mocked.test")
    wire.run()
    assert log == [("a message", b"x")]


# The end


def testCloseOrder(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    ticks.call(
        lambda: (
            log.append(a.close(log.note("callback")) is a),
            ticks.nextTick(log.append, "tick"),
            ticks.queueCheck(log.append, "immediate"),
        )
    )
    wire.run()
    assert log == [True, "a close", "callback", "tick", "immediate"]


def testAClosedSocket(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    a.send("x", 9, HERE)
    wire.run()
    a.close()
    calls: list[Any] = [
        a.close,
        a.bind,
        a.bindSync,
        a.address,
        a.remoteAddress,
        a.getSendQueueSize,
        a.getRecvBufferSize,
        lambda: a.connect(9),
        lambda: a.connectSync(9),
        lambda: a.send(b"x", 9, HERE),
        lambda: a.setTTL(3),
        lambda: a.addMembership("224.0.0.1"),
    ]
    for call in calls:
        with pytest.raises(Exception, match="Not running"):
            call()
    assert (a.ref(), a.unref()) == (a, a)


def testCloseDropsWhatIsUnderWay(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    a.send("x", 9, HERE, log.note("sent"))
    a.send("x", 9, "localhost", log.note("sent"))
    a.connect(9, "localhost", log.note("connected"))
    a.close()
    b = log.watch(dgram.createSocket("udp4"), "b")
    b.bind(0, "localhost", log.note("bound"))
    b.close()
    wire.run()
    assert log == ["a close", "b close"]


def testCloseWaitsForQueuedSends(wire: Network, log: Log) -> None:
    a = log.watch(dgram.createSocket("udp4"))
    a.send("x", 9, HERE, log.note("sent"))
    a.close(log.note("callback"))
    wire.run()
    assert log == ["listening", "close", "callback"]


def testCloseInAMessageListenerEndsTheMessages(wire: Network, log: Log) -> None:
    a = bound(wire, log, "a")
    a.on("message", lambda: a.close())
    for text in ("1", "2", "3"):
        a.send(text, a.address().port, HERE)
    wire.run()
    assert log == [("a message", b"1"), "a close"]


def testASignalCloses(wire: Network, log: Log) -> None:
    controller = AbortController()
    bound(wire, log, "a", signal=controller.signal)
    controller.abort()
    wire.run()
    assert log == ["a close"]


def testASignalThatHasAborted(wire: Network, log: Log) -> None:
    a = log.watch(dgram.createSocket("udp4", signal=AbortSignal.abort()))
    with pytest.raises(Exception, match="Not running"):
        a.bind()
    wire.run()
    assert log == ["close"]


def testASignalAfterClose(wire: Network, log: Log) -> None:
    controller = AbortController()
    a = bound(wire, log, "a", signal=controller.signal)
    a.close()
    wire.run()
    controller.abort()
    assert log == ["a close"]


def testAsyncWith(wire: Network, log: Log) -> None:
    from twisted.internet.defer import ensureDeferred

    a = bound(wire, log, "a")

    async def use() -> None:
        async with a:
            log.append("inside")
        log.append("closed")
        async with a:
            log.append("again")

    ticks.call(lambda: ensureDeferred(use()))
    wire.run()
    assert log == ["inside", "a close", "closed", "again"]


def testRefAndUnref(wire: Network, log: Log) -> None:
    a = dgram.createSocket("udp4")
    assert activity.resources() == []
    a.bind()
    wire.run()
    assert activity.resources() == ["UDPWrap"]
    assert a.unref() is a
    assert activity.resources() == []
    assert a.ref() is a
    a.close()
    assert activity.resources() == []
