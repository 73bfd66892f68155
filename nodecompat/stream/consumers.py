"""The module `stream.consumers`: a whole stream as one value. Follows lib/stream/consumers.js of Node 26.

Differs: `buffer`, `bytes` and `arrayBuffer` all give bytes.

Node: https://nodejs.org/api/webstreams.html#utility-consumers
"""

from __future__ import annotations

import json as _json
from builtins import bytes as _bytes
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..encodings import encode
from ..errors import ERR_INVALID_ARG_TYPE
from ..string_decoder import StringDecoder
from .core.predicates import isIterable
from .core.promises import iterate, promise
from .helpers.ends import sourceOf

if TYPE_CHECKING:
    from ..blob import Blob

__all__ = ["arrayBuffer", "blob", "buffer", "bytes", "json", "text"]


def _iterate(stream: Any) -> AsyncIterator[Any]:
    stream = sourceOf(stream, "stream")
    if not isIterable(stream):
        raise ERR_INVALID_ARG_TYPE("stream", ["AsyncIterable", "Iterable"], stream)
    return iterate(stream)


async def _collect(stream: Any) -> list[_bytes]:
    chunks: list[_bytes] = []
    async for chunk in _iterate(stream):
        if isinstance(chunk, str):
            chunk = encode(chunk)
        elif not isinstance(chunk, (_bytes, bytearray, memoryview)):
            raise ERR_INVALID_ARG_TYPE("chunk", ["string", "Buffer", "TypedArray", "DataView"], chunk)
        chunks.append(_bytes(chunk))
    return chunks


async def _bytesOf(stream: Any) -> _bytes:
    return b"".join(await _collect(stream))


async def _blobOf(stream: Any) -> Blob:
    from ..blob import Blob

    return Blob([await _bytesOf(stream)])


async def _textOf(stream: Any) -> str:
    decoder = StringDecoder()
    parts = []
    isFirst = True  # a byte order mark is stripped from bytes
    async for chunk in _iterate(stream):
        if isinstance(chunk, str):
            parts.append(chunk)
            continue
        if not isinstance(chunk, (_bytes, bytearray, memoryview)):
            raise ERR_INVALID_ARG_TYPE("input", ["ArrayBuffer", "ArrayBufferView"], chunk)
        text = decoder.write(chunk)
        parts.append(text.removeprefix("\ufeff") if isFirst else text)
        isFirst = isFirst and not text
    return "".join([*parts, decoder.end()])


async def _jsonOf(stream: Any) -> Any:
    return _json.loads(await _textOf(stream))


def arrayBuffer(stream: Any) -> Deferred[_bytes]:
    """All bytes. Node: https://nodejs.org/api/webstreams.html#streamconsumersarraybufferstream"""
    return promise(_bytesOf(stream))


def blob(stream: Any) -> Deferred[Blob]:
    """All bytes, as a Blob. Node: https://nodejs.org/api/webstreams.html#streamconsumersblobstream"""
    return promise(_blobOf(stream))


def buffer(stream: Any) -> Deferred[_bytes]:
    """All bytes. Node: https://nodejs.org/api/webstreams.html#streamconsumersbufferstream"""
    return promise(_bytesOf(stream))


def bytes(stream: Any) -> Deferred[_bytes]:
    """All bytes. Node: https://nodejs.org/api/webstreams.html#streamconsumersbytesstream"""
    return promise(_bytesOf(stream))


def json(stream: Any) -> Deferred[Any]:
    """The value of a JSON text; fails with json.JSONDecodeError.

    Node: https://nodejs.org/api/webstreams.html#streamconsumersjsonstream
    """
    return promise(_jsonOf(stream))


def text(stream: Any) -> Deferred[str]:
    """The text, decoded from UTF-8. Node: https://nodejs.org/api/webstreams.html#streamconsumerstextstream"""
    return promise(_textOf(stream))
