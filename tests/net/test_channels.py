"""What net publishes on diagnostics channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat import diagnostics_channel, net
from nodecompat.testing import Network

NAMES = (
    "net.client.socket",
    "net.server.socket",
    "tracing:net.server.listen:asyncStart",
    "tracing:net.server.listen:asyncEnd",
    "tracing:net.server.listen:error",
)


@pytest.fixture
def published(log: Any) -> Iterator[list[Any]]:
    """What was published, as (name, message), while the test runs."""

    def onMessage(message: Any, name: Any) -> None:
        log.append((name, message))

    for name in NAMES:
        diagnostics_channel.subscribe(name, onMessage)
    yield log
    for name in NAMES:
        diagnostics_channel.unsubscribe(name, onMessage)


def testConnections(wire: Network, published: list[Any]) -> None:
    """A server's connection is published after the listeners of 'connection' have run."""
    sockets: list[net.Socket] = []

    def onConnection(socket: net.Socket) -> None:
        published.append("connection")
        sockets.append(socket)

    server = net.createServer(onConnection).listen(8124)
    wire.run()
    del published[:]
    client = net.connect(8124, "127.0.0.1")
    assert published == [("net.client.socket", {"socket": client})]
    wire.run()
    assert published[1:] == ["connection", ("net.server.socket", {"socket": sockets[0]})]
    client.destroy()
    server.close()
    wire.run()


def testListen(wire: Network, published: list[Any]) -> None:
    server = net.createServer().listen(8124, "127.0.0.1")
    start, end, failed = NAMES[2:]
    assert published == [(start, {"server": server, "options": {"port": 8124, "host": "127.0.0.1"}})]
    server.on("listening", lambda: published.append("listening"))
    wire.run()
    assert published[1:] == [(end, {"server": server}), "listening"]
    del published[:]
    second = net.createServer().on("error", lambda error: published.append("error")).listen(8124, "127.0.0.1")
    wire.run()
    assert published[1][0] == failed and published[1][1]["server"] is second
    assert (published[1][1]["error"].code, published[2]) == ("EADDRINUSE", "error")
    server.close()


def testTheNamesAreListed() -> None:
    assert set(NAMES) <= set(diagnostics_channel.CHANNELS)
