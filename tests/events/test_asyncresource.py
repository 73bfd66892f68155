"""EventEmitterAsyncResource."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.async_hooks import AsyncLocalStorage
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.events import EventEmitterAsyncResource


def testListenersSeeTheContextItWasMadeIn() -> None:
    storage = AsyncLocalStorage()
    log: list[Any] = []
    emitter = storage.run("then", lambda: EventEmitterAsyncResource(name="Q"))
    emitter.on("x", lambda: (log.append(storage.getStore()), emitter.emit("y")))
    emitter.on("y", lambda: log.append(storage.getStore()))
    assert storage.run("now", emitter.emit, "x") is True
    assert log == ["then", "then"]
    assert emitter.emit("nobody") is False


def testItHasNumbers() -> None:
    first = EventEmitterAsyncResource("Q")
    second = EventEmitterAsyncResource({"name": "R", "triggerAsyncId": first.asyncId})
    assert second.asyncId > first.asyncId > first.triggerAsyncId
    assert second.triggerAsyncId == first.asyncId
    assert (first.asyncResource.type, second.asyncResource.type) == ("Q", "R")
    first.emitDestroy()


def testItsNameIsItsClassUnlessItIsGiven() -> None:
    class Sub(EventEmitterAsyncResource): ...

    assert Sub(captureRejections=True).asyncResource.type == "Sub"


def testOnlyASubclassNeedsNoName() -> None:
    with pytest.raises(
        ERR_INVALID_ARG_TYPE, match=r'^The "options.name" property must be of type string\. Received und'
    ):
        EventEmitterAsyncResource()
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'^The "options.name" property .* Received type number \(1\)$'):
        EventEmitterAsyncResource({"name": 1})


def testTheResourceKnowsItsEmitter() -> None:
    emitter = EventEmitterAsyncResource("Q")
    assert emitter.asyncResource.eventEmitter is emitter
