"""From Node's streams to those of the web and back.

Follows lib/internal/webstreams/adapters.js of Node 26 by behaviour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ..errors import ERR_INVALID_ARG_TYPE, AbortError
from ..reactor.ticks import nextTick
from ..validators import validateObject
from .awaiting import settle
from .base import Callback
from .destroy import destroy
from .endofstream import eos
from .utils import isDestroyed, isReadable, isReadableNodeStream, isWebReadable, isWebWritable, isWritable
from .utils import isWritableNodeStream as isWritableStream
from .web import ReadableStream, WritableStream
from .webcommon import asError


def _requireWeb(value: Any, name: str, cls: str, test: Callable[[Any], bool]) -> Any:
    if not test(value):
        raise ERR_INVALID_ARG_TYPE(name, cls, value)
    return value


def readableToWeb(stream: Any, options: Mapping[str, Any]) -> ReadableStream:
    """A ReadableStream of what a Readable gives."""
    if not isReadableNodeStream(stream):
        raise ERR_INVALID_ARG_TYPE("streamReadable", "stream.Readable", stream)
    if isDestroyed(stream) or not isReadable(stream):
        closed = ReadableStream()
        closed._giveUp(None).addErrback(lambda failure: None)
        return closed
    return _ReadableToWeb(stream, options.get("strategy")).web


class _ReadableToWeb:
    """A Readable under a ReadableStream."""

    def __init__(self, stream: Any, strategy: Mapping[str, Any] | None) -> None:
        self.stream = stream
        mark = stream.readableHighWaterMark
        size = None if stream.readableObjectMode else len
        self.web = ReadableStream(self, strategy or {"highWaterMark": mark, "size": size})
        stream.pause()
        self.cleanup = eos(stream, {"writable": False}, self.onDone)
        stream.on("data", self.onData)

    def onData(self, chunk: Any) -> None:
        self.web._enqueue(chunk)
        if (self.web._desiredSize() or 0) <= 0:
            self.stream.pause()

    def onDone(self, error: BaseException | None = None) -> None:
        if getattr(error, "code", None) == "ERR_STREAM_PREMATURE_CLOSE":
            error = AbortError(cause=error)
        self.cleanup()
        # What comes after the end of the iteration has nobody to hear it.
        self.stream.on("error", lambda: None)
        if error is not None:
            self.web._fail(error)
        elif self.web._isReadable and not self.web._closeRequested:
            self.web._requestClose()

    def pull(self, controller: Any) -> None:
        self.stream.resume()

    def cancel(self, reason: Any) -> None:
        destroy(self.stream, None if reason is None else asError(reason))


def readableFromWeb(cls: Any, web: Any, options: Mapping[str, Any]) -> Any:
    """A Readable of what a ReadableStream gives."""
    _requireWeb(web, "readableStream", "ReadableStream", isWebReadable)
    return _ReadableFromWeb(cls, web, options).stream


class _Reading:
    """Reads from a ReadableStream into a Readable."""

    def __init__(self, web: Any) -> None:
        self.reader = web.getReader()
        self.stream: Any = None
        self.closed = False
        settle(self.reader.closed, self.onClosed, self.onFailed)

    def onClosed(self, value: Any) -> None:
        self.closed = True

    def onFailed(self, error: BaseException) -> None:
        self.closed = True
        destroy(self.stream, error)

    def read(self) -> None:
        settle(self.reader.read(), self.onResult, lambda error: destroy(self.stream, error))

    def onResult(self, result: Any) -> None:
        self.stream.push(None if result.done else result.value)

    def giveUp(self, error: BaseException | None, done: Callable[[], object]) -> None:
        if self.closed:
            done()
        else:
            settle(self.reader.cancel(error), lambda value: done(), lambda failure: done())


class _ReadableFromWeb(_Reading):
    """A Readable over a ReadableStream."""

    def __init__(self, cls: Any, web: Any, options: Mapping[str, Any]) -> None:
        super().__init__(web)
        self.stream = cls({**options, "read": lambda size: self.read(), "destroy": self.destroy})

    def destroy(self, error: BaseException | None, callback: Callback) -> None:
        self.giveUp(error, lambda: nextTick(callback, error))


def writableToWeb(stream: Any) -> WritableStream:
    """A WritableStream that writes into a Writable."""
    if not isWritableStream(stream):
        raise ERR_INVALID_ARG_TYPE("streamWritable", "stream.Writable", stream)
    if isDestroyed(stream) or not isWritable(stream):
        closed = WritableStream()
        closed._requestClose().addErrback(lambda failure: None)
        return closed
    return _WritableToWeb(stream).web


class _WritableToWeb:
    """A Writable under a WritableStream."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.drained: Deferred[None] | None = None
        self.ended: Deferred[None] | None = None
        mark = stream.writableHighWaterMark
        size = None if stream.writableObjectMode else len
        self.web = WritableStream(self, {"highWaterMark": mark, "size": size})
        self.cleanup = eos(stream, {"readable": False}, self.onDone)
        stream.on("drain", self.onDrain)

    def onDrain(self) -> None:
        waiting, self.drained = self.drained, None
        if waiting is not None:
            waiting.callback(None)

    def onDone(self, error: BaseException | None = None) -> None:
        if getattr(error, "code", None) == "ERR_STREAM_PREMATURE_CLOSE":
            error = AbortError(cause=error)
        self.cleanup()
        self.stream.on("error", lambda: None)
        ended, self.ended = self.ended, None
        if error is not None:
            self.web._fail(error)
        elif ended is None and self.web._isWritable:
            self.web._fail(AbortError())
        if ended is not None:
            ended.callback(None)

    def write(self, chunk: Any) -> Deferred[None] | None:
        if self.stream.writableNeedDrain or not self.stream.write(chunk):
            self.drained = Deferred()
            return self.drained
        return None

    def abort(self, reason: Any) -> None:
        destroy(self.stream, None if reason is None else asError(reason))

    def close(self) -> Deferred[None]:
        self.ended = waiting = Deferred[None]()
        self.stream.end()
        return waiting


def writableFromWeb(cls: Any, web: Any, options: Mapping[str, Any]) -> Any:
    """A Writable that writes into a WritableStream."""
    _requireWeb(web, "writableStream", "WritableStream", isWebWritable)
    return _WritableFromWeb(cls, web, options).stream


class _Writing:
    """Writes from a Writable into a WritableStream."""

    def __init__(self, web: Any) -> None:
        self.writer = web.getWriter()
        self.stream: Any = None
        self.closed = False
        settle(self.writer.closed, self.onClosed, self.onFailed)

    def onClosed(self, value: Any) -> None:
        self.closed = True

    def onFailed(self, error: BaseException) -> None:
        self.closed = True
        destroy(self.stream, error)

    def write(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        def ready(value: Any) -> None:
            settle(self.writer.write(chunk), lambda value: nextTick(callback), lambda error: nextTick(callback, error))

        settle(self.writer.ready, ready, lambda error: nextTick(callback, error))

    def final(self, callback: Callback) -> None:
        if self.closed:
            callback()
        else:
            settle(self.writer.close(), lambda value: nextTick(callback), lambda error: nextTick(callback, error))

    def giveUp(self, error: BaseException | None, done: Callable[[], object]) -> None:
        if self.closed:
            done()
        elif error is not None:
            settle(self.writer.abort(error), lambda value: done(), lambda failure: done())
        else:
            settle(self.writer.close(), lambda value: done(), lambda failure: done())


class _WritableFromWeb(_Writing):
    """A Writable over a WritableStream."""

    def __init__(self, cls: Any, web: Any, options: Mapping[str, Any]) -> None:
        super().__init__(web)
        hooks = {"write": self.write, "final": self.final, "destroy": self.destroy}
        self.stream = cls({**options, **hooks})

    def destroy(self, error: BaseException | None, callback: Callback) -> None:
        self.giveUp(error, lambda: nextTick(callback, error))


def duplexToWeb(duplex: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """A pair of web streams over the two sides of a Duplex."""
    if not (isReadableNodeStream(duplex) or isWritableStream(duplex)):
        raise ERR_INVALID_ARG_TYPE("duplex", "stream.Duplex", duplex)
    return {"writable": writableToWeb(duplex), "readable": readableToWeb(duplex, options)}


def duplexFromWeb(cls: Any, pair: Any, options: Mapping[str, Any]) -> Any:
    """A Duplex over a pair of web streams."""
    validateObject(pair, "pair")
    names = ("readable", "writable")
    readable, writable = (pair.get(n) if isinstance(pair, Mapping) else getattr(pair, n, None) for n in names)
    _requireWeb(readable, "pair.readable", "ReadableStream", isWebReadable)
    _requireWeb(writable, "pair.writable", "WritableStream", isWebWritable)
    reading, writing = _Reading(readable), _Writing(writable)

    def end(error: BaseException | None, callback: Callback) -> None:
        reading.giveUp(error, lambda: writing.giveUp(error, lambda: nextTick(callback, error)))

    hooks = {"read": lambda size: reading.read(), "write": writing.write, "final": writing.final, "destroy": end}
    reading.stream = writing.stream = cls({**options, **hooks})
    return reading.stream


def watchWebStream(web: Any, options: Mapping[str, Any], callback: Callback) -> Callable[[], None]:
    """`finished` of a web stream."""
    waiting = True

    def done(error: BaseException | None = None) -> None:
        if waiting:
            nextTick(callback, error)

    def cleanup() -> None:
        nonlocal waiting
        waiting = False

    settle(web._closed.wait(), lambda value: done(), done)
    return cleanup
