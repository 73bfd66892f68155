"""What makes views share memory, as Node's `subarray` does.

Two bytearrays cannot have the same bytes, so a buffer and its views each hold their own and every write is told to the
others: a `Memory` knows all that overlap. There is none until the first view is made, and a write then costs nothing.

Only writes through the methods of Buffer are told. What writes through the buffer protocol (`memoryview(buffer)[0] =
1`, `socket.recv_into(buffer)`) is seen by that buffer alone.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .core import Buffer


class Memory:
    """The buffers that are views of the same bytes, each with the place where it begins."""

    def __init__(self) -> None:
        self._views: list[tuple[weakref.ref[Buffer], int]] = []

    def add(self, view: Buffer, offset: int) -> None:
        """A further view."""
        self._views = [each for each in self._views if each[0]() is not None]
        self._views.append((weakref.ref(view), offset))

    def tell(self, source: Buffer, start: int, data: bytes | bytearray) -> None:
        """`data` was written to the bytes from `start` on, by `source`."""
        end = start + len(data)
        for reference, offset in self._views:
            view = reference()
            if view is None or view is source:
                continue
            low, high = max(start, offset), min(end, offset + len(view))
            if low < high:
                bytearray.__setitem__(view, slice(low - offset, high - offset), data[low - start : high - start])
