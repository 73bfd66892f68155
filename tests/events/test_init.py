"""The functions and settings of the module `events`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat import events
from nodecompat.abort import AbortController
from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, NodeError
from nodecompat.events import (
    EventEmitter,
    getEventListeners,
    getMaxListeners,
    hooks,
    listenerCount,
    setMaxListeners,
)
from nodecompat.eventtarget import EventTarget


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    yield
    EventEmitter.defaultMaxListeners = 10
    EventEmitter.captureRejections = False


def testTheDefaultLimitTakesEffectEverywhere() -> None:
    emitter = EventEmitter()
    events.defaultMaxListeners = 3
    assert events.defaultMaxListeners == emitter.getMaxListeners() == getMaxListeners(EventTarget()) == 3
    setMaxListeners(4)
    assert events.defaultMaxListeners == emitter.getMaxListeners() == 4
    EventEmitter.defaultMaxListeners = 5
    assert events.defaultMaxListeners == emitter.getMaxListeners() == 5


@pytest.mark.parametrize("value, error", [(-1, ERR_OUT_OF_RANGE), ("x", ERR_INVALID_ARG_TYPE)])
def testABadDefaultLimit(value: Any, error: type[NodeError]) -> None:
    with pytest.raises(error, match='"defaultMaxListeners"'):
        events.defaultMaxListeners = value
    with pytest.raises(error, match='"setMaxListeners"'):
        setMaxListeners(value)
    assert events.defaultMaxListeners == 10


def testLimitsOfSeveral() -> None:
    emitter, target = EventEmitter(), EventTarget()
    setMaxListeners(7, emitter, target)
    assert getMaxListeners(emitter) == getMaxListeners(target) == 7
    assert getMaxListeners(EventEmitter()) == 10
    assert getMaxListeners(AbortController().signal) == 0


def testListenersOfEither() -> None:
    emitter, target = EventEmitter(), EventTarget()
    emitter.once("x", print)
    target.addEventListener("x", print)
    for owner in (emitter, target):
        assert (getEventListeners(owner, "x"), getEventListeners(owner, "y")) == ([print], [])
        assert (listenerCount(owner, "x"), listenerCount(owner, "y")) == (1, 0)


@pytest.mark.parametrize(
    "call, name",
    [
        (lambda: getEventListeners({}, "x"), "emitter"),
        (lambda: getMaxListeners({}), "emitter"),
        (lambda: listenerCount({}, "x"), "emitter"),
        (lambda: setMaxListeners(5, {}), "eventTargets"),
    ],
)
def testNeitherEmitterNorTarget(call: Any, name: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE) as caught:
        call()
    assert str(caught.value) == (
        f'The "{name}" argument must be an instance of EventEmitter or EventTarget. Received an instance of Object'
    )


def testCaptureRejectionsOfAllNewEmitters() -> None:
    events.captureRejections = True
    assert EventEmitter()._captures_ and events.captureRejections
    assert not EventEmitter(captureRejections=False)._captures_
    with pytest.raises(
        ERR_INVALID_ARG_TYPE, match=r'^The "EventEmitter.captureRejections" property must be of type bool'
    ):
        events.captureRejections = 5  # type: ignore[assignment]


def testHooksCanBeSetOnTheModule(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("unhandledRejection", "emitWarning"):
        before = getattr(hooks, name)
        setattr(events, name, print)
        assert getattr(hooks, name) is getattr(events, name) is print
        setattr(events, name, before)
