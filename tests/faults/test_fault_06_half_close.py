"""Fault 6: the peer half closes while much is queued."""

from __future__ import annotations

import socket

import pytest
import pytest_twisted
from faultbed import logOf, receiveAll, serve, sleep, until

QUEUED = bytes(range(256)) * 4096  # 1 MiB


@pytest.mark.parametrize("allowHalfOpen", [False, True])
@pytest_twisted.ensureDeferred
async def testWhatIsQueuedStillArrives(allowHalfOpen: bool) -> None:
    bed = await serve(allowHalfOpen=allowHalfOpen)
    ours, peer = await bed.pair(SO_RCVBUF=4096)
    log = logOf(ours.resume(), "end", "finish", "error", "close")
    ours.write(QUEUED)
    peer.shutdown(socket.SHUT_WR)
    await until(lambda: "end" in log)
    if allowHalfOpen:
        await sleep(5)
        ours.end(b"and more")
    expected = QUEUED + (b"and more" if allowHalfOpen else b"")
    assert await receiveAll(peer) == expected
    await until(lambda: ("close", False) in log)
    assert log == ["end", "finish", ("close", False)]
    await bed.close()


@pytest_twisted.ensureDeferred
async def testAWriteInTheEndListenerIsStillSent() -> None:
    bed = await serve()
    ours, peer = await bed.pair()
    ours.resume().on("end", lambda: ours.write(b"last words"))
    peer.shutdown(socket.SHUT_WR)
    assert await receiveAll(peer) == b"last words"
    await bed.close()
