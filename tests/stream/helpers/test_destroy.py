"""stream.destroy: any kind of stream."""

from __future__ import annotations

import pytest
from streamlog import Log, silent, sink, source

from nodecompat.errors import NodeError
from nodecompat.events import EventEmitter
from nodecompat.stream import destroy
from nodecompat.testing import Network


def testAnUnfinishedStreamFailsWithAnAbortError(net: Network, log: Log) -> None:
    destroy(log.watch(silent(), ("error", "close")))
    net.run()
    assert log == ["error ABORT_ERR", "close"]


def testAGivenErrorIsUsed(net: Network, log: Log) -> None:
    destroy(log.watch(sink(), ("error",)), ValueError("x"))
    net.run()
    assert log == ["error x"]


def testAStreamThatIsOverIsLeftAlone(net: Network, log: Log) -> None:
    stream = source()
    stream.resume()
    net.run()
    destroy(log.watch(stream, ("error", "close")))
    net.run()
    assert log == []


def testOldStyleStreamsAreClosedOrToldSo(net: Network, log: Log) -> None:
    class Closable(EventEmitter):
        def write(self) -> None: ...

        def close(self) -> None:
            log.append("closed")

    class Plain(EventEmitter):
        def write(self) -> None: ...

    destroy(Closable())
    destroy(log.watch(Plain(), ("error", "close")), ValueError("x"))
    net.run()
    assert log == ["closed", "error x", "close"]


def testNothingIsNoStream() -> None:
    destroy(None)


@pytest.mark.parametrize("value", [5, "x", [], {}, True, b"x"])
def testWhatIsNoStreamRaises(value: object) -> None:
    with pytest.raises(NodeError) as caught:
        destroy(value)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize("value", [None, 0, "", False])
def testNothingIsDestroyedForNothing(net: Network, value: object) -> None:
    destroy(value)
    net.run()
