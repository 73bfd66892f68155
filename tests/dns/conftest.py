"""A name server on the loopback interface, and the in-memory network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_twisted
from nameserver import NameServer
from twisted.internet.task import deferLater

from nodecompat.reactor.loop import activity
from nodecompat.reactor.loop.host import theReactor
from nodecompat.testing import Network, network


@pytest.fixture
def wire() -> Iterator[Network]:
    """An in-memory network in force."""
    with network() as opened:
        yield opened


@pytest_twisted.async_yield_fixture
async def nameServer() -> AsyncIterator[NameServer]:
    """A real name server; afterwards no query is left."""
    server = NameServer()
    yield server
    await server.close()
    for _ in range(100):
        if not activity.isAlive():
            break
        await deferLater(theReactor(), 0.001, lambda: None)
    assert activity.resources() == []
