"""What the fault tests share: servers on real sockets, raw peers that misbehave, and looks at the process.

A raw peer is a plain socket of the standard library, so that nothing of the package under test is on its side. It does
not block: the test awaits it in the reactor.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.logger import LogLevel, globalLogPublisher

from nodecompat import net
from nodecompat.reactor.loop import host, ticks

#: For what Twisted's transports do not tell their protocol: how far a write has come, or that a write of a paused
#: connection has failed.
needsDescriptors = pytest.mark.skipif(
    os.environ.get("NODECOMPAT_HANDLES") == "bridge", reason="Twisted's transports do not tell"
)
HANGS = 20_000  # milliseconds after which a condition will not come true any more


def sleep(milliseconds: float) -> Deferred[None]:
    """Let the reactor run for so long."""
    done: Deferred[None] = Deferred()
    host.theReactor().callLater(milliseconds / 1000.0, done.callback, None)
    return done


async def until(condition: Callable[[], Any]) -> None:
    """Wait until `condition()` holds."""
    end = time.monotonic() + HANGS / 1000.0
    while not condition():
        assert time.monotonic() < end, "the condition does not come true"
        await sleep(1)


async def settled() -> None:
    """Wait until nothing is queued any more."""
    await until(lambda: not ticks.hasWork())


def event(emitter: Any, name: str) -> Deferred[Any]:
    """The first argument of the next such event."""
    waiting: Deferred[Any] = Deferred()
    emitter.once(name, lambda *args: waiting.called or waiting.callback(args[0] if args else None))
    return waiting.addTimeout(HANGS / 1000.0, host.theReactor())


def logOf(emitter: Any, *events: str) -> list[Any]:
    """A list that fills with the names of these events, with the code of an error and the argument of 'close'."""
    log: list[Any] = []

    def logger(name: str) -> Any:
        return lambda *args: log.append((name, getattr(args[0], "code", args[0])) if args else name)

    for name in events:
        emitter.on(name, logger(name))
    return log


class Bed:
    """A server on a free port of 127.0.0.1, its connections, and raw peers of it."""

    def __init__(self, server: net.Server) -> None:
        self.server = server
        self.sockets: list[net.Socket] = []
        self.peers: list[socket.socket] = []
        server.on("connection", self.sockets.append)

    @property
    def port(self) -> int:
        return int(self.server.address().port)  # type: ignore[union-attr]

    def connect(self, **bufferSizes: int) -> socket.socket:
        """A raw peer; `SO_RCVBUF=4096` and the like are set before it connects."""
        peer = socket.socket()
        for name, size in bufferSizes.items():
            peer.setsockopt(socket.SOL_SOCKET, getattr(socket, name), size)
        peer.connect(("127.0.0.1", self.port))
        peer.setblocking(False)
        self.peers.append(peer)
        return peer

    async def pair(self, **bufferSizes: int) -> tuple[net.Socket, socket.socket]:
        """A connection: the server's side, and the raw peer."""
        count = len(self.sockets)
        peer = self.connect(**bufferSizes)
        await until(lambda: len(self.sockets) > count)
        return self.sockets[count], peer

    async def echoes(self) -> bool:
        """The server still serves: a fresh connection gets its bytes back (of an echo server)."""
        peer = self.connect()
        peer.send(b"still there?")
        return await receive(peer, 12) == b"still there?"

    async def close(self) -> None:
        for peer in self.peers:
            peer.close()
        for each in self.sockets:
            each.destroy()
        if self.server.listening:
            closed = event(self.server, "close")
            self.server.close()
            await closed
        await settled()


async def serve(onConnection: Any = None, **options: Any) -> Bed:
    """Start a server; with `onConnection="echo"` it echoes."""
    if onConnection == "echo":
        onConnection = echo
    server = net.createServer(options, onConnection)
    bed = Bed(server)
    server.listen(0, "127.0.0.1")
    await event(server, "listening")
    return bed


def echo(each: net.Socket) -> None:
    """Send everything back; errors of the connection are not of interest."""
    each.on("data", each.write)
    each.on("error", lambda error: None)


async def receive(peer: socket.socket, size: int) -> bytes:
    """Read from a raw peer until there are so many bytes, or its end."""
    parts: list[bytes] = []
    got = 0
    while got < size:
        try:
            part = peer.recv(min(size - got, 1 << 18))
        except BlockingIOError:
            await sleep(1)
            continue
        if not part:
            break
        parts.append(part)
        got += len(part)
    return b"".join(parts)


def receiveAll(peer: socket.socket) -> Deferred[bytes]:
    """Read from a raw peer to its end, in a thread: as fast as the kernel allows."""
    peer.setblocking(True)

    def read() -> bytes:
        parts = []
        while part := peer.recv(1 << 18):
            parts.append(part)
        return b"".join(parts)

    reading: Deferred[bytes] = deferToThread(read)
    return reading


def reset(peer: socket.socket) -> None:
    """Close with a reset."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


@contextmanager
def setOption(each: net.Socket, level: int, option: int, value: int) -> Iterator[None]:
    """Set an option of the system's socket behind one of ours."""
    with socket.socket(fileno=os.dup(each._handle.fileno())) as copy:
        copy.setsockopt(level, option, value)
    yield


def openDescriptors() -> int:
    """How many descriptors this process has open."""
    return len(os.listdir("/proc/self/fd"))


def residentBytes() -> int:
    """How much memory this process holds."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def criticalLog() -> Iterator[list[Any]]:
    """Collects what is logged as critical meanwhile."""
    found: list[Any] = []

    def observe(logged: Any) -> None:
        if logged.get("log_level") is LogLevel.critical:
            found.append(logged["log_failure"].value if "log_failure" in logged else logged)

    globalLogPublisher.addObserver(observe)
    try:
        yield found
    finally:
        globalLogPublisher.removeObserver(observe)
