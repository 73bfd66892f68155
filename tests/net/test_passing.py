"""Sockets and servers that are handed to another process."""

from __future__ import annotations

import os
import socket

import pytest
import pytest_twisted
from program import HANGS
from twisted.internet.defer import Deferred

from nodecompat import net
from nodecompat.events import once
from nodecompat.net.passing import descriptorOf, giveUp, lend
from nodecompat.reactor import choose

check = pytest_twisted.ensureDeferred
needsEpoll = pytest.mark.skipif(not choose.usePoller(), reason="sockets cannot be sent to a process without epoll")


@needsEpoll
@check
async def testASocketThatIsGivenUpIsNotClosedAndNotCounted() -> None:
    server = net.createServer({"pauseOnConnect": True})
    await once(server.listen(0, "127.0.0.1"), "listening")
    assert descriptorOf(server) >= 0
    client = net.connect(server.address().port, "127.0.0.1")  # type: ignore[union-attr]
    (accepted,) = await once(server, "connection")
    handle = giveUp(accepted)
    assert descriptorOf(accepted) == -1
    assert server.connections == 0
    with socket.socket(fileno=os.dup(handle.fileno())) as copy:
        copy.setblocking(True)
        copy.sendall(b"still open")
    assert await once(client, "data") == [b"still open"]
    handle.close()
    await once(client.on("end", lambda: None), "end")
    server.close()
    assert descriptorOf(server) == -1


@needsEpoll
@check
async def testALentSocketIsNotReadHere() -> None:
    ours, theirs = socket.socketpair()
    lent = net.Socket(fd=ours.detach())
    lent.resume()
    lend(lent)
    theirs.send(b"for the child")
    with socket.socket(fileno=os.dup(descriptorOf(lent))) as copy:
        copy.setblocking(True)
        assert copy.recv(100) == b"for the child"
    lent.destroy()
    theirs.close()


@needsEpoll
@check
async def testAServerThatOthersHaveDoesNotTurnConnectionsAwayWhenItRetires() -> None:
    server = net.createServer()
    await once(server.listen(0, "127.0.0.1"), "listening")
    place = server.address()
    with socket.socket(fileno=os.dup(descriptorOf(server))) as copy:
        retired: Deferred[None] = Deferred()
        server._retire_(lambda: retired.callback(None))
        await retired
        server.close()
        socket.create_connection((place.address, place.port), timeout=HANGS).close()  # type: ignore[union-attr]
        copy.accept()[0].close()
