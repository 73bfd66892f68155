"""A simulated host as a Twisted reactor: for treq, twisted.web, endpoints, and any protocol.

    client = treq.client.HTTPClient(Agent(network.host("web.example").reactor))

Implements IReactorTCP, IReactorUNIX, IReactorTime, IReactorFromThreads and IReactorPluggableNameResolver over the
sockets of `net`: connections are the network's, with its faults, and callbacks run as the host. It is also what
`host.current().theReactor()` gives. There is no `run`: the network runs.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet import error
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.base import DelayedCall
from twisted.internet.interfaces import (
    IConnector,
    IHostnameResolver,
    IHostResolution,
    IListeningPort,
    IReactorFromThreads,
    IReactorPluggableNameResolver,
    IReactorTCP,
    IReactorTime,
    IReactorUNIX,
)
from twisted.python.failure import Failure
from zope.interface import implementer

from .. import net
from ..reactor.handle import Address
from ..reactor.loop import ticks
from ..reactor.twisted import transport

if TYPE_CHECKING:
    from .host import FakeHost


@implementer(IReactorTCP, IReactorUNIX, IReactorTime, IReactorFromThreads, IReactorPluggableNameResolver)
class FakeReactor:
    """One host's reactor."""

    running = True

    def __init__(self, host: FakeHost) -> None:
        self._host = host
        self._calls: dict[DelayedCall, Any] = {}
        self.nameResolver: Any = _Resolver(host)

    def _asHost(self, work: Callable[[], Any]) -> Any:
        with self._host:
            return work()

    # IReactorTime

    def seconds(self) -> float:
        """Seconds of virtual time."""
        return self._host.clock.now() / 1000.0

    def callLater(self, delay: float, callable: Callable[..., Any], *args: Any, **keywords: Any) -> DelayedCall:
        """Call back in `delay` seconds."""
        made = DelayedCall(self.seconds() + delay, callable, args, keywords, self._drop, self._set, self.seconds)
        self._set(made)
        return made

    def getDelayedCalls(self) -> Sequence[DelayedCall]:
        """Those that are to come."""
        return [each for each in self._calls if each.active()]

    def _set(self, call: DelayedCall) -> None:
        self._drop(call)
        due = call.getTime() * 1000.0
        self._calls[call] = self._host.clock.callAt(due, lambda: self._fire(call), self._host)

    def _drop(self, call: DelayedCall) -> None:
        alarm = self._calls.pop(call, None)
        if alarm is not None:
            alarm.cancel()

    def _fire(self, call: DelayedCall) -> None:
        if call.getTime() > self.seconds():  # it was put off
            self._set(call)
            return
        self._calls.pop(call, None)
        call.called = 1
        ticks.call(lambda: call.func(*call.args, **call.kw))

    # IReactorFromThreads, and what is asked of every reactor

    def callFromThread(self, callable: Callable[..., Any], *args: Any, **keywords: Any) -> None:
        """Call back in the next turn."""
        self._host.callSoon(lambda: ticks.call(lambda: callable(*args, **keywords)))

    def callWhenRunning(self, callable: Callable[..., Any], *args: Any, **keywords: Any) -> None:
        """Call at once: it runs."""
        callable(*args, **keywords)

    def addSystemEventTrigger(self, phase: str, eventType: str, callable: Any, *args: Any, **keywords: Any) -> Any:
        """Accepted; a host has no shutdown."""
        return (phase, eventType, callable)

    def removeSystemEventTrigger(self, triggerID: Any) -> None:
        """Accepted."""

    def installNameResolver(self, resolver: Any) -> Any:
        """Use another resolver; returns the one before."""
        before, self.nameResolver = self.nameResolver, resolver
        return before

    # IReactorTCP, IReactorUNIX

    def connectTCP(self, host: str, port: int, factory: Any, timeout: float = 30, bindAddress: Any = None) -> Any:
        """Connect `factory` to an address, or to a name."""
        options: dict[str, Any] = {"host": host, "port": port}
        if bindAddress is not None:
            options |= {"localAddress": bindAddress[0], "localPort": bindAddress[1]}
        family = IPv6Address if ":" in host else IPv4Address
        return self._connect(options, factory, timeout, family("TCP", host, port))

    def connectUNIX(self, address: str, factory: Any, timeout: float = 30, checkPID: bool = False) -> Any:
        """Connect `factory` to a path."""
        return self._connect({"path": address}, factory, timeout, UNIXAddress(address))

    def _connect(self, options: dict[str, Any], factory: Any, timeout: float, destination: Any) -> Any:
        made = FakeConnector(self, options, factory, timeout, destination)
        made.connect()
        return made

    def listenTCP(self, port: int, factory: Any, backlog: int = 50, interface: str = "") -> Any:
        """Listen. Raises: CannotListenError."""
        return self._asHost(lambda: FakePort(self, factory, interface or "0.0.0.0", port, backlog, False))

    def listenUNIX(
        self, address: str, factory: Any, backlog: int = 50, mode: int = 0o666, wantPID: bool = False
    ) -> Any:
        """Listen on a path. Raises: CannotListenError."""
        return self._asHost(lambda: FakePort(self, factory, address, 0, backlog, True))


@implementer(IListeningPort)
class FakePort:
    """A port on which a factory listens."""

    def __init__(self, reactor: FakeReactor, factory: Any, address: str, port: int, backlog: int, isPath: bool) -> None:
        self._reactor = reactor
        self._arguments = (address, port, backlog, isPath)
        self._handle: Any = None
        self.factory = factory
        self.startListening()

    def startListening(self) -> None:
        """Listen. Raises: CannotListenError."""
        address, port, backlog, isPath = self._arguments
        network = self._reactor._host._simulated_()
        handle: Any = network.pipeServer() if isPath else network.tcpServer()
        status = handle.bind(address, port) or handle.listen(backlog)
        if status:
            handle.close()
            raise error.CannotListenError(address, port, OSError(-status, errno.errorcode.get(-status, "")))
        self._handle = handle
        handle.onconnection = self._onConnection
        self.factory.doStart()

    def _onConnection(self, status: int, handle: Any) -> None:
        if status == 0:
            transport.build(net.Socket(handle=handle, allowHalfOpen=True), self.factory)

    def stopListening(self) -> None:
        """Stop."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()
            self.factory.doStop()

    loseConnection = stopListening

    def getHost(self) -> Any:
        """The address."""
        local = self._handle.getsockname() if self._handle is not None else None
        return _toTwisted(local) if isinstance(local, Address) else None


@implementer(IConnector)
class FakeConnector:
    """A factory's connection, or its attempt at one."""

    def __init__(
        self, reactor: FakeReactor, options: dict[str, Any], factory: Any, timeout: float, destination: Any
    ) -> None:
        self._reactor = reactor
        self._options = options
        self._timeout = timeout
        self._destination = destination
        self._socket: Any = None
        self._limit: Any = None
        self.factory = factory
        self.state: str = "disconnected"

    def connect(self) -> None:
        """Connect, the first time or again."""
        if self.state != "disconnected":
            raise RuntimeError("can't connect in this state")
        self.state = "connecting"
        self.factory.doStart()
        self.factory.startedConnecting(self)
        if self.state == "connecting":
            self._reactor._asHost(self._begin)

    def _begin(self) -> None:
        options: Any = {**self._options, "allowHalfOpen": True}
        socket = self._socket = net.connect(options)
        failures: list[BaseException] = []
        socket.on("error", failures.append)
        socket.once("connect", lambda: self._onConnect(socket))
        socket.on("close", lambda: self._onClose(failures))
        if self._timeout:
            self._limit = self._reactor.callLater(self._timeout, socket.destroy, error.TimeoutError())

    def _onConnect(self, socket: Any) -> None:
        self._stopLimit()
        self.state = "connected"
        protocol = self.factory.buildProtocol(self._destination)
        if protocol is None:
            socket.destroy()
        else:
            transport.connect(socket, protocol)

    def _onClose(self, failures: list[BaseException]) -> None:
        self._stopLimit()
        was, self.state = self.state, "disconnected"
        if was == "connecting":
            self.factory.clientConnectionFailed(self, Failure(_whyNot(failures)))
        else:
            lost: Any = error.ConnectionLost(str(failures[0])) if failures else error.ConnectionDone()
            self.factory.clientConnectionLost(self, Failure(lost))
        if self.state == "disconnected":
            self.factory.doStop()

    def _stopLimit(self) -> None:
        limit, self._limit = self._limit, None
        if limit is not None and limit.active():
            limit.cancel()

    def stopConnecting(self) -> None:
        """Give the attempt up."""
        if self.state != "connecting":
            raise error.NotConnectingError("we're not trying to connect")
        if self._socket is None:
            self.state = "disconnected"
        else:
            self._socket.destroy(error.UserError())

    def disconnect(self) -> None:
        """End the connection, or give the attempt up."""
        if self.state == "connecting":
            self.stopConnecting()
        elif self.state == "connected":
            self._socket.destroySoon()

    def getDestination(self) -> Any:
        """The address."""
        return self._destination


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nobody listens any more; not needed by endpoints."""


@implementer(IHostnameResolver)
class _Resolver:
    """The network's names."""

    def __init__(self, host: FakeHost) -> None:
        self._host = host

    def resolveHostName(
        self,
        receiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Any = None,
        transportSemantics: Any = "TCP",
    ) -> Any:
        resolution = _Resolution(hostName)

        def answer(found: Any) -> None:
            ticks.call(finish, [] if isinstance(found, int) else found)

        def finish(found: list[str]) -> None:
            for address in found:
                kind = IPv6Address if ":" in address else IPv4Address
                if addressTypes is None or kind in addressTypes:
                    receiver.addressResolved(kind(transportSemantics, address, portNumber))
            receiver.resolutionComplete()

        receiver.resolutionBegan(resolution)
        with self._host as host:
            host._simulated_().resolver.getaddrinfo(hostName, 0, 0, answer)
        return resolution


def _whyNot(failures: list[BaseException]) -> BaseException:
    if not failures:
        return error.ConnectionAborted()
    failure = failures[0]
    if isinstance(failure, (error.ConnectError, error.UserError)):
        return failure
    if getattr(failure, "syscall", "") == "getaddrinfo":
        return error.DNSLookupError(str(failure))
    number = getattr(failure, "errno", None)
    return error.getConnectError((number, str(failure))) if number else error.ConnectError(string=str(failure))


def _toTwisted(address: Address) -> Any:
    if address.family == "pipe":
        return UNIXAddress(address.address)
    return (IPv6Address if address.family == "IPv6" else IPv4Address)("TCP", address.address, address.port)
