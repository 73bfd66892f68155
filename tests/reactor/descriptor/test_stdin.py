"""Descriptor 0 as a handle: pipes and files, the end, errors."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import DescriptorWorld

from nodecompat.reactor.descriptor.stdin import READ_SIZE, Input
from nodecompat.reactor.handle import EOF
from nodecompat.reactor.loop import activity, faults

check = pytest_twisted.ensureDeferred


class Pipe:
    """An Input at the reading end of a pipe; what it says goes into `log`."""

    def __init__(self, log: list[Any]) -> None:
        self.reading, self.writing = os.pipe()
        self.input = recorded(Input(self.reading), log)

    def end(self) -> None:
        if self.writing >= 0:
            os.close(self.writing)
            self.writing = -1


def recorded(made: Input, log: list[Any]) -> Input:
    made.onread = log.append
    made.onreadend = lambda status: log.append(status)
    return made


@pytest.fixture
def pipe(log: list[Any]) -> Iterator[Pipe]:
    made = Pipe(log)
    yield made
    made.input.readStop()
    made.end()
    os.close(made.reading)


@check
async def testAPipeIsReadToItsEnd(pipe: Pipe, log: list[Any], descriptorWorld: DescriptorWorld) -> None:
    os.write(pipe.writing, b"hello")
    assert pipe.input.readStart() == 0
    await descriptorWorld.until(lambda: log)
    pipe.end()
    await descriptorWorld.until(lambda: len(log) == 2)
    assert log == [b"hello", EOF]


@check
async def testTheDescriptorStaysOpen(pipe: Pipe, log: list[Any], descriptorWorld: DescriptorWorld) -> None:
    """It belongs to the process, not to us."""
    pipe.end()
    pipe.input.readStart()
    await descriptorWorld.until(lambda: log)
    assert os.read(pipe.reading, 1) == b""


@check
async def testNothingIsReadWhileStopped(pipe: Pipe, log: list[Any], descriptorWorld: DescriptorWorld) -> None:
    pipe.input.readStart()
    pipe.input.readStop()
    os.write(pipe.writing, b"kept")
    await descriptorWorld.settle()
    assert log == []
    pipe.input.readStart()
    await descriptorWorld.until(lambda: log)
    assert log == [b"kept"]
    pipe.input.readStop()


@check
async def testItHoldsTheProgramWhileItReads(pipe: Pipe) -> None:
    pipe.input.readStart()
    assert activity.resources() == ["PipeWrap"]
    pipe.input.readStop()
    assert not activity.isAlive()


@check
async def testAFileIsReadPieceByPiece(log: list[Any], tmp_path: Path, descriptorWorld: DescriptorWorld) -> None:
    """A turn for each piece: a stop in between leaves the rest in the file."""
    path = tmp_path / "input"
    path.write_bytes(b"x" * (READ_SIZE + 1))
    with path.open("rb") as file:
        made = recorded(Input(file.fileno()), log)
        made.onread = lambda data: (log.append(len(data)), made.readStop())
        assert (made.isFile, made.resourceName) == (True, "FSReqCallback")
        made.readStart()
        await descriptorWorld.until(lambda: log)
        await descriptorWorld.settle()
        assert log == [READ_SIZE]
        made.readStart()
        await descriptorWorld.until(lambda: len(log) == 2)
        made.readStart()
        await descriptorWorld.until(lambda: len(log) == 3)
    assert log == [READ_SIZE, 1, EOF]


@check
async def testTheNullDeviceEnds(log: list[Any], descriptorWorld: DescriptorWorld) -> None:
    with open(os.devnull, "rb") as file:
        recorded(Input(file.fileno()), log).readStart()
        await descriptorWorld.until(lambda: log)
    assert log == [EOF]


@check
async def testAReadThatFailsEndsIt(
    pipe: Pipe, log: list[Any], descriptorWorld: DescriptorWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(fd: int, size: int) -> bytes:
        raise OSError(errno.EIO, "the terminal has gone")

    os.write(pipe.writing, b"x")
    pipe.input.readStart()
    with monkeypatch.context() as patch:
        patch.setattr("nodecompat.reactor.descriptor.stdin.os.read", fail)
        pipe.input.doRead()
    assert (log, activity.isAlive()) == ([-errno.EIO], False)


@check
async def testAnExceptionInAListenerIsReported(
    pipe: Pipe, descriptorWorld: DescriptorWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the handle's owner is asked to give it up."""
    seen: list[str] = []
    monkeypatch.setattr(faults, "_log", lambda error: seen.append(str(error)))

    def fail(data: bytes) -> None:
        raise ValueError("boom")

    pipe.input.onread = fail
    pipe.input.onfault = lambda: (seen.append("onfault"), pipe.input.readStop())
    os.write(pipe.writing, b"x")
    pipe.input.readStart()
    await descriptorWorld.until(lambda: len(seen) == 2)
    assert seen == ["boom", "onfault"]
