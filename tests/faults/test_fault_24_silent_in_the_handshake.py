"""Fault 24: a TLS peer that connects and says nothing, or stops in the midst of its handshake."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from faultbed import event, openDescriptors, receive, settled, until

pytest.importorskip("nodecompat.tls")
from tls import certificates
from tls.raw import clientHello, secureServer, warm

from nodecompat import net, tls


@pytest_twisted.ensureDeferred
@pytest.mark.parametrize(
    "sent", [b"", b"\x16", clientHello()[:100], clientHello()], ids=["nothing", "a byte", "half", "whole"]
)
async def testAClientThatSaysNoMoreIsGivenUp(sent: bytes) -> None:
    """Node tells of it, and holds the connection for ever."""
    await warm()
    before = openDescriptors()
    bed = await secureServer(handshakeTimeout=30)
    peer = bed.connect()
    peer.send(sent)
    error = await event(bed.server, "tlsClientError")
    assert error.code == "ERR_TLS_HANDSHAKE_TIMEOUT"
    peer.setblocking(False)
    answer = await receive(peer, 100_000)  # to its end
    assert bool(answer) is (len(sent) == len(clientHello()))
    await until(lambda: bed.server.connections == 0)
    await bed.close()
    assert openDescriptors() <= before


@pytest_twisted.ensureDeferred
async def testAServerThatSaysNothingIsGivenUpByATimeout() -> None:
    """`connect` has no time limit of its own, as in Node: `timeout` is the program's."""
    silent: list[Any] = []
    server = net.createServer(silent.append)
    server.listen(0, "127.0.0.1")
    await event(server, "listening")
    client = tls.connect(port=server.address().port, host="127.0.0.1", ca=certificates.make().ca, timeout=30)
    await event(client, "timeout")
    client.destroy()
    await event(client, "close")
    silent[0].destroy()
    server.close()
    await settled()
