"""Fault 20: SIGPIPE. Writing to a connection that is gone never kills the process."""

from __future__ import annotations

import signal

import pytest_twisted
from faultbed import event, needsDescriptors, reset, serve, settled, sleep


@needsDescriptors
@pytest_twisted.ensureDeferred
async def testAThousandWritesToAResetPeer() -> None:
    assert signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN
    bed = await serve(pauseOnConnect=True)
    ours, peer = await bed.pair()
    codes: list[str] = []
    ours.on("error", lambda error: codes.append(error.code))
    closed = event(ours, "close")
    reset(peer)
    await sleep(5)
    told: list[str] = []
    for _ in range(1000):
        ours.write(b"x", lambda error: told.append(error.code) if error else None)
    assert await closed is True
    await settled()
    assert codes in (["EPIPE"], ["ECONNRESET"]) and len(told) == 1000
    await bed.close()
