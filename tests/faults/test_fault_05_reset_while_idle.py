"""Fault 5: the peer resets an idle connection."""

from __future__ import annotations

import pytest_twisted
from faultbed import event, logOf, reset, serve


@pytest_twisted.ensureDeferred
async def testErrorThenClose() -> None:
    bed = await serve(lambda each: each.resume())
    ours, peer = await bed.pair()
    log = logOf(ours, "end", "error", "close")
    closed = event(ours, "close")
    reset(peer)
    await closed
    assert log == [("error", "ECONNRESET"), ("close", True)]
    await bed.close()
