"""An answer whose body goes to one consumer: pieces, waiting, the end, and what cuts it off."""

from __future__ import annotations

import pytest

from nodecompat.http.client.answer import Answer
from nodecompat.testing import Network


class Bed:
    """An answer, and what its consumer hears."""

    def __init__(self, net: Network) -> None:
        self.net, self.log = net, []
        self.answer = Answer(None, self)
        self.answer._beforeEnd_ = lambda: self.log.append("free")

    def onPiece(self, data: bytes) -> None:
        self.log.append(data)

    def onWhole(self) -> None:
        self.log.append("whole")

    def onCut(self) -> None:
        self.log.append("cut")


@pytest.fixture
def bed(net: Network) -> Bed:
    return Bed(net)


def testPiecesThenTheEnd(bed: Bed) -> None:
    bed.answer.resume()
    assert bed.answer.push(b"one") is True
    bed.answer._end_([])
    assert bed.log == [b"one"], "the end is told later"
    bed.net.run()
    assert (bed.log, bed.answer.readableEnded, bed.answer.complete) == ([b"one", "free", "whole"], True, True)


def testNothingIsToldBeforeItIsWanted(bed: Bed) -> None:
    assert bed.answer.push(b"one") is False
    bed.answer._end_(["X", "y"])
    bed.net.run()
    assert bed.log == ["free"], "the connection does not wait for the reader"
    bed.answer.resume()
    assert (bed.log, bed.answer.rawTrailers) == (["free", b"one", "whole"], ["X", "y"])


def testItWaitsAgain(bed: Bed) -> None:
    bed.answer.resume()
    bed.answer.pause()
    assert bed.answer.push(b"one") is False
    assert bed.log == []
    bed.answer.resume()
    assert bed.log == [b"one"]


def testAConsumerThatPausesGetsTheRestLater(bed: Bed) -> None:
    bed.answer.push(b"one")
    bed.answer.push(b"two")
    onPiece = bed.onPiece

    def pause(data: bytes) -> None:
        onPiece(data)
        bed.answer.pause()

    bed.onPiece = pause  # type: ignore[method-assign]
    bed.answer.resume()
    assert bed.log == [b"one"]
    bed.answer.resume()
    assert bed.log == [b"one", b"two"]


def testItIsCutOff(bed: Bed) -> None:
    bed.answer.destroy()
    bed.answer.destroy()
    assert (bed.log, bed.answer.aborted) == (["cut"], True)


def testAWholeOneIsNotCutOff(bed: Bed) -> None:
    bed.answer._end_([])
    bed.answer.destroy()
    bed.net.run()
    assert (bed.log, bed.answer.aborted) == (["free"], False)


def testItIsDropped(bed: Bed) -> None:
    bed.answer._dump()
    assert bed.answer.push(b"one") is True
    bed.answer._end_([])
    bed.net.run()
    assert bed.log == ["free"]


def testNobodyListens(bed: Bed) -> None:
    assert bed.answer.emit("timeout") is False


def testItsHeadTellsWhichFieldsItHas(bed: Bed) -> None:
    bed.answer._head_ = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    assert "content-encoding" in bed.answer
    assert "location" not in bed.answer
    assert bed.answer.rawHeaders == ["Content-Encoding", "gzip"]


def testItLetsGoOfTheConnectionWithItsEnd(bed: Bed) -> None:
    bed.answer._end_([])
    bed.net.run()
    assert bed.log == ["free"]
    assert bed.answer._beforeEnd_ is None, "whoever keeps the head would keep the socket"
