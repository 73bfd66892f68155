"""The simulated network in programs of asyncio."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from program import REACTOR

from nodecompat import fetch, http, process
from nodecompat.testing import Deadlock, Network
from nodecompat.timers import promises

#: With the asyncio reactor, pytest's own program runs inside of a loop.
needsNoLoop = pytest.mark.skipif(REACTOR == "asyncio", reason="asyncio.run() makes a loop: run it on another reactor")


async def ask(seed: int) -> tuple[Any, ...]:
    async with Network(seed=seed, record=None) as network:
        network.link(latency=30, jitter=10)
        with network.host("web.example", "10.0.0.1"):
            http.createServer(lambda request, response: response.end("hello")).listen(80)
        with network.host("client.example", "10.0.0.2"):
            response = await fetch("http://web.example/")
            text = await response.text()
        await promises.setTimeout(3_600_000)
        return text, network.clock.elapsed(), list(network.events)


@needsNoLoop
def testItRunsByItself() -> None:
    text, elapsed, events = asyncio.run(ask(1))
    assert text == "hello"
    assert elapsed > 3_600_000
    assert (text, elapsed, events) == asyncio.run(ask(1))
    assert events != asyncio.run(ask(2))[2]


@needsNoLoop
def testTasksAtTheSameTimeKeepTheirHosts() -> None:
    """Each tick, and what it opens, is of the host in whose block its task is, however the tasks take turns."""

    async def main() -> list[tuple[str, ...]]:
        async with Network() as network:
            seen: list[tuple[str, ...]] = []

            async def task(name: str) -> None:
                for _ in range(3):
                    with network.host(name):
                        ticked = asyncio.get_running_loop().create_future()
                        process.nextTick(lambda: seen.append((name, network.here.name)))
                        process.nextTick(ticked.set_result, None)
                        await ticked
                        await asyncio.sleep(0)
                        process.nextTick(lambda: seen.append((name, network.here.name)))

            await asyncio.gather(*(task(name) for name in ("a", "b", "c", "a", "b")))
            await promises.setTimeout(1)
            return seen

    seen = asyncio.run(main())
    assert len(seen) == 30
    assert [each for each in seen if each[0] != each[1]] == []


@needsNoLoop
def testADeadlockEndsTheBlock() -> None:
    async def main() -> None:
        async with Network():
            await asyncio.get_running_loop().create_future()

    with pytest.raises(Deadlock, match="nothing can happen any more"):
        asyncio.run(main())
