"""The soak: what it calls growth, its report, and that each of its clients does what it is there for."""

from __future__ import annotations

import random
from typing import Any
from xml.etree import ElementTree

import pytest
from suite import whyNoTLS

from tools import soak

needsTLS = pytest.mark.skipif(bool(whyNoTLS()), reason="needs TLS: " + (whyNoTLS() or ""))

#: How a figure moves, by seconds, and whether it grows. Noise is that of a machine that is busy with other things.
CURVES: dict[str, tuple[Any, bool]] = {
    "steady": (lambda time, noise: 100.0, False),
    "noisy": (lambda time, noise: 100 + 30 * noise, False),
    "warming up": (lambda time, noise: min(100.0, time) + noise, False),
    "a peak at the end": (lambda time, noise: 200.0 if time > 560 else 100 + noise, False),
    "less and less": (lambda time, noise: 200 - time / 10 + noise, False),
    "a little more": (lambda time, noise: 100 + time / 200 + noise / 10, False),
    "a leak": (lambda time, noise: 100 + time / 20 + 5 * noise, True),
    "a leak under noise": (lambda time, noise: 100 + time / 10 + 30 * noise, True),
    "a leak that stops and goes": (lambda time, noise: 100 + 10 * (time // 100) + noise, True),
}


@pytest.mark.parametrize("name", CURVES)
def testWhatGrows(name: str) -> None:
    curve, grows = CURVES[name]
    chances = random.Random(name)
    samples = [{"time": float(time), "memory": curve(time, chances.uniform(-1, 1))} for time in range(0, 600, 4)]
    assert soak.judge(samples, "memory")["grows"] is grows


WRK = """\
  Socket errors: connect 0, read 3, write 0, timeout 7
  Non-2xx or 3xx responses: 2
  15143 requests in 1.00m, 1.83MB read
"""


def testWhatWrkCounts() -> None:
    assert soak.wrkFailures(WRK) == ["wrk: read 3", "wrk: Non-2xx 2"]
    assert soak.wrkRequests({"wrk": {"http": WRK, "https": WRK}}) == 30286


@needsTLS
def testAShortRun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too short to judge growth: it is for the clients and the report."""
    monkeypatch.setattr(soak, "WRK", {})
    report = soak.soak(0.3, every=0.1, settles=30.0)
    assert report["failed"] == []
    assert report["good"] > 0
    assert set(report["bad"]) == {
        "pipelined", "slow", "garbage", "half", "killed", "halfHandshake", "brokenRecord", "vanished"
    }  # fmt: skip
    assert report["afterwards"]["descriptors"] <= report["before"]["descriptors"]
    for figure in report["figures"].values():
        figure["grows"] = False
    assert soak.failures(report) == []
    report["figures"]["memory"] |= {"grows": True, "gain": 0.5}
    report["failed"] = ["http /: 500"]
    report["afterwards"]["threads"] += 1
    assert len(soak.failures(report)) == 3
    picture = ElementTree.fromstring(soak.plot(report))
    assert len(picture.findall("{*}polyline")) == len(soak.GAIN)
