"""Predicates on stream-like objects: what they are, and their progress.

Follows lib/internal/streams/utils.js of Node 26 by behaviour. They check attributes, not classes: messages
of `http`, users' streams and old-style streams have only some of them. A question that makes no sense for an object
gives None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["isDestroyed", "isDisturbed", "isErrored", "isReadable", "isWritable"]


def _has(value: Any, *names: str) -> bool:
    return all(callable(getattr(value, name, None)) for name in names)


def readState(stream: Any) -> Any:
    """`_readableState`, or None."""
    return getattr(stream, "_readableState", None)


def writeState(stream: Any) -> Any:
    """`_writableState`, or None."""
    return getattr(stream, "_writableState", None)


# -- what it is


def isReadableNodeStream(value: Any, strict: bool = False) -> bool:
    """True for the readable side of a stream; `strict`: one that can be paused."""
    if value is None or not _has(value, "pipe", "on") or (strict and not _has(value, "pause", "resume")):
        return False
    if writeState(value) is None:
        return True
    # A Writable has `pipe` too, which only fails.
    reading = readState(value)
    return reading is not None and reading.readable is not False


def isWritableNodeStream(value: Any) -> bool:
    """True for the writable side of a stream."""
    if value is None or not _has(value, "write", "on"):
        return False
    if readState(value) is None:
        return True
    writing = writeState(value)
    return writing is None or writing.writable is not False


def isDuplexNodeStream(value: Any) -> bool:
    """True for a stream with both sides."""
    return value is not None and readState(value) is not None and _has(value, "pipe", "on", "write")


def isNodeStream(value: Any) -> bool:
    """True for anything like a stream."""
    if value is None:
        return False
    if readState(value) is not None or writeState(value) is not None:
        return True
    return _has(value, "write", "on") or _has(value, "pipe", "on")


def isWebReadable(value: Any) -> bool:
    """True for a ReadableStream of the web."""
    return value is not None and not isNodeStream(value) and _has(value, "getReader", "cancel")


def isWebWritable(value: Any) -> bool:
    """True for a WritableStream of the web."""
    return value is not None and not isNodeStream(value) and _has(value, "getWriter", "abort")


def isWebTransform(value: Any) -> bool:
    """True for a TransformStream of the web, or any other pair of its streams."""
    if value is None or isNodeStream(value):
        return False
    return isWebReadable(getattr(value, "readable", None)) and isWebWritable(getattr(value, "writable", None))


def isBlob(value: Any) -> bool:
    """True for a Blob of the web."""
    return _has(value, "arrayBuffer", "slice", "stream")


def isIterable(value: Any, asyncOnly: bool = False) -> bool:
    """True for what `for` or `async for` can go through, text included, mappings (option bags) not."""
    if hasattr(value, "__aiter__"):
        return True
    if asyncOnly or isinstance(value, Mapping) or hasattr(value, "__await__"):  # a Deferred can be iterated over, too
        return False
    return isinstance(value, Iterable)


def isOutgoingMessage(stream: Any) -> bool:
    """True for a request or response that is being sent."""
    names = ("_closed", "_defaultKeepAlive", "_removedConnection", "_removedContLen")
    return all(isinstance(getattr(stream, name, None), bool) for name in names)


def isServerResponse(stream: Any) -> bool:
    """True for a response of an HTTP server."""
    return isinstance(getattr(stream, "_sent100", None), bool) and isOutgoingMessage(stream)


def isServerRequest(stream: Any) -> bool:
    """True for a request received by an HTTP server; a response received by a client has its request."""
    return isinstance(getattr(stream, "_dumped", None), bool) and getattr(stream, "req", None) is None


def isRequest(stream: Any) -> bool:
    """True for a request of an HTTP client."""
    return stream is not None and getattr(stream, "setHeader", None) is not None and _has(stream, "abort")


# -- its progress


def isDestroyed(stream: Any) -> bool | None:
    """True when a stream was destroyed. Node: https://nodejs.org/api/stream.html#streamisdestroyed"""
    if not isNodeStream(stream):
        return None
    state = writeState(stream) or readState(stream)
    if getattr(stream, "destroyed", False) or getattr(stream, "_isDestroyed_", False):
        return True
    return bool(state is not None and state.destroyed)


def isWritableEnded(stream: Any) -> bool | None:
    """True after end()."""
    if not isWritableNodeStream(stream):
        return None
    if getattr(stream, "writableEnded", None) is True:
        return True
    state = writeState(stream)
    if state is None:
        return None
    return False if state.errored is not None else bool(state.ended)


def isWritableFinished(stream: Any, strict: bool = True) -> bool | None:
    """True when 'finish' was emitted; not `strict`: or is about to be."""
    if not isWritableNodeStream(stream):
        return None
    if getattr(stream, "writableFinished", None) is True:
        return True
    state = writeState(stream)
    if state is None:
        return None
    if state.errored is not None:
        return False
    return bool(state.finished or (not strict and state.ended and state.length == 0))


def isReadableFinished(stream: Any, strict: bool = True) -> bool | None:
    """True when 'end' was emitted; not `strict`: or is about to be."""
    if not isReadableNodeStream(stream):
        return None
    state = readState(stream)
    if state is None:
        return None
    if state.errored is not None:
        return False
    return bool(state.endEmitted or (not strict and state.ended and state.length == 0))


def isReadable(stream: Any) -> bool | None:
    """True while something can be read. Node: https://nodejs.org/api/stream.html#streamisreadablestream"""
    own = getattr(stream, "_isReadable_", None)
    if own is not None:
        return bool(own)
    readable = getattr(stream, "readable", None)
    if not isinstance(readable, bool):
        return None
    if isDestroyed(stream):
        return False
    return isReadableNodeStream(stream) and readable and not isReadableFinished(stream)


def isWritable(stream: Any) -> bool | None:
    """True while something can be written. Node: https://nodejs.org/api/stream.html#streamiswritablestream"""
    own = getattr(stream, "_isWritable_", None)
    if own is not None:
        return bool(own)
    writable = getattr(stream, "writable", None)
    if not isinstance(writable, bool):
        return None
    if isDestroyed(stream):
        return False
    return isWritableNodeStream(stream) and writable and not isWritableEnded(stream)


def isFinished(stream: Any) -> bool | None:
    """True when there is nothing left to read or write."""
    if not isNodeStream(stream):
        return None
    return bool(isDestroyed(stream)) or not (isReadable(stream) or isWritable(stream))


def sideError(state: Any) -> BaseException | None:
    """The error of a side, or None."""
    return None if state is None else state.errored


def isClosed(stream: Any) -> bool | None:
    """True when the stream is closed: 'close' was emitted or is about to be."""
    if not isNodeStream(stream):
        return None
    closed = getattr(stream, "closed", None)
    if isinstance(closed, bool):
        return closed
    states = [state for state in (writeState(stream), readState(stream)) if state is not None]
    if states:
        return any(state.closed for state in states)
    if isOutgoingMessage(stream):
        return bool(stream._closed)
    return None


def willEmitClose(stream: Any) -> bool:
    """True when 'close' is sure to come."""
    state = writeState(stream) or readState(stream)
    if state is None:
        return isServerResponse(stream)
    return bool(state.autoDestroy and state.emitClose and state.closed is False)


def isDisturbed(stream: Any) -> bool:
    """True when something was read from the stream, or it was given up.

    Node: https://nodejs.org/api/stream.html#streamisdisturbedstream
    """
    own = getattr(stream, "_isDisturbed_", None)
    if own is not None:
        return bool(own)
    return bool(getattr(stream, "readableDidRead", False) or getattr(stream, "readableAborted", False))


def isErrored(stream: Any) -> bool:
    """True when the stream has failed and said so. Node: https://nodejs.org/api/stream.html#streamiserroredstream"""
    own = getattr(stream, "_isErrored_", None)
    if own is not None:
        return bool(own)
    states = [state for state in (readState(stream), writeState(stream)) if state is not None]
    return any(state.errorEmitted for state in states)
