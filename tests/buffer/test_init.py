"""buffer as a whole: the inventory of Node's page."""

from __future__ import annotations

import buffercases
import pytest

from nodecompat import buffer, web
from nodecompat.buffer import Buffer

#: The values of Node's page (@types/node 26).
INVENTORY = (
    "Buffer transcode isUtf8 isAscii kMaxLength kStringMaxLength btoa atob constants INSPECT_MAX_BYTES Blob File"
)
STATIC = (
    "alloc allocUnsafe allocUnsafeSlow byteLength compare concat copyBytesFrom from_ isBuffer isEncoding of poolSize"
)
NUMBERS = [f"{sign}{bits}" for sign in ("Int", "UInt", "Uint") for bits in ("8", "16LE", "16BE", "32LE", "32BE")]
NUMBERS += [
    f"{kind}{order}" for kind in ("BigInt64", "BigUInt64", "BigUint64", "Float", "Double") for order in ("LE", "BE")
]
NUMBERS += [f"{sign}{order}" for sign in ("Int", "UInt", "Uint") for order in ("LE", "BE")]
OTHERS = (
    "compare copy entries equals fill includes indexOf keys lastIndexOf length reverse slice subarray swap16 swap32 "
    "swap64 toJSON toString toLocaleString values write at set"
)
METHODS = OTHERS.split()
METHODS += [way + kind for way in ("read", "write") for kind in NUMBERS]


@pytest.mark.parametrize("name", INVENTORY.split())
def testInventory(name: str) -> None:
    assert name in buffer.__all__
    assert hasattr(buffer, name)


@pytest.mark.parametrize("name", [*STATIC.split(), *METHODS])
def testInventoryOfBuffer(name: str) -> None:
    assert hasattr(Buffer, name)


def testMethodsAreComparedWithNode() -> None:
    """But for those that have a test of their own because a record has no place for what they return."""
    called = {case[1] for case in buffercases.recorded()}
    rest = {"entries", "keys", "values", "length", "set", "toLocaleString"}
    assert set(METHODS) - called == rest


def testConstants() -> None:
    assert buffer.constants == {"MAX_LENGTH": 2**53 - 1, "MAX_STRING_LENGTH": 536870888}
    assert (buffer.kMaxLength, buffer.kStringMaxLength) == tuple(buffer.constants.values())
    assert (buffer.INSPECT_MAX_BYTES, Buffer.poolSize) == (50, 65536)
    assert (buffer.Blob, buffer.File) == (web.Blob, web.File)
