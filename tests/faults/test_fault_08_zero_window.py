"""Fault 8: the peer stops reading for a while, then reads on."""

from __future__ import annotations

import hashlib
import random
import socket
import time

import pytest_twisted
from faultbed import logOf, needsDescriptors, receiveAll, serve, setOption, sleep, until

PAUSE = 400  # milliseconds; the kernel's window is shut long before


@pytest_twisted.ensureDeferred
async def testNothingIsLostAndNothingSpins() -> None:
    data = random.Random(8).randbytes(16 << 20)
    bed = await serve()
    ours, peer = await bed.pair(SO_RCVBUF=4096)
    ours.end(data)
    await sleep(50)
    used = time.process_time()
    await sleep(PAUSE)
    assert time.process_time() - used < PAUSE / 1000 / 2, "no CPU while the window is shut"
    received = await receiveAll(peer)
    assert hashlib.sha256(received).digest() == hashlib.sha256(data).digest()
    await bed.close()


@needsDescriptors
@pytest_twisted.ensureDeferred
async def testProgressOfAWriteIsActivity() -> None:
    """A slow peer is no idle one; a peer that takes nothing any more is."""
    bed = await serve()
    ours, peer = await bed.pair(SO_RCVBUF=4096)
    log = logOf(ours, "timeout")
    ours.setTimeout(150)
    with setOption(ours, socket.SOL_SOCKET, socket.SO_SNDBUF, 8192):
        ours.write(bytes(8 << 20))
    for _ in range(20):
        start = time.monotonic()
        await sleep(20)
        if time.monotonic() - start > 0.1:  # it was the machine that stood still
            log.clear()
        assert log == []
        for _ in range(8):
            try:
                peer.recv(1 << 16)
            except BlockingIOError:
                break
    await until(lambda: log)
    assert log == ["timeout"]
    await bed.close()
