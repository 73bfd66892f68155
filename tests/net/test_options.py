"""Option bags and records."""

from __future__ import annotations

import dataclasses

import pytest

from nodecompat.net.options import AddressInfo, DropArgument, isBag, merge


def testARecordIsSubscriptable() -> None:
    info = AddressInfo("::1", "IPv6", 80)
    assert (info.port, info["port"]) == (80, 80)
    with pytest.raises(KeyError):
        info["keys"]


def testARecordIsFrozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        AddressInfo("::1", "IPv6", 80).port = 1  # type: ignore[misc]


def testARecordBecomesADict() -> None:
    assert dict(AddressInfo("::1", "IPv6", 80)) == {"address": "::1", "family": "IPv6", "port": 80}
    assert next(iter(DropArgument())) == "localAddress"


def testMerge() -> None:
    options = {"a": 1}
    assert merge(options, {}) is options
    assert merge(options, {"b": 2}) == {"a": 1, "b": 2}
    assert merge(None, {"b": 2}) == {"b": 2}
    assert merge(AddressInfo("::1", "IPv6", 80), {"port": 5})["port"] == 5


def testWhatIsABag() -> None:
    assert isBag({}) and isBag(AddressInfo("::1", "IPv6", 80)) and not isBag([]) and not isBag(None)
