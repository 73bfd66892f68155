"""Every argument of the functions of stream and events in turn replaced by a value that makes no sense: as in Node.

`arguments.cjs` plays the same in Node and makes the file of what came of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlog import later
from twisted.internet.defer import Deferred

from nodecompat import stream as S
from nodecompat.abort import AbortController
from nodecompat.events import EventEmitter, on, once
from nodecompat.stream import Duplex, PassThrough, Readable, Transform, Writable, promises
from nodecompat.stream.web import ReadableStream, TransformStream, WritableStream
from nodecompat.symbols import Symbol
from nodecompat.testing import network

RECORDED = json.loads((Path(__file__).parents[1] / "data" / "stream-arguments.json").read_text("utf-8"))
Call = Callable[[Any], Any]


class K:
    pass


def function() -> None:
    pass


VALUES: dict[str, Any] = {
    "one": 1,
    "x": "x",
    "true": True,
    "false": False,
    "zero": 0,
    "empty": "",
    "array": [],
    "array1": [1],
    "function": function,
    "symbol": Symbol("s"),
    "object": {},
    "bytes": b"x",
    "instance": K(),
    "nan": math.nan,
}
#: Where Node raises a TypeError without a code from inside, or the languages differ.
OTHERS = {
    ("drop count", "symbol"): "ok",
    ("take count", "symbol"): "ok",
    ("concurrency", "symbol"): "throws ERR_OUT_OF_RANGE",
    ("map highWaterMark", "symbol"): "throws ERR_OUT_OF_RANGE",
    ("read", "symbol"): "abcdef",
    # What can only be read is no destination: docs/departures.md.
    **{
        (call, value): "throws ERR_INVALID_ARG_TYPE"
        for call in ("compose second", "pipeline destination")
        for value in ("bytes", "array1", "array", "empty", "x")
    },
}


def A() -> Readable:
    stream: Readable = Readable.from_([1, 2])
    return stream


def R() -> Readable:
    return Readable(read=lambda: None)


def W() -> Any:
    return Writable(write=lambda chunk, encoding, callback: callback()).on("error", lambda: None)


def P() -> PassThrough:
    return PassThrough(objectMode=True)


def same(chunk: Any) -> Any:
    return chunk


def raised(stream: Any, call: Call) -> Deferred[str]:
    """What becomes of a stream: whether it tells of an error."""
    told: Deferred[str] = Deferred()

    def tell(word: str) -> None:
        if not told.called:
            told.callback(word)

    stream.on("error", lambda error: tell(f"error {getattr(error, 'code', None) or 'told'}"))
    try:
        call(stream)
    except Exception as error:
        told.errback(error)
    later(later, tell, "no error")
    return told


def waitOnce(options: Any) -> Deferred[list[Any]]:
    emitter = EventEmitter()
    waiting = once(emitter, "x", options)
    emitter.emit("x")
    return waiting


def read(size: Any) -> str:
    stream = R()
    stream.push("abcdef")
    stream.push("gh")
    return text(stream.read(size))


def text(value: Any) -> str:
    """JavaScript's String(value)."""
    if value is None:
        return "null"
    return value.decode() if isinstance(value, bytes) else str(value).lower()


FUNCTIONS: dict[str, Call] = {
    "Readable": Readable,
    "Writable": Writable,
    "Duplex": Duplex,
    "Transform": Transform,
    "PassThrough": PassThrough,
    "EventEmitter": EventEmitter,
    "duplexPair": S.duplexPair,
    "from": lambda o: Readable.from_([1], o),
    "iterator": lambda o: A().iterator(o),
    "pipe": lambda o: A().pipe(P(), o),
    "map": lambda o: A().map(same, o),
    "filter": lambda o: A().filter(same, o),
    "flatMap": lambda o: A().flatMap(lambda chunk: [chunk], o),
    "drop": lambda o: A().drop(1, o),
    "take": lambda o: A().take(1, o),
    "compose": lambda o: A().compose(P(), o),
    "forEach": lambda o: A().forEach(same, o),
    "some": lambda o: A().some(same, o),
    "every": lambda o: A().every(same, o),
    "find": lambda o: A().find(same, o),
    "reduce": lambda o: A().reduce(lambda one, other: one, 0, o),
    "toArray": lambda o: A().toArray(o),
    "finished": lambda o: S.finished(A().resume(), o, function),
    "promises.finished": lambda o: promises.finished(A().resume(), o),
    "cleanup": lambda o: promises.finished(A().resume(), {"cleanup": o}),
    "once": waitOnce,
    "on": lambda o: on(EventEmitter(), "x", o),
    "on close": lambda o: on(EventEmitter(), "x", {"close": o}),
    "on highWaterMark": lambda o: on(EventEmitter(), "x", {"highWaterMark": o}),
    "once emitter": lambda o: once(o, "x"),
    "on emitter": lambda o: on(o, "x"),
    "Readable.toWeb": lambda o: Readable.toWeb(A(), o),
    "Readable.fromWeb": lambda o: Readable.fromWeb(ReadableStream(), o),
    "Writable.fromWeb": lambda o: Writable.fromWeb(WritableStream(), o),
    "Duplex.fromWeb": lambda o: Duplex.fromWeb(TransformStream(), o),
    "Duplex.toWeb": lambda o: Duplex.toWeb(P(), o),
    "map function": lambda o: A().map(o),
    "forEach function": lambda o: A().forEach(o),
    "reduce function": lambda o: A().reduce(o),
    "drop count": lambda o: A().drop(o),
    "take count": lambda o: A().take(o),
    "concurrency": lambda o: A().map(same, {"concurrency": o}),
    "map highWaterMark": lambda o: A().map(same, {"highWaterMark": o}),
    "map signal": lambda o: A().map(same, {"signal": o}),
    "setEncoding": lambda o: A().setEncoding(o),
    "setDefaultEncoding": lambda o: W().setDefaultEncoding(o),
    "addAbortSignal signal": lambda o: S.addAbortSignal(o, A()),
    "addAbortSignal stream": lambda o: S.addAbortSignal(AbortController().signal, o),
    "compose first": lambda o: S.compose(o),
    "compose second": lambda o: S.compose(A(), o),
    "Duplex.from": lambda o: Duplex.from_(o),
    "Readable.from": lambda o: Readable.from_(o),
    "finished callback": lambda o: S.finished(A(), o),
    "finished stream": lambda o: S.finished(o, function),
    "pipeline source": lambda o: S.pipeline(o, P(), function),
    "pipeline destination": lambda o: S.pipeline(A(), o, function),
    "pipeline callback": lambda o: S.pipeline(A(), P(), o),
    "isReadable": lambda o: text(S.isReadable(o)),
    "isWritable": lambda o: text(S.isWritable(o)),
    "isErrored": lambda o: text(S.isErrored(o)),
    "isDisturbed": lambda o: text(S.isDisturbed(o)),
    "write": lambda o: W().write(o),
    "write encoding": lambda o: W().write("x", o),
    "write callback": lambda o: W().write("x", "utf8", o),
    "end": lambda o: W().end(o),
    "end callback": lambda o: W().end("x", "utf8", o),
    "push": lambda o: raised(R(), lambda stream: stream.push(o)),
    "push encoding": lambda o: raised(R(), lambda stream: stream.push("ab", o)),
    "unshift": lambda o: raised(R(), lambda stream: stream.unshift(o)),
    "unshift encoding": lambda o: raised(R(), lambda stream: stream.unshift("ab", o)),
    "read": read,
    "highWaterMark": lambda o: Readable(highWaterMark=o),
    "encoding": lambda o: Readable(encoding=o),
    "writable defaultEncoding": lambda o: Writable(defaultEncoding=o),
    "readable defaultEncoding": lambda o: Readable(defaultEncoding=o),
    "signal": lambda o: Readable(signal=o),
    "emitter.on": lambda o: EventEmitter().on("x", o),
    "emitter.off": lambda o: EventEmitter().off("x", o),
    "setMaxListeners": lambda o: EventEmitter().setMaxListeners(o),
    "unpipe": lambda o: A().unpipe(o),
    "destroy": lambda o: raised(R(), lambda stream: stream.destroy(o)),
    "destroy callback": lambda o: raised(R(), lambda stream: stream.destroy(None, o)),
    "error of _write": lambda o: raised(Writable(write=lambda c, e, cb: cb(o)), lambda stream: stream.write("x")),
    "error of _final": lambda o: raised(Writable(final=lambda cb: cb(o)), lambda stream: stream.end()),
    "error of _destroy": lambda o: raised(Writable(destroy=lambda e, cb: cb(o)), lambda stream: stream.destroy()),
    "error of _construct": lambda o: raised(Writable(construct=lambda cb: cb(o)), lambda stream: None),
    "error of _transform": lambda o: raised(Transform(transform=lambda c, e, cb: cb(o)), lambda t: t.write("x")),
    "error of _flush": lambda o: raised(Transform(flush=lambda cb: cb(o)), lambda stream: stream.end()),
}


def word(error: BaseException) -> str:
    return str(getattr(error, "code", None) or getattr(error, "name", None) or type(error).__name__)


def outcome(call: Call, value: Any) -> str:
    with network() as net:
        try:
            result = call(value)
        except Exception as error:
            return f"throws {word(error)}"
        if isinstance(result, str):
            return result
        if not isinstance(result, Deferred):
            net.run()
            return "ok"
        told: list[str] = []
        result.addCallbacks(
            lambda value: told.append(value if isinstance(value, str) else "resolves"),
            lambda failure: told.append(f"rejects {word(failure.value)}"),
        )
        net.run()
        return told[0]


@pytest.mark.parametrize("name", FUNCTIONS)
def testArgumentsThatMakeNoSense(name: str) -> None:
    wanted = {value: OTHERS.get((name, value), what) for value, what in RECORDED[name].items()}
    assert {value: outcome(FUNCTIONS[name], given) for value, given in VALUES.items()} == wanted


def testNoFunctionIsForgotten() -> None:
    assert set(FUNCTIONS) == set(RECORDED)
