"""The steps below the API: what the reactor layer's tracer reports, as entries of the right connection.

A client's socket and the server's socket for it are two handles. When both live in this program, the addresses of
their two ends show that they belong together (for a Unix domain path: the order of connecting is that of accepting).
What a handle that encrypts does belongs to the handle below it. A UDP socket is a connection by itself.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from typing import Any
from weakref import WeakSet

from ..reactor.handle import Address
from ..reactor.tracing import hook
from .entries import KERNEL, Connection, Entry
from .recorder import CLIENT, SERVER, Recorder, Side

#: Steps from the kernel to the socket; the others go from the socket to the kernel.
_FROM_KERNEL = {
    hook.ACCEPT,
    hook.SO_ERROR,
    hook.RECV,
    hook.RECVFROM,
    hook.EAGAIN,
    hook.TLS_RECEIVED,
    hook.ALERT_RECEIVED,
}
#: Steps within the socket.
_INSIDE = {
    hook.WRITE_ARMED,
    hook.WRITE_DISARMED,
    hook.READ_STARTED,
    hook.READ_STOPPED,
    hook.VERIFIED,
    hook.RESUMED,
    hook.SECURE,
    hook.ENCRYPTED,
    hook.DECRYPTED,
}
#: Steps of a handle that encrypts.
_SECURED = {
    hook.TLS_SENT,
    hook.TLS_RECEIVED,
    hook.ALERT_SENT,
    hook.ALERT_RECEIVED,
    hook.VERIFIED,
    hook.RESUMED,
    hook.SECURE,
    hook.ENCRYPTED,
    hook.DECRYPTED,
}
#: What data is called by its direction: to the peer or not.
_DATAGRAMS = {hook.SENDTO: True, hook.RECVFROM: False}
_MAPPED = "::ffff:"
#: The watchers' names in the 2010 article.
_ARTICLE = {
    hook.WRITE_ARMED: "writeWatcher",
    hook.WRITE_DISARMED: "writeWatcher",
    hook.READ_STARTED: "readWatcher",
    hook.READ_STOPPED: "readWatcher",
}


class Steps:
    """The tracer of the reactor layer while a recording runs."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        #: The side of each handle, from its first step to its close.
        self.sides: dict[Any, Side] = {}
        #: Connections with one known end, by address (client's, server's).
        self._halves: dict[tuple[Address, Address], Connection] = {}
        self._waiting: dict[str, deque[Connection]] = {}
        #: Handles that encrypt, by the handle below: both have the same side.
        self._secured: dict[Any, list[Any]] = {}
        #: Sockets that carry an encrypted one: their own events say nothing.
        self.carriers: WeakSet[Any] = WeakSet()
        #: Ignored handles: those of the page that shows the recording.
        self.ignored: set[Any] = set()
        self.ignores: bool = False

    def ignore(self, handle: Any) -> None:
        """Ignore this handle, and those that it accepts."""
        self.ignores = True
        self.ignored.add(handle)
        self.sides.pop(handle, None)

    def isIgnored(self, handle: Any) -> bool:
        """Whether a handle is ignored."""
        return handle in self.ignored

    def __call__(self, handle: Any, step: str, *details: Any) -> None:
        try:
            side = self.sides.get(handle)
            # The common case first: data of a known connection.
            if side is not None and (step == hook.RECV or step == hook.SEND) and details[0] > 0:
                connection = side.connection
                if connection is not None and (side.name == CLIENT or not connection.hasClient):
                    self._count(side, connection, step, details[0])
                lane = side.socketLane
                origin, target = (KERNEL, lane) if step == hook.RECV else (lane, KERNEL)
                side.lastStep = self._recorder.add("step", step, origin, target, f"{details[0]} bytes", side).number
            elif side is not None and (step == hook.DECRYPTED or step == hook.ENCRYPTED):
                lane = side.socketLane
                side.lastStep = self._recorder.add("step", step, lane, lane, f"{details[0]} bytes", side).number
            else:
                self._record(handle, side, step, details)
        except Exception as error:
            self._recorder.fail(error)

    def _record(self, handle: Any, side: Side | None, step: str, details: tuple[Any, ...]) -> None:
        if handle in self.ignored:
            self._pass(handle, step, details)
            return
        if step == hook.ACCEPT and not isinstance(details[0], int):
            self._accepted(handle, details[0])
            return
        if step in _SECURED:
            side = side or self.secured(handle)
            if side is not None:
                self._add(side, *_describeSecured(step, details))
            return
        side = side or self._newSide(handle)
        if side.connection is not None:
            self._account(side, side.connection, step, details)
            if step in _DATAGRAMS or (step in (hook.BIND, hook.CONNECT) and _isDatagrams(handle)):
                self._meetDatagram(handle, side, side.connection, step, details)
            elif step in (hook.CONNECT, hook.SO_ERROR):
                self._meet(handle, side, side.connection, step, details)
        self._add(side, step, _describe(step, details), _failure(step, details))
        if step == hook.CLOSE:
            self.sides.pop(handle, None)
            for above in self._secured.pop(handle, ()):
                self.sides.pop(above, None)

    def secured(self, handle: Any) -> Side | None:
        """The side of a handle over another one, that of the lowest; None if that is none of ours."""
        lowest = handle
        while True:
            below = getattr(lowest, "inner", None)
            if below is None:
                stream = getattr(lowest, "stream", None)
                below = getattr(stream, "_handle", None)
                if below is None:
                    break
                self.carriers.add(stream)
            lowest = below
        side = self.sides.get(lowest)
        if side is not None and lowest is not handle:
            self.sides[handle] = side
            self._secured.setdefault(lowest, []).append(handle)
        return side

    def datagramSide(self, handle: Any, name: str) -> Side:
        """The side of a UDP socket, from its first call or step."""
        side = self.sides.get(handle)
        if side is None:
            connection = self._recorder.connection()
            connection.hasClient, connection.hasServer = name == CLIENT, name == SERVER
            connection.local, connection.remote = ("", "*") if name == CLIENT else ("*", "")
            side = self.sides[handle] = Side(name, connection)
        return side

    def _pass(self, handle: Any, step: str, details: tuple[Any, ...]) -> None:
        """A step of an ignored handle."""
        if step == hook.ACCEPT and not isinstance(details[0], int):
            self.ignored.add(details[0])
        elif step == hook.CLOSE:
            self.ignored.discard(handle)

    def _newSide(self, handle: Any) -> Side:
        """A listening port, or a client: an accepted handle was reported by its server.

        One accepted before the recording began is recognized by its socket, which has a server.
        """
        if _isDatagrams(handle):
            return self.datagramSide(handle, CLIENT)
        if hasattr(handle, "onconnection"):
            side = Side(SERVER)
        else:
            connection = self._recorder.connection()
            owner = getattr(getattr(handle, "onread", None), "__self__", None)
            name = CLIENT if getattr(owner, "server", None) is None else SERVER
            connection.hasClient, connection.hasServer = name == CLIENT, name == SERVER
            side = Side(name, connection)
        self.sides[handle] = side
        return side

    def _add(self, side: Side, step: str, detail: str, failed: bool = False, name: str = "") -> Entry:
        lane = side.socketLane
        origin, target = lane, KERNEL
        if step in _FROM_KERNEL:
            origin, target = KERNEL, lane
        elif step in _INSIDE:
            origin = target = lane
        entry = self._recorder.add("error" if failed else "step", name or step, origin, target, detail, side)
        side.lastStep = entry.number
        return entry

    # Connections

    def _accepted(self, server: Any, stream: Any) -> None:
        if stream in self.sides:  # the port of an endpoint tells once more what the poller has accepted for it
            return
        peer, local = _plain(stream.getpeername()), _plain(stream.getsockname())
        connection = self._find(peer, local)
        paired = connection is not None
        if connection is None:
            connection = self._recorder.connection()
            connection.local, connection.remote = _text(peer), _text(local)
            if _isAddress(peer) and _isAddress(local):
                self._halves[peer, local] = connection
        connection.hasServer = True
        side = Side(SERVER, connection)
        self.sides[stream] = side
        port = self.sides.get(server)
        side.lastStep = port.lastStep if port is not None else 0
        self._add(side, hook.ACCEPT, f"→ fd {stream.fileno()} from {connection.local}")
        if paired:
            entry = self._recorder.add(
                "step", "peer socket paired", side.socketLane, side.socketLane, f"with #{connection.id}'s client", side
            )
            side.lastStep = entry.number

    def _find(self, peer: Any, local: Any) -> Connection | None:
        if _isAddress(local) and local.family == "pipe":
            waiting = self._waiting.get(local.address)
            return waiting.popleft() if waiting else None
        return self._halves.pop((peer, local), None) if _isAddress(peer) and _isAddress(local) else None

    def _meet(self, handle: Any, side: Side, connection: Connection, step: str, details: tuple[Any, ...]) -> None:
        """A client's addresses are known: remember them, or find the server's side that came first."""
        if step == hook.SO_ERROR:
            if details[0] == 0:
                connection.connected = self._recorder.now()
                if not connection.local:  # over a Twisted transport the addresses are known only now
                    self._place(connection, _plain(handle.getsockname()), _plain(handle.getpeername()))
            else:
                connection.error = _name(details[0])
            return
        address, port, status = details
        connection.remote = f"{address}:{port}" if port else address
        if status and status != -errno.EINPROGRESS:
            connection.error = _name(status)
            return
        if status == 0:
            connection.connected = self._recorder.now()
        if not port:
            if address:
                self._waiting.setdefault(address, deque()).append(connection)
            return
        remote = Address(address, port, "IPv6" if ":" in address else "IPv4")
        self._place(connection, _plain(handle.getsockname()), _plain(remote))

    def _meetDatagram(
        self, handle: Any, side: Side, connection: Connection, step: str, details: tuple[Any, ...]
    ) -> None:
        """A datagram, or an address of its socket."""
        isClient = side.name == CLIENT
        if step == hook.BIND and not details[-1]:
            own = _text(_plain(handle.getsockname()))
            if isClient:
                connection.local = own
            else:
                connection.remote = own
        elif step in _DATAGRAMS and details[0] >= 0:
            self._count(side, connection, hook.SEND if _DATAGRAMS[step] else hook.RECV, details[0])
        if isClient and len(details) > 2 and step in (hook.CONNECT, hook.SENDTO):
            address, port = details[:2] if step == hook.CONNECT else details[1:]
            connection.remote = f"{address}:{port}"

    def _place(self, connection: Connection, local: Any, remote: Any) -> None:
        """A client's two ends."""
        if _isAddress(remote):
            connection.remote = _text(remote)
        if _isAddress(local):
            connection.local = _text(local)
        if not (_isAddress(local) and _isAddress(remote)) or not local.port:
            return
        other = self._halves.get((local, remote))
        if other is None:
            self._halves[local, remote] = connection
        elif other is not connection and other.hasServer and not other.hasClient:
            self._join(connection, self._halves.pop((local, remote)))

    def _join(self, client: Connection, server: Connection) -> None:
        """The server's side was reported first: all its entries move to the client's connection."""
        client.hasServer = True
        for side in self.sides.values():
            if side.connection is server:
                side.connection = client
        self._recorder.rename(server, client)

    def _account(self, side: Side, connection: Connection, step: str, details: tuple[Any, ...]) -> None:
        """Who closed, and what failed."""
        if step in (hook.SHUTDOWN, hook.RESET, hook.CLOSE):
            connection.closedBy = connection.closedBy or side.name
            if step == hook.CLOSE:
                self._close(side, connection)
        elif step == hook.RECV or step == hook.SEND:
            connection.closedBy = connection.closedBy or (SERVER if side.name == CLIENT else CLIENT)
            if details[0] < 0:
                connection.error = connection.error or _name(details[0])

    def _count(self, side: Side, connection: Connection, step: str, size: int) -> None:
        """Count bytes; with both sides here only the client's, so that nothing counts twice."""
        if (step == hook.SEND) is (side.name == CLIENT):
            connection.bytesToServer += size
        else:
            connection.bytesToClient += size
            if connection.firstByte is None:
                connection.firstByte = self._recorder.now()

    def _close(self, side: Side, connection: Connection) -> None:
        side.closed = True
        both = connection.hasClient and connection.hasServer
        other = any(s.connection is connection and not s.closed for s in self.sides.values()) if both else False
        if not other:
            connection.closed = self._recorder.now()
            for key in [key for key, value in self._halves.items() if value is connection]:
                del self._halves[key]


def _isDatagrams(handle: Any) -> bool:
    return hasattr(handle, "sendQueueCount")


def _isAddress(value: Any) -> bool:
    return isinstance(value, Address)


def _plain(value: Any) -> Any:
    """An IPv4 address as itself: a port that listens on `::` shows it as `::ffff:127.0.0.1`."""
    if _isAddress(value) and value.address.lower().startswith(_MAPPED):
        return Address(value.address[len(_MAPPED) :], value.port, "IPv4")
    return value


def _text(address: Any) -> str:
    if not _isAddress(address):
        return ""
    return address.address or "(unnamed)" if address.family == "pipe" else f"{address.address}:{address.port}"


def _name(status: int) -> str:
    return errno.errorcode.get(-status, str(status))


def _failure(step: str, details: tuple[Any, ...]) -> bool:
    if step in (hook.RECV, hook.SEND, hook.SO_ERROR, hook.RECVFROM, hook.SENDTO):
        return bool(details[0] < 0)
    if step in (hook.BIND, hook.CONNECT, hook.LISTEN):
        return bool(details[-1] < 0 and details[-1] != -errno.EINPROGRESS)
    return False


def _describe(step: str, details: tuple[Any, ...]) -> str:
    if step == hook.SOCKET:
        return f"→ fd {details[0]}"
    if step in (hook.BIND, hook.CONNECT):
        address, port, status = details
        where = f"{address}:{port}" if port or not address.startswith(("/", "\0")) else address
        # The outcome first: it must survive when the line is cut.
        return f"{_outcome(status)} {where}".lstrip()
    if step == hook.LISTEN:
        return f"backlog {details[0]} {_outcome(details[1])}".rstrip()
    if step == hook.SO_ERROR:
        return f"{_name(details[0])}: {os.strerror(-details[0])}" if details[0] else "0: the connection stands"
    if step in (hook.RECV, hook.SEND, hook.RECVFROM, hook.SENDTO):
        if details[0] < 0:
            return f"→ {_name(details[0])}: {os.strerror(-details[0])}"
        if len(details) > 1:
            return f"{details[0]} bytes {'to' if step == hook.SENDTO else 'from'} {details[1]}:{details[2]}"
        return "0: the end of the peer's data" if step == hook.RECV and not details[0] else f"{details[0]} bytes"
    if step == hook.EAGAIN:
        return f"from {details[0]}"
    return f"({_ARTICLE[step]})" if step in _ARTICLE else ""


def _describeSecured(step: str, details: tuple[Any, ...]) -> tuple[str, str, bool, str]:
    """The step, its text, whether it is a failure, and its name."""
    if step in (hook.TLS_SENT, hook.TLS_RECEIVED):
        return step, "", False, details[0]
    if step in (hook.ALERT_SENT, hook.ALERT_RECEIVED):
        return step, details[0], details[1], "alert"
    if step == hook.VERIFIED and details[0]:
        return step, details[0], True, "certificate refused"
    if step in (hook.ENCRYPTED, hook.DECRYPTED):  # the first
        return step, f"{details[0]} bytes", False, step
    return step, details[0] if details else "", False, step


def _outcome(status: int) -> str:
    return f"→ {_name(status)}" if status < 0 else ""
