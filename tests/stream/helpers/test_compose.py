"""compose: several links as one Duplex."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from streamlog import Log, silent, sink, source, start, text

from nodecompat.errors import NodeError
from nodecompat.stream import Duplex, PassThrough, Readable, Transform, Writable, compose, finished
from nodecompat.stream.web import ReadableStream, TransformStream, WritableStream
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


async def upper(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk.upper()


async def double(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk * 2


def testWhatIsWrittenPassesAllLinks(net: Network, log: Log) -> None:
    stream = log.watch(compose(upper, double), ("data", "end", "finish", "close"))
    stream.end(b"ab")
    net.run()
    assert log[0] == "data ABAB"
    assert sorted(log[1:]) == ["close", "end", "finish"]


def testStreamsAndFunctionsMix(outcome: Outcome) -> None:
    stream = compose(PassThrough(), upper)
    stream.end("x")
    assert outcome(stream.toArray()) == [b"X"]


def testASourceMakesItReadableOnlyAndASinkWritableOnly(net: Network, log: Log) -> None:
    reading = compose(source("a"), PassThrough())
    assert reading.readable and not reading.writable
    last = sink()
    writing = log.watch(compose(PassThrough(), last), ("finish", "close"))
    assert writing.writable and not writing.readable
    writing.end("b")
    net.run()
    assert last.taken == [b"b"]  # type: ignore[attr-defined]
    assert log == ["finish", "close"]


def testOneLinkIsMadeADuplex(net: Network) -> None:
    through = PassThrough()
    assert compose(through) is through


def testBackpressurePassesThrough(net: Network) -> None:
    stream = compose(PassThrough(highWaterMark=2), PassThrough(highWaterMark=2))
    written = 0
    while stream.write("ab") and written < 1_000_000:
        written += 1
        net.run()
    assert written < 1_000_000
    seen: list[bytes] = []
    stream.on("data", seen.append)
    stream.end()
    net.run()
    assert len(b"".join(seen)) == 2 * (written + 1)


def testAnErrorInsideComesOut(net: Network, log: Log) -> None:
    def fail(chunk: Any, encoding: Any, callback: Any) -> None:
        callback(ValueError("inside"))

    inner = Transform(transform=fail)
    stream = log.watch(compose(PassThrough(), inner), ("error", "close"))
    stream.write("x")
    net.run()
    assert log == ["error inside", "close"]


def testDestroyReachesTheLinks(net: Network, log: Log) -> None:
    inner = PassThrough()
    stream = log.watch(compose(inner, PassThrough()), ("error", "close"))
    stream.destroy()
    net.run()
    assert log == ["error ABORT_ERR", "close"]
    assert inner.destroyed


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ([], 'The "streams" argument must be specified'),
        ([silent(), Readable()], "The argument 'streams[1]' must be writable."),
        ([Writable(), PassThrough()], "The argument 'streams[0]' must be readable."),
        ([5], 'The "body" argument must be of type function or an instance of Blob,'),
    ],
)
def testWrongLinksRaise(links: list[Any], message: str) -> None:
    with pytest.raises(NodeError) as caught:
        compose(*links)
    assert caught.value.message.startswith(message)


def testStreamsOfTheWebAreLinksAnywhere(net: Network, log: Log) -> None:
    def shout(mark: str) -> TransformStream:
        return TransformStream({"transform": lambda chunk, controller: controller.enqueue(f"{text(chunk)}{mark}")})

    for links in ([shout("1"), shout("2")], [PassThrough(), shout("1"), shout("2")], [shout("1"), double]):
        log.watch(compose(*links), ("data", "end")).end("a")
        net.run()
    assert log == ["data a12", "end", "data a12", "end", "data a1a1", "end"]


def testAWritableStreamOfTheWebMayComeLast(net: Network, log: Log) -> None:
    taken: list[Any] = []
    stream = log.watch(compose(PassThrough(), WritableStream({"write": taken.append})), ("finish", "close"))
    assert (stream.readable, stream.writable) == (False, True)
    stream.end("a")
    net.run()
    assert (taken, log) == ([b"a"], ["finish", "close"])


def testDestroyReachesAWritableStreamOfTheWeb(net: Network, log: Log) -> None:
    sink = WritableStream({"abort": log.note("aborted")})
    log.watch(compose(PassThrough(), sink), ("error", "close")).destroy(ValueError("x"))
    net.run()
    assert log == ["aborted ABORT_ERR", "error x", "close"]


def testStreamsOfTheWebInTheWrongPlaceRaise(net: Network) -> None:
    with pytest.raises(NodeError, match=r"^The argument 'streams\[0\]' must be readable\."):
        compose(WritableStream(), PassThrough())
    with pytest.raises(NodeError, match=r"^The argument 'streams\[1\]' must be writable\."):
        compose(PassThrough(), ReadableStream())
    net.run()


def testAStreamOfTheWebAtTheEndEndsBeforeFinish(net: Network, log: Log) -> None:
    log.watch(compose(PassThrough(), TransformStream()), ("data", "end", "finish", "close")).end("a")
    net.run()
    assert log == ["data a", "end", "finish", "close"]


def testASideThatIsNotThereHasItsObjectMode() -> None:
    async def take(chunks: AsyncIterator[bytes]) -> None:
        async for _ in chunks:
            pass

    stream = compose(PassThrough(), take)
    assert (stream.readable, stream.readableObjectMode, stream.writableObjectMode) == (False, True, False)


def testTheLastFunctionMayReturnADeferred(net: Network, log: Log) -> None:
    async def collect(chunks: AsyncIterator[bytes]) -> None:
        async for chunk in chunks:
            log.append(text(chunk))

    composed = compose(source("a", "b"), lambda chunks: start(collect(chunks)))
    assert (composed.readable, composed.writable) == (False, False)
    finished(composed.resume(), log.note("finished"))
    net.run()
    assert log == ["a", "b", "finished"]


@pytest.mark.parametrize("error", [ValueError("late"), None])
def testALateErrorOfTheLastStreamIsTold(net: Network, log: Log, error: Exception | None) -> None:
    last = Duplex(read=lambda: None, write=lambda chunk, encoding, callback: callback())
    composed = log.watch(compose(PassThrough(), last), ("finish", "error", "close"))
    composed.resume().end("x")
    net.run()
    last.destroy(error)
    net.run()
    assert log == ["finish", f"error {'late' if error else 'ERR_STREAM_PREMATURE_CLOSE'}", "close"]
