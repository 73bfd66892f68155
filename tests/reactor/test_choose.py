"""Which handles a program gets."""

from __future__ import annotations

import select
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import DescriptorWorld
from twisted.internet.testing import StringTransport

from nodecompat.cluster.handles import SharingFactory
from nodecompat.reactor import choose
from nodecompat.reactor.descriptor.tcp import DescriptorFactory
from nodecompat.reactor.handle import STREAM_CALLBACKS
from nodecompat.reactor.tracing.handles import TracingFactory
from nodecompat.reactor.twisted.ports import BridgeFactory
from nodecompat.testing import Network, network


@pytest.fixture(autouse=True)
def chooseAnew() -> Iterator[None]:
    before = choose.use(None)
    yield
    choose.stopTracing()
    choose.use(before)


def testDescriptorsWhereThereIsEpoll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NODECOMPAT_HANDLES", raising=False)
    assert isinstance(choose.current(), DescriptorFactory)
    assert choose.usePoller()


def testTheBridgeByHand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODECOMPAT_HANDLES", "bridge")
    assert isinstance(choose.current(), BridgeFactory)
    assert not choose.usePoller()


def testTheBridgeWhereThereIsNoEpoll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NODECOMPAT_HANDLES", raising=False)
    monkeypatch.delattr(select, "epoll", raising=False)
    assert isinstance(choose.current(), BridgeFactory)


def testTheChoiceIsMadeOnce(monkeypatch: pytest.MonkeyPatch) -> None:
    first = choose.current()
    monkeypatch.setenv("NODECOMPAT_HANDLES", "bridge")
    assert choose.current() is first
    assert choose.use(None) is first
    assert choose.current() is not first


@pytest.mark.parametrize(
    "factory",
    [
        DescriptorFactory(),
        BridgeFactory(),
        Network(),
        SharingFactory(DescriptorFactory(), None),
        TracingFactory(DescriptorFactory()),
    ],
    ids=lambda factory: type(factory).__name__,
)
def testEveryFactoryHasTheWholeInterface(factory: choose.Factory) -> None:
    methods = {name for name in vars(choose.Factory) if not name.startswith("_")}
    assert {"tcp", "anywhereServer", "openDatagram"} <= methods
    for name in methods:
        assert callable(getattr(factory, name))
        assert getattr(type(factory), name, None) is not vars(choose.Factory)[name], "it is the interface's own"


def testTheFakeNetworkIsInForceWhileItLasts() -> None:
    with network() as made:
        assert choose.current() is made
        assert not choose.usePoller()
    assert choose.current() is not made


def testTracingWrapsTheFactoryOnce() -> None:
    real = choose.current()
    choose.startTracing(lambda *step: None)
    choose.startTracing(lambda *step: None)
    assert isinstance(choose.current(), TracingFactory)
    assert choose.current().real is real
    choose.stopTracing()
    assert choose.current() is real


@pytest_twisted.ensureDeferred
async def testTracingReachesHandlesThatStand(descriptorWorld: DescriptorWorld) -> None:
    """Those that the poller watches; and they are as before when it stops."""
    server = await descriptorWorld.listen()
    plain = type(server.handle)
    choose.startTracing(lambda *step: None)
    assert type(server.handle) is not plain
    choose.stopTracing()
    assert type(server.handle) is plain


@pytest_twisted.ensureDeferred
async def testAServerFromAnEndpointAcceptsWithTheFactoryInForce(
    descriptorWorld: DescriptorWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NODECOMPAT_HANDLES", raising=False)
    server = choose.serverFromEndpoint("tcp:0:interface=127.0.0.1")
    descriptorWorld.handles.append(server)
    accepted: list[Any] = []
    server.onconnection = lambda status, handle: accepted.append(descriptorWorld.recorded(handle, "peer"))
    listening: list[int] = []
    server.onlisten = listening.append
    if server.listen(5):
        await descriptorWorld.until(lambda: listening)
    client = descriptorWorld.stream()
    client.handle.connect(*server.getsockname()[:2])
    await descriptorWorld.until(lambda: accepted)
    assert accepted[0].handle.resourceName == "TCPSocketWrap"


@pytest_twisted.ensureDeferred
async def testAHandleOverATransportThatIsConnected(descriptorWorld: DescriptorWorld) -> None:
    transport = StringTransport()
    handle = choose.fromTransport(transport)
    for name in STREAM_CALLBACKS:
        setattr(handle, name, lambda *args: None)
    descriptorWorld.handles.append(handle)
    handle.write(b"hello")
    await descriptorWorld.until(lambda: transport.value())
    assert transport.value() == b"hello"
