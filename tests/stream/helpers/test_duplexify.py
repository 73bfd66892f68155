"""Duplex.from_: a Duplex made of something else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from streamlog import Log, later, silent, sink, source, start, text
from twisted.internet.defer import Deferred

from nodecompat.errors import NodeError
from nodecompat.stream import Duplex, PassThrough, Readable
from nodecompat.stream.web import TransformStream
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]
EVENTS = ("data", "end", "finish", "error", "close")


def testADuplexStaysWhatItIs() -> None:
    through = PassThrough()
    assert Duplex.from_(through) is through


def testAReadable(net: Network, log: Log) -> None:
    stream = log.watch(Duplex.from_(source("a", "b")), EVENTS)
    assert not stream.writable
    net.run()
    assert log == ["data a", "data b", "end", "close"]


def testAWritable(net: Network, log: Log) -> None:
    last = sink()
    stream = log.watch(Duplex.from_(last), EVENTS)
    assert not stream.readable
    stream.end("a")
    net.run()
    assert last.taken == [b"a"]  # type: ignore[attr-defined]
    assert log == ["finish", "close"]


def testAPair(net: Network, log: Log) -> None:
    last = sink()
    stream = log.watch(Duplex.from_({"readable": source("a"), "writable": last}), EVENTS)
    stream.end("b")
    net.run()
    assert "data a" in log and log[-1] == "close"
    assert last.taken == [b"b"]  # type: ignore[attr-defined]


def testOneOfAPairThatFailsTakesTheOtherWithIt(net: Network, log: Log) -> None:
    reading, writing = silent(), sink()
    log.watch(Duplex.from_({"readable": reading, "writable": writing}), ("error", "close"))
    reading.destroy(ValueError("x"))
    net.run()
    assert log == ["error x", "close"]
    assert writing.destroyed


@pytest.mark.parametrize("body", ["ab", b"ab"])
def testTextAndBytesAreOneChunk(outcome: Outcome, body: Any) -> None:
    assert outcome(Duplex.from_(body).toArray()) == [body]


def testAnIterable(outcome: Outcome) -> None:
    stream = Duplex.from_([1, 2])
    assert not stream.writable
    assert outcome(stream.toArray()) == [1, 2]


def testAGeneratorFunction(net: Network, log: Log) -> None:
    async def upper(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            yield chunk.upper()

    stream = log.watch(Duplex.from_(upper), ("data", "end", "finish"))
    stream.write(b"a")
    stream.end(b"b")
    net.run()
    assert [word for word in log if word.startswith("data")] == ["data A", "data B"]
    assert sorted(log[2:]) == ["end", "finish"]


def testAnAsyncFunctionIsASink(net: Network, log: Log) -> None:
    async def join(chunks: AsyncIterator[bytes]) -> None:
        log.append("".join([chunk.decode() async for chunk in chunks]))

    stream = log.watch(Duplex.from_(join), ("finish", "close"))
    assert not stream.readable
    stream.write(b"a")
    stream.end(b"b")
    net.run()
    assert log == ["ab", "finish", "close"]


def testAnAsyncFunctionMustReturnNothing(net: Network, log: Log) -> None:
    async def join(chunks: AsyncIterator[bytes]) -> int:
        return len([chunk async for chunk in chunks])

    log.watch(Duplex.from_(join), ("error",)).end(b"a")
    net.run()
    assert log == ["error ERR_INVALID_RETURN_VALUE"]


def testAFunctionThatFailsFailsTheStream(net: Network, log: Log) -> None:
    async def fail(chunks: AsyncIterator[bytes]) -> None:
        async for _ in chunks:
            raise ValueError("x")

    log.watch(Duplex.from_(fail), ("error", "close")).write(b"a")
    net.run()
    assert log == ["error x", "close"]


def testDestroyEndsTheInputOfTheFunction(net: Network, log: Log) -> None:
    async def wait(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            yield chunk
        log.append("over")

    stream = log.watch(Duplex.from_(wait), ("error", "close"))
    stream.read()
    net.run()
    stream.destroy()
    net.run()
    assert log == ["over", "close"]


def testADeferred(net: Network, outcome: Outcome) -> None:
    waiting: Deferred[str] = Deferred()
    later(waiting.callback, "a")
    assert outcome(Duplex.from_(waiting).toArray()) == ["a"]


def testADeferredThatFails(net: Network, log: Log) -> None:
    waiting: Deferred[str] = Deferred()
    later(waiting.errback, ValueError("x"))
    log.watch(Duplex.from_(waiting), ("error", "close"))
    net.run()
    assert log == ["error x", "close"]


@pytest.mark.parametrize("body", [5, None, {}])
def testWhatCannotBeAStreamRaises(body: Any) -> None:
    with pytest.raises(NodeError, match=r'^The "body" argument must be of type function or an instance of Blob'):
        Duplex.from_(body)


def testAFunctionThatGivesNothingUsefulRaises() -> None:
    with pytest.raises(NodeError, match=r'returned from the "body" function but got type number'):
        Duplex.from_(lambda chunks: 5)


def testAnAsyncFunctionThatReturnsBeforeItsInputHasEndedIsAborted(net: Network, log: Log) -> None:
    async def first(chunks: AsyncIterator[str]) -> None:
        async for chunk in chunks:
            log.append(chunk)
            return

    stream = log.watch(Duplex.from_(first), EVENTS)
    stream.write("a")
    stream.write("b", log.note("written"))
    net.run()
    assert log == ["a", "written ABORT_ERR", "error ABORT_ERR", "close"]


def testAnAsyncFunctionThatReturnsAValueTooEarlyIsAnError(net: Network, log: Log) -> None:
    async def five(chunks: AsyncIterator[str]) -> int:
        return 5

    log.watch(Duplex.from_(five), EVENTS)
    net.run()
    assert log == ["error ERR_INVALID_RETURN_VALUE", "close"]


def testAGeneratorHasItsChunkBeforeTheWriteIsDone(net: Network, log: Log) -> None:
    async def same(chunks: AsyncIterator[str]) -> AsyncIterator[str]:
        async for chunk in chunks:
            yield chunk

    stream = log.watch(Duplex.from_(same), EVENTS)
    stream.write("a", log.note("written"))
    net.run()
    assert log == ["data a", "written"]


def testATransformStreamOfTheWeb(net: Network, log: Log) -> None:
    stream = log.watch(Duplex.from_(TransformStream()), ("data", "end", "close"))
    stream.end("a")
    net.run()
    assert log == ["data a", "end", "close"]


@pytest.mark.parametrize("pair", [{"readable": 5}, {"writable": "text"}, {"readable": None, "writable": None}])
def testAPairOfNoObjectsRaises(pair: Any) -> None:
    with pytest.raises(NodeError, match=r"Received an instance of Object$"):
        Duplex.from_(pair)


def testAFunctionSeesTheNextChunkAfterTheWriteIsDone(net: Network, log: Log) -> None:
    async def note(chunks: AsyncIterator[str]) -> None:
        async for chunk in chunks:
            log.append(chunk)

    stream = Duplex.from_(note)
    for letter in "ab":
        stream.write(letter, log.note("written"))
    stream.end()
    net.run()
    assert log == ["a", "written", "b", "written"]


def testAFunctionMayReturnADeferred(net: Network, log: Log) -> None:
    async def collect(chunks: AsyncIterator[bytes]) -> None:
        async for chunk in chunks:
            log.append(text(chunk))

    stream = log.watch(Duplex.from_(lambda chunks: start(collect(chunks))), EVENTS)
    assert (stream.readable, stream.writable) == (False, True)
    stream.end("a")
    net.run()
    assert log == ["a", "finish", "close"]


def testADeferredIsNoIterable() -> None:
    with pytest.raises(NodeError) as caught:
        Readable.from_(Deferred())
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"
