"""`performance` beyond what tests/comparisons/perf_hooks.py compares with Node."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred, fail

from nodecompat import perf_hooks, performance
from nodecompat.errors import NodeError
from nodecompat.perf_hooks import PerformanceObserver, createHistogram
from nodecompat.testing import Network
from nodecompat.testing.seams import EPOCH


def testTheClockIsTheSimulatedOne() -> None:
    with Network() as network:
        assert (performance.now(), performance.timeOrigin) == (0.0, EPOCH)
        network.advance(1500)
        assert (performance.now(), performance.timeOrigin) == (1500.0, EPOCH)
        assert performance.nodeTiming.duration == 1500.0


def testASimulatedLoopIsIdle() -> None:
    with Network() as network:
        network.advance(100)
        before = performance.eventLoopUtilization()
        assert dict(before) == {"idle": 0.0, "active": 0.0, "utilization": 0.0}
        network.advance(1000)
        assert dict(performance.eventLoopUtilization(before)) == {"idle": 1000.0, "active": 0.0, "utilization": 0.0}
        assert performance.nodeTiming.loopStart == 100.0
        assert performance.nodeTiming.idleTime == 1000.0


def testADeferredIsTimedUntilItFires() -> None:
    histogram = createHistogram()
    with Network() as network:
        waiting: Deferred[int] = Deferred()
        result = performance.timerify(lambda: waiting, histogram=histogram)()
        network.advance(40)
        assert histogram.count == 0
        waiting.callback(5)
        assert result is waiting and result.result == 5
    assert histogram.percentile(50) == pytest.approx(40e6, rel=1e-3)


def testADeferredThatFailsIsTimedToo() -> None:
    histogram = createHistogram()
    failed = performance.timerify(lambda: fail(ValueError("no")), histogram=histogram)()
    assert histogram.count == 1
    failed.addErrback(lambda failure: failure.trap(ValueError))


def testKeywordsAreGivenOn() -> None:
    assert perf_hooks.timerify(lambda a, *, b: a + b)(1, b=2) == 3


def testAnUnknownOptionIsRefused() -> None:
    with pytest.raises(NodeError, match="did you mean 'histogram'"):
        performance.timerify(print, histogramm=createHistogram())  # type: ignore[call-arg]


def testNobodyPaysForEntriesThatNobodyHears() -> None:
    performance.timerify(int)("5")
    observer = PerformanceObserver(lambda: None)
    observer.observe(type="function", buffered=True)
    assert observer.takeRecords() == []
    observer.disconnect()
