"""Deferreds that asyncio's tasks await."""

from __future__ import annotations

import pytest
from program import python
from twisted.internet.defer import Deferred

from nodecompat.reactor.loop.promised import Promised


def asyncioProgram(source: str) -> tuple[int, str, str]:
    return python("-W", "error", "-c", "import asyncio\nfrom nodecompat.timers import promises as timers\n" + source)


def testATaskAwaitsIt() -> None:
    code, out, err = asyncioProgram("""
async def main():
    print(await timers.setTimeout(1, "late"))
    print(await asyncio.gather(timers.setTimeout(2, "a"), timers.setTimeout(1, "b")))
    print(await asyncio.wait_for(timers.setTimeout(1, "c"), 5))
asyncio.run(main())
""")
    assert (code, out, err) == (0, "late\n['a', 'b']\nc\n", "")


def testItMayBeAwaitedAgain() -> None:
    code, out, err = asyncioProgram("""
async def main():
    promise = timers.setTimeout(1, "value")
    async def once():
        return await promise
    print(await asyncio.gather(once(), once()), await promise)
asyncio.run(main())
""")
    assert (code, out, err) == (0, "['value', 'value'] value\n", "")


def testItsFailureAndItsCancellation() -> None:
    code, out, err = asyncioProgram("""
from nodecompat import AbortController
async def main():
    control = AbortController()
    promise = timers.setTimeout(10_000, None, {"signal": control.signal})
    control.abort()
    for _ in range(2):
        try:
            await promise
        except Exception as error:
            print(error.name)
    task = asyncio.ensure_future(timers.setTimeout(10_000))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
asyncio.run(main())
""")
    assert (code, out, err) == (0, "AbortError\nAbortError\ncancelled\n", "")


def testATwistedCoroutineAwaitsIt() -> None:
    promise: Promised[int] = Promised()

    async def twice() -> int:
        return 2 * await promise

    result: list[int] = []
    Deferred.fromCoroutine(twice()).addCallback(result.append)
    promise.callback(4)
    assert result == [8]


def testAForgottenAwaitIsToldWhatToDo() -> None:
    with pytest.raises(
        AttributeError, match=r"^a promise has no 'status': await it first, or give addCallback a function$"
    ):
        Promised().status  # noqa: B018
    assert not hasattr(Promised(), "status")
