"""Handshakes that are mutated or cut on their way: one error at most on each side, and everything is closed.

`python tools/fuzz_handshakes.py` plays as many as one likes.
"""

from __future__ import annotations

import pytest
from toolloader import load

from nodecompat.testing import network

fuzz = load("fuzz_handshakes")


@pytest.mark.parametrize("what, count", [("hellos", 600), ("flights", 200)])
def testMutations(what: str, count: int) -> None:
    result = fuzz.run(count, 1, what)
    assert result.failures == []
    assert result.descriptors <= 0
    assert result.memory < 16 << 20
    assert len(result.log) > 10  # they go wrong in many ways


@pytest.mark.parametrize(
    "server, client, step", [("plain", "small", 1), ("asking", "own 1.2", 3), ("another group", "default", 7)]
)
def testHandshakesAreCutAtEveryByte(server: str, client: str, step: int) -> None:
    with network(capacity=1 << 20) as net:
        wire = fuzz.Wire(net)
        assert wire.cutEverywhere(server, client, step) > 300
        wire.close()


@pytest.mark.parametrize("server, client", [("asking", "own"), ("asking", "own 1.2"), ("another group", "default")])
def testHandshakesAreResetAtEachStep(server: str, client: str) -> None:
    with network(capacity=1 << 20) as net:
        wire = fuzz.Wire(net)
        assert wire.cutEverywhere(server, client, 300, isReset=True) > 6
        wire.close()
