"""Streams of the web: ReadableStream, WritableStream, TransformStream, as far as Node's streams meet them.

Follows the module `stream/web` of Node 26 (the WHATWG streams standard) for default readers and writers: queue,
strategies, backpressure, cancel, abort, close, errors, pipes, tee. Left out: byte streams (BYOB readers), transfer.
Differs: promises are Deferreds, a property that is a promise gives a new Deferred each time it is asked for, and
a reason that is no exception is wrapped in one.
"""

from __future__ import annotations

from .common import ByteLengthQueuingStrategy, CountQueuingStrategy
from .readable import ReadableStream, ReadableStreamDefaultController, ReadableStreamDefaultReader, ReadResult
from .transform import TransformStream, TransformStreamDefaultController
from .writable import WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter

__all__ = [
    "ByteLengthQueuingStrategy",
    "CountQueuingStrategy",
    "ReadResult",
    "ReadableStream",
    "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader",
    "TransformStream",
    "TransformStreamDefaultController",
    "WritableStream",
    "WritableStreamDefaultController",
    "WritableStreamDefaultWriter",
]
