"""A stream split in two, for `clone()`: both halves give every chunk.

The source is read while either half wants more, as the web's tee does: what the slower half has not read yet is
kept for it, so an unread clone costs the memory of the whole body.
"""

from __future__ import annotations

from typing import Any

from ..stream import Readable
from .failures import terminated, typeError


def tee(source: Readable) -> tuple[Readable, Readable]:
    """Two streams replacing one, which must not be used afterwards."""
    halves: list[Readable] = []
    isStarted = False

    def read() -> None:
        nonlocal isStarted
        if not isStarted:
            isStarted = True
            source.on("data", onData)
        else:
            source.resume()

    def onData(chunk: Any) -> None:
        wanted = [half.push(chunk) for half in halves if not half.destroyed]
        if not any(wanted):
            source.pause()

    def onEnd() -> None:
        for half in halves:
            if not half.destroyed:
                half.push(None)

    def onClose() -> None:
        if not source.readableEnded:
            for half in halves:
                half.destroy(source.errored or terminated(typeError("The body was closed before its end")))

    def destroy(error: BaseException | None, callback: Any) -> None:
        if all(half.destroyed for half in halves):
            source.destroy()
        callback(error)

    for _ in range(2):
        half = Readable(read=read, destroy=destroy)
        half.on("error", lambda: None)  # errors are reported to readers only
        halves.append(half)
    source.on("error", lambda: None)  # 'close' passes it on to both halves
    source.on("end", onEnd)
    source.on("close", onClose)
    return halves[0], halves[1]
