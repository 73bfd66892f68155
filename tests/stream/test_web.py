"""Streams of the web, and the ways to them and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log, later, silent, sink, slowSink, source

from nodecompat.errors import NodeError
from nodecompat.stream import Duplex, PassThrough, Readable, Writable, finished, isReadable, promises
from nodecompat.stream.web import ReadableStream, TransformStream, WritableStream
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
    from twisted.internet.defer import Deferred

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
