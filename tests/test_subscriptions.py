"""Listeners of channels, begun and ended together."""

from __future__ import annotations

from nodecompat.diagnostics_channel import channel
from nodecompat.subscriptions import Subscriptions


def testTheyBeginAndEndTogetherAndOnce() -> None:
    heard: list[str] = []
    one, two = channel("test.subscriptions.one"), channel("test.subscriptions.two")
    both = Subscriptions({one.name: lambda message, name: heard.append(message), two.name: heard.append})

    def publish(time: str) -> bool:
        for each in (one, two):
            each.publish(f"{each.name[-3:]} {time}")
        return one.hasSubscribers or two.hasSubscribers

    assert not publish("before")
    both.start()
    both.start()
    assert publish("between")
    both.stop()
    both.stop()
    assert not publish("after")
    both.start()
    publish("again")
    both.stop()
    assert heard == ["one between", "two between", "one again", "two again"]
