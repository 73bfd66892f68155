"""Numbers in a Buffer."""

from __future__ import annotations

import math
from typing import Any

import buffercases
import pytest

from nodecompat.buffer import Buffer
from nodecompat.errors import NodeTypeError

WAYS = ("read", "write")
INTEGERS = [f"{sign}{bits}" for sign in ("Int", "UInt", "Uint") for bits in ("8", "16LE", "16BE", "32LE", "32BE")]
OTHERS = [f"Big{sign}64{order}" for sign in ("Int", "UInt", "Uint") for order in ("LE", "BE")]
OTHERS += [f"{kind}{order}" for kind in ("Int", "UInt", "Uint", "Float", "Double") for order in ("LE", "BE")]


@pytest.mark.parametrize("name", [f"{way}{kind}" for way in WAYS for kind in (*INTEGERS, *OTHERS)])
def testRecordedCalls(name: str) -> None:
    buffercases.check("object", name)


def testPlacesAfterWriting() -> None:
    data = Buffer.alloc(8)
    place = data.writeUInt8(1)
    place = data.writeUInt16BE(2, place)
    assert data.writeUIntBE(3, place, 3) == 6
    assert data == b"\1\0\2\0\0\3\0\0"


def testWhatIsNotInRange() -> None:
    with pytest.raises(ValueError) as caught:
        Buffer.alloc(9).writeBigInt64LE(2**63)
    assert str(caught.value) == (
        'The value of "value" is out of range. It must be >= -(2n ** 63n) and < 2n ** 63n. Received '
        "9_223_372_036_854_775_808n"
    )


def testABigIntIsAnInt() -> None:
    value: Any
    for value in (5.0, "5", None, True):
        with pytest.raises(NodeTypeError, match="Cannot mix BigInt and other types"):
            Buffer.alloc(8).writeBigUInt64LE(value)


def testAFractionBelowZeroIsZeroInAnyLength() -> None:
    for size in range(1, 7):
        data = Buffer.alloc(size).fill(1)
        data.writeIntBE(-0.5, 0, size)
        assert data == bytes(size)


def testANumberTooLargeForASingleIsInfinite() -> None:
    data = Buffer.alloc(4)
    data.writeFloatBE(-1e300)
    assert data.readFloatBE() == -math.inf


def testTheMethodsHaveNamesAndTexts() -> None:
    assert Buffer.readUInt16BE.__name__ == "readUInt16BE"
    assert "16 bits, most significant byte first" in (Buffer.readUInt16BE.__doc__ or "")
    assert "buffer.html#bufwriteint8value-offset" in (Buffer.writeInt8.__doc__ or "")
