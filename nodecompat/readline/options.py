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
    r"""Options of `createInterface` that are no arguments as well.

    Options:
        prompt: Written by `prompt()`; "> " by default.
        crlfDelay: Milliseconds between "\r" and "\n" that count as one end of a line, at least 100; 100 by default.
        signal: An AbortSignal that closes the interface; none by default.
        tabSize: Columns of a tab, for `getCursorPos`; 8 by default.
        escapeCodeTimeout: Milliseconds to wait for the rest of an escape sequence, of a line editor, which there is
            not; it is checked. 500 by default.
        history: Of a line editor, which there is not; it is checked. Empty by default.
        historySize: Of a line editor, which there is not; it is checked. 30 by default.
        removeHistoryDuplicates: Of a line editor, which there is not. False by default.
    """

    prompt: str
    crlfDelay: float
    signal: AbortSignal
    tabSize: int
    escapeCodeTimeout: float
    history: list[str]
    historySize: float
    removeHistoryDuplicates: bool


class ReadLineOptions(FurtherOptions, total=False):
    """Options of `createInterface`.

    Also the options of `FurtherOptions`.

    Options:
        input: The Readable that lines are read from; there is no default.
        output: The Writable for prompts; none by default.
        terminal: Whether both are a terminal, which edits the line itself; `output.isTTY` by default.
        completer: Of a line editor, which there is not; it is checked. None by default.
    """

    input: Any
    output: Any
    terminal: bool | None
    completer: Callable[..., object]


class CursorPos(TypedDict):
    """What `getCursorPos` returns.

    Keys:
        rows: Lines below the first one, from 0.
        cols: Columns from the left, from 0.
    """

    rows: int
    cols: int
