"""Streams of the web, and the ways to them and back."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log, later, silent, sink, slowSink, source, start
from twisted.internet.defer import Deferred

from nodecompat.abort import AbortController
from nodecompat.errors import NodeError
from nodecompat.stream import Duplex, PassThrough, Readable, Writable, finished, isReadable, promises
from nodecompat.stream.web import (
    ByteLengthQueuingStrategy,
    CountQueuingStrategy,
    ReadableStream,
    TransformStream,
    WritableStream,
)
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


async def collect(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


def given(*chunks: Any) -> ReadableStream:
    """A web stream of these chunks."""

    def start(controller: Any) -> None:
        for chunk in chunks:
            controller.enqueue(chunk)
        controller.close()

    return ReadableStream({"start": start})


def taking(log: Log) -> WritableStream:
    """A web stream that notes what it is given."""
    return WritableStream({"write": lambda chunk: log.append(str(chunk)), "close": lambda: log.append("close")})


def testAReadableStreamIsIterable(outcome: Outcome) -> None:
    assert outcome(collect(given("a", "b"))) == ["a", "b"]


def testPullComesAsThereIsRoom(net: Network, log: Log, outcome: Outcome) -> None:
    def pull(controller: Any) -> None:
        log.append("pull")
        controller.enqueue(len(log))

    stream = ReadableStream({"pull": pull}, {"highWaterMark": 2})
    net.run()
    assert log == ["pull"] * 2
    result = outcome(stream.getReader().read())
    assert (result.value, result["done"]) == (1, False)
    net.run()
    assert log == ["pull"] * 3


def testAReaderLocks(net: Network) -> None:
    stream = given("a")
    reader = stream.getReader()
    with pytest.raises(NodeError, match=r"locked"):
        stream.getReader()
    reader.releaseLock()
    assert not stream.locked


def testLeavingTheLoopCancels(net: Network, log: Log, outcome: Outcome) -> None:
    async def first() -> Any:
        async for chunk in stream:
            return chunk

    stream = ReadableStream(
        {"pull": lambda controller: controller.enqueue("a"), "cancel": lambda: log.append("cancel")}
    )
    assert outcome(first()) == "a"
    net.run()
    assert log == ["cancel"]


def testAnErrorReachesTheReader(outcome: Outcome) -> None:
    stream = ReadableStream({"start": lambda controller: controller.error(ValueError("x"))})
    with pytest.raises(ValueError, match=r"x"):
        outcome(collect(stream))


def testFromAnIterable(outcome: Outcome) -> None:
    assert outcome(collect(ReadableStream.from_([1, 2]))) == [1, 2]


def testAWriterWritesInOrderAndCloses(net: Network, log: Log, outcome: Outcome) -> None:
    writer = taking(log).getWriter()
    writer.write("a")
    writer.write("b")
    outcome(writer.close())
    assert log == ["a", "b", "close"]


def testAWriterWaitsForRoom(net: Network, log: Log) -> None:
    stream = WritableStream({"write": lambda chunk: slow}, {"highWaterMark": 1})
    slow: Deferred[None] = Deferred()
    writer = stream.getWriter()
    writer.write("a")
    assert writer.desiredSize == 0
    writer.ready.addCallback(lambda _: log.append("ready"))
    net.run()
    assert log == []
    slow.callback(None)
    net.run()
    assert log == ["ready"]


def testASinkThatFails(net: Network, outcome: Outcome) -> None:
    def fail(chunk: Any) -> None:
        raise ValueError("x")

    writer = WritableStream({"write": fail}).getWriter()
    with pytest.raises(ValueError, match=r"x"):
        outcome(writer.write("a"))


def testPipeThroughATransformStream(net: Network, outcome: Outcome) -> None:
    twice = TransformStream({"transform": lambda chunk, controller: controller.enqueue(chunk * 2)})
    assert outcome(collect(given("a", "b").pipeThrough(twice))) == ["aa", "bb"]


# -- the standard


def noting(log: Log, word: str, deferred: Any) -> None:
    """Note the outcome of a Deferred."""
    deferred.addCallbacks(
        lambda value: log.append(word if value is None else f"{word} {getattr(value, 'value', value)}"),
        lambda failure: log.append(f"{word}: {failure.value}"),
    )


def controllerOf(cls: Any, **hooks: Any) -> tuple[Any, Any]:
    """A stream, and the controller that its `start` gets."""
    given: list[Any] = []
    stream = cls({"start": given.append, **hooks})
    return stream, given[0]


def testStartRaisesAtOnceAndALateFailureFailsTheStream(net: Network, log: Log) -> None:
    def fail(controller: Any) -> None:
        raise ValueError("x")

    async def failLater(controller: Any) -> None:
        raise ValueError("y")

    for cls in (ReadableStream, WritableStream, TransformStream):
        with pytest.raises(ValueError, match=r"x"):
            cls({"start": fail})
    noting(log, "read", ReadableStream({"start": failLater}).getReader().read())
    noting(log, "write", WritableStream({"start": failLater}).getWriter().write("a"))
    net.run()
    assert log == ["read: y", "write: y"]


def testTheEndIsToldBeforeTheChunksThatDoNotCome(net: Network, log: Log) -> None:
    stream, controller = controllerOf(ReadableStream)
    reader = stream.getReader()
    noting(log, "read", reader.read())
    noting(log, "closed", reader.closed)
    controller.error(ValueError("x"))
    net.run()
    assert log == ["closed: x", "read: x"]


def testGivingTheLockBackFailsWhoWaits(net: Network, log: Log) -> None:
    stream, controller = controllerOf(ReadableStream)
    reader = stream.getReader()
    noting(log, "read", reader.read())
    reader.releaseLock()
    noting(log, "closed", reader.closed)
    noting(log, "next", stream.getReader().read())
    controller.enqueue("a")
    net.run()
    assert log == ["read: Invalid state: Releasing reader", "closed: Invalid state: Reader released", "next a"]


def testStrategiesMeasureChunks(net: Network) -> None:
    strategies = [
        ({"highWaterMark": 9, "size": lambda chunk: 4}, 5),
        (ByteLengthQueuingStrategy({"highWaterMark": 9}), 6),
        (CountQueuingStrategy({"highWaterMark": 9}), 8),
    ]
    for strategy, left in strategies:
        given: list[Any] = []
        ReadableStream({"start": given.append}, strategy)
        given[0].enqueue(b"abc")
        assert given[0].desiredSize == left
    net.run()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ReadableStream(5), 'The "source" argument must be of type object.'),
        (lambda: ReadableStream({}, {"highWaterMark": -1}), "The property 'strategy.highWaterMark' is invalid."),
        (lambda: WritableStream({}, {"size": 5}), 'The "strategy.size" property must be of type function.'),
        (lambda: WritableStream({"write": 5}), 'The "sink.write" property must be of type function.'),
        (lambda: CountQueuingStrategy({}), "init.highWaterMark is required"),
        (lambda: ReadableStream.from_(5), "5 must be iterable"),
    ],
)
def testWrongSourcesAndStrategiesRaise(call: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        call()
    assert caught.value.message.startswith(message)


def testBothBranchesOfATeeGiveEveryChunk(net: Network, log: Log, outcome: Outcome) -> None:
    one, other = ReadableStream.from_([1, 2]).tee()
    assert outcome(collect(one)) == [1, 2]
    assert outcome(collect(other)) == [1, 2]


def testATeeIsCancelledWhenBothBranchesAre(net: Network, log: Log) -> None:
    one, other = ReadableStream({"cancel": lambda reasons: log.append(str(reasons))}).tee()
    noting(log, "one", one.cancel("a"))
    net.run()
    assert log == []
    noting(log, "other", other.cancel("b"))
    net.run()
    assert log == ["['a', 'b']", "one", "other"]


def testAWriteThatFailsFailsAllBehindIt(net: Network, log: Log) -> None:
    def fail(chunk: Any) -> None:
        raise ValueError("x")

    writer = WritableStream({"write": fail}).getWriter()
    noting(log, "closed", writer.closed)
    for word in ("first", "second"):
        noting(log, word, writer.write(word))
    net.run()
    noting(log, "ready", writer.ready)
    net.run()
    assert sorted(log) == ["closed: x", "first: x", "ready: x", "second: x"]


def testAbortWaitsForTheWriteThatIsUnderWay(net: Network, log: Log) -> None:
    slow: Deferred[None] = Deferred()

    def write(chunk: Any, controller: Any) -> Deferred[None]:
        controller.signal.addEventListener("abort", log.note("signal"))
        return slow

    writer = WritableStream({"write": write, "abort": log.note("abort")}).getWriter()
    noting(log, "write", writer.write("a"))
    net.run()
    noting(log, "aborted", writer.abort(ValueError("x")))
    net.run()
    assert [word.split()[0] for word in log] == ["signal"]
    slow.callback(None)
    net.run()
    assert log[1:] == ["abort x", "write", "aborted"]


def testATransformWaitsForAReader(net: Network, log: Log) -> None:
    stream = TransformStream()
    writer = stream.writable.getWriter()
    noting(log, "written", writer.write("a"))
    net.run()
    assert log == []
    noting(log, "read", stream.readable.getReader().read())
    net.run()
    assert log == ["read a", "written"]


def testAFailureOfATransformReachesBothSides(net: Network, log: Log) -> None:
    def fail(chunk: Any) -> None:
        raise ValueError("x")

    stream = TransformStream({"transform": fail})
    noting(log, "read", stream.readable.getReader().read())
    noting(log, "write", stream.writable.getWriter().write("a"))
    net.run()
    assert sorted(log) == ["read: x", "write: x"]


def testTerminateEndsTheReadableSide(net: Network, log: Log) -> None:
    stream = TransformStream({"transform": lambda chunk, controller: controller.terminate()})
    writer = stream.writable.getWriter()
    noting(log, "read", stream.readable.getReader().read())
    noting(log, "first", writer.write("a"))
    noting(log, "second", writer.write("b"))
    net.run()
    assert sorted(log) == ["first", "read None", "second: Invalid state: TransformStream has been terminated"]


@pytest.mark.parametrize("prevented", [False, True])
def testAPipeTellsTheOtherSide(net: Network, log: Log, prevented: bool) -> None:
    """Unless told otherwise: closed at the end, aborted when the source fails, cancelled when the sink fails."""
    options = {"preventClose": prevented, "preventAbort": prevented, "preventCancel": prevented}

    def fail(chunk: Any) -> None:
        raise ValueError("full")

    noting(log, "end", given("a").pipeTo(taking(log), options))
    net.run()
    source, controller = controllerOf(ReadableStream)
    noting(log, "failed", source.pipeTo(WritableStream({"abort": log.note("abort")}), options))
    controller.error(ValueError("x"))
    net.run()
    source = ReadableStream({"pull": lambda controller: controller.enqueue("a"), "cancel": log.note("cancel")})
    noting(log, "full", source.pipeTo(WritableStream({"write": fail}), options))
    net.run()
    told = ["a", "close", "end", "abort x", "failed: x", "cancel full", "full: full"]
    assert log == (told if not prevented else ["a", "end", "failed: x", "full: full"])


def testASignalEndsAPipe(net: Network, log: Log) -> None:
    controller = AbortController()
    source, sink = ReadableStream({"cancel": log.note("cancel")}), WritableStream({"abort": log.note("abort")})
    noting(log, "pipe", source.pipeTo(sink, signal=controller.signal))
    net.run()
    controller.abort(ValueError("x"))
    net.run()
    assert log == ["abort x", "cancel x", "pipe: x"]
    assert not source.locked


# -- adapters


def testReadableToWeb(outcome: Outcome) -> None:
    assert outcome(collect(Readable.toWeb(source("a", "b")))) == [b"a", b"b"]


def testReadableToWebKeepsBackpressure(net: Network, log: Log) -> None:
    stream = Readable(highWaterMark=2, read=lambda self, size: self.push("ab"))
    Readable.toWeb(stream)
    net.run()
    assert stream.isPaused()


def testReadableToWebFailsWithTheStream(net: Network, outcome: Outcome) -> None:
    stream = silent()
    web = Readable.toWeb(stream)
    later(stream.destroy, ValueError("x"))
    with pytest.raises(ValueError, match=r"x"):
        outcome(collect(web))


def testCancellingDestroysTheReadable(net: Network, outcome: Outcome) -> None:
    stream = silent()
    outcome(Readable.toWeb(stream).cancel(ValueError("x")))
    net.run()
    assert stream.destroyed


def testReadableFromWeb(net: Network, outcome: Outcome) -> None:
    assert outcome(collect(Readable.fromWeb(given(b"a", b"b")))) == [b"a", b"b"]


def testDestroyCancelsTheWebStream(net: Network, log: Log) -> None:
    stream = Readable.fromWeb(ReadableStream({"cancel": lambda: log.append("cancel")}))
    log.watch(stream, ("close",)).destroy()
    net.run()
    assert log == ["cancel", "close"]


def testWritableToWeb(net: Network, outcome: Outcome) -> None:
    stream = slowSink(highWaterMark=1)
    writer = Writable.toWeb(stream).getWriter()
    writer.write(b"a")
    writer.write(b"b")
    outcome(writer.close())
    assert stream.taken == [b"a", b"b"]  # type: ignore[attr-defined]
    assert stream.writableFinished


def testAbortDestroysTheWritable(net: Network, outcome: Outcome) -> None:
    stream = sink()
    outcome(Writable.toWeb(stream).abort(ValueError("x")))
    net.run()
    assert stream.destroyed


def testWritableFromWeb(net: Network, log: Log) -> None:
    stream = log.watch(Writable.fromWeb(taking(log)), ("finish",))
    stream.write("a")
    stream.end("b")
    net.run()
    assert log == ["b'a'", "b'b'", "close", "finish"]


def testDuplexBothWays(net: Network, log: Log, outcome: Outcome) -> None:
    pair = Duplex.toWeb(PassThrough())
    writer = pair["writable"].getWriter()
    writer.write(b"a")
    writer.close()
    assert outcome(collect(pair["readable"])) == [b"a"]
    stream = Duplex.fromWeb({"readable": given("x"), "writable": taking(log)})
    stream.end("y")
    assert outcome(collect(stream)) == [b"x"]
    net.run()
    assert log == ["b'y'", "close"]


def testFinishedAndPipelineTakeWebStreams(net: Network, log: Log, outcome: Outcome) -> None:
    stream = given()
    assert isReadable(stream) is False
    finished(stream, log.note("finished"))
    outcome(promises.pipeline(["a"], TransformStream(), taking(log)))
    assert sorted(log) == ["a", "close", "finished"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Readable.toWeb({}), 'The "streamReadable" argument must be an stream.Readable.'),
        (lambda: Writable.toWeb({}), 'The "streamWritable" argument must be an stream.Writable.'),
        (lambda: Duplex.toWeb({}), 'The "duplex" argument must be an stream.Duplex.'),
        (lambda: Readable.fromWeb({}), 'The "readableStream" argument must be an instance of ReadableStream.'),
        (lambda: Writable.fromWeb({}), 'The "writableStream" argument must be an instance of WritableStream.'),
        (lambda: Duplex.fromWeb({}), 'The "pair.readable" property must be an instance of ReadableStream.'),
        (lambda: Duplex.fromWeb(5), 'The "pair" argument must be of type object.'),
    ],
)
def testWrongArgumentsRaise(call: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        call()
    assert caught.value.message.startswith(message)


def testAWebStreamIsWaitedForWithASignal(net: Network, log: Log) -> None:
    controller = AbortController()
    finished(ReadableStream(), {"signal": controller.signal}, log.note("finished"))
    controller.abort()
    net.run()
    assert log == ["finished ABORT_ERR"]


def testAStreamThatIsDestroyedAlreadyBecomesAFailedWebStream(net: Network, log: Log) -> None:
    stream = silent()
    stream.destroy()
    noting(log, "closed", Readable.toWeb(stream).getReader().closed)
    net.run()
    assert log == ["closed: The operation was aborted"]


def testTheMissingSideOfADuplexIsAClosedWebStream(net: Network, log: Log) -> None:
    pair = Duplex.toWeb(Duplex(read=lambda: None, writable=False))
    noting(log, "closed", pair["writable"].getWriter().closed)
    net.run()
    assert log == ["closed"]


def testCorkedWritesReachTheWebStreamTogether(net: Network, log: Log) -> None:
    stream = Writable.fromWeb(taking(log))
    stream.cork()
    for letter in "ab":
        stream.write(letter, log.note("written"))
    stream.uncork()
    net.run()
    assert log == ["b'a'", "b'b'", "written", "written"]


def testAWriteCallbackThatRaisesIsAnErrorOfTheStream(net: Network, log: Log) -> None:
    def fail(error: Any = None) -> None:
        raise ValueError("x")

    log.watch(Writable.fromWeb(taking(log)), ("error", "close")).write("a", fail)
    net.run()
    assert log[1:] == ["error x", "close"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"objectMode": 5}, 'The "options.objectMode" property must be of type boolean.'),
        ({"encoding": "x"}, "The property 'options.encoding' is invalid. Received 'x'"),
    ],
)
def testWrongOptionsRaise(net: Network, options: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        Readable.fromWeb(ReadableStream(), options)
    assert caught.value.message.startswith(message)
    net.run()


def testAStreamThatIsGivenUpWithoutReasonHasNoError(net: Network, log: Log) -> None:
    stream = log.watch(Duplex.fromWeb(TransformStream()), ("error", "close"))
    stream.write("a", log.note("written"))
    stream.pause()
    net.run()
    stream.destroy()
    net.run()
    assert log[-1] == "close"
    assert stream.errored is None


def testAWebStreamIsNoLongerWaitedForAfterTheCleanup(net: Network, log: Log) -> None:
    stream = ReadableStream()
    finished(stream, log.note("finished"))()
    stream.cancel()
    net.run()
    assert log == []


def testDestroyingADuplexEndsBothWebStreamsAtOnce(net: Network, log: Log) -> None:
    pair = {
        "readable": ReadableStream({"cancel": log.note("cancel")}),
        "writable": WritableStream({"abort": log.note("abort")}),
    }
    log.watch(Duplex.fromWeb(pair), ("close",)).destroy()
    net.run()
    assert log == ["cancel", "abort", "close"]


def testAPipelineThatIsCollectedWhileItWaitsIsNotLeft(net: Network, log: Log) -> None:
    """Its iterator cancels nothing: a coroutine that is collected with it must not be woken."""

    async def wait(stream: Any) -> None:
        async for chunk in stream:
            log.append(chunk)

    def begin() -> None:
        start(wait(ReadableStream({"cancel": log.note("cancel")})))

    begin()
    net.run()
    gc.collect()
    net.run()
    assert log == []
