"""Attributes such as `onmessage`. What they do is compared with Node in comparisons/globals.py."""

from __future__ import annotations

from nodecompat import Event, EventTarget
from nodecompat.web.handlers import EventHandler


class _Target(EventTarget):
    ona = EventHandler("a")
    onb = EventHandler("b")


def testTwoTargetsHaveTheirOwnListeners() -> None:
    log: list[str] = []
    first, second = _Target(), _Target()
    first.ona = lambda: log.append("first")
    second.ona = lambda: log.append("second")
    first.dispatchEvent(Event("a"))
    assert log == ["first"]


def testTwoEventsHaveTheirOwnListeners() -> None:
    log: list[str] = []
    target = _Target()
    target.ona = lambda event: log.append(event.type)
    target.onb = lambda event: log.append(event.type)
    target.ona = None
    target.dispatchEvent(Event("a"))
    target.dispatchEvent(Event("b"))
    assert log == ["b"] and target.ona is None


def testTheClassGivesTheAttributeItself() -> None:
    assert isinstance(_Target.ona, EventHandler)
