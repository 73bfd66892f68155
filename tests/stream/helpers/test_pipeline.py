"""pipeline: streams, generators and functions, cleaning up, errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from streamlog import Log, later, silent, sink, slowSink, source, text
from twisted.internet.defer import Deferred

from nodecompat.errors import NodeError
from nodecompat.reactor.loop import ticks
from nodecompat.stream import PassThrough, Readable, Stream, Transform, Writable, duplexPair, pipeline, promises
from nodecompat.stream.web import TransformStream
from nodecompat.testing import Network


async def upper(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk.upper()


def turn() -> Deferred[None]:
    """Wait for the next turn of the loop."""
    waiting: Deferred[None] = Deferred()
    later(lambda: ticks.queueMicrotask(waiting.callback, None))
    return waiting


def testStreamsAreConnectedAndTheCallbackComesAtTheEnd(net: Network, log: Log) -> None:
    last = slowSink()
    assert pipeline(source("a", "b"), PassThrough(), last, log.note("done")) is last
    assert log == []
    net.run()
    assert last.taken == [b"a", b"b"]  # type: ignore[attr-defined]
    assert log == ["done"]


def testAListOfStreamsIsAllowed(net: Network, log: Log) -> None:
    pipeline([source("a"), sink()], log.note("done"))
    net.run()
    assert log == ["done"]


@pytest.mark.parametrize("place", [0, 1, 2])
def testAnErrorAnywhereDestroysAll(net: Network, log: Log, place: int) -> None:
    links = [silent(), PassThrough(), sink()]
    pipeline(*links, log.note("done"))
    links[place].destroy(ValueError("x"))
    net.run()
    assert log == ["done x"]
    assert [link.destroyed for link in links] == [True] * 3


def testASourceThatClosesEarlyIsAnError(net: Network, log: Log) -> None:
    origin = silent()
    pipeline(origin, sink(), log.note("done"))
    origin.destroy()
    net.run()
    assert log == ["done ERR_STREAM_PREMATURE_CLOSE"]


def testIterablesGeneratorsAndFunctionsAreLinks(net: Network, log: Log) -> None:
    def words() -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    async def more() -> AsyncIterator[bytes]:
        yield b"c"
        await turn()
        yield b"d"

    for origin in ([b"a", b"b"], words, words(), more, more(), "ab"):
        last = sink(objectMode=True)
        pipeline(origin, upper if origin != "ab" else PassThrough(), last, log.note("done"))
        net.run()
        log.append("".join(text(chunk) for chunk in last.taken))  # type: ignore[attr-defined]
    assert log == ["done", "AB", "done", "AB", "done", "AB", "done", "CD", "done", "CD", "done", "ab"]


def testTheValueOfAnAsyncFunctionIsHandedOver(net: Network) -> None:
    async def count(chunks: Any) -> int:
        return len([chunk async for chunk in chunks])

    seen: list[Any] = []
    last = pipeline(source("a", "b"), count, lambda error, value: seen.append((error, value)))
    last.on("data", seen.append)
    net.run()
    assert seen == [2, (None, 2)]


def testAGeneratorAtTheEndCanBeReadFromTheResult(net: Network, log: Log) -> None:
    log.watch(pipeline(source("a"), upper, log.note("done")), ("data",))
    net.run()
    assert log == ["data A", "done"]


def testAFunctionGetsTheSignalOfThePipeline(net: Network, log: Log) -> None:
    async def wait(chunks: Any, options: Any) -> None:
        options["signal"].addEventListener("abort", lambda: log.append("aborted"))
        await Deferred()

    origin = silent()
    pipeline(origin, wait, log.note("done"))
    net.run()
    origin.destroy(ValueError("x"))
    net.run()
    assert log == ["aborted"]


def testAFunctionThatFailsDestroysTheSource(net: Network, log: Log) -> None:
    async def fail(chunks: Any) -> None:
        async for _ in chunks:
            raise ValueError("x")

    origin = source("a", "b")
    pipeline(origin, fail, log.note("done"))
    net.run()
    assert log == ["done x"]
    assert origin.destroyed


def testAGeneratorIsClosedWhenTheDestinationFails(net: Network, log: Log) -> None:
    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            log.append("closed")

    last = slowSink(highWaterMark=1)
    pipeline(endless, last, log.note("done"))
    net.clock.step()
    last.destroy(ValueError("full"))
    net.run()
    assert sorted(log) == ["closed", "done full"]


def testLeavingTheLoopClosesTheGenerator(net: Network, log: Log) -> None:
    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            log.append("closed")

    async def first(chunks: Any) -> str:
        async for chunk in chunks:
            log.append(chunk.decode())
            break
        return "first"

    pipeline(endless, first, lambda error, value: log.append(value))
    net.run()
    assert log == ["x", "closed", "first"]


def testBackpressureReachesTheGenerator(net: Network, log: Log) -> None:
    def counted() -> Iterator[bytes]:
        for number in range(3):
            log.append(f"make {number}")
            yield b"x"

    def write(chunk: Any, encoding: Any, callback: Any) -> None:
        log.append("write")
        later(callback)

    pipeline(counted, sink(highWaterMark=1, write=write), log.note("done"))
    net.run()
    assert log == ["make 0", "write", "make 1", "write", "make 2", "write", "done"]


def testARealErrorWinsOverItsConsequences(net: Network, log: Log) -> None:
    def fail(chunk: Any, encoding: Any, callback: Any) -> None:
        callback(ValueError("cause"))

    pipeline(source("a"), Transform(transform=fail), sink(), log.note("done"))
    net.run()
    assert log == ["done cause"]


def testTheLastStreamCanBeReadOnWithoutOurListeners(net: Network, log: Log) -> None:
    last = PassThrough()
    pipeline(source("a"), last, log.note("done"))
    last.resume()
    net.run()
    assert log == ["done"]
    assert last.listenerCount("error") == 0


@pytest.mark.parametrize(
    ("links", "code"),
    [
        ([], "ERR_INVALID_ARG_TYPE"),
        ([print], "ERR_MISSING_ARGS"),
        ([Readable(), print], "ERR_MISSING_ARGS"),
        ([Readable(), 5, print], "ERR_INVALID_ARG_TYPE"),
        ([lambda: 5, PassThrough(), print], "ERR_INVALID_RETURN_VALUE"),
        ([Readable(), lambda chunks: 5, print], "ERR_INVALID_RETURN_VALUE"),
        ([Readable(), lambda chunks: [5], PassThrough(), print], "ERR_INVALID_RETURN_VALUE"),
    ],
)
def testWrongLinksRaise(net: Network, links: list[Any], code: str) -> None:
    with pytest.raises(NodeError) as caught:
        pipeline(*links)
    assert caught.value.code == code


@pytest.mark.parametrize("place", [1, 2])
def testNothingIsPipedIntoAStreamThatIsOver(net: Network, log: Log, place: int) -> None:
    links: list[Any] = [silent(), PassThrough(), PassThrough()]
    links[place].destroy()
    with pytest.raises(NodeError, match=r"^Cannot pipe to a closed or destroyed stream$"):
        pipeline(*links, log.note("done"))
    net.run()
    assert log == []
    assert not links[0].destroyed


def testAGeneratorBeforeAStreamThatIsOverFailsLater(net: Network, log: Log) -> None:
    last = PassThrough()
    last.destroy()
    pipeline(["a"], last, log.note("done"))
    net.run()
    assert log == ["done ERR_STREAM_PREMATURE_CLOSE"]


def testATransformStreamMayComeFirstOrLast(net: Network, log: Log) -> None:
    first, last = TransformStream(), TransformStream()
    assert pipeline(first, PassThrough(), log.note("done")) is not first
    assert pipeline(source("a"), last, log.note("unread")) is last
    first.writable.close()
    net.run()
    assert log[:1] == ["done"]


def testATransformStreamThatIsLeftDoesNotHideTheError(net: Network, log: Log) -> None:
    last = silentSink()
    pipeline(["a", "b"], TransformStream(), last, log.note("done"))
    later(last.destroy, ValueError("x"))
    net.run()
    assert log == ["done x"]


def silentSink() -> Writable:
    """A Writable that never takes its first chunk."""
    return Writable(write=lambda chunk, encoding, callback: None, highWaterMark=1)


def testAFunctionMayLeaveATransformStreamEarly(net: Network, log: Log) -> None:
    async def first(chunks: AsyncIterator[str]) -> str:
        async for chunk in chunks:
            return chunk
        return "none"

    pipeline(["a", "b"], TransformStream(), TransformStream(), first, lambda err, value: log.append(f"{err} {value}"))
    net.run()
    assert log == ["None a"]


def testAnOldStyleStreamIsClosedAtTheEnd(net: Network, log: Log) -> None:
    async def collect(chunks: AsyncIterator[Any]) -> None:
        async for chunk in chunks:
            log.append(chunk)

    old: Any = Stream()
    old.close = log.note("closed")
    pipeline(old, collect, log.note("done"))
    ticks.nextTick(old.emit, "data", "a")
    ticks.nextTick(old.emit, "end")
    net.run()
    assert log == ["a", "closed", "done"]


def testAnErrorOfAnOldStyleStreamThatNobodyReadsIsToldOnce(net: Network, log: Log) -> None:
    async def ignore(chunks: AsyncIterator[Any]) -> None: ...

    old: Any = Stream()
    old.destroy = log.note("destroyed")
    pipeline(old, ignore, log.note("done"))
    ticks.nextTick(old.emit, "error", ValueError("old"))
    net.run()
    assert log == ["destroyed old", "done old"]


def testAThousandStreamsInAPipeline(net: Network, log: Log) -> None:
    last = sink()
    pipeline(source("a", "b"), *[PassThrough() for _ in range(1000)], last, log.note("done"))
    net.run()
    assert log == ["done"]
    assert last.taken == [b"a", b"b"]  # type: ignore[attr-defined]


async def upperLater(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        await turn()
        yield chunk.upper()
    await turn()
    yield b"tail"


def upperTransform() -> Transform:
    def flush(self: Transform, callback: Any) -> None:
        later(lambda: (self.push("tail"), callback()))

    return Transform(transform=lambda chunk, encoding, cb: later(cb, None, chunk.upper()), flush=flush)


@pytest.mark.parametrize("link", [upperTransform, lambda: upperLater])
def testAStreamThatIsBothEndsGetsItsTail(net: Network, log: Log, link: Any) -> None:
    """Also when it ends by itself once it has been read, as a server's socket whose client half-closes."""
    client, server = duplexPair(allowHalfOpen=False)
    client.allowHalfOpen = True
    log.watch(client, ("data", "end"))
    pipeline(server, link(), server, log.note("done"))
    client.end("hello")
    net.run()
    assert [word for word in log if word != "done"] == ["data HELLO", "data tail", "end"]
    assert log.count("done") == 1
    assert server.allowHalfOpen is False


def testAStreamThatIsBothEndsEndsByItselfAfterAPipelineThatDoesNotEndIt(net: Network, log: Log) -> None:
    client, server = duplexPair(allowHalfOpen=False)
    client.allowHalfOpen = True
    log.watch(client, ("data", "end"))
    promises.pipeline(server, upperTransform(), server, end=False).addBoth(lambda _: log.append("done"))
    client.end("hello")
    net.run()
    assert sorted(log) == ["data HELLO", "data tail", "done", "end"]


def testAStreamThatAFunctionReturnsIsDestroyedWithTheOthers(net: Network, log: Log) -> None:
    """Node forgets it, and never calls back."""

    class Endless(Readable):
        def _read(self, size: int) -> None:
            self.push("x" * 10_000)

    source = Endless()
    sink = Writable(write=lambda chunk, encoding, callback: callback(ValueError("full")))
    pipeline(lambda: source, PassThrough(), sink, lambda error: log.append(str(error)))
    net.run()
    assert log == ["full"]
    assert source.destroyed
