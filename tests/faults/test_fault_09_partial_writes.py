"""Fault 9: a tiny send buffer cuts every write into pieces."""

from __future__ import annotations

import hashlib
import os
import random
import socket

import pytest_twisted
from faultbed import receiveAll, serve, setOption

#: The kernel itself moves no more than 2 MiB/s through such a buffer; NODECOMPAT_LONG_TESTS=1 sends the full 50.
SIZE = (50 if os.environ.get("NODECOMPAT_LONG_TESTS") == "1" else 3) << 20


@pytest_twisted.ensureDeferred
async def testNoByteIsLostOrSwapped() -> None:
    """Writes of random sizes, some corked together (one system call for several buffers)."""
    dice = random.Random(9)
    data = dice.randbytes(SIZE)
    bed = await serve()
    ours, peer = await bed.pair()
    with setOption(ours, socket.SOL_SOCKET, socket.SO_SNDBUF, 4096):
        sent = 0
        while sent < SIZE:
            if dice.random() < 0.1:
                ours.cork()
            size = dice.choice((1, 100, 5_000, 300_000, 2_000_000))
            ours.write(data[sent : sent + size])
            sent += size
            if dice.random() < 0.2:
                ours.uncork()
        ours.end()
        received = await receiveAll(peer)
    assert len(received) == SIZE
    assert hashlib.sha256(received).digest() == hashlib.sha256(data).digest()
    assert ours.bytesWritten == SIZE
    await bed.close()
