"""addAbortSignal: an AbortSignal that destroys a stream. Follows lib/internal/streams/add-abort-signal.js of Node 26."""

from __future__ import annotations

from typing import Any

from ..errors import AbortError
from ..events import addAbortListener
from ..validators import validateAbortSignal
from .endofstream import eos

__all__ = ["addAbortSignal"]


def addAbortSignal(signal: Any, stream: Any) -> Any:
    """Destroy `stream` with an AbortError when `signal` is aborted.

    Returns: the stream.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: stream.html#streamaddabortsignalsignal-stream
    """
    return stream
