"""compose: several streams, generators and functions as one Duplex.

Follows lib/internal/streams/compose.js of Node 26 by behaviour.
"""

from __future__ import annotations

from typing import Any

from ...abort import AbortController
from ...errors import ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, AbortError
from ..core.predicates import isNodeStream, isReadable, isWebReadable, isWebTransform, isWebWritable, isWritable
from ..core.readable import Readable
from ..core.writable import Writable
from .bridge import Bridge, objectModes
from .destroy import destroy
from .duplexify import duplexify
from .ends import isEnd, linkOf, sourceOf
from .finished import eos
from .pipeline import pipelineImpl

__all__ = ["compose"]


def compose(*streams: Any) -> Any:
    """One Duplex that writes into the first stream and reads from the last.

    Args: streams: streams, iterables, and (async) generator functions of an async iterable.
    Raises: ERR_MISSING_ARGS, ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/stream.html#streamcomposestreams
    """
    if not streams:
        raise ERR_MISSING_ARGS("streams")
    if len(streams) == 1:
        return duplexify(streams[0], "body")
    links = list(streams)
    for end in (0, -1):
        if end and len(links) > 1 and isEnd(links[end]):
            links[end] = linkOf(links[end], f"streams[{len(links) - 1}]", True)
        elif not end and isEnd(links[end]):
            links[end] = sourceOf(links[end], "streams[0]")
        if callable(links[end]) and not isNodeStream(links[end]):
            links[end] = duplexify(links[end], "body")
    _check(links, streams)
    return _Composition(links).bridge


def _check(links: list[Any], given: tuple[Any, ...]) -> None:
    for index, link in enumerate(links):
        if not (isNodeStream(link) or isWebReadable(link) or isWebWritable(link)):
            continue
        if index < len(links) - 1 and not (isReadable(link) if isNodeStream(link) else isWebReadable(link)):
            raise ERR_INVALID_ARG_VALUE(f"streams[{index}]", given[index], "must be readable")
        if index > 0 and not (isWritable(link) if isNodeStream(link) else isWebWritable(link)):
            raise ERR_INVALID_ARG_VALUE(f"streams[{index}]", given[index], "must be writable")


class _Front(Bridge):
    """The Duplex in front of a pipeline, whose last stream flows into it."""

    __events__ = Bridge.__events__

    def _listenTo(self, tail: Any) -> None:
        tail.on("data", self._take)

    def _take(self, chunk: Any) -> None:
        if not self.push(chunk):
            self._tail.pause()

    def _read(self, size: int) -> None:
        self._tail.resume()


class _Composition:
    """A pipeline and the Duplex in front of it."""

    def __init__(self, links: list[Any]) -> None:
        head, tail = _writableOf(links[0]), _readableOf(links[-1])
        self.controller = AbortController()
        last = pipelineImpl(links, self.onDone, {"signal": self.controller.signal})
        if isNodeStream(last):  # a function at the end has become a stream
            tail = last
        writable, readable = bool(isWritable(head)), bool(isReadable(tail))
        self.isOneWay = not writable and not readable
        self.tail = tail
        self.reason: BaseException | None = None  # what the Duplex was destroyed with
        self.tailError: BaseException | None = None
        # A side that is not there has a mode as well, in Node.
        modes = objectModes(head, tail)
        self.bridge = _Front(head if writable else None, tail if readable else None, self.destroy, modes)
        if writable or readable:
            eos(tail if readable else last, {}, self.tailDone)

    def destroy(self, error: BaseException | None) -> None:
        if isNodeStream(self.tail):
            destroy(self.tail, error)
        else:  # a WritableStream of the web
            self.reason = error
            self.controller.abort(error)

    def tailDone(self, error: BaseException | None = None) -> None:
        self.bridge.headFinished()
        self.tailError = error
        if error is not None and self.bridge._innerDone:
            # The pipeline is over when the last stream has taken everything; Node forgets what happens to it then.
            self.bridge.innerDone(error, False)

    def onDone(self, error: BaseException | None, value: Any) -> None:
        if self.reason is not None and isinstance(error, AbortError):
            error = self.reason
        self.bridge.innerDone(self.tailError if error is None else error, self.isOneWay)


def _writableOf(link: Any) -> Any:
    """What the Duplex writes to: a stream of the web through an adapter."""
    if isWebTransform(link):
        link = link.writable
    return Writable.fromWeb(link).on("error", _ignore) if isWebWritable(link) else link


def _readableOf(link: Any) -> Any:
    """What the Duplex reads from."""
    if isWebTransform(link):
        link = link.readable
    return Readable.fromWeb(link).on("error", _ignore) if isWebReadable(link) else link


def _ignore() -> None:
    """The pipeline reports the error."""
