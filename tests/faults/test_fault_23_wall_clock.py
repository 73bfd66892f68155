"""Fault 23: the wall clock is stepped. Timeouts of sockets follow the monotonic clock."""

from __future__ import annotations

import time

import pytest
import pytest_twisted
from faultbed import event, logOf, serve, sleep


@pytest.mark.parametrize("step", [60, -60])
@pytest_twisted.ensureDeferred
async def testAStepMovesNoTimeout(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    bed = await serve()
    ours, _peer = await bed.pair()
    log = logOf(ours, "timeout")
    ours.setTimeout(120)
    start, wall = time.monotonic(), time.time
    monkeypatch.setattr(time, "time", lambda: wall() + step)
    await sleep(20)
    assert log == [], "not at once"
    await event(ours, "timeout")
    assert 0.115 < time.monotonic() - start < 10, "and not much later"
    await bed.close()
