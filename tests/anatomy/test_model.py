"""What a recording is: bounds, labels, and JSON that comes back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anatomycases import synthetic

from nodecompat.anatomy import Recording
from nodecompat.anatomy.entries import KINDS
from nodecompat.anatomy.model import VERSION


def testJsonComesBackAsItWas() -> None:
    recording = synthetic(24)
    recording.dropped, recording.skipped, recording.trouble = 3, 4, "KeyError: 1"
    assert Recording.fromJson(json.loads(json.dumps(recording.toJson()))) == recording


def testJsonHasEveryKind() -> None:
    assert {entry["kind"] for entry in synthetic(24).toJson()["entries"]} | {"step"} == set(KINDS)


def testTheOldestGoFirst() -> None:
    recording = synthetic(25, limit=10)
    assert [entry.number for entry in recording.entries] == list(range(16, 26))
    assert recording.dropped == 15


def testOnlySomeEntries() -> None:
    recording = synthetic(8)
    assert [e["number"] for e in recording.toJson(recording.of([2]))["entries"]] == [1, 4]
    assert recording.usedLanes() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("value", [{}, [], None, 3, "x", {"format": "other", "version": VERSION}])
def testWhatIsNoRecording(value: Any) -> None:
    with pytest.raises(ValueError, match="no recording of nodecompat anatomy"):
        Recording.fromJson(value)


def testANewerVersion() -> None:
    with pytest.raises(ValueError, match=f"has version {VERSION + 1}, and version {VERSION} can be read"):
        Recording.fromJson({**synthetic(2).toJson(), "version": VERSION + 1})


@pytest.mark.parametrize(
    "damage",
    [
        {"entries": None},
        {"entries": [{}]},
        {"entries": [7]},
        {"connections": [{"id": 1, "colour": "red"}]},
        {"connections": 5},
        {"sources": {"a.py": {"one": "text"}}},
        {"sources": []},
    ],
)
def testDamagedRecordings(damage: Any) -> None:
    with pytest.raises(ValueError, match="damaged"):
        Recording.fromJson({**synthetic(4).toJson(), **damage})


@pytest.mark.parametrize(
    "key", ["program", "startedAt", "limit", "dropped", "skipped", "trouble", "entries", "connections"]
)
def testMissingParts(key: str) -> None:
    value = synthetic(4).toJson()
    del value[key]
    with pytest.raises(ValueError, match=key):
        Recording.fromJson(value)


@pytest.mark.parametrize("damage", [{"kind": "party"}, {"origin": 5}, {"target": -1}, {"at": "noon"}, {"source": 3}])
def testDamagedEntries(damage: Any) -> None:
    value = synthetic(4).toJson()
    value["entries"][1].update(damage)
    with pytest.raises(ValueError, match="damaged"):
        Recording.fromJson(value)
