"""Datagrams through Twisted: what the bridge does where the reactor adopts no sockets."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import BridgeWorld, World
from reactor.conftest import inWorld
from udpbed import HERE, bound, check, messages, portOf, unbound


class PlainReactor:
    """A reactor that adopts no sockets, as on Windows."""

    def __init__(self, reactor: Any) -> None:
        self.listenUDP = reactor.listenUDP


@pytest_twisted.async_yield_fixture
async def plain(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    from twisted.internet import reactor

    from nodecompat.reactor.twisted import udp as udpbridge

    async for made in inWorld(BridgeWorld):
        monkeypatch.setattr(udpbridge.host, "theReactor", lambda: PlainReactor(reactor))
        yield made
        monkeypatch.undo()


@check
async def testAReactorThatAdoptsNothing(plain: World) -> None:
    a, b = bound(plain), bound(plain, "b")
    assert a.handle.send(b"one", HERE, portOf(b)) == 0
    assert a.handle.connect(HERE, portOf(b)) == 0
    assert a.handle.send(b"two") == 0
    await plain.until(lambda: len(messages(b)) == 2)
    assert messages(b) == [b"one", b"two"]
    c = unbound(plain, "c")
    assert c.handle.bind(HERE, portOf(a)) == -errno.EADDRINUSE
    assert c.handle.bind(HERE, 0, reuseAddr=True) == -errno.ENOTSUP
    assert c.handle.bind("::1", 0) == -errno.EINVAL
    assert plain.factory.openDatagram(0) == -errno.ENOTSUP
