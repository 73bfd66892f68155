"""`_readableState` and `_writableState`: Node's private objects, which programs look into."""

from __future__ import annotations

from typing import Any

import oracle
import pytest

from nodecompat.stream import Duplex, PassThrough, Readable, Writable
from nodecompat.stream.core.nodestate import ReadableState, WritableState
from nodecompat.testing import Network


def fieldsOf(cls: type) -> list[str]:
    return [name for base in cls.__mro__ for name, value in vars(base).items() if isinstance(value, property)]


def testTheFieldsAreReadableAtAnyTime(net: Network) -> None:
    for stream in (Duplex(read=lambda: None, write=lambda chunk, encoding, callback: callback()), PassThrough()):
        for state in (stream._readableState, stream._writableState):
            for name in fieldsOf(type(state)):
                getattr(state, name)
        stream.destroy()
        net.run()
        assert stream._readableState.closeEmitted and stream._writableState.closed


def testReading(net: Network) -> None:
    stream = Readable(highWaterMark=5, read=lambda: None)
    state: Any = stream._readableState
    assert (state.highWaterMark, state.length, state.flowing, state.reading, state.ended) == (5, 0, None, False, False)
    stream.read(0)
    assert state.reading
    stream.push(b"abc")
    assert (state.length, state.buffer, state.sync) == (3, [b"abc"], False)
    stream.resume()
    assert state.flowing
    stream.push(None)
    net.run()
    assert (state.ended, state.endEmitted, state.length) == (True, True, 0)


def testWriting(net: Network) -> None:
    callbacks: list[Any] = []
    stream = Writable(highWaterMark=3, write=lambda chunk, encoding, callback: callbacks.append(callback))
    state: Any = stream._writableState
    stream.write(b"ab")
    stream.write("cd")
    assert (state.length, state.writing, state.needDrain, state.bufferedRequestCount) == (4, True, True, 1)
    assert [entry.chunk for entry in state.getBuffer()] == [b"cd"]
    assert (state.allBuffers, state.allNoop) == (True, True)
    stream.write("e", lambda error: None)
    assert (state.allBuffers, state.allNoop) == (True, False)
    stream.end()
    assert (state.ending, state.ended, state.finished) == (True, True, False)
    while callbacks:
        callbacks.pop()()
        net.run()
    assert (state.length, state.writing, state.prefinished, state.finished) == (0, False, True, True)


def testAWrittenFieldReachesTheStream() -> None:
    """Packages set some of them."""
    stream: Any = Duplex(read=lambda: None, write=lambda chunk, encoding, callback: None)
    stream._readableState.highWaterMark = 7
    stream._writableState.highWaterMark = 8
    stream._writableState.corked = 1
    assert (stream.readableHighWaterMark, stream.writableHighWaterMark, stream.writableCorked) == (7, 8, 1)
    stream._readableState.reading = True
    assert stream._readableState.reading
    stream._readableState.reading = False
    assert not stream._readableState.reading


@pytest.mark.parametrize("name", ["destroyed", "ended", "buffer"])
def testWhatFollowsFromTheStateCannotBeSet(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Readable()._readableState, name, True)


def testPipesAndWhoMustDrain(net: Network) -> None:
    source = Readable(read=lambda: None)
    sinks = [Writable(highWaterMark=1, write=lambda chunk, encoding, callback: None) for _ in range(2)]
    state: Any = source._readableState
    source.pipe(sinks[0])
    source.push(b"ab")
    net.run()
    assert (state.pipes, state.pipesCount, state.awaitDrainWriters) == ([sinks[0]], 1, sinks[0])
    source.pipe(sinks[1])
    assert (state.pipesCount, state.multiAwaitDrain, state.awaitDrainWriters) == (2, True, {sinks[0]})


@oracle.needsNode
@pytest.mark.parametrize(
    ("make", "name", "cls"),
    [("Readable", "_readableState", ReadableState), ("Writable", "_writableState", WritableState)],
)
def testNodesFieldsAreThere(make: str, name: str, cls: type) -> None:
    """Those with a meaning outside of Node's own files."""
    node = oracle.evaluate(
        f"const s = new (require('stream').{make})().{name}; const names = new Set();"
        "for (let o = s; o && o !== Object.prototype; o = Object.getPrototypeOf(o))"
        "for (const n of Object.getOwnPropertyNames(o)) names.add(n);"
        "console.log(JSON.stringify([...names]))"
    )
    assert set(node) - set(dir(cls)) <= {"constructor", "state", "afterWriteTickInfo", "resetBuffer"}
