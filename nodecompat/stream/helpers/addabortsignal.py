"""addAbortSignal: an AbortSignal destroys a stream. Follows lib/internal/streams/add-abort-signal.js of Node 26."""

from __future__ import annotations

from typing import Any

from ...errors import ERR_INVALID_ARG_TYPE, AbortError
from ...events import addAbortListener
from ...validators import validateAbortSignal
from ..core.predicates import isNodeStream, isWebReadable, isWebWritable
from .ends import hintAt
from .finished import STREAM_TYPES, eos

__all__ = ["addAbortSignal"]


def addAbortSignal(signal: Any, stream: Any) -> Any:
    """Destroy `stream` with an AbortError when `signal` is aborted.

    Returns: the stream.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/stream.html#streamaddabortsignalsignal-stream
    """
    if signal is None:
        raise ERR_INVALID_ARG_TYPE("signal", "AbortSignal", signal)
    validateAbortSignal(signal, "signal")
    if not (isNodeStream(stream) or isWebReadable(stream) or isWebWritable(stream)):
        raise ERR_INVALID_ARG_TYPE("stream", STREAM_TYPES, stream, hintAt(stream))
    return obeySignal(signal, stream)


def obeySignal(signal: Any, stream: Any) -> Any:
    """`addAbortSignal` without the checks."""

    def onAbort() -> None:
        error = AbortError.by(signal)
        if isNodeStream(stream):
            stream.destroy(error)
        else:
            stream._controllerError_(error)

    if signal.aborted:
        onAbort()
    else:
        listener = addAbortListener(signal, onAbort)
        eos(stream, {}, lambda error: listener.dispose())
    return stream
