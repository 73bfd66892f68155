"""Endpoints with TLS as handles of `net`: what their owner is told, and when."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest_twisted
from faultbed import event, logOf, settled, sleep, until
from tls import certificates
from twisted.internet.endpoints import quoteStringArgument

from nodecompat import http, net, tls

MADE = certificates.make(names=("localhost", "127.0.0.1"))


class Bed:
    """A server of an `ssl:` endpoint, and clients that trust it."""

    def __init__(self, folder: Path, server: Any) -> None:
        self.cert, self.key, ca = MADE.write(folder)
        self.authorities = folder / "cas"
        self.authorities.mkdir()
        ca.rename(self.authorities / "ca.pem")
        self.server = server
        self.accepted: list[net.Socket] = []
        server.on("connection", self.accepted.append)

    async def start(self, prefix: str = "") -> Bed:
        files = f"privateKey={_quoted(self.key)}:certKey={_quoted(self.cert)}"
        self.server.listen(f"{prefix}ssl:0:interface=127.0.0.1:{files}")
        assert not self.server.listening
        await event(self.server, "listening")
        self.port: int = self.server.address().port
        return self

    def connect(self, options: str = "", **keywords: Any) -> net.Socket:
        trusted = f"trustRoots={_quoted(self.authorities)}"
        return net.connect(f"tls:localhost:{self.port}:{trusted}{options}", **keywords)

    async def stop(self) -> None:
        closed = event(self.server, "close")
        self.server.close()
        await closed
        await settled()


def _quoted(path: Path) -> str:
    return quoteStringArgument(str(path))


def shout(socket: net.Socket) -> None:
    socket.on("data", lambda data: socket.write(data.upper()))
    socket.on("end", socket.end)


@pytest_twisted.ensureDeferred
async def testTheEventsAreThoseOfAnySocket(tmp_path: Path) -> None:
    bed = await Bed(tmp_path, net.createServer({"allowHalfOpen": True}, shout)).start()
    client = bed.connect()
    assert client.connecting
    log = logOf(client, "connect", "ready", "end", "close")
    received: list[bytes] = []
    client.on("data", received.append)
    client.end("hello")
    await event(client, "close")
    assert log == ["connect", "ready", "end", ("close", False)]
    assert received == [b"HELLO"] and (client.bytesRead, client.bytesWritten) == (5, 5)
    (accepted,) = bed.accepted
    assert (accepted.bytesRead, accepted.bytesWritten) == (5, 5)
    await bed.stop()


@pytest_twisted.ensureDeferred
async def testAddresses(tmp_path: Path) -> None:
    bed = await Bed(tmp_path, net.createServer(lambda socket: socket.resume())).start()
    client = bed.connect()
    await event(client, "connect")
    await until(lambda: bed.accepted)
    (accepted,) = bed.accepted
    assert (client.remoteAddress, client.remotePort) == ("127.0.0.1", bed.port)
    assert (accepted.remotePort, accepted.localPort) == (client.localPort, bed.port)
    client.end()
    await event(client, "close")
    await bed.stop()


@pytest_twisted.ensureDeferred
async def testBothDirectionsAreSlowedDown(tmp_path: Path) -> None:
    """A megabyte waits for whoever does not read."""
    bed = await Bed(tmp_path, net.createServer({"pauseOnConnect": True})).start()
    client = bed.connect()
    await event(client, "connect")
    written: list[int] = []
    for _ in range(512):
        client.write(bytes(65536), lambda *error: written.append(1))
    client.end()
    await until(lambda: bed.accepted)
    await sleep(50)
    assert len(written) < 512 and bed.accepted[0].bytesRead == 0
    count = 0

    def onData(data: bytes) -> None:
        nonlocal count
        count += len(data)

    bed.accepted[0].on("data", onData).resume()
    await event(bed.accepted[0], "end")
    assert count == 512 * 65536
    await bed.stop()


@pytest_twisted.ensureDeferred
async def testNobodyListens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = net.connect(f"tls:127.0.0.1:{port}")
    error = await event(client, "error")
    assert (error.code, error.message) == ("ECONNREFUSED", f"connect ECONNREFUSED 127.0.0.1:{port}")
    await settled()


@pytest_twisted.ensureDeferred
async def testThePortIsTaken(tmp_path: Path) -> None:
    bed = Bed(tmp_path, net.createServer())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed = event(bed.server, "error")
        files = f"privateKey={_quoted(bed.key)}:certKey={_quoted(bed.cert)}"
        bed.server.listen(f"ssl:{port}:interface=127.0.0.1:{files}")
        assert (await failed).code == "EADDRINUSE"
    assert not bed.server.listening
    await bed.start()
    await bed.stop()


@pytest_twisted.ensureDeferred
async def testTheTimeout() -> None:
    """Until the connection is secure: this server never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = net.connect(f"tls:127.0.0.1:{silent.getsockname()[1]}:timeout=1")
        error = await event(client, "error")
        assert error.code == "ETIMEDOUT"
        await settled()


@pytest_twisted.ensureDeferred
async def testAPlainClientIsNotAnnounced(tmp_path: Path) -> None:
    bed = await Bed(tmp_path, net.createServer()).start()
    client = net.connect(bed.port, "127.0.0.1")
    client.end("GET / HTTP/1.1\r\n\r\n")
    client.resume()
    await event(client, "close")
    assert not bed.accepted
    await bed.stop()


@pytest_twisted.ensureDeferred
async def testAClosedServerDropsWhoShakesHands(tmp_path: Path) -> None:
    bed = await Bed(tmp_path, net.createServer()).start()
    client = net.connect(bed.port, "127.0.0.1")
    client.on("error", lambda error: None)
    await event(client, "connect")
    await sleep(20)
    closed = event(client, "close")
    await bed.stop()
    client.resume()
    await closed


@pytest_twisted.ensureDeferred
async def testARetiringServerWaitsForHandshakes(tmp_path: Path) -> None:
    """As `twistd` ends it: nobody who was accepted is turned away."""
    bed = await Bed(tmp_path, net.createServer(shout)).start()
    raw = net.connect(bed.port, "127.0.0.1")
    await event(raw, "connect")
    await sleep(20)
    retired: list[bool] = []
    bed.server._retire_(lambda: retired.append(True))
    await sleep(20)
    assert not retired
    client = tls.connect({"socket": raw, "servername": "localhost", "ca": MADE.ca})
    await event(client, "secureConnect")
    await until(lambda: retired)
    assert len(bed.accepted) == 1
    client.end()
    client.resume()
    await event(client, "close")
    await bed.stop()


@pytest_twisted.ensureDeferred
async def testFilesAreReadAgain(tmp_path: Path) -> None:
    """New connections get the new certificate, the old ones go on."""
    bed = await Bed(tmp_path, net.createServer({"allowHalfOpen": True}, shout)).start()
    before = bed.connect()
    await event(before, "connect")
    other = certificates.make(names=("localhost", "other.test"))
    bed.cert.write_text(other.cert)
    bed.key.write_text("broken")
    try:
        bed.server._handle.reload()
    except Exception as error:
        assert "PEM" in str(error) or "pem" in str(error) or getattr(error, "code", "")
    else:
        raise AssertionError("the key is broken")
    assert await certificateOf(bed.port) == MADE.der
    bed.key.write_text(other.key)
    bed.server._handle.reload()
    assert await certificateOf(bed.port) == other.der
    received: list[bytes] = []
    before.on("data", received.append)
    before.end("hello")
    await event(before, "close")
    assert received == [b"HELLO"]
    await bed.stop()


async def certificateOf(port: int, name: str = "localhost") -> bytes:
    client = tls.connect(port, "127.0.0.1", {"servername": name, "rejectUnauthorized": False})
    await event(client, "secureConnect")
    found: bytes = client.getPeerCertificate()["raw"]  # type: ignore[index]
    client.destroy()
    return found


@pytest_twisted.ensureDeferred
async def testAFolderOfCertificates(tmp_path: Path) -> None:
    one, other = certificates.make(names=("a.test",)), certificates.make(names=("*.b.test",))
    (tmp_path / "1.pem").write_text(one.key + one.cert)
    (tmp_path / "2.pem").write_text(other.key + other.cert)
    server = net.createServer().listen(rf"tls:{_quoted(tmp_path)}:0:interface=\:\:")
    await event(server, "listening")
    port = server.address().port  # type: ignore[union-attr]
    assert [await certificateOf(port, name) for name in ("a.test", "x.b.test", "elsewhere.test")] == [
        one.der,
        other.der,
        one.der,
    ]
    closed = event(server, "close")
    server.close()
    await closed


@pytest_twisted.ensureDeferred
async def testThePROXYHeaderComesBeforeTheHandshake(tmp_path: Path) -> None:
    """As HAProxy's send-proxy does."""
    bed = await Bed(tmp_path, net.createServer(lambda socket: socket.end(str(socket.remoteAddress)))).start("haproxy:")
    raw = net.connect(bed.port, "127.0.0.1")
    raw.write("PROXY TCP4 203.0.113.7 192.0.2.1 51234 443\r\n")
    client = tls.connect({"socket": raw, "servername": "localhost", "ca": MADE.ca})
    assert await event(client, "data") == b"203.0.113.7"
    client.destroy()
    await event(client, "close")
    await bed.stop()


@pytest_twisted.ensureDeferred
async def testHTTP(tmp_path: Path) -> None:
    """Two requests on one connection."""
    bed = await Bed(tmp_path, http.createServer(lambda req, res: res.end(req.url))).start()
    client = bed.connect()
    received: list[bytes] = []
    client.on("data", received.append)
    for path, header in (("/1", ""), ("/2", "Connection: close\r\n")):
        client.write(f"GET {path} HTTP/1.1\r\nHost: a\r\n{header}\r\n")
    await event(client, "close")
    text = b"".join(received)
    assert text.count(b"HTTP/1.1 200") == 2 and b"/1" in text and b"/2" in text
    await bed.stop()
