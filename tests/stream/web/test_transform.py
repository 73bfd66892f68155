"""TransformStream and its controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlog import Log
from webstreams import collect, given, noting

from nodecompat.stream.web import (
    TransformStream,
)
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


def testPipeThroughATransformStream(net: Network, outcome: Outcome) -> None:
    twice = TransformStream({"transform": lambda chunk, controller: controller.enqueue(chunk * 2)})
    assert outcome(collect(given("a", "b").pipeThrough(twice))) == ["aa", "bb"]


def testATransformWaitsForAReader(net: Network, log: Log) -> None:
    stream = TransformStream()
    writer = stream.writable.getWriter()
    noting(log, "written", writer.write("a"))
    net.run()
    assert log == []
    noting(log, "read", stream.readable.getReader().read())
    net.run()
    assert log == ["read a", "written"]


def testAFailureOfATransformReachesBothSides(net: Network, log: Log) -> None:
    def fail(chunk: Any) -> None:
        raise ValueError("x")

    stream = TransformStream({"transform": fail})
    noting(log, "read", stream.readable.getReader().read())
    noting(log, "write", stream.writable.getWriter().write("a"))
    net.run()
    assert sorted(log) == ["read: x", "write: x"]


def testTerminateEndsTheReadableSide(net: Network, log: Log) -> None:
    stream = TransformStream({"transform": lambda chunk, controller: controller.terminate()})
    writer = stream.writable.getWriter()
    noting(log, "read", stream.readable.getReader().read())
    noting(log, "first", writer.write("a"))
    noting(log, "second", writer.write("b"))
    net.run()
    assert sorted(log) == ["first", "read None", "second: Invalid state: TransformStream has been terminated"]
