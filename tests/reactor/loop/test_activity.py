"""What keeps a program alive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nodecompat.reactor.loop import activity
from nodecompat.reactor.loop.activity import Activity
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
    assert not activity.isAlive()
    thing._setActive_(True)
    assert activity.isAlive()
    thing.unref()
    assert (activity.isAlive(), thing.hasRef()) == (False, False)
    thing.ref()
    assert (activity.isAlive(), thing.hasRef()) == (True, True)
    thing._setActive_(False)
    assert not activity.isAlive()
    thing.unref()
    thing._setActive_(True)
    assert not activity.isAlive()


def testResourcesAreNamedOldestFirst() -> None:
    for name in ("first", "second", "third"):
        Thing(name)._setActive_(True)
    assert activity.resources() == ["first", "second", "third"]


def testIdleIsToldWhenTheLastOneLetsGo() -> None:
    told: list[bool] = []
    first, second = Thing(), Thing()
    first._setActive_(True)
    second._setActive_(True)
    activity.onidle = lambda: told.append(activity.isAlive())
    first._setActive_(False)
    assert told == []
    second.unref()
    assert told == [False]


def testHoldingAndLettingGoTwiceCountsOnce() -> None:
    thing = Thing()
    activity.hold(thing)
    activity.hold(thing)
    activity.release(thing)
    activity.release(thing)
    assert not activity.isAlive()


def testWhatLetsGoWhileItIsSuspendedIsNotResumed() -> None:
    """As a thread that began in front of a simulated network and ends in it."""
    ended, stays = Thing("ended"), Thing("stays")
    ended._setActive_(True)
    stays._setActive_(True)
    with network(), network():
        ended._setActive_(False)
        assert activity.resources() == []
    assert activity.resources() == ["stays"]
