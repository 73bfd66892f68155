"""The steps below the API: which connection they belong to, and how they read."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from anatomycases import closed, echoServer, event, inOrder, listening
from faultbed import until

from nodecompat import anatomy, dgram, http, net
from nodecompat.anatomy import Recording, recording, steps
from nodecompat.anatomy.entries import CLIENT_PROGRAM, CLIENT_SOCKET, KERNEL, SERVER_PROGRAM, SERVER_SOCKET
from nodecompat.anatomy.recorder import Recorder
from nodecompat.anatomy.steps import Steps
from nodecompat.reactor.handle import Address
from nodecompat.reactor.tracing import hook

check = pytest_twisted.ensureDeferred
overBridge = os.environ.get("NODECOMPAT_HANDLES") == "bridge"
fewerSteps = pytest.mark.skipif(overBridge, reason="over Twisted's transports no descriptor and no watcher is seen")


@pytest.fixture(autouse=True)
def nothingRecorded() -> Iterator[None]:
    yield
    recording.stop()


@check
async def testFiftyConnections() -> None:
    with anatomy.record() as made:
        server = echoServer()
        port = await listening(server)
        ends = []
        for number in range(50):
            client = net.connect(port, "127.0.0.1")
            client.on("data", lambda chunk: None)
            client.end(b"x" * (number + 1))
            ends.append(event(client, "close"))
        for end in ends:
            await end
        await closed(server)
    assert made.trouble == ""
    assert len(made.connections) == 50
    assert all(c.hasClient and c.hasServer and c.closed is not None for c in made.connections.values())
    assert sorted(c.bytesToServer for c in made.connections.values()) == list(range(1, 51))
    assert all(c.bytesToServer == c.bytesToClient for c in made.connections.values())
    for number in made.connections:
        chain = ("connect", "accept", "'connect'", "recv", "'data'", "'close'")
        assert inOrder(made.of([number]), *chain) == list(chain)


@check
async def testAFailureStandsWhereItArose() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with anatomy.record() as made:
        client = net.connect(port, "127.0.0.1")
        client.on("error", lambda error: None)
        await event(client, "close")
    told = [(e.kind, e.label.split(":")[0], e.connection) for e in made.entries if e.failed]
    assert told == [("error", "SO_ERROR ECONNREFUSED", 1), ("event", "'error' ECONNREFUSED", 1)]
    chain = (
        "connect → EINPROGRESS",
        "SO_ERROR ECONNREFUSED",
        "close",
        "'error' ECONNREFUSED",
        "'close' after an error",
    )
    if not overBridge:
        assert inOrder(made.entries, *chain) == list(chain)
    assert made.connections[1].error == "ECONNREFUSED"


@check
async def testAUnixSocket(tmp_path: Any) -> None:
    path = str(tmp_path / "s")
    with anatomy.record() as made:
        server = echoServer()
        await listening(server, path)
        for _ in range(2):
            client = net.connect(path)
            client.resume()
            client.end("ping")
            await event(client, "close")
        await closed(server)
    assert [(c.hasClient, c.hasServer, c.bytesToServer, c.remote) for c in made.connections.values()] == [
        (True, True, 4, path),
        (True, True, 4, path),
    ]


@check
@fewerSteps
async def testNothingOfAnIgnoredHandle() -> None:
    server = echoServer()
    with anatomy.record() as made:
        port = await listening(server)
        recording.ignoreHandle(server._handle)
        before = len(made.entries)
        with socket.create_connection(("127.0.0.1", port)) as peer:
            peer.sendall(b"ping")
            await event(server, "connection")
        server.on("close", lambda: None)
        await closed(server)
    assert [e.label for e in list(made.entries)[before:] if e.kind != "tick"] == []


# Without a kernel: what the tracer is told, step by step


class Handle:
    """A handle with two ends."""

    def __init__(self, local: Any = -errno.EBADF, remote: Any = -errno.EBADF) -> None:
        self.local, self.remote = local, remote

    def getsockname(self) -> Any:
        return self.local

    def getpeername(self) -> Any:
        return self.remote

    def fileno(self) -> int:
        return 7


class Port(Handle):
    onconnection = None


CLIENT_END, SERVER_END = Address("127.0.0.1", 5000, "IPv4"), Address("127.0.0.1", 80, "IPv4")
#: As a port that listens on `::` shows them.
MAPPED_CLIENT, MAPPED_SERVER = Address("::ffff:127.0.0.1", 5000, "IPv6"), Address("::ffff:127.0.0.1", 80, "IPv6")


@pytest.fixture
def made() -> Iterator[Recording]:
    found = Recording()
    yield found
    assert found.trouble == ""


@pytest.fixture
def tracer(made: Recording) -> Steps:
    return Steps(Recorder(made))


@pytest.mark.parametrize("ends", [(CLIENT_END, SERVER_END), (MAPPED_CLIENT, MAPPED_SERVER)])
@pytest.mark.parametrize("acceptedFirst", [False, True])
def testTheTwoEndsAreOneConnection(made: Recording, tracer: Steps, ends: tuple[Any, Any], acceptedFirst: bool) -> None:
    """Whichever of the two is told first."""
    port, peer, client = Port(SERVER_END), Handle(ends[1], ends[0]), Handle(CLIENT_END, SERVER_END)
    if acceptedFirst:
        tracer(port, hook.ACCEPT, peer)
    tracer(client, hook.CONNECT, "127.0.0.1", 80, -errno.EINPROGRESS)
    if not acceptedFirst:
        tracer(port, hook.ACCEPT, peer)
    tracer(client, hook.SO_ERROR, 0)
    tracer(client, hook.SEND, 10)
    tracer(peer, hook.RECV, 10)
    (connection,) = made.connections.values()
    assert (connection.hasClient, connection.hasServer, connection.label) == (
        True,
        True,
        f"#{connection.id} 127.0.0.1:5000 → 127.0.0.1:80",
    )
    assert (connection.bytesToServer, connection.bytesToClient) == (10, 0), "counted once"
    assert {entry.connection for entry in made.entries} == {connection.id}


def testWhoClosedAndWhen(made: Recording, tracer: Steps) -> None:
    client, peer = Handle(CLIENT_END, SERVER_END), Handle(SERVER_END, CLIENT_END)
    tracer(client, hook.CONNECT, "127.0.0.1", 80, -errno.EINPROGRESS)
    tracer(Port(), hook.ACCEPT, peer)
    (connection,) = made.connections.values()
    tracer(peer, hook.SHUTDOWN)
    tracer(client, hook.CLOSE)
    assert (connection.closedBy, connection.closed) == ("server", None)
    tracer(peer, hook.CLOSE)
    assert connection.closed is not None
    assert tracer.sides == {}


def testAFailureIsTheConnectionsError(made: Recording, tracer: Steps) -> None:
    client = Handle(CLIENT_END, SERVER_END)
    tracer(client, hook.CONNECT, "127.0.0.1", 80, 0)
    tracer(client, hook.RECV, -errno.ECONNRESET)
    (connection,) = made.connections.values()
    assert (connection.error, connection.closedBy) == ("ECONNRESET", "server")
    assert [entry.failed for entry in made.entries] == [False, True]


def testAnIgnoredPortAndWhatItAccepts(made: Recording, tracer: Steps) -> None:
    port, peer = Port(), Handle()
    tracer.ignore(port)
    tracer(port, hook.ACCEPT, peer)
    tracer(peer, hook.RECV, 5)
    assert tracer.isIgnored(peer)
    tracer(peer, hook.CLOSE)
    assert (len(made.entries), tracer.isIgnored(peer)) == (0, False)


@pytest.mark.parametrize(
    ("step", "details", "expected"),
    [
        (hook.SOCKET, (7,), "→ fd 7"),
        (hook.BIND, ("127.0.0.1", 80, 0), "127.0.0.1:80"),
        (hook.BIND, ("/tmp/s", 0, -errno.EACCES), "→ EACCES /tmp/s"),
        (hook.CONNECT, ("::1", 80, -errno.EINPROGRESS), "→ EINPROGRESS ::1:80"),
        (hook.LISTEN, (511, 0), "backlog 511"),
        (hook.LISTEN, (511, -errno.EADDRINUSE), "backlog 511 → EADDRINUSE"),
        (hook.SO_ERROR, (0,), "0: the connection stands"),
        (hook.SO_ERROR, (-errno.ECONNREFUSED,), "ECONNREFUSED: Connection refused"),
        (hook.RECV, (5,), "5 bytes"),
        (hook.RECV, (0,), "0: the end of the peer's data"),
        (hook.SEND, (-errno.EPIPE,), "→ EPIPE: Broken pipe"),
        (hook.EAGAIN, (hook.RECV,), f"from {hook.RECV}"),
        (hook.WRITE_ARMED, (), "(writeWatcher)"),
        (hook.SHUTDOWN, (), ""),
    ],
)
def testHowAStepReads(step: str, details: tuple[Any, ...], expected: str) -> None:
    assert steps._describe(step, details) == expected


@check
async def testDatagrams() -> None:
    """Each UDP socket is a connection; who is bound by the program is a server."""
    with anatomy.record() as made:
        server = dgram.createSocket("udp4")
        server.on("message", lambda data, sender: server.send(data, sender.port, sender.address))
        server.bind(0, "127.0.0.1")
        await event(server, "listening")
        client = dgram.createSocket("udp4")
        client.on("error", lambda error: None)
        client.send("hello", server.address().port, "127.0.0.1")
        await event(client, "message")
        port, own = server.address().port, client.address().port
        for each in (client, server):
            gone = event(each, "close")
            each.close()
            await gone
    assert made.trouble == ""
    one, two = made.connections.values()
    assert (one.hasServer, one.local, one.remote) == (True, "*", f"127.0.0.1:{port}")
    assert (two.hasClient, two.local, two.remote) == (True, f"0.0.0.0:{own}", f"127.0.0.1:{port}")
    assert [(c.bytesToServer, c.bytesToClient, c.closed is not None) for c in (one, two)] == [(5, 5, True)] * 2
    chain = ("dgram.createSocket(", "bind(", "bind 127.0.0.1", "'listening'", f"recvfrom 5 bytes from 127.0.0.1:{own}")
    chain += (
        f"'message' 5 bytes from 127.0.0.1:{own}",
        "send(",
        f"sendto 5 bytes to 127.0.0.1:{own}",
        "close",
        "'close'",
    )
    assert inOrder(made.of([1]), *chain) == list(chain)
    assert {entry.origin for entry in made.of([1])} <= {KERNEL, SERVER_SOCKET, SERVER_PROGRAM}
    chain = ("dgram.createSocket(", "send(", f"sendto 5 bytes to 127.0.0.1:{port}", "recvfrom", "'message'", "'close'")
    assert inOrder(made.of([2]), *chain) == list(chain)
    assert {entry.origin for entry in made.of([2])} <= {KERNEL, CLIENT_SOCKET, CLIENT_PROGRAM}


@check
async def testADatagramThatIsRefused() -> None:
    with anatomy.record() as made:
        client = dgram.createSocket("udp4")
        client.on("error", lambda error: None)
        failed: list[Any] = []
        client.send(b"x" * 70_000, 9, "127.0.0.1", lambda error, size: failed.append(error.code))
        await until(lambda: failed)
        client.connect(9, "127.0.0.1")
        await event(client, "connect")
        client.close()
    assert failed == ["EMSGSIZE"]
    assert [(e.kind, e.label[:24]) for e in made.entries if e.name == "sendto"] == [
        ("error", "sendto → EMSGSIZE: Messa")
    ]
    assert [e.label for e in made.entries if e.name == "connect"] == ["connect 127.0.0.1:9", "'connect'"]


@check
async def testARequestIsTheClientsBeforeItIsConnected() -> None:
    """Also when the server was seen first."""
    with anatomy.record() as made:
        server = http.createServer(lambda req, res: res.end("hi"))
        port = await listening(server)
        request = http.request({"port": port, "host": "localhost", "method": "POST", "agent": False})
        request.write("hello")
        request.end()
        response = await event(request, "response")
        response.resume()
        await event(response, "end")
        await closed(server)
    (connection,) = made.connections
    for label in ("http.request(", "write('hello')", "end()"):
        (entry,) = (e for e in made.entries if e.kind == "call" and e.label.startswith(label) and e.connection)
        assert (entry.origin, entry.target, entry.connection) == (CLIENT_PROGRAM, CLIENT_SOCKET, connection)
    requests = [(e.origin, e.connection) for e in made.entries if e.kind == "message" and e.name == "request"]
    assert requests == [(CLIENT_PROGRAM, connection), (SERVER_SOCKET, connection)]
