"""Histograms beyond what tests/comparisons/perf_hooks.py compares with Node."""

from __future__ import annotations

import pytest

from nodecompat.errors import NodeError
from nodecompat.perf_hooks import Histogram, createHistogram
from nodecompat.testing import Network


def testOnlyWhatHoldsSomethingTakesMemory() -> None:
    histogram = createHistogram()
    for value in (1, 10**6, 10**12):
        histogram.record(value)
    assert len(histogram._counts_) == 3


def testADeltaIsOfTheSimulatedClock() -> None:
    histogram = createHistogram(figures=5)
    with Network() as network:
        histogram.recordDelta()
        network.advance(3)
        histogram.recordDelta()
    assert histogram.percentile(50) == pytest.approx(3_000_000, rel=1e-5)


def testItIsMadeByItsFunction() -> None:
    with pytest.raises(NodeError, match="Illegal constructor"):
        Histogram()


def testItShowsItsFigures() -> None:
    assert repr(createHistogram()).startswith("RecordableHistogram(count=0, min=9223372036854775807, max=0, mean=nan")
