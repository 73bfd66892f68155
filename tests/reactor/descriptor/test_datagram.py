"""The kernel's datagram socket: addresses, options, groups, IPv6. On the descriptor handle, the bridge and the fake."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest
from conformance.worlds import Recorded, World
from udpbed import HERE, bound, check, messages, needsIPv6, portOf, unbound

from nodecompat.reactor.handle import DATAGRAM_CALLBACKS

# Binding


@check
async def testNamesAreNotLookedUp(kernel: World) -> None:
    handle = unbound(kernel).handle
    assert handle.bind("localhost", 0) == -errno.EINVAL
    assert handle.send(b"x", "localhost", 9) == -errno.EINVAL
    assert handle.connect("localhost", 9) == -errno.EINVAL


@check
async def testTooLarge(world: World) -> None:
    a = bound(world)
    assert a.handle.send(bytes(70_000), HERE, 9) == -errno.EMSGSIZE


@check
async def testBindToTheOtherFamily(world: World) -> None:
    assert unbound(world).handle.bind("::1", 0) == -errno.EINVAL
    assert unbound(world, "b", "IPv6").handle.bind(HERE, 0) == -errno.EINVAL


@check
async def testSendToTheOtherFamily(world: World) -> None:
    assert bound(world).handle.send(b"x", "::1", 9) == -errno.EINVAL


@check
async def testNothingCanBeSetBeforeBind(world: World) -> None:
    handle = unbound(world).handle
    found = [
        handle.getsockname(),
        handle.setTTL(3),
        handle.setMulticastTTL(3),
        handle.setMulticastLoopback(True),
        handle.setMulticastInterface(HERE),
        handle.setBroadcast(True),
        handle.bufferSize(0, True),
        handle.bufferSize(4096, False),
    ]
    assert found == [-errno.EBADF] * len(found)


@check
async def testADescriptorIsTakenOver(kernel: World) -> None:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((HERE, 0))
    handle = kernel.factory.openDatagram(sock.detach())
    kernel.handles.append(handle)
    a, b = Recorded(handle, "a", kernel.log, DATAGRAM_CALLBACKS), bound(kernel, "b")
    assert a.handle.readStart() == 0
    b.handle.send(b"x", HERE, portOf(a))
    await kernel.until(lambda: a.events())
    assert messages(a) == [b"x"]


@check
async def testADescriptorOfSomethingElse(kernel: World) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        assert kernel.factory.openDatagram(sock.fileno()) == -errno.EINVAL
        assert sock.fileno() >= 0
    assert kernel.factory.openDatagram(100_000) == -errno.EBADF


@check
async def testNoDescriptorLeft(kernel: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise OSError(errno.EMFILE, "Too many open files")

    handle = unbound(kernel).handle
    monkeypatch.setattr(socket, "socket", fail)
    calls = [handle.bind(HERE, 0), handle.send(b"x", HERE, 9), handle.connect(HERE, 9), handle.readStart()]
    calls.append(handle.setMembership("224.0.0.114", None, True))
    monkeypatch.undo()
    assert calls == [-errno.EMFILE] * 5
    assert handle.bind(HERE, 0) == 0


@check
async def testNoReusePortHere(kernel: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "SO_REUSEPORT", raising=False)
    assert unbound(kernel).handle.bind(HERE, 0, reusePort=True) == -errno.ENOTSUP


@check
async def testSharedPort(kernel: World) -> None:
    first, second = unbound(kernel), unbound(kernel, "b")
    assert first.handle.bind(HERE, 0, reusePort=True) == 0
    assert second.handle.bind(HERE, portOf(first), reusePort=True) == 0


@check
async def testReusedAddress(world: World) -> None:
    first, second = unbound(world), unbound(world, "b")
    assert first.handle.bind(HERE, 0, reuseAddr=True) == 0
    assert second.handle.bind(HERE, portOf(first), reuseAddr=True) == 0


# Settings


@check
async def testHopsAreBounded(world: World) -> None:
    handle = bound(world).handle
    assert [handle.setTTL(hops) for hops in (0, 1, 255, 256)] == [-errno.EINVAL, 0, 0, -errno.EINVAL]
    assert [handle.setMulticastTTL(hops) for hops in (-1, 0, 255, 256)] == [-errno.EINVAL, 0, 0, -errno.EINVAL]


@check
async def testBufferSizes(kernel: World) -> None:
    handle = bound(kernel).handle
    assert handle.bufferSize(10_000, True) >= 10_000
    assert handle.bufferSize(0, True) >= 10_000
    assert handle.bufferSize(2**31, False) == -errno.EINVAL


@check
async def testGroups(world: World) -> None:
    handle = bound(world).handle
    assert handle.setMembership("224.0.0.114", HERE, True) == 0
    assert handle.setMembership("224.0.0.114", HERE, True) == -errno.EADDRINUSE
    assert handle.setMembership("224.0.0.114", HERE, False) == 0
    assert handle.setMembership("224.0.0.114", HERE, False) == -errno.EADDRNOTAVAIL


@check
async def testJoiningBinds(world: World) -> None:
    handle = unbound(world).handle
    assert handle.setMembership("224.0.0.114", HERE, True) == 0
    assert handle.getsockname().port > 0


@check
async def testGroupsOfOneSource(world: World) -> None:
    handle = bound(world).handle
    assert handle.setSourceMembership(HERE, "232.1.1.1", HERE, True) == 0
    assert handle.setSourceMembership(HERE, "232.1.1.1", HERE, False) == 0
    assert handle.setSourceMembership(HERE, "232.1.1.1", HERE, False) < 0


@check
async def testWrongGroups(kernel: World) -> None:
    handle = bound(kernel).handle
    assert handle.setMembership("bad", None, True) == -errno.EINVAL
    assert handle.setMembership("224.0.0.114", "bad", True) == -errno.EINVAL
    assert handle.setSourceMembership("bad", "232.1.1.1", None, True) == -errno.EINVAL
    assert handle.setMulticastInterface("bad") == -errno.EINVAL


@check
async def testAMulticastReachesItsGroup(kernel: World) -> None:
    a, b = bound(kernel), unbound(kernel, "b")
    assert b.handle.bind("0.0.0.0", 0) == 0
    if b.handle.setMembership("224.0.0.114", HERE, True):
        pytest.skip("no multicast on the loopback interface")
    b.handle.readStart()
    assert a.handle.setMulticastInterface(HERE) == 0
    assert a.handle.setMulticastLoopback(True) == 0
    if a.handle.send(b"all", "224.0.0.114", portOf(b)):
        pytest.skip("no route for multicasts")
    for _ in range(200):
        await kernel.turn()
        if b.events():
            break
    else:
        pytest.skip("the loopback interface carries no multicast")
    assert messages(b) == [b"all"]


# IPv6


@needsIPv6
@check
async def testIPv6(world: World) -> None:
    a, b = unbound(world, "a", "IPv6"), unbound(world, "b", "IPv6")
    for made in (a, b):
        assert made.handle.bind("::1", 0) == 0
        assert made.handle.readStart() == 0
    assert a.handle.send(b"six", "::1", portOf(b)) == 0
    await world.until(lambda: b.events())
    assert b.events() == [("onmessage", b"six", "::1", portOf(a))]


@needsIPv6
@check
async def testIPv6Only(kernel: World) -> None:
    six, four = unbound(kernel, "six", "IPv6"), unbound(kernel, "four")
    assert six.handle.bind("::", 0, ipv6Only=True) == 0
    assert four.handle.bind("0.0.0.0", portOf(six)) == 0


@needsIPv6
@check
async def testDualStack(kernel: World) -> None:
    six, four = unbound(kernel, "six", "IPv6"), bound(kernel, "four")
    assert six.handle.bind("::", 0) == 0
    six.handle.readStart()
    four.handle.send(b"x", HERE, portOf(six))
    await kernel.until(lambda: six.events())
    assert six.events()[0][2] == "::ffff:127.0.0.1"


@needsIPv6
@check
async def testIPv6Groups(kernel: World) -> None:
    handle = unbound(kernel, "six", "IPv6").handle
    assert handle.setMembership("ff02::114", "::%lo", True) == 0, "and binds"
    assert handle.getsockname().port > 0
    assert handle.setMembership("ff02::114", "::%lo", False) == 0
    assert handle.setMembership("ff02::115", None, True) in (0, -errno.ENODEV)
    assert handle.setMembership("ff02::114", "bad", True) == -errno.EINVAL
    assert handle.setMembership("ff02::114", HERE, True) == -errno.EINVAL
    assert handle.setMulticastInterface("::%lo") == 0
    assert [handle.setTTL(9), handle.setMulticastTTL(9), handle.setMulticastLoopback(True)] == [0, 0, 0]


@needsIPv6
@check
async def testIPv6GroupsOfOneSource(kernel: World) -> None:
    handle = unbound(kernel, "six", "IPv6").handle
    assert handle.setSourceMembership("::1", "ff3e::1234", "::%lo", True) == 0
    assert handle.setSourceMembership("::1", "ff3e::1234", "::%lo", False) in (0, -errno.EADDRNOTAVAIL)
    assert handle.setSourceMembership("::1", "ff3e::1234", "bad", True) == -errno.EINVAL
    assert handle.setSourceMembership(HERE, "ff3e::1234", None, True) == -errno.EINVAL
