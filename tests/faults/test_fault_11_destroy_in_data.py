"""Fault 11: destroy inside the data listener, with much more on its way."""

from __future__ import annotations

import pytest_twisted
from faultbed import event, logOf, serve


@pytest_twisted.ensureDeferred
async def testOneDataThenClose() -> None:
    bed = await serve()
    ours, peer = await bed.pair()
    log = logOf(ours, "end", "error", "close")
    sizes: list[int] = []

    def onData(data: bytes) -> None:
        sizes.append(len(data))
        ours.destroy()

    closed = event(ours, "close")
    peer.setblocking(True)
    peer.sendall(bytes(300_000))
    ours.on("data", onData)
    assert await closed is False
    assert (len(sizes), log) == (1, [("close", False)])
    await bed.close()
