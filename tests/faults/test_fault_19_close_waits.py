"""Fault 19: server.close() with idle peers: net waits for them."""

from __future__ import annotations

import pytest_twisted
from faultbed import event, serve, settled, sleep


@pytest_twisted.ensureDeferred
async def testCloseComesAfterTheLastPeer() -> None:
    bed = await serve("echo")
    _ours, peer = await bed.pair()
    closed = event(bed.server, "close")
    bed.server.close()
    await sleep(50)
    assert not closed.called
    peer.close()
    await closed
    await settled()
