"""The stack comes to its end in the middle of a call: whatever was under way, the RecursionError is not lost.

A call is made with room for 2, 3, 4 … more frames, so that the end comes at every place in turn. It raises, or somebody
is told, or the exception is uncaught; it never happens that nobody hears of anything.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from streamlog import start

from nodecompat.abort import AbortController
from nodecompat.events import EventEmitter, once
from nodecompat.reactor.loop import ticks
from nodecompat.stream import (
    Duplex,
    PassThrough,
    Readable,
    Transform,
    Writable,
    compose,
    duplexPair,
    finished,
    pipeline,
    promises,
)
from nodecompat.stream.web import ReadableStream, TransformStream, WritableStream
from nodecompat.testing import network

Log = list[str]
Call = Callable[[], object]
LIMIT = 500  # frames; those of the test runner count, too
ROOM = range(2, 60)


def deep(frames: int, call: Call) -> object:
    return deep(frames - 1, call) if frames else call()


def depth() -> int:
    frame, count = sys._getframe(), 0
    while frame is not None:
        frame, count = frame.f_back, count + 1  # type: ignore[assignment]
    return count


def told(log: Log, word: str) -> Callable[..., None]:
    return lambda value=None: log.append(f"{word} {type(getattr(value, 'value', value)).__name__}")


def watched(stream: Any, log: Log) -> Any:
    for event in ("error", "end", "finish", "close"):
        stream.on(event, told(log, event))
    return stream


def taker() -> Writable:
    return Writable(objectMode=True, write=lambda chunk, encoding, callback: callback())


async def collect(chunks: Any) -> None:
    async for _ in chunks:
        pass


async def same(chunks: Any) -> AsyncIterator[Any]:
    async for chunk in chunks:
        yield chunk


def letters() -> Readable:
    stream: Readable = Readable.from_(["a", "b"])
    return stream


def throughPipes(log: Log) -> Call:
    links = [PassThrough() for _ in range(5)]
    pipeline(*links, taker(), told(log, "done"))
    return lambda: links[0].end("x")


def throughGenerators(log: Log) -> Call:
    stream = letters()
    return lambda: pipeline(stream, same, same, taker(), told(log, "done"))


def promisedPipeline(log: Log) -> Call:
    stream = letters()
    return lambda: promises.pipeline(stream, PassThrough(objectMode=True), taker()).addBoth(told(log, "done"))


def promisedEnd(log: Log) -> Call:
    stream = letters()
    return lambda: promises.finished(stream.resume()).addBoth(told(log, "done"))


def watchedEnd(log: Log) -> Call:
    stream = letters()
    return lambda: finished(stream.resume(), told(log, "done"))


def iteration(log: Log) -> Call:
    stream = letters()
    return lambda: start(collect(stream)).addBoth(told(log, "done"))


def helpers(log: Log) -> Call:
    stream = letters().map(str).filter(bool)
    return lambda: stream.toArray().addBoth(told(log, "done"))


def composition(log: Log) -> Call:
    stream = watched(compose(PassThrough(), PassThrough()), log).resume()
    return lambda: stream.end("x")


def aFunction(log: Log) -> Call:
    stream = watched(Duplex.from_(collect), log)
    return lambda: stream.end("x")


def destruction(log: Log) -> Call:
    stream = watched(Readable(read=lambda: None), log)
    return lambda: stream.destroy(ValueError())


def abortion(log: Log) -> Call:
    controller = AbortController()
    watched(Readable(read=lambda: None, signal=controller.signal), log)
    return controller.abort


def transformation(log: Log) -> Call:
    stream = Transform(transform=lambda chunk, encoding, callback: callback(None, chunk), flush=lambda cb: cb())
    return lambda: watched(stream, log).resume().end("x")


def finalWrite(log: Log) -> Call:
    stream = watched(Writable(write=lambda c, e, callback: callback(), final=lambda callback: callback()), log)
    return lambda: stream.end("x")


def aPair(log: Log) -> Call:
    one, other = duplexPair()
    watched(other, log).resume()
    return lambda: watched(one, log).end("x")


def anEvent(log: Log) -> Call:
    emitter = EventEmitter()
    once(emitter, "x").addBoth(told(log, "done"))
    return lambda: emitter.emit("x")


def webTransform(log: Log) -> Call:
    async def main() -> None:
        await collect(ReadableStream.from_(["a"]).pipeThrough(TransformStream()))

    return lambda: start(main()).addBoth(told(log, "done"))


def webPipe(log: Log) -> Call:
    stream = ReadableStream.from_(["a"])
    return lambda: stream.pipeTo(WritableStream()).addBoth(told(log, "done"))


CASES = [
    *(throughPipes, throughGenerators, promisedPipeline, promisedEnd, watchedEnd, iteration, helpers, composition),
    *(aFunction, destruction, abortion, transformation, finalWrite, aPair, anEvent, webTransform, webPipe),
]


def outcome(make: Callable[[Log], Call], room: int) -> list[str]:
    """What somebody heard of a call that was made with so much room on the stack."""
    log: Log = []
    with network() as net:
        call = make(log)
        net.run()

        def go() -> None:
            before = sys.getrecursionlimit()
            sys.setrecursionlimit(LIMIT)
            try:
                deep(LIMIT - depth() - room, call)
            except RecursionError:
                log.append("raised")
            finally:
                sys.setrecursionlimit(before)

        ticks.call(go)
        net.run()
        log += [f"uncaught {type(fault).__name__}" for fault in net.faults]
        net.faults.clear()
    return log


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("make", CASES)
def testTheEndOfTheStackIsNotLost(make: Callable[[Log], Call], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", lambda info: None)  # pytest's own has no room on the stack either
    heard = {room: outcome(make, room) for room in ROOM}
    gc.collect()
    assert [room for room, log in heard.items() if not log] == []
    assert "RecursionError" in str(heard) or "raised" in str(heard)


def testAWakeUpThatFailedIsAskedForAgain(monkeypatch: pytest.MonkeyPatch) -> None:
    class Host:
        asked: list[Any] = []

        def callSoon(self, callback: Any) -> None:
            self.asked.append(callback)
            if len(self.asked) == 1:
                raise RecursionError

    host = Host()
    monkeypatch.setattr(ticks.host, "current", lambda: host)
    loop = ticks.Loop()
    with pytest.raises(RecursionError):
        loop.nextTick(print)
    loop.nextTick(print)
    loop.nextTick(print)
    assert len(host.asked) == 2
