"""What JavaScript makes of values without being asked, compared with Node where it is there."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace
from typing import Any

import oracle
import pytest

from nodecompat.coercion import optionsOf, parseInteger, toNumber, toPosition
from nodecompat.net import SocketAddress
from nodecompat.symbols import Symbol

TEXTS = """
 1 ; 1.5;-1;+1;.5;5.;1e3;1E-2;1e;0x10;0X1f;\
0o17;0b101;0b2;-0x10;Infinity;+Infinity;-Infinity;infinity;NaN;nan;;  ;1 2;1_000;
٣;1n;--1;+-1;2.9;3x;x3; 12px;-;e5;1\u00a0;\ufeff7;\u001c8;0x;1e400;-1e400;007;true;null
""".strip("\n").split(";")
VALUES: list[Any] = [*TEXTS, True, False, 0, -1, 1.5, 2**53, [], [1], ["2"], [1, 2], [[3]], {}, {"a": 1}, [""], ["x"]]


@oracle.needsNode
def testNumbersAndDigitsAsInNode() -> None:
    expected = oracle.evaluate(
        f"const values = {json.dumps(VALUES)};"
        "console.log(JSON.stringify(values.map((v) => [String(Number(v)), String(parseInt(v, 10))])))"
    )
    for value, (number, digits) in zip(VALUES, expected, strict=True):
        assert _same(toNumber(value), number), (value, number)
        assert str(parseInteger(value)).replace("None", "NaN") == digits, value


def _same(ours: float, text: str) -> bool:
    theirs = float(text)
    return ours == theirs or (math.isnan(ours) and math.isnan(theirs))


@pytest.mark.parametrize("value", [None, print, Symbol("s"), object])
def testWhatIsNoNumber(value: Any) -> None:
    assert math.isnan(toNumber(value))


@pytest.mark.parametrize(
    "value, place", [(0, 0), (1.9, 1), (-1, 2), ("1", 1), (None, 0), ({}, 0), (3, 3), (-4, 3), (math.inf, 3), (-0.5, 0)]
)
def testPlacesInAListOfThree(value: Any, place: int) -> None:
    assert toPosition(value, 3) == place


def testOptionsComeAsAMappingAsAnObjectOrAsKeywords() -> None:
    assert optionsOf({"a": 1}, {"b": 2}) == {"a": 1, "b": 2}
    assert optionsOf(SimpleNamespace(a=1), {"a": 2}) == {"a": 2}
    assert optionsOf(None, {"a": 1}) == {"a": 1}


@pytest.mark.parametrize("value", [None, "text", b"bytes", 1, True, [1], {1}, print, SocketAddress, Symbol("a")])
def testWhatHoldsNoOptions(value: Any) -> None:
    assert optionsOf(value) == {}


def testOptionsAreACopy() -> None:
    given = {"a": 1}
    optionsOf(given)["a"] = 2
    assert given == {"a": 1}
