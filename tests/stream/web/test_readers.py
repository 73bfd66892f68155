"""The readers of a ReadableStream: what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from webstreams import controllerOf, simulated

from nodecompat.errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_STATE_TYPE,
    ERR_OUT_OF_RANGE,
)
from nodecompat.stream.web import ReadableStream, ReadableStreamBYOBReader, ReadableStreamDefaultReader
from nodecompat.testing import network


@pytest.mark.parametrize("kind", [ReadableStreamDefaultReader, ReadableStreamBYOBReader])
@simulated
async def testAStreamHasOneReader(kind: Any) -> None:
    stream, _ = controllerOf(ReadableStream, type="bytes")
    reader = kind(stream)
    with pytest.raises(ERR_INVALID_STATE_TYPE):
        kind(stream)
    reader.releaseLock()
    reader.releaseLock()
    kind(stream)


@simulated
async def testAStreamOfChunksHasNoReaderWithABuffer() -> None:
    with pytest.raises(ERR_INVALID_ARG_VALUE):
        ReadableStream().getReader(mode="byob")


@pytest.mark.parametrize(
    ("view", "options", "error"),
    [
        ("text", {}, ERR_INVALID_ARG_TYPE),
        (bytearray(), {}, ERR_INVALID_STATE_TYPE),
        (bytearray(2), 5, ERR_INVALID_ARG_TYPE),
        (bytearray(2), {"min": "1"}, ERR_INVALID_ARG_TYPE),
        (bytearray(2), {"min": 0}, ERR_INVALID_ARG_VALUE),
        (bytearray(2), {"min": 1.5}, ERR_INVALID_ARG_VALUE),
        (bytearray(2), {"min": float("nan")}, ERR_INVALID_ARG_VALUE),
        (bytearray(2), {"min": 3}, ERR_OUT_OF_RANGE),
        (memoryview(bytearray(4)).cast("H"), {"min": 3}, ERR_OUT_OF_RANGE),
    ],
)
def testWhatCannotBeFilled(view: Any, options: Any, error: Any) -> None:
    found: list[Any] = []
    with network() as net:
        stream, _ = controllerOf(ReadableStream, type="bytes")
        stream.getReader(mode="byob").read(view, options).addErrback(lambda failure: found.append(failure.type))
        net.run()
    assert found == [error]
