"""Fault 15: many connections come and go, half of them reset: nothing is left."""

from __future__ import annotations

import gc
import os
import socket

import pytest
import pytest_twisted
from faultbed import openDescriptors, receive, reset, residentBytes, serve, until

#: Connections; the full 100000 take minutes. `NODECOMPAT_LONG_TESTS=1` runs them.
FEW, MANY = 600, 100_000
LONG = os.environ.get("NODECOMPAT_LONG_TESTS") == "1"


async def comeAndGo(count: int) -> None:
    bed = await serve("echo")
    for number in range(count):
        peer = socket.create_connection(("127.0.0.1", bed.port))
        peer.setblocking(False)
        peer.send(b"x")
        assert await receive(peer, 1) == b"x"
        reset(peer) if number % 2 else peer.close()
        bed.sockets.clear()
    await until(lambda: bed.server.connections == 0)
    await bed.close()


@pytest_twisted.ensureDeferred
async def testDescriptorsAreEqual() -> None:
    await comeAndGo(10)
    before = openDescriptors()
    await comeAndGo(FEW)
    assert openDescriptors() == before


@pytest_twisted.ensureDeferred
async def testNoConnectionWaitsForTheGarbageCollector() -> None:
    """Less than a kilobyte each stays behind, although nothing collects cycles."""
    await comeAndGo(FEW)
    gc.collect()
    gc.disable()
    try:
        before = residentBytes()
        await comeAndGo(FEW)
        assert residentBytes() - before < FEW * 1024
    finally:
        gc.enable()


@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="takes minutes: set NODECOMPAT_LONG_TESTS=1")
@pytest_twisted.ensureDeferred
async def testHundredThousand() -> None:
    await comeAndGo(FEW)
    descriptors, memory = openDescriptors(), residentBytes()
    await comeAndGo(MANY)
    assert openDescriptors() == descriptors
    assert residentBytes() - memory < MANY * 1024 // 10
