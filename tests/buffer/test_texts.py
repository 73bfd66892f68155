"""transcode, atob, btoa, isUtf8, isAscii."""

from __future__ import annotations

import array

import buffercases
import pytest

from nodecompat import buffer
from nodecompat.errors import ERR_MISSING_ARGS


def testRecordedCalls() -> None:
    buffercases.check("module", "transcode atob btoa isUtf8 isAscii")


def testNothingIsMissing() -> None:
    for function in (buffer.atob, buffer.btoa):
        with pytest.raises(ERR_MISSING_ARGS, match='The "input" argument must be specified'):
            function()


def testFromUtf16() -> None:
    assert buffer.transcode(bytes.fromhex("e900"), "utf16le", "utf8") == "é".encode()
    assert buffer.transcode(b"", "nope", "utf8") == b""


def testAnyArrayIsBytes() -> None:
    assert buffer.isAscii(array.array("H", [1, 2])) and not buffer.isUtf8(array.array("H", [0xFFFF]))
