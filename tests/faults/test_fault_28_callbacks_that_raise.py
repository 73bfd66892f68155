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


#: Options of the server and of its client.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "SNICallback": ({"SNICallback": fail}, {}),
    "ALPNCallback": ({"ALPNCallback": fail}, {}),
    "pskCallback": ({"pskCallback": fail}, {"pskCallback": lambda hint: {"psk": bytes(16), "identity": "me"}}),
    "pskCallback, TLS 1.2": (
        {"pskCallback": fail, "ciphers": "PSK", "maxVersion": "TLSv1.2"},
        {"pskCallback": lambda hint: {"psk": bytes(16), "identity": "me"}, "ciphers": "PSK"},
    ),
    "OCSPRequest": ({}, {"requestOCSP": True}),
}


@pytest_twisted.ensureDeferred
@pytest.mark.parametrize("name", CASES)
async def testEachIsTheServersError(name: str) -> None:
    """A hundred times, and no descriptor is held. Known as CVE-2026-21637."""
    options, asked = CASES[name]
    await warm()
    before = openDescriptors()
    bed = await secureServer(**options)
    if name == "OCSPRequest":
        bed.server.on(name, fail)
    errors: list[Any] = []
    bed.server.on("tlsClientError", lambda error, socket: errors.append((error, socket.destroyed)))
    given = {"port": bed.port, "host": "127.0.0.1", "servername": "localhost", "ca": certificates.make().ca, **asked}
    with criticalLog() as logged:
        for _ in range(100):
            client = tls.connect({**given, "ALPNProtocols": ["a"]})
            assert (await event(client, "error")).code == "ECONNRESET"
        await until(lambda: len(errors) == 100 and bed.server.connections == 0)
    assert {(type(error), isDestroyed) for error, isDestroyed in errors} == {(KeyError, True)}
    assert logged == []
    await bed.close()
    assert openDescriptors() <= before


@pytest_twisted.ensureDeferred
async def testAClientsIsItsOwn() -> None:
    bed = await secureServer(pskCallback=lambda socket, identity: bytes(16))
    client = tls.connect(port=bed.port, host="127.0.0.1", pskCallback=fail, ca=certificates.make().ca)
    assert type(await event(client, "error")) is KeyError
    await until(lambda: bed.server.connections == 0)
    await bed.close()
