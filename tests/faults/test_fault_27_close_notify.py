"""Fault 27: TLS' own end is answered: 'end', 'close', and data that is on its way arrives."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from faultbed import event, logOf
from twisted.internet.threads import deferToThread

pytest.importorskip("nodecompat.tls")
from tls.raw import connectSecurely, secureServer


@pytest_twisted.ensureDeferred
async def testCloseNotifyIsAnswered() -> None:
    bed = await secureServer()
    secured = event(bed.server, "secureConnection")
    peer = await deferToThread(connectSecurely, bed.port)
    accepted = await secured
    log = logOf(accepted, "end", "error", "close")
    closed = event(accepted, "close")
    accepted.resume()
    plain = await deferToThread(peer.unwrap)  # waits for the answer
    await closed
    assert log == ["end", ("close", False)]
    assert plain.recv(10) == b""
    plain.close()
    await bed.close()


@pytest_twisted.ensureDeferred
async def testWhatWasWrittenComesBeforeTheAnswer() -> None:
    bed = await secureServer(allowHalfOpen=True)
    secured = event(bed.server, "secureConnection")
    peer = await deferToThread(connectSecurely, bed.port)
    accepted = await secured
    accepted.on("end", lambda: accepted.end(b"x" * 50_000))
    accepted.resume()

    def end() -> bytes:
        parts: list[Any] = []
        peer.sendall(b"last")
        peer.closeForWriting()
        while part := peer.recv(65536):
            parts.append(part)
        return b"".join(parts)

    assert await deferToThread(end) == b"x" * 50_000
    peer.close()
    await bed.close()
