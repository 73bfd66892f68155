"""TransformStream and its controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log
from twisted.internet.defer import Deferred
from webstreams import collect, controllerOf, given, noting

from nodecompat.errors import ERR_INVALID_STATE_TYPE, NodeRangeError
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


def raising(error: Exception) -> Callable[..., None]:
    """A hook that fails."""

    def hook(*args: Any) -> None:
        raise error

    return hook


def sides(log: Log, stream: TransformStream) -> tuple[Any, Any]:
    """A writer and a reader, whose ends are noted."""
    writer, reader = stream.writable.getWriter(), stream.readable.getReader()
    noting(log, "written", writer.closed)
    noting(log, "read", reader.closed)
    return writer, reader


@pytest.mark.parametrize("name", ["readableType", "writableType"])
def testATransformerHasNoTypes(name: str) -> None:
    with pytest.raises(NodeRangeError, match=f"The property 'transformer.{name}' is invalid. Received 'x'"):
        TransformStream({name: "x"})


def testAbortCancelsTheTransformer(net: Network, log: Log) -> None:
    writer, _ = sides(log, TransformStream({"cancel": log.note("hook")}))
    noting(log, "abort", writer.abort(ValueError("x")))
    net.run()
    assert log == ["hook x", "read: x", "abort", "written: x"]


def testAnAbortWhoseHookFailsFailsTheReadableSideWithIt(net: Network, log: Log) -> None:
    writer, _ = sides(log, TransformStream({"cancel": raising(ValueError("bad"))}))
    noting(log, "abort", writer.abort(ValueError("x")))
    net.run()
    assert log == ["read: bad", "abort: bad", "written: x"]


def testACancelWhoseHookFailsFailsTheWritableSideWithIt(net: Network, log: Log) -> None:
    stream = TransformStream({"cancel": raising(ValueError("bad"))})
    noting(log, "written", stream.writable.getWriter().closed)
    noting(log, "cancel", stream.readable.cancel(ValueError("x")))
    net.run()
    assert sorted(log) == ["cancel: bad", "written: bad"]


@pytest.mark.parametrize("second", ["abort", "close"])
def testTheLastHookIsCalledOnce(net: Network, log: Log, second: str) -> None:
    """The other side waits for it; a failure that it brings is the outcome of both."""
    slow: Deferred[None] = Deferred()
    hooks: list[str] = []

    def cancel(reason: Any) -> Deferred[None]:
        hooks.append("cancel")
        return slow

    stream = TransformStream({"cancel": cancel, "flush": lambda controller: hooks.append("flush")})
    writer = stream.writable.getWriter()
    net.run()
    noting(log, "cancel", stream.readable.cancel(ValueError("x")))
    noting(log, second, writer.close() if second == "close" else writer.abort(ValueError("y")))
    net.run()
    assert log == []
    slow.callback(None)
    net.run()
    assert log == (["cancel", "close"] if second == "close" else ["cancel: y", "abort: y"])
    assert hooks == ["cancel"]


def testACancelDuringAnAbortWaitsForIt(net: Network, log: Log) -> None:
    slow: Deferred[None] = Deferred()
    stream = TransformStream({"cancel": lambda reason: slow})
    writer = stream.writable.getWriter()
    net.run()
    noting(log, "abort", writer.abort(ValueError("x")))
    noting(log, "cancel", stream.readable.cancel(ValueError("y")))
    net.run()
    assert log == []
    slow.callback(None)
    net.run()
    assert sorted(log) == ["abort", "cancel"]


@pytest.mark.parametrize("flush", [raising(ValueError("x")), lambda controller: controller.error(ValueError("x"))])
def testAFlushThatFailsFailsBothSides(net: Network, log: Log, flush: Any) -> None:
    writer, _ = sides(log, TransformStream({"flush": flush}))
    noting(log, "close", writer.close())
    net.run()
    assert log == ["read: x", "close: x", "written: x"]


def testAFlushMayGiveTheLastChunkAndTerminate(net: Network, log: Log, outcome: Outcome) -> None:
    def flush(controller: Any) -> None:
        controller.enqueue("last")
        controller.terminate()

    stream = TransformStream({"flush": flush})
    noting(log, "close", stream.writable.getWriter().close())
    assert outcome(collect(stream.readable)) == ["last"]
    assert log == ["close"]


@pytest.mark.parametrize(
    ("side", "expected"),
    [("cancel", ["cancel: mine", "written: mine"]), ("abort", ["abort: mine", "read: mine", "written: x"])],
)
def testAHookMayFailTheOtherSideItself(net: Network, log: Log, side: str, expected: list[str]) -> None:
    stream, controller = controllerOf(TransformStream, cancel=lambda reason: controller.error(ValueError("mine")))
    writer = stream.writable.getWriter()
    noting(log, "written", writer.closed)
    net.run()
    if side == "cancel":
        noting(log, side, stream.readable.cancel(ValueError("x")))
    else:
        noting(log, "read", stream.readable.getReader().closed)
        noting(log, side, writer.abort(ValueError("x")))
    net.run()
    assert sorted(log) == expected


def testNothingIsGivenAfterTheEnd(net: Network) -> None:
    _, controller = controllerOf(TransformStream)
    assert controller.desiredSize == 0
    controller.terminate()
    controller.terminate()
    with pytest.raises(ERR_INVALID_STATE_TYPE, match="Unable to enqueue"):
        controller.enqueue("a")
    assert controller.desiredSize == 0


def testItsControllerFailsBothSides(net: Network, log: Log) -> None:
    stream, controller = controllerOf(TransformStream)
    writer, reader = sides(log, stream)
    controller.error(ValueError("x"))
    assert controller.desiredSize is None
    noting(log, "write", writer.write("a"))
    noting(log, "chunk", reader.read())
    net.run()
    assert sorted(log) == ["chunk: x", "read: x", "write: x", "written: x"]


def testASizeThatFailsFailsBothSides(net: Network, log: Log) -> None:
    controllers: list[Any] = []
    stream = TransformStream({"start": controllers.append}, None, {"size": raising(ValueError("size"))})
    with pytest.raises(ValueError, match="size"):
        controllers[0].enqueue("a")
    writer, reader = sides(log, stream)
    noting(log, "write", writer.write("a"))
    noting(log, "chunk", reader.read())
    net.run()
    assert sorted(log) == ["chunk: size", "read: size", "write: size", "written: size"]


def testWhatATransformerGivesBeyondTheMarkHoldsUpTheWrites(net: Network, log: Log) -> None:
    controllers: list[Any] = []
    stream = TransformStream({"start": controllers.append}, None, {"highWaterMark": 2})
    controller = controllers[0]
    sizes = [controller.desiredSize]
    for chunk in ("a", "b"):
        controller.enqueue(chunk)
        sizes.append(controller.desiredSize)
    assert sizes == [2, 1, 0]
    noting(log, "write", stream.writable.getWriter().write("c"))
    net.run()
    assert log == []
    noting(log, "read", stream.readable.getReader().read())
    net.run()
    assert log == ["read a", "write"]
