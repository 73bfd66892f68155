"""The module `stream.promises`: pipeline and finished as Deferreds. Follows lib/stream/promises.js of Node 26.

Node: https://nodejs.org/api/stream.html#streams-promises-api
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..abort import AbortController
from ..coercion import PRIMITIVES, optionsOf
from ..optionbags import check
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..validators import isTruthy, validateBoolean
from .core.options import FinishedOptions, PipelineOptions, merge, mergeChecked
from .core.predicates import isIterable, isNodeStream, isWebReadable, isWebWritable
from .core.promises import failed
from .helpers.ends import isEnd
from .helpers.finished import wait
from .helpers.pipeline import pipelineImpl

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

__all__ = ["FinishedOptions", "PipelineOptions", "finished", "pipeline"]


def finished(
    stream: Any, options: FinishedOptions | Bag | None = None, /, **keywords: Unpack[FinishedOptions]
) -> Deferred[None]:
    """Wait until a stream is done.

    Args: options: FinishedOptions; `cleanup` True removes the listeners afterwards.
    Returns: a Deferred, which fails as the callback of stream.finished would; cancelling it removes the listeners.
    Example:
        >>> readable = stream.Readable.from_(["hello"])
        >>> await stream.promises.finished(readable.resume())

    Node: https://nodejs.org/api/stream.html#streampromisesfinishedstream-options
    """
    check(FinishedOptions, options, keywords)
    cleanup = merge(options, keywords).get("cleanup")
    if isTruthy(cleanup):
        validateBoolean(cleanup, "cleanup")  # the one mistake not reported by the Deferred
    try:
        return wait(stream, mergeChecked(options, keywords))
    except Exception as error:
        return failed(error)


def _isBag(value: Any) -> bool:
    """True for options: an object that is not a stream."""
    if isinstance(value, Mapping):
        return not ("readable" in value or "writable" in value)
    if isinstance(value, (*PRIMITIVES, Deferred)) or value is None or callable(value):
        return False
    return not any(isLink(value) for isLink in (isNodeStream, isEnd, isIterable, isWebReadable, isWebWritable))


def pipeline(*streams: Any, **keywords: Unpack[PipelineOptions]) -> Deferred[Any]:
    """Connect streams and wait until all is done.

    Args: streams: as for stream.pipeline, then PipelineOptions: `signal` gives up, `end` False leaves the last open.
    Returns: a Deferred with what an async function at the end returned. Cancelling it destroys the streams.
    Example:
        >>> packing = zlib.createGzip()
        >>> async def unpacked(chunks):
        ...     return zlib.gunzipSync(b"".join([chunk async for chunk in chunks]))
        >>> await stream.promises.pipeline(stream.Readable.from_(["hel", "lo"]), packing, unpacked)
        b'hello'

    Node: https://nodejs.org/api/stream.html#streampromisespipelinesource-transforms-destination-options
    """
    check(PipelineOptions, None, keywords)
    links = list(streams)
    options: Mapping[str, Any] = keywords
    if links and _isBag(links[-1]):
        check(PipelineOptions, links[-1])
        options = optionsOf(links.pop(), keywords)
    given = options.get("signal")
    controller = AbortController() if given is None else None
    result: Deferred[Any] = Promised(lambda _: None if controller is None else controller.abort())

    def done(error: BaseException | None, value: Any) -> None:
        ticks.queueMicrotask(fire, error, value)

    def fire(error: BaseException | None, value: Any) -> None:
        if result.called:  # cancelled, or refused after some links were connected
            return
        if error is not None:
            result.errback(error)
        else:
            result.callback(value)

    try:
        pipelineImpl(links, done, {**options, "signal": given if controller is None else controller.signal})
    except Exception as error:
        done(error, None)
    return result
