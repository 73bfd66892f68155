"""How Node's messages show a value: `Received type number (5)`, `Received { a: 1 }`.

Follows what Node 26 prints, for the values that Python has: None is undefined, bytes are a Buffer, a dict is an
Object, a list or tuple an Array. `inspect` is the small part of util.inspect that messages need: it does not
arrange arrays of more than six items in columns, shows an error without its stack, and an instance as its `__repr__`
says, without its attributes when it has none.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Collection, Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from ..symbols import Symbol

MAX_SAFE_INTEGER = 2**53 - 1
_LINE = 80  # characters that inspect puts on one line, with ten for what may stand around it
_MARGIN = 10
_DEPTH = 2  # levels that inspect opens
_BYTES = 50  # bytes of a buffer that inspect shows
_ITEMS = 100  # items of an array that inspect shows

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f'\\]")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\\": "\\\\"}
_FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType, type)


def numberText(value: int | float) -> str:
    """A number as JavaScript writes it: `1e+21`, `NaN`, `-0`, `0.1`."""
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
    if abs(value) >= 1e21:
        return repr(float(value))
    if isinstance(value, int):
        return str(value)
    text = repr(value).removesuffix(".0")
    if "e" in text:
        from decimal import Decimal  # here: it takes a hundredth of the time in which `http` is imported

        # Python turns to exponents earlier than JavaScript, and writes them with two digits.
        text = re.sub(r"e-0?", "e-", text) if abs(value) < 1e-6 else format(Decimal(text), "f")
    return text


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
    if isinstance(value, (list, tuple)):
        return ",".join("" if item is None else toText(item) for item in value)
    return _objectText(value)


def _objectText(value: Any) -> str:
    if isinstance(value, BaseException):
        return f"{className(value)}: {value}" if str(value) else className(value)
    if isinstance(value, (set, frozenset)):
        return "[object Set]"
    if isinstance(value, Mapping) or _hasNoText(value):
        return "[object Object]"
    return str(value)


def _hasNoText(value: Any) -> bool:
    """True for an instance whose class does not say how it is written."""
    cls: Any = type(value)
    return cls.__str__ is object.__str__ and cls.__repr__ is object.__repr__


def formatted(value: Any) -> str:
    """What util.format puts in place of `%s`: as String(value), but objects without a text of their own are opened."""
    if isinstance(value, float) and value == 0:
        return numberText(value)
    if isinstance(value, (list, tuple, set, frozenset, Mapping, BaseException)) or (
        _hasNoText(value) and not isinstance(value, _FUNCTIONS)
    ):
        return inspect(value, depth=0)
    return toText(value)


def determineSpecificType(value: Any) -> str:
    """What stands behind "Received" when an argument has the wrong type."""
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


def functionName(function: Any) -> str:
    """The name of a function or class, empty for a lambda."""
    name = getattr(function, "__name__", "")
    return "" if name == "<lambda>" else str(name)


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


def inspect(value: Any, depth: int = _DEPTH) -> str:
    """The value as util.inspect shows it, opened `depth` levels deep."""
    return _inspect(value, depth, 0)


def _inspect(value: Any, depth: int, indent: int) -> str:
    if isinstance(value, str):
        return _inspectText(value, indent)
    if isinstance(value, float):
        return numberText(value)
    if value is None or isinstance(value, (bool, int)):
        return toText(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _inspectBytes(bytes(value))
    if isinstance(value, type):
        return f"[class {value.__name__}]"
    if isinstance(value, _FUNCTIONS):
        name = functionName(value)
        return f"[Function: {name}]" if name else "[Function (anonymous)]"
    if isinstance(value, BaseException):
        return f"[{toText(value)}]"
    if isinstance(value, Symbol):
        return repr(value)
    return _inspectContainer(value, depth, indent)


def _inspectContainer(value: Any, depth: int, indent: int) -> str:
    if isinstance(value, (list, tuple)):
        return "[Array]" if value and depth < 0 else _joined(_items(value, depth, indent), "[", "]", indent)
    if isinstance(value, (set, frozenset)):
        return (
            "[Set]"
            if value and depth < 0
            else _joined(_items(value, depth, indent), f"Set({len(value)}) {{", "}", indent)
        )
    if isinstance(value, Mapping):
        prefix = "" if type(value) is dict else f"{type(value).__name__} "
        if value and depth < 0:
            return f"[{prefix.strip() or 'Object'}]"
        items = [f"{_key(key)}: {_inspect(item, depth - 1, indent + 2)}" for key, item in value.items()]
        return _joined(items, f"{prefix}{{", "}", indent)
    return f"{className(value)} {{}}" if type(value).__repr__ is object.__repr__ else repr(value)


def _items(values: Collection[Any], depth: int, indent: int) -> list[str]:
    items = [_inspect(item, depth - 1, indent + 2) for item in itertools.islice(values, _ITEMS)]
    if len(values) > _ITEMS:
        more = len(values) - _ITEMS
        items.append(f"... {more} more item{'s' if more > 1 else ''}")
    return items


def _joined(items: list[str], opening: str, closing: str, indent: int) -> str:
    if not items:
        return opening + closing
    width = sum(map(len, items)) + 2 * len(items) + len(opening) + indent + _MARGIN
    if width <= _LINE and not any("\n" in item for item in items):
        return f"{opening} {', '.join(items)} {closing}"
    space = " " * (indent + 2)
    return f"{opening}\n{space}" + f",\n{space}".join(items) + f"\n{' ' * indent}{closing}"


def _key(key: Any) -> str:
    if isinstance(key, Symbol):
        return repr(key)
    text = toText(key)
    if text == "__proto__":
        return "['__proto__']"
    return text if _IDENTIFIER.match(text) else quoted(text)


def _inspectText(text: str, indent: int) -> str:
    if len(text) <= 16 or len(text) <= _LINE - indent - 4:
        return quoted(text)
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    return f" +\n{' ' * (indent + 2)}".join(map(quoted, lines))


def _inspectBytes(data: bytes) -> str:
    shown = "".join(f" {byte:02x}" for byte in data[:_BYTES])
    left = len(data) - _BYTES
    more = f" ... {left} more byte{'s' if left > 1 else ''}" if left > 0 else ""
    return f"<Buffer{shown}{more}>"


def quoted(text: str) -> str:
    """A string in the quotes that need no escape, as util.inspect chooses them."""
    quote = "'"
    if "'" in text:
        quote = '"' if '"' not in text else "`" if "`" not in text and "${" not in text else "'"
    return quote + _CONTROL.sub(lambda found: _escaped(found.group(), quote), text) + quote


def _escaped(character: str, quote: str) -> str:
    if character == "'":
        return "\\'" if quote == "'" else "'"
    return _SHORT.get(character) or f"\\x{ord(character):02X}"


def formatList(items: Iterable[str], last: str) -> str:
    """`a`, `a or b`, `a, b, or c`."""
    words = list(items)
    if len(words) <= 2:
        return f" {last} ".join(words)
    return f"{', '.join(words[:-1])}, {last} {words[-1]}"
