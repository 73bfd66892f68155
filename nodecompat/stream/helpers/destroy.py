"""stream.destroy: end anything like a stream. Follows the `destroyer` of lib/internal/streams/destroy.js of Node 26."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ...errors import ERR_INVALID_ARG_TYPE, AbortError
from ...reactor.loop.ticks import nextTick
from ...validators import isTruthy
from ..core.predicates import isDestroyed, isFinished, isRequest, isServerRequest
from .finished import STREAM_TYPES

__all__ = ["destroy"]


def destroy(stream: Any, err: BaseException | None = None) -> None:
    """Destroy a stream, an HTTP message or an old-style stream that has only `close`.

    Args: err: what the stream fails with; without one an unfinished stream fails with an AbortError.
    Node: https://nodejs.org/api/stream.html#streamdestroystream-err
    """
    if not isTruthy(stream) or isDestroyed(stream):
        return
    if not any(callable(getattr(stream, name, None)) for name in ("destroy", "close", "emit")):
        raise ERR_INVALID_ARG_TYPE("stream", STREAM_TYPES, stream)
    if not isTruthy(err) and not isFinished(stream):
        err = AbortError()
    if isServerRequest(stream):
        stream.socket = None  # the response can still be sent
        stream.destroy(err)
    elif isRequest(stream):
        stream.abort()
    elif isRequest(getattr(stream, "req", None)):
        stream.req.abort()
    elif callable(getattr(stream, "destroy", None)):
        stream.destroy(err)
    elif callable(getattr(stream, "close", None)):
        stream.close()
    else:
        nextTick(_emitErrorAndClose, stream, err)
    if not getattr(stream, "destroyed", False):
        with suppress(AttributeError):  # not every object accepts attributes
            stream._isDestroyed_ = True


def _emitErrorAndClose(stream: Any, err: BaseException | None) -> None:
    # An old-style stream that cannot be destroyed: emit its events for it.
    if err is not None:
        stream.emit("error", err)
    stream.emit("close")
