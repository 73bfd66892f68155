"""The PROXY header in the kernel's buffer: looked at, taken out alone, then the connection is announced."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import DescriptorWorld
from plainpeer import isQuiet
from reactor.proxyprotocol.test_header import ENDS, V1

from nodecompat.reactor.descriptor import poller
from nodecompat.reactor.loop import faults
from nodecompat.reactor.proxyprotocol.descriptor import HeaderReader, ProxiedPipe, ProxiedTCP, openServer
from nodecompat.reactor.proxyprotocol.pending import PendingConnections

check = pytest_twisted.ensureDeferred


class Connection:
    """A connection from a proxy, and the proxy's end."""

    def __init__(self, world: DescriptorWorld) -> None:
        self.world = world
        self.pending = PendingConnections()
        self.announced: list[Any] = []
        ours, self.proxy = socket.socketpair()
        ours.setblocking(False)
        self.stream = ProxiedTCP()
        self.stream.adopt(socket.SocketType(fileno=ours.detach()))
        self.stream.onclose = lambda: None
        world.handles.append(self.stream)

    def read(self) -> None:
        HeaderReader(self.stream, self.pending, self.announced.append)

    @property
    def isPending(self) -> bool:
        return self.pending.whenDone(lambda: None)


@pytest.fixture
def connection(descriptorWorld: DescriptorWorld) -> Iterator[Connection]:
    made = Connection(descriptorWorld)
    yield made
    made.proxy.close()
    made.pending.close()


@check
async def testAHeaderThatIsThereIsTakenOutAtOnce(connection: Connection) -> None:
    """The common case needs no turn, and leaves what follows in the kernel."""
    connection.proxy.send(V1 + b"hello")
    connection.read()
    assert connection.announced == [connection.stream]
    assert (connection.stream.getpeername(), connection.stream.getsockname()) == ENDS
    assert connection.stream._socket.recv(100) == b"hello"
    assert not connection.isPending


@check
async def testAHeaderInPieces(connection: Connection) -> None:
    connection.read()
    for piece in (V1[:7], V1[7:-1]):
        connection.proxy.send(piece)
        await connection.world.settle()
        assert (connection.announced, connection.isPending) == ([], True)
    await connection.world.until(isQuiet)  # unread bytes do not spin
    connection.proxy.send(V1[-1:])
    await connection.world.until(lambda: connection.announced)
    assert connection.stream.getpeername() == ENDS[0]


@check
@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b""])
async def testNoHeaderIsNoConnection(connection: Connection, data: bytes) -> None:
    connection.proxy.send(data)
    if not data:
        connection.proxy.close()
    connection.read()
    assert (connection.announced, connection.stream.fileno(), connection.isPending) == ([], -1, False)


@check
async def testAnEndWithinTheHeader(connection: Connection) -> None:
    connection.proxy.send(V1[:10])
    connection.read()
    connection.proxy.close()
    await connection.world.until(lambda: connection.stream.fileno() < 0)
    assert (connection.announced, connection.isPending) == ([], False)


@check
async def testAPollerThatIsFull(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(poller.current(), "register", lambda *_: -errno.ENOSPC)
        connection.read()
    assert (connection.stream.fileno(), connection.isPending) == (-1, False)


@check
async def testAListenerThatRaisesClosesTheConnection(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[BaseException] = []
    monkeypatch.setattr(faults, "_log", seen.append)
    HeaderReader(connection.stream, connection.pending, lambda stream: 1 / 0)
    connection.proxy.send(V1)
    await connection.world.until(lambda: seen)
    assert (type(seen[0]), connection.stream.fileno()) == (ZeroDivisionError, -1)


@check
async def testBeforeTheHeaderAndAfterCloseTheAddressesAreReal(connection: Connection) -> None:
    connection.read()
    assert connection.stream.getpeername() not in ENDS
    connection.proxy.send(V1)
    await connection.world.until(lambda: connection.announced)
    connection.stream.close()
    assert connection.stream.getpeername() == -errno.EBADF


@check
@pytest.mark.parametrize("family", ["tcp", "pipe"])
async def testAListeningDescriptorIsTakenOver(descriptorWorld: DescriptorWorld, tmp_path: Path, family: str) -> None:
    if family == "tcp":
        sock = socket.create_server(("127.0.0.1", 0))
    else:
        sock = socket.socket(socket.AF_UNIX)
        sock.bind(str(tmp_path / "socket"))
        sock.listen()
    place = sock.getsockname()
    server = openServer(sock.detach())
    descriptorWorld.handles.append(server)
    accepted: list[Any] = []
    server.onconnection = lambda status, stream: accepted.append(descriptorWorld.recorded(stream, "peer"))
    assert server.listen(5) == 0
    with socket.socket(socket.AF_INET if family == "tcp" else socket.AF_UNIX) as client:
        client.connect(place)
        await descriptorWorld.until(lambda: accepted)
    assert isinstance(accepted[0].handle, ProxiedTCP if family == "tcp" else ProxiedPipe)
