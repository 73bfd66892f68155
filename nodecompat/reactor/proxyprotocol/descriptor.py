"""Proxied connections on the poller: the PROXY header is read before the connection is announced.

The header is peeked at in the kernel's buffer (MSG_PEEK) and consumed alone, so that the handle starts right behind
it and needs no buffer. Until it is complete the descriptor is watched edge-triggered: unread bytes
would spin otherwise.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from typing import Any

from ..descriptor import poller
from ..descriptor.pipe import Pipe, PipeServer
from ..descriptor.poller import BROKEN, READABLE
from ..descriptor.stream import DescriptorStream
from ..descriptor.tcp import TCP, TCPServer
from ..handle import Address
from ..loop import faults
from ..state import CLOSED
from .header import MAX_SIZE, BadHeader, Header, parse
from .pending import PendingConnections

#: The state of a header.
_PARTIAL, _WHOLE, _BAD = range(3)
_INTEREST = READABLE | select.EPOLLET | select.EPOLLRDHUP


class _Proxied(DescriptorStream):
    """A connection with the addresses from the PROXY header; mixed into a class that adds the slot."""

    __slots__ = ()
    _header: Header

    def getpeername(self) -> Address | int:
        given = self._given
        return super().getpeername() if given is None or given.peer is None else given.peer

    def getsockname(self) -> Address | int:
        given = self._given
        return super().getsockname() if given is None or given.local is None else given.local

    @property
    def _given(self) -> Header | None:
        return getattr(self, "_header", None) if self._state != CLOSED else None  # unset before it has come


class ProxiedTCP(_Proxied, TCP):
    """A TCP connection from a proxy."""

    __slots__ = ("_header",)


class ProxiedPipe(_Proxied, Pipe):
    """A Unix domain connection from a proxy."""

    __slots__ = ("_header",)


class ProxiedTCPServer(TCPServer):
    """Accepts proxied connections."""

    __slots__ = ()
    streamClass: type[DescriptorStream] = ProxiedTCP


class ProxiedPipeServer(PipeServer):
    """Accepts proxied connections."""

    __slots__ = ()
    streamClass: type[DescriptorStream] = ProxiedPipe


def openServer(descriptor: int) -> ProxiedTCPServer | ProxiedPipeServer:
    """A handle that takes over a listening descriptor."""
    server: ProxiedTCPServer | ProxiedPipeServer = _takeOver(descriptor, ProxiedPipeServer, ProxiedTCPServer)
    return server


def openStream(descriptor: int) -> ProxiedTCP | ProxiedPipe:
    """A handle that takes over a connected descriptor."""
    stream: ProxiedTCP | ProxiedPipe = _takeOver(descriptor, ProxiedPipe, ProxiedTCP)
    return stream


def _takeOver(descriptor: int, local: Callable[[], Any], internet: Callable[[], Any]) -> Any:
    sock = socket.SocketType(fileno=descriptor)
    sock.setblocking(False)
    handle = local() if sock.family == socket.AF_UNIX else internet()
    handle.adopt(sock)
    return handle


class HeaderReader:
    """Reads the header of one connection, then announces it."""

    __slots__ = ("_announce", "_fd", "_pending", "_stream", "interest")

    def __init__(self, stream: Any, pending: PendingConnections, announce: Callable[[Any], object]) -> None:
        self._stream = stream
        self._fd: int = stream.fileno()
        self._pending = pending
        self._announce = announce
        self.interest: int = _INTEREST
        state = self._look(0)
        if state == _WHOLE:  # the common case
            announce(stream)
        elif state == _BAD:
            stream.close()
        else:
            pending.add(self)
            if poller.current().register(self._fd, _INTEREST, self._onEvents):
                pending.discard(self)
                stream.close()

    def _look(self, mask: int) -> int:
        """Consume the header if it is complete."""
        sock = self._stream._socket
        buffer = bytearray(MAX_SIZE)
        try:
            count = sock.recv_into(buffer, MAX_SIZE, socket.MSG_PEEK)
            header = parse(bytes(buffer[:count])) if count else None
            if header is not None:
                sock.recv_into(buffer, header.size)
                self._stream._header = header
                return _WHOLE
        except BlockingIOError:
            return _PARTIAL
        except (BadHeader, OSError):
            return _BAD
        return _BAD if not count or mask & (BROKEN | select.EPOLLRDHUP) else _PARTIAL

    def _onEvents(self, mask: int) -> None:
        state = self._look(mask)
        if state == _PARTIAL:
            return
        poller.current().unregister(self._fd)
        if state == _BAD:
            self._stream.close()
        else:
            self._announceLate()
        # Last: the connection is announced before `whenDone` calls back.
        self._pending.discard(self)

    def _announceLate(self) -> None:
        try:
            self._announce(self._stream)
        except BaseException as error:
            faults.report(error, self._stream)
            if self._stream.onfault is None:
                self._stream.close()

    def giveUp(self) -> None:
        """Close the connection: the header is late, or the server is closed."""
        poller.current().unregister(self._fd)
        self._stream.close()

    def close(self) -> None:
        """The poller closes everything."""
        self._pending.discard(self)
        self.giveUp()
