"""How long a loop waits."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from program import python

from nodecompat.reactor.loop import idle

PROGRAM = """
import sys, time
from nodecompat.reactor.loop.install import installReactor
installReactor(sys.argv[1])
from nodecompat import net, run, setTimeout
from nodecompat.perf_hooks import eventLoopUtilization

server = net.createServer().listen(0)  # a descriptor, so that the direct reactor waits in the poller

def begin():
    before = eventLoopUtilization()
    setTimeout(half, 100, before)

attempts = 10  # on a busy machine a process may stand still for long where it does not wait
def half(before):
    global attempts
    idle = eventLoopUtilization(before)
    attempts -= 1
    if attempts and not (idle.idle > 70 and idle.utilization < 0.6):
        return begin()
    before = eventLoopUtilization()
    until = time.thread_time() + 0.05
    while time.thread_time() < until: pass
    busy = eventLoopUtilization(before)
    server.close()
    assert idle.idle > 70, idle
    assert idle.utilization < 0.6, idle
    assert busy.active > 45 and busy.utilization > 0.9, busy
    print("done")

setTimeout(begin, 1)
run()
"""


@pytest.mark.parametrize("reactor", ["epoll", "select", "asyncio", "direct"])
def testWaitsOfAReactor(reactor: str) -> None:
    assert python("-c", PROGRAM, reactor) == (0, "done\n", "")


def testWaitsOfAnAsyncioLoop() -> None:
    async def main() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        idle.timeOf(loop)
        await asyncio.sleep(0.05)
        waited = idle.timeOf(loop)
        time.sleep(0.02)
        return waited, idle.timeOf(loop)

    waited, after = asyncio.run(main())
    assert waited > 1  # of 50: less on a machine that is busy when the wait begins
    assert after == waited


def testWhereNothingCanBeTimedTheProcessorTells() -> None:
    class Loop:
        pass

    loop: Any = Loop()
    idle.timeOf(loop)
    time.sleep(0.01)
    assert idle.timeOf(loop) >= 9
