"""zlib's options; the recorded cases hold wrong ones as well."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.errors import NodeError
from nodecompat.zlib import constants as c
from nodecompat.zlib.settings import inRange, settingsOf


def testDefaults() -> None:
    found = settingsOf(c.DEFLATE, None, {})
    assert (found.flush, found.finishFlush, found.chunkSize, found.windowBits, found.level) == (0, 4, 16384, 15, -1)
    assert (found.memLevel, found.strategy, found.dictionary, found.info, found.maxOutputLength) == (
        8,
        0,
        None,
        False,
        2**53 - 1,
    )
    assert settingsOf(c.GUNZIP, {"windowBits": 0}, {}).windowBits == 0


@pytest.mark.parametrize(
    "kind, options, message",
    [
        (
            c.GZIP,
            {"windowBits": 8},
            'The value of "options.windowBits" is out of range. It must be >= 9 and <= 15. Received 8',
        ),
        (
            c.DEFLATE,
            {"level": "x"},
            "The \"options.level\" property must be of type number. Received type string ('x')",
        ),
        (
            c.DEFLATE,
            {"level": float("inf")},
            'The value of "options.level" is out of range. It must be a finite number. Received Infinity',
        ),
        (
            c.DEFLATE,
            {"chunkSize": 10},
            'The value of "options.chunkSize" is out of range. It must be >= 64. Received 10',
        ),
        (
            c.DEFLATE,
            {"dictionary": 5},
            'The "options.dictionary" property must be an instance of Buffer, TypedArray, DataView, or ArrayBuffer. '
            "Received type number (5)",
        ),
    ],
)
def testWrongOptions(kind: int, options: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        settingsOf(kind, options, {})
    assert str(caught.value) == message


def testNumbersInARange() -> None:
    assert [inRange(value, "x", 7, 0, 9) for value in (None, float("nan"), 1.9, 0)] == [7, 7, 1, 0]
