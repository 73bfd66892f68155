"""Figures of the process."""

from __future__ import annotations

import mmap
import sys
import time
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


def testTheSizeAlone() -> None:
    assert process.memoryUsage.rss() == pytest.approx(process.memoryUsage().rss, rel=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell the whole only")
def testWhatIsInTheHeap() -> None:
    """Node's figures, by Node's names."""
    before = process.memoryUsage()
    assert list(before) == ["rss", "heapTotal", "heapUsed", "external", "arrayBuffers"]
    size = 32 << 20
    # Not by malloc, which might have that much left of earlier tests.
    kept = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for page in range(0, size, mmap.PAGESIZE):
        kept[page] = 1
    after = process.memoryUsage()
    assert after.heapTotal - before.heapTotal == pytest.approx(size, rel=0.3)
    assert after.rss > after.heapTotal == after.heapUsed > len(kept)
    assert (after.external, after.arrayBuffers) == (0, 0)
    kept.close()


@pytest.mark.parametrize("platform, unit", [("darwin", 1), ("freebsd", 1024)])
def testWhereTheSystemTellsThePeakOnly(platform: str, unit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    resource: Any = pytest.importorskip("resource", reason="needs a Unix system")

    def missing(*_: Any) -> Any:
        raise FileNotFoundError

    monkeypatch.setattr("builtins.open", missing)
    monkeypatch.setattr(sys, "platform", platform)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = process.memoryUsage()
    monkeypatch.undo()
    assert found.rss == found.heapTotal == found.heapUsed >= peak * unit


def testProcessorTimeIsCountedInMicroseconds() -> None:
    before, thread = process.cpuUsage(), process.threadCpuUsage()
    until = time.thread_time() + 0.03
    while time.thread_time() < until:
        pass
    used, ofThread = process.cpuUsage(before), process.threadCpuUsage(thread)
    assert used.user + used.system >= 28_000
    assert 28_000 <= ofThread.user + ofThread.system < 10_000_000


def testTheUseOfResources() -> None:
    usage = process.resourceUsage()
    assert usage.userCPUTime + usage.systemCPUTime == pytest.approx(sum(dict(process.cpuUsage()).values()), rel=0.5)
    assert process.memoryUsage().rss / 1024 < usage.maxRSS * 1.5
    assert usage.minorPageFault > 0 and usage.signalsCount == 0
    assert list(usage)[-1] == "involuntaryContextSwitches"
