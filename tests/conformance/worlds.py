"""The implementations of the handle interface, each as a world in which the same checks run.

A world makes handles, and turns: `until` lets the loop run until something is true, `settle` lets it run for a
while in which nothing should happen.
"""

from __future__ import annotations

import os
import reprlib
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from suite import whyNoTLS
from twisted.internet.task import deferLater

from nodecompat.reactor.handle import PENDING, SERVER_CALLBACKS, STREAM_CALLBACKS
from nodecompat.reactor.loop import activity
from nodecompat.reactor.loop.host import theReactor
from nodecompat.testing import network

#: How long `until` waits, seconds: only a failing test gets there.
PATIENCE = 20.0
#: Turns of the loop in which what must not happen would have happened.
QUIET_TURNS = 20
#: And for how long at least, seconds: a busy machine delivers later.
QUIET_TIME = 0.004


class Recorded:
    """A handle whose callbacks all go into one log, as `(name, callback, *args)`; `hook` runs after each."""

    def __init__(self, handle: Any, name: str, log: list[tuple[Any, ...]], names: tuple[str, ...]) -> None:
        self.handle = handle
        self.name = name
        self.log = log
        self.hooks: dict[str, Callable[..., object]] = {}
        for each in names:
            setattr(handle, each, self._recorder(each))

    def _recorder(self, callback: str) -> Callable[..., None]:
        def record(*args: Any) -> None:
            self.log.append((self.name, callback, *args))
            if callback in self.hooks:
                self.hooks[callback](*args)

        return record

    def events(self, *names: str) -> list[tuple[Any, ...]]:
        """This handle's events without its name, of these callbacks or of all."""
        return [event[1:] for event in self.log if event[0] == self.name and (not names or event[1] in names)]

    @property
    def received(self) -> bytes:
        return b"".join(event[2] for event in self.log if event[:2] == (self.name, "onread"))


class World:
    """A factory in force, and the loop that moves it."""

    #: "tcp" or "pipe".
    kind = "tcp"

    def __init__(self) -> None:
        self.log: list[tuple[Any, ...]] = []
        self.handles: list[Any] = []
        self.stack = ExitStack()
        self.factory = self.makeFactory()

    def makeFactory(self) -> Any:
        raise NotImplementedError

    async def turn(self) -> None:
        await deferLater(theReactor(), 0, lambda: None)

    async def until(self, condition: Callable[[], object]) -> None:
        """Let the loop run until this is true."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain; so far: {self.recent()}"
            await self.turn()

    def recent(self) -> str:
        """The end of the log, long data cut short."""
        return reprlib.repr([tuple(reprlib.repr(part) for part in event) for event in self.log[-20:]])

    async def settle(self) -> None:
        """Let the loop run until what was under way must have come."""
        quiet = time.monotonic() + QUIET_TIME
        for _ in range(QUIET_TURNS):
            await self.turn()
        while time.monotonic() < quiet:
            await self.turn()

    def stream(self, name: str = "client") -> Recorded:
        """A stream that is not connected."""
        handle = self.factory.tcp() if self.kind == "tcp" else self.factory.pipe()
        return self.recorded(handle, name)

    def recorded(self, handle: Any, name: str) -> Recorded:
        self.handles.append(handle)
        return Recorded(handle, name, self.log, STREAM_CALLBACKS)

    def server(self, name: str = "server") -> Recorded:
        """A server that does not listen."""
        handle = self.factory.tcpServer() if self.kind == "tcp" else self.factory.pipeServer()
        self.handles.append(handle)
        return Recorded(handle, name, self.log, SERVER_CALLBACKS)

    def place(self) -> tuple[str, int]:
        """An address and port on which nobody listens yet."""
        return "127.0.0.1", 0

    async def listen(self, name: str = "server") -> Recorded:
        """A server that listens, and names its connections "peer"."""
        server = self.server(name)
        status = server.handle.bind(*self.place()) or server.handle.listen(511)
        if status == PENDING:
            await self.until(lambda: server.events("onlisten"))
            status = server.events("onlisten")[0][1]
        assert status == 0
        server.hooks["onconnection"] = lambda status, handle: self.recorded(handle, "peer")
        return server

    def addressOf(self, server: Recorded) -> tuple[str, int]:
        return tuple(server.handle.getsockname()[:2])

    async def pair(self) -> tuple[Recorded, Recorded]:
        """Two connected streams, "client" and "peer", that do not read. The log is empty."""
        server = await self.listen()
        accepted: list[Recorded] = []
        server.hooks["onconnection"] = lambda status, handle: accepted.append(self.recorded(handle, "peer"))
        client = self.stream()
        assert client.handle.connect(*self.addressOf(server)) == 0
        await self.until(lambda: accepted and client.events("onconnect"))
        server.handle.close()
        await self.until(lambda: server.events("onclose"))
        self.log.clear()
        return client, accepted[0]

    async def close(self) -> None:
        """Close every handle, see that each says so and that nothing is left."""
        for handle in self.handles:
            handle.close()
        await self.until(lambda: all(handle.onclose is None for handle in self.handles))
        await self.until(lambda: not activity.isAlive())
        self.stack.close()


class FakeWorld(World):
    async def settle(self) -> None:
        self.network.run()

    def makeFactory(self) -> Any:
        self.network = self.stack.enter_context(network())
        return self.network

    async def turn(self) -> None:
        self.network.run()

    async def until(self, condition: Callable[[], object]) -> None:
        self.network.run()
        assert condition(), f"it does not come; so far: {self.recent()}"


class DescriptorWorld(World):
    def makeFactory(self) -> Any:
        from nodecompat.reactor.descriptor.tcp import DescriptorFactory

        return DescriptorFactory()


class BridgeWorld(World):
    def makeFactory(self) -> Any:
        from nodecompat.reactor.twisted.ports import BridgeFactory

        return BridgeFactory()


class EndpointWorld(BridgeWorld):
    """Both sides through descriptions of endpoints."""

    def server(self, name: str = "server") -> Recorded:
        from nodecompat.reactor.choose import serverFromEndpoint

        handle = serverFromEndpoint("tcp:0:interface=127.0.0.1")
        self.handles.append(handle)
        return Recorded(handle, name, self.log, SERVER_CALLBACKS)

    def stream(self, name: str = "client") -> Recorded:
        return self.recorded(LateEndpoint(), name)


class LateEndpoint:
    """A stream through an endpoint that is made when its address is known: at `connect`."""

    def __new__(cls) -> Any:
        from nodecompat.reactor.twisted.ports import EndpointStream

        class Stream(EndpointStream):
            __slots__ = ()

            def connect(self, address: str, port: int) -> int:
                from twisted.internet.endpoints import TCP4ClientEndpoint

                if self._endpoint is None:
                    self._endpoint = TCP4ClientEndpoint(theReactor(), address, port)
                return super().connect(address, port)

        return Stream(None)


class _Paths:
    """Addresses that are paths in a directory of the world's own."""

    kind = "pipe"
    _count = 0
    stack: ExitStack

    def place(self) -> tuple[str, int]:
        if not self._count:
            self._directory = tempfile.mkdtemp()
            self.stack.callback(shutil.rmtree, self._directory)
        self._count += 1
        return os.path.join(self._directory, f"{self._count}.sock"), 0


class FakePipeWorld(_Paths, FakeWorld):
    pass


class DescriptorPipeWorld(_Paths, DescriptorWorld):
    pass


class BridgePipeWorld(_Paths, BridgeWorld):
    pass


class _OverTLS:
    """Streams that shake hands as soon as they are connected: 'onconnect' and 'onconnection' come when they have."""

    def makeFactory(self) -> Any:
        from conformance.securing import SecuringFactory

        return SecuringFactory(super().makeFactory())  # type: ignore[misc]


class FakeTLSWorld(_OverTLS, FakeWorld):
    pass


class DescriptorTLSWorld(_OverTLS, DescriptorWorld):
    pass


class BridgeTLSWorld(_OverTLS, BridgeWorld):
    pass


WORLDS: dict[str, type[World]] = {
    "fake": FakeWorld,
    "fake-pipe": FakePipeWorld,
    "descriptor": DescriptorWorld,
    "descriptor-pipe": DescriptorPipeWorld,
    "bridge": BridgeWorld,
    "bridge-pipe": BridgePipeWorld,
    "endpoint": EndpointWorld,
}
if not whyNoTLS():
    WORLDS |= {"fake-tls": FakeTLSWorld, "descriptor-tls": DescriptorTLSWorld, "bridge-tls": BridgeTLSWorld}
