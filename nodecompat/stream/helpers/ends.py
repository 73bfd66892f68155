"""What Python has for a stream, as a link of a pipeline: a table of `pipeline`'s docstring.

A link that is taken as it is comes back as it is. What would be lost without a word is refused here, before anything
is connected, with a hint what to use.
"""

from __future__ import annotations

import inspect
import os
import socket
from collections.abc import Mapping
from typing import Any

from ...errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE
from ..core.predicates import isBlob, isIterable, isNodeStream, isWebReadable, isWebTransform, isWebWritable
from ..core.promises import forget, isThenable
from .asynciostreams import asyncioReader, asyncioWriter, isAsyncioStream
from .files import isFile, readerOf, writerOf

LINKS = ["Function", "Stream", "file object"]


def isEnd(value: Any) -> bool:
    """True for what is meant as a source or destination, rightly or not, and is no stream."""
    return isFile(value) or isAsyncioStream(value) or isinstance(value, (os.PathLike, socket.socket))


def hintAt(value: Any, mode: str = "rb") -> str:
    """What to use where a stream is wanted and `value` is given, or ""."""
    if isinstance(value, os.PathLike):
        return f'Open the path: open(path, "{mode}")'
    if isinstance(value, socket.socket):
        return "Use net.Socket(fd=socket.detach())"
    if isEnd(value):
        return "Make a stream of it: Readable.from_(it), or Duplex.from_({'writable': it})"
    return ""


def _linkHint(value: Any) -> str:
    if inspect.isgenerator(value) or inspect.isasyncgen(value) or inspect.iscoroutine(value):
        return "Pass the function, without calling it"
    if isinstance(value, str):
        return 'Open the path: open(path, "wb")'
    return "What is both read and written here is a Transform or a function" if isFile(value) else hintAt(value, "wb")


def sourceOf(value: Any, name: str, cls: Any = None, options: Mapping[str, Any] | None = None) -> Any:
    """The first link: a stream of class `cls` (Readable) where `value` is a file or a StreamReader, else `value`.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    """
    if isNodeStream(value):
        return value
    if cls is None:
        from ..core.readable import Readable as cls
    if isFile(value):
        return readerOf(cls, value, name, options or {})
    if isAsyncioStream(value):
        if not hasattr(value, "read"):
            raise ERR_INVALID_ARG_VALUE(name, value, "must be readable")
        return asyncioReader(cls, value, name, options or {})
    if isEnd(value):
        raise ERR_INVALID_ARG_TYPE(name, ["Stream", "Iterable", "AsyncIterable", "file object"], value, hintAt(value))
    return value


def linkOf(value: Any, name: str, isLast: bool, closes: bool = True) -> Any:
    """A link that is written to: a Writable where `value` is a file or a StreamWriter, else `value`.

    Refused is what can only be read: Node takes it, connects it with nothing, and the data is lost.

    Args: isLast: nothing is read from it. closes: its end closes it.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    """
    if isNodeStream(value) or callable(value) or isWebWritable(value) or isWebReadable(value) or isWebTransform(value):
        return value
    if isLast and isFile(value):
        return writerOf(value, name, closes)
    if isLast and isAsyncioStream(value):
        if not hasattr(value, "write"):
            raise ERR_INVALID_ARG_VALUE(name, value, "must be writable")
        return asyncioWriter(value, name, closes)
    if isEnd(value) or isIterable(value) or isThenable(value) or isBlob(value):
        hint = _linkHint(value)
        forget(value)
        raise ERR_INVALID_ARG_TYPE(name, LINKS, value, hint)
    return value


def sinkOf(value: Any, name: str) -> Any:
    """The destination of a pipe that is no emitter. Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE."""
    if isFile(value) or isAsyncioStream(value):
        return linkOf(value, name, True)
    raise ERR_INVALID_ARG_TYPE(name, "Stream", value, hintAt(value, "wb"))
