"""Fault 21: EINTR. A signal every millisecond during a transfer."""

from __future__ import annotations

import hashlib
import random
import signal

import pytest_twisted
from faultbed import receiveAll, serve

SIZE = 50 << 20


@pytest_twisted.ensureDeferred
async def testNoByteIsLost() -> None:
    data = random.Random(21).randbytes(SIZE)
    bed = await serve()
    ours, peer = await bed.pair()
    count = 0

    def onSignal(number: int, frame: object) -> None:
        nonlocal count
        count += 1

    before = signal.signal(signal.SIGALRM, onSignal)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    try:
        ours.end(data)
        received = await receiveAll(peer)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert count > 5
    assert hashlib.sha256(received).digest() == hashlib.sha256(data).digest()
    await bed.close()
