"""A stream handle over any Twisted transport: one half of the listener bridge. `ports.py` connects and listens.

`BridgeProtocol` is what the transport sees: `IHalfCloseableProtocol` for the end of either direction, and a streaming
`IPushProducer` for back pressure. `BridgeStream` is what the Node layer sees: `StreamHandle`. Where Twisted differs
from a descriptor, and what follows:

* `transport.write` takes everything. It counts as taken by the kernel until the transport asks its producer to
  pause; then the write is PENDING until it says resume, which it does when its buffer is empty.
* What was taken must arrive, so `close` lets the transport flush (`loseConnection`); with a write pending it aborts.
* Transports call back at unexpected moments: within `write`, within `registerProducer`, within `loseConnection` (those
  in memory). A handle never calls into its caller, so such events wait in `_events` for their own turn.
* A paused transport may still deliver (TLS buffers): the data waits in `_unread`.
* Twisted drops the errno of a connection that breaks; see `errors.py`.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.interfaces import IHalfCloseableProtocol, IPushProducer, ITransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from ..handle import EOF, PENDING, UNSUPPORTED, Address, Buffer
from ..loop import activity, host, ticks
from ..loop.activity import Activity
from ..state import CLOSED, CONNECTING, NEW, OPEN, READ_SIZE, SHUT, SHUTTING
from .errors import toStatus


@implementer(IHalfCloseableProtocol, IPushProducer)
class BridgeProtocol(Protocol):
    """Forwards the transport's events until the handle is closed."""

    def __init__(self, handle: BridgeStream) -> None:
        self.handle: BridgeStream | None = handle
        self.resourceName: str = handle.resourceName

    def connectionMade(self) -> None:
        handle, transport = self.handle, self.transport
        if handle is None:  # closed while it was connecting
            if transport is not None:
                _abort(transport)
        else:
            handle.attach(transport)

    def dataReceived(self, data: bytes) -> None:
        if self.handle is not None:
            self.handle.received(data)

    def readConnectionLost(self) -> None:
        if self.handle is not None:
            self.handle.ended(EOF)

    def writeConnectionLost(self) -> None:
        if self.handle is not None:
            self.handle.outputEnded()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self.handle is not None:
            self.handle.lost(toStatus(reason))
        activity.release(self)

    def pauseProducing(self) -> None:
        if self.handle is not None:
            self.handle.full = True

    def resumeProducing(self) -> None:
        if self.handle is not None:
            self.handle.drained()

    def stopProducing(self) -> None:
        """The transport is gone; `connectionLost` says why."""


#: A socket that a child process has too may have been made to block; Windows has no such flag, and no such children.
_DONT_WAIT = getattr(socket, "MSG_DONTWAIT", 0)


class BridgeStream(Activity):
    """A connection over a Twisted transport."""

    __slots__ = (
        "__weakref__",
        "_calling",
        "_end",
        "_events",
        "_paused",
        "_pending",
        "_protocol",
        "_reading",
        "_state",
        "_transport",
        "_unread",
        "bytesRead",
        "bytesWritten",
        "full",
        "onclose",
        "onconnect",
        "onfault",
        "onread",
        "onreadend",
        "onshutdown",
        "onwrite",
        "resourceName",
        "writeQueueSize",
    )
    #: See `tracing/handles.py`.
    tracedAs = "transport"

    def __init__(self, resourceName: str = "TCPSocketWrap") -> None:
        super().__init__()
        self.resourceName: str = resourceName
        self._state = NEW
        self._protocol = BridgeProtocol(self)
        self._transport: Any = None
        self._reading = False
        self._paused = False
        self._pending = False
        #: The transport has asked us to stop writing.
        self.full: bool = False
        # Lists: mostly empty, and an empty deque has 600 bytes.
        self._unread: list[bytes] = []
        #: How reading ends once `_unread` is empty; 0 while it goes on.
        self._end = 0
        self._calling = 0
        self._events: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        self.writeQueueSize: int = 0
        self.bytesRead: int = 0
        self.bytesWritten: int = 0
        self.onread: Any = None
        self.onreadend: Any = None
        self.onwrite: Any = None
        self.onshutdown: Any = None
        self.onconnect: Any = None
        self.onclose: Any = None
        self.onfault: Any = None

    # Events from the protocol

    def attach(self, transport: Any) -> None:
        """The transport is connected."""
        connecting = self._state == CONNECTING
        self._transport = transport
        self._state = OPEN
        # Nothing is read before the owner asks; what a transport delivers anyway is kept.
        self._pause()
        register = getattr(transport, "registerProducer", None)
        if register is not None:
            try:
                self._transportCall(register, self._protocol, True)
            except RecursionError:
                raise
            except RuntimeError:  # adopted with its owner's producer: no backpressure for us
                pass
        if connecting:
            self._updateActive()
            self._deliver(self._connected, 0)

    def received(self, data: bytes) -> None:
        self._unread.append(data)
        if self._reading:
            self._deliver(self._readable)

    def ended(self, status: int) -> None:
        """The peer's data has ended with this status; only the first counts."""
        if not self._end:
            self._end = status
            if self._reading:
                self._deliver(self._readable)

    def lost(self, status: int) -> None:
        """The transport is gone."""
        self.ended(status)
        broken = status if status != EOF else -errno.EPIPE
        if self._pending:
            self._deliver(self._written, broken)
        if self._state == SHUTTING:
            self._deliver(self._shutdownDone, 0 if status == EOF else -errno.ENOTCONN)
        self._transport = None

    def outputEnded(self) -> None:
        if self._state == SHUTTING:
            self._deliver(self._shutdownDone, 0)

    def drained(self) -> None:
        self.full = False
        if self._pending:
            self._deliver(self._written, 0)

    # Delivery

    def _deliver(self, event: Callable[..., object], *args: Any) -> None:
        """Run an event now, or soon if a callback or one of our methods is running."""
        if self._events or self._calling or ticks.isRunning():
            self._later(event, *args)
        else:
            ticks.call(event, *args, handle=self)

    def _later(self, event: Callable[..., object], *args: Any) -> None:
        if not self._events:
            host.current().callSoon(self._flushEvents)
        self._events.append((event, args))

    def _flushEvents(self) -> None:
        for _ in range(len(self._events)):
            if not self._events:  # an event closed the handle
                return
            event, args = self._events.pop(0)
            ticks.call(event, *args, handle=self)
        if self._events:
            host.current().callSoon(self._flushEvents)

    def _transportCall(self, method: Callable[..., Any], *args: Any) -> None:
        """Call the transport, which may call back."""
        self._calling += 1
        try:
            method(*args)
        finally:
            self._calling -= 1

    # Reading

    def readStart(self) -> int:
        if self._state in (NEW, CONNECTING, CLOSED):
            return -errno.ENOTCONN
        if not self._reading:
            self._reading = True
            self._setActive_(True)
            if self._unread or self._end:
                self._later(self._readable)
            if self._paused and not self._end:
                self._resume()
        return 0

    def readStop(self) -> int:
        if self._reading:
            self._reading = False
            self._updateActive()
            self._pause()
        return 0

    def _readable(self) -> None:
        """Deliver pending data piece by piece: the callback may stop reading, or close."""
        while self._reading and self._unread:
            data = self._unread.pop(0)
            if len(data) > READ_SIZE:
                self._unread.insert(0, data[READ_SIZE:])
                data = data[:READ_SIZE]
            if self._unread or self._end:
                # Before the callback, which may raise; and each callback is followed by the nextTick queue.
                self._later(self._readable)
                self._receive(data)
                return
            self._receive(data)
        if self._reading and self._end:
            self._reading = False
            self._updateActive()
            self.onreadend(self._end)

    def _receive(self, data: bytes) -> None:
        self.bytesRead += len(data)
        self.onread(data)

    def _pause(self) -> None:
        pause = getattr(self._transport, "pauseProducing", None)
        if pause is not None and not self._paused:
            self._paused = True
            self._transportCall(pause)

    def _resume(self) -> None:
        self._paused = False
        resume = getattr(self._transport, "resumeProducing", None)
        if resume is not None:
            self._transportCall(resume)

    # Writing

    def write(self, data: Buffer) -> int:
        return self.writev((data,))

    def writev(self, chunks: Sequence[Buffer]) -> int:
        assert not self._pending, "a write is pending: wait for its onwrite"
        if self._transport is None or self._state != OPEN:
            return self._cannotWrite()
        # A transport may keep the buffer: only immutable bytes are safe.
        pieces = [bytes(chunk) for chunk in chunks]
        size = sum(map(len, pieces))
        self._transportCall(self._transport.writeSequence, pieces)
        if not self.full:
            self.bytesWritten += size
            return 0
        self._pending = True
        self.writeQueueSize = size
        self._setActive_(True)
        return PENDING

    def _cannotWrite(self) -> int:
        if self._state == CLOSED:
            return -errno.EBADF
        if self._state in (NEW, CONNECTING):
            return -errno.ENOTCONN
        return self._end if self._end not in (0, EOF) else -errno.EPIPE

    def _written(self, status: int) -> None:
        if not self._pending:
            return
        self._pending = False
        if not status:
            self.bytesWritten += self.writeQueueSize
        self.writeQueueSize = 0
        if self._state == SHUTTING:
            self._later(self._endOutput)
        self._updateActive()
        self.onwrite(status)

    def shutdown(self) -> int:
        if self._state != OPEN:
            return -errno.ENOTCONN
        self._state = SHUTTING
        self._setActive_(True)
        if not self._pending:
            self._later(self._endOutput)
        return 0

    def _endOutput(self) -> None:
        if self._state != SHUTTING:
            return
        if self._transport is None:
            self._shutdownDone(-errno.ENOTCONN)
            return
        endOutput = getattr(self._transport, "loseWriteConnection", None)
        # Twisted's TLS passes on what it does not have: that would cut the transport below it off.
        if endOutput is not None and not hasattr(self._transport, "failVerification"):
            self._transportCall(endOutput)  # writeConnectionLost follows
        else:
            # No half-close here (nor in TLS before 1.3): ending our data ends both directions.
            self._unregister()
            self._transportCall(self._transport.loseConnection)
            self._shutdownDone(0)

    def _shutdownDone(self, status: int) -> None:
        if self._state != SHUTTING:
            return
        self._state = SHUT
        self._updateActive()
        if self.onshutdown is not None:
            self.onshutdown(status)

    # Connecting: the subclasses in ports.py start it

    def bind(self, address: str, port: int, ipv6Only: bool = False) -> int:
        return UNSUPPORTED

    def connect(self, address: str, port: int) -> int:
        return -errno.EISCONN

    def connectFailed(self, status: int) -> None:
        if self._state == CONNECTING:
            self._state = NEW
            self._updateActive()
            self._deliver(self._connected, status)

    def _connected(self, status: int) -> None:
        if self._state != CLOSED:
            self.onconnect(status)

    def _stopConnecting(self) -> None:
        """Abort a connect in progress."""

    # Addresses and options

    def fileno(self) -> int:
        fileno = getattr(self._transport, "fileno", None)
        return int(fileno()) if fileno is not None else -1

    def getsockname(self) -> Address | int:
        if self._state == CLOSED:
            return -errno.EBADF
        return toAddress(self._transport.getHost()) if self._transport is not None else -errno.ENOTCONN

    def getpeername(self) -> Address | int:
        if self._state == CLOSED:
            return -errno.EBADF
        return toAddress(self._transport.getPeer()) if self._transport is not None else -errno.ENOTCONN

    def setNoDelay(self, enable: bool) -> int:
        return self._transportOption("setTcpNoDelay", enable)

    def setKeepAlive(self, enable: bool, delay: int, interval: int = 1000, count: int = 10) -> int:
        status = self._transportOption("setTcpKeepAlive", enable)
        if status or not (enable and delay and interval and count):
            return status
        return (
            self._socketOption(socket.IPPROTO_TCP, "TCP_KEEPIDLE", max(delay // 1000, 1))
            or self._socketOption(socket.IPPROTO_TCP, "TCP_KEEPINTVL", max(interval // 1000, 1))
            or self._socketOption(socket.IPPROTO_TCP, "TCP_KEEPCNT", count)
        )

    def setTypeOfService(self, value: int) -> int:
        return self._socketOption(*self._typeOfService(), value)

    def getTypeOfService(self) -> int:
        return self._socketOption(*self._typeOfService())

    def _typeOfService(self) -> tuple[int, str]:
        address = self.getsockname()
        if isinstance(address, Address) and address.family == "IPv6":
            return socket.IPPROTO_IPV6, "IPV6_TCLASS"
        return socket.IPPROTO_IP, "IP_TOS"

    def _transportOption(self, name: str, value: bool) -> int:
        if self._state == CLOSED:
            return -errno.EBADF
        method = getattr(self._transport, name, None)
        if method is None or self.resourceName == "PipeWrap":  # Unix transports inherit TCP's methods
            return UNSUPPORTED
        try:
            method(value)
        except OSError as error:
            return -(error.errno or errno.EIO)
        return 0

    def _socketOption(self, level: int, name: str, value: int | None = None) -> int:
        """Set an option of the socket behind the transport, or get it when there is no value."""
        if self._state == CLOSED:
            return -errno.EBADF
        getHandle = getattr(self._transport, "getHandle", None)
        sock = getHandle() if getHandle is not None else None
        option = getattr(socket, name, None)
        if not isinstance(sock, socket.socket) or option is None or sock.family == getattr(socket, "AF_UNIX", None):
            return UNSUPPORTED
        try:
            if value is None:
                return sock.getsockopt(level, option)
            sock.setsockopt(level, option, value)
        except OSError as error:
            return -(error.errno or errno.EIO)
        return 0

    # Teardown

    def hasRef(self) -> bool:
        return self._refed_ and self._state != CLOSED

    def reset(self) -> int:
        if self._state == CLOSED:
            return -errno.EBADF
        self._leave(abort=True)
        return 0

    def close(self) -> None:
        if self._state != CLOSED:
            self._leave(abort=self._pending or self._hasUnread())

    def _hasUnread(self) -> bool:
        """As in the kernel, unread data turns a close into a reset; Twisted sends a plain end first, which hides it."""
        if self._unread or self._end:
            return bool(self._unread)
        getHandle = getattr(self._transport, "getHandle", None)
        sock = getHandle() if getHandle is not None else None
        if not isinstance(sock, socket.socket):
            return False
        try:
            return bool(sock.recv(1, socket.MSG_PEEK | _DONT_WAIT))
        except OSError:
            return False

    def _leave(self, abort: bool) -> None:
        connecting = self._state == CONNECTING
        transport, self._transport = self._transport, None
        self._state = CLOSED
        self._reading = self._pending = False
        self.writeQueueSize = 0
        self._unread.clear()
        self._events.clear()
        # From here on the protocol reports to nobody, and the reference cycle is broken.
        self._protocol.handle = None
        if connecting:
            self._stopConnecting()
        elif transport is not None:
            if self._refed_ and not abort and hasattr(transport, "fileno"):
                # A kernel keeps sending after the program's end. Here the program stays alive until all is flushed.
                activity.hold(self._protocol)
            _leaveTransport(transport, abort)
        self._setActive_(False)
        ticks.queueClosing(self._finish)

    def _unregister(self) -> None:
        unregister = getattr(self._transport, "unregisterProducer", None)
        if unregister is not None:
            self._transportCall(unregister)

    def _finish(self) -> None:
        onclose = self.onclose
        self.onread = self.onreadend = self.onwrite = self.onshutdown = None
        self.onconnect = self.onclose = self.onfault = None
        if onclose is not None:
            onclose()

    def _updateActive(self) -> None:
        self._setActive_(self._reading or self._pending or self._state in (CONNECTING, SHUTTING))


def _leaveTransport(transport: Any, abort: bool) -> None:
    unregister = getattr(transport, "unregisterProducer", None)
    if unregister is not None:
        unregister()
    if abort:
        _abort(transport)
    else:
        transport.loseConnection()


def _abort(transport: Any) -> None:
    """Abort the connection if the transport can."""
    (getattr(transport, "abortConnection", None) or transport.loseConnection)()


def toAddress(address: Any) -> Address | int:
    """The Address for one of Twisted's, or -errno if it has no such form."""
    if hasattr(address, "port"):
        return Address(address.host, address.port, "IPv6" if ":" in address.host else "IPv4")
    if hasattr(address, "name"):
        name = address.name or b""
        return Address(name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name, 0, "pipe")
    return -errno.EINVAL


def adopt(transport: ITransport) -> BridgeStream:
    """A handle over a connected transport; it becomes the transport's protocol."""
    target: Any = transport
    stream = BridgeStream("PipeWrap" if hasattr(target.getHost(), "name") else "TCPSocketWrap")
    # A protocol that wraps another one, as TLS does, is the transport of that other one.
    setattr(target, "wrappedProtocol" if hasattr(target, "wrappedProtocol") else "protocol", stream._protocol)
    stream._protocol.makeConnection(transport)
    return stream
