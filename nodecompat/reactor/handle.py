"""The handle interface: the whole contract between the Node layer and the reactor layer.

A handle is one kernel object (a socket, a listening port) or something that behaves like one. The Node
layer owns handles and reacts to their callbacks; the reactor layer implements them. Either side can be
replaced without the other noticing: `descriptor/` implements it over file descriptors, `twisted/` over any Twisted
transport, `nodecompat.testing` in memory. `tests/conformance/` checks what is written here.

Rules that hold for every handle:

* Integers below, exceptions above. No method raises for I/O trouble. A status is 0 for success or a negative
  errno (`-errno.ECONNRESET`); reading also ends with `EOF`. Messages and error objects are made above.
* No method calls back into its caller. Every callback comes later, from the reactor, one at a time; after
  each one the nextTick queue is emptied (`ticks.py`). An operation finishes by its return value or by its
  callback, never by both.
* After `close()` no callback fires except `onclose`, once, in the closing phase of a later turn. Closing a
  handle twice is allowed and does nothing.
* Callbacks are plain attributes. The owner sets them before making the call that can trigger them; a handle
  drops all of them after `onclose`, so that no reference cycle keeps a finished connection.
* Sizes are bytes, addresses are `Address` tuples, times are milliseconds.

This file imports the standard library only.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

#: Status of a read at the end of the peer's data. Node's UV_EOF; no errno has this value.
EOF = -4095
#: Result of an operation in progress: its callback (`onwrite`, `onlisten`) follows.
PENDING = 1
#: Result of an operation that this kind of handle does not support.
UNSUPPORTED = -errno.ENOTSUP
#: What the owner reports for a write or shutdown cut off by its own `close()`; handles drop theirs silently.
CANCELED = -errno.ECANCELED

Buffer = bytes | bytearray | memoryview


class Address(NamedTuple):
    """One end of a connection: `family` is "IPv4", "IPv6" or "pipe"; `port` is 0 for a pipe."""

    address: str
    port: int
    family: str


class Handle(Protocol):
    """What every handle has."""

    #: The name shown by `process.getActiveResourcesInfo()`, such as "TCPSocketWrap".
    resourceName: str
    #: Called once after `close()`, in a later turn.
    onclose: Callable[[], object] | None
    #: Called when a callback of this handle raised and the error was not handled: drop the connection.
    onfault: Callable[[], object] | None

    def close(self) -> None:
        """Release the kernel object now. Unsent data is lost; a pending write or connect is dropped."""

    def ref(self) -> None:
        """Let this handle keep the program alive while it is active (the default)."""

    def unref(self) -> None:
        """Never keep the program alive."""

    def hasRef(self) -> bool:
        """True unless `unref()` was called or the handle is closed."""

    def fileno(self) -> int:
        """The file descriptor, or -1 where there is none (closed, or a transport without one)."""


class StreamHandle(Handle, Protocol):
    """A connected, or connecting, stream of bytes in both directions."""

    #: `onread(data)`: some bytes came, at least one and at most 64 KiB, only between readStart and readStop.
    onread: Callable[[bytes], object] | None
    #: `onreadend(status)`: the last read event; `EOF`, or a negative errno. Reading has stopped.
    onreadend: Callable[[int], object] | None
    #: `onwrite(status)`: the pending write is done (0) or failed (negative errno).
    onwrite: Callable[[int], object] | None
    #: `onshutdown(status)`: the end of our data is on its way, or could not be sent.
    onshutdown: Callable[[int], object] | None
    #: `onconnect(status)`: the connection is established (0) or failed (negative errno).
    onconnect: Callable[[int], object] | None

    #: Bytes passed to `write` that the kernel has not accepted yet.
    writeQueueSize: int
    #: Bytes read and bytes taken by the kernel since the connection was established.
    bytesRead: int
    bytesWritten: int

    def connect(self, address: str, port: int) -> int:
        """Start connecting to a numeric address, or to a path (port 0). 0: `onconnect` follows; or -errno."""

    def bind(self, address: str, port: int, ipv6Only: bool = False) -> int:
        """Choose the local end before `connect`. Returns 0 or -errno."""

    def readStart(self) -> int:
        """Let `onread` come. Allowed when already reading. Returns 0 or -errno (-ENOTCONN)."""

    def readStop(self) -> int:
        """No `onread` after this returns, until `readStart`; the kernel's buffer keeps the data."""

    def write(self, data: Buffer) -> int:
        """Send, at once as far as the kernel takes it. Only after `onconnect`.

        0: all taken. PENDING: the rest is queued, `onwrite` follows. Negative: failed, nothing follows.
        One write may be pending at a time: calling again before its `onwrite` is a bug in the caller.
        A bytes-like object must not change until the write is done.
        """

    def writev(self, chunks: Sequence[Buffer]) -> int:
        """As `write`, for several buffers in one system call where the platform can."""

    def shutdown(self) -> int:
        """Send the end of our data, after a pending write. 0: `onshutdown` follows; or -errno (-ENOTCONN)."""

    def reset(self) -> int:
        """As `close`, but the peer sees a reset (RST) where the transport can express it."""

    def getsockname(self) -> Address | int:
        """The local address, or -errno."""

    def getpeername(self) -> Address | int:
        """The peer's address, or -errno."""

    def setNoDelay(self, enable: bool) -> int:
        """TCP_NODELAY. Returns 0 or -errno; UNSUPPORTED where there is no such option."""

    def setKeepAlive(self, enable: bool, delay: int, interval: int = 1000, count: int = 10) -> int:
        """SO_KEEPALIVE, with TCP_KEEPIDLE, TCP_KEEPINTVL (milliseconds, of which the kernel takes whole seconds) and
        TCP_KEEPCNT unless one of the three is 0. Returns 0 or -errno."""

    def setTypeOfService(self, value: int) -> int:
        """IP_TOS or IPV6_TCLASS. Returns 0 or -errno."""

    def getTypeOfService(self) -> int:
        """The value of IP_TOS or IPV6_TCLASS, or -errno."""


class FileSender(Protocol):
    """What a StreamHandle may offer besides; the owner asks with `getattr(handle, "sendFile", None)`."""

    def sendFile(self, before: Buffer, fd: int, offset: int | None, size: int) -> int:
        """As `write`, of `before` and then of at most `size` bytes of a file, which the kernel moves.

        `offset`: where they begin; None: where the descriptor stands, and it moves on. The descriptor may be closed
        as soon as this returns. Where the file ends earlier, or cannot be sent so, the write is done (0) all the same,
        with less: `bytesWritten` tells.
        """


class ServerHandle(Handle, Protocol):
    """A listening port or path."""

    #: `onconnection(status, handle)`: a connected StreamHandle (status 0), or None with a negative errno. When it
    #: raises, the connection is the one that is given up: its `onfault`, or its `close` when it has none.
    onconnection: Callable[[int, Any], object] | None
    #: `onlisten(status)`: only after a `listen` that returned PENDING.
    onlisten: Callable[[int], object] | None
    #: `onretired()`: after a `retire` that returned 0; no `onconnection` follows.
    onretired: Callable[[], object] | None

    def bind(self, address: str, port: int, ipv6Only: bool = False, reusePort: bool = False) -> int:
        """Take a numeric address and port, or a path (port 0). Returns 0 or -errno, which may come in `listen`."""

    def listen(self, backlog: int) -> int:
        """Accept connections: `onconnection` follows for each.

        Returns 0, -errno, or PENDING: the port is not open yet, `onlisten` says when or why not.
        """

    def retire(self) -> int:
        """Accept the connections already in the backlog, which `close` would reset, and no more.

        0: their `onconnection` follows, then `onretired`; the address may be gone from there on. Or -errno.
        """

    def getsockname(self) -> Address | int:
        """The address that is listened on, or -errno."""


class DatagramHandle(Handle, Protocol):
    """A socket for datagrams of one family. Every setting is -EBADF before `bind`, except memberships, which bind."""

    #: `onmessage(data, address, port)`: a datagram came, perhaps an empty one, only between readStart and readStop.
    onmessage: Callable[[bytes, str, int], object] | None
    #: `onreaderror(status)`: the kernel reported a negative errno (the peer refused); reading goes on.
    onreaderror: Callable[[int], object] | None
    #: `onsend(status)`: the oldest queued datagram is sent (0) or failed (negative errno).
    onsend: Callable[[int], object] | None

    #: Datagrams that the kernel has not taken yet, and their bytes.
    sendQueueCount: int
    sendQueueSize: int

    def bind(
        self, address: str, port: int, ipv6Only: bool = False, reuseAddr: bool = False, reusePort: bool = False
    ) -> int:
        """Take a numeric address and a port, 0 for any. Returns 0 or -errno."""

    def connect(self, address: str, port: int) -> int:
        """Send to, and hear from, this peer only. Done when it returns: 0 or -errno."""

    def disconnect(self) -> int:
        """Undo `connect`. Returns 0 or -errno."""

    def readStart(self) -> int:
        """Let `onmessage` come. Allowed when already reading. Returns 0 or -errno."""

    def readStop(self) -> int:
        """No `onmessage` after this returns, until `readStart`."""

    def send(self, data: Buffer, address: str | None = None, port: int = 0) -> int:
        """Send a datagram, at once if the kernel takes it; without an address to the connected peer.

        0: sent. PENDING: queued, `onsend` follows, in the order of the calls. Negative: failed, nothing follows.
        """

    def getsockname(self) -> Address | int:
        """The local address, or -errno."""

    def getpeername(self) -> Address | int:
        """The connected peer's address, or -errno."""

    def bufferSize(self, size: int, receive: bool) -> int:
        """Set the kernel's buffer of one direction, in bytes, unless `size` is 0. Returns its size now, or -errno."""

    def setBroadcast(self, enable: bool) -> int:
        """SO_BROADCAST. Returns 0 or -errno, as all below."""

    def setTTL(self, ttl: int) -> int:
        """Hops of unicast datagrams, 1 to 255."""

    def setMulticastTTL(self, ttl: int) -> int:
        """Hops of multicast datagrams, 0 to 255."""

    def setMulticastLoopback(self, enable: bool) -> int:
        """Whether this machine receives its own multicasts."""

    def setMulticastInterface(self, interface: str) -> int:
        """Where multicasts leave: an IPv4 address, or an IPv6 one with a scope (`::%eth0`)."""

    def setMembership(self, group: str, interface: str | None, join: bool) -> int:
        """Join or leave a multicast group."""

    def setSourceMembership(self, source: str, group: str, interface: str | None, join: bool) -> int:
        """Join or leave a multicast group, for what this source sends."""


#: The callbacks of each kind of handle: cleared by `close`, counted by the conformance suite.
STREAM_CALLBACKS = ("onread", "onreadend", "onwrite", "onshutdown", "onconnect", "onclose", "onfault")
SERVER_CALLBACKS = ("onconnection", "onlisten", "onretired", "onclose", "onfault")
DATAGRAM_CALLBACKS = ("onmessage", "onreaderror", "onsend", "onclose", "onfault")
