"""Fake handles: `reactor/handle.py` in memory. They pass the same conformance suite as the real ones.

What a kernel decides can be set here: how much a connection holds (`capacity`, so that a write becomes PENDING),
how finely it cuts (`segment`), what fails and when (`Network.fail`). Callbacks come as they do from the poller:
in a turn, one at a time, each followed by the nextTick queue, at the end the checks and the closings.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..reactor import sockaddr
from ..reactor.handle import (
    EOF,
    PENDING,
    SERVER_CALLBACKS,
    STREAM_CALLBACKS,
    UNSUPPORTED,
    Address,
    Buffer,
    Handle,
    ServerHandle,
    StreamHandle,
)
from ..reactor.loop import faults, ticks
from ..reactor.loop.activity import Activity
from .channel import FIN, RST, Channel

if TYPE_CHECKING:
    from .host import FakeHost
    from .network import Network

#: The most bytes that one `onread` carries.
READ_SIZE = 64 * 1024
#: Milliseconds between two reads of a slow reader, about.
_SLOW_READ = 10


class FakeHandle(Activity, Handle):
    """What fake streams and fake servers share."""

    callbackNames: tuple[str, ...] = ()
    resourceName = ""
    onclose: Callable[[], object] | None
    onfault: Callable[[], object] | None

    def __init__(self, network: Network, family: str) -> None:
        super().__init__()
        self.network = network
        #: Counts the handles of a network: what a recorded event names.
        self.number: int = network.register()
        #: The host whose program has it.
        self.owner: FakeHost = network.here
        self.kind = family  # "tcp" or "pipe"
        self.closed: bool = False
        self.local: Address | None = None
        #: Options that were set, by the name of the method: what a test looks at.
        self.options: dict[str, Any] = {}
        for name in self.callbackNames:
            setattr(self, name, None)

    def describe(self) -> str:
        """For people: whose it is, what it is and where it is."""
        peer = getattr(self, "peer", None)
        ends = " -> ".join(f"{each.address}:{each.port}" for each in (self.local, peer) if each is not None)
        return f"{self.owner.name}: {self.resourceName} #{self.number} {ends}".rstrip()

    def isHolding(self) -> bool:
        """It keeps its program alive."""
        return self._active_ and self._refed_

    def vanish(self) -> None:
        """Its program is gone, and nobody is called back."""
        self.closed = True
        for name in self.callbackNames:
            setattr(self, name, None)
        self._leave_()
        self._setActive_(False)
        self.network.forget(self)

    def fileno(self) -> int:
        return -1

    def hasRef(self) -> bool:
        return self._refed_ and not self.closed

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.network.note(self, "close", 0)
        self._leave_()
        self._setActive_(False)
        self.network.forget(self)
        ticks.queueClosing(self._finish_)

    def getsockname(self) -> Address | int:
        """The local address, or -errno."""
        if self.closed:
            return -errno.EBADF
        return self.local if self.local is not None else -errno.EINVAL

    def _leave_(self) -> None:
        raise NotImplementedError

    def _finish_(self) -> None:
        onclose = self.onclose
        for name in self.callbackNames:
            setattr(self, name, None)
        if onclose is not None:
            onclose()

    def _option_(self, name: str, *value: Any) -> int:
        if self.closed:
            return -errno.EBADF
        failure = self.network.failure(name, self)
        if not failure:
            self.options[name] = value[0] if len(value) == 1 else value
        return failure


class FakeStream(FakeHandle, StreamHandle):
    """A connection in memory."""

    callbackNames: tuple[str, ...] = STREAM_CALLBACKS
    onread: Callable[[bytes], object] | None
    onreadend: Callable[[int], object] | None
    onwrite: Callable[[int], object] | None
    onshutdown: Callable[[int], object] | None
    onconnect: Callable[[int], object] | None
    local: Address

    def __init__(self, network: Network, kind: str) -> None:
        self.resourceName = "TCPSocketWrap" if kind == "tcp" else "PipeWrap"
        super().__init__(network, kind)
        self.peer: Address | None = None
        self.inbound: Channel | None = None
        self.outbound: Channel | None = None
        self.bytesRead: int = 0
        self.bytesWritten: int = 0
        self.connecting: bool = False
        self.reading: bool = False
        self.shut: bool = False
        self.writeQueueSize: int = 0
        self._queue_ = bytearray()
        self._shutdownWaits_ = False
        self._readsAgain_ = 0.0

    # Connecting

    def bind(self, address: str, port: int, ipv6Only: bool = False) -> int:
        failure = self.network.failure("bind", self)
        if failure:
            return failure
        if self.local is not None or self.closed or sockaddr.whyNoAddress(self.kind, address, port):
            return -errno.EINVAL
        self.network.opened(self)
        if not self.network.mayBind(self, address):
            return -errno.EADDRNOTAVAIL
        self.local = self.network.localAddress(self, address, port)
        return 0

    def connect(self, address: str, port: int) -> int:
        if self.closed:
            return -errno.EBADF
        if self.connecting:
            return -errno.EALREADY
        if self.outbound is not None:
            return -errno.EISCONN
        failure = self.network.failure("connect", self) or sockaddr.whyNoAddress(self.kind, address, port)
        if failure:
            return failure
        self.network.opened(self)
        failure = self.network.shortage(self)
        if failure:
            return failure
        self.connecting = True
        self._update_()
        self.network.arrive(self, self.network.target(self.kind, address, port))
        return 0

    def connected(self, status: int) -> None:
        """The network answers the `connect`."""
        self.connecting = False
        self._update_()
        self.network.note(self, "connect", status)
        if self.onconnect is not None:
            self.onconnect(status)

    # Reading

    def readStart(self) -> int:
        if self.closed:
            return -errno.EBADF
        if self.inbound is None or self.connecting:
            return -errno.ENOTCONN
        failure = self.network.failure("readStart", self)
        if failure:
            return failure
        self.reading = True
        self._update_()
        self.network.post(self, self.readable)
        return 0

    def readStop(self) -> int:
        self.reading = False
        self._update_()
        return 0

    def readable(self) -> None:
        """Something came, or reading began."""
        channel = self.inbound
        if not self.reading or channel is None:
            return
        failure = self.network.failure("read", self)
        if not failure and channel.buffer:
            self._receive_(channel)
        elif failure or channel.broken or channel.ended:
            self._readEnd_(failure or channel.broken or EOF)

    def _receive_(self, channel: Channel) -> None:
        clock, rate = self.network.clock, self.owner.readRate
        limit = min(READ_SIZE, self.network.segment)
        if rate != float("inf"):  # a slow reader
            if clock.now() < self._readsAgain_:
                return  # `_goOn_` follows
            limit = max(1, min(limit, int(rate * _SLOW_READ)))
            self._readsAgain_ = clock.now() + limit / rate
            clock.callAt(self._readsAgain_, self._goOn_, self.owner)
        data = channel.take(limit)
        self.bytesRead += len(data)
        channel.tellWriter()
        self.network.post(self, self.readable)
        self.network.note(self, "read", len(data))
        if self.onread is not None:
            self.onread(data)

    def _goOn_(self) -> None:
        if not self.closed:
            self.network.post(self, self.readable)

    def _readEnd_(self, status: int) -> None:
        self.network.note(self, "end", status)
        self.reading = False
        self._update_()
        if self.onreadend is not None:
            self.onreadend(status)

    # Writing

    def write(self, data: Buffer) -> int:
        if self.closed:
            return -errno.EBADF
        channel = self.outbound
        if channel is None or self.connecting:
            return -errno.ENOTCONN
        assert not self._queue_, "a write is pending: wait for its onwrite"
        failure = self.network.failure("write", self) or self._deadEnd_(channel)
        if failure:
            return failure
        self._queue_ += data
        self._flush_(channel)
        self._update_()
        return PENDING if self._queue_ else 0

    def writev(self, chunks: Sequence[Buffer]) -> int:
        return self.write(b"".join(chunks))

    def shutdown(self) -> int:
        if self.outbound is None or self.connecting or self.shut or self.closed:
            return -errno.ENOTCONN
        failure = self.network.failure("shutdown", self)
        if failure:
            return failure
        self.shut = self._shutdownWaits_ = True
        self._update_()
        self.network.post(self, self.writable)
        return 0

    def writable(self) -> None:
        """The kernel has room again, or the connection broke."""
        channel = self.outbound
        if channel is None:
            return
        if self._queue_:
            failure = self.network.failure("onwrite", self) or channel.error
            if failure:
                self._queue_.clear()
            else:
                self._flush_(channel)
            if not self._queue_:
                self._update_()
                self.network.note(self, "write", failure)
                if self._shutdownWaits_:
                    self.network.post(self, self.writable)
                if self.onwrite is not None:
                    self.onwrite(failure)
        elif self._shutdownWaits_:
            self._finishShutdown_(channel)

    def _flush_(self, channel: Channel) -> None:
        """Move as much of the queue as the kernel takes."""
        size = min(channel.space(), len(self._queue_))
        if channel.reader is None and not channel.isFar():
            # As far as we know the peer lives: TCP finds out with this segment.
            size = len(self._queue_)
            channel.error = -errno.EPIPE
        elif size:
            channel.send(bytes(self._queue_[:size]))
        del self._queue_[:size]
        self.bytesWritten += size
        self.writeQueueSize = len(self._queue_)

    def _deadEnd_(self, channel: Channel) -> int:
        if self.shut or channel.error or (channel.reader is None and self.kind == "pipe"):
            return channel.error or -errno.EPIPE
        return 0

    def _finishShutdown_(self, channel: Channel) -> None:
        self._shutdownWaits_ = False
        self._update_()
        failure = self.network.failure("onshutdown", self) or (-errno.ENOTCONN if channel.error else 0)
        if not failure:
            channel.send(FIN)
        if self.onshutdown is not None:
            self.onshutdown(failure)

    # Leaving

    def reset(self) -> int:
        if self.closed:
            return -errno.EBADF
        if self.kind == "tcp":
            self._break_()
        self.close()
        return 0

    def _break_(self) -> None:
        """What the peer sees when this side vanishes with a reset."""
        if self.outbound is not None:
            self.outbound.send(RST)

    def _leave_(self) -> None:
        if self.inbound is not None and self.outbound is not None:
            if self.inbound.buffer:  # as in the kernel, unread data turns a close into a reset
                self._break_()
            elif not self.outbound.error:
                self.outbound.send(FIN)
            self.inbound.buffer.clear()
            self.inbound.reader = self.outbound.writer = None
            self.inbound.tellWriter()
        self.connecting = self.reading = self._shutdownWaits_ = False
        self._queue_.clear()
        self.writeQueueSize = 0

    def lose(self, status: int) -> None:
        """The connection is gone, as this end finds out: a reset, or nobody answered for too long."""
        if self.inbound is not None:
            self.inbound.fail(status)

    # Addresses and options

    def getpeername(self) -> Address | int:
        if self.closed:
            return -errno.EBADF
        return self.peer if self.peer is not None else -errno.ENOTCONN

    def setNoDelay(self, enable: bool) -> int:
        return self._option_("setNoDelay", enable) if self.kind == "tcp" else UNSUPPORTED

    def setKeepAlive(self, enable: bool, delay: int, interval: int = 1000, count: int = 10) -> int:
        return self._option_("setKeepAlive", enable, delay, interval, count) if self.kind == "tcp" else UNSUPPORTED

    def setTypeOfService(self, value: int) -> int:
        return self._option_("setTypeOfService", value) if self.kind == "tcp" else UNSUPPORTED

    def getTypeOfService(self) -> int:
        if self.closed:
            return -errno.EBADF
        return int(self.options.get("setTypeOfService", 0)) if self.kind == "tcp" else UNSUPPORTED

    def _update_(self) -> None:
        self.writeQueueSize = len(self._queue_)
        busy = self.connecting or self.reading or self._shutdownWaits_ or bool(self._queue_)
        self._setActive_(busy and not self.closed)


class FakeServer(FakeHandle, ServerHandle):
    """A listening port in memory."""

    callbackNames: tuple[str, ...] = SERVER_CALLBACKS
    onconnection: Callable[[int, Any], object] | None
    onlisten: Callable[[int], object] | None
    onretired: Callable[[], object] | None
    local: Address

    def __init__(self, network: Network, kind: str) -> None:
        self.resourceName = "TCPServerWrap" if kind == "tcp" else "PipeServerWrap"
        super().__init__(network, kind)
        self.ipv6Only: bool = False
        self.backlog: int = 0
        self.listening: bool = False

    def bind(self, address: str, port: int, ipv6Only: bool = False, reusePort: bool = False) -> int:
        failure = self.network.failure("bind", self)
        if failure:
            return failure
        if self.closed or self.local is not None or sockaddr.whyNoAddress(self.kind, address, port):
            return -errno.EINVAL
        self.network.opened(self)
        if not self.network.mayBind(self, address):
            return -errno.EADDRNOTAVAIL
        local = self.network.localAddress(self, address, port)
        self.ipv6Only = ipv6Only
        self.options["reusePort"] = reusePort
        if not reusePort and self.network.isTaken(self, local):
            return -errno.EADDRINUSE
        self.local = local
        return 0

    def listen(self, backlog: int) -> int:
        if self.closed:
            return -errno.EBADF
        if self.local is None:
            self.network.opened(self)
            self.local = self.network.localAddress(self, "0.0.0.0", 0)
        failure = self.network.failure("listen", self)
        if failure:
            return failure
        self.backlog = backlog
        self.listening = True
        self._setActive_(True)
        return 0

    def fchmod(self, mode: int) -> int:
        """Who may connect: `mode` is kept in `options`. Returns 0 or -errno."""
        return self._option_("fchmod", mode)

    def accepted(self, stream: FakeStream) -> None:
        """A connection has arrived."""
        if self.onconnection is None or not self.listening:
            stream.reset()
            return
        failure = self.network.failure("accept", self) or self.network.shortage(stream)
        self.network.note(self, "accept", failure or stream.number)
        if failure:
            stream.close()
            self.onconnection(failure, None)
            return
        try:
            self.onconnection(0, stream)
        except BaseException as error:  # nobody took it
            faults.report(error, stream)
            if stream.onfault is None:
                stream.close()

    def retire(self) -> int:
        if not self.listening:
            return -errno.EBADF if self.closed else -errno.EINVAL
        self.network.post(self, self.retired)
        return 0

    def retired(self) -> None:
        """Those who had arrived before have been announced."""
        self.listening = False
        if self.onretired is not None:
            self.onretired()

    def _leave_(self) -> None:
        self.listening = False
