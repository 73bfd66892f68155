"""The tee of a stream of bytes; test_programs.py compares random ones with Node."""

from __future__ import annotations

from typing import Any

from webstreams import collect, controllerOf, simulated

from nodecompat.stream.web import ReadableStream


def split() -> tuple[Any, Any, Any]:
    stream, controller = controllerOf(ReadableStream, type="bytes")
    return (*stream.tee(), controller)


@simulated
async def testBothGetEverything() -> None:
    left, right, controller = split()
    controller.enqueue(b"ab")
    controller.enqueue(b"c")
    controller.close()
    assert (await collect(left), await collect(right)) == ([b"ab", b"c"], [b"ab", b"c"])


@simulated
async def testABufferOfOneIsCopiedForTheOther() -> None:
    left, right, controller = split()
    own = bytearray(4)
    reading = left.getReader(mode="byob").read(own)
    other = right.getReader().read()
    controller.enqueue(b"abcd")
    first, second = await reading, await other
    own[:] = b"...."
    assert (first.value.obj is own, second.value) == (True, b"abcd")


@simulated
async def testABranchMayBeReadWhenTheOtherIsCancelled() -> None:
    left, right, controller = split()
    left.cancel()
    reading = right.getReader(mode="byob").read(bytearray(4))
    controller.enqueue(b"ab")
    assert (await reading).value == b"ab"
