"""Handles end once, keep a program alive while they do something, and leave nothing behind."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest_twisted
from conformance.worlds import FakeWorld, World

from nodecompat.reactor.handle import SERVER_CALLBACKS, STREAM_CALLBACKS
from nodecompat.reactor.loop import activity, ticks

check = pytest_twisted.ensureDeferred


@check
async def testCloseTwice(world: World) -> None:
    client, _ = await world.pair()
    client.handle.close()
    client.handle.close()
    assert client.events() == []
    await world.until(lambda: client.events())
    client.handle.close()
    await world.settle()
    assert client.events() == [("onclose",)]


@check
async def testCloseUnused(world: World) -> None:
    client, server = world.stream(), world.server()
    client.handle.close()
    server.handle.close()
    await world.until(lambda: client.events() and server.events())
    assert world.log == [("server", "onclose"), ("client", "onclose")]  # the last one first, as in libuv


@check
async def testCallbacksAreDropped(world: World) -> None:
    server = await world.listen()
    client, _ = await world.pair()
    for each in (client, server):
        each.handle.close()
    await world.until(lambda: client.events("onclose") and server.events("onclose"))
    assert [getattr(client.handle, name) for name in STREAM_CALLBACKS] == [None] * len(STREAM_CALLBACKS)
    assert [getattr(server.handle, name) for name in SERVER_CALLBACKS] == [None] * len(SERVER_CALLBACKS)


@check
async def testClosingPhaseComesAfterTheChecks(world: World) -> None:
    """As in Node: close() in a callback, then setImmediate and nextTick, run tick, check, close."""
    client, peer = await world.pair()

    def onRead(data: bytes) -> None:
        peer.handle.close()
        ticks.queueCheck(world.log.append, ("check",))
        ticks.nextTick(world.log.append, ("tick",))

    peer.hooks["onread"] = onRead
    peer.handle.readStart()
    client.handle.write(b"x")
    await world.until(lambda: peer.events("onclose"))
    assert world.log[1:] == [("tick",), ("check",), ("peer", "onclose")]


@check
async def testActiveWhileReading(world: World) -> None:
    client, peer = await world.pair()
    assert activity.resources() == []
    client.handle.readStart()
    assert activity.resources() == [client.handle.resourceName]
    client.handle.readStop()
    assert not activity.isAlive()
    client.handle.readStart()
    peer.handle.close()
    await world.until(lambda: client.events("onreadend"))
    assert client.handle.resourceName not in activity.resources()


@check
async def testActiveWhileWriting(world: World) -> None:
    client, peer = await world.pair()
    while client.handle.write(b"x" * 100_000) == 0:
        assert not activity.isAlive()
    assert activity.isAlive()
    peer.handle.readStart()
    peer.handle.unref()
    await world.until(lambda: client.events())
    assert not activity.isAlive()


@check
async def testActiveWhileConnecting(world: World) -> None:
    server = await world.listen()
    assert activity.resources() == [server.handle.resourceName]
    server.handle.unref()
    client = world.stream()
    client.handle.connect(*world.addressOf(server))
    assert activity.resources() == [client.handle.resourceName]
    await world.until(lambda: client.events())
    assert not activity.isAlive()
    server.handle.ref()
    assert activity.isAlive()


@check
async def testActiveUntilTheOutputHasEnded(world: World) -> None:
    client, _ = await world.pair()
    client.handle.shutdown()
    assert activity.isAlive()
    await world.until(lambda: client.events("onshutdown"))
    assert not activity.isAlive()


@check
async def testRef(world: World) -> None:
    client, _ = await world.pair()
    assert client.handle.hasRef()
    client.handle.unref()
    client.handle.readStart()
    assert not client.handle.hasRef()
    assert not activity.isAlive()
    client.handle.ref()
    assert client.handle.hasRef()
    assert activity.isAlive()
    client.handle.close()
    assert not client.handle.hasRef()


@check
async def testDescriptor(world: World) -> None:
    client, _ = await world.pair()
    assert (client.handle.fileno() < 0) is isinstance(world, FakeWorld)
    client.handle.close()
    assert client.handle.fileno() == -1


@check
async def testNothingIsLeft(world: World, descriptors: Any) -> None:
    """Connections made and closed in every way leave no descriptor."""
    await world.pair()
    before = descriptors()
    for end in ("close", "reset", "shutdown"):
        client, peer = await world.pair()
        client.handle.write(b"x")
        getattr(client.handle, end)()
        peer.handle.readStart()
        await world.until(lambda peer=peer: peer.events("onreadend"))
        client.handle.close()
        peer.handle.close()
        await world.until(lambda c=client, p=peer: c.events("onclose") and p.events("onclose"))
    await world.until(lambda: descriptors() <= before)


@check
async def testRetireTakesThoseWhoAreConnected(world: World) -> None:
    """They are all announced before `onretired`, and nobody comes after."""
    server = await world.listen()
    address = world.addressOf(server)
    clients = [world.stream(f"client {number}") for number in range(3)]
    for client in clients:
        assert client.handle.connect(*address) == 0
    await world.until(lambda: all(client.events("onconnect") for client in clients))
    assert server.handle.retire() == 0
    await world.until(lambda: server.events("onretired"))
    assert [event[0] for event in server.events()] == ["onconnection"] * 3 + ["onretired"]
    late = world.stream("late")
    if late.handle.connect(*address) == 0:
        await world.until(lambda: late.events("onconnect"))
        assert late.events("onconnect")[0][1] < 0
    await world.settle()
    assert [event[0] for event in server.events()] == ["onconnection"] * 3 + ["onretired"]
    server.handle.close()
    await world.until(lambda: server.events("onclose"))


@check
async def testRetireOfWhatDoesNotListen(world: World) -> None:
    server = world.server()
    assert server.handle.retire() < 0
    server.handle.close()
    assert server.handle.retire() < 0


@check
async def testCloseWhileRetiring(world: World) -> None:
    server = await world.listen()
    assert server.handle.retire() == 0
    server.handle.close()
    await world.until(lambda: server.events())
    await world.settle()
    assert server.events() == [("onclose",)]


@check
async def testReferenceCountingFreesAClosedHandle(world: World) -> None:
    """No cycle holds a finished connection: what its callbacks refer to goes with it."""

    class Owner:
        pass

    gc.collect()
    gc.disable()
    try:
        client, peer = await world.pair()
        owner = Owner()
        client.hooks["onread"] = lambda data, owner=owner: None
        gone = weakref.ref(owner)
        client.handle.readStart()
        client.handle.close()
        peer.handle.close()
        await world.until(lambda: world.log.count(("client", "onclose")) + world.log.count(("peer", "onclose")) == 2)
        await world.settle()
        del owner, client, peer
        world.handles.clear()
        assert gone() is None
    finally:
        gc.enable()
