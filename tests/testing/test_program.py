"""What a simulated network runs, and waits for."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import Deferred

from nodecompat import net, setInterval, setTimeout
from nodecompat.testing import Deadlock, Network
from nodecompat.timers import promises


def testRunUntilACondition(net: Network) -> None:
    fired: list[int] = []
    setTimeout(lambda: fired.append(1), 5000)
    assert net.run(until=lambda: len(fired)) == 1
    assert net.clock.elapsed() == 5000


def testRunUntilACoroutineIsDone(net: Network) -> None:
    async def main() -> str:
        return str(await promises.setTimeout(3_600_000, "an hour later"))

    assert net.run(until=main) == net.run(until=main()) == "an hour later"


def testItsFailureIsRaised(net: Network) -> None:
    async def main() -> None:
        await promises.setTimeout(1)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        net.run(until=main)


def testRunUntilADeferredHasFired(net: Network) -> None:
    deferred: Deferred[int] = Deferred()
    setTimeout(lambda: deferred.callback(7), 10)
    assert net.run(until=deferred) == 7


def testWhatACallbackRaisesEndsTheRun(net: Network) -> None:
    setTimeout(lambda: 1 / 0, 10)
    with pytest.raises(ZeroDivisionError):
        net.run(until=lambda: False)


def testADeadlockSaysWhatWaits() -> None:
    with Network(seed=42) as network:
        with network.host("db.example", "10.0.0.5"):
            net.createServer().listen(5432)
        with pytest.raises(Deadlock) as caught:
            network.run(until=Deferred())
    text = str(caught.value)
    assert "nothing can happen any more (seed 42, 0 ms); these wait:" in text
    assert "db.example: TCPServerWrap #1 :::5432" in text


def testARunHasALimit(net: Network) -> None:
    setInterval(lambda: None, 1000)
    with pytest.raises(Deadlock, match="it does not happen within the limit"):
        net.run(until=lambda: False, limit=60_000)
    assert net.clock.elapsed() <= 60_000


@pytest.mark.parametrize("until", [5, lambda: Deferred()], ids=["a number", "a function that gives a Deferred"])
def testWhatCannotBeWaitedFor(net: Network, until: Any) -> None:
    with pytest.raises(TypeError, match="until: "):
        net.run(until=until)
