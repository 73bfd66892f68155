"""What JavaScript makes of a value without being asked: whether it is true, its number, the options it holds.

Python decides otherwise: `{}`, `[]` and `b""` are false there and NaN is true, `int()` takes other texts, and an object
is no mapping. Whatever an API coerces in Node goes through here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from .errors import toText
from .records import Record
from .symbols import Symbol

#: What is no object in JavaScript.
PRIMITIVES = (str, int, float, Symbol)

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z", re.ASCII)
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)\Z")
_LEADING = re.compile(r"[+-]?[0-9]+")
_LARGEST = 2**1023  # beyond are numbers of Python's that no float holds
_INFINITY = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}
_BLANKS = "\t\n\v\f\r \xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"
_NO_BAGS = (str, int, float, bytes, bytearray, memoryview, list, tuple, set, frozenset, Symbol, type)
_FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType)


def toNumber(value: Any) -> float:
    """Number(value); NaN for None, which stands for undefined."""
    if isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else math.inf if value > 0 else -math.inf
    if value is None or isinstance(value, (Symbol, *_FUNCTIONS)):
        return math.nan
    return _textNumber(toText(value).strip(_BLANKS))


def _textNumber(text: str) -> float:
    if not text:
        return 0
    if _NUMBER.match(text):
        return float(text)
    return int(text, 0) if _RADIX.match(text) else _INFINITY.get(text, math.nan)


def parseInteger(value: Any) -> int | None:
    """parseInt(value, 10): the whole number at the beginning of the text; None where JavaScript says NaN."""
    found = _LEADING.match(toText(value).lstrip(_BLANKS))
    return int(found.group()) if found else None


def toUint32(value: Any) -> int:
    """`value >>> 0`: what is no finite number counts as 0."""
    number = toNumber(value)
    return int(number) & 0xFFFFFFFF if math.isfinite(number) else 0


def toInt32(value: Any) -> int:
    """`value | 0`, as `toUint32` with a sign."""
    number = toUint32(value)
    return number - 2**32 if number & 0x80000000 else number


def toPosition(value: Any, length: int) -> int:
    """Where Array.at(value) looks in a list of this length; `length` for what is outside."""
    number = toNumber(value)
    if number != number:
        return 0
    if not -length - 1 < number < length:
        return length
    place = int(number)
    return place if place >= 0 else place + length


def _isMappingLike(kind: Any) -> bool:
    return hasattr(kind, "keys") and hasattr(kind, "__getitem__")


def propertiesOf(value: Any) -> Iterable[tuple[Any, Any]]:
    """Names and values, as `for (name in value)` finds them: a text and bytes have their places, "0", "1" and so on."""
    if isinstance(value, (str, bytes, bytearray)):
        return ((str(place), each) for place, each in enumerate(value))
    return optionsOf(value).items()


def optionsOf(options: Any, keywords: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The options that a value holds, and the keywords: those of a mapping or a record, or an object's public ones.

    A text, a number, a list or a function holds none, as in JavaScript, where any value has properties.
    """
    held: dict[str, Any]
    if options is None or isinstance(options, (*_NO_BAGS, *_FUNCTIONS)):
        held = {}
    elif isinstance(options, (Mapping, Record)) or _isMappingLike(type(options)):
        held = {**options}
    else:
        attributes: Mapping[str, Any] = getattr(options, "__dict__", {})
        held = {name: value for name, value in attributes.items() if not name.startswith("_")}
    if keywords:
        held.update(keywords)
    return held
