"""readable.wrap: read from an old-style stream. Follows `Readable.prototype.wrap` of Node 26 by behaviour."""

from __future__ import annotations

from typing import Any

from .legacy import requireEmitter


def wrap(readable: Any, stream: Any) -> Any:
    """Let `readable` give what the old-style `stream` emits as 'data'."""
    requireEmitter(stream, "stream")
    paused = False

    def onData(chunk: Any) -> None:
        nonlocal paused
        if not readable.push(chunk) and callable(getattr(stream, "pause", None)):
            paused = True
            stream.pause()

    def read(size: int) -> None:
        nonlocal paused
        if paused and callable(getattr(stream, "resume", None)):
            paused = False
            stream.resume()

    stream.on("data", onData)
    stream.on("end", lambda: readable.push(None))
    stream.on("error", readable._errorOrDestroy_)
    stream.on("close", lambda: readable.destroy())
    stream.on("destroy", lambda: readable.destroy())
    readable._read = read
    # The new stream offers the old one's other methods.
    for name, value in vars(stream).items():
        if callable(value) and not hasattr(readable, name):
            setattr(readable, name, value)
    return readable
