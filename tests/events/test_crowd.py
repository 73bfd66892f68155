"""Many listeners of one event: the order, what is removed and what an emit under way sees are as with few."""

from __future__ import annotations

import random
from typing import Any

import pytest

from nodecompat.events import EventEmitter, hooks
from nodecompat.events.listeners import CROWD

MANY = 3 * CROWD


class Named:
    """A listener that notes its name; two of one name are equal, and some have no hash."""

    comparisons = 0

    def __init__(self, name: int, seen: list[int]) -> None:
        self.name, self.seen = name, seen

    def __call__(self) -> None:
        self.seen.append(self.name)

    def __eq__(self, other: object) -> bool:
        Named.comparisons += 1
        return isinstance(other, Named) and other.name == self.name

    def __hash__(self) -> int:
        return self.name


class Hashless(Named):
    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("seed", range(20))
def testAnyOrderOfChangesGivesWhatAPlainListGives(seed: int) -> None:
    chance = random.Random(seed)
    emitter, model, seen = EventEmitter(), [], []  # type: ignore[var-annotated]
    emitter.setMaxListeners(0)
    for step in range(600):
        name = chance.randrange(MANY)
        listener = (Hashless if name % 5 == 0 else Named)(name, seen)
        # Grows for the first half, shrinks in the second: through the border of a crowd in both directions.
        if chance.random() < (0.7 if step < 300 else 0.15):
            prepend, isOnce = chance.random() < 0.3, chance.random() < 0.2
            add = {
                (False, False): emitter.on,
                (True, False): emitter.prependListener,
                (False, True): emitter.once,
                (True, True): emitter.prependOnceListener,
            }[prepend, isOnce]
            add("x", listener)
            model.insert(0 if prepend else len(model), (name, isOnce))
        else:
            emitter.off("x", listener)
            places = [index for index, (each, _) in enumerate(model) if each == name]
            if places:
                del model[places[-1]]
        if step % 50 == 0:
            seen.clear()
            emitter.emit("x")
            assert seen == [each for each, _ in model]
            model = [(each, isOnce) for each, isOnce in model if not isOnce]
        assert [each.name for each in emitter.listeners("x")] == [each for each, _ in model]
        assert emitter.listenerCount("x") == len(model)


def testAnEmitUnderWayKeepsTheListenersItBeganWith() -> None:
    emitter, seen = EventEmitter(), []  # type: ignore[var-annotated]
    emitter.setMaxListeners(0)
    listeners: list[Any] = [Named(index, seen) for index in range(MANY)]

    def change() -> None:
        for each in listeners:
            emitter.off("x", each)
        emitter.on("x", Named(-1, seen))

    emitter.on("x", change)
    for each in listeners:
        emitter.on("x", each)
    emitter.emit("x")
    assert seen == list(range(MANY))
    emitter.off("x", change)
    emitter.emit("x")
    assert seen[MANY:] == [-1]


def testToFindAListenerOthersAreNotLookedAt() -> None:
    emitter, seen = EventEmitter(), []  # type: ignore[var-annotated]
    emitter.setMaxListeners(0)
    for index in range(2_000):
        emitter.on("x", Named(index, seen))
    Named.comparisons = 0
    for index in range(2_000):
        emitter.off("x", Named(index, seen))
    assert emitter.listenerCount("x") == 0
    # One for each that is removed, and a tuple's worth for each of the last few.
    assert Named.comparisons < 3 * 2_000 + CROWD * CROWD


def testOfEqualListenersTheLastGoesFirstAlsoWhenItWasPrepended() -> None:
    emitter, seen = EventEmitter(), []  # type: ignore[var-annotated]
    emitter.setMaxListeners(0)
    for index in range(MANY):
        emitter.on("x", Named(index, seen))
    first, second, third = (Named(-1, [index]) for index in range(3))
    emitter.prependListener("x", first)
    emitter.prependListener("x", second)
    emitter.off("x", Named(-1, []))
    assert emitter.listeners("x")[0] is second
    emitter.on("x", third)
    emitter.prependListener("x", first)
    emitter.off("x", Named(-1, []))
    assert [each for each in emitter.listeners("x") if each == first] == [first, second]


def testOfAWarningThereIsOne(monkeypatch: pytest.MonkeyPatch) -> None:
    emitter, warned = EventEmitter(), []  # type: ignore[var-annotated]
    monkeypatch.setattr(hooks, "emitWarning", warned.append)
    for _ in range(MANY):
        emitter.on("x", lambda: None)
    assert [each.count for each in warned] == [11]
