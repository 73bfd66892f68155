"""The parser behind `httpValidation: "relaxed"`: as strict as the usual one, but values may hold control characters.

Differs from Node 26: there a NUL in a value lets the process spin for ever; here it is a fault, as in a strict parser.
httptools cannot switch on this leniency alone, so llhttp gets the next wider one and what that lets through beside
control characters (folded lines) is refused here.
"""

from __future__ import annotations

import re
from typing import Any

from . import faults
from .parser import HTTPParser

_findFault = re.compile(rb"\r\n[ \t]|\0").search


class RelaxedParser(HTTPParser):
    """Parses messages whose header values may hold control characters. Arguments and use as `HTTPParser`."""

    __slots__ = ()

    isPooled = False

    def configure(self, maxHeaderSize: int, maxHeaders: int) -> None:
        super().configure(maxHeaderSize, maxHeaders)
        self._unmetered = 0  # no head is plain: each is looked at

    def _fresh(self, sink: Any) -> Any:
        llhttp = super()._fresh(sink)
        llhttp.set_dangerous_leniencies(lenient_headers=True)
        return llhttp

    def _takeHead(self, head: bytes, upgrade: bool, data: bytes, end: int) -> None:
        super()._takeHead(head, upgrade, data, end)
        if self._error is None:
            self._check(self.head, data, end)

    def _deliver(self, excess: int, pos: int) -> int:
        tracker = self._sink.tracker
        trailers = tracker.trailers if tracker is not None and self._sink.complete else b""
        if trailers and self._check(trailers, trailers, len(trailers)):
            self._sink.complete = False
            super()._deliver(0, pos)
            return -1
        return super()._deliver(excess, pos)

    def _check(self, lines: bytes, data: bytes, end: int) -> bool:
        found = _findFault(lines)
        if found is None:
            return False
        folded = found.group() != b"\0"
        reason = "Unexpected whitespace after header value" if folded else "Invalid header value char"
        at = max(0, end - len(lines) + found.end() - 1)  # within this segment, if the line is
        self._setError(faults.parserError(reason, at, data))
        return True
