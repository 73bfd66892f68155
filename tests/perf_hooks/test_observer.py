"""Observers beyond what tests/comparisons/perf_hooks.py compares with Node."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import diagnostics_channel, http, performance
from nodecompat.errors import ERR_MISSING_ARGS
from nodecompat.perf_hooks import PerformanceObserver
from nodecompat.testing import Network


def testEntriesOfHTTPCostNothingWhenNobodyListens() -> None:
    observer = PerformanceObserver(lambda: None)
    observer.observe(entryTypes=["http"])
    other = PerformanceObserver(lambda: None)
    other.observe(type="http")
    observer.disconnect()
    assert diagnostics_channel.hasSubscribers("http.server.request.start")
    other.disconnect()
    assert not diagnostics_channel.hasSubscribers("http.server.request.start")


def testAnExchangeTakesAsLongAsItDoes() -> None:
    found: list[Any] = []
    with Network() as network:
        observer = PerformanceObserver(lambda list: found.extend(list.getEntriesByType("http")))
        observer.observe(type="http")
        server = http.createServer(lambda req, res: network.advance(250) or res.end("hi")).listen(80)
        network.link(latency=100)
        with network.host("client", "10.0.0.9"):
            http.get({"port": 80, "host": "10.0.0.1", "agent": False}).on("response", lambda res: res.resume())
        with network.host("server", "10.0.0.1"):
            http.createServer(lambda req, res: res.end("hi")).listen(80)
        network.advance(2000)
        observer.disconnect()
        server.close()
    durations = {each.name: each.duration for each in found}
    assert durations["HttpRequest"] == 0.0
    assert durations["HttpClient"] >= 200.0


def testAListenerThatFailsHoldsUpNoOther() -> None:
    heard: list[str] = []
    with Network() as network:

        def fail(list: Any) -> None:
            raise ValueError("mine")

        first, second = PerformanceObserver(fail), PerformanceObserver(lambda list: heard.append("second"))
        first.observe(type="mark")
        second.observe(type="mark")
        performance.mark("x")
        network.advance(1)
        first.disconnect()
        second.disconnect()
        assert [str(each) for each in network.faults] == ["mine"]
        network.faults.clear()
    performance.clearMarks()
    assert heard == ["second"]


def testAListIsAskedForANameOrAType() -> None:
    raised: list[str] = []

    def heard(list: Any) -> None:
        for ask in (list.getEntriesByName, list.getEntriesByType):
            with pytest.raises(ERR_MISSING_ARGS) as missing:
                ask()
            raised.append(str(missing.value))

    with Network() as network:
        observer = PerformanceObserver(heard)
        observer.observe(type="mark")
        performance.mark("x")
        network.run()
        observer.disconnect()
    performance.clearMarks("x")
    assert raised == [f'The "{name}" argument must be specified' for name in ("name", "type")]
