"""Faults that Hypothesis draws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, find, given, settings

from nodecompat import net
from nodecompat.testing import Network, strategies

#: The default profile of the tests may be a thorough one.
FEW = settings(max_examples=100, database=None)


@settings(max_examples=25, database=None)
@given(script=strategies.faults(["a", "b"], within=500, kinds=strategies.GENTLE))
def testAStreamSurvivesGentleFaults(script: Any) -> None:
    received = bytearray()
    sent = bytes(range(256)) * 10
    with Network() as network:
        with network.host("a", "10.0.0.1"):
            server = net.createServer(lambda socket: socket.on("data", received.extend)).listen(80)
        network.host("b", "10.0.0.2")
        network.link(latency=100)
        network.replay(script)
        with network.host("b"):
            socket = net.connect(80, "10.0.0.1")
            socket.end(sent)
        network.run(until=lambda: socket.destroyed)
        server.close()
    assert received == sent


@pytest.mark.parametrize("kind", strategies.GENTLE + strategies.ROUGH)
def testEachFaultCanBeMade(kind: str) -> None:
    @settings(max_examples=5, database=None, phases=[Phase.generate])
    @given(script=strategies.faults(["a", "b"], within=10, kinds=[kind]))
    def check(script: Any) -> None:
        with Network() as network:
            network.replay(script)
            network.advance(10)
            assert [step[1] for step in network.script] == [kind] * len(script)

    check()


def testShrinking() -> None:
    script = find(strategies.faults(["a", "b"], 100, ["reset", "slow"]), lambda drawn: len(drawn) > 1, settings=FEW)
    assert [step[0] for step in script] == [0.0, 0.0]
