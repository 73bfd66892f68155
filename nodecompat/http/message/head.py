"""The head of an outgoing message: first line, headers, and the headers that Node adds by itself.

Sans-I/O: `buildHead` reads and sets a few flags of a message (`Framed`) and returns text. It decides as Node 26
does how the body is delimited (Content-Length, chunked, or the end of the connection) and whether the
connection lives on. What is checked is what is sent: each value is converted to text once.

The flags it may set: `chunkedEncoding`, `_last` (no message follows on this connection), `shouldKeepAlive`,
`_contentLength` and `_unwanted_`.

What is cached are lines, each under all that it is made of: the Date under its second, `Keep-Alive` under its two
numbers, a status line (`wire/status.py`) under code and text, the last plain line of each header (`wire/headers.py`)
under name and value. A head is made for its message, so no setting of another one can be in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from email.utils import formatdate
from math import isinf
from time import time
from typing import Any, Protocol

from ... import errors
from ...coercion import propertiesOf, toNumber
from ...validators import isTruthy
from ..wire.headers import (
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    DATE,
    EXPECT,
    KEEP_ALIVE,
    LONGEST_LINE,
    NAMES,
    PLAIN,
    TRAILER,
    TRANSFER_ENCODING,
    HeaderName,
    checkValue,
    hasBadChar,
    learnName,
)

_hasClose = re.compile(r"(?:^|\W)close(?:$|\W)", re.IGNORECASE | re.ASCII).search
_hasChunked = re.compile(r"(?:^|\W)chunked(?:$|\W)", re.IGNORECASE | re.ASCII).search
_isDecimal = re.compile(r"-?[0-9]+").fullmatch

#: Sets of kinds of header, a bit for each.
HAS_CONNECTION = 1 << CONNECTION
HAS_CONTENT_LENGTH = 1 << CONTENT_LENGTH
HAS_TRANSFER_ENCODING = 1 << TRANSFER_ENCODING
HAS_DATE = 1 << DATE
HAS_KEEP_ALIVE = 1 << KEEP_ALIVE
HAS_TRAILER = 1 << TRAILER
HAS_EXPECT = 1 << EXPECT


class Framed(Protocol):
    """What `buildHead` needs of a message."""

    chunkedEncoding: bool
    shouldKeepAlive: bool
    useChunkedEncodingByDefault: bool
    maxRequestsOnConnectionReached: bool
    agent: Any
    _last: bool
    _lenient_: bool
    _hasBody: bool
    _contentLength: float | None
    _keepAliveTimeout: float
    _maxRequestsPerSocket_: int
    _uniqueHeaders_: frozenset[str] | None
    #: The kinds of header that are not added: the program has removed them, or the message has no Date.
    _unwanted_: int


def buildHead(message: Framed, firstLine: str, pairs: Iterable[tuple[str, Any]]) -> tuple[str, int]:
    """The whole head, and the kinds of header that were given (bits `1 << kind`)."""
    head = firstLine
    given = 0
    names = NAMES
    for name, value in pairs:
        try:
            entry = names[name]
        except KeyError:
            entry = learnName(name)
        isPlain = False
        if type(value) is str:
            if value == entry.value:
                head += entry.line
                continue
            # Plain: a text of printable ASCII, told by two tests in C.
            isPlain = value.isascii() and value.isprintable()
            text = value if isPlain else checkValue(name, value, message._lenient_)
        elif isinstance(value, (list, tuple)):
            head += _several(message, name, entry, value)
            if value:
                given |= 1 << entry.kind
            continue
        else:
            text = checkValue(name, value, message._lenient_)
        line = f"{name}: {text}\r\n"
        head += line
        if kind := entry.kind:
            given |= 1 << kind
            _note(message, kind, text)
        elif isPlain and len(line) <= LONGEST_LINE:
            entry.value, entry.line = value, line
    settled = given | message._unwanted_
    date = "" if settled & HAS_DATE else _date if _dateStart <= time() < _dateEnd else dateLine()
    if message.chunkedEncoding and getattr(message, "statusCode", 0) in (204, 304):
        # Some clients take the chunks for the next response, so the connection is not kept alive.
        message.chunkedEncoding = message.shouldKeepAlive = False
    connection = _connectionLines(message, given, settled)
    framing = "" if given & HAS_CONTENT_LENGTH else _framingLine(message, given, settled)
    if given & HAS_TRAILER and not message.chunkedEncoding:
        raise errors.ERR_HTTP_TRAILER_INVALID()
    return f"{head}{date}{connection}{framing}\r\n", given


def pairsOf(headers: Any) -> Iterable[tuple[str, Any]]:
    """Name and value of each header of a mapping, a list of pairs, or a flat list."""
    if isinstance(headers, Mapping):
        return headers.items()
    if not isinstance(headers, (list, tuple)):
        return propertiesOf(headers) if isTruthy(headers) else ()
    if not headers:
        return ()
    if isinstance(headers[0], (list, tuple)):
        return ((pair[0], pair[1]) for pair in headers)
    return flatPairs(headers)


def flatPairs(headers: Sequence[Any]) -> Iterable[tuple[str, Any]]:
    """The pairs of `[name, value, name, value, …]`."""
    if len(headers) % 2:
        raise errors.ERR_INVALID_ARG_VALUE("headers", headers)
    return zip(headers[::2], headers[1::2], strict=True)


def _several(message: Framed, name: str, entry: HeaderName, values: Sequence[Any]) -> str:
    """The lines of a header that has a list of values."""
    lower, kind = entry.lower, entry.kind
    texts = [checkValue(name, value, message._lenient_) for value in values]
    unique = message._uniqueHeaders_
    if len(texts) > 1 and (kind == COOKIE or (unique is not None and lower in unique)):
        texts = ["; ".join(texts)]
    if kind != PLAIN:
        for text in texts:
            _note(message, kind, text)
    return "".join([f"{name}: {text}\r\n" for text in texts])


def _note(message: Framed, kind: int, text: str) -> None:
    """Note what a given header says about framing."""
    if kind == CONTENT_LENGTH:
        message._contentLength = int(text) if _isDecimal(text) else toNumber(text)
        message._unwanted_ &= ~HAS_CONTENT_LENGTH
    elif kind == TRANSFER_ENCODING:
        message._unwanted_ &= ~HAS_TRANSFER_ENCODING
        if _hasChunked(text):
            message.chunkedEncoding = True
    elif kind == CONNECTION:
        message._unwanted_ &= ~HAS_CONNECTION
        if _hasClose(text):
            message._last = True
        else:
            message.shouldKeepAlive = True
    elif kind == KEEP_ALIVE:
        message._unwanted_ |= HAS_KEEP_ALIVE


def _connectionLines(message: Framed, given: int, settled: int) -> str:
    """Whether and how long the connection is kept alive."""
    if settled & HAS_CONNECTION:
        if not given & HAS_CONNECTION:
            message._last = not message.shouldKeepAlive
        return ""
    if message.shouldKeepAlive and (
        message.useChunkedEncodingByDefault or given & HAS_CONTENT_LENGTH or message.agent is not None
    ):
        if message.maxRequestsOnConnectionReached:
            return "Connection: close\r\n"
        if not message._keepAliveTimeout or settled & HAS_KEEP_ALIVE:
            return "Connection: keep-alive\r\n"
        numbers = message._keepAliveTimeout, message._maxRequestsPerSocket_
        return _keepAlive.get(numbers) or keepAliveLines(*numbers)
    message._last = True
    return "Connection: close\r\n"


def _framingLine(message: Framed, given: int, settled: int) -> str:
    """How the body is delimited without a Content-Length."""
    if given & HAS_TRANSFER_ENCODING:
        if not message.chunkedEncoding and message._hasBody:
            message._last = True  # without "chunked" it does not tell where the body ends: the connection must
    elif not message._hasBody:
        message.chunkedEncoding = False
    elif not message.useChunkedEncodingByDefault:
        message._last = True
    elif message._contentLength is not None and not settled & (HAS_CONTENT_LENGTH | HAS_TRAILER):
        return f"Content-Length: {message._contentLength}\r\n"
    elif not settled & HAS_TRANSFER_ENCODING:
        message.chunkedEncoding = True
        return "Transfer-Encoding: chunked\r\n"
    else:
        message._last = True  # both were removed: only the end of the connection ends the body
    return ""


# -- cached lines

_keepAlive: dict[tuple[float, int], str] = {}
_date = ""
_dateStart = _dateEnd = 0.0  # seconds: the time for which it is right


def keepAliveLines(timeout: float, maxRequests: int) -> str:
    """`Connection: keep-alive` with its duration; `timeout` in milliseconds."""
    lines = _keepAlive.get((timeout, maxRequests))
    if lines is None:
        # Equal keys are one line: 3 and 3.0, 1 and True.
        limit = f", max={errors.toText(maxRequests + 0)}" if maxRequests > 0 else ""
        seconds = errors.toText(timeout if isinf(timeout) else timeout // 1000)
        lines = f"Connection: keep-alive\r\nKeep-Alive: timeout={seconds}{limit}\r\n"
        if len(_keepAlive) < 64:  # a handful of servers; one that varies its timeout is not remembered
            _keepAlive[timeout, maxRequests] = lines
    return lines


def dateLine() -> str:
    """The Date header, cached for a second."""
    global _date, _dateStart, _dateEnd
    now = time()
    if not _dateStart <= now < _dateEnd:
        _dateStart = float(int(now))
        _dateEnd = _dateStart + 1
        _date = f"Date: {formatdate(_dateStart, usegmt=True)}\r\n"
    return _date


# -- trailers


def _pair(entry: Any) -> tuple[Any, Any]:
    """The first two items of what should be a pair; None for what is missing."""
    name, value = (*entry, None, None)[:2] if isinstance(entry, (list, tuple, str)) else (None, None)
    return name, value


def trailerLines(headers: Any, uniqueNames: Collection[str] = ()) -> str:
    """The lines behind the last chunk; several values of a name in `uniqueNames` share one."""
    lines = ""
    if headers is None:
        raise errors.ERR_INVALID_ARG_TYPE("headers", "Object", headers)
    pairs = map(_pair, headers) if isinstance(headers, (list, tuple)) else propertiesOf(headers)
    for name, value in pairs:
        if not isinstance(name, str) or name not in NAMES:
            learnName(name, "Trailer name")
        values = value if isinstance(value, (list, tuple)) else [value]
        if values is value and (len(value) < 2 or name.lower() in uniqueNames):
            values = ["; ".join(["" if each is None else errors.toText(each) for each in value])]
        for each in values:
            text = each if isinstance(each, str) else errors.toText(each)
            if hasBadChar(text):
                raise errors.ERR_INVALID_CHAR("trailer content", name)
            lines += f"{name}: {text}\r\n"
    return lines
