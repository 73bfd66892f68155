"""Handles connect, accept, and say why not."""

from __future__ import annotations

import errno
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import EndpointWorld, World

from nodecompat.reactor import handle as contract
from nodecompat.reactor.handle import Address

check = pytest_twisted.ensureDeferred


@check
async def testHasEveryMember(world: World) -> None:
    def members(protocol: Any) -> set[str]:
        names = {n for base in protocol.__mro__ for n in (*vars(base), *vars(base).get("__annotations__", {}))}
        return {name for name in names if name[0] != "_"}

    for made, protocol in ((world.stream(), contract.StreamHandle), (world.server(), contract.ServerHandle)):
        assert [name for name in sorted(members(protocol)) if not hasattr(made.handle, name)] == []


@check
async def testConnects(world: World) -> None:
    """The listener hears of a connection, the client hears 0, and neither hears anything else."""
    server = await world.listen()
    client = world.stream()
    assert client.handle.connect(*world.addressOf(server)) == 0
    assert world.log == []
    await world.until(lambda: client.events() and server.events("onconnection"))
    await world.settle()
    assert client.events() == [("onconnect", 0)]
    assert [event[:2] for event in server.events("onconnection")] == [("onconnection", 0)]


@check
async def testRefused(world: World) -> None:
    server = await world.listen()
    place = world.addressOf(server)
    server.handle.close()
    await world.until(lambda: server.events("onclose"))
    client = world.stream()
    assert client.handle.connect(*place) == 0
    await world.until(client.events)
    expected = -errno.ECONNREFUSED if world.kind == "tcp" else -errno.ENOENT
    assert client.events() == [("onconnect", expected)]


@check
async def testRefusesWhatIsNoAddress(world: World) -> None:
    if isinstance(world, EndpointWorld):
        pytest.skip("an endpoint knows its address")
    wrong = "localhost" if world.kind == "tcp" else "/tmp/" + "x" * 200
    assert world.stream().handle.connect(wrong, 80) == -errno.EINVAL
    assert world.server().handle.bind(wrong, 80) == -errno.EINVAL


@check
async def testConnectsOnce(world: World) -> None:
    server = await world.listen()
    client = world.stream()
    place = world.addressOf(server)
    assert client.handle.connect(*place) == 0
    assert client.handle.connect(*place) == -errno.EALREADY
    await world.until(lambda: client.events("onconnect"))
    assert client.handle.connect(*place) == -errno.EISCONN
    client.handle.close()
    assert client.handle.connect(*place) == -errno.EBADF


@check
async def testCloseForgetsTheConnect(world: World) -> None:
    server = await world.listen()
    client = world.stream()
    client.handle.connect(*world.addressOf(server))
    client.handle.close()
    assert client.events() == []
    await world.until(lambda: client.events("onclose"))
    await world.settle()
    assert client.events() == [("onclose",)]


@check
async def testAddressesMirror(world: World) -> None:
    client, peer = await world.pair()
    assert isinstance(client.handle.getpeername(), Address)
    assert client.handle.getpeername() == peer.handle.getsockname()
    assert client.handle.getsockname()[1:] == peer.handle.getpeername()[1:]
    assert client.handle.getpeername().family == ("IPv4" if world.kind == "tcp" else "pipe")
    client.handle.close()
    assert client.handle.getsockname() == client.handle.getpeername() == -errno.EBADF


@check
async def testNoAddressBeforeTheConnect(world: World) -> None:
    client = world.stream()
    assert client.handle.getpeername() < 0


@check
async def testLocalAddress(world: World) -> None:
    if world.kind == "pipe" or isinstance(world, EndpointWorld):
        pytest.skip("binds no client")
    server = await world.listen()
    client = world.stream()
    assert client.handle.bind("127.0.0.2", 0) == 0
    assert client.handle.bind("127.0.0.2", 0) == -errno.EINVAL
    client.handle.connect(*world.addressOf(server))
    await world.until(lambda: client.events("onconnect"))
    assert client.handle.getsockname().address == "127.0.0.2"


@check
async def testIPv6(world: World) -> None:
    if world.kind == "pipe" or isinstance(world, EndpointWorld):
        pytest.skip("has one family")
    server = world.server()
    assert server.handle.bind("::1", 0) == 0
    assert server.handle.listen(5) == 0
    server.hooks["onconnection"] = lambda status, handle: world.recorded(handle, "peer")
    client = world.stream()
    client.handle.connect(*world.addressOf(server))
    await world.until(lambda: client.events() and server.events("onconnection"))
    assert client.events() == [("onconnect", 0)]
    assert client.handle.getpeername() == server.handle.getsockname()
    assert client.handle.getpeername().family == "IPv6"


@check
async def testAcceptsAnIPv4PeerOnTheIPv6Wildcard(world: World) -> None:
    if world.kind == "pipe" or isinstance(world, EndpointWorld):
        pytest.skip("has one family")
    server = world.server()
    assert (server.handle.bind("::", 0), server.handle.listen(5)) == (0, 0)
    accepted: list[Any] = []
    server.hooks["onconnection"] = lambda status, handle: accepted.append(world.recorded(handle, "peer"))
    client = world.stream()
    client.handle.connect("127.0.0.1", world.addressOf(server)[1])
    await world.until(lambda: accepted)
    assert accepted[0].handle.getpeername().address == "::ffff:127.0.0.1"


@check
async def testAddressInUse(world: World) -> None:
    if isinstance(world, EndpointWorld):
        pytest.skip("the endpoint chooses a free port")
    first = await world.listen()
    second = world.server()
    assert (second.handle.bind(*world.addressOf(first)) or second.handle.listen(5)) == -errno.EADDRINUSE


@check
async def testServerNamesItsPort(world: World) -> None:
    server = await world.listen()
    address = server.handle.getsockname()
    assert address.family == ("IPv4" if world.kind == "tcp" else "pipe")
    assert (address.port > 0) is (world.kind == "tcp")
    server.handle.close()
    assert server.handle.getsockname() == -errno.EBADF


@check
async def testManyAtOnce(world: World) -> None:
    server = await world.listen()
    place = world.addressOf(server)
    clients = [world.stream(f"client{i}") for i in range(100)]
    assert [client.handle.connect(*place) for client in clients] == [0] * 100
    await world.until(lambda: len(server.events("onconnection")) == 100 and all(c.events() for c in clients))
    assert {c.events()[0] for c in clients} == {("onconnect", 0)}


@check
async def testServerClosesInsideItsListener(world: World) -> None:
    """The connection that stands keeps working; a new one is refused."""
    server = await world.listen()
    place = world.addressOf(server)
    accepted = []

    def onConnection(status: int, handle: Any) -> None:
        server.handle.close()
        accepted.append(world.recorded(handle, "peer"))
        handle.readStart()

    server.hooks["onconnection"] = onConnection
    client = world.stream()
    client.handle.connect(*place)
    await world.until(lambda: server.events("onclose") and client.events("onconnect"))
    client.handle.write(b"still here")
    await world.until(lambda: accepted[0].received)
    late = world.stream("late")
    late.handle.connect(*place)
    await world.until(late.events)
    assert late.events()[0][1] < 0
    assert [event[0] for event in server.events()] == ["onconnection", "onclose"]


@check
async def testListenerThatRaises(world: World, raised: list[BaseException]) -> None:
    """Nobody took the connection, so it is closed; the server lives."""
    server = await world.listen()
    place = world.addressOf(server)

    def fail(status: int, handle: Any) -> None:
        raise ValueError("no")

    server.hooks["onconnection"] = fail
    client = world.stream()
    client.handle.connect(*place)
    await world.until(lambda: client.events("onconnect") and raised)
    client.handle.readStart()
    await world.until(lambda: client.events("onreadend"))
    server.hooks["onconnection"] = lambda status, handle: world.recorded(handle, "peer")
    second = world.stream("second")
    second.handle.connect(*place)
    await world.until(lambda: second.events() and len(server.events("onconnection")) == 2)
    assert [type(error) for error in raised] == [ValueError]
    assert second.events() == [("onconnect", 0)]
    assert server.events("onfault") == []
