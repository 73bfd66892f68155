"""The listener bridge: transports, factories and endpoints that only Twisted knows."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import BridgeWorld, Recorded
from program import finish, start
from twisted.internet import defer, error
from twisted.internet.protocol import Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from nodecompat.reactor import choose
from nodecompat.reactor.handle import EOF, PENDING, SERVER_CALLBACKS, STREAM_CALLBACKS, Address
from nodecompat.reactor.loop import activity, ticks
from nodecompat.reactor.twisted import errors as twistederrors
from nodecompat.reactor.twisted.endpoints import EndpointServer
from nodecompat.reactor.twisted.ports import BridgeStream, EndpointStream, HandleFactory, adopt
from nodecompat.testing import network

check = pytest_twisted.ensureDeferred


@pytest.fixture
def net() -> Iterator[Any]:
    with network() as made:
        yield made


class Transport(StringTransport):
    """A StringTransport that can end one direction and asks its producer to pause when it is full."""

    limit = 100
    ended = False

    def writeSequence(self, data: Any) -> None:
        super().writeSequence(data)
        if len(self.value()) > self.limit and self.producer is not None:
            self.producer.pauseProducing()

    def drain(self) -> None:
        self.clear()
        self.producer.resumeProducing()

    def loseWriteConnection(self) -> None:
        self.ended = True


def connected(log: list[Any], transport: Any) -> tuple[Recorded, Any]:
    """A handle over a transport, by way of a HandleFactory, and the protocol that the transport drives."""
    made: list[Recorded] = []

    def onConnection(status: int, handle: Any) -> None:
        assert status == 0
        made.append(Recorded(handle, "peer", log, STREAM_CALLBACKS))

    protocol = HandleFactory(onConnection).buildProtocol(None)
    protocol.makeConnection(transport)
    return made[0], protocol


def testFactoryMakesHandles(net: Any, log: list[Any]) -> None:
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


def testOwnerMayCloseWithinTheConnection(net: Any) -> None:
    transport = Transport()
    HandleFactory(lambda status, handle: handle.close()).buildProtocol(None).makeConnection(transport)
    assert transport.disconnecting


def testListenerThatRaises(net: Any) -> None:
    transport = Transport()
    HandleFactory(lambda status, handle: 1 / 0).buildProtocol(None).makeConnection(transport)
    assert transport.disconnecting
    assert [type(fault) for fault in net.faults] == [ZeroDivisionError]
    net.faults.clear()


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


class Endpoint:
    """An endpoint that answers when the test says so."""

    def __init__(self) -> None:
        self.answer: defer.Deferred[Any] = defer.Deferred(lambda _: self.cancelled.append(True))
        self.cancelled: list[bool] = []

    def connect(self, factory: Any) -> Any:
        self.factory = factory
        return self.answer

    listen = connect


class Port:
    def __init__(self) -> None:
        self.stopped: defer.Deferred[None] = defer.Deferred()

    def stopListening(self) -> Any:
        return self.stopped


def testEndpointConnects(net: Any, log: list[Any]) -> None:
    endpoint = Endpoint()
    client = Recorded(EndpointStream(endpoint), "client", log, STREAM_CALLBACKS)
    assert client.handle.connect("", 0) == 0
    assert activity.isAlive()
    protocol = endpoint.factory.buildProtocol(None)
    protocol.makeConnection(Transport())
    endpoint.answer.callback(protocol)
    assert log == [("client", "onconnect", 0)]


@pytest.mark.parametrize(
    "reason, status",
    [
        (error.ConnectionRefusedError(errno.ECONNREFUSED, "refused"), -errno.ECONNREFUSED),
        (error.DNSLookupError("no such host"), -3008),
        (error.TimeoutError(), -errno.ETIMEDOUT),
        (error.ConnectBindError(osError=errno.EADDRINUSE), -errno.EADDRINUSE),
        (ValueError("a bad certificate"), -errno.EPROTO),
    ],
)
def testEndpointFails(net: Any, log: list[Any], reason: Exception, status: int) -> None:
    endpoint = Endpoint()
    client = Recorded(EndpointStream(endpoint), "client", log, STREAM_CALLBACKS)
    client.handle.connect("", 0)
    endpoint.answer.errback(Failure(reason))
    net.run()
    assert log == [("client", "onconnect", status)]
    assert not activity.isAlive()


def testCloseCancelsTheEndpoint(net: Any, log: list[Any]) -> None:
    endpoint = Endpoint()
    client = Recorded(EndpointStream(endpoint), "client", log, STREAM_CALLBACKS)
    client.handle.connect("", 0)
    client.handle.close()
    net.run()
    assert endpoint.cancelled == [True]
    assert log == [("client", "onclose")]


def testEndpointThatConnectsAfterClose(net: Any) -> None:
    endpoint = Endpoint()
    handle = EndpointStream(endpoint)
    handle.connect("", 0)
    protocol = endpoint.factory.buildProtocol(None)
    handle.close()
    transport = Transport()
    protocol.makeConnection(transport)
    assert transport.disconnected


def testEndpointListensLater(net: Any, log: list[Any]) -> None:
    endpoint, port = Endpoint(), Port()
    server = Recorded(EndpointServer(endpoint), "server", log, SERVER_CALLBACKS)
    assert server.handle.listen(511) == PENDING
    endpoint.answer.callback(port)
    net.run()
    assert log == [("server", "onlisten", 0)]
    server.handle.close()
    net.run()
    assert len(log) == 1
    port.stopped.callback(None)
    net.run()
    assert log[1:] == [("server", "onclose")]


def testEndpointCannotListen(net: Any, log: list[Any]) -> None:
    refusal = error.CannotListenError("", 80, OSError(errno.EACCES, "no"))
    endpoint = Endpoint()
    server = Recorded(EndpointServer(endpoint), "server", log, SERVER_CALLBACKS)
    server.handle.listen(511)
    endpoint.answer.errback(Failure(refusal))
    net.run()
    assert log == [("server", "onlisten", -errno.EACCES)]
    at_once = Endpoint()
    at_once.answer = defer.fail(refusal)
    assert EndpointServer(at_once).listen(511) == -errno.EACCES


def testCloseWhileTheEndpointOpens(net: Any, log: list[Any]) -> None:
    endpoint = Endpoint()
    server = Recorded(EndpointServer(endpoint), "server", log, SERVER_CALLBACKS)
    server.handle.listen(511)
    server.handle.close()
    net.run()
    assert endpoint.cancelled == [True]
    assert log == [("server", "onclose")]
    assert not activity.isAlive()


def testStatusOfAnything() -> None:
    assert twistederrors.toStatus(OSError(errno.ENOENT, "")) == -errno.ENOENT
    assert twistederrors.toStatus(error.ConnectError(osError=OSError(errno.EPERM, ""))) == -errno.EPERM
    assert twistederrors.toStatus(error.NoRouteError()) == -errno.EHOSTUNREACH


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


@check
async def testOptionsOfPorts() -> None:
    """Twisted's own ports know neither ipv6Only nor reusePort: sockets that we open do."""
    world = BridgeWorld()
    first, second = world.server(), world.server()
    assert (first.handle.bind("::1", 0, ipv6Only=True, reusePort=True), first.handle.listen(5)) == (0, 0)
    port = first.handle.getsockname().port
    assert (second.handle.bind("::1", port, reusePort=True), second.handle.listen(5)) == (0, 0)
    await world.close()


def testWithoutEpoll() -> None:
    """As on a system that has none: the bridge serves everything."""
    source = """
import select
for name in [name for name in dir(select) if name.startswith("EPOLL")] + ["epoll"]:
    delattr(select, name)
from twisted.internet import selectreactor
selectreactor.install()
from twisted.internet import reactor
from nodecompat.reactor import choose
server = choose.current().tcpServer()
print(type(server).__name__)
def onConnection(status, peer):
    peer.onread = lambda data: print(data.decode())
    peer.onreadend = lambda status: reactor.stop()
    peer.readStart()
server.onconnection = onConnection
server.bind("127.0.0.1", 0)
server.listen(5)
client = choose.current().tcp()
client.onconnect = lambda status: (client.write(b"hello"), client.close())
client.connect("127.0.0.1", server.getsockname().port)
reactor.run()
"""
    assert finish(start("-c", source)) == (0, "ReactorServer\nhello\n", "")


def testChosenByHand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODECOMPAT_HANDLES", "bridge")
    before = choose.use(None)
    try:
        assert isinstance(choose.current().tcp(), BridgeStream)
    finally:
        choose.use(before)
