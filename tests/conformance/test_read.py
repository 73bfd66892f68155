"""Handles read: data, the end, the errno, and nothing while nobody wants it."""

from __future__ import annotations

import errno
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import World

from nodecompat.reactor.handle import EOF
from nodecompat.reactor.loop import ticks

check = pytest_twisted.ensureDeferred


@check
async def testNotBeforeTheConnection(world: World) -> None:
    client = world.stream()
    assert client.handle.readStart() == -errno.ENOTCONN
    assert client.handle.readStop() == 0


@check
async def testDataArrives(world: World) -> None:
    client, peer = await world.pair()
    assert (peer.handle.readStart(), peer.handle.readStart()) == (0, 0)
    assert client.handle.write(b"hello") == 0
    await world.until(lambda: peer.received)
    assert world.log == [("peer", "onread", b"hello")]
    assert type(world.log[0][2]) is bytes
    assert (client.handle.bytesWritten, peer.handle.bytesRead) == (5, 5)


@check
async def testReadStartDoesNotCallBack(world: World) -> None:
    client, peer = await world.pair()
    client.handle.write(b"waiting")
    await world.settle()
    peer.handle.readStart()
    assert world.log == []
    await world.until(lambda: peer.received == b"waiting")


@check
async def testPiecesAreAtMost64KiB(world: World) -> None:
    client, peer = await world.pair()
    data = bytes(range(256)) * 2048  # 512 KiB
    peer.handle.readStart()
    client.handle.write(data)
    await world.until(lambda: len(peer.received) == len(data))
    sizes = {len(event[1]) for event in peer.events("onread")}
    assert peer.received == data
    assert 0 < min(sizes) <= max(sizes) <= 65536


@check
async def testNothingWhileStopped(world: World) -> None:
    client, peer = await world.pair()
    peer.handle.readStart()
    peer.handle.readStop()
    client.handle.write(b"later")
    await world.settle()
    assert world.log == []
    peer.handle.readStart()
    await world.until(lambda: peer.received == b"later")


@check
async def testStopInsideOnread(world: World) -> None:
    """However much has come, this was the last event until readStart."""
    client, peer = await world.pair()
    peer.hooks["onread"] = lambda data: peer.handle.readStop()
    client.handle.write(b"x" * 300_000)
    await world.settle()
    peer.handle.readStart()
    await world.until(lambda: peer.events("onread"))
    await world.settle()
    assert len(peer.events("onread")) == 1
    del peer.hooks["onread"]
    peer.handle.readStart()
    await world.until(lambda: len(peer.received) == 300_000)


@check
async def testStopAndStartInsideOnread(world: World) -> None:
    client, peer = await world.pair()
    peer.hooks["onread"] = lambda data: (peer.handle.readStop(), peer.handle.readStart())
    peer.handle.readStart()
    client.handle.write(b"a" * 200_000)
    await world.until(lambda: len(peer.received) == 200_000)


@check
async def testTheEndComesAfterTheData(world: World) -> None:
    client, peer = await world.pair()
    client.handle.write(b"last words")
    client.handle.shutdown()
    await world.settle()
    peer.handle.readStart()
    await world.until(lambda: peer.events("onreadend"))
    await world.settle()
    assert peer.received == b"last words"
    assert peer.events()[-1] == ("onreadend", EOF)
    assert len(peer.events("onreadend")) == 1


@check
async def testTheEndAgain(world: World) -> None:
    """Whoever reads after the end is told the end."""
    client, peer = await world.pair()
    client.handle.close()
    peer.handle.readStart()
    await world.until(lambda: peer.events("onreadend"))
    peer.handle.readStart()
    await world.until(lambda: len(peer.events("onreadend")) == 2)
    assert peer.events("onreadend") == [("onreadend", EOF)] * 2


@check
async def testCloseOfThePeerIsTheEnd(world: World) -> None:
    client, peer = await world.pair()
    peer.handle.readStart()
    client.handle.close()
    await world.until(lambda: peer.events())
    assert peer.events() == [("onreadend", EOF)]


@check
async def testReset(world: World) -> None:
    if world.kind == "pipe":
        pytest.skip("has no reset")
    client, peer = await world.pair()
    peer.handle.readStart()
    assert client.handle.reset() == 0
    await world.until(lambda: peer.events())
    await world.settle()
    assert peer.events() == [("onreadend", -errno.ECONNRESET)]
    assert client.events() == [("onclose",)]
    assert client.handle.reset() == -errno.EBADF


@check
async def testResetFoundWhenReadingStarts(world: World) -> None:
    """A stopped handle sees nothing of a reset, and does not spin on it."""
    if world.kind == "pipe":
        pytest.skip("has no reset")
    client, peer = await world.pair()
    client.handle.reset()
    await world.settle()
    assert peer.events() == []
    peer.handle.readStart()
    await world.until(lambda: peer.events())
    assert peer.events() == [("onreadend", -errno.ECONNRESET)]


@check
async def testTicksRunBetweenTwoReads(world: World) -> None:
    client, peer = await world.pair()

    def onRead(data: bytes) -> None:
        ticks.nextTick(world.log.append, ("tick",))
        ticks.queueMicrotask(world.log.append, ("microtask",))

    peer.hooks["onread"] = onRead
    client.handle.write(b"x" * 200_000)
    await world.settle()
    peer.handle.readStart()
    await world.until(lambda: len(peer.received) == 200_000)
    await world.until(lambda: world.log[-1] == ("microtask",))
    kinds = [event[-1] if len(event) == 1 else event[1] for event in world.log if event[0] != "client"]
    assert kinds == ["onread", "tick", "microtask"] * (len(kinds) // 3)
    assert len(kinds) >= 4 * 3


@check
async def testCloseInsideOnread(world: World) -> None:
    """One event, and then nothing but onclose."""
    client, peer = await world.pair()
    client.handle.write(b"x" * 300_000)
    client.handle.shutdown()
    peer.hooks["onread"] = lambda data: peer.handle.close()
    await world.settle()
    peer.handle.readStart()
    await world.until(lambda: peer.events("onclose"))
    await world.settle()
    assert [event[0] for event in peer.events()] == ["onread", "onclose"]


@check
async def testListenerThatRaises(world: World, raised: list[BaseException]) -> None:
    """The error is reported, the owner told by onfault; nothing that came is lost."""
    client, peer = await world.pair()

    def fail(data: bytes) -> None:
        del peer.hooks["onread"]
        raise ValueError("no")

    peer.hooks["onread"] = fail
    client.handle.write(b"x" * 300_000)
    await world.settle()
    peer.handle.readStart()
    await world.until(lambda: len(peer.received) == 300_000)
    assert [type(error) for error in raised] == [ValueError]
    assert [event[0] for event in peer.events()][:2] == ["onread", "onfault"]


@check
async def testOneFailureDoesNotStopOthers(world: World, raised: list[BaseException]) -> None:
    server = await world.listen()
    peers: list[Any] = []

    def onConnection(status: int, handle: Any) -> None:
        peers.append(world.recorded(handle, f"peer{len(peers)}"))
        handle.readStart()
        if len(peers) == 2:
            peers[1].hooks["onread"] = lambda data: 1 / 0

    server.hooks["onconnection"] = onConnection
    clients = [world.stream(f"client{i}") for i in range(4)]
    for client in clients:
        client.handle.connect(*world.addressOf(server))
    await world.until(lambda: len(peers) == 4 and all(client.events() for client in clients))
    for client in clients:
        client.handle.write(b"x")
    await world.until(lambda: all(peer.received for peer in peers))
    assert [type(error) for error in raised] == [ZeroDivisionError]
