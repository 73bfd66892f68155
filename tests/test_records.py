"""Records: frozen dataclasses that are subscriptable, and open ones."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from nodecompat.records import BareRecord, OpenRecord, Record


@dataclass(frozen=True, slots=True)
class Point(Record):
    x: int
    y: int = 0


def testAFieldIsAnAttributeAndASubscript() -> None:
    point = Point(1, 2)
    assert (point.x, point["x"], point["y"]) == (1, 1, 2)


@pytest.mark.parametrize("name", ["z", "keys", "__class__"])
def testOnlyFieldsAreSubscripts(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        Point(1)[name]


def testARecordIsTakenWhereAMappingIs() -> None:
    assert dict(Point(1, 2)) == {**Point(1, 2)} == {"x": 1, "y": 2}
    assert list(Point(1)) == Point(1).keys() == ["x", "y"]


def testARecordHasNoRoomForMore() -> None:
    assert not hasattr(Point(1), "__dict__")


@pytest.mark.parametrize("kind", [OpenRecord, BareRecord])
def testAnOpenRecordHasNoneForWhatIsNotThere(kind: type[OpenRecord[int]]) -> None:
    """As `undefined`, and the look-up adds nothing."""
    record = kind(a=1)
    assert (record["a"], record["b"], record.get("b", 5)) == (1, None, 5)
    assert ("b" in record, list(record), record == {"a": 1}) == (False, ["a"], True)
