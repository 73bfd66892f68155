"""TCP over descriptors: connecting, the options of a socket, descriptors that are taken over."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import DescriptorWorld
from plainpeer import isQuiet

from nodecompat.reactor.descriptor.tcp import TCP
from nodecompat.reactor.handle import EOF

check = pytest_twisted.ensureDeferred


@pytest.fixture
def world(descriptorWorld: DescriptorWorld) -> DescriptorWorld:
    return descriptorWorld


@check
async def testFailedConnectDoesNotSpin(world: DescriptorWorld) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = world.stream()
        client.handle.connect(*unused.getsockname())
        await world.until(client.events)
    await world.settle()
    await world.until(isQuiet)
    assert client.events() == [("onconnect", -errno.ECONNREFUSED)]


@check
@pytest.mark.parametrize("unused", ["client", "server"])
async def testBindTwice(world: DescriptorWorld, unused: str) -> None:
    made = world.stream() if unused == "client" else world.server()
    assert made.handle.bind("127.0.0.1", 0) == 0
    assert made.handle.bind("127.0.0.1", 0) == -errno.EINVAL


@check
async def testABindThatFailsLeavesNoSocket(world: DescriptorWorld) -> None:
    """Another address may be tried on the same handle."""
    taken = await world.listen()
    made = world.server("second")
    assert made.handle.bind(*world.addressOf(taken)) == -errno.EADDRINUSE
    assert (made.handle.fileno(), made.handle.bind("127.0.0.1", 0)) == (-1, 0)


@check
async def testListenWithoutBindTakesAnyPort(world: DescriptorWorld) -> None:
    server = world.server()
    assert server.handle.listen(1) == 0
    address = server.handle.getsockname()
    assert (address.address, address.port > 0) == ("0.0.0.0", True)


@check
async def testConnectFromABoundAddress(world: DescriptorWorld) -> None:
    server = await world.listen()
    client = world.stream()
    assert client.handle.bind("127.0.0.1", 0) == 0
    local = client.handle.getsockname()
    assert client.handle.connect(*world.addressOf(server)) == 0
    await world.until(lambda: client.events() and server.events())
    assert server.events()[0][2].getpeername() == local


@check
async def testNamesAreNotLookedUp(world: DescriptorWorld) -> None:
    assert world.stream().handle.connect("localhost", 80) == -errno.EINVAL
    assert world.server().handle.bind("localhost", 0) == -errno.EINVAL


@check
async def testConnectWhileConnectedOrClosed(world: DescriptorWorld) -> None:
    client, _ = await world.pair()
    assert client.handle.connect("127.0.0.1", 1) == -errno.EISCONN
    client.handle.close()
    assert client.handle.connect("127.0.0.1", 1) == -errno.EBADF


# Options


def option(made: Any, level: int, name: int) -> int:
    with socket.fromfd(made.handle.fileno(), socket.AF_INET, socket.SOCK_STREAM) as same:
        return same.getsockopt(level, name)


@check
async def testNoDelay(world: DescriptorWorld) -> None:
    client, _ = await world.pair()
    for enable in (True, False):
        assert client.handle.setNoDelay(enable) == 0
        assert bool(option(client, socket.IPPROTO_TCP, socket.TCP_NODELAY)) is enable


@check
async def testKeepAliveTakesWholeSeconds(world: DescriptorWorld) -> None:
    """Milliseconds come in; less than a second is one second."""
    client, _ = await world.pair()
    assert client.handle.setKeepAlive(True, 7900, 500, 4) == 0
    names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    assert [option(client, socket.IPPROTO_TCP, name) for name in names] == [7, 1, 4]
    assert option(client, socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert client.handle.setKeepAlive(False, 0) == 0
    assert option(client, socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0


@check
async def testNoDelayOfKeepAliveLeavesTheSystemsTimes(world: DescriptorWorld) -> None:
    client, _ = await world.pair()
    before = option(client, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
    assert client.handle.setKeepAlive(True, 0) == 0
    assert option(client, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == before


@check
async def testTypeOfService(world: DescriptorWorld) -> None:
    client, _ = await world.pair()
    assert client.handle.setTypeOfService(0x10) == 0
    assert client.handle.getTypeOfService() == 0x10
    assert world.stream("unopened").handle.getTypeOfService() < 0


# Descriptors that are taken over


def openedStream(world: DescriptorWorld, sock: socket.socket, name: str = "client") -> Any:
    handle = world.factory.openStream(sock.detach())
    assert not isinstance(handle, int)
    return world.recorded(handle, name)


@check
async def testAConnectedDescriptorIsAStream(world: DescriptorWorld) -> None:
    ours, plain = socket.socketpair()
    made = openedStream(world, ours)
    assert made.handle.readStart() == 0
    plain.send(b"hello")
    plain.close()
    await world.until(lambda: made.events("onreadend"))
    assert (made.received, made.events("onreadend")) == (b"hello", [("onreadend", EOF)])


@check
async def testADescriptorThatIsOnlyBoundMayConnect(world: DescriptorWorld) -> None:
    server = await world.listen()
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    made = openedStream(world, sock)
    assert isinstance(made.handle, TCP)
    assert made.handle.write(b"x") == -errno.ENOTCONN
    assert made.handle.connect(*world.addressOf(server)) == 0
    await world.until(made.events)
    assert made.events() == [("onconnect", 0)]


@check
async def testAListeningDescriptorIsAServer(world: DescriptorWorld) -> None:
    sock = socket.create_server(("127.0.0.1", 0))
    place = sock.getsockname()
    handle = world.factory.openServer(sock.detach())
    world.handles.append(handle)
    accepted: list[Any] = []
    handle.onconnection = lambda status, stream: accepted.append(world.recorded(stream, "peer"))
    assert handle.listen(5) == 0
    with socket.create_connection(place):
        await world.until(lambda: accepted)


@check
async def testWhatIsNoStreamSocketStaysOpen(world: DescriptorWorld) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        assert world.factory.openStream(sock.fileno()) == -errno.EINVAL
        assert world.factory.openServer(sock.fileno()) == -errno.EINVAL
        assert sock.getsockname()[0] == "0.0.0.0"
    assert world.factory.openStream(100_000) == -errno.EBADF
