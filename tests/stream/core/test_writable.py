"""Writable: order of callbacks, backpressure, cork, the end, errors."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import WRITE_EVENTS, Log, later, sink, slowSink

from nodecompat.errors import NodeError
from nodecompat.reactor.loop import ticks
from nodecompat.stream import Writable
from nodecompat.testing import Network


class Sink(Writable):
    """Takes each chunk as `answers` says: "now", "tick" or "turn"."""

    def __init__(self, answers: str, **options: Any) -> None:
        super().__init__(options)
        self.answers = answers.split()
        self.taken: list[bytes] = []

    def take(self, chunk: bytes) -> str:
        self.taken.append(chunk)
        return self.answers.pop(0) if self.answers else "now"

    def _write(self, chunk: bytes, encoding: str | None, callback: Any) -> None:
        if not self.schedule(self.take(chunk), callback):
            callback()

    @staticmethod
    def schedule(answer: str, callback: Any) -> int:
        if answer == "now":
            return 0
        if answer == "tick":
            ticks.nextTick(callback, None)
        else:
            later(callback, None)
        return 1


def testSinkThatTakesAtOnceNeverFills(net: Network, log: Log) -> None:
    stream = log.watch(Sink("now now", highWaterMark=3), WRITE_EVENTS)
    assert stream.write(b"abcdef") is True
    assert stream.write(b"abcdef") is True
    net.run()
    assert stream.taken == [b"abcdef", b"abcdef"]
    assert stream.writableLength == 0
    assert log == []


def testFullSinkAnswersFalseAndSaysDrain(net: Network, log: Log) -> None:
    stream = log.watch(Sink("turn", highWaterMark=3), WRITE_EVENTS)
    assert stream.write(b"abc") is False
    assert stream.writableNeedDrain and stream.writableLength == 3
    net.run()
    assert log == ["drain"]
    assert not stream.writableNeedDrain


def testCallbacksComeInOrderAndNeverAtOnce(net: Network, log: Log) -> None:
    stream = log.watch(Sink("now turn now"), WRITE_EVENTS)
    for word in ("a", "b", "c"):
        stream.write(word.encode(), log.note(word))
    stream.end(log.note("ended"))
    assert log == []
    net.run()
    assert log == ["a", "b", "c", "ended", "finish", "close"]


def testWritesWhileOneIsUnderWayAreQueued(net: Network, log: Log) -> None:
    stream = Sink("tick turn now")
    for chunk in (b"a", b"b", b"c"):
        stream.write(chunk)
    assert stream.taken == [b"a"]
    assert stream.writableLength == 3
    net.run()
    assert stream.taken == [b"a", b"b", b"c"]


def testDrainComesAfterAllIsWrittenAndBeforeCallbacks(net: Network, log: Log) -> None:
    stream = log.watch(Sink("turn turn", highWaterMark=2), WRITE_EVENTS)
    stream.write(b"ab", log.note("ab"))
    stream.write(b"c", log.note("c"))
    net.run()
    assert log == ["ab", "drain", "c"]


def testFailedWriteFailsTheStream(net: Network, log: Log) -> None:
    stream = log.watch(Writable(write=lambda chunk, encoding, callback: callback(ValueError("full"))), WRITE_EVENTS)
    assert stream.write(b"a", log.note("a")) is False  # a sink that fails at once is known at once
    stream.write(b"b", log.note("b"))
    net.run()
    assert log == ["a full", "b full", "error full", "close"]


def testDestroyTellsEverybodyWhoWaits(net: Network, log: Log) -> None:
    stream = log.watch(Sink("turn"), WRITE_EVENTS)
    stream.write(b"a", log.note("a"))
    stream.write(b"b", log.note("b"))
    stream.end(log.note("ended"))
    stream.destroy()
    net.run()
    assert log == ["close", "a", "b ERR_STREAM_DESTROYED", "ended ERR_STREAM_DESTROYED"]


def testWriteAfterEnd(net: Network, log: Log) -> None:
    stream = log.watch(Sink(""), WRITE_EVENTS)
    stream.end()
    assert stream.write(b"x", log.note("x")) is False
    net.run()
    assert log == ["x ERR_STREAM_WRITE_AFTER_END", "error ERR_STREAM_WRITE_AFTER_END", "close"]


def testWriteAfterDestroyIsOnlyToldToItsCallback(net: Network, log: Log) -> None:
    stream = log.watch(Sink(""), WRITE_EVENTS)
    stream.destroy()
    assert stream.write(b"x", log.note("x")) is False
    net.run()
    assert log == ["close", "x ERR_STREAM_DESTROYED"]


def testCorkHoldsBackUntilTheLastUncork(net: Network, log: Log) -> None:
    stream = Sink("")
    stream.cork()
    stream.cork()
    stream.write(b"a")
    stream.uncork()
    assert (stream.taken, stream.writableCorked) == ([], 1)
    stream.uncork()
    assert stream.taken == [b"a"]


def testEndUncorks(net: Network, log: Log) -> None:
    stream = log.watch(Sink(""), WRITE_EVENTS)
    stream.cork()
    stream.cork()
    stream.write(b"a")
    stream.end(b"b")
    net.run()
    assert stream.taken == [b"a", b"b"]
    assert log == ["finish", "close"]


def testFinishNeverComesInsideTheCallbackOfTheSink(net: Network, log: Log) -> None:
    stream = log.watch(Sink("turn"), WRITE_EVENTS)
    stream.end(b"a")
    later(lambda: later(lambda: log.append("turn over")))
    net.run()
    assert log == ["finish", "close", "turn over"]


def testNoCallbackNoTick(net: Network) -> None:
    """Nobody waits for anything: a write that is taken at once leaves nothing to do."""
    stream = Sink("")
    queued: list[int] = []
    ticks.call(lambda: (stream.write(b"a"), queued.append(len(ticks.ticks))))
    assert queued == [0]


# -- what has nothing to do with the path


def testWritevGetsWhatWaited(net: Network, log: Log) -> None:
    def writev(chunks: Any, callback: Any) -> None:
        log.append(b"".join(entry.chunk for entry in chunks).decode() + str(chunks.allBuffers))
        assert chunks[0]["encoding"] == "buffer"
        callback()

    stream = Writable(writev=writev)
    stream.cork()
    for word in ("a", "b", "c"):
        stream.write(word, log.note(word))
    stream.uncork()
    stream.end("d")
    net.run()
    assert log == ["abcTrue", "dTrue", "a", "b", "c"]


def testFinishComesATickLaterInObjectMode(net: Network, log: Log) -> None:
    def ending(objectMode: bool) -> list[str]:
        log.clear()
        stream = log.watch(
            Writable(objectMode=objectMode, write=lambda chunk, encoding, callback: callback()), ["finish"]
        )
        stream.write(b"a")
        stream.end()
        ticks.nextTick(log.append, "tick")
        net.run()
        return list(log)

    assert ending(False) == ["finish", "tick"]
    assert ending(True) == ["tick", "finish"]


def testAnObjectHasNoEncoding(net: Network) -> None:
    seen: list[Any] = []
    stream = Writable(
        objectMode=True,
        write=lambda chunk, encoding, callback: (seen.append(encoding), callback()),
        writev=lambda entries, callback: (seen.append(entries.allBuffers), callback()),
    )
    stream.write(b"a")
    stream.cork()
    stream.write(b"b")
    stream.write(b"c")
    stream.uncork()
    net.run()
    assert seen == [None, False]


def testWriteInsideWrite(net: Network, log: Log) -> None:
    """The first chunk is taken at once, the one that waits behind it is not: each callback as its own chunk wants."""

    def write(chunk: bytes, encoding: Any, callback: Any) -> None:
        if chunk == b"a":
            stream.write(b"b", log.note("b written"))
            callback()
            log.append("a taken")
        else:
            later(callback)

    stream = Writable(write=write)
    stream.write(b"a", log.note("a written"))
    net.run()
    assert log == ["a taken", "a written", "b written"]


def testWriteInsideWritev(net: Network, log: Log) -> None:
    def writev(entries: Any, callback: Any) -> None:
        chunks = b"".join(entry.chunk for entry in entries)
        if chunks == b"ab":
            stream.write(b"c", log.note("c written"))
        log.append(chunks.decode())
        callback()

    stream = log.watch(Writable(writev=writev), ("finish",))
    stream.cork()
    stream.write(b"a")
    stream.write(b"b")
    stream.uncork()
    net.run()
    stream.end()
    net.run()
    assert log == ["ab", "c", "c written", "finish"]


def testFinalComesBeforeFinish(net: Network, log: Log) -> None:
    def final(callback: Any) -> None:
        log.append("final")
        later(callback)

    stream = log.watch(sink(final=final), ("prefinish", *WRITE_EVENTS))
    stream.end("x")
    net.run()
    assert log == ["final", "prefinish", "finish", "close"]


def testFinalThatFails(net: Network, log: Log) -> None:
    stream = log.watch(sink(final=lambda callback: callback(ValueError("no"))), WRITE_EVENTS)
    stream.end(log.note("ended"))
    net.run()
    assert sorted(log) == ["close", "ended no", "error no"]
    assert not stream.writableFinished


def testSinkThatCallsBackTwice(net: Network, log: Log) -> None:
    def write(chunk: Any, encoding: Any, callback: Any) -> None:
        callback()
        callback()

    log.watch(Writable(write=write), ("error",)).write("x")
    net.run()
    assert log == ["error ERR_MULTIPLE_CALLBACK"]


def testTextIsEncodedUnlessItShallNotBe(net: Network) -> None:
    seen: list[Any] = []

    def write(chunk: Any, encoding: Any, callback: Any) -> None:
        seen.append((chunk, encoding))
        callback()

    Writable(write=write).write("é")
    Writable(write=write).write("é", "latin1")
    Writable(write=write, decodeStrings=False).write("é", "hex")
    Writable(write=write, decodeStrings=False, defaultEncoding="latin1").write("é")
    Writable(write=write, objectMode=True).write("é")
    expected = [("é".encode(), "buffer"), (b"\xe9", "buffer"), ("é", "hex"), ("é", "latin1"), ("é", None)]
    assert seen == expected


def testDefaultEncodingCanBeChanged(net: Network) -> None:
    stream = sink()
    assert stream.setDefaultEncoding("HEX") is stream
    stream.write("4142")
    assert stream.taken == [b"AB"]  # type: ignore[attr-defined]
    with pytest.raises(NodeError, match=r"Unknown encoding: nope"):
        stream.setDefaultEncoding("nope")


@pytest.mark.parametrize("chunk", [bytearray(b"abc"), memoryview(b"abc"), "abc"])
def testAnyBytesLikeChunkIsTaken(net: Network, chunk: Any) -> None:
    stream = sink()
    stream.write(chunk)
    assert stream.taken == [b"abc"]  # type: ignore[attr-defined]


def testEndTwiceAndAfterFinish(net: Network, log: Log) -> None:
    stream = sink()
    stream.end(log.note("first"))
    stream.end(log.note("second"))
    net.run()
    stream.end(log.note("third"))
    net.run()
    assert log == ["first", "second", "third ERR_STREAM_ALREADY_FINISHED"]


def testWritableFlagsOnTheWay(net: Network) -> None:
    stream = slowSink(highWaterMark=1)
    assert stream.writable and not stream.writableEnded
    stream.end("ab")
    assert stream.writableEnded and not stream.writable and not stream.writableFinished
    assert not stream.writableNeedDrain
    net.run()
    assert stream.writableFinished and stream.closed and not stream.writableAborted


def testConstructHoldsBackWrites(net: Network, log: Log) -> None:
    stream = sink(construct=lambda callback: later(lambda: (log.append("constructed"), callback())))
    log.watch(stream, WRITE_EVENTS)
    stream.end("x", log.note("ended"))
    assert stream.taken == []  # type: ignore[attr-defined]
    net.run()
    assert log == ["constructed", "ended", "finish", "close"]
    assert stream.taken == [b"x"]  # type: ignore[attr-defined]


def testDestroyCallbackComesBeforeClose(net: Network, log: Log) -> None:
    stream = log.watch(sink(destroy=lambda err, callback: later(callback, err)), ("error", "close"))
    stream.destroy(ValueError("x"), log.note("destroyed"))
    stream.destroy(None, log.note("again"))
    net.run()
    assert log == ["again", "destroyed x", "error x", "close"]


def testDestroyHookThatRaises(net: Network, log: Log) -> None:
    def destroy(err: Any, callback: Any) -> None:
        raise ValueError("hook")

    log.watch(sink(destroy=destroy), ("error", "close")).destroy()
    net.run()
    assert log == ["error hook", "close"]
