"""The record that comes with a message."""

from __future__ import annotations

import dataclasses

import pytest

from nodecompat.dgram.options import RemoteInfo, remoteInfo


def testTheFastWayMakesTheSameRecord() -> None:
    made = remoteInfo("::1", "IPv6", 5, 3)
    assert made == RemoteInfo("::1", "IPv6", 5, 3)
    assert (type(made), hash(made)) == (RemoteInfo, hash(RemoteInfo("::1", "IPv6", 5, 3)))
    assert dict(made) == {"address": "::1", "family": "IPv6", "port": 5, "size": 3}


def testItCannotBeChanged() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        remoteInfo("::1", "IPv6", 5, 3).port = 6  # type: ignore[misc]
