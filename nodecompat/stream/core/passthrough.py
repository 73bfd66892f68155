"""PassThrough: a Transform that changes nothing. Follows lib/internal/streams/passthrough.js of Node 26."""

from __future__ import annotations

from typing import Any

from .base import Callback
from .transform import Transform

__all__ = ["PassThrough"]


class PassThrough(Transform):
    """Passes on what is written: for tests, and as a place to observe data.

    Emits: what Transform emits.
    Node: https://nodejs.org/api/stream.html#class-streampassthrough
    """

    __slots__ = ()
    __events__: dict[str, tuple[str, ...]] = Transform.__events__

    def _transform(self, chunk: Any, encoding: Any, callback: Callback) -> None:
        callback(None, chunk)
