"""Recordings of real connections: what is told, of which connection, in which order, and that nothing stays behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from anatomycases import (
    clientSide,
    closed,
    echoServer,
    event,
    helloServer,
    inOrder,
    listening,
    names,
    serverSide,
)
from suite import whyNoTLS

from nodecompat import anatomy, fetch, http, net, process, setImmediate
from nodecompat.anatomy import Recording, recorder, recording
from nodecompat.events import EventEmitter
from nodecompat.reactor import choose
from nodecompat.reactor.loop import ticks
from nodecompat.reactor.tracing import hook
from nodecompat.reactor.tracing.handles import TracingFactory
from nodecompat.timers.immediate import Immediate
from nodecompat.timers.timeout import Timeout
from nodecompat.web import pool

check = pytest_twisted.ensureDeferred
overBridge = os.environ.get("NODECOMPAT_HANDLES") == "bridge"
fewerSteps = pytest.mark.skipif(overBridge, reason="over Twisted's transports no descriptor and no watcher is seen")


@pytest.fixture(autouse=True)
def nothingRecorded() -> Iterator[None]:
    yield
    recording.stop()


async def article() -> Recording:
    """The article's program, in this process."""
    with anatomy.record("article") as made:
        server = http.createServer({"insecureHTTPParser": True}, lambda req, res: res.end("hello world\n"))
        server.listen(0, "127.0.0.1")
        await event(server, "listening")
        c = net.createConnection(server.address().port, "127.0.0.1")  # type: ignore[union-attr]
        c.setEncoding("utf8")
        c.addListener("connect", lambda: c.write("GET / HTTP/1.0\n\n"))
        c.addListener("data", lambda chunk: None)
        c.addListener("end", c.end)
        await event(c, "close")
        await closed(server)
    assert made.trouble == ""
    return made


@check
@fewerSteps
async def testTheArticlesClient() -> None:
    chain = (
        "net.createConnection(",
        "socket → fd",
        "connect → EINPROGRESS",
        "write watcher armed (writeWatcher)",
        "SO_ERROR 0",
        "write watcher disarmed (writeWatcher)",
        "'connect'",
        "write('GET / HTTP/1.0",
        "send 16 bytes",
        "read watcher started (readWatcher)",
        "recv",
        "'data'",
        "recv 0",
        "'end'",
        "shutdown",
        "close",
        "'close'",
    )
    assert inOrder(clientSide(await article()), *chain) == list(chain)


@check
@fewerSteps
async def testTheArticlesServer() -> None:
    chain = (
        "http.createServer(",
        "listen(0",
        "socket → fd",
        "bind 127.0.0.1",
        "listen backlog 511",
        "'listening'",
        "accept → fd",
        "peer socket paired",
        "read watcher started (readWatcher)",
        "'connection'",
        "connectionListener",
        "recv 16 bytes",
        "request GET /",
        "'request' GET /",
        "end('hello world",
        "send",
        "shutdown",
        "close",
    )
    assert inOrder(serverSide(await article()), *chain) == list(chain)


@check
async def testBothSidesAreOneConnection() -> None:
    made = await article()
    (connection,) = made.connections.values()
    assert (connection.hasClient, connection.hasServer, connection.bytesToServer) == (True, True, 16)
    assert connection.bytesToClient > 12
    assert connection.closed is not None and connection.firstByte is not None and connection.connected is not None
    assert connection.opened <= connection.connected <= connection.firstByte <= connection.closed
    assert connection.closedBy == "server"


@check
async def testNumbersTimesAndCauses() -> None:
    made = await article()
    entries = list(made.entries)
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert all(entry.cause < entry.number for entry in entries)
    byNumber = {entry.number: entry for entry in entries}
    causes = {e.label.split()[0]: byNumber[e.cause].label.split()[0] for e in entries if e.cause and e.connection}
    assert causes["'data'"] == "recv" or overBridge
    assert causes["connectionListener"] == "'connection'"
    assert causes["write('GET"] == "<lambda>"
    assert causes["'end'"] == "recv"


@check
async def testListenersHaveTheirLineAndTime() -> None:
    made = await article()
    listeners = [e for e in made.entries if e.kind == "listener" and e.source and "test_recording" in e.source.file]
    assert listeners
    for entry in listeners:
        assert entry.duration is not None and entry.duration >= 0 and entry.source is not None
        assert made.sources[entry.source.file][entry.source.line].strip()


@check
async def testAKeepAliveClient() -> None:
    with anatomy.record() as made:
        server = helloServer()
        port = await listening(server)
        agent = http.Agent(keepAlive=True, maxSockets=1)
        for _ in range(3):
            req = http.get({"port": port, "host": "127.0.0.1", "agent": agent})
            res = await event(req, "response")
            res.resume()
            await event(res, "end")
        agent.destroy()
        await closed(server)
    assert made.trouble == ""
    (connection,) = made.connections.values()
    messages = [(e.name, e.detail, e.connection) for e in made.entries if e.kind == "message"]
    assert messages.count(("request", "GET /", connection.id)) == 6  # told by the client, and by the server
    assert messages.count(("response", "200 OK", connection.id)) == 6
    assert names(made.entries).count("connect") == 1


@check
async def testANameIsLookedUp() -> None:
    with anatomy.record() as made:
        server = echoServer()
        port = await listening(server)
        client = net.connect(port, "localhost", {"family": 4})  # type: ignore[call-overload]
        client.resume()
        client.end()
        await event(client, "close")
        await closed(server)
    chain = ("net.connect(", "name look-up localhost", "'lookup' localhost → 127.0.0.1", "connect", "'connect'")
    assert inOrder([e for e in made.entries if e.connection == 1], *chain) == list(chain)


def event_loop_turn() -> Any:
    from twisted.internet import reactor
    from twisted.internet.task import deferLater

    return deferLater(reactor, 0, lambda: None)  # type: ignore[arg-type]


#: What a recording replaces, and must put back.
_OWNERS = (
    EventEmitter,
    net.Socket,
    net.Server,
    net,
    http,
    http.Server,
    http.ClientRequest,
    http.IncomingMessage,
    http.OutgoingMessage,
    http.ServerResponse,
    Timeout,
    Immediate,
    ticks.loop,
    net.connecting.Job,
    net.connecting.TcpJob,
)


@check
async def testNothingIsLeftBehind() -> None:
    server = echoServer()
    port = await listening(server)
    before = [dict(vars(owner)) for owner in _OWNERS]
    factory = choose.current()
    with anatomy.record():
        assert isinstance(choose.current(), TracingFactory)
        assert vars(EventEmitter)["emit"] is not before[0]["emit"]
        client = net.connect(port, "127.0.0.1")
        await event(client, "connect")
    ignored = {"_inScope", "_inTurn", "_wakePending", "_turnOpen", "_isPutOff", "alarmTime", "onAlarm", "phases"}
    for owner, then in zip(_OWNERS, before, strict=True):
        now = dict(vars(owner))
        assert {k for k in now.keys() | then.keys() if now.get(k) is not then.get(k)} <= ignored, owner
    assert choose.current() is factory and hook.tracer is None
    if not overBridge:  # there, a handle that was made during the recording only tells nobody any more
        assert not type(client._handle).__name__.startswith("Traced")
    assert not recorder._functions and not recorder._calls
    client.resume()
    client.end("after")
    await event(client, "close")
    await closed(server)


@check
@fewerSteps
async def testWhatRanBeforeIsRecordedFromNowOn() -> None:
    server = echoServer()
    port = await listening(server)
    client = net.connect(port, "127.0.0.1")
    client.on("data", lambda chunk: None)
    await event(client, "connect")
    with anatomy.record() as made:
        client.end("ping")
        await event(client, "close")
    await closed(server)
    assert made.trouble == ""
    assert any(e.label.startswith("send 4 bytes") for e in clientSide(made))
    assert any(e.label.startswith("recv 4 bytes") for e in serverSide(made))


def testOneRecordingAtATime() -> None:
    with anatomy.record(), pytest.raises(RuntimeError, match="under way already"):
        recording.start(Recording())
    with anatomy.record():
        pass


@check
async def testTheRingIsBounded() -> None:
    with anatomy.record(limit=20) as made:
        server = echoServer()
        port = await listening(server)
        client = net.connect(port, "127.0.0.1")
        client.resume()
        client.end("ping")
        await event(client, "close")
        await closed(server)
    assert len(made.entries) == 20
    assert made.dropped == made.entries[-1].number - 20 > 0


@check
async def testUnderLoadCallsAndListenersAreLeftOut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "BUSY_ENTRIES", 30)
    monkeypatch.setattr(recorder, "BUSY_TIME", 60_000.0)
    monkeypatch.setattr(recorder, "CALM_ENTRIES", 20)
    with anatomy.record() as made:
        server = helloServer()
        port = await listening(server)
        monkeypatch.setattr(recorder, "CALM_TIME", 60_000.0)
        await visit(port, 5)
        told = len(made.entries)
        assert made.skipped > 10
        monkeypatch.setattr(recorder, "CALM_TIME", 0.0)  # whatever comes now is calm
        monkeypatch.setattr(recorder, "BUSY_TIME", 0.0)
        await visit(port, 5)
        await closed(server)
    busy, calm = list(made.entries)[40:told], list(made.entries)[told + 40 :]
    assert {e.kind for e in busy} == {"step", "event", "message"}
    assert "close" in {e.name for e in busy} and "request" not in {e.name for e in busy if e.kind == "event"}
    assert {"call", "listener"} <= {e.kind for e in calm}


async def visit(port: int, times: int) -> None:
    for _ in range(times):
        req = http.get({"port": port, "host": "127.0.0.1", "agent": False})
        res = await event(req, "response")
        res.resume()
        await event(res, "end")


@check
@pytest.mark.parametrize(
    ("owner", "name"),
    [(recorder.Recorder, "add"), (recorder.Recorder, "connection"), (recorder.Recorder, "_keepSource")],
)
async def testAMistakeOfTheRecorderStaysItsOwn(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    """The program runs as it would; the recording says that something is missing."""

    def fail(*args: Any, **options: Any) -> Any:
        raise KeyError("a mistake")

    monkeypatch.setattr(owner, name, fail)
    got: list[bytes] = []
    with anatomy.record() as made:
        server = helloServer()
        port = await listening(server)
        req = http.get({"port": port, "host": "127.0.0.1"})
        res = await event(req, "response")
        res.on("data", got.append)
        await event(res, "end")
        setImmediate(lambda: process.nextTick(got.append, b"!"))
        await closed(server)
        await event_loop_turn()
    assert got[:1] == [b"hello world\n"]
    assert made.trouble == "KeyError: 'a mistake'"


@check
async def testFetchIsAClientLikeAnyOther() -> None:
    pool.destroy()
    with anatomy.record() as made:
        server = helloServer()
        port = await listening(server)
        response = await fetch(f"http://127.0.0.1:{port}/page")
        assert await response.text() == "hello world\n"
        await closed(server)
    wanted = ("socket → fd", "connect → EINPROGRESS", "request GET /page", "'connect'", "send", "recv", "response 200")
    assert inOrder(clientSide(made), *wanted) == list(wanted)


@check
async def testATlsServer(tmp_path: Any) -> None:
    """The client is an endpoint of Twisted's: the bridge tells what it sees, and the server beside it is paired."""
    if whyNoTLS():
        pytest.skip(whyNoTLS())
    pytest.importorskip("service_identity", reason="needs service-identity: pip install nodecompat[tls]")
    key, certificate = makeCertificate(tmp_path)
    with anatomy.record() as made:
        server = helloServer()
        port = await listening(server, f"ssl:0:privateKey={key}:certKey={certificate}:interface=127.0.0.1")
        got: list[bytes] = []
        client = net.connect(endpoint=trusting(port))
        client.on("data", got.append)
        client.on("connect", lambda: client.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        await event(client, "close")
        await closed(server)
    assert b"hello world" in b"".join(got)
    assert made.trouble == ""
    (connection,) = made.connections.values()
    assert (connection.hasClient, connection.hasServer, connection.remote) == (True, True, f"127.0.0.1:{port}")
    chain = (
        "accept",
        "recv",
        "ClientHello",
        "secure TLSv1.3",
        "'connection'",
        "connectionListener",
        "decrypted",
        "request GET /",
        "'request' GET /",
        "send",
        "close",
    )
    assert inOrder(serverSide(made), *chain) == list(chain)
    chain = ("connect", "SO_ERROR 0", "'connect'", "write(", "send", "recv", "'data'", "'close'")
    assert inOrder(clientSide(made), *chain) == list(chain)


def makeCertificate(folder: Any) -> tuple[str, str]:
    """A key and a certificate that nobody but these tests trusts."""
    from datetime import datetime, timedelta, timezone

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    certificate = builder.sign(key, hashes.SHA256())
    paths = str(folder / "key.pem"), str(folder / "cert.pem")
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    with open(paths[0], "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, *form))
    with open(paths[1], "wb") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
    return paths


def trusting(port: int) -> Any:
    """A TLS client that asks nobody whom it talks to."""
    from twisted.internet import reactor
    from twisted.internet.endpoints import SSL4ClientEndpoint
    from twisted.internet.ssl import CertificateOptions

    return SSL4ClientEndpoint(reactor, "127.0.0.1", port, CertificateOptions(verify=False))
