"""Escape sequences that move a terminal's cursor and clear what it shows.

Node: https://nodejs.org/api/readline.html#readlineclearlinestream-dir-callback
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..coercion import toNumber
from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_CURSOR_POS, toText
from ..events import fit
from ..reactor.loop import ticks
from ..validators import isNumber, validateFunction

__all__ = ["clearLine", "clearScreenDown", "cursorTo", "eraseOf", "moveCursor", "moveOf", "moveTo"]

CLEAR_DOWN = "\x1b[0J"
_ERASE = {-1: "\x1b[1K", 1: "\x1b[0K", 0: "\x1b[2K"}

_Callback = Callable[..., object]


def eraseOf(direction: float) -> str:
    """What clears a line: to the left of the cursor (below 0), to the right (above 0), or all of it."""
    return _ERASE[(direction > 0) - (direction < 0)]


def moveTo(x: float, y: float | None) -> str:
    """What moves the cursor to a column, and to a row unless that is None; both count from 0."""
    return f"\x1b[{toText(x + 1)}G" if y is None else f"\x1b[{toText(y + 1)};{toText(x + 1)}H"


def moveOf(dx: float, dy: float) -> str:
    """What moves the cursor by columns and rows."""
    across = f"\x1b[{toText(abs(dx))}{'C' if dx > 0 else 'D'}" if dx else ""
    return across + (f"\x1b[{toText(abs(dy))}{'B' if dy > 0 else 'A'}" if dy else "")


def clearLine(stream: Any, dir: int | None = None, callback: _Callback | None = None) -> bool:
    """Clear the line of the cursor.

    Args:
        stream: where to write; None does nothing.
        dir: -1 clears to the left of the cursor, 1 to the right, 0 all of the line.
        callback: called when it has been written.
    Returns: False when the stream asks to wait for 'drain'.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/readline.html#readlineclearlinestream-dir-callback
    """
    number = toNumber(dir)
    return _write(stream, eraseOf(0 if number != number else number), callback)


def clearScreenDown(stream: Any, callback: _Callback | None = None) -> bool:
    """Clear everything from the cursor down.

    Args and results are those of `clearLine`.
    Node: https://nodejs.org/api/readline.html#readlineclearscreendownstream-callback
    """
    return _write(stream, CLEAR_DOWN, callback)


def cursorTo(
    stream: Any, x: float | None, y: float | _Callback | None = None, callback: _Callback | None = None
) -> bool:
    """Move the cursor to a column, and to a row if that is given; both count from 0.

    Args and results are those of `clearLine`.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE for NaN, ERR_INVALID_CURSOR_POS for a row without a column.
    Node: https://nodejs.org/api/readline.html#readlinecursortostream-x-y-callback
    """
    _check(callback)
    if callable(y):
        y, callback = None, y
    for value, name in ((x, "x"), (y, "y")):
        if isinstance(value, float) and value != value:
            raise ERR_INVALID_ARG_VALUE(name, value)
    row = y if isNumber(y) else None
    if not isNumber(x):
        if stream is not None and row is not None:
            raise ERR_INVALID_CURSOR_POS()
        return _write(stream, None, callback)
    assert x is not None
    return _write(stream, moveTo(x, row), callback)


def moveCursor(stream: Any, dx: int, dy: int, callback: _Callback | None = None) -> bool:
    """Move the cursor by columns and rows.

    Args and results are those of `clearLine`.
    Node: https://nodejs.org/api/readline.html#readlinemovecursorstream-dx-dy-callback
    """
    return _write(stream, moveOf(_count(dx), _count(dy)) or None, callback)


def _count(value: Any) -> float:
    number = toNumber(value)
    return 0 if number != number else number


def _check(callback: Any) -> None:
    if callback is not None:
        validateFunction(callback, "callback")


def _write(stream: Any, text: str | None, callback: _Callback | None) -> bool:
    _check(callback)
    if stream is None or text is None:
        if callback is not None:
            ticks.nextTick(fit(callback, 1), None)
        return True
    if not callable(getattr(stream, "write", None)):
        raise ERR_INVALID_ARG_TYPE("stream", "WritableStream", stream)
    return bool(stream.write(text, callback) if callback is not None else stream.write(text))
