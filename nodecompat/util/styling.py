"""`util.styleText`: text with the escapes of colours and modifiers.

Node: https://nodejs.org/api/util.html#utilstyletextformat-text-options
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE
from ..inspection import colorAliases, inspect
from ..optionbags import named
from ..validators import validateBoolean, validateOneOf, validateString

__all__ = ["styleText"]

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_FAINT = 22  # ends bold and dim alike, so that what is around it must begin again


@named
def styleText(
    format: str | Sequence[str],
    text: str,
    options: Mapping[str, Any] | None = None,
    *,
    validateStream: bool | None = None,
    stream: Any = None,
) -> str:
    """The text in colours: `styleText(["bold", "red"], "Error!")`.

    Args:
        format: a name of `inspect.colors`, "none", "#rgb" or "#rrggbb", or several of these.
        text: the text.
        options: `validateStream` (True): no escapes where `stream` shows none (it is no terminal, or NO_COLOR or
            FORCE_COLOR says so); `stream`: where the text will be written, stdout by default.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    Node: https://nodejs.org/api/util.html#utilstyletextformat-text-options
    """
    validateString(text, "text")
    given = options or {}
    checked = _first(validateStream, given.get("validateStream"), True)
    validateBoolean(checked, "options.validateStream")
    target = _first(stream, given.get("stream"), sys.stdout)
    if checked and not any(
        callable(getattr(target, name, None)) for name in ("write", "pipe", "getReader", "getWriter")
    ):
        raise ERR_INVALID_ARG_TYPE("stream", ["ReadableStream", "WritableStream", "Stream"], target)
    begin = end = ""
    for name in format if isinstance(format, (list, tuple)) else [format]:
        if name == "none":
            continue
        opening, closing, code = _codes(name)
        begin, end = begin + opening, closing + end
        # What ends the style within the text begins it again; at the very end there is nothing to style.
        last = closing if text.endswith(closing) else ""
        text = text.removesuffix(last).replace(closing, closing + opening if code == _FAINT else opening) + last
    return text if checked and not _showsColors(target) else begin + text + end


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _codes(name: Any) -> tuple[str, str, int]:
    """What begins a style, what ends it, and the number of that."""
    if isinstance(name, str) and name.startswith("#"):
        if not _HEX.match(name):
            raise ERR_INVALID_ARG_VALUE("format", name, "must be a valid hex color (#RGB or #RRGGBB)")
        digits = name[1:] if len(name) == 7 else "".join(2 * digit for digit in name[1:])
        return f"\x1b[38;2;{';'.join(str(byte) for byte in bytes.fromhex(digits))}m", "\x1b[39m", 39
    validateOneOf(name, "format", [*inspect.colors, *colorAliases])
    begin, end = inspect.colors[name]
    return f"\x1b[{begin}m", f"\x1b[{end}m", end


def _showsColors(stream: Any) -> bool:
    forced = os.environ.get("FORCE_COLOR")
    if forced is not None:
        return forced in ("", "1", "true", "2", "3")
    isTerminal = getattr(stream, "isTTY", None)
    if isTerminal is None:
        isTerminal = callable(getattr(stream, "isatty", None)) and stream.isatty()
    return bool(isTerminal) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
