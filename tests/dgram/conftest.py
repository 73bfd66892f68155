"""The in-memory network, and the order of events as one list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat import dgram
from nodecompat.net import BlockList
from nodecompat.testing import FakeDatagram, Network, network

HERE = "127.0.0.1"


@pytest.fixture
def wire() -> Iterator[Network]:
    """An in-memory network in force."""
    with network() as opened:
        yield opened


class Log(list[Any]):
    """What happened, in order: an event alone is its name, one with arguments a tuple."""

    def watch(self, socket: dgram.Socket, who: str = "") -> dgram.Socket:
        """Log all events of a socket but 'message', which is logged as its data."""
        for event in ("listening", "connect", "error", "close"):
            socket.on(event, self.note(f"{who} {event}".strip()))
        socket.on("message", lambda data, info: self.append((f"{who} message".strip(), data)))
        return socket

    def note(self, name: str) -> Any:
        """A callback that logs this name and its arguments other than None; an error as its text."""

        def noted(*args: Any) -> None:
            given = [str(each) if isinstance(each, Exception) else each for each in args if each is not None]
            self.append((name, *given) if given else name)

        return noted


@pytest.fixture
def log() -> Log:
    return Log()


def bound(wire: Network, log: Log, who: str = "", **options: Any) -> dgram.Socket:
    """A socket that is bound to this machine; its events from now on are in the log."""
    socket = dgram.createSocket("udp4", **options)
    socket.bind(0, HERE)
    wire.run()
    return log.watch(socket, who)


def handleOf(wire: Network) -> FakeDatagram:
    """The newest handle."""
    handle = list(wire.handles)[-1]
    assert isinstance(handle, FakeDatagram)
    return handle


def listed(*addresses: str) -> BlockList:
    rules = BlockList()
    for address in addresses:
        rules.addAddress(address)
    return rules
