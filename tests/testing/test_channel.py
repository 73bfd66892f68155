"""One direction of a fake connection."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.testing.channel import Channel


@pytest.fixture
def channel() -> Channel:
    ends: Any = object()
    return Channel(ends, ends, 10)


def testWhatItHoldsIsBounded(channel: Channel) -> None:
    assert channel.space() == 10
    channel.buffer += b"1234567"
    assert channel.space() == 3
    channel.buffer += b"more than it should"
    assert channel.space() == 0


def testBytesAreTakenInOrder(channel: Channel) -> None:
    channel.buffer += b"hello"
    assert [channel.take(2), channel.take(2), channel.take(2), channel.take(2)] == [b"he", b"ll", b"o", b""]
    assert channel.space() == 10
