"""Writing what an iterable gives, piece by piece: `promises.writeFile(path, stream)`."""

from __future__ import annotations

from typing import Any

from ..stream.core.promises import iterate
from .operations import arguments as a
from .operations.contents import obey, writeWhole
from .running import promised


def isIterable(data: Any) -> bool:
    """True for what gives pieces: no text, and no bytes."""
    if isinstance(data, (str, bytes, bytearray, memoryview)):
        return False
    if hasattr(data, "__aiter__"):
        return True
    try:
        memoryview(data)
    except TypeError:
        return hasattr(data, "__iter__") and not hasattr(data, "keys")
    return False


async def saveAll(fd: int, data: Any, options: dict[str, Any]) -> None:
    """Write the pieces one after the other, each when the one before is written."""
    signal, encoding = options.get("signal"), options.get("encoding")
    obey(signal)
    async for piece in iterate(data):
        obey(signal)
        content = a.toData(piece, encoding)
        await promised(lambda content=content: lambda: writeWhole(fd, content, signal))
