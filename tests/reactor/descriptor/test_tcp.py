"""TCP handles over descriptors against a hostile kernel and hostile peers. Plain sockets are the peers."""

from __future__ import annotations

import errno
import gc
import hashlib
import os
import random
import resource
import signal
import socket
import struct
import subprocess
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import DescriptorWorld, Recorded
from program import finish, start

from nodecompat.reactor.descriptor import poller
from nodecompat.reactor.handle import EOF, PENDING
from nodecompat.reactor.state import NEW

check = pytest_twisted.ensureDeferred


@pytest_twisted.async_yield_fixture
async def world() -> AsyncIterator[DescriptorWorld]:
    made = DescriptorWorld()
    yield made
    await made.close()


async def accepted(world: DescriptorWorld, buffer: int = 0) -> tuple[Recorded, socket.socket]:
    """A handle and the plain socket at its other end, with send and receive buffers of `buffer` bytes."""
    server = await world.listen()
    peers: list[Recorded] = []
    server.hooks["onconnection"] = lambda status, handle: peers.append(world.recorded(handle, "peer"))
    plain = socket.socket()
    if buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    plain.connect(world.addressOf(server))
    plain.setblocking(False)
    await world.until(lambda: peers)
    if buffer:
        peers[0].handle._setOption(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    server.handle.close()
    await world.until(lambda: server.events("onclose"))
    world.log.clear()
    return peers[0], plain


def reset(plain: socket.socket) -> None:
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    plain.close()


def take(plain: socket.socket, into: list[bytes]) -> bool:
    """Read what is there; True at the end."""
    try:
        while data := plain.recv(1 << 20):
            into.append(data)
    except BlockingIOError:
        return False
    return True


def isQuiet() -> bool:
    """Nothing is ready in the poller. Where something is for ever, it spins, and this is never true."""
    return poller.current()._epoll.poll(0) == []


# Hang-ups


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


# Data


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


# Resources


def memory() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


@check
async def testBurstOfConnects(world: DescriptorWorld) -> None:
    """The default backlog of 511 loses none of 500."""
    server = await world.listen()
    plain = [socket.socket() for _ in range(500)]
    for each in plain:
        each.setblocking(False)
        assert each.connect_ex(world.addressOf(server)) == errno.EINPROGRESS
    await world.until(lambda: len(server.events()) == 500)
    for each in plain:
        each.close()


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


EMFILE = """
import os, resource, sys, time
from twisted.internet import reactor
from twisted.logger import globalLogPublisher
from nodecompat.reactor import choose

warnings = []
def observe(event):
    if event["log_level"].name == "warn":
        warnings.append(event["log_format"])
globalLogPublisher.addObserver(observe)
held = []

def onConnection(status, handle):
    handle.onreadend = lambda status: (handle.close(), held.remove(handle))
    handle.readStart()
    held.append(handle)

def report():
    if sys.stdin.readline() == "quit\\n":
        reactor.stop()
        return
    print(len(held), len(warnings), time.process_time(), flush=True)

server = choose.current().tcpServer()
server.onconnection = onConnection
server.bind("127.0.0.1", 0)
server.listen(511)
from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

@implementer(IReadDescriptor)
class Control:
    def fileno(self): return 0
    def logPrefix(self): return "control"
    def doRead(self): report()
    def connectionLost(self, reason): pass

reactor.addReader(Control())
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
print(server.getsockname().port, flush=True)
reactor.run()
"""


class Server:
    """The server of EMFILE in a process of its own."""

    def __init__(self) -> None:
        self._child = start("-c", EMFILE, stdin=subprocess.PIPE)
        self.port = int(self._read())

    def ask(self) -> tuple[int, int, float]:
        """How many peers it holds, warnings it gave, seconds of processor time it took."""
        self._write("?")
        held, warnings, cpu = self._read().split()
        return int(held), int(warnings), float(cpu)

    def quit(self) -> None:
        self._write("quit")
        assert finish(self._child)[0] == 0

    def _write(self, line: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()

    def _read(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline()


@pytest.mark.skipif(
    os.environ.get("NODECOMPAT_HANDLES") == "bridge", reason="there Twisted's port accepts: it gives no warning"
)
def testOutOfDescriptors() -> None:
    """Peers over the limit are closed at once, without a spin and with one warning; later peers are served."""
    server = Server()
    peers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    held = server.ask()[0]
    assert 40 < held < 64
    for peer in peers[held:]:
        peer.settimeout(20)
        assert peer.recv(1) == b""
    before = server.ask()
    after = [server.ask() for _ in range(50)][-1]
    assert after[:2] == before[:2] == (held, 1)
    assert after[2] - before[2] < 0.2
    for peer in peers:
        peer.close()
    while server.ask()[0]:
        pass
    with socket.create_connection(("127.0.0.1", server.port)):
        while not server.ask()[0]:
            pass
    server.quit()


@check
async def testAcceptThatFailsRests(world: DescriptorWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without buffers is told, and not asked again at once."""
    server = await world.listen()
    server.hooks.clear()
    real = server.handle._socket

    class Failing:
        family, proto = real.family, real.proto
        left = 1

        def _accept(self) -> Any:
            if self.left:
                self.left -= 1
                raise OSError(errno.ENOBUFS, "no buffers")
            return real._accept()

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

    server.handle._socket = Failing()
    plain = socket.create_connection(world.addressOf(server))
    await world.until(server.events)
    assert server.events() == [("onconnection", -errno.ENOBUFS, None)]
    await world.until(isQuiet)
    server.hooks["onconnection"] = lambda status, handle: world.recorded(handle, "peer")
    await world.until(lambda: len(server.events()) == 2)
    plain.close()
