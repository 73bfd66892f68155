"""Buffer: making, comparing, texts, writing bytes."""

from __future__ import annotations

import array
import copy
import pickle
from typing import Any

import buffercases
import pytest

from nodecompat.buffer import Buffer
from nodecompat.errors import ERR_INVALID_ARG_TYPE, NodeError
from nodecompat.stream import PassThrough
from nodecompat.util import inspect


def testRecordedCalls() -> None:
    assert len(buffercases.recorded()) == 6000
    buffercases.check("static", "from of alloc allocUnsafe concat byteLength compare isEncoding copyBytesFrom")
    buffercases.check("object", "toString toJSON equals compare copy fill write subarray slice at swap16 swap32 swap64")
    buffercases.check("object", "reverse")


def testWhatABufferIsMadeOf() -> None:
    class Wrapped:
        def valueOf(self) -> str:
            return "xy"

    made: list[Any] = [
        Buffer.from_({"type": "Buffer", "data": [1, 2]}),
        Buffer.from_({"length": 2, 0: 7, "1": 8}),
        Buffer.from_({"length": "x"}),
        Buffer.from_(Wrapped()),
        Buffer.from_(array.array("H", [1, 257])),
        Buffer.from_(memoryview(b"ab")),
        Buffer.allocUnsafeSlow(2),
    ]
    assert made == [b"\1\2", b"\7\10", b"", b"xy", b"\1\1", b"ab", b"\0\0"]
    assert all(type(each) is Buffer for each in made)


@pytest.mark.parametrize("value", [{}, {"type": "Buffer", "data": 5}, None, lambda: 1])
def testWhatItIsNotMadeOf(value: Any) -> None:
    with pytest.raises(NodeError, match="The first argument must be of type string or an instance of Buffer") as caught:
        Buffer.from_(value)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def testBytesAreBuffers() -> None:
    assert Buffer.isBuffer(b"") and Buffer.isBuffer(Buffer()) and not Buffer.isBuffer("") and not Buffer.isBuffer([1])


def testItems() -> None:
    data = Buffer.from_("ab")
    assert (data.length, list(data.keys()), list(data.values()), list(data)) == (2, [0, 1], [97, 98], [97, 98])
    assert list(data.entries()) == [(0, 97), (1, 98)]


def testSet() -> None:
    data = Buffer.alloc(3)
    data.set([1, 300], 1)
    assert data == b"\0\1\x2c"
    data.set(b"ab")
    assert data == b"ab\x2c"
    with pytest.raises(ValueError, match="offset is out of bounds"):
        data.set([1, 2], 2)


def testAsText() -> None:
    data = Buffer.from_("é")
    assert (str(data), f"{data}", repr(data), inspect(data)) == ("é", "é", "<Buffer c3 a9>", "<Buffer c3 a9>")
    assert data.toLocaleString("hex") == "c3a9"
    data.extra = 1  # type: ignore[attr-defined]
    assert inspect(data) == "<Buffer c3 a9, extra: 1>"


def testPythonsPlaces() -> None:
    data = Buffer.from_("abc")
    assert (data[-1], data[1:]) == (99, b"bc")
    with pytest.raises(IndexError):
        data[3]
    with pytest.raises(IndexError):
        data[3] = 1
    data[0], data[-1] = 300, "65"
    assert data == b"\x2cbA"
    data[:2] = [1, -1]
    assert data == b"\1\xffA"


def testTheConstructorIsBytearrays() -> None:
    assert (Buffer(2), Buffer(b"a"), Buffer([1]), Buffer("é", "utf-8")) == (b"\0\0", b"a", b"\1", b"\xc3\xa9")


def testCopyWithoutATargetIsBytearrays() -> None:
    data = Buffer.from_("ab")
    view = data.subarray(1)
    for made in (data.copy(), copy.copy(data), copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        made[1] = 0
        assert (made, type(made), data, view) == (b"a\0", Buffer, b"ab", b"b")
    with pytest.raises(ERR_INVALID_ARG_TYPE):
        data.copy(None)


def testCopyToOtherBytes() -> None:
    target = bytearray(3)
    assert Buffer.from_("abc").copy(target, 1) == 2
    assert target == b"\0ab"
    data = Buffer.from_("abcdef")
    assert data.copy(data, 2) == 4
    assert data == b"ababcd"


def testItIsAcceptedAsBytes() -> None:
    stream = PassThrough()
    stream.write(Buffer.from_("ab"))
    assert stream.read() == b"ab"
    assert b"".join([Buffer.from_("a"), b"b"]) == b"ab"
    assert hash(bytes(Buffer.from_("a"))) == hash(b"a")


def testChaining() -> None:
    assert Buffer.alloc(4).fill("ab").swap16().reverse().toString() == "abab"
