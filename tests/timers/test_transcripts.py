"""What Node did with timers, event by event."""

from __future__ import annotations

from typing import Any

import pytest_twisted
from transcript import Env, reproduce
from twisted.internet.defer import Deferred

from nodecompat import (
    clearInterval,
    clearTimeout,
    process,
    queueMicrotask,
    setImmediate,
    setInterval,
    setTimeout,
)
from nodecompat.reactor.loop import host, ticks


@pytest_twisted.ensureDeferred
async def testTimersOrder() -> None:
    async def program(env: Env) -> None:
        done: Deferred[None] = Deferred()

        def inImmediate() -> None:
            env.log("t", "immediate")
            process.nextTick(env.log, "t", "tick-in-immediate")

        def inTick() -> None:
            env.log("t", "tick")
            process.nextTick(env.log, "t", "nested-tick")

        def onIO() -> None:
            setTimeout(lambda: (env.log("t", "timeout"), done.callback(None)), 0)
            setImmediate(inImmediate)
            setImmediate(env.log, "t", "immediate-2")
            queueMicrotask(lambda: env.log("t", "microtask"))
            ticks.queueMicrotask(env.log, "t", "promise")
            process.nextTick(inTick)
            env.log("t", "sync")

        def entered() -> None:
            ticks.call(onIO)

        host.theReactor().callLater(0, entered)
        await done

    await reproduce("timers-order", program)


@pytest_twisted.ensureDeferred
async def testTimersObjects() -> None:
    async def program(env: Env) -> None:
        t = setTimeout(lambda *a: env.log("t", "fired", a), 5, "x", 2)
        env.log("t", "hasRef", t.hasRef(), t.unref() is t, t.hasRef(), t.ref().hasRef())
        await env.sleep(20)
        ticked: list[int] = []

        def tick() -> None:
            ticked.append(1)
            env.log("i", "tick", len(ticked))
            if len(ticked) == 3:
                clearInterval(i)

        i = setInterval(tick, 2)
        await env.until(lambda: len(ticked) == 3)
        await env.sleep(10)
        nothing: Any = None
        clearTimeout(setTimeout(env.log, 1, "c", "never"))
        clearTimeout(nothing)
        clearTimeout({})
        await env.sleep(10)
        t.refresh()
        await env.until(lambda: env.events[-1][0] == "t")

    await reproduce("timers-objects", program)
