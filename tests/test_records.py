"""Records: frozen dataclasses that are subscriptable, and open ones."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from typing import Any

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


@pytest.mark.parametrize("kind", [OpenRecord, BareRecord])
def testWhatIsNotThereMayBeDeleted(kind: type[OpenRecord[int]]) -> None:
    record = kind(a=1, b=2)
    del record["a"], record["a"], record["c"]
    record["d"] = 4
    assert record == {"b": 2, "d": 4}
    with pytest.raises(KeyError):
        record.pop("a")


@pytest.mark.parametrize(
    "make",
    [
        lambda record: record.copy(),
        copy.copy,
        copy.deepcopy,
        lambda record: pickle.loads(pickle.dumps(record)),
        lambda record: record | {},
        lambda record: {} | record,
    ],
)
@pytest.mark.parametrize("kind", [OpenRecord, BareRecord])
def testACopyIsOpenToo(kind: type[OpenRecord[int]], make: Any) -> None:
    record = kind(a=1)
    made = make(record)
    made["b"] = 2
    assert (type(made), made, record, made["c"]) == (kind, {"a": 1, "b": 2}, {"a": 1}, None)


def testAnOpenRecordIsJoinedAsADict() -> None:
    assert OpenRecord(a=1, b=1) | {"b": 2} == {"a": 1, "b": 2}
    assert {"b": 2, "c": 2} | OpenRecord(a=1, b=1) == {"a": 1, "b": 1, "c": 2}
    with pytest.raises(TypeError):
        OpenRecord(a=1) | [("a", 1)]  # type: ignore[operator]
