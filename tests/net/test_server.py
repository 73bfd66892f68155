"""Server: listen in every form, connections, close."""

from __future__ import annotations

import errno
from socket import socket as newSocket
from typing import Any

import pytest
import pytest_twisted
from net.conftest import settled
from twisted.internet.defer import Deferred

from nodecompat import AbortController, errors, net
from nodecompat.net.options import AddressInfo, DropArgument
from nodecompat.reactor import choose
from nodecompat.reactor.loop import activity, ticks
from nodecompat.testing import Network

EVENTS = ("listening", "connection", "drop", "error", "close")


def watched(log: Any, server: net.Server | None = None) -> net.Server:
    found: net.Server = log.watch(server or net.createServer(), "listening", "error", "close")
    return found


def testASocketIsCountedByWhoAcceptedIt(wire: Network, log: Any) -> None:
    """Whatever `socket.server` is set to."""
    server = net.createServer()
    accepted: list[Any] = []
    server.on("connection", accepted.append)
    server.listen(80)
    wire.run()
    peers = [wire.connect(80), wire.connect(80)]
    wire.run()
    accepted[0].server = None
    other = net.Socket()
    other.server = server
    for each in (accepted[0], other):
        each.destroy()
    wire.run()
    assert server.connections == 1
    for peer in peers:
        peer.close()
    server.close()
    wire.run()
    assert server.connections == 0


@pytest.mark.skipif(not choose.usePoller(), reason="descriptors are passed on where there is epoll")
def testAConnectionThatWasResetOnItsWayIsNotCounted() -> None:
    """A cluster's primary has accepted it; when the worker gets it, the kernel knows of no peer any more."""
    failures: list[Any] = []
    server = net.createServer(lambda socket: socket.on("error", failures.append))
    handle: Any = choose.current().openStream(newSocket().detach())
    ticks.call(server._onConnection_, 0, handle)
    assert [each.code for each in failures] == ["ENOTCONN"]
    assert server.connections == 0


# -- listen


def testListeningComesLater(wire: Network, log: Any) -> None:
    server = watched(log)
    assert server.listen(8124, log.note("callback")) is server
    assert (log, server.listening) == ([], True)
    wire.run()
    assert log == ["listening", "callback"]
    server.close()


def testBothFamiliesByOneSocket(wire: Network) -> None:
    server = net.createServer().listen(8124)
    assert server.address() == AddressInfo("::", "IPv6", 8124)
    peer = wire.connect(8124)
    wire.run()
    assert peer.status == 0
    peer.close()
    server.close()


def testIPv4WhereThereIsNoIPv6(wire: Network) -> None:
    wire.fail("bind", -errno.EAFNOSUPPORT)
    server = net.createServer().listen(8124)
    assert server.address() == AddressInfo("0.0.0.0", "IPv4", 8124)
    server.close()


@pytest.mark.parametrize("args", [(), (0,), (None,), ({"port": None},), ("0",)])
def testAnyPort(wire: Network, args: Any) -> None:
    server = net.createServer().listen(*args)
    assert server.address().port > 0  # type: ignore[union-attr]
    server.close()


def testHostAndBacklog(wire: Network) -> None:
    server = net.createServer().listen(8124, "127.0.0.1", 7)
    wire.run()
    assert (server.address(), server._handle.backlog) == (AddressInfo("127.0.0.1", "IPv4", 8124), 7)
    server.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0"])
def testAnAddressIsListenedOnATickLater(wire: Network, host: str) -> None:
    """Node asks its resolver for an address as well: bound in the next tick, 'listening' in the one behind it."""
    seen: list[Any] = []
    server = net.createServer().on("listening", lambda: seen.append("listening")).listen(8124, host)

    def look() -> None:
        seen.append((server.listening, server.address() and server.address().port))  # type: ignore[union-attr]

    look()
    ticks.nextTick(look)
    wire.run()
    assert seen == [(False, None), (True, 8124), "listening"]
    server.close()


def testWithoutAnAddressAServerListensAtOnce(wire: Network) -> None:
    for where in (8124, "/run/x", {"port": 8125, "host": ""}):
        server = net.createServer().listen(where)
        assert server.listening and server.address()
        server.close()


@pytest.mark.parametrize("order", ["close first", "listen first"])
def testAPortWhoseOwnerClosesInTheSameTurnIsFree(wire: Network, order: str) -> None:
    owner = net.createServer().listen(8124, "127.0.0.1")
    wire.run()
    heir = net.createServer()
    steps = [owner.close, lambda: heir.listen(8124, "127.0.0.1")]
    for step in steps if order == "close first" else reversed(steps):
        step()
    wire.run()
    assert heir.listening
    heir.close()


def testAServerThatIsClosedBeforeItsAddressIsBoundNeverListens(wire: Network, log: Any) -> None:
    server = net.createServer()
    log.watch(server, "listening", "close")
    server.listen(8124, "127.0.0.1").close()
    wire.run()
    assert log == ["close"] and not server.listening


def testBacklogIs511(wire: Network) -> None:
    server = net.createServer().listen(0)
    assert server._handle.backlog == 511
    server.close()


def testOptions(wire: Network) -> None:
    server = net.createServer().listen(port=8124, host="::1", ipv6Only=True, reusePort=True, exclusive=True)
    wire.run()
    assert server._handle.ipv6Only and server._handle.options["reusePort"]
    server.close()


def testPath(wire: Network) -> None:
    server = net.createServer().listen("/run/x")
    assert server.address() == "/run/x"
    server.close()


def testWhoMayConnectToAPath(wire: Network) -> None:
    for options, mode in (
        ({"readableAll": True}, 1),
        ({"writableAll": True}, 2),
        ({"readableAll": 1, "writableAll": 1}, 3),
    ):
        server = net.createServer().listen({"path": "/run/x", **options})
        assert server._handle.options["fchmod"] == mode
        server.close()


def testChmodFails(wire: Network) -> None:
    wire.fail("fchmod", -errno.EPERM)
    with pytest.raises(PermissionError, match="uv_pipe_chmod EPERM"):
        net.createServer().listen(path="/run/x", readableAll=True)


def testANameIsLookedUp(wire: Network, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import nodecompat.dns

    def lookup(host: str, options: Any, callback: Any) -> None:
        found = [{"address": "fe80::1", "family": 6}, {"address": "127.0.0.7", "family": 4}]
        ticks.nextTick(callback, None, found)

    monkeypatch.setattr(nodecompat.dns, "lookup", lookup)
    server = watched(log).listen(8124, "n.test")
    assert not server.listening and server.address() is None
    wire.run()
    assert (log, server.address()) == (["listening"], AddressInfo("127.0.0.7", "IPv4", 8124))
    server.close()


def testCloseForgetsALookup(wire: Network, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import nodecompat.dns

    answers: list[Any] = []
    monkeypatch.setattr(nodecompat.dns, "lookup", lambda host, options, callback: answers.append(callback))
    server = watched(log).listen(8124, "n.test")
    server.close(log.note("callback"))
    answers[0](None, [{"address": "127.0.0.1", "family": 4}])
    wire.run()
    assert log[0] == "close" and log[1][1].code == "ERR_SERVER_NOT_RUNNING"
    assert not wire.handles


def testTheErrorNamesTheAddressThatWasFound(wire: Network, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with link-local addresses only: Node tries the first of them."""
    import nodecompat.dns

    found = [{"address": "fe80::1", "family": 6}]
    monkeypatch.setattr(nodecompat.dns, "lookup", lambda host, options, done: ticks.nextTick(done, None, found))
    wire.fail("bind", -errno.EINVAL)
    watched(log).listen(8124, "n.test")
    wire.run()
    assert (log[0][1].address, log[0][1].message) == ("fe80::1", "listen EINVAL: invalid argument fe80::1:8124")


def testLookupFails(wire: Network, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import nodecompat.dns

    failure = errors.dnsException("ENOTFOUND", "getaddrinfo", "n.test")
    monkeypatch.setattr(nodecompat.dns, "lookup", lambda host, options, done: ticks.nextTick(done, failure, None))
    server = watched(log).listen(0, "n.test")
    wire.run()
    assert log == [("error", failure)]
    server.listen(0).close()


def testAddressInUse(wire: Network, log: Any) -> None:
    first = net.createServer().listen(8124)
    second = watched(log).listen(8124)
    assert (log, second.listening) == ([], False)
    wire.run()
    error = log[0][1]
    assert error.message == "listen EADDRINUSE: address already in use :::8124"
    assert (error.code, error.syscall, error.address, error.port) == ("EADDRINUSE", "listen", "::", 8124)
    assert isinstance(error, OSError)
    first.close()
    wire.run()
    second.listen(8124)
    wire.run()
    assert log[1:] == ["listening"], "after a failure it may listen again"
    second.close()


@pytest.mark.parametrize("operation", ["bind", "listen"])
def testFailureOfAPath(wire: Network, log: Any, operation: str) -> None:
    wire.fail(operation, -errno.EACCES)
    watched(log).listen("/run/x")
    wire.run()
    assert log[0][1].message == "listen EACCES: permission denied /run/x"
    assert (log[0][1].address, log[0][1].port) == ("/run/x", -1)
    assert not wire.handles


def testListenTwice(wire: Network) -> None:
    server = net.createServer().listen(0)
    with pytest.raises(errors.ERR_SERVER_ALREADY_LISTEN):
        server.listen(0)
    server.close()


def testListenAgainAfterClose(wire: Network, log: Any) -> None:
    server = watched(log).listen(8124)
    wire.run()
    server.close(lambda: server.listen(8125))
    wire.run()
    assert log == ["listening", "close", "listening"]
    assert server.address().port == 8125  # type: ignore[union-attr]
    server.close()


def testCloseBeforeListening(wire: Network, log: Any) -> None:
    server = watched(log).listen(8124)
    server.close(log.note("callback"))
    wire.run()
    assert log == ["close", "callback"]


def testSignal(wire: Network, log: Any) -> None:
    controller = AbortController()
    server = watched(log).listen(port=8124, signal=controller.signal)
    wire.run()
    controller.abort()
    wire.run()
    assert (log, server.listening) == (["listening", "close"], False)


def testSignalThatIsAbortedAlready(wire: Network, log: Any) -> None:
    controller = AbortController()
    controller.abort()
    watched(log).listen(port=8124, signal=controller.signal)
    wire.run()
    assert log == ["close"]


@pytest.mark.parametrize(
    "options, code",
    [
        ({"port": 0, "signal": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"port": 0, "host": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"handle": 5}, "ERR_INVALID_ARG_VALUE"),
        ({}, "ERR_INVALID_ARG_VALUE"),
    ],
)
def testWrongListenOptions(wire: Network, options: Any, code: str) -> None:
    server = net.createServer()
    with pytest.raises(Exception) as caught:
        server.listen(options)
    assert caught.value.code == code  # type: ignore[attr-defined]
    server.listen(0).close()


def testADescriptorThatIsNone(wire: Network, log: Any) -> None:
    watched(log).listen(fd=999)
    wire.run()
    assert log[0][1].message == "listen EINVAL: invalid argument"


# -- connections


def testConnection(wire: Network, log: Any) -> None:
    server = net.createServer(lambda socket: log.append(("listener", socket.server is server, socket.remoteAddress)))
    log.watch(server, "connection")
    server.listen(8124, "127.0.0.1")
    wire.run()
    peer = wire.connect(8124)
    wire.run()
    assert log[0] == ("listener", True, "127.0.0.1") and log[1][0] == "connection"
    log[1][1].destroy()
    peer.close()
    server.close()


def testTheOptionsReachTheConnection(wire: Network) -> None:
    sockets: list[net.Socket] = []
    server = net.createServer(
        {"allowHalfOpen": True, "noDelay": True, "keepAlive": True, "keepAliveInitialDelay": 9000, "highWaterMark": 99},
        sockets.append,
    )
    server.listen(8124)
    wire.connect(8124)
    wire.run()
    [socket] = sockets
    assert (socket.allowHalfOpen, socket.readableHighWaterMark, socket.writableHighWaterMark) == (True, 99, 99)
    assert socket._handle.options == {"setNoDelay": True, "setKeepAlive": (True, 9000, 1000, 10)}
    socket.destroy()
    server.close()


def testPauseOnConnect(wire: Network) -> None:
    sockets: list[net.Socket] = []
    server = net.createServer({"pauseOnConnect": True}, sockets.append).listen(8124)
    wire.connect(8124).send(b"x")
    wire.run()
    assert sockets[0].isPaused() and sockets[0].bytesRead == 0
    received: list[bytes] = []
    sockets[0].on("data", received.append)
    wire.run()
    assert received == [], "a 'data' listener does not resume what was paused"
    sockets[0].resume()
    wire.run()
    assert received == [b"x"]
    sockets[0].destroy()
    server.close()


def testMaxConnections(wire: Network, log: Any) -> None:
    sockets: list[net.Socket] = []
    server = net.createServer(sockets.append).listen(8124, "127.0.0.1")
    wire.run()
    server.maxConnections = 1
    log.watch(server, "drop")
    wire.connect(8124)
    wire.run()
    second = wire.connect(8124)
    wire.run()
    local = second.stream.getsockname()
    assert log == [("drop", DropArgument("127.0.0.1", 8124, "IPv4", "127.0.0.1", local.port, "IPv4"))]  # type: ignore[union-attr]
    assert second.ended and len(sockets) == 1
    sockets[0].destroy()
    wire.run()
    wire.connect(8124)
    wire.run()
    assert len(sockets) == 2, "a place is free again"
    sockets[1].destroy()
    server.close()


def testDropOnAPathTellsNoAddress(wire: Network, log: Any) -> None:
    server = log.watch(net.createServer(), "drop").listen("/run/x")
    server.maxConnections = 0
    wire.connect("/run/x")
    wire.run()
    assert log == [("drop", DropArgument())]
    server.close()


def testBlockedPeersAreClosedSilently(wire: Network, log: Any) -> None:
    blockList = net.BlockList()
    blockList.addAddress("127.0.0.1")
    server = log.watch(net.createServer(blockList=blockList), *EVENTS).listen(8124)
    peer = wire.connect(8124)
    wire.run()
    assert (log, peer.ended) == (["listening"], True)
    server.close()


def testAcceptFails(wire: Network, log: Any) -> None:
    server = watched(log).listen(8124)
    wire.fail("accept", -errno.ENOBUFS)
    wire.connect(8124)
    wire.run()
    assert log[1][1].message == "accept ENOBUFS"
    server.close()


def testGetConnections(wire: Network, log: Any) -> None:
    sockets: list[net.Socket] = []
    server = net.createServer(sockets.append).listen(8124)
    wire.connect(8124)
    wire.connect(8124)
    wire.run()
    assert server.getConnections(lambda error, count: log.append((error, count))) is server
    assert log == []
    wire.run()
    assert (log, server.connections) == ([(None, 2)], 2)
    for socket in sockets:
        socket.destroy()
    with pytest.raises(TypeError, match="callback"):
        server.getConnections(5)  # type: ignore[arg-type]
    server.close()


def testAListenerThatRaisesCostsItsConnectionOnly(wire: Network) -> None:
    def onConnection(socket: net.Socket) -> None:
        raise ZeroDivisionError

    from nodecompat.reactor.loop import faults

    server = net.createServer(onConnection).listen(8124)
    before, faults.hook = faults.hook, lambda error: isinstance(error, ZeroDivisionError)
    try:
        wire.connect(8124)
        wire.run()
    finally:
        faults.hook = before
    assert server.listening
    for handle in list(wire.handles):
        handle.close()
    server.close()


# -- close


def testCloseWaitsForConnections(wire: Network, log: Any) -> None:
    sockets: list[net.Socket] = []
    server = net.createServer(sockets.append).listen(8124)
    peer = wire.connect(8124)
    wire.run()
    log.watch(server, "close")
    assert server.close(log.note("callback")) is server
    wire.run()
    assert (log, server.listening, server.address()) == ([], False, None)
    late = wire.connect(8124)
    wire.run()
    assert late.status == -errno.ECONNREFUSED
    peer.close()
    sockets[0].resume()
    wire.run()
    assert log == ["close", "callback"]


def testCloseOfAServerThatDoesNotListen(wire: Network, log: Any) -> None:
    watched(log).close(log.note("callback"))
    wire.run()
    assert log[0] == "close" and isinstance(log[1][1], errors.ERR_SERVER_NOT_RUNNING)


@pytest_twisted.ensureDeferred
async def testAsyncContext() -> None:
    """Leaving the block closes the server and waits for 'close'."""
    log: list[str] = []
    async with net.createServer() as server:
        listening: Deferred[None] = Deferred()
        server.listen(0, "127.0.0.1", lambda: listening.callback(None))
        await listening
        server.on("close", lambda: log.append("close"))
        assert server.listening
    assert (log, server.listening) == (["close"], False)
    async with net.createServer():
        pass  # it never listened: there is nothing to close
    await settled()


# -- the rest


def testRef(wire: Network) -> None:
    server = net.createServer().unref().listen(8124)
    assert not activity.isAlive()
    server.ref()
    assert activity.isAlive()
    assert server.unref() is server
    assert not activity.isAlive()
    server.close()


def testDefaults() -> None:
    server = net.createServer()
    assert (server.listening, server.address(), server.maxConnections) == (False, None, None)
    assert (server.allowHalfOpen, server.pauseOnConnect, server.noDelay, server.keepAlive) == (False,) * 4
    assert net.createServer(keepAliveInitialDelay=-5).keepAliveInitialDelay == 0


@pytest.mark.parametrize("options", ["x", 5, {"highWaterMark": "x"}, {"keepAliveInitialDelay": "x"}, {"blockList": 5}])
def testWrongOptions(options: Any) -> None:
    with pytest.raises(errors.ERR_INVALID_ARG_TYPE):
        net.createServer(options)


def testCapturedRejections(wire: Network, log: Any) -> None:
    """A coroutine listener of 'connection' that fails costs its connection, with its error."""

    async def onConnection(socket: net.Socket) -> None:
        log.watch(socket, "error", "close")
        raise ZeroDivisionError("boom")

    server = net.createServer({"captureRejections": True}, onConnection).listen(8124)
    wire.connect(8124)
    wire.run()
    assert [type(log[0][1]), log[1]] == [ZeroDivisionError, ("close", True)]
    server.close()


def testEventsAreListed() -> None:
    assert set(EVENTS) <= set(net.Server.__events__)


@pytest.mark.parametrize("call", [net.Server.close, net.Server.getConnections])
def testACallbackTakesAsManyArgumentsAsItWants(call: Any, wire: Network, log: Any) -> None:
    server = net.createServer()
    call(server, lambda: log.append("none"))
    call(server, lambda error, count, more: log.append(more))
    wire.run()
    assert log == ["none", None]
