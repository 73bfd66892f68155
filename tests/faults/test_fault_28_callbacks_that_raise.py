"""Fault 28: what the program is asked in a handshake raises: the connection is over, and nothing else happens."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from faultbed import criticalLog, event, openDescriptors, until

pytest.importorskip("nodecompat.tls")
from tls import certificates
from tls.raw import secureServer, warm

from nodecompat import tls


def fail(*args: Any) -> None:
    raise KeyError("the program's own")


@pytest_twisted.ensureDeferred
@pytest.mark.parametrize("name", ["SNICallback", "ALPNCallback"])
async def testEachIsTheServersError(name: str) -> None:
    """A hundred times, and no descriptor is held. Known as CVE-2026-21637."""
    await warm()
    before = openDescriptors()
    bed = await secureServer(**{name: fail})
    errors: list[Any] = []
    bed.server.on("tlsClientError", lambda error, socket: errors.append((error, socket.destroyed)))
    with criticalLog() as logged:
        for _ in range(100):
            client = tls.connect(
                port=bed.port, host="127.0.0.1", servername="localhost", ca=certificates.make().ca, ALPNProtocols=["a"]
            )
            assert (await event(client, "error")).code == "ECONNRESET"
        await until(lambda: len(errors) == 100 and bed.server.connections == 0)
    assert {(type(error), isDestroyed) for error, isDestroyed in errors} == {(KeyError, True)}
    assert logged == []
    await bed.close()
    assert openDescriptors() == before
