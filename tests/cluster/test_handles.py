"""The handle of a server in a worker, with a primary in memory."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import net, setImmediate
from nodecompat.cluster.handles import SharingFactory
from nodecompat.events import once
from nodecompat.reactor import choose
from nodecompat.reactor.handle import PENDING

check = pytest_twisted.ensureDeferred
pytestmark = pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")


class Cluster:
    """The worker's side, whose primary is the test."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.told: list[Any] = []

    def ask(self, server: Any, query: Any, answered: Any) -> None:
        self.asked.append((query, answered))

    def tell(self, message: Any) -> None:
        self.told.append(message)

    def opened(self, server: Any, key: str) -> None:
        self.told.append(("opened", key))

    def tellListening(self, server: Any) -> None:
        self.told.append("listening")

    def closed(self, server: Any) -> None:
        self.told.append("closed")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    before = choose.use(SharingFactory(choose.current(), made))
    yield made
    choose.use(before)


async def turns(cluster: Cluster) -> None:
    while not cluster.asked:
        turn: Deferred[None] = Deferred()
        setImmediate(turn.callback, None)
        await turn


@check
async def testAServerListensWhenThePrimaryHasAnswered(cluster: Cluster) -> None:
    server = net.createServer(lambda socket: socket.end("hello")).listen(5, "127.0.0.1")
    listening = once(server, "listening")
    await turns(cluster)
    query, answered = cluster.asked[0]
    assert (query["address"], query["port"], query["addressType"]) == ("127.0.0.1", 5, 4)
    assert not server.listening
    answered({"errno": 0, "key": "k", "sockname": ["127.0.0.1", 5, "IPv4"]}, None)
    await listening
    assert server.address().port == 5  # type: ignore[union-attr]
    ours, theirs = socket.socketpair()
    assert server._handle.take(theirs.detach())
    peer = net.Socket(fd=ours.detach())
    assert await once(peer, "data") == [b"hello"]
    handle = server._handle
    await once(server.close(), "close")
    assert not handle.take(-1)
    assert cluster.told == [("opened", "k"), "listening", "closed", {"act": "close", "key": "k"}]


@check
async def testWhatThePrimaryCannotBindIsAnErrorOfBind(cluster: Cluster) -> None:
    server = net.createServer().listen(5, "127.0.0.1")
    failed = once(server, "error")
    await turns(cluster)
    cluster.asked[0][1]({"errno": -errno.EADDRINUSE}, None)
    assert (await failed)[0].message == "bind EADDRINUSE 127.0.0.1:5"


@check
async def testAnAnswerThatComesTooLateIsGivenBack(cluster: Cluster) -> None:
    server = net.createServer().listen(5, "127.0.0.1")
    await turns(cluster)
    await once(server.close(), "close")
    cluster.asked[0][1]({"errno": 0, "key": "k", "sockname": None}, None)
    assert cluster.told[-1] == {"act": "close", "key": "k"}


@check
async def testAnExclusivePortIsNotAskedFor(cluster: Cluster) -> None:
    server = net.createServer().listen(port=0, host="127.0.0.1", exclusive=True)
    await once(server, "listening")
    assert cluster.asked == []
    server.close()


@check
async def testTheEndpointBehindAProxyIsThePrimarysAndTheHeaderIsReadHere(cluster: Cluster) -> None:
    server = net.createServer(lambda socket: socket.end(str(socket.remoteAddress)))
    server.listen("haproxy:tcp:5:interface=127.0.0.1")
    await turns(cluster)
    query, answered = cluster.asked[0]
    assert (query["address"], query["addressType"]) == ("tcp:5:interface=127.0.0.1", "endpoint")
    answered({"errno": 0, "key": "k", "sockname": ["127.0.0.1", 5, "IPv4"]}, None)
    ours, theirs = socket.socketpair()
    assert server._handle.take(theirs.detach())
    ours.send(b"PROXY TCP4 203.0.113.7 192.0.2.1 51234 443\r\n")
    peer = net.Socket(fd=ours.detach())
    assert await once(peer, "data") == [b"203.0.113.7"]
    await once(server.close(), "close")


def testWhatCannotBeSharedIsTheWorkersOwn(cluster: Cluster) -> None:
    factory: Any = choose.current()
    assert factory.sharedEndpoint("stdio:") is None
    assert factory.sharedEndpoint("systemd:domain=INET:index=7") is not None  # the primary may have it
    with pytest.raises(TypeError):
        factory.sharedEndpoint("tcp:5:color=blue")


async def listening(cluster: Cluster, server: net.Server, answer: Any, descriptor: int | None) -> None:
    """Let a server listen with this answer of the primary."""
    listens = once(server, "listening")
    await turns(cluster)
    cluster.asked[0][1]({"errno": 0, "key": "k", "sockname": None, **answer}, descriptor)
    await listens


@check
async def testAPortThatThePrimarySharesIsAcceptedFromHere(cluster: Cluster) -> None:
    server = net.createServer(lambda socket: socket.end("hello")).listen(5, "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as shared:
        name = shared.getsockname()
        await listening(cluster, server, {}, os.dup(shared.fileno()))
    assert (server.address().port, server._handle.fileno() >= 0) == (name[1], True)  # type: ignore[union-attr]
    client = net.connect(name[1], name[0])
    assert await once(client, "data") == [b"hello"]
    ours, theirs = socket.socketpair()
    assert not server._handle.take(theirs.fileno()), "connections are not sent here"
    ours.close()
    theirs.close()
    handle: Any = server._handle
    retired: Deferred[None] = Deferred()
    handle.onretired = lambda: retired.callback(None)
    assert handle.retire() == 0
    await retired
    assert cluster.told[-1] == {"act": "close", "key": "k"}
    await once(server.close(), "close")
    assert handle.retire() == -errno.EINVAL


@check
async def testADescriptorThatIsNoPortIsAnErrorOfListen(cluster: Cluster) -> None:
    server = net.createServer().listen(5, "127.0.0.1")
    failed = once(server, "error")
    await turns(cluster)
    reading, writing = os.pipe()
    cluster.asked[0][1]({"errno": 0, "key": "k", "sockname": None}, reading)
    assert (await failed)[0].code in ("EINVAL", "ENOTSOCK")
    os.close(writing)
    assert not server.listening


@check
async def testADescriptorThatComesTooLateIsClosed(cluster: Cluster) -> None:
    server = net.createServer().listen(5, "127.0.0.1")
    await turns(cluster)
    await once(server.close(), "close")
    with socket.socket() as late:
        copy = os.dup(late.fileno())
        cluster.asked[0][1]({"errno": 0, "key": None}, copy)
        with pytest.raises(OSError):
            os.fstat(copy)
    assert {"act": "close", "key": None} not in cluster.told


@check
async def testAHandleListensOnce(cluster: Cluster) -> None:
    handle: Any = choose.current().tcpServer()
    assert handle.bind("nowhere", 5) == -errno.EINVAL
    assert handle.getsockname() == -errno.EBADF and handle.fileno() == -1
    assert handle.retire() == -errno.EINVAL
    assert handle.bind("127.0.0.1", 5) == 0
    assert handle.listen(1) == PENDING
    assert handle.listen(1) == -errno.EINVAL
    closed: Deferred[None] = Deferred()
    handle.onclose = lambda: closed.callback(None)
    assert handle.hasRef()
    handle.close()
    handle.close()
    await closed
    assert not handle.hasRef()


@check
async def testAConnectionThatCannotBeOpenedIsRefused(cluster: Cluster) -> None:
    server = net.createServer().listen(5, "127.0.0.1")
    await listening(cluster, server, {"sockname": ["127.0.0.1", 5, "IPv4"]}, None)
    reading, writing = os.pipe()
    assert not server._handle.take(reading)
    os.close(writing)
    await once(server.close(), "close")
