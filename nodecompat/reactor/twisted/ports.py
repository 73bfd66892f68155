"""The listener bridge: handles over Twisted's own transports, ports and endpoints.

What Node's layer runs on where there is no epoll, and for every address that only Twisted can reach: endpoints and
their descriptions ("tls:example.com:443"), transports that stand already, and Twisted services, which take a protocol
factory (`HandleFactory`). The stream itself is in `stream.py`, listening on an endpoint in `endpoints.py`.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.endpoints import clientFromString
from twisted.internet.interfaces import IProtocolNegotiationFactory, IReactorSocket
from twisted.internet.protocol import ClientFactory, Factory
from zope.interface import implementer

from .. import sockaddr
from ..descriptor.backlog import NOT_OURS, ownership, takeWaiting
from ..handle import UNSUPPORTED, Address
from ..loop import activity, faults, host, ticks
from ..loop.activity import Activity
from ..state import CLOSED, CONNECTING, NEW, OPEN, SHUT, whyNotConnect
from ..tracing import hook
from .errors import toStatus
from .stream import BridgeProtocol, BridgeStream, adopt, toAddress
from .udp import BridgeUDP, adoptUDP, createUDP

__all__ = [
    "BridgeFactory",
    "BridgeStream",
    "EndpointStream",
    "HandleFactory",
    "adopt",
]


@implementer(IProtocolNegotiationFactory)
class HandleFactory(Factory):
    """A Twisted protocol factory whose connections become handles: `onconnection(0, handle)` for each.

    `protocols` is what TLS below it may agree on. Without a protocol in common Twisted breaks the handshake off with a
    client that names any, as curl and browsers do, so a server of http must say what it speaks.
    """

    noisy = False

    def __init__(
        self,
        onconnection: Callable[[int, Any], object],
        resourceName: str = "TCPSocketWrap",
        protocols: Sequence[bytes] = (),
    ) -> None:
        self.onconnection: Callable[[int, Any], object] | None = onconnection
        self.resourceName = resourceName
        self.protocols = protocols

    def acceptableProtocols(self) -> list[bytes]:
        """For ALPN."""
        return list(self.protocols)

    def buildProtocol(self, addr: Any) -> BridgeProtocol:
        return _Accepted(hook.attach(BridgeStream(self.resourceName)), self)


class _Accepted(BridgeProtocol):
    """The protocol of a connection that was opened elsewhere."""

    def __init__(self, handle: BridgeStream, factory: HandleFactory) -> None:
        super().__init__(handle)
        self._acceptor = factory

    def connectionMade(self) -> None:
        stream = self.handle
        assert stream is not None
        stream._protocol = self
        super().connectionMade()
        stream._deliver(self._announce, stream)

    def _announce(self, stream: BridgeStream) -> None:
        """Announce the connection. Close it if it is not taken, or if the listener raises half-way."""
        onconnection = self._acceptor.onconnection
        if onconnection is None:  # the server was closed meanwhile
            stream.close()
            return
        try:
            onconnection(0, stream)
        except BaseException as error:
            faults.report(error, stream)
            if stream.onfault is None:
                stream.close()


class _Connecting(ClientFactory):
    """Reports the outcome of `connect` to a handle."""

    noisy = False

    def __init__(self, handle: BridgeStream) -> None:
        self._handle = handle

    def buildProtocol(self, addr: Any) -> BridgeProtocol:
        return self._handle._protocol

    def clientConnectionFailed(self, connector: Any, reason: Any) -> None:
        self._handle.connectFailed(toStatus(reason))


class ReactorStream(BridgeStream):
    """A connection that the reactor opens: `connectTCP`, `connectUNIX`."""

    __slots__ = ("_connector", "_local")

    def __init__(self, resourceName: str) -> None:
        super().__init__(resourceName)
        self._connector: Any = None
        self._local: tuple[str, int] | None = None

    @property
    def _kind(self) -> str:
        return "pipe" if self.resourceName == "PipeWrap" else "tcp"

    def bind(self, address: str, port: int, ipv6Only: bool = False) -> int:
        """Only remembered: Twisted binds when it connects, and `onconnect` brings the failure."""
        if self._state != NEW or self._local is not None:
            return -errno.EINVAL
        self._local = (address, port)
        return 0

    def connect(self, address: str, port: int) -> int:
        status = whyNotConnect(self._state)
        if not status:
            status = sockaddr.whyNoAddress(self._kind, address, port)
        if status:
            return status
        self._state = CONNECTING
        self._setActive_(True)
        self._transportCall(self._open, address, port)
        return 0

    def _open(self, address: str, port: int) -> None:
        # No time limit of Twisted's: Node's connect has none.
        reactor, factory = host.theReactor(), _Connecting(self)
        if self._kind == "pipe":
            self._connector = reactor.connectUNIX(address, factory, timeout=None)
        else:
            self._connector = reactor.connectTCP(address, port, factory, timeout=None, bindAddress=self._local)

    def _stopConnecting(self) -> None:
        connector, self._connector = self._connector, None
        if connector is not None:
            connector.disconnect()


class EndpointStream(BridgeStream):
    """A connection through a client endpoint, or the description of one."""

    __slots__ = ("_endpoint", "_opening")

    def __init__(self, endpoint: Any) -> None:
        super().__init__()
        self._endpoint = clientFromString(host.theReactor(), endpoint) if isinstance(endpoint, str) else endpoint
        self._opening: Any = None

    def connect(self, address: str, port: int) -> int:
        """The endpoint knows its address; the arguments are not looked at."""
        status = whyNotConnect(self._state)
        if status:
            return status
        self._state = CONNECTING
        self._setActive_(True)
        self._transportCall(self._open)
        return 0

    def attach(self, transport: Any) -> None:
        layer = transport
        while layer is not None:
            if hasattr(layer, "failVerification"):  # Twisted's TLS, before its handshake
                from .certificates import enforceName

                enforceName(layer)
            layer = getattr(layer, "transport", None)
        super().attach(transport)

    def _open(self) -> None:
        self._opening = self._endpoint.connect(_Connecting(self))
        self._opening.addCallbacks(_nothing, self._onFailure)

    def _onFailure(self, failure: Any) -> None:
        self.connectFailed(toStatus(failure))

    def _stopConnecting(self) -> None:
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.cancel()


class BridgeServer(Activity):
    """A Twisted port. The subclasses open it."""

    __slots__ = (
        "_factory",
        "_owner",
        "_port",
        "_state",
        "_stopping",
        "onclose",
        "onconnection",
        "onfault",
        "onlisten",
        "onretired",
        "resourceName",
    )
    #: The address is free only when `onclose` comes; Node's is when `close` returns.
    closesLater = True
    #: See `tracing/handles.py`.
    tracedAs = "transport"

    def __init__(self, resourceName: str) -> None:
        super().__init__()
        self.resourceName: str = resourceName
        self._state = NEW
        self._port: Any = None
        #: Of the port's socket, see `backlog.py`.
        self._owner = NOT_OURS
        #: What `stopListening` returned: twice is not allowed.
        self._stopping: Any = None
        streamName = "PipeWrap" if resourceName == "PipeWrap" else "TCPSocketWrap"
        # Looked up for each connection: a handle may change its class (`tracing/handles.py`).
        self._factory = HandleFactory(lambda status, stream: self._onConnection(status, stream), streamName)
        self.onconnection: Any = None
        self.onlisten: Any = None
        self.onretired: Any = None
        self.onclose: Any = None
        self.onfault: Any = None

    def _onConnection(self, status: int, stream: Any) -> None:
        if self.onconnection is None:
            stream.close()
        else:
            self.onconnection(status, stream)

    def bind(self, address: str, port: int, ipv6Only: bool = False, reusePort: bool = False) -> int:
        return UNSUPPORTED

    def listen(self, backlog: int) -> int:
        return UNSUPPORTED

    def _listening(self, port: Any) -> int:
        self._port = port
        self._state = OPEN
        self._setActive_(True)
        return 0

    def fileno(self) -> int:
        fileno = getattr(self._port, "fileno", None)
        return int(fileno()) if fileno is not None and self._state != CLOSED else -1

    def getsockname(self) -> Address | int:
        if self._state == CLOSED:
            return -errno.EBADF
        return toAddress(self._port.getHost()) if self._port is not None else -errno.EINVAL

    def hasRef(self) -> bool:
        return self._refed_ and self._state != CLOSED

    def retire(self) -> int:
        if self._state != OPEN:
            return -errno.EBADF if self._state == CLOSED else -errno.EINVAL
        host.current().callSoon(self._retire)
        return 0

    def _retire(self) -> None:
        if self._state != OPEN:
            return
        self._state = SHUT
        waiting = self._copySocket()
        if waiting is not None and waiting[0].family == getattr(socket, "AF_UNIX", None):
            # Twisted removes the file when it closes the port: afterwards nobody finds the socket any more, and the
            # copy still has those who wait. It shuts TCP sockets down, copies and all, so these are emptied before.
            self._stop().addBoth(lambda result: self._takeWaiting(waiting))
        else:
            self._takeWaiting(waiting)

    def _copySocket(self) -> tuple[socket.socket, Any] | None:
        """The port's socket and the factory of its connections; None where there is no such thing."""
        factory = getattr(self._port, "factory", None)
        if self.fileno() < 0 or factory is None or not IReactorSocket.providedBy(host.theReactor()):
            return None
        return socket.socket(fileno=os.dup(self.fileno())), factory

    def _takeWaiting(self, waiting: tuple[socket.socket, Any] | None) -> None:
        if waiting is not None:
            sock, factory = waiting
            with sock:
                sock.setblocking(False)
                takeWaiting(sock.fileno(), self._owner, lambda: _acceptOne(sock, factory))
        self._allTaken()

    def _allTaken(self) -> None:
        self._stop()
        # As an event of its own: those that were accepted are announced before.
        host.current().callSoon(self._tellRetired)

    def _tellRetired(self) -> None:
        if self.onretired is not None:
            ticks.call(self.onretired, handle=self)

    def _stop(self) -> Any:
        """Close the port, once. Returns a Deferred that fires when it is free, or None."""
        if self._port is not None:
            port, self._port = self._port, None
            self._stopping = port.stopListening()
        return self._stopping

    def close(self) -> None:
        if self._state == CLOSED:
            return
        self._state = CLOSED
        self._factory.onconnection = None
        self._setActive_(False)
        stopping = self._stop()
        if stopping is None:
            self._stopped()
        else:
            # A program must not end before 'close', also of a server that was unref'd: libuv's loop waits for both.
            activity.hold(self)
            # 'close' promises that the port is free.
            stopping.addBoth(self._stopped)

    def _stopped(self, result: object = None) -> None:
        ticks.queueClosing(self._finish)

    def _finish(self) -> None:
        activity.release(self)
        onclose = self.onclose
        self.onconnection = self.onlisten = self.onretired = self.onclose = self.onfault = None
        if onclose is not None:
            onclose()


def _acceptOne(sock: socket.socket, factory: Any) -> bool:
    try:
        accepted, _ = sock.accept()
    except OSError:  # the peer has gone
        return True
    with accepted:  # Twisted takes a copy of the descriptor
        accepted.setblocking(False)
        host.theReactor().adoptStreamConnection(accepted.fileno(), accepted.family, factory)
    return True


class ReactorServer(BridgeServer):
    """A port that the reactor opens: `listenTCP`, `listenUNIX`, or one that was open already."""

    __slots__ = ("_address", "_options", "_socket")

    def __init__(self, resourceName: str) -> None:
        super().__init__(resourceName)
        self._address: tuple[str, int] | None = None
        #: What Twisted's own ports cannot: ipv6Only, reusePort.
        self._options = (False, False)
        self._socket: socket.socket | None = None

    @property
    def _kind(self) -> str:
        return "pipe" if self.resourceName == "PipeWrap" else "tcp"

    def bind(self, address: str, port: int, ipv6Only: bool = False, reusePort: bool = False) -> int:
        """Only remembered: Twisted binds when it listens."""
        if self._state == CLOSED or self._address is not None:
            return -errno.EINVAL
        status = sockaddr.whyNoAddress(self._kind, address, port)
        if not status:
            self._address = (address, port)
            self._options = (ipv6Only, reusePort)
        return status

    def adopt(self, sock: socket.socket) -> None:
        """Own a bound socket."""
        self._socket = sock

    def listen(self, backlog: int) -> int:
        if self._state == CLOSED:
            return -errno.EBADF
        try:
            return self._listening(self._open(backlog))
        except Exception as error:
            status = toStatus(error)
            # A missing folder, as libuv says it: see `PipeServer.bind`.
            return -errno.EACCES if status == -errno.ENOENT and self.resourceName == "PipeWrap" else status

    def _open(self, backlog: int) -> Any:
        reactor = host.theReactor()
        if self._socket is None and any(self._options):
            # Options that `listenTCP` does not know.
            self._socket = sockaddr.boundSocket(*(self._address or ("0.0.0.0", 0)), *self._options)
        if self._socket is not None:
            return self._openSocket(reactor, self._socket, backlog)
        self._owner = ownership()
        address, port = self._address or ("", 0)
        if self._kind == "tcp":
            return reactor.listenTCP(port, self._factory, backlog, address)
        return reactor.listenUNIX(address, self._factory, backlog, mode=_fileMode())

    def _openSocket(self, reactor: Any, sock: socket.socket, backlog: int) -> Any:
        self._socket = None
        with sock:  # Twisted takes a copy of the descriptor
            if not IReactorSocket.providedBy(reactor):
                raise OSError(errno.ENOTSUP, "this reactor takes no sockets")
            sock.setblocking(False)
            sock.listen(backlog)
            return reactor.adoptStreamPort(sock.fileno(), sock.family, self._factory)

    def fchmod(self, mode: int) -> int:
        """Let everybody connect: see `PipeServer.fchmod`."""
        return sockaddr.chmodSocket(os.fsencode(self._address[0]), mode) if self._address is not None else -errno.EBADF

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        super().close()


class BridgeFactory:
    """The handles over Twisted's transports. Implements `choose.Factory`."""

    def tcp(self) -> ReactorStream:
        return ReactorStream("TCPSocketWrap")

    def tcpServer(self) -> ReactorServer:
        return ReactorServer("TCPServerWrap")

    def anywhereServer(self) -> ReactorServer:
        return self.tcpServer()

    def pipe(self) -> ReactorStream:
        return ReactorStream("PipeWrap")

    def pipeServer(self) -> ReactorServer:
        return ReactorServer("PipeWrap")

    def udp(self, family: str) -> BridgeUDP:
        return createUDP(family)

    def openStream(self, descriptor: int) -> BridgeStream | int:
        sock = _fromDescriptor(descriptor)
        if isinstance(sock, int):
            return sock
        reactor = host.theReactor()
        if not IReactorSocket.providedBy(reactor):
            sock.detach()
            return UNSUPPORTED
        taken: list[BridgeStream] = []
        factory = _Taking(taken, "PipeWrap" if sock.family == getattr(socket, "AF_UNIX", None) else "TCPSocketWrap")
        with sock:  # Twisted takes a copy of the descriptor
            reactor.adoptStreamConnection(sock.fileno(), sock.family, factory)
        return taken[0]

    def openServer(self, descriptor: int) -> ReactorServer | int:
        sock = _fromDescriptor(descriptor)
        if isinstance(sock, int):
            return sock
        server = self.pipeServer() if sock.family == getattr(socket, "AF_UNIX", None) else self.tcpServer()
        server.adopt(sock)
        return server

    def openDatagram(self, descriptor: int) -> BridgeUDP | int:
        return adoptUDP(descriptor)


class _Taking(Factory):
    """Collects the handle of the one connection that is adopted."""

    noisy = False

    def __init__(self, taken: list[BridgeStream], resourceName: str) -> None:
        self._taken = taken
        self._resourceName = resourceName

    def buildProtocol(self, addr: Any) -> BridgeProtocol:
        stream = BridgeStream(self._resourceName)
        self._taken.append(stream)
        return stream._protocol


def _nothing(result: object) -> None:
    """The protocol has told already."""


def _fileMode() -> int:
    """The mode that the process gives to new socket files; Twisted would set one of its own."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o777 & ~mask


def _fromDescriptor(descriptor: int) -> socket.socket | int:
    """A socket object for a stream socket, or -errno."""
    try:
        sock = socket.socket(fileno=descriptor)
    except OSError as error:
        return -(error.errno or errno.EBADF)
    if sock.type != socket.SOCK_STREAM:
        sock.detach()
        return -errno.EINVAL
    return sock
