"""When the source of a ReadableStream is asked for more; both controllers do as Node's in test_programs.py."""

from __future__ import annotations

from typing import Any

import pytest
from webstreams import controllerOf, simulated

from nodecompat.errors import ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_STATE_TYPE
from nodecompat.stream.web import ReadableByteStreamController, ReadableStream, ReadableStreamDefaultController

KINDS: list[Any] = [None, "bytes"]


@pytest.mark.parametrize("kind", [ReadableStreamDefaultController, ReadableByteStreamController])
@simulated
async def testNobodyMakesOne(kind: Any) -> None:
    with pytest.raises(ERR_ILLEGAL_CONSTRUCTOR):
        kind()


@pytest.mark.parametrize("type", KINDS)
@simulated
async def testNothingIsGivenAfterTheEnd(type: Any) -> None:
    _, controller = controllerOf(ReadableStream, type=type)
    controller.close()
    for call in (controller.close, lambda: controller.enqueue(b"a")):
        with pytest.raises(ERR_INVALID_STATE_TYPE):
            call()
    assert controller.desiredSize == 0
