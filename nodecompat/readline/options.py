"""Options of `readline`.

Node: https://nodejs.org/api/readline.html#readlinecreateinterfaceoptions
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from ..abort import AbortSignal

__all__ = ["CursorPos", "FurtherOptions", "ReadLineOptions"]


class FurtherOptions(TypedDict, total=False):
    """Options of `createInterface` that are no arguments as well."""

    #: "> " if left out.
    prompt: str
    #: Milliseconds between "\r" and "\n" that count as one end of a line; 100 if left out, and at least.
    crlfDelay: float
    #: Closes the interface when it aborts.
    signal: AbortSignal
    #: Columns of a tab, for `getCursorPos`; 8 if left out.
    tabSize: int
    #: Milliseconds to wait for the rest of an escape sequence, of a line editor; it is checked.
    escapeCodeTimeout: float
    #: Of a line editor, which there is not; they are checked.
    history: list[str]
    historySize: float
    removeHistoryDuplicates: bool


class ReadLineOptions(FurtherOptions, total=False):
    """Options of `createInterface`."""

    #: The Readable that lines are read from.
    input: Any
    #: The Writable for prompts.
    output: Any
    #: Whether both are a terminal; `output.isTTY` if left out. The terminal edits the line itself.
    terminal: bool | None
    #: Of a line editor, which there is not; it is checked.
    completer: Callable[..., object]


class CursorPos(TypedDict):
    """What `getCursorPos` returns."""

    rows: int
    cols: int
