"""Streams of the web: ReadableStream, WritableStream, TransformStream, and those that encode, decode and compress.

Follows the module `stream/web` of Node 26 (the WHATWG streams standard): queue, strategies, backpressure, cancel,
abort, close, errors, pipes, tee, streams of bytes. Left out: transfer to another thread.
Differs: promises are Deferreds, a property that is a promise gives a new Deferred each time it is asked for, and
a reason that is no exception is wrapped in one.

Node: https://nodejs.org/api/webstreams.html
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .bytes import ReadableByteStreamController, ReadableStreamBYOBRequest
from .common import ByteLengthQueuingStrategy, CountQueuingStrategy
from .readable import ReadableStream, ReadableStreamDefaultController
from .readers import ReadableStreamBYOBReader, ReadableStreamDefaultReader, ReadResult
from .transform import TransformStream, TransformStreamDefaultController
from .writable import WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter

if TYPE_CHECKING:
    from ...util.textstreams import TextDecoderStream, TextEncoderStream
    from ...zlib.webstreams import CompressionStream, DecompressionStream

#: Names that stand on other modules, which stand on this one: they are loaded when they are first looked up.
_LATER = {
    "CompressionStream": "zlib.webstreams",
    "DecompressionStream": "zlib.webstreams",
    "TextDecoderStream": "util.textstreams",
    "TextEncoderStream": "util.textstreams",
}

__all__ = [
    "ByteLengthQueuingStrategy",
    "CompressionStream",
    "CountQueuingStrategy",
    "DecompressionStream",
    "ReadResult",
    "ReadableByteStreamController",
    "ReadableStream",
    "ReadableStreamBYOBReader",
    "ReadableStreamBYOBRequest",
    "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader",
    "TextDecoderStream",
    "TextEncoderStream",
    "TransformStream",
    "TransformStreamDefaultController",
    "WritableStream",
    "WritableStreamDefaultController",
    "WritableStreamDefaultWriter",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module("nodecompat." + _LATER[name]), name)
    globals()[name] = value
    return value
