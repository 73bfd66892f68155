"""The records: fields by name, in both ways, and not to be changed."""

from __future__ import annotations

import dataclasses

import pytest

from nodecompat import dns


def testFieldsAreSubscripts() -> None:
    record = dns.MxRecord(10, "mail.test")
    assert (record.priority, record["exchange"]) == (10, "mail.test")
    assert dict(record) == {"priority": 10, "exchange": "mail.test"}
    with pytest.raises(KeyError):
        record["type"]


def testRecordsAreFrozen() -> None:
    record = dns.LookupAddress("::1", 6)
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.family = 4  # type: ignore[misc]
    assert not hasattr(record, "__dict__")


@pytest.mark.parametrize("name", [name for name in dns.__all__ if name.startswith("Any") and name != "AnyRecord"])
def testEachRecordOfAnyKnowsItsType(name: str) -> None:
    cls = getattr(dns, name)
    field = next(field for field in dataclasses.fields(cls) if field.name == "type")
    assert field.default == name.removeprefix("Any").removesuffix("Record").upper()
