"""Fault 26: a FIN without TLS' own end: 'end' as in Node, and a mark that something may be missing."""

from __future__ import annotations

import socket
from typing import Any

import pytest
import pytest_twisted
from faultbed import event, logOf
from twisted.internet.threads import deferToThread

pytest.importorskip("nodecompat.tls")
from tls import certificates
from tls.raw import connectSecurely, secureServer, serveRaw

from nodecompat import https


@pytest_twisted.ensureDeferred
@pytest.mark.parametrize("isCut", [True, False])
async def testAServerSeesThatItsClientWasCut(isCut: bool) -> None:
    bed = await secureServer()
    secured = event(bed.server, "secureConnection")
    peer = await deferToThread(connectSecurely, bed.port)
    accepted = await secured
    log = logOf(accepted, "data", "end", "error", "close")
    closed = event(accepted, "close")
    ending = deferToThread(lambda: peer.shutdown(socket.SHUT_WR) if isCut else peer.unwrap().close())
    accepted.resume()
    await closed
    await ending
    assert log == ["end", ("close", False)]
    assert accepted.wasCut is isCut
    peer.close()
    await bed.close()


@pytest_twisted.ensureDeferred
@pytest.mark.parametrize("isCut", [True, False])
async def testABodyWithoutLengthThatWasCutIsIncomplete(isCut: bool) -> None:
    """Its end is the connection's end: without TLS' own, anybody on the way may have made it."""

    def answer(peer: Any) -> None:
        peer.recv(65536)
        peer.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf of")
        if isCut:
            peer.shutdown(socket.SHUT_RDWR)
        else:
            peer.unwrap()

    port, serving = serveRaw(answer)
    request = https.get(port=port, host="127.0.0.1", ca=certificates.make().ca, agent=False)
    response = await event(request, "response")
    body: list[bytes] = []
    response.on("data", body.append)
    log = logOf(response, "end", "aborted", "error", "close")
    await event(response, "close")
    await serving
    assert body == [b"half of"]
    assert response.complete is not isCut
    assert log == ["end", "close"]  # as in Node
