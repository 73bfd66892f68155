"""Heads that were made before: most answers of a server have the head of an earlier one of the same second.

Building a head takes some 1.3 µs, finding it here 0.3 (benchmarks/http: hello). A head is kept with what its making
has set on the message, under everything that its making has looked at: the status, the headers, and the few
settings that differ between usual answers. A message with any other setting is not usual, which shows in its
`__dict__` (see OutgoingMessage), and gets its head made.
"""

from __future__ import annotations

from collections.abc import Hashable
from time import time
from typing import Any

from .head import dateLine

MAX_HEADS = 256  # then all are forgotten: lengths and cookies that never repeat must not fill memory

# statusCode, statusMessage, header, its bytes, chunkedEncoding, _last, shouldKeepAlive, _contentLength, _hasBody
_Known = tuple[int, str, str, bytes, bool, bool, bool, Any, bool]

_heads: dict[Hashable, _Known] = {}
#: The second whose Date the heads have.
_start = _end = 0


def useHead(message: Any, code: Any, headers: Any) -> Hashable | None:
    """Give `message`, which has no status text of its own, the head that was made for an earlier one.

    Returns: None when that is done, or when the message is none of the usual; else what `keepHead` needs.
    """
    if message.__dict__ or message.chunkedEncoding or message._last:
        return None
    own = message._outHeaders_
    if own is not None:
        if headers:
            return None
        pairs = tuple(own.values())
    elif headers is None:
        pairs = ()
    elif type(headers) is dict:
        pairs = tuple(headers.items())
    else:
        return None
    key = (
        message.__class__,
        code,
        message.shouldKeepAlive,
        message._hasBody,
        message._contentLength,
        message._keepAliveTimeout,
        pairs,
    )
    if not _start <= time() < _end:
        _renew()
        return key
    try:
        known = _heads.get(key)
    except TypeError:  # a header with a list of values
        return None
    if known is None:
        return key
    (
        message.statusCode,
        message.statusMessage,
        message._header,
        message._headBytes_,
        message.chunkedEncoding,
        message._last,
        message.shouldKeepAlive,
        message._contentLength,
        message._hasBody,
    ) = known
    return None


def _renew() -> None:
    """The Date is another one."""
    global _start, _end
    _heads.clear()
    _start = int(time())
    _end = _start + 1


def keepHead(message: Any, key: Any) -> None:
    """Keep the head that was made for `message`, unless its making was not usual after all."""
    # Only texts: 1 and True are the same key and not the same header.
    if message.__dict__ or message._headerSent or not all(type(value) is str for _, value in key[-1]):
        return
    if len(_heads) >= MAX_HEADS:
        _heads.clear()
    header = message._header
    # The second may have ended since it was looked at.
    if message.sendDate and dateLine() not in header:
        return
    _heads[key] = (
        message.statusCode,
        message.statusMessage,
        header,
        header.encode("latin-1"),
        message.chunkedEncoding,
        message._last,
        message.shouldKeepAlive,
        message._contentLength,
        message._hasBody,
    )
