"""Socket: a TCP or Unix domain connection as a Duplex, and the functions that make one.

Follows lib/net.js of Node 26 by behaviour. `connecting.py` establishes the connection. Differs: `errno` is positive;
a Twisted endpoint may be connected to, and a connected Twisted transport may be given as `handle` (`fromTransport`).

How a chunk passes, in named steps:

* Data: the handle calls `_onread_`, which pushes. The stream requests nothing in between (`_selfPumping_`): only a
  push that returns False stops the handle, and only the next `_read` restarts it.
* write: `_write` gives the bytes to the kernel at once. Only what the kernel does not accept has state: `_onSent_` is
  called when it is sent.
* Another package takes all bytes, and writes whole messages past the state of the stream, by `takeover.py`.
"""

from __future__ import annotations

import errno
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import (
    EPIPE,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_HANDLE_TYPE,
    ERR_SOCKET_CLOSED,
    ERR_SOCKET_CLOSED_BEFORE_CONNECTION,
    AbortError,
    errnoException,
)
from ..events import EventEmitter, addAbortListener
from ..events.listeners import OwnOnce
from ..events.own import addOwn
from ..optionbags import check
from ..reactor import choose
from ..reactor.handle import CANCELED, EOF, PENDING, UNSUPPORTED
from ..reactor.loop.faults import remedy
from ..reactor.loop.places import Place, here
from ..reactor.loop.ticks import nextTick
from ..records import OpenRecord
from ..stream import Duplex
from ..stream.core.state import BUSY, END_EMITTED, LIVE, nop
from ..timers.lists import IdleTimer
from ..timers.timeout import TIMEOUT_MAX, timerDuration
from ..validators import (
    isNumber,
    isTruthy,
    validateAbortSignal,
    validateFunction,
    validateInt32,
    validateInteger,
    validateNumber,
)
from . import connecting
from .arguments import connectArguments
from .blocklist import BlockList
from .bound import BoundSocket
from .channels import clientSocket
from .checks import checkBlockList, isPipe, openDescriptor, refuseObjectMode
from .onread import BufferedReading
from .options import (
    CONSTRUCTOR_OPTIONS,
    AddressInfo,
    NetConnectOpts,
    SetKeepAliveOptions,
    SocketConnectOpts,
    SocketConstructorOpts,
    isBag,
    merge,
    toInfo,
)
from .shown import socketText
from .states import CLOSED, CONNECTED, CONNECTING, IDLE, SOCKET_MOVES, SOCKET_NAMES

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ..encodings import Data
    from ..events.listeners import Listener, Listener0, Listener1, Listener2, Listener3, Listener4
    from ..optionbags import Bag
    from ..reactor.handle import StreamHandle
    from ..stream.core.readable import Readable
    from ..symbols import Symbol
    from .arguments import ClientEndpoint
    from .server import Server
    from .takeover import Takeover

_DONE = Callable[[BaseException | None], Any]
#: Node's defaults of setKeepAlive: milliseconds between probes, probes until the peer counts as dead.
KEEP_ALIVE_INTERVAL = 1000
KEEP_ALIVE_COUNT = 10
_BYTE_EVENTS = ("data", "readable")
#: A Socket's stream options: it handles 'close' and the signal itself.
SOCKET_STREAM_OPTIONS: Mapping[str, Any] = {"emitClose": False, "autoDestroy": True, "signal": None}


class Socket(Duplex):
    """A connection, or a future one.

    Args:
        options: SocketConstructorOpts, as a mapping or as keywords. `fd` takes over an open socket, `handle` a
            BoundSocket (or a handle of `nodecompat.reactor`).
    Emits: close(hadError), connect, connectionAttempt(ip, port, family), connectionAttemptFailed(ip, port, family,
        error), connectionAttemptTimeout(ip, port, family), data(chunk), drain, end, error(err),
        lookup(err, address, family, host), ready, timeout.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FD_TYPE, ERR_OUT_OF_RANGE,
        ERR_SOCKET_HANDLE_ADOPTED.
    Node: https://nodejs.org/api/net.html#class-netsocket
    """

    __slots__ = (
        "_acceptedBy_",
        "_bytesRead_",
        "_bytesWritten_",
        "_connectState_",
        "_handle",
        "_httpMessage",
        "_idleTimer_",
        "_lastQueueSize_",
        "_noDelay_",
        "_onSent_",
        "_peername_",
        "_sockname",
        "_takeover_",
        "server",
        "timeout",
    )
    __events__: dict[str, tuple[str, ...]] = {
        **Duplex.__events__,
        "close": ("hadError: bool",),
        "connect": (),
        "connectionAttempt": ("ip: str", "port: int", "family: int"),
        "connectionAttemptFailed": ("ip: str", "port: int", "family: int", "error: Any"),
        "connectionAttemptTimeout": ("ip: str", "port: int", "family: int"),
        "lookup": ("err: Any", "address: str", "family: int", "host: str"),
        "ready": (),
        "timeout": (),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "close",
            "data",
            "end",
            "error",
            "pause",
            "readable",
            "resume",
            "drain",
            "finish",
            "pipe",
            "unpipe",
            "connect",
            "connectionAttempt",
            "connectionAttemptFailed",
            "connectionAttemptTimeout",
            "lookup",
            "ready",
            "timeout",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener1[bool])
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener0)
        _F4 = TypeVar("_F4", bound=Listener1[Readable])
        _F5 = TypeVar("_F5", bound=Listener3[str, int, int])
        _F6 = TypeVar("_F6", bound=Listener4[str, int, int, Any])
        _F7 = TypeVar("_F7", bound=Listener4[Any, str, int, str])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close"], listener: Listener1[bool]) -> Self: ...
        @overload
        def on(self, eventName: Literal["data", "error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["end", "pause", "readable", "resume", "drain", "finish"], listener: Listener0
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["connect", "ready", "timeout"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"], listener: Listener1[Readable]) -> Self: ...
        @overload
        def on(self, eventName: Literal["connectionAttempt"], listener: Listener3[str, int, int]) -> Self: ...
        @overload
        def on(self, eventName: Literal["connectionAttemptTimeout"], listener: Listener3[str, int, int]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["connectionAttemptFailed"], listener: Listener4[str, int, int, Any]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["lookup"], listener: Listener4[Any, str, int, str]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["data", "error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(
            self, eventName: Literal["end", "pause", "readable", "resume", "drain", "finish", "connect", "ready"]
        ) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["timeout"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"]) -> Callable[[_F4], _F4]: ...
        @overload
        def on(self, eventName: Literal["connectionAttempt", "connectionAttemptTimeout"]) -> Callable[[_F5], _F5]: ...
        @overload
        def on(self, eventName: Literal["connectionAttemptFailed"]) -> Callable[[_F6], _F6]: ...
        @overload
        def on(self, eventName: Literal["lookup"]) -> Callable[[_F7], _F7]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    _selfPumping_ = True

    if TYPE_CHECKING:

        @overload
        def write(self, chunk: Data, encoding: str | None = ..., callback: Listener1[Any] | None = None, /) -> bool: ...
        @overload
        def write(self, chunk: Data, callback: Listener1[Any], /) -> bool: ...
        def write(self, chunk: Any, encoding: Any = None, callback: Any = None) -> bool: ...

        @overload
        def end(
            self, chunk: Data | None = ..., encoding: str | None = ..., callback: Listener1[Any] | None = None, /
        ) -> Self: ...
        @overload
        def end(self, chunk: Data, callback: Listener1[Any], /) -> Self: ...
        @overload
        def end(self, callback: Listener1[Any], /) -> Self: ...
        def end(self, chunk: Any = None, encoding: Any = None, callback: Any = None) -> Any: ...

    #: The handle, None before connect() and after destroy().
    _handle: Any
    _connectState_: int
    _idleTimer_: IdleTimer | None
    _noDelay_: bool
    #: The message of `http` whose turn it is; not set on a socket that `http` has never had.
    _httpMessage: Any
    #: Called when the handle's pending write is done.
    _onSent_: Callable[[BaseException | None], Any] | None
    #: Reference to the server that accepted the socket, or None. Node: https://nodejs.org/api/net.html#socketserver
    server: Server | None
    #: The server that counts it: `server` may be set by anybody, and that of a TLSSocket counts the socket below.
    _acceptedBy_: Server | None
    #: Milliseconds of setTimeout, None if it was never called. Node: https://nodejs.org/api/net.html#sockettimeout
    timeout: float | None
    #: The addresses that family selection has tried, "ip:port"; None unless it was used.
    autoSelectFamilyAttemptedAddresses: list[str] | None = None
    #: Addresses that must not be connected to.
    blockList: BlockList | None = None
    #: Bytes that may wait to be written; with more the socket is destroyed. None, as in Node: no limit.
    maxWritableLength: int | None = None

    # Few sockets have these; they use a slot only where set.
    _keepAlive_: tuple[bool, int, int, int] | None = None
    _typeOfService_: int | None = None
    #: What was written before the connection: the data, the callback, whether it is a list.
    _pendingWrite_: tuple[Any, Callable[[BaseException | None], Any], bool] | None = None
    _connectJob_: connecting.Job | None = None
    #: The line of the program that called `connect`.
    _begun_: Place | None = None
    _pendingFinal_: _DONE | None = None
    _onreadBuffer_: BufferedReading | None = None
    _isResetting_ = False
    _endsSoon_ = False
    _offAbort_: Any = None

    def __init__(
        self,
        options: SocketConstructorOpts | Bag | int | None = None,
        /,
        **keywords: Unpack[SocketConstructorOpts],
    ) -> None:
        given = merge({"fd": options} if isNumber(options) else options, keywords)
        refuseObjectMode(given)
        check(SocketConstructorOpts, options, keywords)
        self._initConnection_()
        Duplex.__init__(self, {**given, **SOCKET_STREAM_OPTIONS})
        self.allowHalfOpen: bool = isTruthy(given.get("allowHalfOpen"))
        self._takeOptions_(given)
        handle = given.get("handle")
        if handle is None and given.get("fd") is not None:
            handle = openDescriptor(given["fd"])
        if handle is not None:
            self._adopt_(handle, given)

    @classmethod
    def _accepted_(cls, handle: StreamHandle, options: Mapping[str, Any]) -> Socket:
        """A server's connection. `options` are checked and complete: see `Server._takeOptions_`."""
        if cls is not Socket:
            given: dict[str, Any] = {**options, "handle": handle}
            return cls(given)
        # The constructor without what the server does once for all: half its time.
        socket = cls.__new__(cls)
        socket._initAccepted_(options)
        socket._useConnected_(handle, options["pauseOnCreate"])
        return socket

    def _initAccepted_(self, options: Mapping[str, Any]) -> None:
        self._initConnection_()
        # Duplex's constructor without the options that no server has: hooks, sides, a signal.
        EventEmitter.__init__(self)
        self._initBoth_(options)
        self.allowHalfOpen = options["allowHalfOpen"]
        self._startConstruct_()
        limit = options["maxWritableLength"]
        if limit is not None:
            self.maxWritableLength = limit

    # -- members in the order of Node's page

    def address(self) -> AddressInfo | OpenRecord[Any]:
        """The local end: AddressInfo; empty when there is none, or for a Unix domain socket.

        Node: https://nodejs.org/api/net.html#socketaddress
        """
        return self._getsockname() or OpenRecord()

    @property
    def bufferSize(self) -> int | None:
        """`writableLength` of a socket that has a handle. Deprecated.

        Node: https://nodejs.org/api/net.html#socketbuffersize
        """
        return None if self._handle is None else self.writableLength

    @property
    def bytesRead(self) -> int:
        """Bytes received. Node: https://nodejs.org/api/net.html#socketbytesread"""
        return self._bytesRead_ if self._handle is None else int(self._handle.bytesRead)

    @property
    def bytesWritten(self) -> int:
        """Bytes written, including those still queued. Node: https://nodejs.org/api/net.html#socketbyteswritten"""
        handle = self._handle
        sent = self._bytesWritten_ if handle is None else handle.bytesWritten + handle.writeQueueSize
        if self._pendingWrite_ is not None:  # before the connection is established, everything waits
            return int(sent) + self.writableLength
        return int(sent) + sum(len(entry.chunk) for entry in self.writableBuffer)

    if TYPE_CHECKING:

        @overload
        def connect(
            self,
            port: int | str,
            host: str | None = ...,
            connectionListener: Listener0 | None = None,
            /,
            **keywords: Unpack[SocketConnectOpts],
        ) -> Self: ...
        @overload
        def connect(
            self, path: int | str, connectionListener: Listener0, /, **keywords: Unpack[SocketConnectOpts]
        ) -> Self: ...
        @overload
        def connect(
            self,
            options: SocketConnectOpts | Bag | AddressInfo | ClientEndpoint,
            connectionListener: Listener0 | None = None,
            /,
            **keywords: Unpack[SocketConnectOpts],
        ) -> Self: ...
        @overload
        def connect(
            self, connectionListener: Listener0 | None = None, /, **keywords: Unpack[SocketConnectOpts]
        ) -> Self: ...

    def connect(self, *args: Any, **keywords: Any) -> Self:
        """Connect to a port, to a Unix domain socket, or through a Twisted endpoint.

        Args: `(port[, host])`, `(path)`, `(endpoint)` or TcpSocketConnectOpts / IpcSocketConnectOpts as a mapping or
            as keywords, then a listener for 'connect'. An endpoint is an IStreamClientEndpoint or the description of
            one, such as "tls:example.com:443"; see `net/arguments.py` for which texts are descriptions.
        Returns: the socket.
        Emits: lookup, connectionAttempt, connectionAttemptFailed, connectionAttemptTimeout, connect, ready, error.
        Raises: ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_SOCKET_BAD_PORT,
            ERR_INVALID_IP_ADDRESS, ERR_OUT_OF_RANGE.
        Example:
            >>> socket = net.Socket().connect(8000, "127.0.0.1")
            >>> await events.once(socket, "connect")
            Traceback (most recent call last):
            nodecompat.errors.system.ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:8000

        Node: https://nodejs.org/api/net.html#socketconnect
        """
        check(SocketConnectOpts, args and args[0], keywords)
        options, listener = connectArguments(args, keywords)
        self._begun_ = here()
        if clientSocket.hasSubscribers:
            clientSocket.publish({"socket": self})
        job = connecting.plan(self, options)
        if self.destroyed:
            self._revive_()
        if self._handle is None:
            self._attach_(job.makeHandle())
        if listener is not None:
            self.once("connect", listener)
        self._touch_()
        self._moveConnection_(CONNECTING)
        self._connectJob_ = job
        try:
            job.begin()
        except BaseException:
            # A lookup that rejects the name; in Node the socket stays connecting forever.
            self._abandonConnect_()
            raise
        return self

    @property
    def connecting(self) -> bool:
        """True from connect() until the connection stands or failed.

        Node: https://nodejs.org/api/net.html#socketconnecting
        """
        return self._connectState_ == CONNECTING

    @connecting.setter
    def connecting(self, value: Any) -> None:
        if value:
            self._connectState_ = CONNECTING
        elif self._connectState_ == CONNECTING:
            self._connectState_ = IDLE if self._handle is None else CONNECTED

    def destroySoon(self) -> None:
        """End the writable side if it is open, and destroy the socket when everything is written.

        Node: https://nodejs.org/api/net.html#socketdestroysoon
        """
        if self.writable:
            self.end()
        if self.writableFinished:
            self.destroy()
        else:
            self._endsSoon_ = True
            addOwn(self, (("finish", OwnOnce(self.destroy, self._destroyEnded_)),))

    def _destroyEnded_(self) -> None:
        """'finish' has come after `destroySoon`."""
        self._endsSoon_ = False
        self.off("finish", self.destroy)
        self.destroy()

    def getTypeOfService(self) -> int:
        """The current type of service, or the pending one.

        Raises: the system's error.
        Node: https://nodejs.org/api/net.html#socketgettypeofservice
        """
        if not self._isOpen_:
            return self._typeOfService_ or 0
        status = int(self._handle.getTypeOfService())
        if status == UNSUPPORTED:
            return self._typeOfService_ or 0
        if status < 0:
            raise errnoException(status, "getTypeOfService")
        return status

    @property
    def localAddress(self) -> str | None:
        """The local IP address. Node: https://nodejs.org/api/net.html#socketlocaladdress"""
        name = self._getsockname()
        return None if name is None else name.address

    @property
    def localFamily(self) -> str | None:
        """ "IPv4" or "IPv6". Node: https://nodejs.org/api/net.html#socketlocalfamily"""
        name = self._getsockname()
        return None if name is None else name.family

    @property
    def localPort(self) -> int | None:
        """The local port. Node: https://nodejs.org/api/net.html#socketlocalport"""
        name = self._getsockname()
        return None if name is None else name.port

    def pause(self) -> Self:
        """Stop the flow of data. Node: https://nodejs.org/api/net.html#socketpause"""
        if self._onreadBuffer_ is not None:
            self._onreadBuffer_.stop()
        super().pause()
        if self._takeover_ is not None:
            self._takeover_.pause()
        return self

    @property
    def pending(self) -> bool:
        """True while there is no connection: not asked for, under way, or over.

        Node: https://nodejs.org/api/net.html#socketpending
        """
        return self._handle is None or self._connectState_ == CONNECTING

    def read(self, size: Any = None) -> Any:
        """Take what is buffered. Node: https://nodejs.org/api/stream.html#readablereadsize"""
        if self._onreadBuffer_ is not None:
            self._onreadBuffer_.start()
        return super().read(size)

    def ref(self) -> Self:
        """Let the socket keep the program alive, which is the default.

        Node: https://nodejs.org/api/net.html#socketref
        """
        if self._handle is None:
            self.once("connect", self.ref)
        else:
            self._handle.ref()
        return self

    @property
    def remoteAddress(self) -> str | None:
        """The peer's IP address; None once the socket is destroyed, unless read before.

        Node: https://nodejs.org/api/net.html#socketremoteaddress
        """
        name = self._getpeername()
        return None if name is None else name.address

    @property
    def remoteFamily(self) -> str | None:
        """ "IPv4" or "IPv6". Node: https://nodejs.org/api/net.html#socketremotefamily"""
        name = self._getpeername()
        return None if name is None else name.family

    @property
    def remotePort(self) -> int | None:
        """The peer's port. Node: https://nodejs.org/api/net.html#socketremoteport"""
        name = self._getpeername()
        return None if name is None else name.port

    def resetAndDestroy(self) -> Self:
        """Close with a reset (RST), which the peer sees as ECONNRESET. A socket that connects does so afterwards.

        Returns: the socket.
        Emits: close; error with ERR_SOCKET_CLOSED when there is no connection.
        Raises: ERR_INVALID_HANDLE_TYPE for a Unix domain socket.
        Node: https://nodejs.org/api/net.html#socketresetanddestroy
        """
        if self._handle is None:
            self.destroy(ERR_SOCKET_CLOSED())
            return self
        if isPipe(self._handle):
            raise ERR_INVALID_HANDLE_TYPE()
        if self._connectState_ == CONNECTING:
            self.once("connect", self._reset)
        else:
            self._reset()
        return self

    def resume(self) -> Self:
        """Let the data flow again. Node: https://nodejs.org/api/net.html#socketresume"""
        if self._onreadBuffer_ is not None:
            self._onreadBuffer_.start()
        super().resume()
        return self

    def setKeepAlive(
        self,
        enable: bool | SetKeepAliveOptions | Bag = False,
        initialDelay: float | None = None,
        interval: float | None = None,
        count: float | None = None,
    ) -> Self:
        """Let the kernel probe an idle peer.

        Args:
            enable: or SetKeepAliveOptions.
            initialDelay: milliseconds of silence before the first probe; 0 leaves the system's.
            interval: milliseconds between probes. count: probes until the connection counts as broken.
        Returns: the socket.
        Node: https://nodejs.org/api/net.html#socketsetkeepaliveenable-initialdelay-interval-count
        """
        if isBag(enable):
            given: Any = dict(enable)  # type: ignore[arg-type]
            enable, initialDelay = given.get("enable"), given.get("initialDelay")
            interval, count = given.get("interval"), given.get("count")
        # Whole seconds, as in Node; anything but a number counts as 0.
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

    def setNoDelay(self, noDelay: Any = True) -> Self:
        """Send small writes at once (TCP_NODELAY) instead of collecting them.

        Returns: the socket.
        Node: https://nodejs.org/api/net.html#socketsetnodelaynodelay
        """
        wanted = noDelay is None or bool(noDelay)
        if wanted is not self._noDelay_:
            self._noDelay_ = wanted
            if self._isOpen_:
                self._handle.setNoDelay(wanted)
        return self

    def setTimeout(self, msecs: float = 0, callback: Callable[[], object] | None = None) -> Self:
        """Emit 'timeout' after that long without reads or writes. The connection stays open.

        Args:
            msecs: milliseconds, 0 switches it off.
            callback: a listener for the next 'timeout'.
        Returns: the socket.
        Emits: timeout.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Example:
            >>> server = net.createServer(lambda socket: None).listen(8000)
            >>> client = net.connect(8000).setTimeout(3000)
            >>> await events.once(client, "timeout")
            []
            >>> client.destroy().destroyed
            True

        Node: https://nodejs.org/api/net.html#socketsettimeouttimeout-callback
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
            self._idleTimer_ = IdleTimer(self._onIdleTime_)
            self._idleTimer_.start(duration)
            if callback is not None:
                self.once("timeout", callback)
        elif callback is not None:
            self.removeListener("timeout", callback)
        if self._takeover_ is not None:
            self._takeover_.aim()
        return self

    def setTypeOfService(self, tos: int) -> Self:
        """Set the type of service of IPv4 packets, or the traffic class of IPv6 ones.

        Args: tos: 0 to 255.
        Returns: the socket.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, the system's error.
        Node: https://nodejs.org/api/net.html#socketsettypeofservicetos
        """
        if tos != tos:  # NaN
            raise ERR_INVALID_ARG_TYPE("tos", "number", tos)
        validateInt32(tos, "tos", 0, 255)
        if tos != self._typeOfService_:
            if self._isOpen_:
                self._applyTypeOfService_(tos)
            self._typeOfService_ = tos
        return self

    def unref(self) -> Self:
        """Do not let the socket keep the program alive. Node: https://nodejs.org/api/net.html#socketunref"""
        if self._handle is None:
            self.once("connect", self.unref)
        else:
            self._handle.unref()
        return self

    @property
    def readyState(self) -> str:
        """ "opening", "open", "readOnly", "writeOnly" or "closed".

        Node: https://nodejs.org/api/net.html#socketreadystate
        """
        if self._connectState_ == CONNECTING:
            return "opening"
        if self.readable:
            return "open" if self.writable else "readOnly"
        return "writeOnly" if self.writable else "closed"

    def __repr__(self) -> str:
        try:
            return socketText(self)
        except Exception:  # half made, or its descriptor is gone
            return object.__repr__(self)

    def _further_(self) -> list[str]:
        """What a repr says of its state besides."""
        return []

    def _onfault_(self) -> None:
        """A listener raised and no handler took the error: it was logged, and the connection is dropped.

        Not in Node, whose process ends then; see `reactor/loop/faults.py`. Who has taken the bytes knows what is due.
        """
        giveUp = None if self._takeover_ is None else remedy(self._takeover_.owner)
        (self.destroy if giveUp is None else giveUp)()

    # -- who else reads

    if not TYPE_CHECKING:  # else: the events, above

        def prependListener(self, eventName: Any, *listener: Any) -> Any:
            """As EventEmitter.prependListener.

            Node: https://nodejs.org/api/events.html#emitterprependlistenereventname-listener
            """
            if self._takeover_ is not None and eventName in _BYTE_EVENTS:
                self._takeover_.share()
            return super().prependListener(eventName, *listener)

    def _onDataListener_(self) -> None:
        if self._takeover_ is not None:
            self._takeover_.share()
        super()._onDataListener_()

    def _onReadableListener_(self) -> None:
        if self._takeover_ is not None:
            self._takeover_.share()
        super()._onReadableListener_()

    def _resumeTick_(self) -> None:
        if self._takeover_ is not None:
            self._takeover_.resume()
        super()._resumeTick_()

    # -- making one

    def _initConnection_(self) -> None:
        self._handle = None
        self._connectState_ = IDLE
        self._idleTimer_ = None
        self._noDelay_ = False
        self._onSent_ = None
        self._lastQueueSize_ = 0
        self._bytesRead_ = 0
        self._bytesWritten_ = 0
        self._peername_: AddressInfo | None = None
        self._sockname: AddressInfo | None = None
        self._takeover_: Takeover | None = None
        self.server = self._acceptedBy_ = None
        self.timeout = None

    def _takeOptions_(self, given: Mapping[str, Any]) -> None:
        if given.get("noDelay"):
            self._noDelay_ = True
        if given.get("keepAlive") or given.get("keepAliveInitialDelay") is not None:
            delay = given.get("keepAliveInitialDelay")
            if delay is not None:
                validateNumber(delay, "options.keepAliveInitialDelay")
            if given.get("keepAlive"):
                self.setKeepAlive(True, delay)
        if given.get("typeOfService") is not None:
            validateInt32(given["typeOfService"], "options.typeOfService", 0, 255)
            self._typeOfService_ = given["typeOfService"]
        if given.get("maxWritableLength") is not None:
            validateInteger(given["maxWritableLength"], "options.maxWritableLength", 0)
            self.maxWritableLength = given["maxWritableLength"]
        if isTruthy(given.get("blockList")):
            self.blockList = checkBlockList(given["blockList"])
        onread = given.get("onread")
        if isinstance(onread, Mapping) and callable(onread.get("callback")) and onread.get("buffer") is not None:
            self._onreadBuffer_ = BufferedReading(self, onread["buffer"], onread["callback"])
        if isTruthy(given.get("signal")):
            self._obey_(given["signal"])

    def _obey_(self, signal: Any) -> None:
        validateAbortSignal(signal, "signal")
        if signal.aborted:
            nextTick(self._onAbort_, signal)
        else:
            self._offAbort_ = addAbortListener(signal, partial(self._onAbort_, signal))

    def _onAbort_(self, signal: Any, event: Any = None) -> None:
        self.destroy(AbortError.by(signal))

    def _adopt_(self, handle: Any, given: Mapping[str, Any]) -> None:
        """Use a connected or bound handle."""
        if isinstance(handle, BoundSocket):
            self._attach_(handle._adoptAsStream_())
            return
        self._useConnected_(handle, given.get("pauseOnCreate"))
        self._applyOptions_()

    def _useConnected_(self, handle: StreamHandle, paused: Any) -> None:
        self._handle = handle
        handle.onfault = self._onfault_
        self._connectState_ = CONNECTED
        if paused:
            self.readableFlowing = False
        elif self._readPossible_:
            self.read(0)

    def _attach_(self, handle: StreamHandle) -> None:
        self._handle = handle
        handle.onfault = self._onfault_

    # -- connecting

    def _moveConnection_(self, to: int) -> None:
        assert to in SOCKET_MOVES[self._connectState_], (
            f"connection: {SOCKET_NAMES[self._connectState_]} -> {SOCKET_NAMES[to]}"
        )
        self._connectState_ = to

    @property
    def _isOpen_(self) -> bool:
        """There is now a handle whose options can be set."""
        return self._handle is not None and self._connectState_ != CONNECTING

    def _revive_(self) -> None:
        """A destroyed socket connects again."""
        self._undestroy()
        self._handle = self._peername_ = self._sockname = self.server = self._acceptedBy_ = None
        self._bytesRead_ = self._bytesWritten_ = 0

    def _abandonConnect_(self) -> None:
        if self._connectState_ == CONNECTING:
            self._moveConnection_(IDLE)
            handle, self._handle, self._connectJob_ = self._handle, None, None
            handle.close()

    def _afterConnect_(self) -> None:
        """Connected."""
        self._connectJob_ = None
        self._moveConnection_(CONNECTED)
        self._sockname = None
        self._touch_()
        self._applyOptions_()
        self.emit("connect")
        self.emit("ready")
        if self._handle is None:  # destroyed by a listener
            return
        if self._readGate_ & BUSY:  # data was requested before the connection was established
            self._startReading_()
        elif self.readable and not self.isPaused():
            self.read(0)

    # -- addresses and options of the transport

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

    def _applyOptions_(self) -> None:
        """Apply to a newly connected handle what was set before."""
        if self._noDelay_:
            self._handle.setNoDelay(True)
        if self._keepAlive_ is not None:
            self._applyKeepAlive_(self._keepAlive_)
        if self._typeOfService_ is not None:
            self._applyTypeOfService_(self._typeOfService_)

    def _applyKeepAlive_(self, wanted: tuple[bool, int, int, int]) -> None:
        self._handle.setKeepAlive(*wanted)

    def _applyTypeOfService_(self, tos: int) -> None:
        status = self._handle.setTypeOfService(tos)
        if status and status != UNSUPPORTED:
            raise errnoException(status, "setTypeOfService")

    # -- idle time

    def _touch_(self) -> None:
        """Data was read or written: restart the idle timer, also after a 'timeout'."""
        timer = self._idleTimer_
        if timer is None:
            return
        if timer.isRunning():
            timer.refresh()
        else:
            timer.start(min(self.timeout or 0, TIMEOUT_MAX))

    #: Node's name for it, which other modules of Node use.
    _unrefTimer = _touch_

    def _onIdleTime_(self) -> None:
        handle = self._handle
        if handle is not None and self._lastQueueSize_:
            # A large write that makes progress does not count as idle; like Node, look only now.
            left = handle.writeQueueSize
            if left != self._lastQueueSize_:
                self._lastQueueSize_ = left
                self._touch_()
                return
        self.emit("timeout")

    # -- data from the peer

    def _read(self, size: int) -> None:
        # While connecting, `_afterConnect_` sees a waiting reader by the gate.
        if self._isOpen_:
            self._startReading_()

    def _startReading_(self) -> None:
        handle = self._handle
        if handle.onread is None:
            handle.onread = self._onread_ if self._onreadBuffer_ is None else self._onreadBuffer_.deliver
            handle.onreadend = self._onreadend_
        status = handle.readStart()
        if status:
            self.destroy(errnoException(status, "read"))

    def _onread_(self, data: bytes) -> None:
        if self._idleTimer_ is not None:
            self._touch_()
        if not self.push(data) and self._handle is not None:
            self._handle.readStop()

    def _onreadend_(self, status: int) -> None:
        self._touch_()
        if status == EOF:
            self.push(None)
            # 'end' comes without a reader as well, when nothing is buffered.
            self.read(0)
        else:
            self.destroy(errnoException(status, "read"))

    # -- data to the peer

    if not TYPE_CHECKING:  # else: the overloads, above

        def write(self, chunk: Any, encoding: Any = None, callback: Any = None) -> bool:
            """As writable.write. Node: https://nodejs.org/api/net.html#socketwritedata-encoding-callback"""
            # Common case: bytes that nothing waits before, and the kernel takes all of them. Then the stream is as it
            # was before, so it does not hear of them: 3 calls less, a quarter of an echo's Python.
            if (
                type(chunk) is bytes
                and encoding is None
                and callback is None
                and not (self._writeGate_ or self._writeLength_ or self._needDrain_)
                and self._connectState_ == CONNECTED
                and getattr(self._write, "__func__", None) is _ownWrite
            ):
                if self._idleTimer_ is not None:
                    self._touch_()
                status = self._handle.write(chunk)
                if not status:
                    return True
                if status == PENDING:
                    self._awaitWrite_(self._onwrite_)
                    return self._writeIsUnderWay_(len(chunk), nop)
                self._pendingCallbacks_ += 1
                self._fail_(errnoException(status, "write"))
                nextTick(self._writeFailed_, self._errored_, nop)
                return False
            return super().write(chunk, encoding, callback)

    def _notWrittenNow_(self, status: int, size: int, callback: _DONE) -> None:
        """The kernel did not accept all of a `writeNow`: `_onwrite_` follows when it has, or with the error."""
        if status == PENDING:
            self._awaitWrite_(self._onwrite_)
        else:
            error = errnoException(status, "write")
            self._fail_(error)  # so that this write already returns False
            nextTick(self._onwrite_, error)
        self._writeIsUnderWay_(size, callback)

    def _takeFile_(
        self, fd: int, offset: int | None, size: int, callback: Callable[..., object], before: bytes = b""
    ) -> int | None:
        """Send a part of a file, and what stands before it, past the state of the stream: the kernel moves it.

        Returns:
            How many bytes of the file are out: less than `size` where it ends, or cannot be sent so. -1: they are under
            way, and `callback(count, error=None)` is called. None: nothing was done, because other bytes wait, the
            handle cannot, or somebody could see the bytes: use `write`.
        """
        if self._writeGate_ or self._writeLength_ or self._connectState_ != CONNECTED:
            return None
        own, cls = self.__dict__, type(self)
        if "write" in own or "_write" in own or cls.write is not Socket.write or cls._write is not Socket._write:
            return None
        handle = self._handle
        send = getattr(handle, "sendFile", None)
        if send is None or self.maxWritableLength is not None:
            return None
        if self._idleTimer_ is not None:
            self._touch_()
        start: int = handle.bytesWritten + len(before)
        status = send(before, fd, offset, size)
        if not status:
            return max(0, int(handle.bytesWritten) - start)

        def sent(error: BaseException | None = None) -> None:
            if error is None:
                self._bytesWritten_ = handle.bytesWritten  # the file was shorter than it was
            callback(max(0, handle.bytesWritten - start), error)

        self._notWrittenNow_(status, handle.writeQueueSize or size, sent)
        return -1

    def _write(self, chunk: Any, encoding: str | None, callback: _DONE) -> None:
        self._writeAny_(chunk, callback, False)

    def _writev(self, chunks: Any, callback: _DONE) -> None:
        self._writeAny_([entry.chunk for entry in chunks], callback, True)

    def _writeAny_(self, data: Any, callback: _DONE, several: bool) -> None:
        if self._connectState_ == CONNECTING:
            self._pendingWrite_ = (data, callback, several)
            # As listeners: that is their place in Node among those of a program.
            self.once("connect", self._writePending_)
            self.once("close", self._failPending_)
            return
        handle = self._handle
        if handle is None:
            callback(ERR_SOCKET_CLOSED())
            return
        if self._idleTimer_ is not None:
            self._touch_()
        status = handle.writev(data) if several else handle.write(data)
        if not status:
            callback(None)
        elif status == PENDING:
            self._awaitWrite_(callback)
        else:
            callback(errnoException(status, "write"))

    def _awaitWrite_(self, callback: _DONE) -> None:
        handle = self._handle
        self._onSent_ = callback
        self._lastQueueSize_ = handle.writeQueueSize
        # As in Node all of it counts as written, also if the connection breaks meanwhile.
        self._bytesWritten_ = handle.bytesWritten + handle.writeQueueSize
        handle.onwrite = self._onHandleWrite_

    def _onHandleWrite_(self, status: int) -> None:
        callback, self._onSent_ = self._onSent_, None
        self._lastQueueSize_ = 0
        assert callback is not None
        if status < 0:
            callback(errnoException(status, "write"))
        else:
            self._touch_()
            callback(None)

    def _writePending_(self) -> None:
        """Connected: send what was written so far."""
        self.off("close", self._failPending_)
        pending, self._pendingWrite_ = self._pendingWrite_, None
        if pending is not None:
            self._writeAny_(*pending)

    def _failPending_(self) -> None:
        """The connection failed."""
        pending, self._pendingWrite_ = self._pendingWrite_, None
        if pending is not None:
            data, callback, several = pending
            # As in Node it counts as written.
            self._bytesWritten_ += sum(map(len, data)) if several else len(data)
            callback(ERR_SOCKET_CLOSED_BEFORE_CONNECTION())

    def _noteLength_(self) -> None:
        super()._noteLength_()
        limit = self.maxWritableLength
        if limit is not None and self._writeLength_ > limit:
            self.destroy(errnoException(-errno.ENOBUFS, "write"))

    def _refuseWrite_(self, callback: _DONE, isLast: bool) -> BaseException:
        if isLast or self.allowHalfOpen or self._readPhase_ != END_EMITTED or not self.writableEnded:
            return super()._refuseWrite_(callback, isLast)
        # A `write`, not an `end`. Ended by itself because the peer has ended: Node says so, and not "write after end".
        error = EPIPE("This socket has been ended by the other party", "EPIPE")
        nextTick(callback, error)
        self.destroy(error)
        return error

    # -- the end

    def _final(self, callback: _DONE) -> None:
        if self._connectState_ == CONNECTING:
            self._pendingFinal_ = callback
            self.once("connect", self._finalPending_)
            return
        handle = self._handle
        if handle is None:
            callback(None)
            return
        handle.onshutdown = partial(_onShutdown, callback)
        status = handle.shutdown()
        if status:
            callback(None if status == -errno.ENOTCONN else errnoException(status, "shutdown"))

    def _finalPending_(self) -> None:
        callback, self._pendingFinal_ = self._pendingFinal_, None
        if callback is not None:
            self._final(callback)

    def _reset(self) -> None:
        self._isResetting_ = True
        self.destroy()

    def _destroy(self, err: BaseException | None, callback: _DONE) -> None:
        self._moveConnection_(CLOSED)
        if self._idleTimer_ is not None:
            self._idleTimer_.stop()
            self._idleTimer_ = None
        if self.__dict__:
            self._forgetRarities_()
        handle = self._handle
        if handle is None:
            callback(err)
            nextTick(self.emit, "close", False)
        else:
            self._handle = self._sockname = None
            self._closeHandle_(handle, err is not None)
            callback(err)
        if self._acceptedBy_ is not None:
            self._acceptedBy_._onSocketGone_()

    def _closeHandle_(self, handle: StreamHandle, hadError: bool) -> None:
        self._bytesRead_ = handle.bytesRead
        self._bytesWritten_ = max(self._bytesWritten_, handle.bytesWritten + handle.writeQueueSize)
        pending, self._onSent_ = self._onSent_, None
        handle.onclose = partial(self._onHandleClose_, hadError, pending)
        if self._isResetting_:
            self._isResetting_ = False
            status = handle.reset()
            if status:
                nextTick(self.emit, "error", errnoException(status, "reset"))
        else:
            handle.close()

    def _onHandleClose_(self, hadError: bool, pending: _DONE | None) -> None:
        # A write that was cut off fails before 'close', unless the stream was revived.
        if pending is not None and self._life_ > LIVE:
            pending(errnoException(CANCELED, "write"))
        self.emit("close", hadError)

    def _forgetRarities_(self) -> None:
        """Drop references that would keep a destroyed socket alive or act on it later."""
        job, self._connectJob_ = self._connectJob_, None
        if job is not None:
            job.cancel()
        if self._pendingWrite_ is not None:
            self.off("connect", self._writePending_)
        if self._pendingFinal_ is not None:
            self._pendingFinal_ = None
            self.off("connect", self._finalPending_)
        if self._endsSoon_:
            self._endsSoon_ = False
            self.off("finish", self.destroy)
        if self._onreadBuffer_ is not None:
            self._onreadBuffer_.forget()
        if self._offAbort_ is not None:
            self._offAbort_.dispose()
            self._offAbort_ = None


if TYPE_CHECKING:

    @overload
    def createConnection(
        port: int | str,
        host: str | None = ...,
        connectionListener: Listener0 | None = None,
        /,
        **keywords: Unpack[NetConnectOpts],
    ) -> Socket: ...
    @overload
    def createConnection(
        path: int | str, connectionListener: Listener0, /, **keywords: Unpack[NetConnectOpts]
    ) -> Socket: ...
    @overload
    def createConnection(
        options: NetConnectOpts | Bag | AddressInfo | ClientEndpoint,
        connectionListener: Listener0 | None = None,
        /,
        **keywords: Unpack[NetConnectOpts],
    ) -> Socket: ...
    @overload
    def createConnection(
        connectionListener: Listener0 | None = None, /, **keywords: Unpack[NetConnectOpts]
    ) -> Socket: ...


def createConnection(*args: Any, **keywords: Any) -> Socket:
    """Make a Socket and connect it; `connect` is the same function.

    Args: as `socket.connect`, with NetConnectOpts: the options of the constructor among the others, and `timeout`
        (milliseconds).
    Returns: the socket.
    Raises: as `Socket` and `socket.connect`.
    Example:
        >>> server = net.createServer(lambda socket: socket.pipe(socket)).listen(8000)
        >>> client = net.connect(host="localhost", port=8000, noDelay=True)
        >>> await events.once(client.end("hello"), "data")
        [b'hello']

    Node: https://nodejs.org/api/net.html#netcreateconnection
    """
    check(NetConnectOpts, args and args[0], keywords)
    options, listener = connectArguments(args, keywords)
    socket = Socket({name: value for name, value in options.items() if name in CONSTRUCTOR_OPTIONS})
    if isTruthy(options.get("timeout")):
        socket.setTimeout(timerDuration(options["timeout"], "msecs"))
    if listener is not None:
        validateFunction(listener, "listener")
        return socket.connect(options, listener)
    return socket.connect(options)


def fromTransport(
    transport: Any,
    options: SocketConstructorOpts | Bag | None = None,
    /,
    **keywords: Unpack[SocketConstructorOpts],
) -> Socket:
    """A Socket over a connected Twisted transport; the socket replaces the transport's protocol.

    Args: transport: an ITransport; options: SocketConstructorOpts.
    """
    check(SocketConstructorOpts, options, keywords)
    given: dict[str, Any] = {**merge(options, keywords), "handle": choose.fromTransport(transport)}
    return Socket(given)


_ownWrite = Socket._write


def _onShutdown(callback: _DONE, status: int) -> None:
    # As in Node, a failure is not reported: a broken connection shows up when it is read.
    callback(None)


def _isPositive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf


def _wholeSeconds(msecs: Any, default: int) -> int:
    """Milliseconds truncated to whole seconds."""
    if msecs is None:
        return default
    return int(msecs) // 1000 * 1000 if _isPositive(msecs) else 0
