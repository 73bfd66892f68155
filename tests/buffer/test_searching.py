"""indexOf, lastIndexOf and includes."""

from __future__ import annotations

import buffercases
import pytest

from nodecompat.buffer import Buffer
from nodecompat.errors import ERR_UNKNOWN_ENCODING


def testRecordedCalls() -> None:
    buffercases.check("object", "indexOf lastIndexOf includes")


def testUnitsOfUtf16BeginAtEvenPlaces() -> None:
    data = Buffer.from_([0, 97, 0, 97, 0])
    assert (data.indexOf("a", 0, "ucs2"), data.indexOf("a"), data.lastIndexOf("a")) == (-1, 1, 3)
    assert Buffer.from_("xaxa", "ucs2").lastIndexOf("a", "ucs2") == 6


def testTheSecondArgumentMayBeTheEncoding() -> None:
    assert Buffer.from_("abcabc").indexOf("6263", "hex") == 1
    with pytest.raises(ERR_UNKNOWN_ENCODING, match="Unknown encoding: x"):
        Buffer.from_("abc").indexOf("b", "x")
