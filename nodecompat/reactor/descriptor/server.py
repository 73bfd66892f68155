"""A server handle over a listening descriptor on the poller: what the TCP and the pipe server share.

Implements `ServerHandle`. One private name of CPython: `socket._accept` (3.0 to 3.14, PyPy), which `socket.accept`
wraps; the wrapper costs as much again as the system call.

Out of descriptors (EMFILE, ENFILE): the queue cannot be emptied, and the listening descriptor stays readable, so the
loop would spin. A spare descriptor is given up for a moment to accept and close each waiting peer at once, as
libuv does; they see an end instead of hanging. Other failures of accept(2) (ENOBUFS, ENOMEM) are reported, and
accepting pauses for a moment.
"""

from __future__ import annotations

import errno
import os
import socket
from typing import Any

from twisted.logger import Logger

from ..loop import host, ticks
from ..state import CLOSED, NEW, OPEN, SHUT
from . import backlog, poller
from .poller import READABLE
from .stream import DescriptorHandle, DescriptorStream, Socket

#: Connections accepted in one wakeup, so that a flood of them does not starve open connections.
ACCEPTS_PER_WAKEUP = 64
#: How long accepting pauses when the kernel cannot accept, milliseconds.
REST = 50.0
#: At most one warning per this many milliseconds.
WARNING_INTERVAL = 60_000.0

_OUT_OF_DESCRIPTORS = {errno.EMFILE, errno.ENFILE}
#: The peer gave up before it was accepted.
_PEER_GONE = {errno.ECONNABORTED, errno.EPROTO}


class DescriptorServer(DescriptorHandle):
    """A listening socket."""

    __slots__ = ("_state", "onconnection", "onlisten", "onrelease", "onretired", "owner")
    resourceName = ""
    #: The class of accepted handles.
    streamClass: type[DescriptorStream]
    onclose: Any
    onfault: Any

    def __init__(self) -> None:
        DescriptorHandle.__init__(self)
        self._state = NEW
        #: Of the socket, see `backlog.py`.
        self.owner: int = backlog.NOT_OURS
        self.onconnection: Any = None
        self.onlisten: Any = None
        self.onretired: Any = None
        #: Gives up the address, where somebody else has opened the port for us.
        self.onrelease: Any = None

    def socketOf(self) -> Any:
        """The socket that listens."""
        return self._socket

    def adopt(self, sock: Any) -> None:
        """Own a bound socket that does not block."""
        self._take(sock)

    def _open(self, family: int) -> int:
        self.owner = backlog.ownership()
        return super()._open(family)

    def listen(self, backlog: int) -> int:
        if self._state == CLOSED:
            return -errno.EBADF
        status = self._beforeListen()
        if status:
            return status
        try:
            self._socket.listen(backlog)
        except OSError as error:
            return -(error.errno or errno.EBADF)
        return self.accept()

    def accept(self) -> int:
        """Accept on the socket, which listens. Returns 0 or -errno."""
        spare.ready()
        self._state = OPEN
        self._setActive_(True)
        return self._watch(READABLE)

    def _beforeListen(self) -> int:
        """Bind when the owner did not. Returns 0 or -errno."""
        return 0 if self._fd >= 0 else -errno.EINVAL

    def _onEvents(self, mask: int) -> None:
        accept, family, proto = self._socket._accept, self._socket.family, self._socket.proto
        for _ in range(ACCEPTS_PER_WAKEUP):
            try:
                descriptor, _ = accept()
            except OSError as error:
                if error.errno in _PEER_GONE:
                    continue
                if error.errno != errno.EAGAIN:
                    self._onAcceptError(error)
                return
            sock = Socket(family, socket.SOCK_STREAM, proto, descriptor)
            sock.setblocking(False)
            stream = self.streamClass()
            stream.adopt(sock)
            self._announce(stream)
            if self._state != OPEN:
                return

    def _announce(self, stream: DescriptorStream) -> None:
        """Announce a connection. Close it if it is not taken, or if the listener raises half-way."""
        try:
            self.onconnection(0, stream)
        except BaseException as error:
            ticks.fail(error, stream)
            if stream.onfault is None:
                stream.close()
            return
        if ticks.ticks or ticks.microtasks:
            ticks.drain(stream)

    # Trouble

    def _onAcceptError(self, error: OSError) -> None:
        if error.errno in _OUT_OF_DESCRIPTORS:
            if not spare.turnAway(self._socket):
                self._rest()
            return
        self._rest()
        self.onconnection(-(error.errno or errno.EIO), None)

    def _rest(self) -> None:
        self._watch(0)
        host.current().callLater(REST, self._afterRest)

    def _afterRest(self) -> None:
        if self._state == OPEN:
            spare.ready()
            self._watch(READABLE)

    # Teardown

    def lend(self) -> None:
        """Another process listens there, too, and may go on when this one has closed it."""
        self.owner = backlog.NOT_OURS

    def refuseNew(self) -> None:
        """Let no more connections be made, while those that wait are accepted, here or in another process."""
        if self._fd >= 0 and self.owner != backlog.NOT_OURS:
            self._giveUpAddress()
            backlog.refuseNew(self._fd)

    def retire(self) -> int:
        if self._state != OPEN:
            return -errno.EBADF if self._state == CLOSED else -errno.EINVAL
        poller.current().defer(self._retire)
        return 0

    def _retire(self) -> None:
        if self._state != OPEN:
            return
        self._giveUpAddress()
        backlog.takeWaiting(self._fd, self.owner, self._acceptSome)
        if self._state == OPEN:
            self._state = SHUT
            self._release()
            self.onretired()

    def _acceptSome(self) -> bool:
        self._onEvents(READABLE)
        return bool(self.interest)  # else closed by a listener, or out of descriptors

    def _giveUpAddress(self) -> None:
        """Remove the address's entry in the file system, before the descriptor is closed."""
        onrelease, self.onrelease = self.onrelease, None
        if onrelease is not None:
            onrelease()

    def hasRef(self) -> bool:
        return self._refed_ and self._state != CLOSED

    def close(self) -> None:
        if self._state == CLOSED:
            return
        if self._state != SHUT:
            self._giveUpAddress()
            self._release()
        self._state = CLOSED
        self._setActive_(False)
        ticks.queueClosing(self._finish)

    def _finish(self) -> None:
        onclose = self.onclose
        self.onconnection = self.onlisten = self.onretired = self.onclose = self.onfault = None
        if onclose is not None:
            onclose()


class _Spare:
    """A descriptor in reserve for when none is left. Opened by the first server that listens."""

    def __init__(self) -> None:
        self._descriptor = -1
        self._warnedAt = -WARNING_INTERVAL
        self._log = Logger(namespace="nodecompat")

    def ready(self) -> bool:
        """Reopen the spare descriptor, if possible."""
        if self._descriptor < 0:
            try:
                self._descriptor = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return False
        return True

    def turnAway(self, sock: Any) -> bool:
        """Accept and close all pending connections. False when accepting must pause."""
        self._warn()
        if self._descriptor < 0:
            return False
        os.close(self._descriptor)
        self._descriptor = -1
        try:
            while True:
                os.close(sock._accept()[0])
        except OSError as error:
            over = error.errno == errno.EAGAIN
        return self.ready() and over

    def _warn(self) -> None:
        now = host.current().now()
        if now - self._warnedAt >= WARNING_INTERVAL:
            self._warnedAt = now
            self._log.warn("Out of file descriptors: new connections are closed at once")


spare: _Spare = _Spare()
