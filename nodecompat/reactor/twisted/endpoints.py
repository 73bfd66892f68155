"""A server handle over a Twisted endpoint, or the description of one ("systemd:domain=INET:index=0").

Twisted opens the port: privileges, inherited descriptors and lock files are its business. Who accepts depends. Where
the endpoint has opened a plain port for us, and there is a poller, the poller takes a copy of its descriptor and
Twisted stops reading from it: connections are as fast as those of `net.Server.listen(port)`. A port with another
protocol between (TLS, or whatever a plugin wraps) accepts by itself, and its connections are bridged.

Private Twisted name: `_shouldShutdown` of a port (seen in 23.10 to 26.10): by default it ends the listening of all who
share the socket.

The kind "haproxy:" is not left to Twisted: 'connection' must come when the address of the peer is known, so each
connection is kept until its PROXY header is there (`proxyprotocol/`).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from twisted.internet import tcp
from twisted.internet.endpoints import (
    SSL4ServerEndpoint,
    TCP4ServerEndpoint,
    TCP6ServerEndpoint,
    UNIXServerEndpoint,
    serverFromString,
)
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from ..descriptor.backlog import NOT_OURS, ownership
from ..handle import PENDING
from ..loop import host, ticks
from ..proxyprotocol.pending import PendingConnections
from ..state import CLOSED, CONNECTING, NEW
from ..tracing import hook
from .errors import toStatus
from .ports import BridgeServer

try:
    from twisted.internet import unix
except ImportError:  # Windows
    _PLAIN: tuple[type, ...] = (tcp.Port,)
else:
    _PLAIN = (tcp.Port, unix.Port)

#: Endpoints that make the socket that they listen on, rather than inherit it.
_MAKERS = (TCP4ServerEndpoint, TCP6ServerEndpoint, UNIXServerEndpoint, SSL4ServerEndpoint)
_HAPROXY = "haproxy:"


class _Nobody(Factory):
    """The factory of a port that others accept at."""

    noisy = False


def openPort(description: str, openOnPoller: Callable[[int], Any]) -> Any:
    """Open what a description without "haproxy:" says, for a handle of the poller's that does not accept yet.

    The handle is the port's only user; a file of it goes when the handle gives up its address, unless it was inherited.
    Returns: the handle, or -errno: -EINVAL for what is no description, -ENOTSUP for a port that is none of TCP or Unix.
    """
    try:
        endpoint = serverFromString(host.theReactor(), description)
    except Exception:  # of the endpoint's own
        return -errno.EINVAL
    found: list[Any] = []
    isMade = type(endpoint) in _MAKERS
    owner = ownership() if isMade else NOT_OURS
    endpoint.listen(_Nobody()).addBoth(found.append)
    if not found or type(found[0]) not in _PLAIN:
        return toStatus(found[0]) if found and isinstance(found[0], Failure) else -errno.ENOTSUP
    port = found[0]
    port.stopReading()
    handle = openOnPoller(os.dup(port.fileno()))
    handle.owner = owner
    if isMade:
        port._shouldShutdown = False  # others listen on
        handle.onrelease = partial(port.connectionLost, Failure(ConnectionDone()))
    return handle


class EndpointServer(BridgeServer):
    """A port that a server endpoint opens, or the description of one."""

    __slots__ = ("_acceptor", "_endpoint", "_given", "_openOnPoller", "_opening", "_pending", "_status", "_unannounced")

    def __init__(
        self,
        endpoint: Any,
        protocols: Sequence[bytes] = (),
        openOnPoller: Callable[[int], Any] | None = None,
    ) -> None:
        super().__init__("TCPServerWrap")
        self._factory.protocols = protocols
        #: Makes a server of the poller's from a listening descriptor; None where there is no poller.
        self._openOnPoller = openOnPoller
        #: Of the kind "haproxy:": connections whose PROXY header is not complete.
        self._unannounced: PendingConnections | None = None
        if isinstance(endpoint, str):
            endpoint = self._parse(endpoint)
        self._endpoint = endpoint
        #: The factory that the endpoint was given.
        self._given: Any = self._factory
        #: What accepts in place of Twisted's port.
        self._acceptor: Any = None
        self._opening: Any = None
        #: `listen` has returned PENDING.
        self._pending = False
        self._status = 0

    def _parse(self, description: str) -> Any:
        if description.startswith(_HAPROXY):
            description = description[len(_HAPROXY) :]
            self._unannounced = PendingConnections()
        return serverFromString(host.theReactor(), description)

    def bind(self, address: str, port: int, ipv6Only: bool = False, reusePort: bool = False) -> int:
        """The endpoint knows its address; the arguments are not looked at."""
        return 0

    def listen(self, backlog: int) -> int:
        """The endpoint decides about the backlog too."""
        if self._state != NEW:
            return -errno.EBADF if self._state == CLOSED else -errno.EALREADY
        self._state = CONNECTING
        if self._unannounced is not None:
            from ..proxyprotocol.twisted import ProxiedFactory

            self._given = ProxiedFactory(self._factory, self._unannounced)
        if type(self._endpoint) in _MAKERS:
            self._owner = ownership()
        self._opening = self._endpoint.listen(self._given)
        self._opening.addCallbacks(self._opened, self._failed)
        if self._state != CONNECTING:
            return self._status
        self._pending = True
        self._setActive_(True)
        return PENDING

    def _opened(self, port: Any) -> None:
        if self._state == CLOSED:
            port.stopListening()
            return
        self._takeOver(port)
        self._settle(self._listening(port))

    def _failed(self, failure: Any) -> None:
        if self._state != CLOSED:
            self._state = NEW
            self._setActive_(False)
            self._settle(toStatus(failure))

    def _settle(self, status: int) -> None:
        self._status = status
        if self._pending:
            self._pending = False
            host.current().callSoon(self._report)

    def _report(self) -> None:
        if self._state != CLOSED and self.onlisten is not None:
            ticks.call(self.onlisten, self._status, handle=self)

    # The poller accepts

    def _takeOver(self, port: Any) -> None:
        """Accept in the port's place where it is a plain one that was opened for us alone."""
        openOnPoller = self._openOnPoller
        if type(port) not in _PLAIN or port.factory is not self._given or openOnPoller is None:
            return
        acceptor = self._openAcceptor(os.dup(port.fileno()), openOnPoller)
        acceptor.onretired = self._acceptorRetired
        acceptor.owner = self._owner
        # One of the two counts as what keeps the program alive.
        acceptor.unref()
        if acceptor.accept():
            acceptor.close()
            return
        port.stopReading()
        self._acceptor = acceptor

    def _openAcceptor(self, descriptor: int, openOnPoller: Callable[[int], Any]) -> Any:
        pending = self._unannounced
        if pending is None:
            acceptor = openOnPoller(descriptor)
            # Looked up for each connection, as in `BridgeServer`.
            acceptor.onconnection = lambda status, stream: self._onConnection(status, stream)
            return acceptor
        from ..proxyprotocol.descriptor import HeaderReader, openServer

        def readHeader(status: int, stream: Any) -> None:
            if stream is None:
                self._onConnection(status, None)
            else:
                HeaderReader(stream, pending, lambda known: self._onConnection(0, known))

        acceptor = hook.attach(openServer(descriptor))
        acceptor.onconnection = readHeader
        return acceptor

    def _takeWaiting(self, waiting: Any) -> None:
        if self._acceptor is None or self._acceptor.retire():
            super()._takeWaiting(waiting)
        elif waiting is not None:
            waiting[0].close()

    def _acceptorRetired(self) -> None:
        self._acceptor = None
        self._allTaken()

    def _tellRetired(self) -> None:
        """Who was accepted may still owe a PROXY header."""
        if self._unannounced is not None and self._unannounced.whenDone(self._tellRetired):
            return
        super()._tellRetired()

    def close(self) -> None:
        opening = self._opening if self._state == CONNECTING else None
        acceptor, self._acceptor = self._acceptor, None
        if acceptor is not None:
            acceptor.close()
        if self._unannounced is not None:
            self._unannounced.close()
        super().close()
        if opening is not None:
            opening.cancel()
