"""Fault 7: 100 MiB for a peer that never reads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest_twisted
from faultbed import event, logOf, receiveAll, reset, residentBytes, serve, settled, sleep, until

from nodecompat.stream import Readable

MARK = 64 * 1024
CHUNK = bytes(MARK)


@pytest_twisted.ensureDeferred
async def testWriteSaysFalseAndNothingIsLost() -> None:
    """Unbounded writes stay possible, as in Node; 'drain' comes once, when all is gone."""
    bed = await serve()
    ours, peer = await bed.pair(SO_RCVBUF=4096)
    log = logOf(ours, "drain", "error", "close")
    before = residentBytes()
    answers = [ours.write(CHUNK) for _ in range(1600)]
    assert ours.writableLength > 90 << 20 and ours.writableNeedDrain
    # One buffer, referred to 1600 times: it is not copied.
    assert residentBytes() - before < 50 << 20
    assert answers[-1] is False and answers.index(False) < 400
    assert not any(answers[answers.index(False) :])
    ended = event(ours, "close")
    ours.resume().end()
    assert len(await receiveAll(peer)) == 1600 * MARK
    peer.close()
    await ended
    assert log == [("close", False)]
    await bed.close()


@pytest_twisted.ensureDeferred
async def testDrainComesOnce() -> None:
    bed = await serve()
    ours, peer = await bed.pair(SO_RCVBUF=4096)
    log = logOf(ours, "drain")
    for _ in range(200):
        ours.write(CHUNK)
    reading = receiveAll(peer)
    await until(lambda: log)
    await sleep(20)
    assert log == ["drain"] and ours.writableLength == 0
    ours.resume().end()
    assert len(await reading) == 200 * MARK
    await bed.close()


@pytest_twisted.ensureDeferred
async def testAPipeStopsItsSource() -> None:
    """Of 100 MiB only what the kernel and the marks hold leaves the source."""
    pulled = 0

    def chunks() -> Iterator[bytes]:
        nonlocal pulled
        for _ in range(1600):
            pulled += MARK
            yield CHUNK

    bed = await serve()
    ours, peer = await bed.pair(SO_RCVBUF=4096)
    before = residentBytes()
    Readable.from_(chunks(), objectMode=False).pipe(ours)
    stopped = -1
    while pulled != stopped:
        stopped = pulled
        for _ in range(50):  # turns of the reactor: a time may pass without one on a busy machine
            await sleep(1)
    assert pulled < 10 << 20
    assert ours.writableLength <= 2 * MARK
    assert residentBytes() - before < 20 << 20
    ours.on("error", lambda error: None)
    closed = event(ours, "close")
    ours.resume()
    reset(peer)
    await closed
    await bed.close()


@pytest_twisted.ensureDeferred
async def testTheHardLimit() -> None:
    """An option of ours: with more than that waiting, the connection is given up."""
    bed = await serve(maxWritableLength=1 << 20)
    ours, _peer = await bed.pair(SO_RCVBUF=4096)
    log = logOf(ours, "error", "close")
    closed = event(ours, "close")
    for _ in range(200):
        ours.write(CHUNK)
    assert ours.destroyed
    await closed
    assert log == [("error", "ENOBUFS"), ("close", True)]
    await settled()
    await bed.close()
