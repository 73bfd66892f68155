"""JSON as JavaScript writes it."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Any

import pytest

from nodecompat.stringify import jsonText
from nodecompat.symbols import Symbol

CASES: list[tuple[Any, str | None]] = [
    (None, "null"),
    (1.0, "1"),
    (math.nan, "null"),
    ("é\n\ud800", '"é\\n\\ud800"'),
    ([1, (lambda: None), {"a": Symbol("b"), "c": None}], '[1,null,{"c":null}]'),
    (b"a", '{"type":"Buffer","data":[97]}'),
    (datetime(2026, 1, 2, tzinfo=timezone.utc), '"2026-01-02T00:00:00.000Z"'),
    (len, None),
]


@pytest.mark.parametrize(
    "value, text", CASES, ids=[type(value).__name__ + str(n) for n, (value, _) in enumerate(CASES)]
)
def testAValueIsWrittenAsByJavaScript(value: Any, text: str | None) -> None:
    assert jsonText(value) == text


def testAnObjectMaySayWhatItIs() -> None:
    class Point:
        def toJSON(self) -> Any:
            return {"x": True}

    assert jsonText([Point()]) == '[{"x":true}]'


def testWhatHoldsItselfRaises() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(RecursionError):
        jsonText(value)
