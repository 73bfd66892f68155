"""Fault 2: the peer resets in the middle of a write."""

from __future__ import annotations

import pytest_twisted
from faultbed import event, logOf, reset, serve


@pytest_twisted.ensureDeferred
async def testTheErrorIsNodes() -> None:
    """ECONNRESET or EPIPE, then 'close' with hadError; the write's callback hears of it too."""
    bed = await serve()
    ours, peer = await bed.pair()
    log = logOf(ours, "error", "close")
    told: list[str] = []
    for _ in range(64):
        ours.write(bytes(1 << 18), lambda error: told.append(error.code) if error else None)
    closed = event(ours, "close")
    reset(peer)
    await closed
    assert log in ([("error", code), ("close", True)] for code in ("ECONNRESET", "EPIPE"))
    assert told and set(told) <= {"ECONNRESET", "EPIPE", "ECANCELED"}
    await bed.close()


@pytest_twisted.ensureDeferred
async def testWithoutAnErrorListenerTheProcessLives() -> None:
    from faultbed import criticalLog

    bed = await serve("echo")
    ours, peer = await bed.pair()
    ours.removeAllListeners("error")
    with criticalLog() as logged:
        for _ in range(64):
            ours.write(bytes(1 << 18))
        closed = event(ours, "close")
        reset(peer)
        await closed
    assert [error.code for error in logged] in (["ECONNRESET"], ["EPIPE"])
    assert await bed.echoes()
    await bed.close()
