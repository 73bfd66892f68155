"""AsyncLocalStorage and AsyncResource."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from nodecompat.async_hooks import AsyncLocalStorage, AsyncResource


def testRunSetsTheValueForWhatItCalls() -> None:
    storage = AsyncLocalStorage()
    assert storage.run(1, lambda a: (a, storage.getStore(), storage.run(2, storage.getStore)), "x") == ("x", 1, 2)
    assert storage.getStore() is None


def testExitHidesTheValue() -> None:
    storage = AsyncLocalStorage(defaultValue="none", name="request")
    assert storage.run(1, lambda: storage.exit(storage.getStore)) == storage.getStore() == "none"
    assert storage.name == "request"


def testACoroutineKeepsItsValue() -> None:
    storage = AsyncLocalStorage()
    waiting: Deferred[None] = Deferred()
    log: list[Any] = []

    async def program() -> None:
        log.append(storage.getStore())
        await waiting
        log.append(storage.getStore())

    storage.run("mine", lambda: Deferred.fromCoroutine(program()))
    storage.run("other", waiting.callback, None)
    assert log == ["mine", "mine"]


def testEnterWithAndDisable() -> None:
    storage = AsyncLocalStorage()

    def program() -> list[Any]:
        storage.enterWith(5)
        entered = storage.getStore()
        storage.disable()
        return [entered, storage.getStore()]

    assert AsyncResource("X").runInAsyncScope(program) == [5, None]
    assert storage.getStore() is None


def testAScopeSetsTheValueBackOnce() -> None:
    storage = AsyncLocalStorage()
    with storage.withScope(1) as outer:
        with storage.withScope(2):
            assert storage.getStore() == 2
        assert storage.getStore() == 1
    outer.dispose()
    assert storage.getStore() is None


def testFunctionsCanBeBound() -> None:
    storage = AsyncLocalStorage()
    bound, snapshot = storage.run(1, lambda: (AsyncLocalStorage.bind(storage.getStore), AsyncLocalStorage.snapshot()))
    assert bound() == snapshot(storage.getStore) == 1
    assert storage.getStore() is None
