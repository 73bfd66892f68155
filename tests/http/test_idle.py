"""CVE-2024-49769 and its like: after a connection has ended, however it ended, the process has nothing to do.

Idle is told without a clock: over a number of reactor turns the poller is never woken, no descriptor that anybody
watches is ready, nobody wants to write and nothing is queued.
"""

from __future__ import annotations

import select
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_twisted
from faultbed import event, receive, reset, settled, sleep, until

from nodecompat import http
from nodecompat.reactor.descriptor.poller import Poller
from nodecompat.reactor.loop import host, ticks

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc"
TURNS = 50
ATTEMPTS = 5


@pytest.fixture
def wakeups(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows whenever the reactor wakes the poller."""
    counted: list[None] = []
    doRead = Poller.doRead

    def counting(self: Poller) -> None:
        counted.append(None)
        doRead(self)

    monkeypatch.setattr(Poller, "doRead", counting)
    return counted


async def isIdle(wakeups: list[None]) -> bool:
    """True when nothing happens for some turns of the reactor, and nothing is about to.

    What is busy stays busy. What comes once, such as the end of a thread of an earlier test, does not count.
    """
    await settled()
    for _ in range(ATTEMPTS):
        wakeups.clear()
        for _ in range(TURNS):
            await sleep(0)
        reactor: Any = host.theReactor()
        ready = select.poll()
        for reader in reactor.getReaders():
            ready.register(reader.fileno(), select.POLLIN)
        if not wakeups and not ready.poll(0) and not reactor.getWriters() and not ticks.hasWork():
            return True
    return False


class Bed:
    """A server, the sockets of its connections, and answers that nobody has given."""

    def __init__(self, handler: Callable[[Any, Any], Any], **options: Any) -> None:
        self.server = http.createServer(options, handler)
        self.sockets: list[Any] = []
        self.server.on("connection", self.sockets.append)

    async def connect(self, data: bytes) -> socket.socket:
        if not self.server.listening:
            self.server.listen(0, "127.0.0.1")
            await event(self.server, "listening")
        peer = socket.create_connection(("127.0.0.1", self.server.address().port))
        peer.setblocking(False)
        peer.send(data)
        count = len(self.sockets)
        await until(lambda: len(self.sockets) > count)
        return peer


@asynccontextmanager
async def serving(handler: Callable[[Any, Any], Any], **options: Any) -> AsyncIterator[Bed]:
    bed = Bed(handler, **options)
    try:
        yield bed
    finally:
        if bed.server.listening:
            closed = event(bed.server, "close")
            bed.server.close()
            bed.server.closeAllConnections()
            await closed
        await settled()


def answer(req: Any, res: Any) -> None:
    res.end("ok")


def ignore(req: Any, res: Any) -> None:
    """Neither reads nor answers."""


def read(req: Any, res: Any) -> None:
    req.resume()
    req.on("error", lambda error: None)


def flood(req: Any, res: Any) -> None:
    """More than the kernel takes: a write waits."""
    res.end(bytes(1 << 24))


@pytest.mark.parametrize(
    "handler, data",
    [(answer, GET), (answer, b""), (answer, GET[:9]), (read, POST), (ignore, POST), (ignore, GET), (flood, GET)],
    ids=["between requests", "nothing sent", "in a head", "in a body", "unread body", "no answer", "in an answer"],
)
@pytest_twisted.ensureDeferred
async def testAfterAReset(wakeups: list[None], handler: Any, data: bytes) -> None:
    async with serving(handler) as bed:
        peer = await bed.connect(data)
        if handler is not ignore and data == GET:
            await receive(peer, 20)
        reset(peer)
        await until(lambda: bed.sockets[0].destroyed)
        assert await isIdle(wakeups)


@pytest_twisted.ensureDeferred
async def testAResetOfAConnectionThatIsNotRead(wakeups: list[None]) -> None:
    """Reading is paused behind 128 requests: the kernel tells of the reset all the same, but not for ever."""
    async with serving(ignore) as bed:
        peer = await bed.connect(GET * 200)
        connection = bed.sockets[0]._httpConnection_
        await until(lambda: len(connection._incoming) == 128)
        reset(peer)
        assert await isIdle(wakeups)


@pytest_twisted.ensureDeferred
async def testAPeerThatHasEndedItsSide(wakeups: list[None]) -> None:
    """End of data stays readable for ever."""
    async with serving(ignore) as bed:
        bed.server.httpAllowHalfOpen = True
        peer = await bed.connect(GET)
        peer.shutdown(socket.SHUT_WR)
        await until(lambda: bed.sockets[0].readableEnded)
        assert await isIdle(wakeups)
        peer.close()


@pytest.mark.parametrize("data", [b"", GET[:9], POST], ids=["nothing sent", "in a head", "in a body"])
@pytest_twisted.ensureDeferred
async def testAfterATimeout(wakeups: list[None], data: bytes) -> None:
    async with serving(read, connectionsCheckingInterval=1) as bed:
        peer = await bed.connect(data)
        await until(lambda: bed.sockets[0].bytesRead == len(data))  # what is unread would make the close a reset
        bed.server.headersTimeout = bed.server.requestTimeout = 1
        assert (await receive(peer, 1000)).startswith(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n")
        await until(lambda: bed.sockets[0].destroyed)
        bed.server.close()  # its check of connections, each millisecond, is no idleness
        assert await isIdle(wakeups)
        peer.close()


@pytest_twisted.ensureDeferred
async def testAfterAParseError(wakeups: list[None]) -> None:
    """CVE-2024-49768: nothing is read behind it, though the peer goes on sending."""
    async with serving(answer) as bed:
        peer = await bed.connect(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n")
        assert (await receive(peer, 1000)).startswith(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n")
        await until(lambda: bed.sockets[0].destroyed)
        assert await isIdle(wakeups)
        peer.close()
