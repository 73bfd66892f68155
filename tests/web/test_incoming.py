"""The body of an answer: decoded on the way, read as fast as it is wanted."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from nodecompat.http.client.exchange import CLOSED
from nodecompat.testing import Network
from nodecompat.web.decoding import Inflate
from nodecompat.web.incoming import READ_AHEAD, IncomingBody


class Exchange:
    """What is asked of the exchange."""

    def __init__(self, log: list[Any]) -> None:
        self.isKept = True
        self._log = log

    def resume(self) -> None:
        self._log.append("resume")

    def pause(self) -> None:
        self._log.append("pause")

    def abort(self) -> None:
        self._log.append("abort")


class Bed:
    """A body, and what was told."""

    def __init__(self, net: Network, log: list[Any], decoder: Any = None, framing: Any = ()) -> None:
        self.net, self.log = net, log
        self.exchange = Exchange(log)
        self.body = IncomingBody(self.exchange, decoder, set(framing), lambda: log.append("over"))

    def failure(self, awaitable: Any) -> Any:
        found: list[Any] = []
        awaitable.addErrback(lambda failure: found.append(failure.value))
        self.net.run()
        return found[0]


@pytest.fixture
def bed(net: Network, log: list[Any]) -> Bed:
    return Bed(net, log)


def testItIsReadAheadAndNoFurther(bed: Bed) -> None:
    bed.body.start()
    assert bed.log == ["resume"]
    bed.body.onData(bytes(READ_AHEAD - 1))
    assert bed.log[-1] == "resume"
    bed.body.onData(b"x")
    assert bed.log[-1] == "pause"


def testTheWhole(bed: Bed) -> None:
    bed.body.start()
    bed.body.onData(b"one")
    whole = bed.body.collect(len)
    bed.body.onData(b"two")
    bed.body.onEnd()
    bed.net.run()
    assert (whole.result, bed.log[-1]) == (6, "over")


def testWhatTheConversionRaisesIsItsFailure(bed: Bed) -> None:
    bed.body.onEnd()
    assert isinstance(bed.failure(bed.body.collect(lambda content: int(content))), ValueError)


def testPiecesThenTheEnd(bed: Bed) -> None:
    reader = bed.body.stream().getReader()
    bed.body.start()
    read = [reader.read() for _ in range(3)]
    bed.body.onData(b"one")
    bed.net.run()
    bed.body.onData(b"two")
    bed.body.onEnd()
    bed.net.run()
    assert [(each.result.value, each.result.done) for each in read] == [(b"one", False), (b"two", False), (None, True)]
    assert bed.log[-1] == "over"


def testAnUnreadStreamHoldsTheExchangeBack(bed: Bed) -> None:
    reader = bed.body.stream().getReader()
    bed.body.start()
    bed.body.onData(bytes(READ_AHEAD))
    bed.body.onData(b"more")
    assert bed.log[-1] == "pause"
    for _ in range(2):
        reader.read()
        bed.net.run()
    assert bed.log[-1] == "pause", "nobody has asked for what is not here"
    reader.read()
    bed.net.run()
    assert bed.log[-1] == "resume"


def testCancellingEndsTheExchange(bed: Bed) -> None:
    bed.body.stream().cancel()
    bed.net.run()
    assert bed.log == ["over", "abort"]
    bed.body.onData(b"late")
    bed.body.onEnd()


@pytest.mark.parametrize(
    "isKept, framing, name",
    [
        (True, ["content-length"], "SocketError"),
        (False, ["content-length"], "ResponseContentLengthMismatchError"),
        (False, ["transfer-encoding", "content-length"], "HTTPParserError"),
    ],
)
def testTheConnectionEndsTooEarly(net: Network, log: list[Any], isKept: bool, framing: Any, name: str) -> None:
    bed = Bed(net, log, framing=framing)
    bed.exchange.isKept = isKept
    whole = bed.body.collect(len)
    bed.body.onProblem(CLOSED)
    error = bed.failure(whole)
    assert (str(error), error.cause.name, log[-2:]) == ("terminated", name, ["over", "abort"])


def testAFailureIsToldToWhoeverReadsLater(bed: Bed) -> None:
    bed.body.onProblem(ValueError("broken"))
    bed.net.run()
    assert bed.net.faults == []
    assert str(bed.failure(bed.body.stream().getReader().read()).cause) == "broken"


def testNobodyWillReadIt(bed: Bed) -> None:
    bed.body.start()
    bed.body.abandon()
    assert bed.log == ["resume", "over", "abort"]


def testWhatIsBeingReadIsNotAbandoned(bed: Bed) -> None:
    bed.body.collect(len)
    bed.body.abandon()
    assert bed.log == ["resume"]


def testItIsDecoded(net: Network, log: list[Any]) -> None:
    bed = Bed(net, log, Inflate(isGzip=True))
    whole = bed.body.collect(bytes)
    packed = gzip.compress(b"hello" * 1000)
    for index in range(0, len(packed), 7):
        bed.body.onData(packed[index : index + 7])
    bed.body.onEnd()
    net.run()
    assert whole.result == b"hello" * 1000


def testWhatCannotBeDecodedTerminatesIt(net: Network, log: list[Any]) -> None:
    bed = Bed(net, log, Inflate(isGzip=True))
    whole = bed.body.collect(bytes)
    bed.body.onData(b"this is no gzip")
    error = bed.failure(whole)
    assert (str(error), error.cause.code) == ("terminated", "Z_DATA_ERROR")
    assert log[-2:] == ["over", "abort"]
