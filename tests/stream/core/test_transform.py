"""Transform and PassThrough: output from input, backpressure across, the flush."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from streamlog import READ_EVENTS, Log, later

from nodecompat.errors import NodeError
from nodecompat.stream import PassThrough, Transform
from nodecompat.testing import Network


def upper(self: Any, chunk: bytes, encoding: str, callback: Any) -> None:
    callback(None, chunk.upper())


def testWhatIsWrittenComesOutChanged(net: Network, log: Log) -> None:
    stream = log.watch(Transform(transform=upper), (*READ_EVENTS, "finish"))
    stream.write("a")
    stream.end("b")
    net.run()
    assert log == ["data A", "data B", "end", "finish", "close"]


def testOneChunkMayBecomeManyOrNone(net: Network, log: Log) -> None:
    def twice(self: Any, chunk: bytes, encoding: str, callback: Any) -> None:
        if chunk != b"-":
            self.push(chunk)
            self.push(chunk)
        callback()

    stream = log.watch(Transform(transform=twice), ("data",))
    for word in ("a", "-", "b"):
        stream.write(word)
    net.run()
    assert log == ["data a", "data a", "data b", "data b"]


def testFlushComesBeforeTheEnd(net: Network, log: Log) -> None:
    stream = Transform(transform=upper, flush=lambda callback: later(callback, None, b"rest"))
    log.watch(stream, READ_EVENTS)
    stream.end("a")
    net.run()
    assert log == ["data A", "data rest", "end", "close"]


def testFlushThatFails(net: Network, log: Log) -> None:
    stream = Transform(transform=upper, flush=lambda callback: callback(ValueError("no")))
    log.watch(stream, ("end", "finish", "error", "close"))
    stream.end("a")
    net.run()
    assert log == ["error no", "close"]


def testFlushAlsoComesWhenFinalIsReplaced(net: Network, log: Log) -> None:
    def final(callback: Any) -> None:
        log.append("final")
        callback()

    stream = Transform(transform=upper, final=final, flush=lambda callback: callback(None, b"flushed"))
    log.watch(stream, ("data", "end"))
    stream.end()
    net.run()
    assert log == ["final", "data flushed", "end"]


def testFailedTransformFailsTheStream(net: Network, log: Log) -> None:
    def fail(chunk: bytes, encoding: str, callback: Any) -> None:
        callback(ValueError("bad " + chunk.decode()))

    log.watch(Transform(transform=fail), ("error", "close")).write("a")
    net.run()
    assert log == ["error bad a", "close"]


def testInputWaitsWhenTheOutputIsFull(net: Network) -> None:
    stream = PassThrough(highWaterMark=2)
    assert stream.write("ab") is False
    assert stream.write("cd") is False
    assert (stream.readableLength, stream.writableLength) == (2, 4)
    assert stream.read() == b"ab"
    net.run()
    assert (stream.readableLength, stream.writableLength) == (2, 2)
    assert stream.read() == b"cd"
    assert stream.writableLength == 0


def testOutputThatEndsEarlyLetsTheInputGo(net: Network, log: Log) -> None:
    def first(self: Any, chunk: bytes, encoding: str, callback: Any) -> None:
        self.push(None)
        callback()

    stream = log.watch(Transform(transform=first), READ_EVENTS)
    stream.write("a", log.note("a"))
    stream.write("b", log.note("b"))
    net.run()
    assert log == ["end", "a", "b"]


def testSubclassOverridesTheHooks(net: Network, log: Log) -> None:
    class Count(Transform):
        total = 0

        def _transform(self, chunk: Any, encoding: Any, callback: Any) -> None:
            self.total += len(chunk)
            callback()

        def _flush(self, callback: Any) -> None:
            callback(None, str(self.total))

    log.watch(Count(), ("data",)).end("abcd")
    net.run()
    assert log == ["data 4"]


def testTransformThatIsNotImplementedRaises(net: Network) -> None:
    with pytest.raises(NodeError, match=r"The _transform\(\) method is not implemented"):
        Transform().write("a")


def testCallingBackTwiceIsAnError(net: Network, log: Log) -> None:
    def twice(chunk: bytes, encoding: str, callback: Any) -> None:
        callback()
        callback()

    log.watch(Transform(transform=twice), ("error",)).write("a")
    net.run()
    assert log == ["error ERR_MULTIPLE_CALLBACK"]


def testAMarkOfZeroHoldsNothing(net: Network) -> None:
    stream = Transform(readableHighWaterMark=0)
    assert (stream.readableHighWaterMark, stream.writableHighWaterMark) == (0, 0)


def testPassThroughInObjectMode(net: Network) -> None:
    stream = PassThrough(objectMode=True)
    seen: list[Any] = []
    stream.on("data", seen.append)
    for thing in ({"a": 1}, [], 0):
        stream.write(thing)
    net.run()
    assert seen == [{"a": 1}, [], 0]


@pytest.mark.parametrize("name", ["emit", "push", "_write"])
@pytest.mark.parametrize("where", ["instance", "class"])
def testWhoPutsHimselfIntoTheWaySeesEachChunk(net: Network, log: Log, name: str, where: str) -> None:
    """A chunk that meets nobody goes from `write` to the listener in one step; a method of the user's own is asked."""
    plain = getattr(Transform, name)
    chunkAtIt = b"a" if name == "_write" else b"A"
    seen: list[Any] = []

    def between(self: Any, *args: Any) -> Any:
        if chunkAtIt in args:
            seen.append(args)
        return plain(self, *args)

    if where == "class":
        stream = type("Watched", (Transform,), {name: between})(transform=upper)
    else:
        stream = Transform(transform=upper)
        setattr(stream, name, functools.partial(between, stream))
    log.watch(stream, ("data",))
    net.run()
    stream.write(b"a")
    net.run()
    assert log == ["data A"]
    assert len(seen) == 1


def testACallbackThatIsCalledFromItsOwnOutputIsOneTooMany(net: Network, log: Log) -> None:
    called: list[Any] = []

    def transform(chunk: bytes, encoding: str, callback: Any) -> None:
        called.append(callback)
        callback(None, chunk)

    stream = log.watch(Transform(transform=transform), ("error",))
    stream.on("data", lambda chunk: called[0]())
    net.run()
    stream.write(b"a")
    net.run()
    assert log == ["error ERR_MULTIPLE_CALLBACK"]


def testATransformThatAnswersLaterAfterOneThatAnsweredAtOnce(net: Network, log: Log) -> None:
    def transform(chunk: bytes, encoding: str, callback: Any) -> None:
        if chunk == b"now":
            callback(None, chunk)
        else:
            later(callback, None, chunk)

    stream = log.watch(Transform(transform=transform), ("data", "finish"))
    net.run()
    for chunk in (b"now", b"later", b"now"):
        log.append(f"write {stream.write(chunk)} {stream.writableLength}")
    stream.end()
    net.run()
    assert log == ["data now", "write True 0", "write True 5", "write True 8", "data later", "data now", "finish"]
