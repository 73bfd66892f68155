"""Entries beyond what tests/comparisons/perf_hooks.py compares with Node."""

from __future__ import annotations

from nodecompat import performance
from nodecompat.perf_hooks import PerformanceMark, entries
from nodecompat.testing import Network


def testAMarkIsOfTheSimulatedClock() -> None:
    with Network() as network:
        network.advance(1500)
        assert performance.mark("here").startTime == entries.now() == 1500.0
    performance.clearMarks("here")


def testAnEntryShowsItself() -> None:
    assert repr(PerformanceMark("x", startTime=5)) == (
        "PerformanceMark(name='x', entryType='mark', startTime=5, duration=0.0, detail=None)"
    )
