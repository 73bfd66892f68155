"""WritableStream, its writer and its controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log
from twisted.internet.defer import Deferred
from webstreams import noting, taking

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
