"""Channels between processes: bytes, descriptors, the end."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat.reactor.handle import EOF, PENDING
from nodecompat.reactor.loop import activity
from nodecompat.reactor.loop.channel import Channel, fromDescriptor, pair

check = pytest_twisted.ensureDeferred


class End:
    """One end, with what it got."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.data = b""
        self.descriptors: list[int] = []
        self.ended: Deferred[int] = Deferred()
        self.waiting: tuple[int, Deferred[None]] | None = None
        channel.onread, channel.onend = self._onRead, self.ended.callback
        channel.readStart()

    def _onRead(self, data: bytes, descriptors: list[int]) -> None:
        self.data += data
        self.descriptors += descriptors
        if self.waiting is not None and len(self.data) >= self.waiting[0]:
            (_, waiting), self.waiting = self.waiting, None
            waiting.callback(None)

    async def got(self, size: int) -> bytes:
        if len(self.data) < size:
            waiting: Deferred[None] = Deferred()
            self.waiting = (size, waiting)
            await waiting
        return self.data


@check
async def testBytesAndDescriptorsArriveInOrder() -> None:
    first, second = pair()
    sender, receiver = Channel(first), End(Channel(second))
    for number in range(3):
        reading, writing = os.pipe()
        os.write(writing, b"pipe %d" % number)
        assert sender.write(b"message\n", reading) == 0
        assert sender.write(b"plain\n") == 0
        os.close(reading)
        os.close(writing)
    assert await receiver.got(42) == b"message\nplain\n" * 3
    assert [os.read(fd, 10) for fd in receiver.descriptors] == [b"pipe 0", b"pipe 1", b"pipe 2"]
    for fd in receiver.descriptors:
        assert not os.get_inheritable(fd)
        os.close(fd)
    sender.close()
    assert await receiver.ended == EOF
    receiver.channel.close()


@check
async def testWhatTheKernelDoesNotTakeWaits() -> None:
    first, second = pair()
    sender = Channel(first)
    written: list[int] = []
    sender.onwrite = written.append
    block = b"x" * 1_000_000
    assert sender.write(block) == PENDING
    assert sender.write(b"the end") == PENDING
    assert 0 < sender.writeQueueSize < 1_000_007
    receiver = End(Channel(second))
    assert await receiver.got(1_000_007) == block + b"the end"
    assert (written, sender.writeQueueSize) == ([0, 0], 0)
    receiver.channel.close()
    assert sender.write(b"x") == -errno.EPIPE
    sender.close()


def testAReadChannelKeepsTheProgramAlive() -> None:
    first, second = pair()
    channel = Channel(first)
    before = activity.resources().count("PipeWrap")
    channel.readStart()
    assert activity.resources().count("PipeWrap") == before + 1
    channel.unref()
    assert activity.resources().count("PipeWrap") == before
    channel.close()
    second.close()


def testOnlyAUnixSocketIsAChannel() -> None:
    reading, writing = os.pipe()
    assert fromDescriptor(reading) == -errno.ENOTSOCK
    for fd in (reading, writing):
        os.close(fd)
    assert fromDescriptor(reading) == -errno.EBADF
    first, second = pair()
    opened: Any = fromDescriptor(first.detach())
    assert opened.fileno() >= 0
    opened.close()
    second.close()
