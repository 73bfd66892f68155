"""From one stream of the web into another, and one stream split in two. Follows the standard's pipeTo and tee."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import ERR_INVALID_STATE_TYPE
from ...events import addAbortListener
from ...validators import validateAbortSignal
from .common import OnError, OnValue, Promise, allOf, asError, nothing, resolved

if TYPE_CHECKING:
    from .readable import ReadableStream
    from .readers import ReadableStreamDefaultReader
    from .writable import WritableStream, WritableStreamDefaultWriter


class Pipe:
    """One pipe in progress; `done` is its outcome.

    It ends when the source or the destination is over, or the signal says so. What is read is written first; then the
    other side is closed, aborted or cancelled, and both are free again.
    """

    source: ReadableStream
    destination: WritableStream
    reader: ReadableStreamDefaultReader
    writer: WritableStreamDefaultWriter

    def __init__(self, source: ReadableStream, destination: WritableStream, options: Mapping[str, Any]) -> None:
        signal: Any = options.get("signal")
        validateAbortSignal(signal, "options.signal")
        for stream, name in ((source, "ReadableStream"), (destination, "WritableStream")):
            if stream.locked:
                raise ERR_INVALID_STATE_TYPE(f"The {name} is locked")
        self.source, self.destination = source, destination
        self.signal: Any = signal
        self.options = options
        self.done: Promise = Promise()
        self.reader, self.writer = source.getReader(), destination.getWriter()
        source._isDisturbed_ = True
        self.isEnding: bool = False
        self.lastWrite: Promise = resolved()
        self.abortListener: Any = None
        if signal is not None:
            self.abortListener = addAbortListener(signal, self.aborted)
            if signal.aborted:
                self.aborted()
        if not self.isEnding:
            self.begin()

    def begin(self) -> None:
        source, destination = self.source, self.destination
        # Ended streams are detected at once, before anything is moved.
        if source._error_ is not None:
            self.sourceFailed(source._error_)
        elif destination._state_ in ("erroring", "errored"):
            self.destinationFailed(destination._error_ or Exception())
        elif source._state_ == "closed":
            self.sourceClosed()
        elif destination._isClosing_() or destination._state_ == "closed":
            self.destinationClosed()
        else:
            source._closed_.then(self.sourceClosed, self.sourceFailed)
            destination._closed_.then(self.destinationClosed, self.destinationFailed)
            self.step()

    def step(self, value: Any = None) -> None:
        """Move one chunk as soon as the destination wants one."""
        if not self.isEnding:
            self.writer._ready_.then(self.read, nothing)

    def read(self, value: Any) -> None:
        if not self.isEnding:
            self.source._read_().then(self.write, nothing)

    def write(self, result: Any) -> None:
        if result.done:
            return
        self.lastWrite = self.destination._put_(result.value)
        self.lastWrite.then(nothing, nothing)
        self.step()

    # -- the end

    def sourceFailed(self, error: BaseException) -> None:
        prevented = self.options.get("preventAbort")
        self.end(None if prevented else lambda: self.destination._giveUp_(error), error)

    def destinationFailed(self, error: BaseException) -> None:
        prevented = self.options.get("preventCancel")
        self.end(None if prevented else lambda: self.source._giveUp_(error), error)

    def sourceClosed(self, value: Any = None) -> None:
        prevented = self.options.get("preventClose")
        self.end(None if prevented else self.destination._closeUnlessFailed_, None)

    def destinationClosed(self, value: Any = None) -> None:
        self.destinationFailed(ERR_INVALID_STATE_TYPE("Destination WritableStream is closed"))

    def aborted(self) -> None:
        reason = asError(self.signal.reason)

        def both() -> Promise:
            ends = []
            if not self.options.get("preventAbort"):
                ends.append(self.destination._giveUp_(reason))
            if not self.options.get("preventCancel"):
                ends.append(self.source._giveUp_(reason))
            return allOf(ends)

        self.end(both, reason)

    def end(self, action: Callable[[], Promise] | None, error: BaseException | None) -> None:
        """Once: wait until what was read is written, act on the other side, release both."""
        if self.isEnding:
            return
        self.isEnding = True

        def act(value: Any = None) -> None:
            if action is None:
                self.finalize(error)
            else:
                action().then(lambda value: self.finalize(error), self.finalize)

        if self.destination._state_ == "writable" and not self.destination._isClosing_():
            self.lastWrite.then(act, act)
        else:
            act()

    def finalize(self, error: BaseException | None) -> None:
        self.writer.releaseLock()
        self.reader.releaseLock()
        if self.abortListener is not None:
            self.abortListener.dispose()
        if error is None:
            self.done.resolve()
        else:
            self.done.reject(error)


class _Asked(Promise):
    """What a tee asks its source for. A chunk comes in a microtask, as for everybody; the end is known at once."""

    __slots__ = ("onEnd", "onError")

    def __init__(self, onChunk: OnValue, onEnd: OnValue, onError: OnError) -> None:
        super().__init__()
        self.onEnd, self.onError = onEnd, onError
        self.then(onChunk, nothing)

    def resolve(self, value: Any = None) -> None:
        if value.done:
            self.onEnd(value)
        else:
            super().resolve(value)

    def reject(self, error: BaseException) -> None:
        self.onError(error)


class Tee:
    """One stream that feeds two; `branches` are these. It is read while either wants more."""

    isReading: bool
    readAgain: bool

    def __init__(self, source: ReadableStream, make: Callable[..., ReadableStream]) -> None:
        self.source = source
        self.reader: ReadableStreamDefaultReader = source.getReader()
        self.isReading = self.readAgain = False
        self.reasons: list[Any] = [None, None]
        self.cancelled: list[bool] = [False, False]
        self.over: Promise = Promise()  # the outcome of cancelling both

        self.branches: tuple[ReadableStream, ReadableStream] = make(self.hooksOf(0)), make(self.hooksOf(1))
        self.reader._closed_.then(nothing, self.fail)

    def hooksOf(self, index: int) -> dict[str, Any]:
        """The source of a branch."""
        return {"pull": self.pull, "cancel": lambda reason: self.cancel(index, reason)}

    def pull(self, controller: Any) -> None:
        if self.isReading:
            self.readAgain = True
            return
        self.isReading = True
        self.source._read_(self.asking(self.give))

    def asking(self, onChunk: OnValue) -> Promise:
        return _Asked(onChunk, self.close, self.stop)

    def give(self, result: Any) -> None:
        self.readAgain = False
        for branch in self.open():
            branch._enqueue_(result.value)
        self.isReading = False
        if self.readAgain:
            self.pull(None)

    def open(self) -> list[ReadableStream]:
        """The branches still in use."""
        return [branch for branch, cancelled in zip(self.branches, self.cancelled, strict=True) if not cancelled]

    def close(self, result: Any = None) -> None:
        self.isReading = False
        for branch in self.open():
            if branch._isOpen_():
                self.end(branch)
        if not all(self.cancelled):
            self.over.resolve()

    def end(self, branch: ReadableStream) -> None:
        branch._requestClose_()

    def stop(self, error: BaseException) -> None:
        self.isReading = False

    def fail(self, error: BaseException) -> None:
        for branch in self.branches:
            branch._fail_(error)
        if not all(self.cancelled):
            self.over.resolve()

    def cancel(self, index: int, reason: Any) -> Promise:
        self.cancelled[index], self.reasons[index] = True, reason
        if all(self.cancelled):
            self.source._giveUp_(list(self.reasons)).then(self.over.resolve, self.over.reject)
        return self.over
