"""The tracer is told each step, in order, and nobody else notices."""

from __future__ import annotations

import errno
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest_twisted
from conformance.worlds import WORLDS, World

from nodecompat.reactor import choose
from nodecompat.reactor.handle import PENDING
from nodecompat.reactor.tracing import hook

check = pytest_twisted.ensureDeferred


class Steps:
    """A tracer: what each handle told."""

    def __init__(self) -> None:
        self.all: list[tuple[Any, ...]] = []

    def __call__(self, handle: Any, step: str, *details: Any) -> None:
        self.all.append((handle, step, *details))

    def of(self, handle: Any) -> list[tuple[Any, ...]]:
        return [step[1:] for step in self.all if step[0] is handle]


@pytest_twisted.async_yield_fixture(params=["descriptor", "descriptor-pipe", "bridge", "bridge-pipe"])
async def world(request: Any) -> AsyncIterator[World]:
    """A world whose factory is in force, as it is for the Node layer."""
    made = WORLDS[request.param]()
    before = choose.use(made.factory)
    yield made
    choose.stopTracing()
    choose.use(before)
    await made.close()


def traced(world: World) -> Steps:
    steps = Steps()
    choose.startTracing(steps)
    world.factory = choose.current()
    return steps


@check
async def testOneConnection(world: World) -> None:
    steps = traced(world)
    client, peer = await world.pair()
    client.handle.readStart()
    peer.handle.readStart()
    peer.handle.readStop()
    client.handle.write(b"hello")
    client.handle.shutdown()
    peer.handle.readStart()
    await world.until(lambda: peer.events("onreadend") and client.events("onshutdown"))
    for each in (client, peer):
        each.handle.close()
    told = [step[0] for step in steps.of(client.handle)]
    wanted = [hook.CONNECT, hook.READ_STARTED, hook.SEND, hook.SHUTDOWN, hook.CLOSE]
    assert [step for step in told if step in wanted] == wanted
    assert (hook.RECV, 5) in steps.of(peer.handle)
    assert (hook.RECV, 0) in steps.of(peer.handle)
    assert [s[0] for s in steps.of(peer.handle) if s[0].startswith("read")] == [
        hook.READ_STARTED,
        hook.READ_STOPPED,
        hook.READ_STARTED,
    ]
    accepts = [step for step in steps.all if step[1] == hook.ACCEPT]
    assert [step[2] for step in accepts] == [peer.handle]


@check
async def testTheArticle() -> None:
    """socket, bind, listen, accept on the one side; socket, connect → EINPROGRESS, SO_ERROR 0 on the other."""
    world = WORLDS["descriptor"]()
    before = choose.use(world.factory)
    steps = traced(world)
    server = await world.listen()
    place = world.addressOf(server)
    client = world.stream()
    client.handle.connect(*place)
    await world.until(lambda: client.events() and server.events())
    assert steps.of(server.handle)[:3] == [
        (hook.SOCKET, server.handle.fileno()),
        (hook.BIND, "127.0.0.1", 0, 0),
        (hook.LISTEN, 511, 0),
    ]
    assert [step[0] for step in steps.of(server.handle)[3:]] == [hook.ACCEPT, hook.EAGAIN]
    assert steps.of(client.handle) == [
        (hook.SOCKET, client.handle.fileno()),
        (hook.CONNECT, *place, -errno.EINPROGRESS),
        (hook.WRITE_ARMED,),
        (hook.SO_ERROR, 0),
        (hook.WRITE_DISARMED,),
    ]
    choose.stopTracing()
    choose.use(before)
    await world.close()


@check
async def testRefusal(world: World) -> None:
    steps = traced(world)
    server = await world.listen()
    place = world.addressOf(server)
    server.handle.close()
    await world.until(lambda: server.events("onclose"))
    client = world.stream()
    client.handle.connect(*place)
    await world.until(client.events)
    told = steps.of(client.handle)
    assert any(step[0] in (hook.SO_ERROR, hook.CONNECT) and step[-1] == client.events()[0][1] for step in told)


@check
async def testFullKernel() -> None:
    """A write that does not fit arms the watcher until it is done; handles that exist are found on the poller."""
    world = WORLDS["descriptor"]()
    client, peer = await world.pair()
    client.handle.readStart()
    steps = Steps()
    choose.startTracing(steps)
    assert client.handle.write(b"x" * 20_000_000) == PENDING
    peer.handle.readStart()
    await world.until(lambda: client.events("onwrite"))
    choose.stopTracing()
    told = [step[0] for step in steps.of(client.handle)]
    assert told[:2] == [hook.SEND, hook.WRITE_ARMED]
    assert told[-1] == hook.WRITE_DISARMED
    assert sum(step[1] for step in steps.of(client.handle) if step[0] == hook.SEND) == 20_000_000
    await world.close()


@check
async def testAfterStopHandlesAreAsBefore() -> None:
    world = WORLDS["descriptor"]()
    client, _ = await world.pair()
    plain = type(client.handle)
    client.handle.readStart()
    steps = Steps()
    choose.startTracing(steps)
    assert type(client.handle) is not plain
    choose.stopTracing()
    assert type(client.handle) is plain
    assert isinstance(client.handle._socket, socket.SocketType)
    client.handle.write(b"x")
    assert steps.all == []
    await world.close()


@check
async def testConformsWhileTraced(world: World) -> None:
    """Nothing but the telling changes: a megabyte there and back."""
    traced(world)
    client, peer = await world.pair()
    data = bytes(range(256)) * 4096
    peer.handle.readStart()
    client.handle.write(data)
    await world.until(lambda: len(peer.received) == len(data))
    assert peer.received == data
