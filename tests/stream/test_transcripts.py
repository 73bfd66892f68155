"""What Node does with streams, done again."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from transcript import Env, names, none, reproduce
from twisted.internet.defer import Deferred

from nodecompat import stream
from nodecompat.reactor.loop import ticks


async def cork(env: Env) -> None:
    def writev(chunks: Any, callback: Any) -> None:
        env.log("sink", "writev", [entry.chunk.decode() for entry in chunks])
        callback()

    sink = stream.Writable(writev=writev)
    env.watch("sink", sink, ("drain", "finish", "close"))
    sink.cork()
    for letter in ("a", "b", "c"):
        sink.write(letter, lambda letter=letter: env.log("sink", "callback-" + letter))
    env.log("sink", "corked", sink.writableCorked, sink.writableLength)
    sink.uncork()
    env.log("sink", "uncorked", sink.writableLength)
    sink.end("d", lambda: env.log("sink", "end-callback"))
    await env.once(sink, "close")


async def pipe(env: Env) -> None:
    def write(chunk: bytes, encoding: str, callback: Any) -> None:
        env.log("sink", "write", chunk.decode())
        env.later(5, callback)

    env.joinData = False
    source = stream.Readable(read=lambda: None)
    sink = stream.Writable(highWaterMark=2, write=write)
    env.watch("source", source, ("data", "pause", "resume", "end", "close"))
    env.watch("sink", sink, ("pipe", "unpipe", "drain", "finish", "close"), {"pipe": none, "unpipe": none})
    source.pipe(sink)
    for chunk in ("abc", "def", None):
        source.push(chunk)
    await env.once(sink, "close")


async def pipelineError(env: Env) -> None:
    def transform(chunk: Any, encoding: Any, callback: Any) -> None:
        callback(Exception("bad b") if chunk == b"b" else None, chunk)

    def write(chunk: bytes, encoding: str, callback: Any) -> None:
        env.log("sink", "got", chunk.decode())
        callback()

    source = stream.Readable.from_(["a", "b", "c"])
    middle, sink = stream.Transform(transform=transform), stream.Writable(write=write)
    env.watch("source", source, ("end", "error", "close"))
    env.watch("transform", middle, ("end", "finish", "error", "close"))
    env.watch("sink", sink, ("finish", "error", "close"))
    done: Deferred[None] = Deferred()

    def callback(error: Any) -> None:
        env.log("pipeline", "callback", error)
        ticks.queueMicrotask(done.callback, None)

    stream.pipeline(source, middle, sink, callback)
    await done
    await env.sleep(5)
    env.log("pipeline", "destroyed", source.destroyed, middle.destroyed, sink.destroyed)


async def readModes(env: Env) -> None:
    def make() -> stream.Readable:
        made = stream.Readable(read=lambda: None)
        for chunk in ("abc", "def", "ghi", None):
            made.push(chunk)
        return made

    readable = make()
    env.watch("readable", readable, ("readable", "end", "close"))
    await env.once(readable, "readable")
    for size in (4, 4, 4, None):
        value = readable.read(size)
        env.log("readable", "read", size, None if value is None else value.decode())
    await env.once(readable, "close")
    env.log("iterator", "chunks", [chunk.decode() async for chunk in make()])


PROGRAMS = {
    "stream-cork": cork,
    "stream-pipe": pipe,
    "stream-pipeline-error": pipelineError,
    "stream-read-modes": readModes,
}


def testEveryTranscriptHasAProgram() -> None:
    assert names("stream-") == sorted(PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
@pytest_twisted.ensureDeferred
async def testSameAsNode(name: str) -> None:
    await reproduce(name, PROGRAMS[name])
