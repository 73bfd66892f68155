"""Datagram handles for tests: the helpers that make them, in a world of `conformance/worlds.py`."""

from __future__ import annotations

import socket

import pytest
import pytest_twisted
from conformance.worlds import BridgeWorld, DescriptorWorld, FakeWorld, Recorded, World

from nodecompat.reactor.handle import DATAGRAM_CALLBACKS

WORLDS = {"descriptor": DescriptorWorld, "bridge": BridgeWorld, "fake": FakeWorld}
HERE = "127.0.0.1"
check = pytest_twisted.ensureDeferred


def unbound(world: World, name: str = "a", family: str = "IPv4") -> Recorded:
    handle = world.factory.udp(family)
    world.handles.append(handle)
    return Recorded(handle, name, world.log, DATAGRAM_CALLBACKS)


def bound(world: World, name: str = "a") -> Recorded:
    """A socket that is bound and reads."""
    made = unbound(world, name)
    assert made.handle.bind(HERE, 0) == 0
    assert made.handle.readStart() == 0
    return made


def portOf(made: Recorded) -> int:
    return int(made.handle.getsockname().port)


def messages(made: Recorded) -> list[bytes]:
    return [event[1] for event in made.events("onmessage")]


def hasIPv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


needsIPv6 = pytest.mark.skipif(not hasIPv6(), reason="no IPv6 on the loopback interface")
