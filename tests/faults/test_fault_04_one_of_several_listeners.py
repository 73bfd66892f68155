"""Fault 4: one of several listeners raises."""

from __future__ import annotations

from typing import Any

import pytest_twisted
from faultbed import criticalLog, openDescriptors, serve, until


@pytest_twisted.ensureDeferred
async def testLaterListenersDoNotRunAndNothingLeaks() -> None:
    calls: list[str] = []

    def first(data: bytes) -> None:
        calls.append("first")
        raise ZeroDivisionError

    bed = await serve()
    before = openDescriptors()
    ours, peer = await bed.pair()
    ours.on("data", first)
    ours.on("data", lambda data: calls.append("second"))
    with criticalLog() as logged:
        peer.send(b"x")
        await until(lambda: ours.destroyed and ours._handle is None)
    peer.close()
    await until(lambda: openDescriptors() <= before)
    assert (calls, [type(error) for error in logged]) == (["first"], [ZeroDivisionError])
    assert bed.server.connections == 0
    await bed.close()


def testEmitRaisesToItsCaller() -> None:
    from nodecompat import net

    socket: Any = net.Socket()
    socket.on("ping", lambda: 1 // 0)
    try:
        socket.emit("ping")
    except ZeroDivisionError:
        return
    raise AssertionError("emit has swallowed the exception")
