"""isReadable and the other questions; the state objects."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import silent, sink, slowSink, source

from nodecompat import stream as streams
from nodecompat.stream import Duplex, PassThrough, Readable
from nodecompat.testing import Network


@pytest.mark.parametrize(
    ("made", "answers"),
    [
        (silent, (True, None)),
        (sink, (None, True)),
        (PassThrough, (True, True)),
        (lambda: Duplex(writable=False), (True, False)),
        (dict, (None, None)),
        (lambda: None, (None, None)),
    ],
)
def testIsReadableAndIsWritable(made: Any, answers: Any) -> None:
    made = made()
    assert (streams.isReadable(made), streams.isWritable(made)) == answers


def testTheyAreFalseAfterTheEnd(net: Network) -> None:
    reading, writing = source("a"), sink()
    reading.resume()
    writing.end()
    net.run()
    assert (streams.isReadable(reading), streams.isWritable(writing)) == (False, False)


def testIsDestroyedErroredDisturbed(net: Network) -> None:
    stream = silent()
    stream.on("error", lambda: None)
    assert not (streams.isDestroyed(stream) or streams.isErrored(stream) or streams.isDisturbed(stream))
    stream.destroy(ValueError("x"))
    assert streams.isDestroyed(stream) and streams.isDisturbed(stream)
    assert not streams.isErrored(stream)  # it is when it has said so
    net.run()
    assert streams.isErrored(stream)
    assert streams.isDestroyed({}) is None


def testReadingDisturbs(net: Network) -> None:
    stream = source("a")
    stream.read()
    assert streams.isDisturbed(stream) and Readable.isDisturbed(stream)


def testViewsShowTheState(net: Network) -> None:
    stream = PassThrough(highWaterMark=2)
    stream.write("ab")
    stream.write("cd")
    reading, writing = stream._readableState, stream._writableState
    assert (reading.length, reading.buffer, reading.ended) == (2, [b"ab"], False)
    assert (writing.length, writing.writing, writing.needDrain, writing.bufferedRequestCount) == (4, True, True, 1)
    assert [entry.chunk for entry in writing.getBuffer()] == [b"cd"]
    stream.destroy()
    assert reading.destroyed and writing.destroyed


def testViewsCanBeWrittenTo(net: Network) -> None:
    stream = silent()
    stream._readableState.highWaterMark = 5
    stream._readableState.reading = True
    assert stream.readableHighWaterMark == 5
    assert stream._readableState.reading is True


def testAwaitDrainWritersShowsWhoIsWaitedFor(net: Network) -> None:
    origin, one, other = source("aa"), slowSink(highWaterMark=1), sink()
    origin.pipe(one)
    assert origin._readableState.awaitDrainWriters is None
    origin.pipe(other)
    assert origin._readableState.awaitDrainWriters == set()
    assert origin._readableState.pipes == [one, other]
