"""What keeps a program alive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nodecompat.reactor import alive
from nodecompat.reactor.alive import Activity
from nodecompat.testing import Network, network


@pytest.fixture(autouse=True)
def net() -> Iterator[Network]:
    with network() as made:
        yield made


class Thing(Activity):
    __slots__ = ("resourceName",)

    def __init__(self, resourceName: str = "Thing") -> None:
        super().__init__()
        self.resourceName = resourceName


def testOnlyWhatIsActiveAndRefedHolds() -> None:
    thing = Thing()
    assert not alive.isAlive()
    thing._setActive(True)
    assert alive.isAlive()
    thing.unref()
    assert (alive.isAlive(), thing.hasRef()) == (False, False)
    thing.ref()
    assert (alive.isAlive(), thing.hasRef()) == (True, True)
    thing._setActive(False)
    assert not alive.isAlive()
    thing.unref()
    thing._setActive(True)
    assert not alive.isAlive()


def testResourcesAreNamedOldestFirst() -> None:
    for name in ("first", "second", "third"):
        Thing(name)._setActive(True)
    assert alive.resources() == ["first", "second", "third"]


def testIdleIsToldWhenTheLastOneLetsGo() -> None:
    told: list[bool] = []
    first, second = Thing(), Thing()
    first._setActive(True)
    second._setActive(True)
    alive.onidle = lambda: told.append(alive.isAlive())
    first._setActive(False)
    assert told == []
    second.unref()
    assert told == [False]


def testHoldingAndLettingGoTwiceCountsOnce() -> None:
    thing = Thing()
    alive.hold(thing)
    alive.hold(thing)
    alive.release(thing)
    alive.release(thing)
    assert not alive.isAlive()
