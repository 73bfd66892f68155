"""Streams of bytes beyond what test_programs.py compares with Node: Python's buffers, and errors."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from webstreams import controllerOf, simulated

from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE_TYPE, NodeError
from nodecompat.stream.web import ReadableStream
from nodecompat.stream.web.bytes import finishBytes


def bytesStream(**hooks: Any) -> tuple[Any, Any]:
    return controllerOf(ReadableStream, type="bytes", **hooks)


@simulated
async def testABufferOfTheProgramIsFilled() -> None:
    stream, controller = bytesStream()
    own = bytearray(b"........")
    reading = stream.getReader(mode="byob").read(memoryview(own)[2:6])
    controller.enqueue(b"abcdef")
    result = await reading
    assert (own, result.value.tobytes(), result.value.obj is own) == (b"..abcd..", b"abcd", True)


@simulated
async def testItemsOfSeveralBytesComeWhole() -> None:
    stream, controller = bytesStream()
    reader = stream.getReader(mode="byob")
    own = array("H", [0, 0, 0])
    reading = reader.read(own)
    controller.enqueue(b"a")
    controller.enqueue(b"bc")
    result = await reading
    assert (result.value.format, result.value.tobytes()) == ("H", b"ab")
    assert (await reader.read(bytearray(9))).value == b"c"


@simulated
async def testWhatIsGivenIsCopiedIfItCouldChange() -> None:
    stream, controller = bytesStream()
    data = bytearray(b"abc")
    controller.enqueue(data)
    data[:] = b"xyz"
    whole = b"same"
    controller.enqueue(whole)
    reader = stream.getReader()
    assert (await reader.read()).value == b"abc"
    assert (await reader.read()).value is whole


@simulated
async def testAReadOnlyBufferIsRefused() -> None:
    stream, _ = bytesStream()
    with pytest.raises(ERR_INVALID_ARG_VALUE):
        await stream.getReader(mode="byob").read(b"abc")


@simulated
async def testOnlyBytesAreTaken() -> None:
    _, controller = bytesStream()
    with pytest.raises(ERR_INVALID_ARG_TYPE):
        controller.enqueue("text")
    with pytest.raises(ERR_INVALID_STATE_TYPE):
        controller.enqueue(b"")


@pytest.mark.parametrize("size", [-1, 0])
@simulated
async def testARequestIsAnsweredWithAtLeastOneByte(size: int) -> None:
    stream, controller = bytesStream()
    stream.getReader(mode="byob").read(bytearray(4))
    with pytest.raises(ERR_INVALID_ARG_VALUE):
        controller.byobRequest.respond(size)


@pytest.mark.parametrize("view", [bytearray(5), memoryview(bytearray(4))[1:], memoryview(bytearray(8))[:2], b"abcd"])
@simulated
async def testAViewOfAnotherPlaceIsRefused(view: Any) -> None:
    stream, controller = bytesStream()
    stream.getReader(mode="byob").read(memoryview(bytearray(8))[4:])
    with pytest.raises(NodeError) as caught:
        controller.byobRequest.respondWithNewView(view)
    assert isinstance(caught.value, ValueError)


@simulated
async def testABufferAsLargeMayTakeItsPlace() -> None:
    stream, controller = bytesStream()
    reading = stream.getReader(mode="byob").read(memoryview(bytearray(8))[4:])
    controller.byobRequest.respondWithNewView(memoryview(bytearray(b"01234567"))[4:6])
    assert (await reading).value == b"45"


@simulated
async def testTheEndGivesABufferBack() -> None:
    stream, controller = bytesStream()
    reading = stream.getReader(mode="byob").read(bytearray(8))
    finishBytes(controller)
    result = await reading
    assert (result.done, len(result.value)) == (True, 0)


@simulated
async def testRoomIsMadeForAReaderWithoutABuffer() -> None:
    def pull(controller: Any) -> None:
        view = controller.byobRequest.view
        view[:2] = b"ab"
        controller.byobRequest.respond(2)

    stream, _ = bytesStream(pull=pull, autoAllocateChunkSize=16)
    assert (await stream.getReader().read()).value == b"ab"
