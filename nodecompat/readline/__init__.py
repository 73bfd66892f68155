"""Node's `readline` module (26): lines of a stream, questions, a terminal's cursor.

There is no line editor: docs/modules.md says what that means.

Node: https://nodejs.org/api/readline.html
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .cursor import clearLine, clearScreenDown, cursorTo, moveCursor
from .interface import Interface, createInterface
from .options import CursorPos, ReadLineOptions

if TYPE_CHECKING:
    from . import promises

__all__ = [
    "CursorPos",
    "Interface",
    "ReadLineOptions",
    "clearLine",
    "clearScreenDown",
    "createInterface",
    "cursorTo",
    "moveCursor",
    "promises",
]


def __getattr__(name: str) -> Any:
    if name == "promises":
        return importlib.import_module(".promises", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
