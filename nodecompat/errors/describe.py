"""How Node's messages show a value: `Received type number (5)`, `Received { a: 1 }`.

Follows what Node 26 prints, for the values that Python has: None is undefined, bytes are a Buffer, a dict is an
Object, a list or tuple an Array.
"""

from __future__ import annotations

import array
import datetime
import json
from collections.abc import Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from ..symbols import Symbol
from ..texts import functionName, numberText

__all__ = [
    "className",
    "clipped",
    "determineSpecificType",
    "formatList",
    "formatted",
    "functionName",
    "inspect",
    "numberText",
    "separated",
    "toText",
]

_FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType, type)


def separated(text: str) -> str:
    """Node's thousands marks in an out-of-range number: `4_294_967_297`."""
    start, rest = (1, "") if text.startswith("-") else (0, "")
    end = len(text)
    while end >= start + 4:
        rest = f"_{text[end - 3 : end]}{rest}"
        end -= 3
    return text[:end] + rest


def toText(value: Any) -> str:
    """JavaScript's String(value)."""
    if isinstance(value, str):
        return value
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return numberText(value) if value else "0"
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "replace")
    if isinstance(value, (list, tuple, array.array)):
        return _itemsText(value, (value,))
    return _objectText(value)


def _itemsText(values: Any, above: tuple[Any, ...]) -> str:
    """The items joined by commas. `above`: the enclosing lists, which are not repeated."""
    texts = []
    for item in values:
        if item is None or any(item is each for each in above):
            texts.append("")
        elif isinstance(item, (list, tuple)):
            texts.append(_itemsText(item, (*above, item)))
        else:
            texts.append(toText(item))
    return ",".join(texts)


def _objectText(value: Any) -> str:
    if isinstance(value, BaseException):
        return f"{className(value)}: {value}" if str(value) else className(value)
    if isinstance(value, (set, frozenset)):
        return "[object Set]"
    if isinstance(value, datetime.datetime):
        return value.astimezone().strftime("%a %b %d %Y %H:%M:%S GMT%z (%Z)")
    if isinstance(value, Mapping) or _hasNoText(value):
        return "[object Object]"
    return str(value)


def _hasNoText(value: Any) -> bool:
    """True for an instance whose class does not say how it is written."""
    cls: Any = type(value)
    return cls.__str__ is object.__str__ and cls.__repr__ is object.__repr__


def formatted(value: Any, options: Mapping[str, Any] = {}) -> str:
    """What util.format puts in place of `%s`: as String(value), but objects without a text of their own are opened.

    Args: options: those of `inspect`.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return inspect(value, numericSeparator=options.get("numericSeparator", False))
    if value is None or isinstance(value, (str, bool, Symbol, bytes, bytearray, array.array)):
        return toText(value)
    if _hasOwnText(type(value)):
        return str(value)
    return inspect(value, **{**options, "depth": 0, "colors": False, "compact": 3})


def _hasOwnText(kind: type) -> bool:
    """Whether the class of an object says what it is as text: none of Python's own that JavaScript has as well does."""
    owner = next(each for each in kind.__mro__ if "__str__" in vars(each))
    isOurs = owner.__module__ in ("builtins", "datetime") or hasattr(kind, "addCallbacks")
    return not isOurs and not issubclass(kind, BaseException)


def determineSpecificType(value: Any) -> str:
    """The text behind "Received" for an argument of the wrong type."""
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return f"type boolean ({toText(value)})"
    if isinstance(value, (int, float)):
        return f"type number ({numberText(value)})"
    if isinstance(value, str):
        return f"type string ({_quoteOrJson(clipped(value, 28, 25))})"
    if isinstance(value, _FUNCTIONS):
        return f"function {functionName(value)}"
    if isinstance(value, Symbol):
        return f"type symbol ({value!r})"
    return f"an instance of {className(value)}"


def clipped(text: str, limit: int, kept: int) -> str:
    """The text, or `kept` characters of it and dots where it is longer than `limit`: in JavaScript's UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    return text if len(units) <= 2 * limit else units[: 2 * kept].decode("utf-16-le", "ignore") + "..."


def _quoteOrJson(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if "'" in text else f"'{text}'"


def className(value: Any) -> str:
    """The name of the class of `value`, in JavaScript's words for the built-in ones."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "Buffer"
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return "Array"
    if type(value) is dict:
        return "Object"
    if isinstance(value, (set, frozenset)):
        return "Set"
    if isinstance(value, BaseException):
        return str(getattr(value, "name", None) or type(value).__name__)
    return type(value).__name__


def inspect(value: Any, **options: Any) -> str:
    """The value as util.inspect shows it."""
    from ..inspection import inspect as show  # imported here to keep `import nodecompat.http` fast

    return show(value, options)


def formatList(items: Iterable[str], last: str) -> str:
    """`a`, `a or b`, `a, b, or c`."""
    words = list(items)
    if len(words) <= 2:
        return f" {last} ".join(words)
    return f"{', '.join(words[:-1])}, {last} {words[-1]}"
