"""TextEncoderStream and TextDecoderStream; comparisons/globals.py compares them with Node."""

from __future__ import annotations

import pytest
import pytest_twisted
from webstreams import collect

from nodecompat import ReadableStream, TextDecoderStream, TextEncoderStream
from nodecompat.errors import ERR_ENCODING_NOT_SUPPORTED


@pytest_twisted.ensureDeferred
async def testThereAndBackByteByByte() -> None:
    text = "aé€\U0001f600" * 10
    data = b"".join(await collect(ReadableStream.from_(list(text)).pipeThrough(TextEncoderStream())))
    pieces = [data[at : at + 1] for at in range(len(data))]
    assert "".join(await collect(ReadableStream.from_(pieces).pipeThrough(TextDecoderStream()))) == text


@pytest_twisted.ensureDeferred
async def testHalvesOfACharacterMeet() -> None:
    halves = ReadableStream.from_(["\ud83d", "", "\ude00"])
    assert await collect(halves.pipeThrough(TextEncoderStream())) == ["\U0001f600".encode()]


def testAnUnknownEncoding() -> None:
    with pytest.raises(ERR_ENCODING_NOT_SUPPORTED):
        TextDecoderStream("nope")
