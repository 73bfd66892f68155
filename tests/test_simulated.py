"""The simulated network against the real one: random scripts of two sockets, in memory and on Node over loopback."""

from __future__ import annotations

import json
import random

import pytest
from oracle import findNode, needsNode

from tools import fuzz_network

#: Scripts that once went otherwise, and what is in the events of how they go.
FOUND = {
    '{"allowHalfOpen": true, "steps": [["server", "end"], ["server", "reset"], ["client", "write", "<2>"]]}': "EPIPE",
    # The news that nobody reads has not come back when the second write is made.
    '{"allowHalfOpen": false, "segment": 2, "steps": [[1, "client", "write", "33333333"], '
    '[2, "server", "write", "00000000"], [4, "server", "destroySoon"], [5, "client", "write", "1111"], '
    '[5, "client", "destroy"]]}': '"written ok", "close false"',
    # The writer is gone, its bytes are under way.
    '{"allowHalfOpen": false, "segment": 5, "steps": [[1, "client", "write", "555555555555555"], [2, "server", "end"], '
    '[3, "network", "resetAfter", "client", 3]]}': '"data 555", "error ECONNRESET"',
}


@needsNode
def testAConnectionGoesAsOnNode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODECOMPAT_NODE", str(findNode()))
    chances = random.Random(7)
    scripts = [fuzz_network.scriptOf(chances) for _ in range(25)] + [json.loads(each) for each in FOUND]
    assert fuzz_network.differences(scripts) == []


@needsNode
def testSegmentsAndResetsOfTheNetworkAreAsOnNode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each arrives in its unit of time; `python -m tools.fuzz_network --faults` has more."""
    monkeypatch.setenv("NODECOMPAT_NODE", str(findNode()))
    chances = random.Random(8)
    assert fuzz_network.differences([fuzz_network.faultyScriptOf(chances) for _ in range(20)]) == []


@pytest.mark.parametrize("script", FOUND)
def testAScriptThatOnceWentOtherwise(script: str) -> None:
    assert FOUND[script] in json.dumps(fuzz_network.simulated(json.loads(script))["logs"])
