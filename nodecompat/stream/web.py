"""Streams of the web: ReadableStream, WritableStream, TransformStream, as far as Node's streams meet them.

Follows the module `stream/web` of Node 26 (the WHATWG streams standard) for default readers and writers: queue,
strategy, backpressure, cancel, abort, close, errors. Left out: byte streams (BYOB readers), tee. Differs: promises
are Deferreds, and a property that is a promise gives a new Deferred each time it is asked for.
"""

from __future__ import annotations

from typing import Any

from .awaiting import resolve
from .webcommon import hook
from .webreadable import (
    ReadableStream,
    ReadableStreamDefaultController,
    ReadableStreamDefaultReader,
    ReadResult,
)
from .webwritable import WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter

__all__ = [
    "ReadResult",
    "ReadableStream",
    "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader",
    "TransformStream",
    "WritableStream",
    "WritableStreamDefaultController",
    "WritableStreamDefaultWriter",
]


class TransformStream:
    """A pair of streams: what is written to `writable` is read, changed, from `readable`.

    Args: transformer: `start(controller)`, `transform(chunk, controller)`, `flush(controller)`; without `transform`
        chunks pass as they are.
    Node: webstreams.html#class-transformstream
    """

    def __init__(self, transformer: Any = None) -> None:
        transform, flush = hook(transformer, "transform", 2), hook(transformer, "flush", 1)
        self.readable = ReadableStream({"start": hook(transformer, "start", 1) or (lambda controller: None)})
        controller = self.readable._controller

        def write(chunk: Any) -> Any:
            return controller.enqueue(chunk) if transform is None else transform(chunk, controller)

        async def close() -> None:
            if flush is not None:
                await resolve(flush(controller))
            controller.close()

        self.writable = WritableStream({"write": write, "close": close, "abort": controller.error})
