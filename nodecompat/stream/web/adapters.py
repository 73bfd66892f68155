"""From Node's streams to those of the web and back.

Follows lib/internal/webstreams/adapters.js of Node 26 by behaviour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ...encodings import isEncoding
from ...errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, AbortError
from ...events import addAbortListener
from ...reactor.loop.promised import Promised
from ...reactor.loop.ticks import nextTick, queueMicrotask
from ...validators import validateBoolean, validateObject, validateOneOf
from ..core.base import Callback
from ..core.predicates import (
    isReadable,
    isReadableNodeStream,
    isWebReadable,
    isWebWritable,
    isWritable,
    readState,
    writeState,
)
from ..core.predicates import isWritableNodeStream as isWritableStream
from ..core.promises import NoReason
from ..helpers.destroy import destroy
from ..helpers.finished import eos
from . import ReadableStream, WritableStream
from .bytes import finishBytes
from .common import allOf, asError


def _requireWeb(value: Any, name: str, cls: str, test: Callable[[Any], bool]) -> Any:
    if not test(value):
        raise ERR_INVALID_ARG_TYPE(name, cls, value)
    return value


def _reason(error: BaseException) -> BaseException | None:
    """A web stream's error as a stream's: None if there was no reason."""
    return None if isinstance(error, NoReason) else error


def _sizeOf(chunk: Any) -> int:
    return len(chunk) if isinstance(chunk, (str, bytes, bytearray, memoryview)) else 1


def _checkOptions(options: Mapping[str, Any], *booleans: str) -> None:
    """Stricter than the streams' own constructors, as in Node."""
    for name in booleans:
        if options.get(name) is not None:
            validateBoolean(options[name], f"options.{name}")
    encoding = options.get("encoding")
    if encoding is not None and not isEncoding(encoding):
        raise ERR_INVALID_ARG_VALUE("options.encoding", encoding)


def readableToWeb(stream: Any, options: Mapping[str, Any]) -> ReadableStream:
    """A ReadableStream of what a Readable gives."""
    if not isReadableNodeStream(stream):
        raise ERR_INVALID_ARG_TYPE("streamReadable", "stream.Readable", stream)
    type = options.get("readableType", options.get("type"))
    _checkType(type)
    return _ReadableToWeb(stream, options.get("strategy"), type).web


def _checkType(type: Any) -> None:
    validateOneOf(type, "options.type", ["bytes", None])


def _closedReadable(type: str | None) -> ReadableStream:
    closed = ReadableStream({"type": type})
    closed._giveUp_(None)
    return closed


class _ReadableToWeb:
    """A Readable under a ReadableStream."""

    def __init__(self, stream: Any, strategy: Mapping[str, Any] | None, type: str | None) -> None:
        self.stream = stream
        self.type = type
        mark = stream.readableHighWaterMark
        size = None if stream.readableObjectMode else _sizeOf
        given = strategy or {"highWaterMark": mark, "size": size}
        self.web = ReadableStream(self, given if type is None else {"highWaterMark": given.get("highWaterMark")})
        stream.pause()
        self.cleanup = eos(stream, {"writable": False}, self.onDone)
        stream.on("data", self.onData)

    def onData(self, chunk: Any) -> None:
        self.web._controller_.enqueue(chunk)
        if (self.web._desiredSize_() or 0) <= 0:
            self.stream.pause()

    def onDone(self, error: BaseException | None = None) -> None:
        if getattr(error, "code", None) == "ERR_STREAM_PREMATURE_CLOSE":
            error = AbortError(cause=error)
        self.cleanup()
        # Errors after the end have no listener.
        self.stream.on("error", lambda: None)
        if error is not None:
            self.web._fail_(error)
        elif self.web._isOpen_():
            if self.type is None:
                self.web._requestClose_()
            else:
                finishBytes(self.web._controller_)

    def pull(self, controller: Any) -> None:
        self.stream.resume()

    def cancel(self, reason: Any) -> None:
        destroy(self.stream, None if reason is None else asError(reason))


def readableFromWeb(cls: Any, web: Any, options: Mapping[str, Any]) -> Any:
    """A Readable of what a ReadableStream gives."""
    _requireWeb(web, "readableStream", "ReadableStream", isWebReadable)
    _checkOptions(options, "objectMode")
    return _ReadableFromWeb(cls, web, options).stream


class _Reading:
    """Reads from a ReadableStream into a Readable."""

    def __init__(self, web: Any) -> None:
        self.web = web
        self.reader = web.getReader()
        self.stream: Any = None
        self.closed = False
        self.reader._closed_.then(self.onClosed, self.onFailed)

    def onClosed(self, value: Any) -> None:
        self.closed = True

    def onFailed(self, error: BaseException) -> None:
        self.closed = True
        destroy(self.stream, _reason(error))

    def read(self) -> None:
        self.web._read_().then(self.onResult, lambda error: destroy(self.stream, _reason(error)))

    def onResult(self, result: Any) -> None:
        self.stream.push(None if result.done else result.value)

    def giveUp(self, error: BaseException | None, done: Callable[[], object]) -> None:
        if self.closed:
            done()
        else:
            self.web._giveUp_(error).then(lambda value: done(), lambda failure: done())


class _ReadableFromWeb(_Reading):
    """A Readable over a ReadableStream."""

    def __init__(self, cls: Any, web: Any, options: Mapping[str, Any]) -> None:
        super().__init__(web)
        self.stream = cls({**options, "read": lambda size: self.read(), "destroy": self.destroy})

    def destroy(self, error: BaseException | None, callback: Callback) -> None:
        self.giveUp(error, lambda: callback(error))


def writableToWeb(stream: Any) -> WritableStream:
    """A WritableStream that writes into a Writable."""
    if not isWritableStream(stream):
        raise ERR_INVALID_ARG_TYPE("streamWritable", "stream.Writable", stream)
    return _WritableToWeb(stream).web if isWritable(stream) else _closedWritable()


def _closedWritable() -> WritableStream:
    closed = WritableStream()
    closed._requestClose_()
    return closed


class _WritableToWeb:
    """A Writable under a WritableStream."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.drained: Deferred[None] | None = None
        self.ended: Deferred[None] | None = None
        mark = stream.writableHighWaterMark
        size = None if stream.writableObjectMode else _sizeOf
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
        drained, self.drained = self.drained, None
        if error is not None:
            for waiting in (drained, ended):
                if waiting is not None:
                    waiting.errback(error)
            self.web._fail_(error)
        elif ended is not None:
            ended.callback(None)
        else:
            self.web._fail_(AbortError())

    def write(self, chunk: Any) -> Deferred[None] | None:
        self.stream.write(chunk)
        if self.stream.writableNeedDrain:
            self.drained = Promised()
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
    _checkOptions(options, "objectMode", "decodeStrings")
    return _WritableFromWeb(cls, web, options).stream


class _Writing:
    """Writes from a Writable into a WritableStream."""

    def __init__(self, web: Any) -> None:
        self.web = web
        self.writer = web.getWriter()
        self.stream: Any = None
        self.closed = False
        self.writer._closed_.then(self.onClosed, self.onFailed)

    def onClosed(self, value: Any) -> None:
        self.closed = True

    def onFailed(self, error: BaseException) -> None:
        self.closed = True
        destroy(self.stream, _reason(error))

    def calling(self, callback: Callback) -> Callback:
        """The callback of a hook; what it raises is an error of the stream."""

        def done(error: BaseException | None = None) -> None:
            try:
                callback(None if error is None else _reason(error))
            except Exception as failure:
                nextTick(destroy, self.stream, failure)

        return done

    def write(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        done = self.calling(callback)

        def ready(value: Any) -> None:
            self.web._put_(chunk).then(lambda value: done(), done)

        self.writer._ready_.then(ready, done)

    def writev(self, chunks: list[Any], callback: Callback) -> None:
        callback = self.calling(callback)
        waiting = len(chunks)

        def one(value: Any) -> None:
            nonlocal waiting
            waiting -= 1
            if waiting == 0:
                callback()

        def failed(error: BaseException) -> None:
            nonlocal waiting
            if waiting > 0:
                waiting = -1
                callback(error)

        def ready(value: Any) -> None:
            for write in chunks:
                self.web._put_(write.chunk).then(one, failed)

        self.writer._ready_.then(ready, callback)

    def final(self, callback: Callback) -> None:
        if self.closed:
            callback()
        else:
            done = self.calling(callback)
            self.web._requestClose_().then(lambda value: done(), done)

    def giveUp(self, error: BaseException | None, done: Callable[[], object]) -> None:
        if self.closed:
            done()
        elif error is not None:
            self.web._giveUp_(error).then(lambda value: done(), lambda failure: done())
        else:
            self.web._requestClose_().then(lambda value: done(), lambda failure: done())


class _WritableFromWeb(_Writing):
    """A Writable over a WritableStream."""

    def __init__(self, cls: Any, web: Any, options: Mapping[str, Any]) -> None:
        super().__init__(web)
        hooks = {"write": self.write, "writev": self.writev, "final": self.final, "destroy": self.destroy}
        self.stream = cls({**options, **hooks})

    def destroy(self, error: BaseException | None, callback: Callback) -> None:
        self.giveUp(error, lambda: callback(error))


def duplexToWeb(duplex: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """A pair of web streams over the two sides of a Duplex."""
    if readState(duplex) is None or writeState(duplex) is None:
        raise ERR_INVALID_ARG_TYPE("duplex", "stream.Duplex", duplex)
    type = options.get("readableType", options.get("type"))
    _checkType(type)
    return {
        "writable": writableToWeb(duplex) if isWritable(duplex) else _closedWritable(),
        "readable": readableToWeb(duplex, options) if isReadable(duplex) else _closedReadable(type),
    }


def duplexFromWeb(cls: Any, pair: Any, options: Mapping[str, Any]) -> Any:
    """A Duplex over a pair of web streams."""
    validateObject(pair, "pair")
    names = ("readable", "writable")
    readable, writable = (pair.get(n) if isinstance(pair, Mapping) else getattr(pair, n, None) for n in names)
    _requireWeb(readable, "pair.readable", "ReadableStream", isWebReadable)
    _requireWeb(writable, "pair.writable", "WritableStream", isWebWritable)
    _checkOptions(options, "objectMode")
    reading, writing = _Reading(readable), _Writing(writable)

    def end(error: BaseException | None, callback: Callback) -> None:
        ends = [side.web._giveUp_(error) for side in (writing, reading) if not side.closed]
        if ends:
            # A microtask more, as in Node: a read that waits ends the stream first.
            both = allOf(ends)
            both.then(lambda value: queueMicrotask(callback, error), lambda failure: queueMicrotask(callback, error))
        else:
            callback(error)

    hooks = {
        "read": lambda size: reading.read(),
        "write": writing.write,
        "writev": writing.writev,
        "final": writing.final,
        "destroy": end,
    }
    reading.stream = writing.stream = cls({**options, **hooks})
    return reading.stream


def watchWebStream(web: Any, options: Mapping[str, Any], callback: Callback) -> Callable[[], None]:
    """`finished` of a web stream."""
    waiting = True
    signal: Any = options.get("signal")
    abortListener: Any = None

    def cleanup() -> None:
        nonlocal waiting
        waiting = False
        if abortListener is not None:
            abortListener.dispose()

    def abort() -> None:
        if waiting:
            cleanup()
            callback(AbortError.by(signal))

    def done(error: BaseException | None = None) -> None:
        if waiting:
            cleanup()
            nextTick(callback, error)

    if signal is not None:
        if signal.aborted:
            nextTick(abort)
        else:
            abortListener = addAbortListener(signal, abort)
    web._closed_.then(lambda value: done(), done)
    return cleanup
