"""Pieces of a body as bytes, how several reach a socket, and how callbacks are called. Independent of messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import encodings, errors
from ...events import fit
from ...validators import isTruthy

JOIN_LIMIT = 64 * 1024  # bytes of body that are copied into one buffer with the head; above, writev

SMALL = 4096  # bytes: a chunk below has its line ready
#: The lines of small chunks.
SIZE_LINES = [b"%x\r\n" % size for size in range(SMALL)]


def sizeLine(size: int) -> bytes:
    """The line in front of a chunk."""
    return SIZE_LINES[size] if size < SMALL else b"%x\r\n" % size


def toBytes(chunk: Any, encoding: str | None) -> bytes:
    """A piece of the body as bytes."""
    if isinstance(chunk, str):
        if encoding is None or not isTruthy(encoding):
            return encodings.encode(chunk)
        if encodings.normalizeEncoding(encoding) is None:
            raise errors.ERR_UNKNOWN_ENCODING(encoding)
        return encodings.encode(chunk, encoding)
    if isinstance(chunk, (bytes, bytearray, memoryview)):
        return bytes(chunk)
    if chunk is None:
        raise errors.ERR_STREAM_NULL_VALUES()
    raise errors.ERR_INVALID_ARG_TYPE("chunk", ["string", "Buffer", "Uint8Array"], chunk)


def isChunk(chunk: Any) -> bool:
    """Whether `end` was given something: as in JavaScript empty text is nothing, and empty bytes are not."""
    return bool(chunk) or isinstance(chunk, (bytes, bytearray, memoryview))


def joined(parts: list[bytes]) -> bytes | None:
    """The parts as one buffer, when copying costs less than a longer system call; else None."""
    return b"".join(parts) if sum(map(len, parts)) <= JOIN_LIMIT else None


def writeParts(socket: Any, parts: list[bytes], callback: Callable[..., object] | None) -> bool:
    """Write them in one system call. Returns what `socket.write` does."""
    socket.cork()
    for part in parts[:-1]:
        socket.write(part)
    taken = bool(socket.write(parts[-1], None, callback))
    socket.uncork()
    return taken


def callWith(callback: Callable[..., object], error: BaseException | None) -> None:
    """Call back with an error, or with nothing."""
    if error is None:
        fit(callback, 0)()
    else:
        fit(callback, 1)(error)
