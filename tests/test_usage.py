"""Figures of the process."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import process


def testClocks() -> None:
    seconds, nanoseconds = process.hrtime()
    assert seconds * 10**9 + nanoseconds <= process.hrtime.bigint()
    assert 0 <= process.hrtime([seconds, nanoseconds])[0] < 100
    assert 0 < process.uptime() < process.uptime() + 1


def testUsage() -> None:
    usage = process.memoryUsage()
    assert usage.rss == usage["rss"] > 1_000_000
    cpu = process.cpuUsage()
    assert cpu["user"] == cpu.user > 0
    assert process.cpuUsage(cpu).system >= 0
    for record in (usage, cpu):
        with pytest.raises(KeyError):
            record["other"]


@pytest.mark.parametrize(
    "value, code",
    [
        (5, "ERR_INVALID_ARG_TYPE"),
        ({"user": -1, "system": 1}, "ERR_INVALID_ARG_VALUE"),
        ({"user": 1}, "ERR_INVALID_ARG_TYPE"),
    ],
)
def testAUsageToCompareWithIsChecked(value: Any, code: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        process.cpuUsage(value)
    assert caught.value.code == code  # type: ignore[attr-defined]
