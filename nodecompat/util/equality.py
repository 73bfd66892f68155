"""`util.isDeepStrictEqual`: whether two values hold the same.

Node: https://nodejs.org/api/util.html#utilisdeepstrictequalval1-val2-options
"""

from __future__ import annotations

import array
import datetime
import math
import re
from collections.abc import Mapping
from typing import Any

from ..inspection import attributes
from ..optionbags import named
from ..symbols import Symbol

__all__ = ["isDeepStrictEqual"]

_BYTES = (bytes, bytearray, memoryview)
_ARRAYS = (list, tuple)
_Pairs = list[tuple[Any, Any]]


@named
def isDeepStrictEqual(
    val1: Any, val2: Any, options: Mapping[str, Any] | bool | None = None, *, skipPrototype: bool = False
) -> bool:
    """Whether two values are of one kind and hold the same, however deep: `isDeepStrictEqual([{}], [{}])` is True.

    Numbers are the same when Object.is says so (NaN is, 0 and -0 are not; 1 and 1.0 are), a list is like a tuple,
    bytes like a bytearray; the order of keys and of the items of a set does not matter. Functions, classes and
    promises equal themselves only.

    Args: options: `skipPrototype`: objects of different classes may be equal.
    Node: https://nodejs.org/api/util.html#utilisdeepstrictequalval1-val2-options
    """
    given = options.get("skipPrototype") if isinstance(options, Mapping) else options
    skip = skipPrototype or bool(given)
    return _equal(val1, val2, skip, [])


def _equal(one: Any, two: Any, skip: bool, open: _Pairs) -> bool:
    if one is two:
        return True
    if _isPrimitive(one) or _isPrimitive(two):
        return _isSame(one, two)
    if callable(one) or callable(two) or hasattr(one, "addCallbacks"):
        return False
    if any(first is one and second is two for first, second in open):
        return True  # decided where they were met first
    if not _isOneKind(one, two) or not (skip or _classOf(one) is _classOf(two)):
        return False
    inside = [*open, (one, two)]
    return _sameItems(one, two, skip, inside) and _sameParts(_partsOf(one), _partsOf(two), skip, inside)


def _isPrimitive(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, Symbol))


def _isSame(one: Any, two: Any) -> bool:
    """Object.is of primitives."""
    if isinstance(one, bool) or isinstance(two, bool) or not isinstance(one, (int, float)):
        return type(one) is type(two) and bool(one == two)
    if not isinstance(two, (int, float)):
        return False
    if one != one or two != two:
        return one != one and two != two
    return one == two and math.copysign(1, one) == math.copysign(1, two)


_KINDS: tuple[Any, ...] = (
    _BYTES,
    _ARRAYS,
    (set, frozenset),
    array.array,
    datetime.datetime,
    re.Pattern,
    BaseException,
)


def _isOneKind(one: Any, two: Any) -> bool:
    return all(isinstance(one, kind) == isinstance(two, kind) for kind in _KINDS)


def _classOf(value: Any) -> type:
    """The class, where several of Python's stand for one of JavaScript's the first of them."""
    for kinds in (_BYTES, _ARRAYS, (set, frozenset)):
        if type(value) in kinds:
            return kinds[0]
    return type(value)


def _sameItems(one: Any, two: Any, skip: bool, open: _Pairs) -> bool:
    """Whether what is no property is the same."""
    if isinstance(one, _ARRAYS):
        return len(one) == len(two) and all(_equal(*pair, skip, open) for pair in zip(one, two, strict=True))
    if isinstance(one, (set, frozenset)):
        return len(one) == len(two) and _samePermutation(_members(one), _members(two), skip, open)
    if isinstance(one, array.array):
        return bool(one.typecode == two.typecode and one.tobytes() == two.tobytes())
    if isinstance(one, re.Pattern):
        return bool(one.pattern == two.pattern and one.flags == two.flags)
    if isinstance(one, BaseException):
        return _sameError(one, two, skip, open)
    if isinstance(one, (*_BYTES, datetime.datetime)):
        return bool(one == two)
    return True


def _sameError(one: BaseException, two: BaseException, skip: bool, open: _Pairs) -> bool:
    if str(one) != str(two) or getattr(one, "name", None) != getattr(two, "name", None):
        return False
    return _equal(one.__cause__, two.__cause__, skip, open) and _equal(one.args, two.args, skip, open)


def _members(values: Any) -> list[Any]:
    """What is in a set; to a set -0 is 0."""
    return [0 if isinstance(each, float) and each == 0 else each for each in values]


def _samePermutation(ones: list[Any], twos: list[Any], skip: bool, open: _Pairs) -> bool:
    for one in ones:
        place = next((place for place, two in enumerate(twos) if _equal(one, two, skip, open)), None)
        if place is None:
            return False
        del twos[place]
    return True


def _partsOf(value: Any) -> dict[Any, Any]:
    if isinstance(value, (array.array, re.Pattern, datetime.datetime, memoryview)):
        return {}
    return dict(value) if isinstance(value, Mapping) else attributes(value)


def _sameParts(ones: dict[Any, Any], twos: dict[Any, Any], skip: bool, open: _Pairs) -> bool:
    if len(ones) != len(twos):
        return False
    others = []
    for key, value in ones.items():
        if key in twos and type(key) in (str, int):
            if not _equal(value, twos[key], skip, open):
                return False
        else:
            others.append((key, value))
    if not others:
        return True
    left = [(key, value) for key, value in twos.items() if not (key in ones and type(key) in (str, int))]
    return _samePermutation(others, left, skip, open)
