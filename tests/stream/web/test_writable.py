"""WritableStream, its writer and its controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log
from twisted.internet.defer import Deferred
from webstreams import controllerOf, noting, taking

from nodecompat.errors import ERR_INVALID_STATE_TYPE, NodeRangeError
from nodecompat.stream.web import (
    WritableStream,
)
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


def testAWriterWritesInOrderAndCloses(net: Network, log: Log, outcome: Outcome) -> None:
    writer = taking(log).getWriter()
    writer.write("a")
    writer.write("b")
    outcome(writer.close())
    assert log == ["a", "b", "close"]


def testAWriterWaitsForRoom(net: Network, log: Log) -> None:
    stream = WritableStream({"write": lambda chunk: slow}, {"highWaterMark": 1})
    slow: Deferred[None] = Deferred()
    writer = stream.getWriter()
    writer.write("a")
    assert writer.desiredSize == 0
    writer.ready.addCallback(lambda _: log.append("ready"))
    net.run()
    assert log == []
    slow.callback(None)
    net.run()
    assert log == ["ready"]


def testASinkThatFails(net: Network, outcome: Outcome) -> None:
    def fail(chunk: Any) -> None:
        raise ValueError("x")

    writer = WritableStream({"write": fail}).getWriter()
    with pytest.raises(ValueError, match=r"x"):
        outcome(writer.write("a"))


def testAWriteThatFailsFailsAllBehindIt(net: Network, log: Log) -> None:
    def fail(chunk: Any) -> None:
        raise ValueError("x")

    writer = WritableStream({"write": fail}).getWriter()
    noting(log, "closed", writer.closed)
    for word in ("first", "second"):
        noting(log, word, writer.write(word))
    net.run()
    noting(log, "ready", writer.ready)
    net.run()
    assert sorted(log) == ["closed: x", "first: x", "ready: x", "second: x"]


def testAbortWaitsForTheWriteThatIsUnderWay(net: Network, log: Log) -> None:
    slow: Deferred[None] = Deferred()

    def write(chunk: Any, controller: Any) -> Deferred[None]:
        controller.signal.addEventListener("abort", log.note("signal"))
        return slow

    writer = WritableStream({"write": write, "abort": log.note("abort")}).getWriter()
    noting(log, "write", writer.write("a"))
    net.run()
    noting(log, "aborted", writer.abort(ValueError("x")))
    net.run()
    assert [word.split()[0] for word in log] == ["signal"]
    slow.callback(None)
    net.run()
    assert log[1:] == ["abort x", "write", "aborted"]


class Later:
    """A hook whose outcome the test decides: `done` is the Deferred that it returned."""

    done: Deferred[None]

    def __call__(self, *args: Any) -> Deferred[None]:
        self.done = Deferred()
        return self.done


def watched(net: Network, log: Log, sink: Any = None, **strategy: Any) -> Any:
    """A writer of a stream that has begun."""
    writer = WritableStream(sink, strategy).getWriter()
    net.run()
    return writer


def testASinkHasNoType() -> None:
    with pytest.raises(NodeRangeError, match=r"The argument 'type' is invalid\. Received 'x'") as raised:
        WritableStream({"type": "x"})
    assert raised.value.code == "ERR_INVALID_ARG_VALUE"


def testALockedStreamIsLeftToItsWriter(net: Network, log: Log) -> None:
    stream = WritableStream()
    stream.getWriter()
    noting(log, "abort", stream.abort())
    noting(log, "close", stream.close())
    net.run()
    assert log == [f"{word}: Invalid state: WritableStream is locked" for word in ("abort", "close")]
    with pytest.raises(ERR_INVALID_STATE_TYPE, match="WritableStream is locked"):
        stream.getWriter()


def testAfterCloseNothingIsWritten(net: Network, log: Log) -> None:
    stream = WritableStream()
    writer = stream.getWriter()
    noting(log, "close", writer.close())
    noting(log, "again", writer.close())
    noting(log, "write", writer.write("a"))
    net.run()
    noting(log, "late", writer.close())
    net.run()
    assert log == [
        "again: Invalid state: Failure to close WritableStream",
        "write: Invalid state: WritableStream is closed",
        "close",
        "late: Invalid state: WritableStream is closed",
    ]
    assert writer.desiredSize == 0
    writer.releaseLock()
    log.clear()
    noting(log, "ready", stream.getWriter().ready)
    noting(log, "closed", stream._writer_.closed)  # type: ignore[union-attr]
    net.run()
    assert log == ["ready", "closed"]


def testAStreamIsClosedOnce(net: Network, log: Log) -> None:
    stream = WritableStream()
    noting(log, "close", stream.close())
    noting(log, "again", stream.close())
    net.run()
    assert log == ["again: Invalid state: Failure closing WritableStream", "close"]


@pytest.mark.parametrize("isBegun", [False, True])
def testASizeThatFailsFailsTheStream(net: Network, log: Log, isBegun: bool) -> None:
    def size(chunk: Any) -> float:
        raise ValueError("size")

    writer = WritableStream({}, {"size": size}).getWriter()
    if isBegun:
        net.run()
    noting(log, "write", writer.write("a"))
    noting(log, "closed", writer.closed)
    net.run()
    assert log == ["write: size", "closed: size"]
    assert writer.desiredSize is None


def testASizeIsNoNegativeNumber(net: Network, log: Log) -> None:
    writer = watched(net, log, size=lambda chunk: -1)
    noting(log, "write", writer.write("a"))
    net.run()
    assert log == ["write: The argument 'size' is invalid. Received -1"]


def testAnAbortWhileItIsClosingIsTooLate(net: Network, log: Log) -> None:
    close = Later()
    writer = watched(net, log, {"close": close, "abort": log.note("hook")})
    noting(log, "close", writer.close())
    noting(log, "abort", writer.abort(ValueError("x")))
    noting(log, "closed", writer.closed)
    assert writer.desiredSize is None
    net.run()
    assert log == []
    close.done.callback(None)
    net.run()
    assert log == ["close", "abort", "closed"]


def testACloseThatFailsFailsTheAbortThatWaits(net: Network, log: Log) -> None:
    close = Later()
    writer = watched(net, log, {"close": close, "abort": log.note("hook")})
    noting(log, "close", writer.close())
    noting(log, "abort", writer.abort(ValueError("x")))
    noting(log, "closed", writer.closed)
    net.run()
    close.done.errback(ValueError("bad"))
    net.run()
    assert log == ["close: bad", "abort: bad", "closed: x"]


def testAnAbortThatFails(net: Network, log: Log) -> None:
    def fail(reason: Any) -> None:
        raise ValueError("bad")

    writer = watched(net, log, {"abort": fail})
    noting(log, "abort", writer.abort(ValueError("x")))
    noting(log, "closed", writer.closed)
    net.run()
    assert log == ["abort: bad", "closed: x"]


def testASecondAbortWaitsForTheFirst(net: Network, log: Log) -> None:
    write = Later()
    reasons: list[Any] = []
    writer = watched(net, log, {"write": write, "abort": reasons.append})
    noting(log, "write", writer.write("a"))
    first, second = ValueError("x"), ValueError("y")
    noting(log, "first", writer.abort(first))
    noting(log, "second", writer.abort(second))
    net.run()
    assert log == []
    write.done.callback(None)
    net.run()
    assert (log, reasons) == (["write", "first", "second"], [first])


def testAnAbortFailsACloseThatWaits(net: Network, log: Log) -> None:
    write = Later()
    writer = watched(net, log, {"write": write, "close": log.note("hook")})
    noting(log, "write", writer.write("a"))
    noting(log, "close", writer.close())
    noting(log, "abort", writer.abort(ValueError("x")))
    net.run()
    write.done.callback(None)
    net.run()
    assert log == ["write", "abort", "close: x"]


def testASinkFailsByItself(net: Network, log: Log) -> None:
    stream, controller = controllerOf(WritableStream, abort=log.note("hook"))
    net.run()
    controller.error(ValueError("x"))
    controller.error(ValueError("y"))
    net.run()
    writer = stream.getWriter()
    for word, outcome in (("ready", writer.ready), ("closed", writer.closed), ("write", writer.write("a"))):
        noting(log, word, outcome)
    noting(log, "close", writer.close())
    noting(log, "abort", writer.abort())
    net.run()
    assert log == [
        "ready: x",
        "closed: x",
        "write: x",
        "close: Invalid state: WritableStream is closed",
        "abort",
    ]


@pytest.mark.parametrize("fails", [False, True])
def testASinkThatFailsDuringAWriteWaitsForIt(net: Network, log: Log, fails: bool) -> None:
    write = Later()
    stream, controller = controllerOf(WritableStream, write=write)
    writer = stream.getWriter()
    net.run()
    noting(log, "write", writer.write("a"))
    noting(log, "next", writer.write("b"))
    controller.error(ValueError("x"))
    noting(log, "abort", writer.abort(ValueError("y")))
    writer.releaseLock()
    other = stream.getWriter()
    noting(log, "ready", other.ready)
    noting(log, "closed", other.closed)
    net.run()
    assert log == ["ready: x"]
    if fails:
        write.done.errback(ValueError("z"))
    else:
        write.done.callback(None)
    net.run()
    assert log[1:] == ["write: z" if fails else "write", "next: x", "abort: x", "closed: x"]


def testAWriterThatIsReleasedDoesNothing(net: Network, log: Log) -> None:
    stream = WritableStream()
    writer = stream.getWriter()
    writer.releaseLock()
    writer.releaseLock()
    assert not stream.locked
    for word, outcome in (("write", writer.write("a")), ("close", writer.close()), ("abort", writer.abort())):
        noting(log, word, outcome)
    net.run()
    detached = "Invalid state: Writer is not bound to a WritableStream"
    assert log == [f"{word}: {detached}" for word in ("write", "close", "abort")]
    with pytest.raises(ERR_INVALID_STATE_TYPE, match=detached):
        _ = writer.desiredSize
    log.clear()
    noting(log, "ready", writer.ready)
    noting(log, "closed", writer.closed)
    net.run()
    assert log == [f"{word}: Invalid state: Writer has been released" for word in ("ready", "closed")]
