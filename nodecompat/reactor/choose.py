"""Which handle a connection gets: the one place that chooses between the fast path and the bridge.

Where the kernel has epoll, addresses that Node knows (host and port, path, descriptor) are served by the
descriptor handles on the poller. Everywhere else, and for every Twisted endpoint or transport, the bridge
serves them. The Node layer cannot tell the difference. `NODECOMPAT_HANDLES=bridge` forces the bridge;
`nodecompat.testing` installs its own factory.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from .handle import DatagramHandle, ServerHandle, StreamHandle
from .tracing import hook


class Factory(Protocol):
    """Makes unconnected handles."""

    def tcp(self) -> StreamHandle:
        """A TCP connection."""

    def tcpServer(self) -> ServerHandle:
        """A TCP server."""

    def anywhereServer(self) -> ServerHandle:
        """A TCP server for all addresses of the machine: bound to "::", and where that fails another to "0.0.0.0".

        In a worker of a cluster the primary finds out which of them it is.
        """

    def pipe(self) -> StreamHandle:
        """A Unix domain connection."""

    def pipeServer(self) -> ServerHandle:
        """A Unix domain server."""

    def udp(self, family: str) -> DatagramHandle:
        """An unbound datagram socket; `family` is "IPv4" or "IPv6"."""

    def openStream(self, descriptor: int) -> StreamHandle | int:
        """A handle that takes over an open, connected socket descriptor; -errno when it is none."""

    def openServer(self, descriptor: int) -> ServerHandle | int:
        """A handle that takes over a bound (perhaps listening) socket descriptor; -errno when it is none."""

    def openDatagram(self, descriptor: int) -> DatagramHandle | int:
        """A handle that takes over a datagram socket descriptor; -errno when it is none."""


_factory: Factory | None = None


def current() -> Factory:
    """The current factory."""
    global _factory
    if _factory is None:
        _factory = _choose()
    return _factory


def use(factory: Factory | None) -> Factory | None:
    """Install `factory` (None: choose again) and return the previous one. For tests."""
    global _factory
    before, _factory = _factory, factory
    return before


def _choose() -> Factory:
    if hasattr(select, "epoll") and os.environ.get("NODECOMPAT_HANDLES") != "bridge":
        from .descriptor.tcp import DescriptorFactory

        return DescriptorFactory()
    from .twisted.ports import BridgeFactory

    return BridgeFactory()


def usePoller() -> bool:
    """True when connections are descriptors on the poller, False when they are Twisted transports, or in memory."""
    return bool(getattr(current(), "onPoller", False))


def fromEndpoint(endpoint: Any) -> StreamHandle:
    """A handle that connects through a Twisted client endpoint, or the description of one."""
    from .twisted.ports import EndpointStream

    return hook.attach(EndpointStream(endpoint))


def serverFromEndpoint(endpoint: Any, protocols: Sequence[bytes] = ()) -> ServerHandle:
    """A handle that listens on a Twisted server endpoint, or the description of one; `protocols` are offered in TLS.

    In a worker of a cluster the port of a description is the primary's, and shared.
    """
    shared = getattr(current(), "sharedEndpoint", _notShared)(endpoint)
    if shared is not None:
        return shared
    from .twisted.endpoints import EndpointServer

    return hook.attach(EndpointServer(endpoint, protocols, _openServer if usePoller() else None))


def _notShared(endpoint: Any) -> ServerHandle | None:
    return None


def checkEndpoint(description: str) -> None:
    """Raise what is wrong with the description of a server endpoint."""
    from .twisted.endpoints import EndpointServer

    EndpointServer(description)


def openEndpoint(description: str) -> Any:
    """A handle that has the port of a described endpoint, to be shared with other processes; or -errno."""
    from .twisted.endpoints import openPort

    return openPort(description, _openServer)


def _openServer(descriptor: int) -> ServerHandle | int:
    return current().openServer(descriptor)  # looked up each time: it may be traced


def fromTransport(transport: Any) -> StreamHandle:
    """A handle over a connected Twisted transport, whose protocol it becomes."""
    from .twisted.ports import adopt

    return hook.attach(adopt(transport))


def protocolFactory(onconnection: Callable[[int, Any], object], protocols: Sequence[bytes] = ()) -> Any:
    """A Twisted protocol factory: `onconnection(0, handle)` for each connection accepted elsewhere."""
    from .twisted.ports import HandleFactory

    return HandleFactory(onconnection, protocols=protocols)


def startTracing(tracer: hook.Tracer) -> None:
    """Report the steps of every handle to `tracer`: of new handles, and of those on the poller.

    `tracing/hook.py` lists the steps.
    """
    from .tracing import handles

    hook.tracer, hook.attacher = tracer, handles.attach
    factory = current()
    if not isinstance(factory, handles.TracingFactory):
        use(handles.TracingFactory(factory))
    for handle in _watchedHandles():
        handles.attach(handle)


def stopTracing() -> None:
    """Stop tracing. Handles lose their overhead."""
    from .tracing import handles

    hook.tracer = hook.attacher = None
    factory = current()
    if isinstance(factory, handles.TracingFactory):
        use(factory.real)
    for handle in _watchedHandles():
        handles.detach(handle)
    handles.detachSecured()


def _watchedHandles() -> list[Any]:
    """The handles on the poller; no others can be found."""
    poller = sys.modules.get("nodecompat.reactor.descriptor.poller")
    return poller.watchedHandles() if poller is not None else []
