"""What a Socket is before and beside its data: addresses, options of the transport, idle time, ref and unref.

The first half of lib/net.js's Socket of Node 26, by behaviour; `socket.py` has the other half. All state that every
connection needs is in slots; what few need is an attribute of the class until it is set.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ERR_OUT_OF_RANGE, errnoException
from ..process import process
from ..reactor.handle import UNSUPPORTED, Address
from ..stream import Duplex
from ..timers.lists import IdleTimer
from ..validators import validateFunction, validateInt32, validateNumber
from .options import AddressInfo, SetKeepAliveOptions, isBag
from .states import CONNECTING, IDLE, SOCKET_MOVES, SOCKET_NAMES

if TYPE_CHECKING:
    from typing_extensions import Self

    from .server import Server

#: The longest time a timer can wait, milliseconds: Node's TIMEOUT_MAX.
TIMEOUT_MAX = 2**31 - 1
#: Node's defaults of setKeepAlive: milliseconds between probes, probes until the peer counts as gone.
KEEP_ALIVE_INTERVAL = 1000
KEEP_ALIVE_COUNT = 10


class Connection(Duplex):
    """The part of Socket that is not about data; not used by itself."""

    __slots__ = (
        "_bytesRead_",
        "_bytesWritten_",
        "_connection_",
        "_handle",
        "_idleTimer_",
        "_lastQueueSize_",
        "_noDelay_",
        "_onSent_",
        "_peername_",
        "_sockname",
        "server",
        "timeout",
    )

    #: The handle, None before connect() and after destroy().
    _handle: Any
    _connection_: int
    _idleTimer_: IdleTimer | None
    #: Called when the write that the handle has under way is done.
    _onSent_: Callable[[BaseException | None], Any] | None
    #: Reference to the server that accepted the socket, or None. Node: net.html#socketserver
    server: Server | None
    #: Milliseconds of setTimeout, None if it was never called. Node: net.html#sockettimeout
    timeout: float | None

    # Few sockets have these; they cost a slot only where they are set.
    _keepAlive_: tuple[bool, int, int, int] | None = None
    _typeOfService_: int | None = None
    #: What was written before the connection: the data, the callback, whether it is a list.
    _pendingWrite_: tuple[Any, Callable[[BaseException | None], Any], bool] | None = None

    def _initConnection_(self) -> None:
        self._handle = None
        self._connection_ = IDLE
        self._idleTimer_ = None
        self._noDelay_ = False
        self._onSent_ = None
        self._lastQueueSize_ = 0
        self._bytesRead_ = 0
        self._bytesWritten_ = 0
        self._peername_: AddressInfo | None = None
        self._sockname: AddressInfo | None = None
        self.server = None
        self.timeout = None

    def _moveConnection_(self, to: int) -> None:
        assert to in SOCKET_MOVES[self._connection_], (
            f"connection: {SOCKET_NAMES[self._connection_]} -> {SOCKET_NAMES[to]}"
        )
        self._connection_ = to

    @property
    def _isOpen_(self) -> bool:
        """There is a handle whose options can be set."""
        return self._handle is not None and self._connection_ != CONNECTING

    # -- state

    @property
    def connecting(self) -> bool:
        """True from connect() until the connection stands or failed. Node: net.html#socketconnecting"""
        return self._connection_ == CONNECTING

    @property
    def pending(self) -> bool:
        """True while there is no connection: not asked for, under way, or over. Node: net.html#socketpending"""
        return self._handle is None or self._connection_ == CONNECTING

    @property
    def readyState(self) -> str:
        """ "opening", "open", "readOnly", "writeOnly" or "closed". Node: net.html#socketreadystate"""
        if self._connection_ == CONNECTING:
            return "opening"
        if self.readable:
            return "open" if self.writable else "readOnly"
        return "writeOnly" if self.writable else "closed"

    @property
    def bytesRead(self) -> int:
        """How many bytes have come. Node: net.html#socketbytesread"""
        return self._bytesRead_ if self._handle is None else int(self._handle.bytesRead)

    @property
    def bytesWritten(self) -> int:
        """How many bytes were written, those that still wait included. Node: net.html#socketbyteswritten"""
        handle = self._handle
        sent = self._bytesWritten_ if handle is None else handle.bytesWritten + handle.writeQueueSize
        if self._pendingWrite_ is not None:  # before the connection stands, everything waits
            return int(sent) + self.writableLength
        return int(sent) + sum(len(entry.chunk) for entry in self.writableBuffer)

    @property
    def bufferSize(self) -> int | None:
        """`writableLength` of a socket that has a handle. Deprecated. Node: net.html#socketbuffersize"""
        return None if self._handle is None else self.writableLength

    # -- addresses

    def address(self) -> AddressInfo | dict[str, Any]:
        """The local end: AddressInfo; empty when there is none, or for a Unix domain socket.

        Node: net.html#socketaddress
        """
        return self._getsockname() or {}

    @property
    def localAddress(self) -> str | None:
        """The local IP address. Node: net.html#socketlocaladdress"""
        name = self._getsockname()
        return None if name is None else name.address

    @property
    def localFamily(self) -> str | None:
        """ "IPv4" or "IPv6". Node: net.html#socketlocalfamily"""
        name = self._getsockname()
        return None if name is None else name.family

    @property
    def localPort(self) -> int | None:
        """The local port. Node: net.html#socketlocalport"""
        name = self._getsockname()
        return None if name is None else name.port

    @property
    def remoteAddress(self) -> str | None:
        """The peer's IP address; None when the socket is destroyed, unless it was asked before.

        Node: net.html#socketremoteaddress
        """
        name = self._getpeername()
        return None if name is None else name.address

    @property
    def remoteFamily(self) -> str | None:
        """ "IPv4" or "IPv6". Node: net.html#socketremotefamily"""
        name = self._getpeername()
        return None if name is None else name.family

    @property
    def remotePort(self) -> int | None:
        """The peer's port. Node: net.html#socketremoteport"""
        name = self._getpeername()
        return None if name is None else name.port

    def _getsockname(self) -> AddressInfo | None:
        if self._handle is None:
            return None
        if self._sockname is None:
            self._sockname = toInfo(self._handle.getsockname())
        return self._sockname

    def _getpeername(self) -> AddressInfo | None:
        if self._peername_ is None and self._isOpen_:
            self._peername_ = toInfo(self._handle.getpeername())
        return self._peername_

    # -- options of the transport

    def setNoDelay(self, noDelay: Any = True) -> Self:
        """Send small writes at once (TCP_NODELAY) instead of collecting them.

        Returns: the socket.
        Node: net.html#socketsetnodelaynodelay
        """
        wanted = noDelay is None or bool(noDelay)
        if wanted is not self._noDelay_:
            self._noDelay_ = wanted
            if self._isOpen_:
                self._handle.setNoDelay(wanted)
        return self

    def setKeepAlive(
        self,
        enable: bool | SetKeepAliveOptions | Mapping[str, Any] = False,
        initialDelay: float | None = None,
        interval: float | None = None,
        count: float | None = None,
    ) -> Self:
        """Let the kernel ask a silent peer whether it is still there.

        Args:
            enable: or SetKeepAliveOptions.
            initialDelay: milliseconds of silence before the first probe; 0 leaves the system's.
            interval: milliseconds between probes. count: probes until the connection counts as broken.
        Returns: the socket.
        Node: net.html#socketsetkeepaliveenable-initialdelay-interval-count
        """
        if isBag(enable):
            given: Any = dict(enable)  # type: ignore[arg-type]
            enable, initialDelay = given.get("enable"), given.get("initialDelay")
            interval, count = given.get("interval"), given.get("count")
        # Whole seconds, as Node counts them; what is no number counts as none.
        wanted = (
            bool(enable),
            _wholeSeconds(initialDelay, 0),
            _wholeSeconds(interval, KEEP_ALIVE_INTERVAL),
            KEEP_ALIVE_COUNT if count is None else int(count) if _isPositive(count) else 0,
        )
        if wanted != self._keepAlive_:
            self._keepAlive_ = wanted
            if self._isOpen_:
                self._applyKeepAlive_(wanted)
        return self

    def _applyKeepAlive_(self, wanted: tuple[bool, int, int, int]) -> None:
        self._handle.setKeepAlive(*wanted)

    def setTypeOfService(self, tos: int) -> Self:
        """Set the type of service of IPv4 packets, or the traffic class of IPv6 ones.

        Args: tos: 0 to 255.
        Returns: the socket.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, the system's error.
        Node: net.html#socketsettypeofservicetos
        """
        validateInt32(tos, "tos", 0, 255)
        if tos != self._typeOfService_:
            if self._isOpen_:
                self._applyTypeOfService_(tos)
            self._typeOfService_ = tos
        return self

    def _applyTypeOfService_(self, tos: int) -> None:
        status = self._handle.setTypeOfService(tos)
        if status and status != UNSUPPORTED:
            raise errnoException(status, "setTypeOfService")

    def getTypeOfService(self) -> int:
        """The type of service in force, or the one that will be.

        Raises: the system's error.
        Node: net.html#socketgettypeofservice
        """
        if not self._isOpen_:
            return self._typeOfService_ or 0
        status = int(self._handle.getTypeOfService())
        if status == UNSUPPORTED:
            return self._typeOfService_ or 0
        if status < 0:
            raise errnoException(status, "getTypeOfService")
        return status

    def _applyOptions_(self) -> None:
        """Tell a handle that has just connected what was set before."""
        if self._noDelay_:
            self._handle.setNoDelay(True)
        if self._keepAlive_ is not None:
            self._applyKeepAlive_(self._keepAlive_)
        if self._typeOfService_ is not None:
            self._applyTypeOfService_(self._typeOfService_)

    # -- idle time

    def setTimeout(self, msecs: float = 0, callback: Callable[[], object] | None = None) -> Self:
        """Emit 'timeout' when nothing was read or written for that long. The connection stays.

        Args:
            msecs: milliseconds, 0 switches it off.
            callback: a listener for the next 'timeout'.
        Returns: the socket.
        Emits: timeout.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: net.html#socketsettimeouttimeout-callback
        """
        if self.destroyed:
            return self
        self.timeout = msecs
        duration = timerDuration(msecs, "msecs")
        if self._idleTimer_ is not None:
            self._idleTimer_.stop()
            self._idleTimer_ = None
        if callback is not None:
            validateFunction(callback, "callback")
        if duration:
            self._idleTimer_ = IdleTimer(self._onIdle_)
            self._idleTimer_.start(duration)
            if callback is not None:
                self.once("timeout", callback)
        elif callback is not None:
            self.removeListener("timeout", callback)
        return self

    def _touch_(self) -> None:
        """Something was read or written: the idle time begins anew, also after a 'timeout'."""
        timer = self._idleTimer_
        if timer is None:
            return
        if timer.isRunning():
            timer.refresh()
        else:
            timer.start(min(self.timeout or 0, TIMEOUT_MAX))

    #: Node's name for it, which other modules of Node use.
    _unrefTimer = _touch_

    def _onIdle_(self) -> None:
        handle = self._handle
        if handle is not None and self._lastQueueSize_:
            # A big write that the peer takes bit by bit is no idleness: Node looks at it only now, too.
            left = handle.writeQueueSize
            if left != self._lastQueueSize_:
                self._lastQueueSize_ = left
                self._touch_()
                return
        self.emit("timeout")

    # -- ref

    def ref(self) -> Self:
        """Let the socket keep the program alive, which is the default. Node: net.html#socketref"""
        if self._handle is None:
            self.once("connect", self.ref)
        else:
            self._handle.ref()
        return self

    def unref(self) -> Self:
        """Do not let the socket keep the program alive. Node: net.html#socketunref"""
        if self._handle is None:
            self.once("connect", self.unref)
        else:
            self._handle.unref()
        return self


def toInfo(address: Address | int) -> AddressInfo | None:
    """The record for what a handle gave; None for a failure and for a path."""
    if isinstance(address, int) or address.family == "pipe":
        return None
    return AddressInfo(address.address, address.family, address.port)


def timerDuration(msecs: Any, name: str) -> float:
    """A time for a timer, at most TIMEOUT_MAX.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    """
    validateNumber(msecs, name)
    if msecs < 0 or not math.isfinite(msecs):
        raise ERR_OUT_OF_RANGE(name, "a non-negative finite number", msecs)
    if msecs > TIMEOUT_MAX:
        process.emitWarning(
            f"{msecs} does not fit into a 32-bit signed integer.\nTimer duration was truncated to {TIMEOUT_MAX}.",
            "TimeoutOverflowWarning",
        )
        return TIMEOUT_MAX
    return float(msecs)


def _isPositive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf


def _wholeSeconds(msecs: Any, default: int) -> int:
    """Milliseconds cut down to whole seconds."""
    if msecs is None:
        return default
    return int(msecs) // 1000 * 1000 if _isPositive(msecs) else 0
