"""Listening on Twisted endpoints: who accepts, PROXY headers, and servers that retire."""

from __future__ import annotations

import errno
import os
import select
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import BridgeWorld, Recorded, World
from twisted.internet import reactor
from twisted.internet.endpoints import AdoptedStreamServerEndpoint, TCP4ServerEndpoint

from nodecompat.reactor import choose
from nodecompat.reactor.descriptor.unread import hasUnread
from nodecompat.reactor.handle import EOF, SERVER_CALLBACKS, Address
from nodecompat.reactor.proxyprotocol import pending
from nodecompat.reactor.twisted.ports import BridgeFactory, BridgeStream

check = pytest_twisted.ensureDeferred
V1 = b"PROXY TCP4 203.0.113.7 192.0.2.1 51234 443\r\n"
ENDS = (Address("203.0.113.7", 51234, "IPv4"), Address("192.0.2.1", 443, "IPv4"))


@pytest.fixture(params=["poller", "bridge"])
def kind(request: pytest.FixtureRequest) -> Any:
    """Both ways to accept."""
    if request.param == "bridge":
        factory: Any = BridgeFactory()
    elif not hasattr(select, "epoll"):
        pytest.skip("needs epoll")
    else:
        from nodecompat.reactor.descriptor.tcp import DescriptorFactory

        factory = DescriptorFactory()
    before = choose.use(factory)
    yield request.param
    choose.use(before)


@asynccontextmanager
async def listening(endpoint: Any) -> AsyncIterator[tuple[World, Recorded]]:
    """A server on this endpoint that reads from its connections, which are called "peer"."""
    world = BridgeWorld()
    server = Recorded(choose.serverFromEndpoint(endpoint), "server", world.log, SERVER_CALLBACKS)
    world.handles.append(server.handle)

    def onConnection(status: int, stream: Any) -> None:
        world.recorded(stream, "peer").handle.readStart()

    server.hooks["onconnection"] = onConnection
    assert server.handle.listen(0) == 0
    try:
        yield world, server
    finally:
        await world.close()


def connected(server: Recorded) -> socket.socket:
    return socket.create_connection(server.handle.getsockname()[:2])


def peers(world: World) -> list[Any]:
    return world.handles[1:]


@check
async def testAPlainPortIsTheHandlesOwn(kind: str) -> None:
    """On the poller its connections are descriptors, not Twisted transports."""
    async with listening("tcp:0:interface=127.0.0.1") as (world, server):
        with connected(server):
            await world.until(lambda: peers(world))
            assert isinstance(peers(world)[0], BridgeStream) is (kind == "bridge")


@check
async def testAnEndpointObject(kind: str) -> None:
    async with listening(TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")) as (world, server):
        with connected(server) as client:
            client.sendall(b"hello")
            await world.until(lambda: ("peer", "onread", b"hello") in world.log)


@check
async def testAUnixPortLeavesNoFile(kind: str, tmp_path: Any) -> None:
    path = str(tmp_path / "socket")
    async with listening(f"unix:{path}") as (world, _server):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            client.sendall(b"hello")
            await world.until(lambda: ("peer", "onread", b"hello") in world.log)
    assert os.listdir(tmp_path) == []


@check
async def testAnInheritedDescriptor(kind: str) -> None:
    """As systemd hands one over."""
    descriptor = socket.create_server(("127.0.0.1", 0)).detach()  # the endpoint closes it
    async with listening(AdoptedStreamServerEndpoint(reactor, descriptor, socket.AF_INET)) as (world, server):
        with connected(server):
            await world.until(lambda: peers(world))


# -- PROXY headers


@check
async def testTheProxysPeerIsThePeer(kind: str) -> None:
    async with listening("haproxy:tcp:0:interface=127.0.0.1") as (world, server):
        with connected(server) as client:
            client.sendall(V1 + b"hello")
            await world.until(lambda: ("peer", "onread", b"hello") in world.log)
            peer = peers(world)[0]
            assert (peer.getpeername(), peer.getsockname()) == ENDS
            peer.write(b"world")
            await world.until(lambda: hasUnread(client.fileno()))
            assert client.recv(100) == b"world"


@check
async def testNobodyHearsOfAConnectionBeforeItsHeader(kind: str) -> None:
    async with listening("haproxy:tcp:0:interface=127.0.0.1") as (world, server):
        with connected(server) as client:
            for piece in (V1[:3], V1[3:20], V1[20:-1]):
                client.sendall(piece)
                await world.settle()
                assert world.log == []
            client.sendall(V1[-1:])  # and not a byte more: a server may have to speak first
            await world.until(lambda: peers(world))
            assert peers(world)[0].getpeername() == ENDS[0]


@check
async def testTheEndBehindTheHeader(kind: str) -> None:
    async with listening("haproxy:tcp:0:interface=127.0.0.1") as (world, server):
        with connected(server) as client:
            client.sendall(V1)
            client.shutdown(socket.SHUT_WR)
            await world.until(lambda: ("peer", "onreadend", EOF) in world.log)


@check
@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"PROXY TCP4 nonsense\r\n", V1[:10]], ids=repr)
async def testAConnectionWithoutHeaderIsClosed(kind: str, data: bytes) -> None:
    async with listening("haproxy:tcp:0:interface=127.0.0.1") as (world, server):
        with connected(server) as client:
            client.setblocking(False)
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            await world.until(lambda: ended(client))
            assert world.log == []


@check
async def testAHeaderThatDoesNotCome(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "HEADER_TIMEOUT", 10.0)
    async with listening("haproxy:tcp:0:interface=127.0.0.1") as (world, server):
        with connected(server) as client:
            client.setblocking(False)
            client.sendall(V1[:10])
            await world.until(lambda: ended(client))
            assert world.log == []


def ended(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


# -- retire


@check
async def testRetireWaitsForHeaders(kind: str) -> None:
    """A proxy that has connected has a request: it is not lost when the server stops."""
    async with listening("haproxy:tcp:0:interface=127.0.0.1") as (world, server):
        with connected(server) as client:
            assert server.handle.retire() == 0
            await world.settle()
            assert world.log == []
            client.sendall(V1 + b"hello")
            await world.until(lambda: server.events("onretired") and ("peer", "onread", b"hello") in world.log)
            names = [event[1] for event in world.log if event[1] != "onread"]
            assert names == ["onconnection", "onretired"]


@check
async def testCloseGivesUpWhoHasNoHeader(kind: str) -> None:
    async with listening("haproxy:tcp:0:interface=127.0.0.1") as (world, server):
        with connected(server) as client:
            client.setblocking(False)
            client.sendall(V1[:10])
            await world.settle()
            server.handle.close()
            await world.until(lambda: ended(client))
            await world.until(lambda: world.log == [("server", "onclose")])


@pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")
def testAPortForSeveralProcessesIsClosedByEachForItself(tmp_path: Path) -> None:
    """Whoever has a copy of the descriptor listens on."""
    handle = choose.openEndpoint("tcp:0:interface=127.0.0.1")
    place = handle.getsockname()
    assert choose.openEndpoint(f"tcp:{place.port}:interface=127.0.0.1") == -errno.EADDRINUSE
    assert choose.openEndpoint("no:description") == -errno.EINVAL
    with socket.socket(fileno=os.dup(handle.fileno())) as copy:
        handle.close()
        socket.create_connection((place.address, place.port), timeout=20).close()
        copy.settimeout(20)
        copy.accept()[0].close()
    path = tmp_path / "socket"
    handle = choose.openEndpoint(f"unix:{path}")
    assert path.exists()
    handle.refuseNew()
    assert not path.exists()
    handle.close()
