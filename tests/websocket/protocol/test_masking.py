"""Masking, with and without the C function of `websockets`."""

from __future__ import annotations

import pytest

from nodecompat.websocket.protocol import masking

KEY = b"\x01\x80\xff\x7f"


@pytest.mark.parametrize("mask", [masking.mask, masking.maskByNumbers])
@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 125, 4095, 4096, 4097, 10_001])
def testEachByteMeetsItsByteOfTheKey(mask: object, size: int) -> None:
    assert callable(mask)
    data = bytes(place * 7 & 255 for place in range(size))
    masked = mask(data, KEY)
    assert masked == bytes(byte ^ KEY[place & 3] for place, byte in enumerate(data))
    assert mask(masked, KEY) == data
