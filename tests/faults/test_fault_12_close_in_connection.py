"""Fault 12: server.close() inside the connection listener."""

from __future__ import annotations

import socket

import pytest
import pytest_twisted
from faultbed import echo, event, receive, serve, settled

from nodecompat import net


@pytest_twisted.ensureDeferred
async def testTheLiveConnectionWorksOn() -> None:
    def onConnection(each: net.Socket) -> None:
        echo(each)
        bed.server.close()

    bed = await serve(onConnection)
    port = bed.port
    _ours, peer = await bed.pair()
    closed = event(bed.server, "close")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()
    peer.send(b"hello")
    assert await receive(peer, 5) == b"hello"
    assert not closed.called
    peer.close()
    await closed
    await settled()
