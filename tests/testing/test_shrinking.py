"""Failing programs are made smaller."""

from __future__ import annotations

from typing import Any

from nodecompat.testing.shrinking import shrunk


def testWhatDoesNotMatterGoes() -> None:
    program = {
        "operations": [{"kind": "a", "sizes": [1, 2, 3]}, {"kind": "b"}],
        "faults": [[1, "x"], [2, "y"], [3, "z"]],
    }

    def isBroken(each: Any) -> bool:
        kept = [one for one in each["operations"] if one.get("kind") == "a"]
        return bool(kept) and 2 in kept[0].get("sizes", ()) and [2, "y"] in each["faults"]

    assert shrunk(program, isBroken) == {"operations": [{"kind": "a", "sizes": [2]}], "faults": [[2, "y"]]}


def testTheTriesAreBounded() -> None:
    asked: list[Any] = []
    assert len(shrunk(list(range(100)), lambda each: bool(asked.append(each)), tries=7)) == 100
    assert len(asked) == 7
