"""From one stream of the web into another, and one split in two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log
from webstreams import collect, controllerOf, given, noting, taking

from nodecompat.abort import AbortController
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
