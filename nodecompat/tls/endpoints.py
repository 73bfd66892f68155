"""The handles of endpoints with TLS: a TLSSocket, and a Server, as the stream handle and the server handle of a `net`.

So what comes to `net` and `http` by such an address is checked, limited in time and encrypted by `tls` itself. The
owner is told of a connection when it is secure.

    net.connect("tls:…")      Socket ── SecureStream ── TLSSocket ── TLSHandle ── …
    server.listen("ssl:…")    Server ── SecureServer ── tls.Server ── …
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import exceptionWithHostPort
from ..net.socket import Socket
from ..net.takeover import Takeover, takeBytes
from ..reactor.handle import PENDING, SERVER_CALLBACKS, Address
from ..timers.lists import IdleTimer
from . import descriptions
from .connecting import connect
from .server import Server
from .socket import TLSSocket
from .underlying import UnderlyingStream


class SecureStream(UnderlyingStream):
    """A TLSSocket as a stream handle."""

    __slots__ = ("_timer", "error")
    resourceName = "TCPSocketWrap"
    stream: TLSSocket
    onconnect: Callable[[int], object] | None
    takeover: Takeover

    def __init__(self, socket: TLSSocket) -> None:
        super().__init__(socket)
        #: Why the connection has failed.
        self.error: BaseException | None = None
        self._timer: IdleTimer | None = None
        socket.on("error", self._onError)

    @classmethod
    def connecting(cls, description: str) -> SecureStream:
        """One that connects to where the description says. Raises: what `descriptions.target` and `connect` raise."""
        options, below, timeout = descriptions.target(description)
        if below is not None:
            options = {**options, "socket": Socket().connect(below)}
        made = cls(connect(options))
        if timeout:
            error = exceptionWithHostPort(-errno.ETIMEDOUT, "connect", options["host"], options["port"])
            made._timer = IdleTimer(lambda: made.stream.destroy(error))
            made._timer.start(timeout)
        made.stream.once("secureConnect", made._onSecure)
        return made

    def connect(self, address: str, port: int) -> int:
        """It does already; the arguments are not looked at."""
        return 0

    def _onSecure(self) -> None:
        self._stopTimer()
        if self.onconnect is not None:
            self.onconnect(0)

    def _stopTimer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()

    def _onError(self, error: BaseException) -> None:
        self.error = error
        status = -int(getattr(error, "errno", None) or errno.EPROTO)
        self._stopTimer()
        if self.onconnect is not None:
            self.onconnect(status)
        else:
            self._endReading(status)

    def readStart(self) -> int:
        if self.takeover is None:
            # Its owner may change `onread` at any time.
            self.takeover = takeBytes(self.stream, self._pass)
        return super().readStart()

    def _pass(self, data: bytes) -> None:
        if self.onread is not None:
            self.onread(data)

    @property
    def bytesRead(self) -> int:
        return self.stream.bytesRead

    @property
    def bytesWritten(self) -> int:
        return self.stream.bytesWritten - self.writeQueueSize

    def _onClose(self, hadError: bool | None = None) -> None:
        self._stopTimer()
        self.stream.removeListener("error", self._onError)
        super()._onClose(hadError)


class _Carrier(Server):
    """The server below a SecureServer."""

    #: Its events say nothing of their own: anatomy shows those of the server above.
    isCarrier = True


class SecureServer:
    """A tls.Server as a server handle."""

    __slots__ = (*SERVER_CALLBACKS, "_description", "_isClosed", "_isRef", "_isRetiring", "_server", "_where")
    resourceName = "TCPServerWrap"
    #: `onclose` comes when the port is free and no connection is left.
    closesLater = True
    onconnection: Callable[[int, Any], object] | None
    onlisten: Callable[[int], object] | None
    onretired: Callable[[], object] | None
    onclose: Callable[[], object] | None
    onfault: Callable[[], object] | None

    def __init__(self, description: str, protocols: Sequence[bytes] = ()) -> None:
        for name in SERVER_CALLBACKS:
            setattr(self, name, None)
        self._description = description
        self._isClosed = False
        self._isRetiring = False
        self._isRef = True
        place = descriptions.place(description)
        self._where = place.endpoint
        options: Any = {"allowHalfOpen": True, "pauseOnConnect": True, "ALPNProtocols": list(protocols) or None}
        self._server = server = _Carrier(options)
        server._renew_(place.options, place.contexts)
        server.on("secureConnection", self._onSecure)
        server.on("listening", self._onListening)
        server.on("error", self._onError)
        server.on("close", self._onClose)

    def reload(self) -> None:
        """Read the files again: new connections get what is in them. Raises: as `__init__`, and changes nothing."""
        place = descriptions.place(self._description)
        self._server._renew_(place.options, place.contexts)

    # -- the port

    def bind(self, address: str, port: int, ipv6Only: bool = False, reusePort: bool = False) -> int:
        """The description has the address; the arguments are not looked at."""
        return 0

    def listen(self, backlog: int) -> int:
        """The description has the backlog, too."""
        self._server.listen(self._where)
        return PENDING

    def _onListening(self) -> None:
        if self.onlisten is not None:
            self.onlisten(0)

    def _onError(self, error: BaseException) -> None:
        status = -int(getattr(error, "errno", None) or errno.EIO)
        if self._server.listening:
            if self.onconnection is not None:
                self.onconnection(status, None)
        elif self.onlisten is not None:
            self.onlisten(status)

    def getsockname(self) -> Address | int:
        handle = self._server._handle
        return -errno.EBADF if handle is None else handle.getsockname()

    def fileno(self) -> int:
        handle = self._server._handle
        return -1 if handle is None else int(handle.fileno())

    # -- connections

    def _onSecure(self, socket: TLSSocket) -> None:
        if self.onconnection is None:
            socket.destroy()
        else:
            self.onconnection(0, SecureStream(socket))
        self._checkRetired()

    def retire(self) -> int:
        if not self._server.listening:
            return -errno.EBADF if self._isClosed else -errno.EINVAL
        self._server._retire_(self._onPortRetired)
        return 0

    def _onPortRetired(self) -> None:
        """Who was accepted may still shake hands."""
        self._isRetiring = True
        for each in self._server._shaking_:
            each.once("close", self._checkRetired)
        self._checkRetired()

    def _checkRetired(self, hadError: bool | None = None) -> None:
        if self._isRetiring and not self._server._shaking_:
            self._isRetiring = False
            if self.onretired is not None:
                self.onretired()

    # -- life

    def close(self) -> None:
        if self._isClosed:
            return
        self._isClosed = True
        self.onconnection = self.onlisten = self.onretired = None
        self._server._giveUpHandshakes_()
        self._server.close()

    def _onClose(self) -> None:
        onclose = self.onclose
        for name in SERVER_CALLBACKS:
            setattr(self, name, None)
        if onclose is not None:
            onclose()

    def ref(self) -> None:
        self._isRef = True
        self._server.ref()

    def unref(self) -> None:
        self._isRef = False
        self._server.unref()

    def hasRef(self) -> bool:
        return self._isRef and not self._isClosed
