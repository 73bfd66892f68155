"""The reader and the head of frames; the cases of tests/websocket/test_cases.py go over sockets."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest
import websocketcases as cases

from nodecompat.websocket.protocol.deflate import Inflater
from nodecompat.websocket.protocol.frames import FIN, TEXT, Reader, head


class Heard:
    """A receiver that notes what it hears."""

    def __init__(self) -> None:
        self.all: list[Any] = []

    def onMessage(self, data: Any, isBinary: bool) -> None:
        self.all.append(("message", data, isBinary))

    def onPing(self, data: bytes) -> None:
        self.all.append(("ping", data))

    def onPong(self, data: bytes) -> None:
        self.all.append(("pong", data))

    def onConclude(self, code: int, reason: bytes) -> None:
        self.all.append(("close", code, reason))

    def onFault(self, error: Any) -> None:
        self.all.append(("fault", error.status, error.code))


def reading(**options: Any) -> tuple[Reader, list[Any]]:
    heard = Heard()
    return Reader(heard, heard.onMessage, **{"isServer": True, **options}), heard.all


def frames(*given: Any) -> bytes:
    return b"".join(cases.frame(first, payload, True) for first, payload in given)


@pytest.mark.parametrize(
    "size, start", [(0, "8100"), (125, "817d"), (126, "817e007e"), (65536, "817f0000000000010000")]
)
def testTheHead(size: int, start: str) -> None:
    assert head(FIN | TEXT, size, False).hex() == start
    assert head(FIN | TEXT, size, True)[1] == head(FIN | TEXT, size, False)[1] | 0x80


_MANY = (
    *(
        (cases.TEXT, b"whole"),
        (cases.BEGIN, "µ".encode()[:1]),
        (cases.PING, b"between"),
        (cases.LAST, "µ".encode()[1:]),
    ),
    *((cases.BINARY, b"x" * 300), (cases.PONG, b""), (cases.BINARY, b""), (cases.CLOSE, b"\x0f\xa0bye")),
)
_HEARD = [
    *(("message", b"whole", False), ("ping", b"between"), ("message", "µ".encode(), False)),
    *(("message", b"x" * 300, True), ("pong", b""), ("message", b"", True), ("close", 4000, b"bye")),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
def testHoweverItIsCut(size: int) -> None:
    reader, heard = reading()
    data = frames(*_MANY, (cases.TEXT, b"ignored"))
    for place in range(0, len(data), size):
        reader.execute(data[place : place + size])
    assert heard == _HEARD and reader.isOver


def testFragmentsAreKept() -> None:
    reader, heard = reading()
    reader.keepsFragments = True
    reader.execute(frames((cases.BEGIN_BINARY, b"a"), (cases.LAST, b"b"), (cases.BINARY, b"c")))
    assert heard == [("message", [b"a", b"b"], True), ("message", [b"c"], True)]


def testAFaultIsTheLastThingHeard() -> None:
    reader, heard = reading()
    reader.execute(frames((0x83, b""), (cases.TEXT, b"x")))
    reader.execute(frames((cases.TEXT, b"y")))
    assert heard == [("fault", 1002, "WS_ERR_INVALID_OPCODE")]


def testWrongTextIsSeenBeforeTheMessageIsComplete() -> None:
    reader, heard = reading()
    reader.execute(frames((cases.BEGIN, b"ok"), (cases.MIDDLE, b"\xc0")))
    assert heard == [("fault", 1007, "WS_ERR_INVALID_UTF8")]


def testALimitIsSeenInTheHead() -> None:
    reader, heard = reading(maxPayload=100)
    reader.execute(frames((cases.BEGIN_BINARY, b"x" * 60)) + frames((cases.LAST, b"x" * 41))[:2])
    assert heard == [("fault", 1009, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH")]


def testALimitIsForEachMessage() -> None:
    reader, heard = reading(maxPayload=100)
    reader.execute(frames(*[(cases.BINARY, b"x" * 100)] * 2, (cases.PING, b"x" * 125)))
    assert [each[0] for each in heard] == ["message", "message", "ping"]


def testFragmentsAreCounted() -> None:
    reader, heard = reading(maxFragments=3)
    reader.execute(frames((cases.BEGIN, b""), *[(cases.MIDDLE, b"")] * 3))
    assert heard == [("fault", 1008, "WS_ERR_TOO_MANY_BUFFERED_PARTS")]


def testASmallFrameUnpacksToNoMoreThanTheLimit() -> None:
    reader, heard = reading(maxPayload=100_000, inflater=Inflater())
    bomb = cases.packed(bytes(200_000_000))
    tracemalloc.start()
    reader.execute(frames((cases.PACKED + 1, bomb[:90_000])))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert heard == [("fault", 1009, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH")] and peak < 5_000_000


def testAllFragmentsOfAPackedMessageCount() -> None:
    reader, heard = reading(maxPayload=1500, inflater=Inflater())
    packed = cases.packed(b"a" * 1000 + bytes(range(256)) * 4)
    reader.execute(frames((cases.PACKED & 0x7F, packed[:5]), (cases.LAST, packed[5:])))
    assert heard == [("fault", 1009, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH")]


def testAListenersExceptionLosesNothing() -> None:
    heard: list[Any] = []

    def onMessage(data: bytes, isBinary: bool) -> None:
        heard.append(data)
        if data == b"a":
            raise KeyError

    reader = Reader(Heard(), onMessage, isServer=True)
    with pytest.raises(KeyError):
        reader.execute(frames((cases.TEXT, b"a"), (cases.TEXT, b"b")))
    reader.execute(frames((cases.TEXT, b"c")))
    assert heard == [b"a", b"b", b"c"]


def testAFrameInManyPiecesTakesLinearTime() -> None:
    def secondsFor(count: int) -> float:
        reader, heard = reading()
        data = frames((cases.BINARY, b"x" * count))
        start = time.process_time()
        for place in range(len(data)):
            reader.execute(data[place : place + 1])
        assert len(heard) == 1
        return time.process_time() - start

    short = min(secondsFor(5_000) for _ in range(3))
    assert secondsFor(50_000) < 40 * short
