"""Handles write: at once, later, or not; and end their output."""

from __future__ import annotations

import errno
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import EndpointWorld, Recorded, World

from nodecompat.reactor.handle import EOF, PENDING

check = pytest_twisted.ensureDeferred
#: More than any kernel, and Twisted, keeps for a peer that does not read.
MUCH = 64 * 1024 * 1024


def fill(stream: Recorded) -> int:
    """One write that cannot be done before the peer reads. Returns how many bytes were given."""
    assert stream.handle.write(b"0123456789abcdef" * (MUCH // 16)) == PENDING
    return MUCH


@check
async def testNotBeforeTheConnection(world: World) -> None:
    client = world.stream()
    assert client.handle.write(b"x") == -errno.ENOTCONN
    assert client.handle.shutdown() == -errno.ENOTCONN


@check
async def testNotWhileConnecting(world: World) -> None:
    server = await world.listen()
    client = world.stream()
    client.handle.connect(*world.addressOf(server))
    assert client.handle.readStart() == client.handle.shutdown() == -errno.ENOTCONN
    await world.until(lambda: client.events("onconnect"))
    assert client.events() == [("onconnect", 0)]


@check
async def testNotAfterClose(world: World) -> None:
    client, _ = await world.pair()
    client.handle.close()
    assert client.handle.write(b"x") == -errno.EBADF
    assert client.handle.writev([b"x"]) == -errno.EBADF
    assert client.handle.shutdown() == -errno.ENOTCONN
    assert client.handle.readStart() < 0


@check
async def testDoneAtOnceMeansNoCallback(world: World) -> None:
    client, peer = await world.pair()
    peer.handle.readStart()
    assert client.handle.write(b"one") == 0
    assert client.handle.write(b"") == 0
    assert client.handle.writeQueueSize == 0
    await world.until(lambda: peer.received == b"one")
    await world.settle()
    assert client.events() == []


@check
@pytest.mark.parametrize("make", [bytes, bytearray, memoryview])
async def testAnyBytesLikeObject(world: World, make: Any) -> None:
    client, peer = await world.pair()
    peer.handle.readStart()
    assert client.handle.write(make(b"some bytes")) == 0
    await world.until(lambda: peer.received == b"some bytes")


@check
async def testSeveralBuffers(world: World) -> None:
    client, peer = await world.pair()
    peer.handle.readStart()
    assert client.handle.writev([b"a", bytearray(b"bc"), memoryview(b"def"), b""]) == 0
    await world.until(lambda: peer.received == b"abcdef")
    assert client.handle.bytesWritten == 6


@check
async def testMoreBuffersThanOneCallTakes(world: World) -> None:
    client, peer = await world.pair()
    chunks = [b"%05d" % i * 20 for i in range(5000)]  # 500 kB in 5000 buffers
    peer.handle.readStart()
    client.handle.writev(chunks)
    await world.until(lambda: len(peer.received) == 500_000)
    assert peer.received == b"".join(chunks)


@check
async def testPendingUntilThePeerReads(world: World) -> None:
    client, peer = await world.pair()
    given = fill(client)
    assert client.handle.writeQueueSize > 0
    await world.settle()
    assert client.events() == []
    peer.handle.readStart()
    await world.until(lambda: client.events())
    assert client.events() == [("onwrite", 0)]
    assert client.handle.writeQueueSize == 0
    await world.until(lambda: peer.handle.bytesRead == given)
    assert client.handle.bytesWritten == peer.handle.bytesRead == given
    assert peer.received == b"0123456789abcdef" * (given // 16)


@check
async def testWriteInsideOnwrite(world: World) -> None:
    client, peer = await world.pair()
    given = fill(client)
    client.hooks["onwrite"] = lambda status: client.hooks.clear() or client.handle.write(b"more")
    peer.handle.readStart()
    await world.until(lambda: peer.handle.bytesRead == given + 4)
    assert peer.received[-4:] == b"more"


@check
async def testLargeBuffersInOneWrite(world: World) -> None:
    client, peer = await world.pair()
    chunks = [bytes([i]) * 3_000_000 for i in range(4)]
    assert client.handle.writev(chunks) == PENDING
    peer.handle.readStart()
    await world.until(lambda: client.events() and len(peer.received) == 12_000_000)
    assert peer.received == b"".join(chunks)


@check
async def testShutdown(world: World) -> None:
    client, peer = await world.pair()
    peer.handle.readStart()
    assert client.handle.shutdown() == 0
    assert world.log == []
    assert client.handle.shutdown() == -errno.ENOTCONN
    await world.until(lambda: client.events() and peer.events())
    assert client.events() == [("onshutdown", 0)]
    assert peer.events() == [("onreadend", EOF)]
    assert client.handle.write(b"x") < 0


@check
async def testShutdownWaitsForTheWrite(world: World) -> None:
    client, peer = await world.pair()
    given = fill(client)
    assert client.handle.shutdown() == 0
    await world.settle()
    assert client.events() == []
    peer.handle.readStart()
    await world.until(lambda: peer.events("onreadend") and client.events("onshutdown"))
    assert client.events() == [("onwrite", 0), ("onshutdown", 0)]
    assert len(peer.received) == given


@check
async def testShutdownSurvivesAListenerThatRaises(world: World, raised: list[BaseException]) -> None:
    client, peer = await world.pair()
    fill(client)
    client.handle.shutdown()
    client.hooks["onwrite"] = lambda status: 1 / 0
    peer.handle.readStart()
    await world.until(lambda: client.events("onshutdown"))
    assert [event[0] for event in client.events()] == ["onwrite", "onfault", "onshutdown"]


@check
async def testHalfClosed(world: World) -> None:
    """After the peer's end our data still goes its way."""
    client, peer = await world.pair()
    client.handle.readStart()
    peer.handle.readStart()
    client.handle.shutdown()
    await world.until(lambda: peer.events("onreadend"))
    assert peer.handle.write(b"still") == 0
    peer.handle.shutdown()
    await world.until(lambda: client.events("onreadend") and peer.events("onshutdown"))
    assert client.received == b"still"
    assert client.events()[-1] == ("onreadend", EOF)


@check
async def testBreakWhilePending(world: World) -> None:
    if world.kind == "pipe":
        pytest.skip("has no reset")
    client, peer = await world.pair()
    fill(client)
    peer.handle.reset()
    await world.until(lambda: client.events())
    await world.settle()
    assert [event[0] for event in client.events()] == ["onwrite"]
    assert client.events()[0][1] in (-errno.ECONNRESET, -errno.EPIPE)
    assert client.handle.writeQueueSize == 0


@check
async def testWriteToAPeerThatHasGone(world: World) -> None:
    """The first write may still be taken; soon one fails, by its result or its callback."""
    client, peer = await world.pair()
    peer.handle.close()
    await world.until(lambda: peer.events("onclose"))
    await world.settle()
    failures: list[int] = []

    def tried() -> bool:
        if not client.handle.writeQueueSize:
            status = client.handle.write(b"anybody?")
            if status < 0:
                failures.append(status)
        return bool(failures or client.events("onwrite"))

    await eventually(world, tried)
    failures += [event[1] for event in client.events("onwrite")]
    assert failures[0] in (-errno.EPIPE, -errno.ECONNRESET)


async def eventually(world: World, condition: Any) -> None:
    """As `until`, for a condition that acts."""
    for _ in range(1000):
        if condition():
            return
        await world.turn()
    raise AssertionError("never")


@check
async def testCloseForgetsThePendingWrite(world: World) -> None:
    client, peer = await world.pair()
    fill(client)
    client.handle.shutdown()
    client.handle.close()
    assert client.handle.writeQueueSize == 0
    peer.handle.readStart()
    await world.until(lambda: client.events("onclose") and peer.events("onreadend"))
    await world.settle()
    assert client.events() == [("onclose",)]


@check
async def testWhatWasTakenArrivesAfterClose(world: World) -> None:
    client, peer = await world.pair()
    assert client.handle.write(b"goodbye") == 0
    client.handle.close()
    peer.handle.readStart()
    await world.until(lambda: peer.events("onreadend"))
    assert peer.events() == [("onread", b"goodbye"), ("onreadend", EOF)]


@check
async def testOptions(world: World) -> None:
    """Each answers 0 or a negative errno; TCP knows all but the type of service everywhere."""
    client, _ = await world.pair()
    status = [client.handle.setNoDelay(True), client.handle.setKeepAlive(True, 5000)]
    expected = [0, 0] if world.kind == "tcp" else [-errno.ENOTSUP] * 2
    assert status == expected
    if world.kind == "tcp" and not isinstance(world, EndpointWorld):
        assert client.handle.setTypeOfService(0x10) == 0
        assert client.handle.getTypeOfService() == 0x10
    client.handle.close()
    assert client.handle.setNoDelay(True) < 0
    assert client.handle.getTypeOfService() < 0
