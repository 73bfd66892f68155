"""The body of an answer: decoded on the way, read as fast as it is wanted."""

from __future__ import annotations

import errno
import gzip
from typing import Any

import pytest

from nodecompat.reactor.twisted.httpclient import Problem
from nodecompat.testing import Network
from nodecompat.web.decoding import Identity, Inflate
from nodecompat.web.incoming import IncomingBody


class Exchange:
    """What is asked of the exchange."""

    def __init__(self, log: list[Any]) -> None:
        self._log = log

    def resume(self) -> None:
        self._log.append("resume")

    def pause(self) -> None:
        self._log.append("pause")

    def abort(self) -> None:
        self._log.append("abort")


@pytest.fixture
def body(net: Network, log: list[Any]) -> IncomingBody:
    exchange: Any = Exchange(log)
    return IncomingBody(exchange, Identity(), lambda: log.append("over"))


def reading(body: IncomingBody, log: list[Any]) -> None:
    body.on("data", log.append).on("end", lambda: log.append("end"))


def testNothingIsAskedForBeforeItIsRead(net: Network, body: IncomingBody, log: list[Any]) -> None:
    net.run()
    assert log == []
    reading(body, log)
    net.run()
    assert log == ["resume"]


def testPiecesThenTheEnd(net: Network, body: IncomingBody, log: list[Any]) -> None:
    reading(body, log)
    net.run()
    body.onData(b"one")
    body.onData(b"two")
    body.onEnd()
    net.run()
    assert [each for each in log if each != "resume"] == [b"one", b"two", "over", "end", "abort", "over"]


def testAnUnreadBodyHoldsTheExchangeBack(net: Network, body: IncomingBody, log: list[Any]) -> None:
    body.read(0)
    net.run()
    body.onData(bytes(body.readableHighWaterMark))
    assert log[-1] == "pause"
    body.onData(b"more")
    body.onEnd()
    net.run()
    assert "over" not in log, "what is decoded is still here"
    reading(body, log)
    net.run()
    assert log.index("over") < log.index("end")


def testAProblemTerminatesIt(net: Network, body: IncomingBody, log: list[Any]) -> None:
    errors: list[Any] = []
    body.on("error", errors.append)
    body.onProblem(Problem("read", -errno.ECONNRESET, "", "a.test", 80))
    net.run()
    assert (str(errors[0]), errors[0].__cause__ is not None) == ("terminated", True)
    body.onData(b"late")
    body.onEnd()
    net.run()
    assert log == ["abort", "over"]


def testAnErrorNobodyReadsIsNoUncaughtException(net: Network, body: IncomingBody) -> None:
    body.onProblem(Problem("read", -errno.ECONNRESET, "", "a.test", 80))
    net.run()
    assert net.faults == []


def testItIsDecoded(net: Network, log: list[Any]) -> None:
    exchange: Any = Exchange([])
    body = IncomingBody(exchange, Inflate(isGzip=True), lambda: None)
    reading(body, log)
    net.run()
    packed = gzip.compress(b"hello" * 1000)
    for index in range(0, len(packed), 7):
        body.onData(packed[index : index + 7])
    body.onEnd()
    net.run()
    assert (b"".join(log[:-1]), log[-1]) == (b"hello" * 1000, "end")


def testWhatCannotBeDecodedTerminatesIt(net: Network, log: list[Any]) -> None:
    exchange: Any = Exchange(log)
    body = IncomingBody(exchange, Inflate(isGzip=True), lambda: log.append("over"))
    errors: list[Any] = []
    body.on("error", errors.append).resume()
    net.run()
    body.onData(b"this is no gzip")
    net.run()
    assert (str(errors[0]), errors[0].__cause__.code) == ("terminated", "Z_DATA_ERROR")
    assert log[-2:] == ["abort", "over"]
