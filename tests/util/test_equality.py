"""util.isDeepStrictEqual."""

from __future__ import annotations

import re
from typing import Any

import utilcases
from twisted.internet.defer import Deferred

from nodecompat.symbols import Symbol
from nodecompat.util import isDeepStrictEqual


def testRecordedCases() -> None:
    utilcases.check("isDeepStrictEqual")


class Point:
    def __init__(self, x: int) -> None:
        self._x = x


class Other(Point): ...


def testObjectsOfPython() -> None:
    assert isDeepStrictEqual(Point(1), Point(1))
    assert not isDeepStrictEqual(Point(1), Point(2))
    assert not isDeepStrictEqual(Point(1), Other(1))
    assert not isDeepStrictEqual(Point(1), Other(1), {})
    assert isDeepStrictEqual(Point(1), Other(1), {"skipPrototype": True})
    assert isDeepStrictEqual(Point(1), Other(1), True)
    assert isDeepStrictEqual((1, b"x"), [1.0, bytearray(b"x")])
    assert not isDeepStrictEqual(True, 1)
    assert not isDeepStrictEqual({"a": None}, {"b": None})
    assert isDeepStrictEqual({(1, 2): [3]}, {(1.0, 2): [3]})
    assert isDeepStrictEqual({frozenset([1]), 2}, {2, frozenset([1])})


def testWhatEqualsItselfOnly() -> None:
    for value in (Symbol("a"), lambda: 1, Point, Deferred()):
        assert isDeepStrictEqual(value, value)
    assert not isDeepStrictEqual(Symbol("a"), Symbol("a"))
    assert not isDeepStrictEqual(lambda: 1, lambda: 1)
    assert not isDeepStrictEqual(Deferred(), Deferred())


def testExpressions() -> None:
    assert isDeepStrictEqual(re.compile("a"), re.compile("a"))
    assert not isDeepStrictEqual(re.compile("a"), re.compile("b"))
    assert not isDeepStrictEqual(re.compile("a"), re.compile("a", re.I))


def testOneMoreIsAnother() -> None:
    assert not isDeepStrictEqual({"a": 1}, {"a": 1, "b": 2})
    assert not isDeepStrictEqual({"a": 1, "b": 2}, {"a": 1})


def testErrors() -> None:
    assert isDeepStrictEqual(ValueError("a"), ValueError("a"))
    assert not isDeepStrictEqual(ValueError("a"), ValueError("b"))
    assert not isDeepStrictEqual(ValueError("a"), TypeError("a"))
    one, two = ValueError("a"), ValueError("a")
    one.__cause__ = KeyError("x")
    assert not isDeepStrictEqual(one, two)


def testValuesThatHoldThemselves() -> None:
    def circle(text: str) -> list[Any]:
        found: list[Any] = [text]
        found.append({"self": found})
        return found

    assert isDeepStrictEqual(circle("a"), circle("a"))
    assert not isDeepStrictEqual(circle("a"), circle("b"))
