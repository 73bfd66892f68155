"""The life of a stream: that it ends without a trace."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nodecompat.stream import Duplex, PassThrough, Readable, Transform, Writable, finished, pipeline
from nodecompat.testing import Network


class Source(Readable):
    count = 3

    def _read(self, size: int) -> None:
        self.count -= 1
        self.push(b"x" if self.count else None)


class Sink(Writable):
    def _write(self, chunk: Any, encoding: Any, callback: Any) -> None:
        callback()


class Both(Duplex):
    def _read(self, size: int) -> None:
        self.push(None)

    def _write(self, chunk: Any, encoding: Any, callback: Any) -> None:
        callback()


class Flushed(Transform):
    def _transform(self, chunk: Any, encoding: Any, callback: Any) -> None:
        callback(None, chunk)

    def _flush(self, callback: Any) -> None:
        callback()


def ended(stream: Any) -> Any:
    """A stream that is used, and comes to its end."""
    if stream._hasWritable_:
        stream.end("x")
    if stream._hasReadable_:
        stream.resume()
    return stream


@pytest.fixture
def noCollector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("noCollector")
@pytest.mark.parametrize("cls", [Source, Sink, Both, Flushed, PassThrough])
@pytest.mark.parametrize("end", [ended, lambda stream: stream.destroy()], ids=["ended", "destroyed"])
def testAStreamThatIsOverIsFreedWithoutTheCollector(net: Network, cls: Any, end: Callable[[Any], Any]) -> None:
    stream = end(cls())
    net.run()
    assert stream.closed
    gone = weakref.ref(stream)
    del stream
    assert gone() is None


@pytest.mark.usefixtures("noCollector")
def testSoAreTheEndsOfAPipe(net: Network) -> None:
    source, sink = Source(), Sink()
    source.pipe(Flushed()).pipe(sink)
    net.run()
    assert sink.writableFinished
    gone = [weakref.ref(source), weakref.ref(sink)]
    del source, sink
    assert [each() for each in gone] == [None, None]


def testAPipelineLeavesNothingThatIsReachable(net: Network) -> None:
    source, sink = Source(), Sink()
    pipeline(source, PassThrough(), sink, lambda error: None)
    finished(sink, lambda error: None)
    net.run()
    gone = [weakref.ref(source), weakref.ref(sink)]
    del source, sink
    gc.collect()
    assert [each() for each in gone] == [None, None]


@pytest.mark.parametrize("value", [False, 0, "", 0.0, float("nan")])
def testWhatIsFalseInJavaScriptIsNoError(net: Network, value: Any) -> None:
    stream = Writable(write=lambda chunk, encoding, callback: callback(value), final=lambda callback: callback(value))
    stream.end("a")
    net.run()
    assert stream.writableFinished
    assert Readable(read=lambda: None).destroy(value).errored is None


def behind(err: Any, callback: Any) -> None:
    callback(err)
    raise ValueError("behind")


@pytest.mark.parametrize("destroys", [True, False])
def testWhatIsRaisedBehindTheEndOfDestroyIsUncaught(net: Network, destroys: bool) -> None:
    log: list[str] = []
    stream = Readable(read=lambda: None, destroy=behind if destroys else None).on("close", lambda: log.append("close"))
    stream.destroy(None, None if destroys else lambda: behind(None, str))
    net.run()
    assert log == ["close"]
    assert [str(fault) for fault in net.faults] == ["behind"]
    net.faults.clear()
