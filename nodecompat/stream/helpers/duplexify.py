"""Duplex.from_: a Duplex made of a stream, an iterable, a function, a Deferred or a pair.

Follows lib/internal/streams/duplexify.js of Node 26 by behaviour.
"""

from __future__ import annotations

from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ...abort import AbortController
from ...errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE, AbortError
from ...events import fit
from ...reactor.loop import ticks
from ...reactor.loop.promised import Promised
from ..core.base import Callback
from ..core.duplex import Duplex
from ..core.predicates import (
    isBlob,
    isDuplexNodeStream,
    isIterable,
    isNodeStream,
    isReadable,
    isReadableNodeStream,
    isWebReadable,
    isWebTransform,
    isWebWritable,
    isWritable,
    isWritableNodeStream,
)
from ..core.promises import isThenable, microtask, settle, toDeferred
from ..core.readable import Readable
from ..core.state import nop
from .asynciostreams import asyncioPair
from .bridge import Bridge, objectModes
from .destroy import destroy
from .ends import isEnd, linkOf, sourceOf
from .files import canRead, isFile
from .finished import eos
from .from_ import fromIterable
from .oldstyle import wrapped

__all__ = ["Duplexify", "duplexify"]

BODY_TYPES = [
    "Blob",
    "ReadableStream",
    "WritableStream",
    "Stream",
    "Iterable",
    "AsyncIterable",
    "Function",
    "{ readable, writable } pair",
    "Promise",
]


class Duplexify(Duplex):
    """A Duplex made from another object.

    Emits: what Duplex emits.
    """

    __slots__ = ()
    __events__: dict[str, tuple[str, ...]] = Duplex.__events__


def duplexify(body: Any, name: str) -> Any:
    """Make a Duplex of `body`; `name` is the argument in error messages."""
    if isNodeStream(body):
        return _fromStream(body)
    if isWebReadable(body):
        return _pair(Readable.fromWeb(body), None)
    if isWebWritable(body):
        from ..core.writable import Writable

        return _pair(None, Writable.fromWeb(body))
    if isEnd(body):
        return _fromEnd(body, name)
    if isinstance(body, Mapping) or isWebTransform(body):
        return _fromSides(body, name)
    if isThenable(body):
        return _fromPromise(body)
    if isBlob(body):
        return _fromPromise(body.arrayBuffer())
    if callable(body):
        return _fromFunction(body, name)
    if isIterable(body):
        return fromIterable(Duplexify, body, {"objectMode": True, "writable": False})
    raise ERR_INVALID_ARG_TYPE(name, BODY_TYPES, body)


def _fromStream(body: Any) -> Any:
    if isDuplexNodeStream(body):
        return body
    if isReadableNodeStream(body):
        return _pair(body, None)
    return _pair(None, body if isWritableNodeStream(body) else None)


def _fromSides(body: Any, name: str) -> Any:
    sides = ("readable", "writable")
    readable, writable = (body.get(side) if isinstance(body, Mapping) else getattr(body, side) for side in sides)
    if not (_isObject(readable) or _isObject(writable)):
        raise ERR_INVALID_ARG_TYPE(name, BODY_TYPES, body)
    if isinstance(readable, StreamReader) and isinstance(writable, StreamWriter):
        return asyncioPair(Duplexify, readable, writable, name)
    if readable is not None and not isReadableNodeStream(readable):
        readable = sourceOf(readable, f"{name}.readable") if isEnd(readable) else duplexify(readable, name)
    if writable is not None and not isWritableNodeStream(writable):
        writable = linkOf(writable, f"{name}.writable", True) if isEnd(writable) else duplexify(writable, name)
    return _pair(readable, writable)


def _fromEnd(body: Any, name: str) -> Any:
    """A file, or one of asyncio's streams. What can be read is read."""
    if isinstance(body, StreamWriter) or (isFile(body) and not canRead(body)):
        return _pair(None, linkOf(body, name, True))
    return _pair(sourceOf(body, name), None)


def _isObject(value: Any) -> bool:
    """JavaScript's `typeof value === "object"`."""
    return value is not None and not callable(value) and not isinstance(value, (str, int, float))


def _fromPromise(body: Any) -> Any:
    def onValue(value: Any) -> None:
        if value is not None:
            stream.push(value)
        stream.push(None)

    stream = Duplexify(objectMode=True, writable=False, read=lambda: None)
    settle(body, onValue, lambda error: destroy(stream, error))
    return stream


def _pair(readable: Any, writable: Any) -> Any:
    """A Duplex that reads from one stream and writes to another."""
    if readable is not None and not callable(getattr(readable, "read", None)):
        readable = wrapped(readable)
    return _Pair(readable, writable).bridge


class _Pair:
    """Two streams and the Duplex in front of them."""

    def __init__(self, readable: Any, writable: Any) -> None:
        self.readable = readable
        self.writable = writable
        reads, writes = bool(isReadable(readable)), bool(isWritable(writable))
        modes = objectModes(writable, readable)
        self.bridge = Bridge(writable if writes else None, readable if reads else None, self.destroyBoth, modes)
        if writes:
            eos(writable, {}, lambda error: self.onDone(error, readable))
            writable.on("finish", self.bridge.headFinished)
        if reads:
            eos(readable, {}, lambda error: self.onDone(error, writable))

    def onDone(self, error: BaseException | None, other: Any) -> None:
        if error is not None:
            destroy(other, error)
        self.bridge.innerDone(error, False)

    def destroyBoth(self, error: BaseException | None) -> None:
        if not self.bridge._innerDone:
            destroy(self.writable, error)
            destroy(self.readable, error)


def _fromFunction(function: Any, name: str) -> Any:
    feed = _Feed()
    value = fit(function, 2)(feed.chunks(), {"signal": feed.controller.signal})
    if isDuplexNodeStream(value):  # a class, or a function that makes a stream
        return value
    if isIterable(value):
        return fromIterable(Duplexify, value, {"objectMode": True, **feed.hooks()})
    if not isThenable(value):
        raise ERR_INVALID_RETURN_VALUE("Iterable, AsyncIterable or AsyncFunction", name, value)
    return _fromAsyncFunction(toDeferred(value), feed)


def _fromAsyncFunction(result: Deferred[Any], feed: _Feed) -> Any:
    """A sink: what is written goes to an async function, which must return None."""
    outcome: Deferred[None] = Promised()
    ending = False

    def onValue(value: Any) -> None:
        if value is not None:
            onError(ERR_INVALID_RETURN_VALUE("nully", "body", value))
            return
        outcome.callback(None)
        if not ending:  # what is written from now on has no consumer
            destroy(stream)

    def onError(error: BaseException) -> None:
        outcome.callback(None)
        destroy(stream, error)

    def final(callback: Callback) -> None:
        nonlocal ending
        ending = True
        feed.finish(lambda: outcome.addCallback(lambda _: ticks.nextTick(callback)))

    settle(result, onValue, onError)
    hooks = {**feed.hooks(), "final": final}
    stream = Duplexify(objectMode=True, readable=False, **hooks)
    return stream


class _Feed:
    """What is written, as an async generator: the argument of a function that becomes a Duplex."""

    def __init__(self) -> None:
        self.controller = AbortController()
        self.waiting: Deferred[tuple[Any, bool, Any]] = Promised()

    def hooks(self) -> dict[str, Any]:
        return {"write": self.write, "final": self.finish, "destroy": self.destroy}

    async def chunks(self) -> AsyncGenerator[Any, None]:
        while True:
            if self.waiting.called:
                await microtask()  # an `await` in JavaScript never goes on at once
            chunk, done, callback = await self.waiting
            self.waiting = Promised()
            ticks.nextTick(callback)
            if done:
                return
            if self.controller.signal.aborted:
                raise AbortError.by(self.controller.signal)
            # As long as a `yield` takes in Node: the writer hears of the chunk before the function sees the next one.
            await microtask()
            await microtask()
            yield chunk

    def write(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        ticks.queueMicrotask(self.waiting.callback, (chunk, False, callback))

    def finish(self, callback: Callback) -> None:
        ticks.queueMicrotask(self.waiting.callback, (None, True, callback))

    def destroy(self, err: BaseException | None, callback: Callback) -> None:
        self.controller.abort()
        if not self.waiting.called:
            # A function waiting for more input ends.
            ticks.queueMicrotask(self._end, self.waiting)
        callback(err)

    @staticmethod
    def _end(waiting: Deferred[tuple[Any, bool, Any]]) -> None:
        if not waiting.called:
            waiting.callback((None, True, nop))
