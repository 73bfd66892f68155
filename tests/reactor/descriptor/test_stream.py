"""Connections over descriptors against a hostile kernel and hostile peers. Plain sockets are the peers."""

from __future__ import annotations

import errno
import gc
import hashlib
import os
import random
import resource
import signal
import socket
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import DescriptorWorld
from plainpeer import accepted, isQuiet, reset, take

from nodecompat.reactor.descriptor import poller
from nodecompat.reactor.handle import EOF, PENDING
from nodecompat.reactor.state import NEW

check = pytest_twisted.ensureDeferred


@pytest.fixture
def world(descriptorWorld: DescriptorWorld) -> DescriptorWorld:
    return descriptorWorld


@check
async def testResetWhileIdle(world: DescriptorWorld) -> None:
    peer, plain = await accepted(world)
    peer.handle.readStart()
    reset(plain)
    await world.until(peer.events)
    assert peer.events() == [("onreadend", -errno.ECONNRESET)]


@check
@pytest.mark.parametrize("end", ["reset", "close", "half"])
async def testStoppedHandleDoesNotSpin(world: DescriptorWorld, end: str) -> None:
    """A hang-up comes unasked, again and again: nobody may be left registered who does not want it."""
    peer, plain = await accepted(world)
    peer.handle.readStart()
    await world.settle()
    peer.handle.readStop()
    plain.send(b"unread")
    if end == "reset":
        reset(plain)
    elif end == "close":
        plain.close()
    else:
        plain.shutdown(socket.SHUT_WR)
    await world.settle()
    await world.until(isQuiet)
    peer.handle.readStart()
    await world.until(lambda: peer.events("onreadend"))
    assert peer.received == b"unread"
    await world.settle()
    await world.until(isQuiet)
    plain.close()


@check
async def testEndedBothWaysDoesNotSpin(world: DescriptorWorld) -> None:
    peer, plain = await accepted(world)
    peer.handle.readStart()
    peer.handle.shutdown()
    plain.close()
    await world.until(lambda: peer.events("onreadend") and peer.events("onshutdown"))
    await world.settle()
    await world.until(isQuiet)


@check
async def testEventIsNoProofOfAConnection(world: DescriptorWorld) -> None:
    """A stale event of another socket with the same number reaches a handle that is still connecting."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        client = world.stream()
        assert client.handle.connect(*full.getsockname()) == 0
        client.handle._onEvents(poller.WRITABLE)
        assert client.events() == []
        assert client.handle._state != NEW
        for filler in fillers:
            filler.close()


@check
async def testPollerThatIsFull(world: DescriptorWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's limit of watches is an errno, and leaves a handle that can be closed."""
    peer, plain = await accepted(world)
    with monkeypatch.context() as patch:
        patch.setattr(poller.current(), "register", lambda *_: -errno.ENOSPC)
        assert peer.handle.readStart() == -errno.ENOSPC
        assert peer.handle.interest == 0
    peer.handle.close()
    await world.until(peer.events)
    plain.close()


@check
async def testPeerHalfClosesWhileMuchIsQueued(world: DescriptorWorld) -> None:
    peer, plain = await accepted(world, buffer=8192)
    peer.handle.readStart()
    assert peer.handle.write(b"x" * 1_000_000) == PENDING
    peer.handle.shutdown()
    plain.shutdown(socket.SHUT_WR)
    await world.until(lambda: peer.events("onreadend"))
    got: list[bytes] = []
    await world.until(lambda: take(plain, got))
    assert sum(map(len, got)) == 1_000_000
    assert peer.events() == [("onreadend", EOF), ("onwrite", 0), ("onshutdown", 0)]
    plain.close()


@check
async def testTinyBuffersKeepOrder(world: DescriptorWorld) -> None:
    """Many partial writes, through write and writev in turn."""
    peer, plain = await accepted(world, buffer=4096)
    source = random.Random(1)
    pieces = [source.randbytes(source.choice([0, 1, 100, 5000, 70_000, 300_000])) for _ in range(60)]
    left = list(pieces)

    def writeOn(status: int = 0) -> None:
        assert status == 0
        while left:
            three = [left.pop(0) for _ in range(min(3, len(left)))]
            result = peer.handle.writev(three) if len(left) % 2 else peer.handle.write(b"".join(three))
            if result == PENDING:
                return
            assert result == 0
        peer.handle.shutdown()

    peer.hooks["onwrite"] = writeOn
    writeOn()
    got: list[bytes] = []
    await world.until(lambda: take(plain, got))
    assert hashlib.sha256(b"".join(got)).digest() == hashlib.sha256(b"".join(pieces)).digest()
    plain.close()


@check
async def testZeroWindow(world: DescriptorWorld) -> None:
    """A peer that does not read for a while: no spin, no loss."""
    peer, plain = await accepted(world, buffer=4096)
    data = random.Random(2).randbytes(500_000)
    assert peer.handle.write(data) == PENDING
    await world.settle()
    await world.until(isQuiet)
    assert peer.handle.writeQueueSize > 0
    got: list[bytes] = []
    await world.until(lambda: take(plain, got) or peer.events())
    await world.until(lambda: take(plain, got) or sum(map(len, got)) == len(data))
    assert b"".join(got) == data
    plain.close()


@check
async def testWritesToAResetPeer(world: DescriptorWorld) -> None:
    """No signal, no exception: an errno, a thousand times."""
    peer, plain = await accepted(world)
    reset(plain)
    await world.settle()
    statuses = {peer.handle.write(b"x") for _ in range(1000)}
    assert statuses <= {-errno.ECONNRESET, -errno.EPIPE}


@check
async def testSignalStorm(world: DescriptorWorld) -> None:
    """Interrupted system calls lose nothing."""
    peer, plain = await accepted(world)
    data = random.Random(3).randbytes(8_000_000)
    count = [0]

    def onSignal(number: int, frame: object) -> None:
        count[0] += 1

    before = signal.signal(signal.SIGALRM, onSignal)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    try:
        peer.handle.readStart()
        peer.handle.write(data)
        got: list[bytes] = []
        await world.until(lambda: take(plain, got) or sum(map(len, got)) == len(data))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert b"".join(got) == data
    assert count[0] > 0
    plain.close()


@check
async def testOneConnectionDoesNotStarveAnother(world: DescriptorWorld) -> None:
    """A peer with a full buffer gets a bounded number of reads per wakeup."""
    busy, flood = await accepted(world)
    other, plain = await accepted(world)
    busy.name, other.name = "busy", "other"
    flood.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 << 20)
    for _ in range(1000):
        try:
            flood.send(b"x" * (1 << 20))
        except BlockingIOError:
            break
    plain.send(b"y")
    busy.handle.readStart()
    other.handle.readStart()
    await world.until(lambda: other.received)
    before = next(i for i, event in enumerate(world.log) if event[0] == "other")
    assert before <= 33
    flood.close()
    plain.close()


def memory() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


@check
async def testConnectionsLeaveNothing(world: DescriptorWorld) -> None:
    """Hundreds of connections, half of them reset: the same descriptors, the same memory."""
    server = await world.listen()
    place = world.addressOf(server)

    def onConnection(status: int, handle: Any) -> None:
        handle.onread = lambda data: handle.write(data)
        handle.onreadend = lambda status: handle.close()
        handle.readStart()

    server.hooks["onconnection"] = onConnection

    async def wave(count: int) -> None:
        plain = [socket.create_connection(place) for _ in range(count)]
        for index, each in enumerate(plain):
            each.send(b"hello")
            (reset if index % 2 else socket.socket.close)(each)
        await world.until(lambda: len(server.events()) == count)
        await world.settle()
        world.log.clear()

    await wave(200)
    gc.collect()
    open_, before = len(os.listdir("/proc/self/fd")), memory()
    for _ in range(5):
        await wave(300)
    await world.until(lambda: len(os.listdir("/proc/self/fd")) <= open_)
    gc.collect()
    assert memory() - before < 1500 * 1024


@check
async def testIdleConnectionIsSmall(world: DescriptorWorld) -> None:
    """Handle, socket and its place in the tables: what an idle connection costs below the Node layer."""
    import tracemalloc

    server = await world.listen()
    handles: list[Any] = []

    def onConnection(status: int, handle: Any) -> None:
        handles.append(handle)
        handle.readStart()

    server.handle.onconnection = onConnection
    tracemalloc.start()
    try:
        plain = [socket.create_connection(world.addressOf(server)) for _ in range(20)]
        await world.until(lambda: len(handles) == 20)
        before = tracemalloc.get_traced_memory()[0]
        plain += [socket.create_connection(world.addressOf(server)) for _ in range(300)]
        clients = 300 * (88 + 8 + 32)
        await world.until(lambda: len(handles) == 320)
        each = (tracemalloc.get_traced_memory()[0] - before - clients) / 300
    finally:
        tracemalloc.stop()
    for one in (*plain, *handles):
        one.close()
    await world.settle()
    assert each < 1024
