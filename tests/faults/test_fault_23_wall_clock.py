"""Fault 23: the wall clock is stepped. Timeouts of sockets follow the monotonic clock."""

from __future__ import annotations

import time

import pytest
import pytest_twisted
from faultbed import event, serve


@pytest.mark.parametrize("step", [60, -60])
@pytest_twisted.ensureDeferred
async def testAStepMovesNoTimeout(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    bed = await serve()
    ours, _peer = await bed.pair()
    start, wall = time.monotonic(), time.time
    ours.setTimeout(120)
    monkeypatch.setattr(time, "time", lambda: wall() + step)
    await event(ours, "timeout")
    assert 0.06 < time.monotonic() - start < 10, "neither at once nor much later"
    await bed.close()
