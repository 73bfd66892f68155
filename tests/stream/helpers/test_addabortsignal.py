"""addAbortSignal, and the `signal` option of streams."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import Log, silent, sink

from nodecompat.abort import AbortController, AbortSignal
from nodecompat.errors import NodeError
from nodecompat.stream import Readable, Writable, addAbortSignal
from nodecompat.stream.web import ReadableStream
from nodecompat.testing import Network


def testAbortDestroysWithAnAbortError(net: Network, log: Log) -> None:
    controller, stream = AbortController(), silent()
    assert addAbortSignal(controller.signal, stream) is stream
    log.watch(stream, ("error", "close"))
    controller.abort("reason")
    net.run()
    assert log == ["error ABORT_ERR", "close"]
    assert stream.errored.cause == "reason"


def testASignalThatIsAbortedAlready(net: Network, log: Log) -> None:
    stream = addAbortSignal(AbortSignal.abort(), log.watch(sink(), ("error",)))
    assert stream.destroyed
    net.run()
    assert log == ["error ABORT_ERR"]


@pytest.mark.parametrize("cls", [Readable, Writable])
def testTheSignalOption(net: Network, log: Log, cls: Any) -> None:
    controller = AbortController()
    stream = log.watch(cls(signal=controller.signal), ("error", "close"))
    controller.abort()
    net.run()
    assert log == ["error ABORT_ERR", "close"]
    assert stream.destroyed


def testASignalIsLetGoWhenTheStreamIsOver(net: Network) -> None:
    controller, stream = AbortController(), sink()
    addAbortSignal(controller.signal, stream)
    stream.end()
    net.run()
    controller.abort()
    assert stream.errored is None


@pytest.mark.parametrize(
    ("signal", "stream", "name"),
    [(5, Readable(), "signal"), (None, Readable(), "signal"), (AbortSignal.abort(), {}, "stream")],
)
def testWrongArgumentsRaise(signal: Any, stream: Any, name: str) -> None:
    with pytest.raises(NodeError, match=f'^The "{name}" argument must be an instance of'):
        addAbortSignal(signal, stream)


def testAWebStreamThatIsAbortedForgetsTheSignal(net: Network, log: Log) -> None:
    controller, stream = AbortController(), ReadableStream()
    addAbortSignal(controller.signal, stream)
    stream.getReader().closed.addErrback(lambda failure: log.append(failure.value.code))
    controller.abort()
    net.run()
    assert log == ["ABORT_ERR"]
