"""Datagram handles: the same checks on the descriptor handle, on the bridge and on the fake."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

import pytest
from conformance.worlds import Recorded, World
from udpbed import HERE, bound, check, messages, portOf, unbound

from nodecompat.reactor.handle import DATAGRAM_CALLBACKS, PENDING
from nodecompat.reactor.loop import activity, faults, ticks


@check
async def testBindTellsTheAddress(world: World) -> None:
    handle = unbound(world).handle
    assert handle.bind(HERE, 0) == 0
    address = handle.getsockname()
    assert (address.address, address.family) == (HERE, "IPv4")
    assert address.port > 0


@check
async def testBindTwice(world: World) -> None:
    made = bound(world)
    assert made.handle.bind(HERE, 0) == -errno.EINVAL


@check
async def testBindToAPortInUse(world: World) -> None:
    first, second = bound(world), unbound(world, "b")
    assert second.handle.bind(HERE, portOf(first)) == -errno.EADDRINUSE
    assert second.handle.bind(HERE, 0) == 0


@check
async def testADatagramArrives(world: World) -> None:
    a, b = bound(world), bound(world, "b")
    assert a.handle.send(b"hello", HERE, portOf(b)) == 0
    assert b.events() == [], "a send calls nobody back"
    await world.until(lambda: b.events())
    assert b.events() == [("onmessage", b"hello", HERE, portOf(a))]


@check
async def testDatagramsKeepTheirBounds(world: World) -> None:
    a, b = bound(world), bound(world, "b")
    sent = [b"one", b"", b"x" * 65507, b"two"]
    for data in sent:
        assert a.handle.send(data, HERE, portOf(b)) == 0
    await world.until(lambda: len(messages(b)) == len(sent))
    assert messages(b) == sent


@check
async def testBytesLikeObjectsAreSent(world: World) -> None:
    a, b = bound(world), bound(world, "b")
    a.handle.send(bytearray(b"one"), HERE, portOf(b))
    a.handle.send(memoryview(b"two"), HERE, portOf(b))
    await world.until(lambda: len(messages(b)) == 2)
    assert messages(b) == [b"one", b"two"]


@check
async def testSendBinds(world: World) -> None:
    a, b = unbound(world), bound(world, "b")
    assert a.handle.send(b"x", HERE, portOf(b)) == 0
    await world.until(lambda: b.events())
    assert b.events()[0][3] == portOf(a) > 0


@check
async def testNothingComesWhileReadingIsStopped(world: World) -> None:
    a, b = bound(world), bound(world, "b")
    assert b.handle.readStop() == 0
    a.handle.send(b"kept", HERE, portOf(b))
    await world.settle()
    assert b.events() == []
    assert b.handle.readStart() == 0
    await world.until(lambda: b.events())
    assert messages(b) == [b"kept"]


@check
async def testCloseInTheMiddleOfABatch(world: World) -> None:
    a, b = bound(world), bound(world, "b")
    b.hooks["onmessage"] = lambda *args: b.handle.close()
    for data in (b"1", b"2", b"3"):
        a.handle.send(data, HERE, portOf(b))
    await world.until(lambda: b.events("onclose"))
    assert [event[0] for event in b.events()] == ["onmessage", "onclose"]


@check
async def testTicksRunBetweenDatagrams(world: World) -> None:
    a, b = bound(world), bound(world, "b")
    b.hooks["onmessage"] = lambda data, *rest: ticks.nextTick(world.log.append, ("tick", data))
    for data in (b"1", b"2"):
        a.handle.send(data, HERE, portOf(b))
    await world.until(lambda: len(world.log) == 4)
    assert [event[-1] if event[0] == "tick" else event[2] for event in world.log] == [b"1", b"1", b"2", b"2"]


@check
async def testAnExceptionLosesNoOtherDatagram(kernel: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[BaseException] = []
    monkeypatch.setattr(faults, "_log", seen.append)
    a, b = bound(kernel), bound(kernel, "b")

    def fail(data: bytes, *rest: Any) -> None:
        raise RuntimeError(data)

    b.hooks["onmessage"] = fail
    for data in (b"1", b"2", b"3"):
        a.handle.send(data, HERE, portOf(b))
    await kernel.until(lambda: len(seen) == 3)
    assert [str(error) for error in seen] == ["b'1'", "b'2'", "b'3'"]


@check
async def testManyDatagramsDoNotStarveOthers(kernel: World) -> None:
    """One wakeup hands out a bounded number of datagrams of one socket."""
    from nodecompat.reactor.descriptor.udp import READS_PER_WAKEUP

    a, b = bound(kernel), bound(kernel, "b")
    assert b.handle.bufferSize(1 << 20, True) > 0
    for _ in range(READS_PER_WAKEUP * 3):
        a.handle.send(b"x", HERE, portOf(b))
    await kernel.until(lambda: len(messages(b)) == READS_PER_WAKEUP * 3)


# Connected sockets


@check
async def testConnectedSend(world: World) -> None:
    a, b = bound(world), bound(world, "b")
    assert a.handle.connect(HERE, portOf(b)) == 0
    assert tuple(a.handle.getpeername()) == (HERE, portOf(b), "IPv4")
    assert a.handle.send(b"x") == 0
    assert a.handle.send(b"x", HERE, portOf(b)) == -errno.EISCONN
    await world.until(lambda: b.events())
    assert messages(b) == [b"x"]


@check
async def testConnectTwice(world: World) -> None:
    a = bound(world)
    assert a.handle.connect(HERE, 9) == 0
    assert a.handle.connect(HERE, 10) == -errno.EISCONN


@check
async def testAConnectedSocketHearsItsPeerOnly(world: World) -> None:
    a, b, stranger = bound(world), bound(world, "b"), bound(world, "stranger")
    assert a.handle.connect(HERE, portOf(b)) == 0
    stranger.handle.send(b"no", HERE, portOf(a))
    b.handle.send(b"yes", HERE, portOf(a))
    await world.until(lambda: a.events())
    await world.settle()
    assert messages(a) == [b"yes"]


@check
async def testDisconnect(world: World) -> None:
    a, b = bound(world), bound(world, "b")
    assert a.handle.disconnect() == -errno.ENOTCONN
    assert a.handle.connect(HERE, portOf(b)) == 0
    assert a.handle.disconnect() == 0
    assert a.handle.getpeername() == -errno.ENOTCONN
    assert a.handle.send(b"x", HERE, portOf(b)) == 0
    await world.until(lambda: b.events())


@check
async def testARefusalIsTold(world: World) -> None:
    a, gone = bound(world), bound(world, "gone")
    port = portOf(gone)
    gone.handle.close()
    assert a.handle.connect(HERE, port) == 0
    assert a.handle.send(b"x") == 0
    await world.until(lambda: a.events())
    assert a.events() == [("onreaderror", -errno.ECONNREFUSED)]


@check
async def testReadingGoesOnAfterARefusal(world: World) -> None:
    a, gone = bound(world), bound(world, "gone")
    port = portOf(gone)
    gone.handle.close()
    await world.until(lambda: gone.events("onclose"))
    a.handle.connect(HERE, port)
    a.handle.send(b"x")
    await world.until(lambda: a.events())
    back = unbound(world, "back")
    assert back.handle.bind(HERE, port) == 0
    back.handle.send(b"back", HERE, portOf(a))
    await world.until(lambda: messages(a) == [b"back"])


# A kernel without room


class Stuffed:
    """A socket that takes nothing while `full`."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self.full = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def sendto(self, *args: Any) -> Any:
        if self.full:
            raise BlockingIOError(errno.EAGAIN, "full")
        return self._sock.sendto(*args)


def stuff(made: Recorded) -> Callable[[], None]:
    """Let the kernel have no room, until what is returned is called."""
    if hasattr(made.handle, "full"):
        made.handle.full = True
        return lambda: made.handle.drain()
    stuffed = made.handle._socket = Stuffed(made.handle._socket)
    return lambda: setattr(stuffed, "full", False)


@check
async def testSendsQueueWhenThereIsNoRoom(world: World) -> None:
    a, b = bound(world), bound(world, "b")
    release = stuff(a)
    assert [a.handle.send(data, HERE, portOf(b)) for data in (b"one", b"four")] == [PENDING, PENDING]
    assert (a.handle.sendQueueCount, a.handle.sendQueueSize) == (2, 7)
    await world.settle()
    assert a.events() == []
    release()
    await world.until(lambda: len(messages(b)) == 2)
    assert a.events() == [("onsend", 0), ("onsend", 0)]
    assert (a.handle.sendQueueCount, a.handle.sendQueueSize) == (0, 0)
    assert messages(b) == [b"one", b"four"]


@check
async def testAQueuedSendFailsAlone(kernel: World) -> None:
    a, b = bound(kernel), bound(kernel, "b")
    release = stuff(a)
    a.handle.send(bytes(70_000), HERE, portOf(b))
    a.handle.send(b"x", HERE, portOf(b))
    release()
    await kernel.until(lambda: len(a.events()) == 2)
    assert a.events() == [("onsend", -errno.EMSGSIZE), ("onsend", 0)]


@check
async def testCloseForgetsQueuedSends(world: World) -> None:
    a = bound(world)
    stuff(a)
    a.handle.send(b"x", HERE, 9)
    a.handle.close()
    assert (a.handle.sendQueueCount, a.handle.sendQueueSize) == (0, 0)
    await world.until(lambda: a.events())
    assert a.events() == [("onclose",)]


# Life


@check
async def testItHoldsTheProgramWhileItReads(world: World) -> None:
    a = unbound(world)
    assert a.handle.bind(HERE, 0) == 0
    assert activity.resources() == []
    a.handle.readStart()
    assert activity.resources() == ["UDPWrap"]
    a.handle.unref()
    assert (activity.resources(), a.handle.hasRef()) == ([], False)
    a.handle.ref()
    a.handle.readStop()
    assert (activity.resources(), a.handle.hasRef()) == ([], True)


@check
async def testCloseTwice(world: World) -> None:
    a = bound(world)
    a.handle.close()
    a.handle.close()
    assert a.events() == []
    await world.until(lambda: a.events())
    await world.settle()
    assert a.events() == [("onclose",)]
    assert [getattr(a.handle, name) for name in DATAGRAM_CALLBACKS] == [None] * len(DATAGRAM_CALLBACKS)


@check
async def testAClosedSocketDoesNothing(world: World) -> None:
    a = bound(world)
    a.handle.close()
    found = [a.handle.getsockname(), a.handle.send(b"x", HERE, 9), a.handle.readStart(), a.handle.setTTL(3)]
    assert found == [-errno.EBADF] * len(found)
    assert (a.handle.hasRef(), a.handle.fileno()) == (False, -1)
