"""Options as mapping and keywords; how option functions get their stream."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import Log

from nodecompat.errors import NodeError
from nodecompat.events import hooks
from nodecompat.stream import Readable, Transform, Writable, pipeline
from nodecompat.stream.core import options
from nodecompat.stream.core.promises import microtask
from nodecompat.testing import Network


def testKeywordsWinOverTheMapping() -> None:
    given = {"highWaterMark": 5, "objectMode": True}
    stream = Readable(given, highWaterMark=7)
    assert (stream.readableHighWaterMark, stream.readableObjectMode) == (7, True)
    assert given == {"highWaterMark": 5, "objectMode": True}


def testAFunctionWithOneParameterMoreThanNodePassesGetsTheStream(net: Network, log: Log) -> None:
    def read(stream: Any, size: int) -> None:
        log.append(f"{stream is made} {size}")

    made = Readable(read=read, highWaterMark=3)
    made.read(0)
    assert log == ["True 3"]


def testAFunctionWhoseFirstParameterIsSelfGetsTheStream(net: Network) -> None:
    def read(self: Any) -> None:
        self.push(None)

    made = Readable(read=read)
    made.read(0)
    assert made._readableState.ended


def testAnyOtherFunctionGetsWhatNodePasses(net: Network, log: Log) -> None:
    Readable(read=lambda size: log.append(f"{size}"), highWaterMark=3).read(0)
    Readable(read=lambda: log.append("nothing")).read(0)
    Readable(read=lambda *args: log.append(f"{args}"), highWaterMark=3).read(0)
    assert log == ["3", "nothing", "(3,)"]


def testABoundMethodKeepsItsOwnSelf(net: Network) -> None:
    class Store:
        def __init__(self) -> None:
            self.chunks: list[bytes] = []

        def write(self, chunk: bytes, encoding: str, callback: Any) -> None:
            self.chunks.append(chunk)
            callback()

    store = Store()
    Writable(write=store.write).write("a")
    assert store.chunks == [b"a"]


def testAVariableBoundByItsDefaultIsKept(net: Network, log: Log) -> None:
    for name in ("a", "b"):
        Writable(write=lambda chunk, encoding, callback, name=name: log.append(name)).write("x")
    assert log == ["a", "b"]


def testFunctionsWinOverMethodsOfTheClass(net: Network, log: Log) -> None:
    class Sink(Writable):
        def _write(self, chunk: Any, encoding: Any, callback: Any) -> None:
            log.append("method")

    Sink(write=lambda chunk, encoding, callback: log.append("option")).write("x")
    assert log == ["option"]


def testEveryOptionFunctionIsTaken(net: Network, log: Log) -> None:
    def passes(name: str) -> Any:
        def call(*args: Any) -> None:
            log.append(name)
            args[-1](*args[:1] if name == "destroy" else ())

        return call

    stream = Transform({name: passes(name) for name in ("construct", "transform", "flush", "destroy")})
    stream.end("x")
    stream.resume()
    net.run()
    assert log == ["construct", "transform", "flush", "destroy"]


@pytest.mark.parametrize("mark", [-1, 1.5, "5", True, float("nan")])
def testAWrongMarkRaises(mark: Any) -> None:
    with pytest.raises(NodeError, match=r"^The property 'options.highWaterMark' is invalid. Received") as caught:
        Readable(highWaterMark=mark)
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"


def testOptionsThatAreNoMappingAreIgnored() -> None:
    for value in (5, "utf8", True, [], [1], b"x", print, object()):
        assert Readable(value).readableEncoding is None
        assert Transform(value, objectMode=True).readableObjectMode


@pytest.mark.parametrize("encoding", [False, 0, "", [], {}, "buffer", 5])
def testAWrongDefaultEncodingRaises(encoding: Any) -> None:
    for each in (Readable, Writable):
        with pytest.raises(NodeError) as caught:
            each(defaultEncoding=encoding)
        assert caught.value.code == "ERR_UNKNOWN_ENCODING"


def testBagsNameEveryHook() -> None:
    bag = {*options.TransformOptions.__annotations__}
    for base in (options.ReadableOptions, options.WritableOptions, options.StreamOptions):
        bag |= {*base.__annotations__}
    assert set(options.HOOKS) <= bag


def testCoroutineFunctionsAreHooksAndCallbacks(net: Network, log: Log) -> None:
    class Sink(Writable):
        async def _write(self, chunk: bytes, encoding: str, callback: Any) -> None:
            await microtask()
            log.append(chunk.decode())
            callback()

    async def transform(self: Any, chunk: bytes, encoding: str, callback: Any) -> None:
        await microtask()
        callback(None, chunk.upper())

    async def done(error: Any) -> None:
        await microtask()
        log.append(f"done {error}")

    pipeline(Readable.from_(["a", "b"]), Transform(transform=transform), Sink(), done)
    net.run()
    assert log == ["A", "B", "done None"]


def testACoroutineHookThatFailsIsAnUnhandledRejection(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    async def write(chunk: bytes, encoding: str, callback: Any) -> None:
        raise ValueError("x")

    rejections: list[BaseException] = []
    monkeypatch.setattr(hooks, "unhandledRejection", lambda error, deferred, owner: rejections.append(error))
    Writable(write=write).write("a")
    net.run()
    assert [str(error) for error in rejections] == ["x"]
