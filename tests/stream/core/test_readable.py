"""Readable: flowing, paused and 'readable', push and unshift, encodings, the end."""

from __future__ import annotations

import array
from typing import Any

import pytest
from streamlog import READ_EVENTS, Log, later, silent, source

from nodecompat.errors import NodeError
from nodecompat.reactor.loop import ticks
from nodecompat.stream import PassThrough, Readable
from nodecompat.testing import Network

ALL = (*READ_EVENTS, "pause", "resume", "readable")


def testDataListenerMakesItFlowInTheNextTick(net: Network, log: Log) -> None:
    stream = log.watch(source("a", "b"), READ_EVENTS)
    assert stream.readableFlowing is True
    assert log == []
    net.run()
    assert log == ["data a", "data b", "end", "close"]


def testWithoutReaderNothingIsAskedFor(net: Network, log: Log) -> None:
    stream = Readable(read=lambda: log.append("read"))
    stream.on("end", lambda: None)
    net.run()
    assert log == []
    assert stream.readableFlowing is None


def testPauseStopsBetweenTwoChunks(net: Network, log: Log) -> None:
    stream = source("a", "b", "c")
    stream.on("data", lambda chunk: (log.append(chunk.decode()), stream.pause()))
    net.run()
    assert log == ["a"]
    assert stream.isPaused()
    stream.resume()
    net.run()
    assert log == ["a", "b"]


def testPauseAndResumeAreTold(net: Network, log: Log) -> None:
    stream = log.watch(silent(), ("pause", "resume"))
    stream.resume()
    net.run()
    stream.pause()
    assert log == ["resume", "pause"]


def testDestroyedStreamNeitherPausesNorResumes(net: Network, log: Log) -> None:
    stream = log.watch(silent(), ("pause", "resume"))
    stream.destroy()
    stream.resume()
    stream.pause()
    net.run()
    assert log == []


def testReadableIsSaidOncePerRefill(net: Network, log: Log) -> None:
    stream = silent()
    stream.on("readable", lambda: log.append(f"readable {stream.readableLength}"))
    net.run()
    stream.push("abc")
    stream.push("de")
    net.run()
    assert log == ["readable 5"]
    stream.read()
    stream.read()
    stream.push("f")
    net.run()
    assert log == ["readable 5", "readable 1"]


def testReadableWinsOverData(net: Network, log: Log) -> None:
    stream = source("a")
    stream.on("data", lambda chunk: log.append("data " + chunk.decode()))
    stream.on("readable", lambda: log.append("readable"))
    net.run()
    assert log == ["readable"]
    assert stream.readableFlowing is False


def testFlowsAgainWhenTheReadableListenerGoes(net: Network, log: Log) -> None:
    stream = source("a")
    listener = log.note("readable")
    stream.on("data", lambda chunk: log.append("data " + chunk.decode()))
    stream.on("readable", listener)
    stream.removeListener("readable", listener)
    net.run()
    assert log == ["data a"]


def testReadGivesOneChunkOrAsManyBytesAsWanted(net: Network) -> None:
    stream = silent()
    for chunk in ("abc", "de", "fgh"):
        stream.push(chunk)
    assert stream.read() == b"abc"
    assert stream.read(1) == b"d"
    assert stream.read(3) == b"efg"
    assert stream.read(2) is None
    assert stream.readableLength == 1


def testReadOfMoreThanIsLeftGivesTheRestAtTheEnd(net: Network, log: Log) -> None:
    stream = log.watch(silent(), ("end",))
    stream.push("abc")
    stream.push(None)
    assert stream.read(10) == b"abc"
    assert stream.read() is None
    net.run()
    assert log == ["end"]


@pytest.mark.parametrize("size", [None, "x", float("nan"), float("inf")])
def testReadOfNoNumberIsReadWithoutSize(net: Network, size: Any) -> None:
    stream = silent()
    stream.push("abc")
    assert stream.read(size) == b"abc"


def testEventNamesComeInNodesOrder(net: Network, log: Log) -> None:
    stream = silent()
    for name in ("foo", "data", "error"):
        stream.on(name, lambda: None)
    assert stream.eventNames() == ["error", "data", "foo"]


def testReadOfNothingTriggersTheSource(net: Network, log: Log) -> None:
    stream = Readable(read=lambda: log.append("read"))
    assert stream.read(0) is None
    assert log == ["read"]


def testReadRaisesTheMarkToAPowerOfTwo(net: Network) -> None:
    stream = silent(highWaterMark=10)
    stream.read(100)
    assert stream.readableHighWaterMark == 128


def testReadOfMoreThanAGibibyteRaises(net: Network) -> None:
    with pytest.raises(NodeError, match=r"It must be <= 1GiB") as caught:
        silent().read(2**30 + 1)
    assert caught.value.code == "ERR_OUT_OF_RANGE"


def testObjectModeGivesOneObjectPerRead(net: Network) -> None:
    stream = silent(objectMode=True)
    for thing in (1, "", b"", {}):
        stream.push(thing)
    assert [stream.read(5) for _ in range(5)] == [1, "", b"", {}, None]


def testPushAnswersWhetherThereIsRoom(net: Network) -> None:
    stream = silent(highWaterMark=4)
    assert stream.push("abc") is True
    assert stream.push("d") is False
    assert silent(objectMode=True, highWaterMark=1).push({}) is False


@pytest.mark.parametrize("chunk", [bytearray(b"abc"), memoryview(b"abc"), array.array("B", b"abc"), "abc"])
def testAnyBytesLikeChunkComesOutAsBytes(net: Network, chunk: Any) -> None:
    stream = silent()
    stream.push(chunk)
    assert stream.read() == b"abc"


def testReadAheadStopsAtTheMark(net: Network, log: Log) -> None:
    def read(self: Any, size: int) -> None:
        log.append("read")
        self.push("ab")

    stream = Readable(read=read, highWaterMark=5)
    stream.read(0)
    net.run()
    assert log == ["read"] * 3
    assert stream.readableLength == 6


def testSlowSourceIsAskedOnceAtATime(net: Network, log: Log) -> None:
    stream = Readable(read=lambda: log.append("read"))
    stream.on("data", lambda: None)
    for _ in range(3):
        stream.resume()
        net.run()
    assert log == ["read"]


def testUnshiftPutsBackInFront(net: Network) -> None:
    stream = silent()
    stream.push("cd")
    stream.unshift("ab")
    assert stream.read(3) == b"abc"


def testUnshiftAfterTheEndOfTheDataStillComes(net: Network, log: Log) -> None:
    stream = log.watch(silent(), READ_EVENTS)
    stream.push(None)
    stream.unshift("late")
    net.run()
    assert log == ["data late", "end", "close"]


def testUnshiftAfterEndEventFails(net: Network, log: Log) -> None:
    stream = source(autoDestroy=False)
    stream.on("error", lambda error: log.append(error.code))
    stream.resume()
    net.run()
    stream.unshift("x")
    assert log == ["ERR_STREAM_UNSHIFT_AFTER_END_EVENT"]


def testPushAfterTheEndFails(net: Network, log: Log) -> None:
    stream = log.watch(silent(), ("error", "close"))
    stream.push(None)
    assert stream.push("x") is False
    net.run()
    assert log == ["error ERR_STREAM_PUSH_AFTER_EOF", "close"]


def testErrorOfReadDestroys(net: Network, log: Log) -> None:
    def read() -> None:
        raise ValueError("broken")

    stream = log.watch(Readable(read=read), READ_EVENTS)
    net.run()
    assert log == ["error broken", "close"]
    assert isinstance(stream.errored, ValueError)


def testEndComesOnlyWhenAllIsRead(net: Network, log: Log) -> None:
    stream = log.watch(silent(), ("end", "close"))
    stream.push("abc")
    stream.push(None)
    net.run()
    assert log == []
    stream.read()
    net.run()
    assert log == ["end", "close"]


def testAReadableListenerThatComesAfterTheEndStillHears(net: Network, log: Log) -> None:
    stream = silent()
    stream.push(None)
    net.run()
    log.watch(stream, ("readable", "end"))
    net.run()
    assert log == ["readable", "end"]


def testEndAndCloseWithoutAutoDestroy(net: Network, log: Log) -> None:
    log.watch(source("a", autoDestroy=False), READ_EVENTS)
    net.run()
    assert log == ["data a", "end"]


def testSetEncodingNeverCutsACharacter(net: Network) -> None:
    stream = silent()
    stream.setEncoding("utf8")
    for byte in "a€😀".encode():
        stream.push(bytes([byte]))
    assert stream.read() == "a€😀"


def testSetEncodingDecodesWhatIsBuffered(net: Network) -> None:
    stream = silent()
    stream.push(b"\xe2\x82")
    stream.push(b"\xacx")
    stream.setEncoding("utf8")
    assert stream.readableLength == 2
    assert stream.read() == "€x"
    assert stream.readableEncoding == "utf8"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("hex", "e282ac"),
        ("base64", "4oKs"),
        ("base64url", "4oKs"),
        ("latin1", "â\x82¬"),
        ("utf8", "€"),
        ("ascii", "b\x02,"),
    ],
)
def testEveryEncodingOverSplitInput(net: Network, log: Log, encoding: str, expected: str) -> None:
    stream = silent(encoding=encoding)
    parts: list[str] = []
    stream.on("data", parts.append)
    for byte in "€".encode():
        stream.push(bytes([byte]))
        net.run()
    stream.push(None)
    net.run()
    assert "".join(parts) == expected


def testTextIsPushedInItsOwnEncoding(net: Network) -> None:
    stream = silent()
    stream.push("e282ac", "hex")
    assert stream.read() == "€".encode()


def testUnknownEncodingRaises(net: Network) -> None:
    with pytest.raises(NodeError, match=r"Unknown encoding: nope"):
        silent().setEncoding("nope")
    with pytest.raises(NodeError, match=r"Unknown encoding: nope"):
        silent().push("x", "nope")
    with pytest.raises(NodeError, match=r"Unknown encoding: nope"):
        Readable(defaultEncoding="nope")


def testDestroyLosesWhatIsBufferedAndSaysCloseOnce(net: Network, log: Log) -> None:
    stream = log.watch(silent(), ("end", "error", "close"))
    stream.push("lost")
    stream.destroy()
    stream.destroy()
    assert stream.push("x") is False
    net.run()
    assert log == ["close"]
    assert stream.readableAborted


def testErrorAndCloseShareATick(net: Network, log: Log) -> None:
    stream = log.watch(silent(), ("error", "close"))
    stream.on("error", lambda: ticks.nextTick(log.append, "tick"))
    stream.destroy(ValueError("x"))
    net.run()
    assert log == ["error x", "close", "tick"]


def testErrorThatNobodyHearsStillCloses(log: Log) -> None:
    """Node ends its process here; a program that goes on must see that the stream is gone."""
    from nodecompat.testing import network

    with pytest.raises(ValueError, match=r"unheard"), network() as net:
        log.watch(silent(), ("close",)).destroy(ValueError("unheard"))
        net.run()
    assert log == ["close"]


def testEmitCloseFalseSaysNothing(net: Network, log: Log) -> None:
    stream = log.watch(silent(emitClose=False), ("close",))
    stream.destroy()
    net.run()
    assert log == []
    assert stream.closed


def testFlagsOnTheWay(net: Network) -> None:
    stream = source("a")
    assert stream.readable and not stream.readableDidRead and not stream.readableEnded
    stream.resume()
    net.run()
    assert stream.readableDidRead and stream.readableEnded and stream.destroyed and stream.closed
    assert not stream.readable and not stream.readableAborted


def testWhatTheUserDeclaresUnreadableIsUnreadable(net: Network) -> None:
    stream = silent()
    stream.readable = False
    assert stream.readable is False


def testASourceThatPumpsByItselfIsAskedOnlyAfterPushAnsweredFalse(net: Network, log: Log) -> None:
    class Pump(Readable):
        _selfPumping_ = True

        def _read(self, size: int) -> None:
            log.append("read")

    stream = Pump(highWaterMark=4)
    stream.on("data", lambda chunk: log.append(chunk.decode()))
    net.run()
    for chunk in (b"a", b"b"):
        assert stream.push(chunk) is True
        net.run()
    stream.pause()
    assert stream.push(b"cccc") is False
    net.run()
    stream.resume()
    net.run()
    assert log == ["read", "a", "b", "read", "cccc"]


def testConstructHoldsBackReading(net: Network, log: Log) -> None:
    def construct(callback: Any) -> None:
        log.append("construct")
        later(callback)

    stream = Readable(construct=construct, read=lambda: log.append("read"))
    stream.read(0)
    assert log == []
    net.run()
    assert log == ["construct", "read"]


def testConstructThatFailsDestroys(net: Network, log: Log) -> None:
    stream = Readable(construct=lambda callback: callback(ValueError("no")), read=lambda: log.append("read"))
    log.watch(stream, ("error", "close"))
    stream.read(0)
    net.run()
    assert log == ["error no", "close"]


def testDestroyWaitsForConstruct(net: Network, log: Log) -> None:
    def construct(callback: Any) -> None:
        later(lambda: (log.append("constructed"), callback()))

    def destroy(error: Any, callback: Any) -> None:
        log.append("destroy")
        callback(error)

    stream = log.watch(Readable(construct=construct, destroy=destroy), ("close",))
    stream.destroy()
    net.run()
    assert log == ["constructed", "destroy", "close"]


def testSubclassOverridesTheHooks(net: Network, log: Log) -> None:
    class Count(Readable):
        def __init__(self) -> None:
            super().__init__(objectMode=True)
            self.count = 0

        def _read(self, size: int) -> None:
            self.count += 1
            self.push(self.count if self.count < 3 else None)

        def _destroy(self, err: Any, callback: Any) -> None:
            log.append("destroyed")
            callback(err)

    log.watch(Count(), READ_EVENTS)
    net.run()
    assert log == ["data 1", "data 2", "end", "destroyed", "close"]


def testCoroutineListenerThatFailsDestroys(net: Network, log: Log) -> None:
    async def listener(chunk: bytes) -> None:
        raise ValueError("rejected")

    stream = log.watch(silent(captureRejections=True), ("error", "close"))
    stream.on("data", listener)
    net.run()
    stream.push("x")
    net.run()
    assert log == ["error rejected", "close"]


def testAReplacedMethodIsSeenByTheNextChunk(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """As instrumentation does: on an instance, and on Readable for every class of streams."""
    stream = PassThrough()
    stream.on("data", lambda chunk: log.append(chunk))
    stream.write(b"a")
    emit, push = stream.emit, Readable.push
    stream.emit = lambda *args: log.append("emit") or emit(*args)  # type: ignore[method-assign]
    stream.write(b"b")
    monkeypatch.setattr(Readable, "push", lambda self, *args: log.append("push") or push(self, *args))
    stream.write(b"c")
    assert log == [b"a", "emit", b"b", "push", "emit", b"c"]


@pytest.mark.parametrize(
    ("size", "wanted"),
    [("2.9", b"ab"), ("3x", b"abc"), (2.9, b"ab"), (" 2", b"ab"), (True, b"abcdef"), ("x", b"abcdef")],
)
def testTheSizeIsReadAsANumber(size: Any, wanted: bytes) -> None:
    stream = silent()
    stream.push("abcdef")
    stream.push(None)
    assert stream.read(size) == wanted


def testObjectModeKeepsEmptyTexts(net: Network, log: Log) -> None:
    stream = log.watch(silent(objectMode=True), ("data",))
    stream.setEncoding("utf8")
    for chunk in (b"", b"\xe2\x82", b"\xac"):
        stream.push(chunk)
    net.run()
    assert log == ["data ", "data ", "data €"]
