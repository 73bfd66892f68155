"""Fault 25: half a ClientHello and a FIN; bytes at random; plain HTTP: a code that says so, and a closed connection."""

from __future__ import annotations

import random
import socket

import pytest
import pytest_twisted
from faultbed import event, openDescriptors, receive, until

pytest.importorskip("nodecompat.tls")
from tls.raw import clientHello, secureServer, warm

#: Node's codes. What OpenSSL makes of random bytes differs from release to release.
CASES = {
    "half": (clientHello()[:90], ("ECONNRESET",)),
    "nothing": (b"", ("ECONNRESET",)),
    "random": (random.Random(25).randbytes(200), ("ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG")),
    "http": (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", ("ERR_SSL_HTTP_REQUEST",)),
    "proxy": (b"CONNECT a:443 HTTP/1.1\r\n\r\n", ("ERR_SSL_HTTPS_PROXY_REQUEST", "ERR_SSL_PACKET_LENGTH_TOO_LONG")),
    "smtp": (b"EHLO a.example\r\n" * 2, ("ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG")),
}


@pytest_twisted.ensureDeferred
@pytest.mark.parametrize("name", CASES)
async def testTheCodeSaysWhatCame(name: str) -> None:
    sent, codes = CASES[name]
    await warm()
    before = openDescriptors()
    bed = await secureServer()
    failed = event(bed.server, "tlsClientError")
    secured: list[object] = []
    bed.server.on("secureConnection", secured.append)
    peer = bed.connect()
    peer.send(sent)
    peer.shutdown(socket.SHUT_WR)
    assert (await failed).code in codes
    peer.setblocking(False)
    await receive(peer, 100_000)
    await until(lambda: bed.server.connections == 0)
    assert secured == []
    await bed.close()
    assert openDescriptors() <= before
