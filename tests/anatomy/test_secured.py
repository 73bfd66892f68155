"""TLS in a recording: the handshake, what is encrypted, and whose connection it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from anatomycases import clientSide, closed, event, inOrder, listening, serverSide
from tls import certificates
from twisted.internet.endpoints import quoteStringArgument

from nodecompat import anatomy, http, https, tls
from nodecompat.anatomy import recording
from nodecompat.anatomy.entries import CLIENT_SOCKET, KERNEL, SERVER_SOCKET
from nodecompat.reactor.tls.handle import TLSHandle
from nodecompat.reactor.tls.session import Session
from nodecompat.reactor.tracing import handles

check = pytest_twisted.ensureDeferred
MADE = certificates.make()
OWN = {"cert": MADE.cert, "key": MADE.key}


@pytest.fixture(autouse=True)
def nothingRecorded() -> Iterator[None]:
    yield
    recording.stop()


def echo(socket: Any) -> None:
    socket.on("data", lambda data: socket.end(data.upper()))


@check
async def testBothSidesOfAConnection() -> None:
    with anatomy.record() as made:
        server = tls.createServer(OWN, echo)
        port = await listening(server)
        client = tls.connect({"port": port, "host": "localhost", "ca": MADE.ca})
        client.on("data", lambda data: None)
        client.write("hello")
        await event(client, "close")
        await closed(server)
    assert made.trouble == ""
    assert {entry.connection for entry in made.entries if entry.name in ("ClientHello", "secureConnect")} == {
        *made.connections
    }
    (connection,) = made.connections.values()
    assert (connection.hasClient, connection.hasServer, connection.closed is not None) == (True, True, True)
    chain = (
        *("tls.connect({…})", "connect", "SO_ERROR 0", "ClientHello", "send", "'connect'"),
        *("recv", "ServerHello", "EncryptedExtensions", "Certificate", "CertificateVerify", "Finished", "Finished"),
        *("certificate verified", "secure TLSv1.3", "'secureConnect'"),
        *("encrypted 5 bytes", "send", "NewSessionTicket", "decrypted 5 bytes", "'data' 5 bytes", "alert close_notify"),
        "'close'",
    )
    assert inOrder(clientSide(made), *chain) == list(chain)
    chain = (
        *("accept", "'connection'", "tlsConnectionListener", "recv", "ClientHello", "ServerHello", "Finished", "send"),
        *("Finished", "secure TLSv1.3", "'secureConnection'", "echo", "decrypted 5 bytes", "end("),
        *("encrypted 5 bytes", "alert close_notify", "close"),
    )
    assert inOrder(serverSide(made), *chain) == list(chain)


@check
async def testMessagesGoBetweenTheLanes() -> None:
    """As what is sent and received does; what a side does by itself stays in its lane."""
    with anatomy.record() as made:
        server = tls.createServer(OWN, echo)
        port = await listening(server)
        client = tls.connect({"port": port, "host": "localhost", "ca": MADE.ca})
        client.resume().write("hello")
        await event(client, "close")
        await closed(server)
    lanes = {(e.origin, e.target) for e in made.entries if e.name == "ClientHello"}
    assert lanes == {(CLIENT_SOCKET, KERNEL), (KERNEL, SERVER_SOCKET)}
    assert {(e.origin, e.target) for e in made.entries if e.name == "certificate verified"} == {(CLIENT_SOCKET,) * 2}
    assert {(e.origin, e.target) for e in made.entries if e.name == "alert"} >= {
        (CLIENT_SOCKET, KERNEL),
        (KERNEL, SERVER_SOCKET),
    }


@check
async def testAResumedSession() -> None:
    with anatomy.record() as made:
        server = https.createServer(OWN, lambda req, res: res.end("hi"))
        port = await listening(server)
        agent = https.Agent({"ca": MADE.ca})
        for _ in range(2):
            response = await event(https.get({"port": port, "host": "localhost", "agent": agent}), "response")
            response.resume()
            await event(response, "end")
        await closed(server)
    first, second = (made.of([number]) for number in made.connections)
    assert "session resumed" not in [e.name for e in first] and "certificate verified" in [e.name for e in first]
    assert [e.name for e in second].count("session resumed") == 2, "on both sides"


@check
async def testAnUntrustedServer() -> None:
    """The failure stands where it arose, before the event that reports it."""
    with anatomy.record() as made:
        server = tls.createServer(OWN, echo)
        port = await listening(server)
        client = tls.connect({"port": port, "host": "localhost", "ca": certificates.authority("stranger").cert})
        client.on("error", lambda error: None)
        await event(client, "close")
        await closed(server)
    failed = [entry.label.split(":")[0] for entry in clientSide(made) if entry.failed]
    assert failed[0].startswith("certificate refused ") and failed[1].startswith("'error' UNABLE_TO_")


@check
async def testAnAlertThatEndsTheConnection() -> None:
    with anatomy.record() as made:
        server = tls.createServer({**OWN, "maxVersion": "TLSv1.2"}, echo)
        port = await listening(server)
        client = tls.connect({"port": port, "host": "localhost", "ca": MADE.ca, "minVersion": "TLSv1.3"})
        client.on("error", lambda error: None)
        await event(client, "close")
        await closed(server)
    alerts = [(e.kind, e.label, e.origin, e.target) for e in made.entries if e.name == "alert"]
    assert alerts == [
        ("error", "alert protocol_version", SERVER_SOCKET, KERNEL),
        ("error", "alert protocol_version", KERNEL, CLIENT_SOCKET),
    ]


@check
async def testHTTPS() -> None:
    with anatomy.record() as made:
        server = https.createServer(OWN, lambda req, res: res.end("hi"))
        port = await listening(server)
        request = https.request({"port": port, "host": "localhost", "ca": MADE.ca, "agent": False})
        request.end()
        response = await event(request, "response")
        response.on("data", lambda data: None)
        await event(response, "end")
        await closed(server)
    assert made.trouble == ""
    chain = (
        *("https.request({…})", "end()", "request GET /", "connect", "ClientHello", "certificate verified"),
        *("'secureConnect'", "encrypted", "decrypted", "response 200", "'response' 200", "'data' 2 bytes", "'end'"),
    )
    assert inOrder(clientSide(made), *chain) == list(chain)
    assert {entry.connection for entry in clientSide(made)} == {1}
    chain = (
        *("accept", "'secureConnection'", "connectionListener", "decrypted", "request GET /", "'request' GET /"),
        *("end('hi')", "encrypted", "response 200"),
    )
    assert inOrder(serverSide(made), *chain) == list(chain)


@check
async def testAnEndpointIsShownAsOneServer(tmp_path: Path) -> None:
    """Not also the tls.Server below it."""
    cert, key, _ = (quoteStringArgument(str(path)) for path in MADE.write(tmp_path))
    with anatomy.record() as made:
        server = http.createServer(lambda req, res: res.end("hi"))
        port = await listening(server, f"ssl:0:interface=127.0.0.1:privateKey={key}:certKey={cert}")
        client = tls.connect({"port": port, "host": "localhost", "ca": MADE.ca})
        client.resume().write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        await event(client, "close")
        await closed(server)
    told = [entry.name for entry in serverSide(made) if entry.kind == "event"]
    assert [told.count(name) for name in ("listening", "connection", "request")] == [1, 1, 1]
    assert len(made.connections) == 1 and made.trouble == ""


@check
async def testAHandshakeUnderWayWhenTheRecordingEnds() -> None:
    """Nothing is left behind: the next connection runs unchanged code."""
    server = tls.createServer(OWN, echo)
    port = await listening(server)
    with anatomy.record():
        client = tls.connect({"port": port, "host": "localhost", "ca": MADE.ca})
        await event(client, "connect")
        assert type(client._handle) is not TLSHandle
    assert type(client._handle) is TLSHandle and type(client._handle.session) is Session
    assert handles._secured == {}
    client.write("hello")
    assert await event(client, "data") == b"HELLO"
    await event(client, "close")
    await closed(server)


@check
async def testClosedConnectionsAreForgotten() -> None:
    with anatomy.record():
        server = tls.createServer(OWN, echo)
        port = await listening(server)
        for _ in range(3):
            client = tls.connect({"port": port, "host": "localhost", "ca": MADE.ca})
            client.resume().write("hello")
            await event(client, "close")
        await closed(server)
        steps: Any = recording._recorders._steps
        assert handles._secured == {}
        assert [each for each in steps.sides if isinstance(each, TLSHandle)] == []
