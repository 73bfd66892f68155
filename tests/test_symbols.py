"""Symbols: names that equal only themselves."""

from __future__ import annotations

import copy

from nodecompat.symbols import Symbol


def testEqualsOnlyItself() -> None:
    one, other = Symbol("s"), Symbol("s")
    assert one == one and one != other
    assert {one: 1, other: 2}[one] == 1


def testShowsItsDescription() -> None:
    assert (repr(Symbol("s")), str(Symbol()), Symbol("s").description) == ("Symbol(s)", "Symbol()", "s")


def testOptionsThatAreCopiedKeepTheirSymbols() -> None:
    symbol = Symbol("s")
    assert list(copy.deepcopy({symbol: 1})) == [symbol]
    assert copy.deepcopy([symbol])[0] is symbol
