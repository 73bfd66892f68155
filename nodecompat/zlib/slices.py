"""What all engines share: pieces of input, and the error of data that is not whole."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import NodeError
from . import constants as c

SLICE = 64 * 1024  # bytes of input that are worked off in one step


def slicesOf(data: bytes) -> Iterator[bytes]:
    """The data in pieces, each small enough for one step."""
    for start in range(0, len(data), SLICE):
        yield data[start : start + SLICE]


def incomplete() -> NodeError:
    """Data that ends too early."""
    return NodeError("unexpected end of file", code="Z_BUF_ERROR", errno=c.Z_BUF_ERROR)
