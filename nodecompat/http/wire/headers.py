"""What may stand in a header: names, values, and the names that determine how a message is framed.

Sans-I/O. Follows http.validateHeaderName/validateHeaderValue of Node 26 and the checks that every outgoing
header passes. Everything an application sends goes through here: a CR, LF or NUL never reaches the wire.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ... import errors

#: Kinds of header that matter to framing; every other name is PLAIN.
PLAIN, CONNECTION, TRANSFER_ENCODING, CONTENT_LENGTH, DATE, EXPECT, TRAILER, KEEP_ALIVE, COOKIE = range(9)

_KINDS = {
    "connection": CONNECTION,
    "transfer-encoding": TRANSFER_ENCODING,
    "content-length": CONTENT_LENGTH,
    "date": DATE,
    "expect": EXPECT,
    "trailer": TRAILER,
    "keep-alive": KEEP_ALIVE,
    "cookie": COOKIE,
}


class HeaderName:
    """A valid name as it is spelt: what it means, and the last plain value that it was sent with.

    Most headers have the same value in every message, so their line is checked and made once.
    """

    __slots__ = ("kind", "line", "lower", "value")

    def __init__(self, name: str) -> None:
        self.lower: str = name.lower()
        self.kind: int = _KINDS.get(self.lower, PLAIN)
        self.value: str | None = None
        self.line: str = ""


#: Names seen, by their spelling. A name in here is valid.
NAMES: dict[str, HeaderName] = {}
MAX_NAMES = 1024  # then the table is reset: a proxy may pass on names invented by its peers
LONGEST_LINE = 1024  # characters of a line that is kept

_isToken: Callable[[str], object] = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_findBadChar: Callable[[str], object] = re.compile(r"[^\t\x20-\x7e\x80-\xff]").search
_findBadPathChar: Callable[[str], object] = re.compile(r"[^\x21-\xff]").search
#: What httpValidation "relaxed" and "insecure" still refuse.
_findWorstChar: Callable[[str], object] = re.compile(r"[^\x01-\x09\x0b\x0c\x0e-\xff]").search


def isToken(text: Any) -> bool:
    """True for what may be a method, or the name of a header: RFC 9110's token."""
    return isinstance(text, str) and _isToken(text) is not None


def hasBadPathChar(text: str) -> bool:
    """True when `text` holds a character that no request target may hold: blanks, controls, beyond latin-1."""
    return _findBadPathChar(text) is not None


def hasBadChar(text: str) -> bool:
    """True when `text` holds a character that no header value may hold: controls but tab, and beyond latin-1."""
    # Plain is printable ASCII, told by two tests in C; a tab or latin-1 letter takes the regex.
    return not (text.isascii() and text.isprintable()) and _findBadChar(text) is not None


def learnName(name: Any, label: str | None = None) -> HeaderName:
    """Validate and cache a name."""
    if not isToken(name):
        raise errors.ERR_INVALID_HTTP_TOKEN(label or "Header name", name)
    entry = HeaderName(name)
    if len(NAMES) >= MAX_NAMES:
        NAMES.clear()
    NAMES[name] = entry
    return entry


def validateHeaderName(name: str, label: str | None = None) -> None:
    """Check that `name` may be the name of a header.

    Args:
        name: the name.
        label: how the message calls it, "Header name" when left out.
    Raises:
        ERR_INVALID_HTTP_TOKEN.
    Node: https://nodejs.org/api/http.html#httpvalidateheadernamename-label
    """
    try:
        if name in NAMES:
            return
    except TypeError:  # a list or the like has no hash, and is no name
        pass
    learnName(name, label)


def validateHeaderValue(name: str, value: Any) -> None:
    """Check that `value` may be the value of the header `name`.

    Raises:
        ERR_HTTP_INVALID_HEADER_VALUE: it is None.
        ERR_INVALID_CHAR: it holds a control character, or one beyond latin-1.
    Differs:
        None stands for both undefined and null; null is sent as "null" by Node.
    Node: https://nodejs.org/api/http.html#httpvalidateheadervaluename-value
    """
    checkValues(name, value)


def checkValue(name: str, value: Any, lenient: bool = False) -> str:
    """The text of `value`, checked; `lenient` lets control characters other than NUL, CR and LF pass."""
    if value is None:
        raise errors.ERR_HTTP_INVALID_HEADER_VALUE("undefined", name)
    text = value if type(value) is str else errors.toText(value)
    if not (text.isascii() and text.isprintable()) and (_findWorstChar if lenient else _findBadChar)(text):
        raise errors.ERR_INVALID_CHAR("header content", name)
    return text


def checkValues(name: str, value: Any, lenient: bool = False) -> None:
    """As `checkValue`, also for a list of values."""
    if isinstance(value, (list, tuple)):
        for each in value:
            checkValue(name, each, lenient)
    else:
        checkValue(name, value, lenient)
