"""Servers that are loaded in turns, against our own peer twice; it is left out where there is no wrk."""

import pytest

from benchmarks import harness, turns


@pytest.fixture
def running():
    try:
        harness.tool("wrk")
    except harness.Missing as reason:
        pytest.skip(f"needs {reason}")
    with harness.servers(turns.PEERS["http"][:1] * 2) as (servers, _):
        yield servers


def testBothAreLoaded(running):
    found = turns.compare(running, "http", 2)
    assert len(found) == 2 and all(cost > 0 for cost in found)
