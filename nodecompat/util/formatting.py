"""`util.format`: text with places for values, as `console.log` prints them.

Node: https://nodejs.org/api/util.html#utilformatformat-args
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..coercion import toNumber
from ..errors import ERR_INVALID_ARG_TYPE, toText
from ..errors.describe import formatted
from ..inspection import InspectOptions, inspect
from ..stringify import jsonText
from ..symbols import Symbol

_PLACE = re.compile("%[sdifjoOc%]")
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # to JavaScript
_BLANKS = re.compile(f"[{_SPACE}]*")
_WHOLE = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|(\d+))")
_DECIMAL = re.compile(r"([+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))", re.ASCII)


def format(*args: Any) -> str:
    """Put values into a text: `format("%s has %d", "a", 5)` is `a has 5`.

    Places are `%s` text, `%d` number, `%i` whole number, `%f` number, `%j` JSON, `%o` and `%O` `inspect` with and
    without hidden properties, `%c` nothing, `%%` a percent sign. Values without a place follow, separated by spaces.

    Args: args: the text and the values; when the first is no text, all are values.
    Node: https://nodejs.org/api/util.html#utilformatformat-args
    """
    return _formatted({}, args)


def formatWithOptions(inspectOptions: InspectOptions, *args: Any) -> str:
    """As `format`, with options of `inspect` for the values that are shown by it.

    Args:
        inspectOptions: InspectOptions: `formatWithOptions({"compact": True}, "%O", value)`.
        args: as for `format`.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/util.html#utilformatwithoptionsinspectoptions-format-args
    """
    if not isinstance(inspectOptions, Mapping):
        raise ERR_INVALID_ARG_TYPE("inspectOptions", "object", inspectOptions)
    return _formatted(inspectOptions, args)


def _formatted(options: Mapping[str, Any], args: tuple[Any, ...]) -> str:
    if not args:
        return ""
    if len(args) == 1:
        return args[0] if isinstance(args[0], str) else inspect(args[0], options)
    words = []
    rest = list(args)
    if isinstance(rest[0], str):
        words.append(_filled(rest.pop(0), rest, options))
    words += [each if isinstance(each, str) else inspect(each, options) for each in rest]
    return " ".join(words)


def _filled(text: str, rest: list[Any], options: Mapping[str, Any]) -> str:
    """The text with values, which are taken off `rest`, at its places."""

    def place(found: re.Match[str]) -> str:
        kind = found[0][1]
        if kind == "%":
            return "%"
        return _PLACES[kind](rest.pop(0), options) if rest else found[0]

    return _PLACE.sub(place, text)


def _asNumber(value: Any, options: Mapping[str, Any]) -> str:
    if isinstance(value, datetime.datetime):
        return _number(math.floor(value.timestamp() * 1000), options)
    return _number(+toNumber(value), options)


def _number(value: float, options: Mapping[str, Any]) -> str:
    return inspect(value, numericSeparator=options.get("numericSeparator", False))


def _leftStripped(value: Any) -> str:
    return _BLANKS.sub("", toText(value), count=1)


def _asWhole(value: Any, options: Mapping[str, Any]) -> str:
    if isinstance(value, Symbol):
        return "NaN"
    found = _WHOLE.match(_leftStripped(value))
    if not found:
        return "NaN"
    sign, hexadecimal, decimal = found.groups()
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return _number(-float(number) if sign == "-" else number, options)


def _asDecimal(value: Any, options: Mapping[str, Any]) -> str:
    found = None if isinstance(value, Symbol) else _DECIMAL.match(_leftStripped(value))
    return _number(float(found[1].replace("Infinity", "inf")) if found else math.nan, options)


def _asJson(value: Any, options: Mapping[str, Any]) -> str:
    if value is None:
        return "undefined"
    try:
        return jsonText(value) or "undefined"
    except RecursionError:
        return "[Circular]"


def _everything(options: Mapping[str, Any]) -> dict[str, Any]:
    return {**options, "showHidden": True, "showProxy": True, "depth": 4}


_PLACES: dict[str, Callable[[Any, Mapping[str, Any]], str]] = {
    "s": formatted,
    "d": _asNumber,
    "i": _asWhole,
    "f": _asDecimal,
    "j": _asJson,
    "o": lambda value, options: inspect(value, _everything(options)),
    "O": lambda value, options: inspect(value, options),
    "c": lambda value, options: "",
}
