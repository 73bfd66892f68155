"""Idle parsers, reused by later connections: creating one costs more than reusing one.

Follows `http.setMaxIdleHTTPParsers` of Node 26. Only strict parsers of requests are kept: every server has them, while
a client keeps its parser with its socket.
"""

from __future__ import annotations

from ...validators import validateInteger
from .lenient import LenientParser
from .parser import HTTPParser
from .relaxed import RelaxedParser

_idle: list[HTTPParser] = []
_maxIdle = 1000


def setMaxIdleHTTPParsers(max: int = 1000) -> None:
    """Set how many idle parsers are kept.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/http.html#httpsetmaxidlehttpparsersmax
    """
    validateInteger(max, "max", 1)
    global _maxIdle
    _maxIdle = max
    del _idle[max:]


def acquire(kind: int, validation: str, maxHeaderSize: int, maxHeaders: int) -> HTTPParser:
    """A parser in its first state, with these limits (0: the default size; any number of headers).

    Args: validation: "strict", "relaxed" or "insecure".
    """
    if validation != "strict":
        make = LenientParser if validation == "insecure" else RelaxedParser
        return make(kind, maxHeaderSize, maxHeaders)
    if _idle and _idle[-1].kind == kind:
        parser = _idle.pop()
        parser.configure(maxHeaderSize, maxHeaders)
        return parser
    return HTTPParser(kind, maxHeaderSize, maxHeaders)


def release(parser: HTTPParser) -> None:
    """Return a parser to the pool; it makes no more callbacks."""
    if parser.isPooled and parser.isBetween and len(_idle) < _maxIdle:
        parser.forget()
        _idle.append(parser)
    else:
        parser.free()
