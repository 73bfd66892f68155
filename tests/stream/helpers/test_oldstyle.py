"""Reading from streams of the first Node versions."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import READ_EVENTS, Log

from nodecompat.events import EventEmitter
from nodecompat.stream import Stream
from nodecompat.stream.core.promises import run
from nodecompat.stream.helpers.oldstyle import chunksOf, wrapped
from nodecompat.testing import Network


def testWhatAnOldStreamGives(net: Network, log: Log) -> None:
    old = Stream()
    log.watch(wrapped(old), READ_EVENTS)
    net.run()
    old.emit("data", b"a")
    old.emit("end")
    net.run()
    assert log == ["data a", "end", "close"]


@pytest.mark.parametrize(
    ("attributes", "objectMode"),
    [({}, True), ({"objectMode": False}, False), ({"readableObjectMode": True, "objectMode": False}, True)],
)
def testObjectsUnlessItSaysOtherwise(attributes: dict[str, Any], objectMode: bool, net: Network) -> None:
    old = Stream()
    old.__dict__.update(attributes)
    assert wrapped(old).readableObjectMode is objectMode


def testTheOldStreamIsDestroyedWithIt(net: Network, log: Log) -> None:
    class Closing(EventEmitter):
        def destroy(self, error: Any = None) -> None:
            log.append(f"destroyed {error}")

    readable = wrapped(Closing())
    readable.on("error", lambda error: log.append(f"error {error}"))
    readable.destroy(ValueError("x"))
    net.run()
    assert log == ["destroyed x", "error x"]


def testNothingIsTouchedBeforeTheFirstStep(net: Network, log: Log) -> None:
    old = Stream()
    chunks = chunksOf(old)
    assert old.listenerCount("data") == 0

    async def collect() -> None:
        async for chunk in chunks:
            log.append(chunk)
        log.append("end")

    run(collect())
    net.run()
    assert old.listenerCount("data") == 1
    for chunk in "ab":
        old.emit("data", chunk)
    old.emit("end")
    net.run()
    assert log == ["a", "b", "end"]
