"""What counts as data."""

from __future__ import annotations

import array
import re

import pytest

from nodecompat.crypto.inputs import VIEWS, octetsOf
from nodecompat.errors import ERR_INVALID_ARG_TYPE


def testTextsAndBytes() -> None:
    values = ("é", b"\xc3\xa9", bytearray(b"\xc3\xa9"), memoryview(b"\xc3\xa9"), array.array("B", b"\xc3\xa9"))
    assert {octetsOf(each, "data", VIEWS) for each in values} == {b"\xc3\xa9"}


def testAnythingElseIsRefused() -> None:
    text = 'The "data" argument must be an instance of Buffer, TypedArray, or DataView. Received type number (5)'
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=re.escape(text)):
        octetsOf(5, "data", VIEWS)
