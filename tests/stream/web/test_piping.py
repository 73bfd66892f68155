"""From one stream of the web into another, and one split in two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log
from twisted.internet.defer import Deferred
from webstreams import collect, controllerOf, given, noting, taking

from nodecompat.abort import AbortController, AbortSignal
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.stream.web import (
    ReadableStream,
    WritableStream,
)
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


@pytest.mark.parametrize("prevented", [False, True])
def testAPipeTellsTheOtherSide(net: Network, log: Log, prevented: bool) -> None:
    """Unless told otherwise: closed at the end, aborted when the source fails, cancelled when the sink fails."""
    options = {"preventClose": prevented, "preventAbort": prevented, "preventCancel": prevented}

    def fail(chunk: Any) -> None:
        raise ValueError("full")

    noting(log, "end", given("a").pipeTo(taking(log), options))
    net.run()
    source, controller = controllerOf(ReadableStream)
    noting(log, "failed", source.pipeTo(WritableStream({"abort": log.note("abort")}), options))
    controller.error(ValueError("x"))
    net.run()
    source = ReadableStream({"pull": lambda controller: controller.enqueue("a"), "cancel": log.note("cancel")})
    noting(log, "full", source.pipeTo(WritableStream({"write": fail}), options))
    net.run()
    told = ["a", "close", "end", "abort x", "failed: x", "cancel full", "full: full"]
    assert log == (told if not prevented else ["a", "end", "failed: x", "full: full"])


def testASignalEndsAPipe(net: Network, log: Log) -> None:
    controller = AbortController()
    source, sink = ReadableStream({"cancel": log.note("cancel")}), WritableStream({"abort": log.note("abort")})
    noting(log, "pipe", source.pipeTo(sink, signal=controller.signal))
    net.run()
    controller.abort(ValueError("x"))
    net.run()
    assert log == ["abort x", "cancel x", "pipe: x"]
    assert not source.locked


@pytest.mark.parametrize("prevented", [False, True])
def testASignalThatIsAbortedAlreadyEndsAPipeBeforeItBegins(net: Network, log: Log, prevented: bool) -> None:
    source, sink = ReadableStream({"cancel": log.note("cancel")}), WritableStream({"abort": log.note("abort")})
    net.run()
    options = {"preventAbort": prevented, "preventCancel": prevented}
    noting(log, "pipe", source.pipeTo(sink, options, signal=AbortSignal.abort(ValueError("x"))))
    net.run()
    assert log == (["pipe: x"] if prevented else ["abort x", "cancel x", "pipe: x"])
    assert not source.locked and not sink.locked


def testOnlyStreamsThatAreFreeArePiped(net: Network, log: Log) -> None:
    source, sink = ReadableStream(), WritableStream()
    sink.getWriter()
    noting(log, "sink", source.pipeTo(sink))
    source.getReader()
    noting(log, "source", source.pipeTo(WritableStream()))
    net.run()
    assert log == [
        "sink: Invalid state: The WritableStream is locked",
        "source: Invalid state: The ReadableStream is locked",
    ]


CLOSED = "pipe: Invalid state: Destination WritableStream is closed"


@pytest.mark.parametrize(
    ("source", "sink", "expected"),
    [
        ("failed", "open", ["abort x", "pipe: x"]),
        ("open", "failed", ["cancel y", "pipe: y"]),
        ("closed", "open", ["close", "pipe"]),
        ("closed", "closed", ["pipe"]),
        ("open", "closed", ["cancel ERR_INVALID_STATE", CLOSED]),
        ("open", "closing", ["cancel ERR_INVALID_STATE", CLOSED]),
    ],
)
def testWhatIsOverBeforeThePipeBeginsIsToldTheOtherSide(
    net: Network, log: Log, source: str, sink: str, expected: list[str]
) -> None:
    def close() -> Any:
        log.append("close")
        return Deferred() if sink == "closing" else None

    readable, giving = controllerOf(ReadableStream, cancel=log.note("cancel"))
    writable, taken = controllerOf(WritableStream, close=close, abort=log.note("abort"))
    if source == "failed":
        giving.error(ValueError("x"))
    elif source == "closed":
        giving.close()
    if sink == "failed":
        taken.error(ValueError("y"))
    elif sink != "open":
        noting(log, "closed", writable.close())
    net.run()
    log.clear()
    noting(log, "pipe", readable.pipeTo(writable))
    net.run()
    assert log == expected


def testAPipeThroughNeedsAPair() -> None:
    for pair, name, kind in (({}, "readable", "Readable"), ({"readable": ReadableStream()}, "writable", "Writable")):
        message = f'The "transform.{name}" property must be an instance of {kind}Stream'
        with pytest.raises(ERR_INVALID_ARG_TYPE, match=message):
            ReadableStream().pipeThrough(pair)


def testBothBranchesOfATeeGiveEveryChunk(net: Network, log: Log, outcome: Outcome) -> None:
    one, other = ReadableStream.from_([1, 2]).tee()
    assert outcome(collect(one)) == [1, 2]
    assert outcome(collect(other)) == [1, 2]


def testATeeIsCancelledWhenBothBranchesAre(net: Network, log: Log) -> None:
    one, other = ReadableStream({"cancel": lambda reasons: log.append(str(reasons))}).tee()
    noting(log, "one", one.cancel("a"))
    net.run()
    assert log == []
    noting(log, "other", other.cancel("b"))
    net.run()
    assert log == ["['a', 'b']", "one", "other"]
