"""The listener bridge: factories, ports and endpoints that only Twisted knows."""

from __future__ import annotations

import errno
from typing import Any

import pytest
import pytest_twisted
from bridged import Transport
from conformance.worlds import BridgeWorld, Recorded
from program import finish, start
from twisted.internet import defer, error
from twisted.python.failure import Failure

from nodecompat.reactor.handle import PENDING, SERVER_CALLBACKS, STREAM_CALLBACKS
from nodecompat.reactor.loop import activity
from nodecompat.reactor.twisted.endpoints import EndpointServer
from nodecompat.reactor.twisted.ports import EndpointStream, HandleFactory

check = pytest_twisted.ensureDeferred


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
