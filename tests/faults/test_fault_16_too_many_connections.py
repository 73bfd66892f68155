"""Fault 16: more connections than maxConnections."""

from __future__ import annotations

import pytest_twisted
from faultbed import receive, serve, until


@pytest_twisted.ensureDeferred
async def testTheRestIsDroppedWithItsAddress() -> None:
    bed = await serve("echo")
    bed.server.maxConnections = 2
    dropped: list[int] = []
    bed.server.on("drop", lambda data: dropped.append(data.remotePort))
    peers = [bed.connect() for _ in range(4)]
    await until(lambda: len(dropped) == 2)
    assert dropped == [peer.getsockname()[1] for peer in peers[2:]]
    assert [await receive(peer, 1) for peer in peers[2:]] == [b"", b""]
    for peer in peers[:2]:
        peer.send(b"x")
        assert await receive(peer, 1) == b"x"
    peers[0].close()
    await until(lambda: bed.server.connections == 1)
    assert await bed.echoes()
    await bed.close()
