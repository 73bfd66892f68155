"""pipeline: connect streams, generators and functions, and clean up all of them at the end or at the first error.

Follows lib/internal/streams/pipeline.js of Node 26 by behaviour. One `_Pipeline` counts what is still in progress.
When that reaches zero, or something fails, it destroys what must be destroyed and calls back once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, overload

from twisted.internet.defer import Deferred

from ...abort import AbortController
from ...errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_RETURN_VALUE,
    ERR_MISSING_ARGS,
    ERR_STREAM_DESTROYED,
    ERR_STREAM_PREMATURE_CLOSE,
    ERR_STREAM_UNABLE_TO_PIPE,
    AbortError,
    aggregateTwoErrors,
)
from ...events import addAbortListener, fit
from ...reactor.loop import ticks
from ...reactor.loop.promised import Promised
from ...validators import validateAbortSignal
from ..core.base import tooLate
from ..core.predicates import (
    isClosed,
    isDestroyed,
    isIterable,
    isNodeStream,
    isReadable,
    isReadableFinished,
    isReadableNodeStream,
    isWebTransform,
    isWebWritable,
    readState,
)
from ..core.promises import (
    AsyncIterable,
    NoReason,
    closeIterator,
    fitCallback,
    forget,
    isThenable,
    iterate,
    job,
    settle,
)
from .destroy import destroy as destroyStream
from .ends import isEnd, linkOf, sourceOf
from .finished import eos
from .oldstyle import chunksOf

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...events.listeners import Listener2

__all__ = ["pipeline"]

Callback = Callable[..., Any]

CONSEQUENCES = ("ERR_STREAM_PREMATURE_CLOSE", "ABORT_ERR")


@overload
def pipeline(streams: list[Any] | tuple[Any, ...], callback: Listener2[Any, Any], /) -> Any: ...
@overload
def pipeline(source: Any, /, *rest: Unpack[tuple[Any, Unpack[tuple[Any, ...]], Listener2[Any, Any]]]) -> Any: ...
def pipeline(*streams: Any) -> Any:  # type: ignore[misc]  # mypy cannot tell that it takes the second form
    """Pipe from stream to stream, forward errors, clean up, and call back when all is done.

    Args: streams: two or more streams, iterables, async iterables or functions of them (one list of these is allowed),
        then the callback: `callback(err, value)`, `value` is what an async function at the end returned.
    Returns: the last stream.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, ERR_INVALID_RETURN_VALUE.

    What else may be an end of a pipeline, and of `Readable.from_`, `pipe`, `Duplex.from_`, `compose`:

    - a binary file (`open(path, "rb")`, BytesIO, gzip.open, a pipe, any object with `close`, `read` or `write`) gives
      bytes in blocks of the mark; it takes bytes, and text as UTF-8;
    - a text file (`open(path)`, StringIO, `gzip.open(path, "rt")`) gives and takes text (bytes: ERR_INVALID_ARG_TYPE);
    - asyncio's StreamReader gives, its StreamWriter takes what a binary file does, where asyncio's loop runs;
    - an iterable, a generator or an async generator gives its values; as a destination it is ERR_INVALID_ARG_TYPE;
    - a path (os.PathLike), a socket of Python and its file (`makefile`) are ERR_INVALID_ARG_TYPE, at either end.

    Files are read and written in threads, so that the loop goes on; a call that waits (for a pipe) keeps its thread.
    They are closed at the end and after an error, but not the standard streams, and after success not what would be
    lost: BytesIO, StringIO, temporary files. In `stream.promises.pipeline`, `end` False leaves the last one open, with
    all data written.

        pipeline(request, open("upload", "wb"), lambda error=None: response.end())

    Example:
        >>> packing = zlib.createGzip()
        >>> last = stream.pipeline(stream.Readable.from_(["hello"]), packing, lambda error: print("done", error))
        >>> zlib.gunzipSync(b"".join([chunk async for chunk in last]))
        done None
        b'hello'

    Node: https://nodejs.org/api/stream.html#streampipelinesource-transforms-destination-callback
    """
    callback = streams[-1] if streams else None
    if not callable(callback) or isNodeStream(callback):
        raise ERR_INVALID_ARG_TYPE("streams[stream.length - 1]", "Function", callback)
    return pipelineImpl(list(streams[:-1]), fitCallback(callback, 2), {})


def pipelineImpl(streams: list[Any], callback: Callback, options: Mapping[str, Any]) -> Any:
    """`pipeline` for internal use. options: `signal`; `end` False leaves the last stream open."""
    if len(streams) == 1 and isinstance(streams[0], (list, tuple)):
        streams = list(streams[0])
    if len(streams) < 2:
        raise ERR_MISSING_ARGS("streams")
    return _Pipeline(streams, callback, options).build()


class _Pipeline:
    """One pipeline in progress."""

    def __init__(self, streams: list[Any], callback: Callback, options: Mapping[str, Any]) -> None:
        self.streams = streams
        self.callback = callback
        self.controller = AbortController()
        self.signal = options.get("signal")
        self.endsLast = options.get("end") is not False
        validateAbortSignal(self.signal, "options.signal")
        self.abortListener = addAbortListener(self.signal, self.abort) if self.signal is not None else None
        self.error: BaseException | None = None
        self.value: Any = None
        self.destroyers: list[Callback] = []
        #: Removes our listeners from the last stream after success, so that it can be read or piped on.
        self.lastCleanups: list[Callback] = []
        self.underWay = 0
        #: The stream that is both ends, as long as it must not end by itself.
        self.keptOpen: Any = None

    # -- building

    def build(self) -> Any:
        self.adopt()
        self.check()
        self.keepOpen()
        result: Any = None
        for index, stream in enumerate(self.streams):
            if isNodeStream(stream):
                self.watch(stream, index)
            result = self.first(stream) if index == 0 else self.connect(result, stream, index)
        if self.signal is not None and self.signal.aborted:
            ticks.nextTick(self.abort)
        return result

    def adopt(self) -> None:
        """Make streams of the links that are none, or refuse them, before anything is connected."""
        first, *others, last = self.streams
        if first is last and isEnd(first):
            raise ERR_INVALID_ARG_VALUE("streams", first, "must not begin and end with the same file")
        source = sourceOf(first, "streams[0]")
        links = [_writable(linkOf(link, f"streams[{index}]", False)) for index, link in enumerate(others, 1)]
        sink = _writable(linkOf(last, f"streams[{len(others) + 1}]", True, self.endsLast))
        if sink is not last:
            self.endsLast = True  # what is around a file ends, so that all has been written; the file need not
        self.streams = [source, *links, sink]

    def check(self) -> None:
        """A stream is not piped into one that has ended; other sources fail when they write."""
        for source, stream in zip(self.streams, self.streams[1:], strict=False):
            over = isNodeStream(stream) and (isClosed(stream) or isDestroyed(stream))
            if over and isReadableNodeStream(source):
                raise ERR_STREAM_UNABLE_TO_PIPE()

    def keepOpen(self) -> None:
        """A stream that is both ends must not end by itself when it has been read: what is on its way comes back to it.

        Node lets it end, and loses the tail.
        """
        first = self.streams[0]
        if first is self.streams[-1] and getattr(first, "allowHalfOpen", True) is False:
            first.allowHalfOpen = True
            self.keptOpen = first

    def letEnd(self) -> None:
        stream, self.keptOpen = self.keptOpen, None
        if stream is not None:
            stream.allowHalfOpen = False
            if stream.readableEnded and stream.writable:  # the pipeline must not end it
                stream.end()

    def isLast(self, index: int) -> bool:
        return index == len(self.streams) - 1

    def watch(self, stream: Any, index: int) -> None:
        """Destroy the stream when the pipeline fails; an error of its own fails the pipeline."""
        reading, writing = not self.isLast(index), index > 0
        if reading or self.endsLast:
            destroyer, cleanup = _destroyer(stream, reading, writing)
            self.destroyers.append(destroyer)
            if self.isLast(index) and isReadable(stream):
                self.lastCleanups.append(cleanup)

        def onError(error: BaseException) -> None:
            # Also after the pumping is over. What follows from our own destroying is no news.
            name, code = getattr(error, "name", None), getattr(error, "code", None)
            if name != "AbortError" and code != "ERR_STREAM_PREMATURE_CLOSE":
                self.fail(error)

        stream.on("error", onError)
        if self.isLast(index) and isReadable(stream):
            self.lastCleanups.append(lambda: stream.removeListener("error", onError))

    def first(self, stream: Any) -> Any:
        """The source, as a stream or an iterable."""
        if callable(stream) and not isNodeStream(stream):
            result = sourceOf(fit(stream, 1)({"signal": self.controller.signal}), "source")
            if not isIterable(result):
                forget(result)
                raise ERR_INVALID_RETURN_VALUE("Iterable, AsyncIterable or Stream", "source", result)
            if isNodeStream(result):  # Node forgets it: after an error it stays open, and the callback never comes
                self.watch(result, 0)
            return result
        if isIterable(stream) or isReadableNodeStream(stream):
            return stream
        return stream.readable if isWebTransform(stream) else _duplexFrom(stream)

    def connect(self, result: Any, stream: Any, index: int) -> Any:
        """Connect the chain so far with the next link."""
        if isNodeStream(stream):
            self.connectStream(result, stream, self.isLast(index))
            return stream
        sink = getattr(stream, "writable", stream)  # of a TransformStream
        if isWebWritable(sink):
            self.underWay += 1
            job(self.pumpToWeb(result, sink, not self.isLast(index) or self.endsLast))
            return stream if self.isLast(index) else getattr(stream, "readable", stream)
        if callable(stream):
            result = fit(stream, 2)(self.iterable(result), {"signal": self.controller.signal})
            if not self.isLast(index):
                if not isIterable(result, True):
                    forget(result)
                    raise ERR_INVALID_RETURN_VALUE("AsyncIterable", f"transform[{index - 1}]", result)
                return result
            return self.connectResult(result)
        raise AssertionError("adopt() lets nothing else pass")

    def iterable(self, source: Any) -> Any:
        """What a function goes through. A stream that is both ends is still written to when it has been read."""
        if source is self.streams[-1] and isNodeStream(source) and isIterable(source, True):
            return AsyncIterable(source.iterator({"destroyOnReturn": False}))
        return iterable(source)

    def connectStream(self, source: Any, stream: Any, isLast: bool) -> None:
        end = not isLast or self.endsLast
        if isReadableNodeStream(source):
            self.underWay += 2
            cleanup = self.pipe(source, stream, end)
            if isLast and isReadable(stream):
                self.lastCleanups.append(cleanup)
        elif isIterable(source):
            self.underWay += 1
            job(self.pump(source, stream, end))
        else:
            expected = ["Readable", "Iterable", "AsyncIterable", "ReadableStream", "TransformStream"]
            raise ERR_INVALID_ARG_TYPE("val", expected, source)

    def connectResult(self, result: Any) -> Any:
        """The last link is a function: what it returned becomes a stream, so that there is one to return."""
        from ..core.passthrough import PassThrough

        through = PassThrough(objectMode=True)
        if isThenable(result):
            self.underWay += 1
            settle(result, lambda value: self.finishValue(through, value), lambda error: self.failValue(through, error))
        elif isIterable(result, True):
            self.underWay += 1
            job(self.pump(result, through, self.endsLast))
        else:
            raise ERR_INVALID_RETURN_VALUE("AsyncIterable or Promise", "destination", result)
        destroyer, cleanup = _destroyer(through, False, True)
        self.destroyers.append(destroyer)
        self.lastCleanups.append(cleanup)
        return through

    def finishValue(self, through: Any, value: Any) -> None:
        self.value = value
        if value is not None:
            through.write(value)
        if self.endsLast:
            through.end()
        ticks.nextTick(self.finish)

    def failValue(self, through: Any, error: BaseException) -> None:
        through.destroy(error)
        ticks.nextTick(self.finish, error)

    # -- moving the data

    def pipe(self, source: Any, destination: Any, end: bool) -> Callback:
        """From stream to stream."""
        ended = False

        def onClose() -> None:
            if not ended:
                self.fail(ERR_STREAM_PREMATURE_CLOSE())

        def onEnd() -> None:
            nonlocal ended
            ended = True
            destination.end()

        destination.on("close", onClose)
        source.pipe(destination, {"end": False})
        if not end:
            self.finish()
        elif isReadableFinished(source):
            ticks.nextTick(onEnd)
        else:
            source.once("end", onEnd)
        eos(source, {"readable": True, "writable": False}, lambda error: self.sourceDone(source, error))
        return eos(destination, {"readable": False, "writable": True}, self.finish)

    def sourceDone(self, source: Any, error: BaseException | None) -> None:
        state = readState(source)
        if (
            getattr(error, "code", None) == "ERR_STREAM_PREMATURE_CLOSE"
            and state is not None
            and state.ended
            and state.errored is None
            and not state.errorEmitted
        ):
            # It was closed before 'end', but all data is there: 'end' still comes.
            source.once("end", lambda: self.finish())
            source.once("error", self.finish)
        else:
            self.finish(error)

    async def pump(self, source: Any, destination: Any, end: bool) -> None:
        """From an iterable into a stream, waiting for 'drain'."""
        waiter = _Waiter()
        destination.on("drain", waiter.wake)
        cleanup = eos(destination, {"readable": False}, waiter.wake)
        error: BaseException | None = None
        iterator = iterate(source)
        try:
            if getattr(destination, "writableNeedDrain", False):
                await waiter.wait()
            await self.write(iterator, destination, waiter)
            if end:
                destination.end()
                await waiter.wait()
        except Exception as failure:
            error = failure if waiter.error is failure else aggregateTwoErrors(waiter.error, failure)
        finally:
            cleanup()
            destination.removeListener("drain", waiter.wake)
        self.finish(error)

    async def pumpToWeb(self, source: Any, destination: Any, end: bool) -> None:
        """From an iterable into a stream of the web."""
        writer = destination.getWriter()
        error: BaseException | None = None
        try:
            async for chunk in iterate(source):
                await writer.ready
                writer.write(chunk).addErrback(lambda failure: None)  # a failure shows at `ready` or `close`
            await writer.ready
            if end:
                await writer.close()
        except Exception as failure:
            error = failure
            try:
                await writer.abort(error)
            except Exception as cause:
                error = cause
        if isinstance(error, NoReason):  # the stream was left, which is no failure of its own
            error = None
        self.finish(error)

    @staticmethod
    async def write(iterator: Any, destination: Any, waiter: _Waiter) -> None:
        async for chunk in iterator:
            try:
                if not destination.write(chunk):
                    await waiter.wait()
            except Exception:
                await closeIterator(iterator)
                raise

    # -- the end

    def abort(self) -> None:
        assert self.signal is not None
        self.conclude(AbortError.by(self.signal), False)

    def finish(self, error: BaseException | None = None) -> None:
        """One part in progress is done."""
        self.underWay -= 1
        self.conclude(error, self.underWay == 0)

    def fail(self, error: BaseException) -> None:
        """An uncounted part failed."""
        self.conclude(error, False)

    def conclude(self, error: BaseException | None, final: bool) -> None:
        # A stream that closed too early or was given up is only a consequence: a real error takes its place.
        if error is not None and (self.error is None or getattr(self.error, "code", None) in CONSEQUENCES):
            self.error = error
        elif error is not self.error:
            tooLate(error)
        if self.error is None and not final:
            return
        destroyers, self.destroyers = self.destroyers, []
        for destroyer in destroyers:
            destroyer(self.error)
        self.letEnd()
        if self.abortListener is not None:
            self.abortListener.dispose()
        self.controller.abort()
        if final:
            if self.error is None:
                for cleanup in self.lastCleanups:
                    cleanup()
            ticks.nextTick(self.callback, self.error, self.value)


class _Waiter:
    """Waits for 'drain', or for the end of a destination."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.waiting: Deferred[None] | None = None

    def wake(self, error: BaseException | None = None) -> None:
        if error is not None:
            self.error = error
        waiting, self.waiting = self.waiting, None
        if waiting is None:
            return
        if self.error is not None:
            ticks.queueMicrotask(waiting.errback, self.error)
        else:
            ticks.queueMicrotask(waiting.callback, None)

    async def wait(self) -> None:
        if self.error is not None:
            raise self.error
        self.waiting = Promised()
        await self.waiting


def _destroyer(stream: Any, reading: bool, writing: bool) -> tuple[Callback, Callback]:
    """A function that destroys a stream unless it has finished, and one that stops watching it."""
    finished = False

    def onClose() -> None:
        nonlocal finished
        finished = True

    def onDone(error: BaseException | None = None) -> None:
        nonlocal finished
        finished = error is None

    def destroyer(error: BaseException | None) -> None:
        nonlocal finished
        if not finished:
            finished = True
            destroyStream(stream, error if error is not None else ERR_STREAM_DESTROYED("pipe"))

    stream.on("close", onClose)
    return destroyer, eos(stream, {"readable": reading, "writable": writing}, onDone)


def iterable(value: Any) -> Any:
    """What a function in a pipeline goes through: a stream as it is, anything else as an async iterable."""
    if isNodeStream(value) and isIterable(value, True):
        return value
    if isIterable(value):
        return AsyncIterable(value)
    if isReadableNodeStream(value):
        return AsyncIterable(chunksOf(value))
    raise ERR_INVALID_ARG_TYPE("val", ["Readable", "Iterable", "AsyncIterable"], value)


def _writable(link: Any) -> Any:
    """A link that is written to: a Duplex where it is a pair of streams."""
    if isNodeStream(link) or callable(link) or isWebWritable(getattr(link, "writable", link)):
        return link
    duplex = _duplexFrom(link)
    if not duplex.writable:
        raise ERR_INVALID_ARG_VALUE("streams", link, "must be writable")
    return duplex


def _duplexFrom(body: Any) -> Any:
    from .duplexify import duplexify

    return duplexify(body, "body")
