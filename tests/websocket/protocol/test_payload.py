"""What a program sends, as bytes."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.blob import Blob
from nodecompat.buffer import Buffer
from nodecompat.errors import NodeTypeError
from nodecompat.websocket.protocol.payload import textBytes, toBytes


@pytest.mark.parametrize(
    "data", ["abc", b"abc", bytearray(b"abc"), memoryview(b"abc"), Blob(["abc"]), Buffer.from_("abc"), [97, 98, 99]]
)
def testWhatCanBeSent(data: Any) -> None:
    assert toBytes(data) == b"abc" and type(toBytes(data)) is bytes


def testWhatCannot() -> None:
    with pytest.raises(NodeTypeError) as caught:
        toBytes(5)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def testHalvesOfPairs() -> None:
    assert textBytes("\ud83d\ude00") == "😀".encode()
    assert textBytes("a\ud800") == "a\ufffd".encode()
