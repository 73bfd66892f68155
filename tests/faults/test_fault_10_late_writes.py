"""Fault 10: write after end, write after destroy."""

from __future__ import annotations

import pytest_twisted
from faultbed import logOf, serve, settled, until


@pytest_twisted.ensureDeferred
async def testAfterEnd() -> None:
    bed = await serve()
    ours, _peer = await bed.pair()
    log = logOf(ours, "error", "close")
    told: list[str] = []
    ours.end("bye")
    assert ours.write("late", lambda error: told.append(error.code)) is False
    await until(lambda: len(log) == 2)
    assert told == ["ERR_STREAM_WRITE_AFTER_END"]
    assert log == [("error", "ERR_STREAM_WRITE_AFTER_END"), ("close", True)]
    await bed.close()


@pytest_twisted.ensureDeferred
async def testAfterDestroy() -> None:
    bed = await serve()
    ours, _peer = await bed.pair()
    log = logOf(ours, "error", "close")
    told: list[str] = []
    ours.destroy()
    assert ours.write("late", lambda error: told.append(error.code)) is False
    await until(lambda: log)
    await settled()
    assert (told, log) == (["ERR_STREAM_DESTROYED"], [("close", False)])
    await bed.close()
