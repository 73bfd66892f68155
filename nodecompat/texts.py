"""How JavaScript writes numbers and strings, in messages and in `util.inspect`."""

from __future__ import annotations

import math
import re
from typing import Any

_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f'\\\\\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\\": "\\\\"}


def numberText(value: int | float) -> str:
    """A number as JavaScript writes it: `1e+21`, `NaN`, `-0`, `0.1`."""
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
    if abs(value) >= 1e21:
        return repr(float(value)) if abs(value) < 2**1023 else str(value)
    if isinstance(value, int):
        return str(int(value))
    text = float.__repr__(value).removesuffix(".0")
    if "e" in text:
        from decimal import Decimal  # here: it takes a hundredth of the time in which `http` is imported

        # Python turns to exponents earlier than JavaScript, and writes them with two digits.
        text = re.sub(r"e-0?", "e-", text) if abs(value) < 1e-6 else format(Decimal(text), "f")
    return text


def quoted(text: str) -> str:
    """A string in the quotes that need no escape, as util.inspect chooses them."""
    quote = "'"
    if "'" in text:
        quote = '"' if '"' not in text else "`" if "`" not in text and "${" not in text else "'"
    return quote + escaped(text, quote) + quote


def escaped(text: str, quote: str = "'") -> str:
    """A text with escapes for what cannot be printed, for backslashes, and for the quote "'"."""
    if not text.isascii():
        text = joinedSurrogates(text)
    return _ESCAPED.sub(lambda found: _escaped(found[0], quote), text)


def _escaped(character: str, quote: str) -> str:
    if character == "'":
        return "\\'" if quote == "'" else "'"
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02X}" if code < 0x100 else f"\\u{code:x}")


def joinedSurrogates(text: str) -> str:
    """The text with each pair of surrogates as the one character that it is to JavaScript."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def wellFormed(text: str) -> str:
    """The text with U+FFFD for each lone half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def units(text: str) -> int:
    """The length of a text in JavaScript: UTF-16 units."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)


def firstUnits(text: str, count: int) -> str:
    """The first `count` UTF-16 units of a text; it may end in half a character."""
    if text.isascii():
        return text[:count]
    return text.encode("utf-16-le", "surrogatepass")[: 2 * count].decode("utf-16-le", "surrogatepass")


def functionName(function: Any) -> str:
    """The name of a function or class, empty for a lambda."""
    name = getattr(function, "__name__", "")
    return "" if name == "<lambda>" else str(name)
