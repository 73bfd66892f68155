"""AsyncLocalStorage and AsyncResource."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import Deferred

from nodecompat.async_hooks import AsyncLocalStorage, AsyncResource
from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ASYNC_ID, NodeError
from nodecompat.events import fit


def testRunSetsTheValueForWhatItCalls() -> None:
    storage = AsyncLocalStorage()
    assert storage.run(1, lambda a: (a, storage.getStore(), storage.run(2, storage.getStore)), "x") == ("x", 1, 2)
    assert storage.getStore() is None


def testExitHidesTheValue() -> None:
    storage = AsyncLocalStorage(defaultValue="none", name="request")
    assert storage.run(1, lambda: storage.exit(storage.getStore)) is None
    assert (storage.getStore(), storage.name) == ("none", "request")


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


def testACoroutineBeginsWithinRun() -> None:
    storage = AsyncLocalStorage({"defaultValue": "none"})
    log: list[Any] = []

    async def program() -> None:
        log.append(storage.getStore())

    storage.run("mine", program)
    storage.exit(program)
    storage.run("kept", AsyncLocalStorage.snapshot)(program)
    storage.run("resource", AsyncResource, "X").runInAsyncScope(program)
    assert log == ["mine", None, "kept", "resource"]


@pytest.mark.parametrize("options", [1, "name"])
def testBadOptions(options: Any) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'^The "options" argument must be of type object\. Received type'):
        AsyncLocalStorage(options)


def testEnterWithAndDisable() -> None:
    storage = AsyncLocalStorage()

    def program() -> list[Any]:
        storage.enterWith(5)
        entered = storage.getStore()
        storage.disable()
        return [entered, storage.getStore()]

    assert AsyncResource("X").runInAsyncScope(program) == [5, None]
    assert storage.getStore() is None


def testDisableForgetsWhatWasKept() -> None:
    storage = AsyncLocalStorage()
    kept = storage.run("kept", AsyncLocalStorage.snapshot)

    def program() -> list[Any]:
        storage.enterWith("outer")
        inside = storage.run("inner", lambda: (storage.disable(), storage.getStore()))
        return [inside[1], storage.getStore(), kept(storage.getStore)]

    assert AsyncResource("X").runInAsyncScope(program) == [None, "outer", None]


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


def testABoundFunctionTakesItsOwnArguments() -> None:
    storage = AsyncLocalStorage()
    resource = storage.run(1, AsyncResource, "X")
    for bind in (resource.bind, AsyncResource.bind, AsyncLocalStorage.bind):
        bound = storage.run(1, bind, lambda first: (first, storage.getStore()))
        assert fit(bound, 3)("a", "b", "c") == ("a", 1)
        with pytest.raises(
            ERR_INVALID_ARG_TYPE, match=r'^The "fn" argument must be of type function\. Received type n'
        ):
            bind(5)


@pytest.mark.parametrize(
    "args, error, message",
    [
        ((), ERR_INVALID_ARG_TYPE, 'The "type" argument must be of type string. Received undefined'),
        (("X", -2), ERR_INVALID_ASYNC_ID, "Invalid triggerAsyncId value: -2"),
        (("X", {"triggerAsyncId": 1.5}), ERR_INVALID_ASYNC_ID, "Invalid triggerAsyncId value: 1.5"),
        (("X", {"triggerAsyncId": "x"}), ERR_INVALID_ASYNC_ID, "Invalid triggerAsyncId value: x"),
    ],
)
def testBadResources(args: Any, error: type[NodeError], message: str) -> None:
    with pytest.raises(error) as caught:
        AsyncResource(*args)
    assert str(caught.value) == message


def testTheScopeOfAResourceTakesAThisThatNobodyNeeds() -> None:
    assert AsyncResource("X").runInAsyncScope(lambda *args: args, "this", 1, 2) == (1, 2)


def testTheTriggerOfAResource() -> None:
    assert [AsyncResource("X", given).triggerAsyncId() for given in (None, 5, {"triggerAsyncId": -1})] == [1, 5, -1]
