"""For any interleaving of calls: bytes keep their order, none is lost before destroy, silence after 'close'."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from streamlog import later

from nodecompat.reactor.loop import ticks
from nodecompat.stream import PassThrough, Readable, Writable, promises
from nodecompat.testing import network

CHUNKS = st.binary(min_size=1, max_size=6)
CALLS = st.one_of(
    st.tuples(st.just("push"), CHUNKS),
    st.tuples(st.just("read"), st.none() | st.integers(0, 8)),
    st.tuples(st.sampled_from(["pause", "resume", "run", "listen", "forget", "await readable"])),
    st.tuples(st.sampled_from(["pipe", "unpipe"]), st.integers(0, 1)),
)
MARKS = st.integers(0, 8)


class Watched(Readable):
    """Notes every chunk that it hands out, and every event."""

    def __init__(self, mark: int) -> None:
        super().__init__(highWaterMark=mark)
        self.out: list[bytes] = []
        self.events: list[str] = []

    def _read(self, size: int) -> None: ...

    def emit(self, eventName: Any, *args: Any) -> bool:
        self.events.append(eventName)
        if eventName == "data":
            self.out.append(args[0])
        return super().emit(eventName, *args)


class Slow(Writable):
    """Takes a chunk per turn."""

    def __init__(self) -> None:
        super().__init__(highWaterMark=3)
        self.taken: list[bytes] = []

    def _write(self, chunk: bytes, encoding: str | None, callback: Any) -> None:
        self.taken.append(chunk)
        later(callback)


def apply(net: Any, stream: Watched, sinks: list[Slow], call: tuple[Any, ...], listener: Any) -> None:
    """Make one call of a sequence."""
    name, *args = call
    if name == "run":
        net.run()
    elif name == "listen":
        stream.on("data", listener)
    elif name == "forget":
        stream.removeListener("data", listener)
    elif name == "await readable":
        stream.once("readable", listener)
    elif name in ("pipe", "unpipe"):
        getattr(stream, name)(sinks[args[0]])
    else:
        getattr(stream, name)(*args)


@given(MARKS, st.lists(CALLS, max_size=25))
def testBytesKeepTheirOrderAndNoneIsLost(mark: int, calls: list[Any]) -> None:
    with network() as net:
        stream, sinks = Watched(mark), [Slow(), Slow()]
        pushed = b""
        for call in calls:
            if call[0] == "push":
                pushed += call[1]
            ticks.call(apply, net, stream, sinks, call, lambda: None)
            assert b"".join(stream.out) + b"".join(stream.readableBuffer) == pushed
            assert stream.readableLength == len(pushed) - sum(map(len, stream.out))


@given(MARKS, st.lists(CALLS, max_size=15), st.lists(CALLS, max_size=15), st.booleans())
def testNothingIsEmittedAfterClose(mark: int, before: list[Any], after: list[Any], fails: bool) -> None:
    with network() as net:
        stream, sinks = Watched(mark), [Slow(), Slow()]
        stream.on("error", lambda: None)
        for call in before:
            apply(net, stream, sinks, call, lambda: None)
        stream.destroy(ValueError("x") if fails else None)
        net.run()
        assert stream.events[-1] == "close"
        assert stream.events.count("close") == 1
        for call in after:
            ticks.call(apply, net, stream, sinks, call, lambda: None)
        net.run()
        assert [event for event in stream.events[stream.events.index("close") + 1 :] if event != "newListener"] == []


@given(MARKS, MARKS, st.lists(CHUNKS, max_size=12), st.lists(st.booleans(), max_size=12))
def testAPipelineDeliversEverythingInOrder(mark: int, middle: int, chunks: list[bytes], pauses: list[bool]) -> None:
    with network() as net:
        source, sink = Watched(mark), Slow()
        waiting = promises.pipeline(source, PassThrough(highWaterMark=middle), sink)
        for chunk, pause in zip(chunks, pauses + [False] * len(chunks), strict=False):
            source.push(chunk)
            if pause:
                net.run()
        source.push(None)
        net.run()
        assert waiting.called
        assert b"".join(sink.taken) == b"".join(chunks)
