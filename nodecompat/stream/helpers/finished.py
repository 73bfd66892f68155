"""finished: call back when a stream is done, however it ends.

Follows lib/internal/streams/end-of-stream.js of Node 26 by behaviour. The difficulty is that streams end in many
ways: 'end' and 'finish' with or without 'close', 'error', 'close' too early, an HTTP message that is aborted. One
`_Watch` tracks one stream; the first relevant ending wins.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ...errors import ERR_INVALID_ARG_TYPE, ERR_STREAM_PREMATURE_CLOSE, AbortError
from ...events import addAbortListener
from ...optionbags import check
from ...reactor.loop import ticks
from ...reactor.loop.promised import Promised
from ...validators import validateAbortSignal, validateFunction
from ..core.options import FinishedOptions, mergeChecked
from ..core.predicates import (
    isClosed,
    isNodeStream,
    isReadable,
    isReadableFinished,
    isReadableNodeStream,
    isRequest,
    isWebReadable,
    isWebWritable,
    isWritable,
    isWritableFinished,
    isWritableNodeStream,
    readState,
    sideError,
    willEmitClose,
    writeState,
)
from ..core.promises import fitCallback
from ..core.seam import seam
from .ends import hintAt

if TYPE_CHECKING:
    from typing import overload

    from typing_extensions import Unpack

    from ...events.listeners import Listener1
    from ...optionbags import Bag

__all__ = ["eos", "finished"]

STREAM_TYPES = ["ReadableStream", "WritableStream", "Stream"]


_LEFT_OUT: Any = object()


if TYPE_CHECKING:

    @overload
    def finished(
        stream: Any, callback: Listener1[Any], /, **keywords: Unpack[FinishedOptions]
    ) -> Callable[[], None]: ...
    @overload
    def finished(
        stream: Any,
        options: FinishedOptions | Bag | None,
        callback: Listener1[Any],
        /,
        **keywords: Unpack[FinishedOptions],
    ) -> Callable[[], None]: ...


def finished(stream: Any, options: Any = None, callback: Any = _LEFT_OUT, **keywords: Any) -> Callable[[], None]:
    """Call back when a stream is no longer readable or writable, has failed, or was closed too early.

    Args: stream: any stream. options: FinishedOptions, may be left out; `readable` and `writable` False do not wait
        for that side, `error` False does not count 'error', `signal` gives up. callback: called once with an error
        or None.
    Returns: a function that removes the listeners.
    Raises: ERR_INVALID_ARG_TYPE.
    Example:
        >>> readable = stream.Readable.from_(["hello"])
        >>> remove = stream.finished(readable, lambda error: print("finished", error))
        >>> [chunk async for chunk in readable]
        finished None
        ['hello']

    Node: https://nodejs.org/api/stream.html#streamfinishedstream-options-callback
    """
    check(FinishedOptions, options, keywords)
    if callback is _LEFT_OUT:
        options, callback = None, options
    return eos(stream, mergeChecked(options, keywords), callback)


def eos(stream: Any, options: Mapping[str, Any], callback: Any) -> Callable[[], None]:
    """`finished` for internal use: `options` is a mapping."""
    validateFunction(callback, "callback")
    signal = options.get("signal")
    validateAbortSignal(signal, "options.signal")
    if isWebReadable(stream) or isWebWritable(stream):
        cleanup: Callable[[], None] = seam.watchWebStream(stream, options, callback)
        return cleanup
    if not isNodeStream(stream):
        raise ERR_INVALID_ARG_TYPE("stream", STREAM_TYPES, stream, hintAt(stream))
    watch = _Watch(stream, options, fitCallback(callback, 1))
    watch.start()
    if signal is not None:
        watch.obey(signal)
    return watch.cleanup


class _Watch:
    """The state of a stream being waited for."""

    def __init__(self, stream: Any, options: Mapping[str, Any], callback: Callable[..., Any]) -> None:
        self.stream = stream
        self.callback: Callable[..., Any] | None = callback
        # The callback runs in the waiter's context (AsyncLocalStorage), not the event's.
        self.context = contextvars.copy_context()
        readable, writable = options.get("readable"), options.get("writable")
        isReading, isWriting = isReadableNodeStream(stream), isWritableNodeStream(stream)
        self.readable = isReading if readable is None else bool(readable)
        self.writable = isWriting if writable is None else bool(writable)
        self.countsErrors = options.get("error") is not False
        # When 'close' is sure to come and both sides are waited for, it is what we wait for.
        self.willClose = willEmitClose(stream) and isReading == self.readable and isWriting == self.writable
        self.readDone = bool(isReadableFinished(stream, False))
        self.writeDone = bool(isWritableFinished(stream, False))
        self.listeners: list[tuple[Any, str, Callable[..., object]]] = []
        self.abortListener: Any = None

    def start(self) -> None:
        # What is over already is judged now: what comes later does not count. But an 'error' that is on its way is
        # heard, or it would be uncaught.
        if isClosed(self.stream):
            ticks.nextTick(self.done, self.closeError())
        elif self.isOver():
            ticks.nextTick(self.done, self.failure())
        else:
            self.listen()
            return
        if self.countsErrors:
            self.on("error", _ignore)

    def listen(self) -> None:
        stream = self.stream
        if isRequest(stream):
            self.on("complete", self.onFinish)
            if not self.willClose:
                self.on("abort", self.onClose)
            if getattr(stream, "req", None) is not None:
                self.onRequest()
            else:
                self.on("request", self.onRequest)
        elif self.writable and writeState(stream) is None:  # an old-style stream, or an HTTP message
            self.on("end", self.onLegacyFinish)
            self.on("close", self.onLegacyFinish)
        if not self.willClose and isinstance(getattr(stream, "aborted", None), bool):
            self.on("aborted", self.onClose)
        self.on("end", self.onEnd)
        self.on("finish", self.onFinish)
        if self.countsErrors:
            self.on("error", self.onError)
        self.on("close", self.onClose)

    def isOver(self) -> bool:
        """True when everything waited for has already happened, without further events."""
        stream = self.stream
        reading, writing = readState(stream), writeState(stream)
        if (writing is not None and writing.errorEmitted) or (reading is not None and reading.errorEmitted):
            return not self.willClose
        written = (self.writeDone or isWritable(stream) is False) and (writing is None or not writing.pendingcb)
        if written and not self.readable and (not self.willClose or isReadable(stream)):
            return True
        read = self.readDone or isReadable(stream) is False
        if read and not self.writable and (not self.willClose or isWritable(stream)):
            return True
        return bool(reading and getattr(stream, "req", None) and getattr(stream, "aborted", False))

    def obey(self, signal: Any) -> None:
        def abort() -> None:
            callback = self.callback
            self.cleanup()
            if callback is not None:
                self.context.run(callback, AbortError.by(signal))

        if signal.aborted:
            ticks.nextTick(abort)
        else:
            self.abortListener = addAbortListener(signal, abort)

    def on(self, event: str, listener: Callable[..., object], emitter: Any = None) -> None:
        emitter = self.stream if emitter is None else emitter
        emitter.on(event, listener)
        self.listeners.append((emitter, event, listener))

    def cleanup(self) -> None:
        """Stop waiting."""
        self.callback = None
        for emitter, event, listener in self.listeners:
            emitter.removeListener(event, listener)
        self.listeners = []
        self.forgetSignal()

    def forgetSignal(self) -> None:
        listener, self.abortListener = self.abortListener, None
        if listener is not None:
            listener.dispose()

    def done(self, error: BaseException | None = None) -> None:
        callback, self.callback = self.callback, None
        if callback is not None:
            self.forgetSignal()
            self.context.run(callback, error)

    # -- the events

    def onRequest(self, *args: Any) -> None:
        self.on("finish", self.onFinish, self.stream.req)

    def onLegacyFinish(self) -> None:
        if not getattr(self.stream, "writable", False):
            self.onFinish()

    def onFinish(self) -> None:
        self.writeDone = True
        stream = self.stream
        # A stream that is destroyed now (by a listener before us) says 'close' itself.
        if getattr(stream, "destroyed", False):
            self.willClose = False
        if self.willClose and (not getattr(stream, "writable", False) or self.readable):
            return
        if not self.readable or self.readDone:
            self.done()

    def onEnd(self) -> None:
        self.readDone = True
        stream = self.stream
        if getattr(stream, "destroyed", False):
            self.willClose = False
        if self.willClose and (not getattr(stream, "readable", False) or self.writable):
            return
        if not self.writable or self.writeDone:
            self.done()

    def onError(self, error: BaseException) -> None:
        self.done(error)

    def onClose(self) -> None:
        self.done(self.closeError())

    def closeError(self) -> BaseException | None:
        """The error of the closed stream."""
        error = self.failure()
        return ERR_STREAM_PREMATURE_CLOSE() if error is None and self.closedTooEarly() else error

    def failure(self) -> BaseException | None:
        return sideError(writeState(self.stream)) or sideError(readState(self.stream))

    def closedTooEarly(self) -> bool:
        stream = self.stream
        mustEnd = self.readable and not self.readDone and isReadableNodeStream(stream, True)
        if mustEnd and not isReadableFinished(stream, False):
            return True
        return self.writable and not self.writeDone and not isWritableFinished(stream, False)


def _ignore() -> None:
    """Listens for 'error'."""


def wait(stream: Any, options: Mapping[str, Any]) -> Deferred[None]:
    """`finished` as a Deferred. Cancelling it takes the listeners off."""
    waiting: Deferred[None] = Promised(lambda _: cleanup())
    autoCleanup = options.get("cleanup")

    def done(error: BaseException | None = None) -> None:
        if autoCleanup:
            cleanup()
        if error is not None:
            ticks.queueMicrotask(waiting.errback, error)
        else:
            ticks.queueMicrotask(waiting.callback, None)

    cleanup = eos(stream, options, done)
    return waiting


async def dispose(stream: Any) -> None:
    """Destroy a stream and wait until it is done; the resulting error does not count."""
    error = None
    if not stream.destroyed:
        error = None if stream._isDone_() else AbortError()
        stream.destroy(error)
    try:
        await wait(stream, {})
    except Exception as failure:
        if failure is not error:
            raise
