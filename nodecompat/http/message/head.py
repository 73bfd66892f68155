"""The head of an outgoing message: first line, headers, and the headers that Node adds by itself.

Sans-I/O: `buildHead` reads and sets a few flags of a message (`Framed`) and returns text. It decides as Node 26
does how the body is delimited (Content-Length, chunked, or the end of the connection) and whether the
connection lives on. What is sent is what was checked: each value is turned into text once.

The flags it may set: `chunkedEncoding`, `_last` (no message follows on this connection), `shouldKeepAlive`,
`_defaultKeepAlive`, `_contentLength` and the three that remember a removed header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from email.utils import formatdate
from time import time
from typing import Any, Protocol

from ... import errors
from ..wire.headers import (
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    DATE,
    EXPECT,
    KEEP_ALIVE,
    NAMES,
    PLAIN,
    TRAILER,
    TRANSFER_ENCODING,
    checkValue,
    hasBadChar,
    learnName,
)

_hasClose = re.compile(r"(?:^|\W)close(?:$|\W)", re.IGNORECASE | re.ASCII).search
_hasChunked = re.compile(r"(?:^|\W)chunked(?:$|\W)", re.IGNORECASE | re.ASCII).search
_isDecimal = re.compile(r"-?[0-9]+").fullmatch

_SEEN_CONNECTION = 1 << CONNECTION
_SEEN_FRAMING = 1 << CONTENT_LENGTH | 1 << TRANSFER_ENCODING
_SEEN_LENGTH = 1 << CONTENT_LENGTH
_SEEN_DATE = 1 << DATE
_SEEN_TRAILER = 1 << TRAILER
SEEN_EXPECT = 1 << EXPECT


class Framed(Protocol):
    """What `buildHead` needs of a message."""

    sendDate: bool
    chunkedEncoding: bool
    shouldKeepAlive: bool
    useChunkedEncodingByDefault: bool
    maxRequestsOnConnectionReached: bool
    agent: Any
    _last: bool
    _lenient_: bool
    _hasBody: bool
    _contentLength: float | None
    _defaultKeepAlive: bool
    _keepAliveTimeout: float
    _maxRequestsPerSocket_: int
    _removedConnection: bool
    _removedContLen: bool
    _removedTE: bool
    _uniqueHeaders_: frozenset[str] | None


def buildHead(message: Framed, firstLine: str, pairs: Iterable[tuple[str, Any]]) -> tuple[str, int]:
    """The whole head, and the kinds of header that were given (bits `1 << kind`)."""
    head = firstLine
    seen = 0
    names = NAMES
    for name, value in pairs:
        entry = names.get(name) or learnName(name)
        kind = entry[1]
        # A text of printable ASCII is the likely value: told by two tests in C, without a call.
        if type(value) is str and value.isascii() and value.isprintable():
            text = value
        elif isinstance(value, (list, tuple)):
            head += _several(message, name, entry, value)
            if value:
                seen |= 1 << kind
            continue
        else:
            text = checkValue(name, value, message._lenient_)
        if kind:
            seen |= 1 << kind
            if kind != COOKIE:
                _note(message, kind, text)
        head += f"{name}: {text}\r\n"
    return head + _added(message, seen) + "\r\n", seen


def pairsOf(headers: Any) -> Iterable[tuple[str, Any]]:
    """Name and value of each header of a mapping, a list of pairs, or a flat list."""
    if isinstance(headers, Mapping):
        return headers.items()
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


def _several(message: Framed, name: str, entry: tuple[str, int], values: Sequence[Any]) -> str:
    """The lines of a header that has a list of values."""
    lower, kind = entry
    texts = [checkValue(name, value, message._lenient_) for value in values]
    unique = message._uniqueHeaders_
    if len(texts) > 1 and (kind == COOKIE or (unique is not None and lower in unique)):
        texts = ["; ".join(texts)]
    if kind != PLAIN:
        for text in texts:
            _note(message, kind, text)
    return "".join([f"{name}: {text}\r\n" for text in texts])


def _note(message: Framed, kind: int, text: str) -> None:
    """Take in what a header that was given says about framing."""
    if kind == CONTENT_LENGTH:
        message._contentLength = int(text) if _isDecimal(text) else float("nan")
        message._removedContLen = False
    elif kind == TRANSFER_ENCODING:
        message._removedTE = False
        if _hasChunked(text):
            message.chunkedEncoding = True
    elif kind == CONNECTION:
        message._removedConnection = False
        if _hasClose(text):
            message._last = True
        else:
            message.shouldKeepAlive = True
    elif kind == KEEP_ALIVE:
        message._defaultKeepAlive = False


def _added(message: Framed, seen: int) -> str:
    """The headers that are added: Date, Connection and Keep-Alive, the framing."""
    lines = dateLine() if message.sendDate and not seen & _SEEN_DATE else ""
    if message.chunkedEncoding and getattr(message, "statusCode", 0) in (204, 304):
        # Some clients take the chunks for the next answer, so the connection does not live on.
        message.chunkedEncoding = message.shouldKeepAlive = False
    if message._removedConnection:
        message._last = not message.shouldKeepAlive
    elif not seen & _SEEN_CONNECTION:
        lines += _connectionLines(message, seen)
    if not seen & _SEEN_FRAMING:
        lines += _framingLine(message, seen)
    elif not message.chunkedEncoding and not seen & _SEEN_LENGTH and message._hasBody:
        message._last = True  # a coding without "chunked" does not tell where the body ends: the connection must
    if seen & _SEEN_TRAILER and not message.chunkedEncoding:
        raise errors.ERR_HTTP_TRAILER_INVALID()
    return lines


def _connectionLines(message: Framed, seen: int) -> str:
    if message.shouldKeepAlive and (
        message.useChunkedEncodingByDefault or seen & _SEEN_LENGTH or message.agent is not None
    ):
        if message.maxRequestsOnConnectionReached:
            return "Connection: close\r\n"
        if message._keepAliveTimeout and message._defaultKeepAlive:
            return keepAliveLines(message._keepAliveTimeout, message._maxRequestsPerSocket_)
        return "Connection: keep-alive\r\n"
    message._last = True
    return "Connection: close\r\n"


def _framingLine(message: Framed, seen: int) -> str:
    """How the end of the body is told, when the program did not say."""
    if not message._hasBody:
        message.chunkedEncoding = False
    elif not message.useChunkedEncodingByDefault:
        message._last = True
    elif message._contentLength is not None and not message._removedContLen and not seen & _SEEN_TRAILER:
        return f"Content-Length: {message._contentLength}\r\n"
    elif not message._removedTE:
        message.chunkedEncoding = True
        return "Transfer-Encoding: chunked\r\n"
    else:
        message._last = True  # both were removed: only the end of the connection ends the body
    return ""


# -- cached lines

_keepAlive: dict[tuple[float, int], str] = {}
_dateSecond = 0
_dateLine = ""


def keepAliveLines(timeout: float, maxRequests: int) -> str:
    """`Connection: keep-alive` with the hint how long; `timeout` in milliseconds."""
    lines = _keepAlive.get((timeout, maxRequests))
    if lines is None:
        limit = f", max={maxRequests}" if maxRequests > 0 else ""
        lines = f"Connection: keep-alive\r\nKeep-Alive: timeout={int(timeout // 1000)}{limit}\r\n"
        if len(_keepAlive) < 64:  # a handful of servers; one that varies its timeout is not remembered
            _keepAlive[timeout, maxRequests] = lines
    return lines


def dateLine() -> str:
    """The Date header, made anew once a second."""
    global _dateSecond, _dateLine
    now = int(time())
    if now != _dateSecond:
        _dateSecond = now
        _dateLine = f"Date: {formatdate(now, usegmt=True)}\r\n"
    return _dateLine


# -- trailers


def trailerLines(headers: Any) -> str:
    """The lines behind the last chunk."""
    lines = ""
    pairs = headers.items() if isinstance(headers, Mapping) else ((pair[0], pair[1]) for pair in headers)
    for name, value in pairs:
        if name not in NAMES:
            learnName(name, "Trailer name")
        values = value if isinstance(value, (list, tuple)) and len(value) > 1 else [value]
        for each in values:
            text = each if isinstance(each, str) else errors.toText(each)
            if hasBadChar(text):
                raise errors.ERR_INVALID_CHAR("trailer content", name)
            lines += f"{name}: {text}\r\n"
    return lines
