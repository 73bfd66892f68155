"""Text to lines, as it comes in pieces. Sans-I/O.

A line ends at "\\n", "\\r\\n", "\\r", and at Unicode's two separators. When a piece ends in "\\r" the line is given at
once; the "\\n" that begins the next piece is part of its end if it comes within `crlfDelay`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

__all__ = ["LineSplitter"]

_END = re.compile("\r\n|[\r\n\u2028\u2029]")


class LineSplitter:
    """Lines of text that comes in pieces.

    Args: crlfDelay: milliseconds between "\\r" and "\\n" that count as one end of a line.
    """

    __slots__ = ("_delay", "_returnAt", "rest")

    def __init__(self, crlfDelay: float) -> None:
        self._delay = crlfDelay
        #: When a piece ended in "\r", in milliseconds.
        self._returnAt: float | None = None
        #: The begin of a line that has not ended.
        self.rest: str = ""

    def feed(self, text: str) -> Iterator[str]:
        """The lines that end in this piece."""
        if self._returnAt is not None:
            if text.startswith("\n") and _now() - self._returnAt <= self._delay:
                text = text[1:]
            self._returnAt = None
        if _END.search(text) is None:
            self.rest += text
            return iter(())
        *lines, rest = _END.split(self.rest + text)
        if text.endswith("\r"):
            self._returnAt = _now()
        self.rest = rest
        return iter(lines)


def _now() -> float:
    return time.monotonic() * 1000
