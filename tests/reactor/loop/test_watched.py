"""Descriptors that the loop watches."""

from __future__ import annotations

import socket

import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat.reactor.loop.watched import Watched

check = pytest_twisted.ensureDeferred


@check
async def testReadableAndWritableAreTold() -> None:
    ours, theirs = socket.socketpair()
    readable: Deferred[bytes] = Deferred()
    writable: Deferred[None] = Deferred()

    def onReadable() -> None:
        watched.read(False)
        readable.callback(ours.recv(10))

    def onWritable() -> None:
        watched.write(False)
        writable.callback(None)

    watched = Watched(ours.fileno(), onReadable, onWritable)
    watched.write(True)
    await writable
    theirs.send(b"x")
    assert await readable == b"x"
    watched.stop()
    watched.stop()  # nothing happens
    watched.doRead()
    for each in (ours, theirs):
        each.close()


def testAHangUpIsToldToWhoWaitsToWriteAsWell() -> None:
    """The reactor that tells of it watches no more."""
    ours, theirs = socket.socketpair()
    told: list[str] = []
    watched = Watched(ours.fileno(), lambda: told.append("readable"), lambda: told.append("writable"))
    watched.connectionLost(None)
    assert told == ["readable"]
    watched.write(True)
    watched.connectionLost(None)
    assert told == ["readable", "readable", "writable"]
    watched.stop()
    for each in (ours, theirs):
        each.close()
