"""The handle of a server in a worker: its port is the primary's. Implements `ServerHandle`."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from typing import Any

from ..reactor import choose, sockaddr
from ..reactor.handle import PENDING, Address
from ..reactor.loop import ticks
from ..reactor.loop.activity import Activity
from ..reactor.proxyprotocol import descriptor as proxied
from ..reactor.proxyprotocol.pending import PendingConnections
from ..reactor.state import CLOSED, CONNECTING, NEW, OPEN, SHUT
from .emitter import ENDPOINT

#: The kinds of endpoints whose ports can be shared.
_SHARED = ("tcp", "tcp4", "tcp6", "unix", "systemd")
_HAPROXY = "haproxy:"


class SharedServer(Activity):
    """A port that the primary listens on, or has bound.

    Args:
        kind: "pipe" or "tcp".
        factory: makes the handles of connections.
        cluster: the worker: `ask`, `tell`, `forget`.
        descriptor: the primary's, of a port that it was started with.
        isAnywhere: no address was given: the primary takes IPv6's, or IPv4's where there is no IPv6.
    """

    tracedAs = None

    def __init__(
        self, kind: str, factory: Any, cluster: Any, descriptor: int | None = None, isAnywhere: bool = False
    ) -> None:
        super().__init__()
        self._isAnywhere = isAnywhere
        self.resourceName = "PipeWrap" if kind == "pipe" else "TCPServerWrap"
        self._kind = kind
        self._factory = factory
        self._cluster = cluster
        self._query: dict[str, Any] = {"addressType": kind, "address": None, "port": -1, "fd": descriptor}
        self._state = NEW
        self._key: str | None = None
        self._name: Address | None = None
        #: The handle over the descriptor that the primary has sent; None where it sends connections.
        self._inner: Any = None
        self._mode = 0
        self.onconnection: Any = None
        self.onlisten: Any = None
        self.onretired: Any = None
        self.onclose: Any = None
        self.onfault: Any = None

    @property
    def isOpen(self) -> bool:
        """Whether connections are wanted."""
        return self._state == OPEN

    @property
    def wanted(self) -> tuple[str | None, int]:
        """The address, None for any, and the port that it cannot have, when `onlisten` says so."""
        return self._query["address"], self._query["port"]

    @property
    def query(self) -> Mapping[str, Any]:
        """What it has asked for."""
        return self._query

    def bind(self, address: str, port: int, ipv6Only: bool = False, reusePort: bool = False) -> int:
        if self._kind not in ("pipe", ENDPOINT):
            local = sockaddr.fromAddress(address, port)
            if isinstance(local, int):
                return local
            self._query["addressType"] = 6 if ":" in address else 4
        self._query.update(address=address, port=-1 if self._kind == "pipe" else port, ipv6Only=ipv6Only)
        if self._isAnywhere:
            self._query.update(address=None, addressType=4)
        return 0

    def listen(self, backlog: int) -> int:
        if self._state != NEW:
            return -errno.EINVAL
        # Until the answer the channel keeps the process: a worker that has to leave before gets none.
        self._state = CONNECTING
        self._query["backlog"] = backlog
        self._cluster.ask(self, self._query, self._onAnswer)
        return PENDING

    def _onAnswer(self, message: Mapping[str, Any], descriptor: Any) -> None:
        key, status = message.get("key"), int(message["errno"])
        if self._state != CONNECTING:  # closed meanwhile
            if descriptor is not None:
                os.close(descriptor)
            if key is not None:
                self._cluster.tell({"act": "close", "key": key})
            return
        if not status:
            self._key = key
            status = self._open(message, descriptor)
        if status:
            self._state = NEW
        else:
            self._state = OPEN
            self._setActive_(True)
            self._cluster.opened(self, key)
        self.onlisten(status)
        if self._state == OPEN:
            self._cluster.tellListening(self)

    def _open(self, message: Mapping[str, Any], descriptor: Any) -> int:
        if self._mode:
            sockaddr.chmodSocket(os.fsencode(self._query["address"]), self._mode)
        if descriptor is None:
            where = message["sockname"]
            self._name = Address(*where) if where is not None else None
            return 0
        inner = self._openInner(descriptor)
        if isinstance(inner, int):
            return inner
        self._inner = inner
        inner.onconnection, inner.onfault = self._onConnection, self.onfault
        inner.unref()  # this handle counts
        return int(inner.listen(self._query["backlog"]))

    def _openInner(self, descriptor: int) -> Any:
        return self._factory.openServer(descriptor)

    def _openStream(self, descriptor: int) -> Any:
        return self._factory.openStream(descriptor)

    def _onConnection(self, status: int, handle: Any) -> None:
        self.onconnection(status, handle)  # looked up each time: the owner may change it

    def take(self, descriptor: int) -> bool:
        """A connection that the primary has accepted; False when it is not wanted any more."""
        if self._state != OPEN or self._inner is not None:
            return False
        handle = self._openStream(descriptor)
        if isinstance(handle, int):
            return False
        try:
            self._onConnection(0, handle)
        except BaseException as error:
            ticks.fail(error, handle)
            if handle.onfault is None:
                handle.close()
        return True

    def fchmod(self, mode: int) -> int:
        """Let everybody connect for `mode`, when the primary has made the file. Returns 0."""
        self._mode = mode
        return 0

    def retire(self) -> int:
        if self._state != OPEN:
            return -errno.EINVAL
        if self._inner is not None:
            self._inner.onretired = self._onRetired
            return int(self._inner.retire())
        self._leave()
        ticks.nextTick(self._onRetired)
        return 0

    def _onRetired(self) -> None:
        if self._state == OPEN:
            self._state = SHUT
            self._leave()
            if self.onretired is not None:
                self.onretired()

    def _leave(self) -> None:
        key, self._key = self._key, None
        self._cluster.closed(self)
        if key is not None:
            self._cluster.tell({"act": "close", "key": key})

    def getsockname(self) -> Address | int:
        if self._inner is not None:
            found: Address | int = self._inner.getsockname()
            return found
        return -errno.EBADF if self._name is None else self._name

    def fileno(self) -> int:
        return -1 if self._inner is None else int(self._inner.fileno())

    def hasRef(self) -> bool:
        return self._refed_ and self._state != CLOSED

    def close(self) -> None:
        if self._state == CLOSED:
            return
        self._state = CLOSED
        if self._inner is not None:
            self._inner.close()
        self._leave()
        self._setActive_(False)
        ticks.queueClosing(self._finish)

    def _finish(self) -> None:
        onclose = self.onclose
        self.onconnection = self.onlisten = self.onretired = self.onclose = self.onfault = None
        if onclose is not None:
            onclose()


class ProxiedServer(SharedServer):
    """The same of an endpoint behind "haproxy:": a connection is announced when its PROXY header has named the peer."""

    def __init__(self, kind: str, factory: Any, cluster: Any) -> None:
        super().__init__(kind, factory, cluster)
        self._pending = PendingConnections()

    def _openInner(self, descriptor: int) -> Any:
        return proxied.openServer(descriptor)

    def _openStream(self, descriptor: int) -> Any:
        return proxied.openStream(descriptor)

    def _onConnection(self, status: int, handle: Any) -> None:
        if handle is None:
            self.onconnection(status, None)
        else:
            proxied.HeaderReader(handle, self._pending, lambda known: self.onconnection(0, known))

    def _onRetired(self) -> None:
        """Who was accepted may still owe a header."""
        if not self._pending.whenDone(self._onRetired):
            super()._onRetired()

    def close(self) -> None:
        self._pending.close()
        super().close()


class SharingFactory:
    """The handles of a worker: ports are the primary's, all else is made by `exclusive`."""

    onPoller = True

    def __init__(self, exclusive: Any, cluster: Any) -> None:
        self.exclusive = exclusive
        self._cluster = cluster

    def __getattr__(self, name: str) -> Any:
        return getattr(self.exclusive, name)

    def tcpServer(self) -> SharedServer:
        return SharedServer("tcp", self.exclusive, self._cluster)

    def anywhereServer(self) -> SharedServer:
        return SharedServer("tcp", self.exclusive, self._cluster, isAnywhere=True)

    def pipeServer(self) -> SharedServer:
        return SharedServer("pipe", self.exclusive, self._cluster)

    def sharedServer(self, descriptor: int) -> SharedServer:
        """The port that the primary has at a descriptor."""
        return SharedServer("fd", self.exclusive, self._cluster, descriptor)

    def sharedEndpoint(self, endpoint: Any) -> SharedServer | None:
        """The primary's port of a described endpoint; None for one that cannot be shared.

        Raises: what is wrong with the description.
        """
        if not isinstance(endpoint, str):
            return None
        below = endpoint.removeprefix(_HAPROXY)
        kind = below.partition(":")[0]
        if kind not in _SHARED:
            return None
        if kind != "systemd":  # whose descriptors are the primary's
            choose.checkEndpoint(below)
        made = (SharedServer if below == endpoint else ProxiedServer)(ENDPOINT, self.exclusive, self._cluster)
        made.bind(below, -1)
        return made

    def askForDatagram(self, socket: Any, query: Mapping[str, Any], answered: Callable[[int, int], object]) -> None:
        """Let the primary bind for a dgram.Socket: `answered(status, descriptor)`."""

        def onAnswer(message: Mapping[str, Any], descriptor: Any) -> None:
            status = int(message["errno"])
            if not status:
                self._cluster.openedDatagram(socket, query, message["key"])
            answered(status, -1 if descriptor is None else descriptor)

        self._cluster.ask(socket, query, onAnswer)
