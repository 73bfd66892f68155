"""The in-memory network for the tests of net, and things that most of them need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from nodecompat import net
from nodecompat.reactor.loop import host, ticks
from nodecompat.testing import Network, Peer, network


@pytest.fixture
def wire() -> Iterator[Network]:
    """An in-memory network in force."""
    with network() as opened:
        yield opened


class Log(list[Any]):
    """The order of events as one list: an event alone is its name, one with arguments a tuple."""

    def watch(self, emitter: Any, *events: str, who: str = "") -> Any:
        """Log these events of an emitter, with `who` in front of their names."""
        for event in events:
            emitter.on(event, self._logger(f"{who} {event}".strip()))
        return emitter

    def _logger(self, name: str) -> Any:
        return lambda *args: self.append((name, *args) if args else name)

    def note(self, name: str) -> Any:
        """A callback that logs this name and its arguments other than None."""

        def noted(*args: Any) -> None:
            given = [each for each in args if each is not None]
            self.append((name, *given) if given else name)

        return noted


@pytest.fixture
def log() -> Log:
    return Log()


def connectedPair(wire: Network, **options: Any) -> tuple[net.Socket, Peer]:
    """A client socket that is connected to a plain peer."""
    server = wire.listen(8124)
    socket = net.connect({"port": 8124, "host": "127.0.0.1", **options})
    wire.run()
    server.close()
    return socket, server.peers[0]


@pytest.fixture
def pair(wire: Network) -> tuple[net.Socket, Peer]:
    return connectedPair(wire)


async def settled() -> None:
    """Wait until nothing is queued any more: for the end of tests on the real reactor."""
    while ticks.hasWork():
        done: Deferred[None] = Deferred()
        host.theReactor().callLater(0.001, done.callback, None)
        await done
