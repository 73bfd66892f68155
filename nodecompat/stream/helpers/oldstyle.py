"""Reading from streams of the first Node versions, which only emit 'data', 'end' and 'close'.

Follows the static `Readable.wrap` of Node 26 by behaviour.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from ..core.base import Callback
from ..core.readable import Readable
from .destroy import destroy

__all__ = ["chunksOf", "wrapped"]


def wrapped(stream: Any) -> Readable:
    """A Readable that gives what an old-style stream gives, and destroys it with itself."""

    def destroyBoth(error: BaseException | None, callback: Callback) -> None:
        destroy(stream, error)
        callback(error)

    modes = (getattr(stream, name, None) for name in ("readableObjectMode", "objectMode"))
    objectMode = next((mode for mode in modes if mode is not None), True)
    readable: Readable = Readable(objectMode=objectMode, destroy=destroyBoth).wrap(stream)
    return readable


async def chunksOf(stream: Any) -> AsyncGenerator[Any, None]:
    """What an old-style stream gives; it is not touched before the first step."""
    async for chunk in wrapped(stream):
        yield chunk
