"""Twisted on both sides: endpoints and their descriptions as addresses, a server as a factory, adopted transports."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from net.conftest import settled
from program import program
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP4ServerEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport

from nodecompat import net
from nodecompat.errors import ERR_SOCKET_BAD_PORT


def event(emitter: Any, name: str) -> Deferred[Any]:
    """The first argument of the next such event."""
    waiting: Deferred[Any] = Deferred()
    emitter.once(name, lambda *args: waiting.called or waiting.callback(args[0] if args else None))
    return waiting.addTimeout(20, reactor)


async def closed(server: net.Server) -> None:
    done = event(server, "close")
    server.close()
    await done
    await settled()


def echo(socket: net.Socket) -> None:
    socket.pipe(socket)


async def exchange(socket: net.Socket) -> bytes:
    received: list[bytes] = []
    socket.on("data", received.append)
    socket.end("ping")
    await event(socket, "close")
    return b"".join(received)


@pytest_twisted.ensureDeferred
async def testDescriptionsOnBothSides() -> None:
    server = net.createServer({"allowHalfOpen": True}, echo).listen("tcp:0:interface=127.0.0.1")
    await event(server, "listening")
    info = server.address()
    assert (info.address, info.family, server.listening) == ("127.0.0.1", "IPv4", True)  # type: ignore[union-attr]
    client = net.connect(f"tcp:127.0.0.1:{info.port}")  # type: ignore[union-attr]
    assert client.connecting
    assert await exchange(client) == b"ping"
    await closed(server)


@pytest_twisted.ensureDeferred
async def testEndpointObjectsOnBothSides() -> None:
    server = net.createServer({"allowHalfOpen": True}, echo)
    server.listen(TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1"))
    await event(server, "listening")
    port = server.address().port  # type: ignore[union-attr]
    client = net.connect(endpoint=TCP4ClientEndpoint(reactor, "127.0.0.1", port))
    await event(client, "connect")
    assert (client.remotePort, client.remoteFamily) == (port, "IPv4")
    assert await exchange(client) == b"ping"
    await closed(server)


@pytest_twisted.ensureDeferred
async def testAUnixEndpoint(tmp_path: Any) -> None:
    path = str(tmp_path / "s")
    server = net.createServer({"allowHalfOpen": True}, echo).listen(f"unix:{path}")
    await event(server, "listening")
    assert server.address() == path
    assert await exchange(net.connect(f"unix:{path}")) == b"ping"
    await closed(server)


@pytest_twisted.ensureDeferred
async def testAnEndpointThatRefuses() -> None:
    server = net.createServer().listen(0, "127.0.0.1")
    await event(server, "listening")
    port = server.address().port  # type: ignore[union-attr]
    await closed(server)
    client = net.connect(f"tcp:127.0.0.1:{port}")
    error = await event(client, "error")
    assert error.message == f"connect ECONNREFUSED tcp:127.0.0.1:{port}"
    assert (error.code, error.syscall) == ("ECONNREFUSED", "connect")
    await settled()


@pytest_twisted.ensureDeferred
async def testAnEndpointWhosePortIsTaken() -> None:
    first = net.createServer().listen(0, "127.0.0.1")
    await event(first, "listening")
    port = first.address().port  # type: ignore[union-attr]
    second = net.createServer()
    failed = event(second, "error")
    second.listen(f"tcp:{port}:interface=127.0.0.1")
    error = await failed
    assert (error.code, error.syscall, second.listening) == ("EADDRINUSE", "listen", False)
    await closed(first)


@pytest_twisted.ensureDeferred
async def testCloseWhileAnEndpointOpens() -> None:
    class Slow:
        def listen(self, factory: Any) -> Deferred[Any]:
            return Deferred()

    server = net.createServer().listen(Slow())
    assert not server.listening and server.address() is None
    await closed(server)


@pytest_twisted.ensureDeferred
async def testAServerAsAFactory() -> None:
    """Somebody else listens; the connections are the server's."""
    server = net.createServer({"allowHalfOpen": True}, echo)
    port = await TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(server.asFactory())
    assert await exchange(net.connect(port.getHost().port, "127.0.0.1")) == b"ping"
    await port.stopListening()
    assert server.connections == 0
    await settled()


@pytest_twisted.ensureDeferred
async def testAFactoryWithAStringTransport() -> None:
    """As Twisted programs test their protocols."""
    seen: list[Any] = []
    factory = net.createServer(lambda socket: socket.on("data", seen.append)).asFactory()
    protocol = factory.buildProtocol(None)
    transport = StringTransport()
    protocol.makeConnection(transport)
    protocol.dataReceived(b"hello")
    protocol.connectionLost()
    await settled()
    assert seen == [b"hello"]


@pytest_twisted.ensureDeferred
async def testASocketFromATransport() -> None:
    """A Twisted protocol hands its connection over, in the middle of its life."""
    adopted: list[Any] = []

    class Greeter(Protocol):
        def dataReceived(self, data: bytes) -> None:
            socket = net.fromTransport(self.transport, allowHalfOpen=True)
            socket.write(b"hello " + data)
            echo(socket)
            adopted.append(socket.remotePort)

    port = await TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(Factory.forProtocol(Greeter))
    client = net.connect(port.getHost().port, "127.0.0.1")
    client.write("you, ")
    received: list[bytes] = []
    client.on("data", received.append)
    await event(client, "data")
    client.end("and again")
    await event(client, "close")
    assert b"".join(received) == b"hello you, and again"
    assert adopted[0] > 0
    await port.stopListening()
    await settled()


def testAProgramEndsAfterItsServersClose() -> None:
    """Twisted frees the port a moment later; the program waits for that."""
    code, out, err = program(
        """
from nodecompat import net, run
server = net.createServer().on("close", lambda: print("close"))
server.listen("tcp:0:interface=127.0.0.1", lambda: server.close())
run()
"""
    )
    assert (code, out, err) == (0, "close\n", "")


@pytest.mark.parametrize(
    ("call", "description", "port"),
    [
        (net.connect, "tcp:h:99999", "type string ('99999')"),
        (net.connect, "tcp:h:x", "type string ('x')"),
        (net.connect, "tcp:99999", "undefined"),
        (net.connect, "tcp:host=h:port=-1", "type string ('-1')"),
        (net.createServer().listen, "tcp:99999", "type string ('99999')"),
        (net.createServer().listen, "tcp6:x:interface=\\:\\:1", "type string ('x')"),
        (net.createServer().listen, "tcp:", "type string ('')"),
    ],
)
def testAPortThatIsNone(call: Any, description: str, port: str) -> None:
    text = f"the port of {description!r} should be >= 0 and < 65536. Received {port}."
    with pytest.raises(ERR_SOCKET_BAD_PORT) as caught:
        call(description)
    assert str(caught.value) == text


@pytest_twisted.ensureDeferred
async def testAnAddressInUseIsNamed() -> None:
    first = net.createServer().listen(0, "127.0.0.1")
    await event(first, "listening")
    description = f"tcp:{first.address().port}:interface=127.0.0.1"  # type: ignore[union-attr]
    second = net.createServer().listen(description)
    error = await event(second, "error")
    assert str(error) == f"listen EADDRINUSE: address already in use {description}"
    await closed(first)
