"""queueMicrotask, and coroutine functions as callbacks."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import async_hooks, process, queueMicrotask, setImmediate, setInterval, setTimeout, timers
from nodecompat.async_hooks import AsyncLocalStorage
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.testing import Network
from nodecompat.timers.callbacks import runnable


def testMicrotasksFollowTheTicks(net: Network) -> None:
    log: list[str] = []
    queueMicrotask(lambda: log.append("microtask"))
    process.nextTick(log.append, "tick")
    net.run()
    assert log == ["tick", "microtask"]


def testTheCallbackMustBeAFunction() -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE) as raised:
        queueMicrotask(3)  # type: ignore[arg-type]
    assert raised.value.message == 'The "callback" argument must be of type function. Received type number (3)'


def testAPlainFunctionIsLeftAsItIs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_hooks, "inUse", False)
    assert runnable(len) is len
    assert runnable(testAPlainFunctionIsLeftAsItIs) is testAPlainFunctionIsLeftAsItIs


@pytest.mark.parametrize("queue", [process.nextTick, queueMicrotask])
def testCoroutineFunctionsRun(net: Network, queue: Any) -> None:
    log: list[str] = []

    class Program:
        async def method(self) -> None:
            log.append("method")
            raise ValueError("failed")

    async def function() -> None:
        log.append("function")

    process.once("unhandledRejection", lambda reason: log.append(str(reason)))
    queue(function)
    queue(Program().method)
    net.run()
    assert log == ["function", "method", "failed"]


@pytest.mark.parametrize(
    "queue", [process.nextTick, queueMicrotask, setImmediate, lambda callback: setTimeout(callback, 1)]
)
def testACallbackKeepsTheValuesOfItsSetting(net: Network, queue: Any) -> None:
    storage: AsyncLocalStorage = AsyncLocalStorage()
    log: list[Any] = []

    async def later() -> None:
        await timers.promises.setTimeout(1)
        log.append(storage.getStore())

    storage.run("plain", queue, lambda: log.append(storage.getStore()))
    storage.run("coroutine", queue, later)
    net.advance(5)
    assert (log, storage.getStore()) == (["plain", "coroutine"], None)


def testAnUncaughtExceptionIsToldWithinItsValues(net: Network) -> None:
    storage: AsyncLocalStorage = AsyncLocalStorage()
    log: list[Any] = []

    def fails() -> None:
        raise ValueError("one")

    async def failsToo() -> None:
        raise ValueError("two")

    process.once("uncaughtException", lambda error: log.append((str(error), storage.getStore())))
    process.once("unhandledRejection", lambda error: log.append((str(error), storage.getStore())))
    storage.run(1, setTimeout, fails, 1)
    storage.run(2, setTimeout, failsToo, 2)
    net.advance(5)
    assert (log, async_hooks.failed) == ([("one", 1), ("two", 2)], None)


def testWhatACallEntersIsGoneWithIt(net: Network) -> None:
    storage: AsyncLocalStorage = AsyncLocalStorage()
    log: list[Any] = []

    def callback() -> None:
        log.append(storage.getStore())
        storage.enterWith("entered")
        if len(log) == 2:
            interval.close()

    interval = storage.run("set", setInterval, callback, 1)
    net.advance(5)
    assert (log, storage.getStore()) == (["set", "set"], None)
