"""A Duplex in front of other streams: backpressure, the ends and failures pass through."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import Log, silent, sink

from nodecompat.stream import PassThrough, Readable, Writable
from nodecompat.stream.helpers.bridge import Bridge, objectModes
from nodecompat.testing import Network


class Inner:
    """The two inner streams, and what was asked of them."""

    def __init__(self, log: Log, head: Any = None, tail: Any = None) -> None:
        self.head, self.tail = head, tail
        self.bridge = Bridge(head, tail, lambda error: log.append(f"destroy {error}"))


def testWhatIsWrittenGoesIntoTheHead(net: Network, log: Log) -> None:
    inner = Inner(log, head=sink())
    inner.bridge.write(b"a")
    inner.bridge.end(b"b")
    net.run()
    assert inner.head.taken == [b"a", b"b"]
    assert inner.head.writableEnded and not inner.bridge.writableFinished
    inner.bridge.headFinished()
    net.run()
    assert inner.bridge.writableFinished


def testAFullHeadHoldsBackWhoWrites(net: Network, log: Log) -> None:
    waiting: list[Any] = []
    head = Writable(highWaterMark=1, write=lambda chunk, encoding, callback: waiting.append(callback))
    inner = Inner(log, head=head)
    inner.bridge.write(b"a", log.note("a"))
    inner.bridge.write(b"b", log.note("b"))
    net.run()
    assert (log, len(waiting)) == ([], 1)
    waiting.pop()()
    net.run()
    assert (log, len(waiting)) == (["a"], 1), "the next goes in when the head has drained"


def testWhatIsReadComesOutOfTheTail(net: Network, log: Log) -> None:
    tail = silent()
    inner = Inner(log, tail=tail)
    log.watch(inner.bridge, ("data", "end"))
    net.run()
    for chunk in (b"a", b"b", None):
        tail.push(chunk)
        net.run()
    assert log[:3] == ["data a", "data b", "end"]


def testASlowReaderHoldsTheTailBack(net: Network, log: Log) -> None:
    pushed = 0

    def read(self: Any, size: int) -> None:
        nonlocal pushed
        pushed += 1
        self.push(bytes(1000))

    inner = Inner(log, tail=Readable(highWaterMark=1000, read=read))
    inner.bridge.read(0)
    net.run()
    before = pushed
    assert before * 1000 < 2 * inner.bridge.readableHighWaterMark + 4000
    net.run()
    assert pushed == before
    inner.bridge.destroy()
    inner.bridge.on("error", lambda error: None)
    net.run()


@pytest.mark.parametrize("error", [None, ValueError("x")])
def testDestroyWaitsForTheInnerStreams(net: Network, log: Log, error: BaseException | None) -> None:
    """Without a reason it is an abort."""
    inner = Inner(log, head=sink())
    log.watch(inner.bridge, ("error", "close"))
    inner.bridge.destroy(error)
    net.run()
    assert log == [f"destroy {error or 'The operation was aborted'}"]
    inner.bridge.innerDone(error, False)
    net.run()
    assert log[1:] == ([f"error {error}"] if error else []) + ["close"]


@pytest.mark.parametrize(
    ("error", "destroyWithout", "expected"),
    [(ValueError("x"), False, ["error x", "close"]), (None, True, ["close"]), (None, False, [])],
)
def testTheEndOfTheInnerStreams(
    net: Network, log: Log, error: BaseException | None, destroyWithout: bool, expected: list[str]
) -> None:
    inner = Inner(log, head=sink())
    log.watch(inner.bridge, ("error", "close"))
    inner.bridge.innerDone(error, destroyWithout)
    net.run()
    assert [word for word in log if not word.startswith("destroy")] == expected


def testItsModesAreThoseOfTheInnerStreams(log: Log) -> None:
    head, tail = PassThrough(writableObjectMode=True), PassThrough()
    assert objectModes(head, tail) == (True, False)
    assert objectModes(None, None) == (False, False)
    bridge = Inner(log, head, tail).bridge
    assert (bridge.writableObjectMode, bridge.readableObjectMode) == (True, False)
    bare = Bridge(None, tail, log.note("destroy"), (False, True))
    assert (bare.writable, bare.readable, bare.readableObjectMode) == (False, True, True)
