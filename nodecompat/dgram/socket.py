"""`dgram.Socket`: datagrams in and out, over a handle of `reactor/`.

Follows lib/dgram.js of Node 26 by behaviour. A socket has two states: whether it is bound, and
whether it is connected. Sends and connects before it is bound wait in a queue for 'listening'.
Every address is looked up, even a numeric one, so nothing is sent before the next tick.

    UNBOUND -> BINDING -> BOUND            DISCONNECTED -> CONNECTING -> CONNECTED
       ^----------'  bind failed                ^--------------'-------------' failed, or disconnect()
    any -> closed: no handle any more

Differs: `exclusive` has no meaning without `cluster`. A `send` with keywords and no offset sends the whole message.
"""

from __future__ import annotations

import enum
import errno
import os
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from .. import dns
from ..coercion import PRIMITIVES, optionsOf
from ..diagnostics_channel import channel
from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_FD_TYPE,
    ERR_IP_BLOCKED,
    ERR_SOCKET_ALREADY_BOUND,
    ERR_SOCKET_DGRAM_IS_CONNECTED,
    ERR_SOCKET_DGRAM_NOT_CONNECTED,
    errnoException,
    exceptionWithHostPort,
)
from ..events import addAbortListener, errorMonitor, fit
from ..ip import isIP
from ..net.blocklist import BlockList
from ..net.options import AddressInfo
from ..optionbags import check
from ..reactor import choose
from ..reactor.handle import CANCELED, PENDING, DatagramHandle
from ..reactor.loop import ticks
from ..reactor.loop.places import here
from ..reactor.loop.promised import Promised
from ..validators import (
    isTruthy,
    validateAbortSignal,
    validateFunction,
    validateNumber,
    validateObject,
    validatePort,
    validateString,
    validateUint32,
)
from .arguments import Sending, describeDescriptor, familyOf, readBind, readSend, toPort
from .options import BindOptions, BindSyncOptions, SocketOptions, remoteInfo
from .settings import SocketSettings

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ..events.listeners import Listener, Listener0, Listener1, Listener2
    from ..optionbags import Bag
    from ..symbols import Symbol
    from .options import RemoteInfo

_socketChannel = channel("udp.socket")
#: Equal to no address.
_NOBODY = object()
_LOOPBACK = {"IPv4": "127.0.0.1", "IPv6": "::1"}
_WILDCARD = {"IPv4": "0.0.0.0", "IPv6": "::"}
_FAMILY_NUMBER = {"IPv4": 4, "IPv6": 6}
_BLOCKLIST_FAMILY = {"IPv4": "ipv4", "IPv6": "ipv6"}

Callback = Callable[..., object]


class BindState(enum.Enum):
    """The state of a socket's own address."""

    UNBOUND = 0
    BINDING = 1
    BOUND = 2


class ConnectState(enum.Enum):
    """The state of a socket's peer."""

    DISCONNECTED = 0
    CONNECTING = 1
    CONNECTED = 2


class _Waiting:
    """Work that waits for a socket to be bound."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self.jobs: list[Callable[[], object]] = []
        socket.once(errorMonitor, self._onError)
        socket.once("listening", self._onListening)

    def _onListening(self) -> None:
        self._socket.removeListener(errorMonitor, self._onError)
        self._socket._waiting_ = None
        for job in self.jobs:
            job()

    def _onError(self, error: Any) -> None:
        self._socket.removeListener("listening", self._onListening)
        self._socket._waiting_ = None


class Socket(SocketSettings):
    """A UDP socket. Made by `createSocket()`; nothing happens before `bind`, `connect` or `send`.

    Args: type: "udp4", "udp6", or SocketOptions as a mapping or as keywords; listener: for 'message'.
    Emits: message(msg, rinfo) with bytes and a RemoteInfo; listening() when it is bound; connect(); error(err);
        close().
    Raises: ERR_SOCKET_BAD_TYPE, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/dgram.html#class-dgramsocket
    """

    __events__: dict[str, tuple[str, ...]] = {
        "close": (),
        "connect": (),
        "error": ("err: Any",),
        "listening": (),
        "message": ("msg: bytes", "rinfo: RemoteInfo"),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "close", "connect", "error", "listening", "message"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener2[bytes, RemoteInfo])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close", "connect", "listening"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["message"], listener: Listener2[bytes, RemoteInfo]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close", "connect", "listening"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["message"]) -> Callable[[_F3], _F3]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    if TYPE_CHECKING:

        @overload
        def __init__(self, type: str, listener: Listener2[bytes, RemoteInfo] | None = None, /) -> None: ...
        @overload
        def __init__(
            self,
            options: SocketOptions | Bag | None = None,
            listener: Listener2[bytes, RemoteInfo] | None = None,
            /,
            **keywords: Unpack[SocketOptions],
        ) -> None: ...

    def __init__(self, type: Any = None, listener: Callback | None = None, **options: Any) -> None:
        check(SocketOptions, type, options)
        super().__init__()
        bag = {"type": type, **options} if isinstance(type, PRIMITIVES) else optionsOf(type, options)
        self.type: str = bag["type"] if bag.get("type") is not None else ""
        self._family_ = familyOf(self.type)
        self._readOptions_(bag)
        self._bindState_ = BindState.UNBOUND
        self._connectState_ = ConnectState.DISCONNECTED
        self._waiting_: _Waiting | None = None
        #: The last resolved numeric address: most datagrams go where the last one went.
        self._lastAddress_: Any = _NOBODY
        #: Sends queued in the handle: callback, bytes, destination.
        self._pending_: deque[tuple[Callback | None, int, str | None, int]] = deque()
        self._handle_: DatagramHandle | None = choose.current().udp(self._family_)
        if callable(listener):
            self.on("message", listener)
        signal = bag.get("signal")
        if signal is not None:
            self._watchSignal_(signal)
        if _socketChannel.hasSubscribers:
            _socketChannel.publish({"socket": self})

    def _readOptions_(self, bag: Mapping[str, Any]) -> None:
        lookup, signal = bag.get("lookup"), bag.get("signal")
        if lookup is not None:
            validateFunction(lookup, "lookup")
        if signal is not None:
            validateAbortSignal(signal, "options.signal")
        self._lookup_: Callback | None = lookup
        self._reuseAddr_ = isTruthy(bag.get("reuseAddr"))
        self._reusePort_ = isTruthy(bag.get("reusePort"))
        self._ipv6Only_ = isTruthy(bag.get("ipv6Only"))
        self._recvBufferSize_ = _bufferOption(bag, "recvBufferSize")
        self._sendBufferSize_ = _bufferOption(bag, "sendBufferSize")
        self._receiveBlockList_ = _blockList(bag, "receiveBlockList")
        self._sendBlockList_ = _blockList(bag, "sendBlockList")

    def _watchSignal_(self, signal: Any) -> None:
        if signal.aborted:
            self.close()
            return
        watch = addAbortListener(signal, self._onAborted_)
        self.once("close", lambda: watch.dispose())

    def _onAborted_(self) -> None:
        if self._handle_ is not None:
            self.close()

    # Binding

    if TYPE_CHECKING:

        @overload
        def bind(
            self, port: int | None = ..., address: str | None = ..., callback: Listener0 | None = None, /
        ) -> Self: ...
        @overload
        def bind(self, port: int, callback: Listener0, /) -> Self: ...
        @overload
        def bind(self, options: BindOptions | Bag, callback: Listener0 | None = None, /) -> Self: ...
        @overload
        def bind(self, callback: Listener0 | None = None, /, **keywords: Unpack[BindOptions]) -> Self: ...

    def bind(self, port: Any = None, address: Any = None, callback: Callback | None = None, **options: Any) -> Self:
        """Bind to a local address; 'listening' or 'error' follows.

        Args: port: 0 or None for any, or BindOptions as a mapping (keywords do as well), or the callback;
            address: a name or a numeric address, by default all; callback: once for 'listening'.
        Raises: ERR_SOCKET_ALREADY_BOUND, ERR_SOCKET_DGRAM_NOT_RUNNING, ERR_INVALID_FD_TYPE.
        Node: https://nodejs.org/api/dgram.html#socketbindport-address-callback
        """
        check(BindOptions, port, options)
        handle = self._running_()
        if self._bindState_ is not BindState.UNBOUND:
            raise ERR_SOCKET_ALREADY_BOUND()
        call = readBind(port, address, callback, options)
        self._begun_ = here()
        if call.callback is not None:
            self._onceBound_(call.callback)
        if call.descriptor:
            self._adopt_(call.descriptor)
            return self
        self._bindState_ = BindState.BINDING

        def found(error: Any, ip: str) -> None:
            if self._handle_ is handle:
                self._bindTo_(error, ip, toPort(call.port), call.exclusive)

        try:
            self._find_(call.address if isTruthy(call.address) else _WILDCARD[self._family_], found)
        except BaseException:
            if self._bindState_ is BindState.BINDING:
                self._bindState_ = BindState.UNBOUND
            raise
        return self

    def bindSync(
        self, options: BindSyncOptions | Bag | None = None, **keywords: Unpack[BindSyncOptions]
    ) -> AddressInfo:
        """Bind to a local address at once; 'listening' comes on the next tick.

        Args: options: BindSyncOptions, as a mapping or as keywords; the address must be numeric.
        Returns: the address.
        Raises: ERR_SOCKET_ALREADY_BOUND, ERR_SOCKET_DGRAM_NOT_RUNNING, ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE,
            ERR_SOCKET_BAD_PORT, and the system's errors (EADDRINUSE).
        Node: https://nodejs.org/api/dgram.html#socketbindsyncoptions
        """
        check(BindSyncOptions, options, keywords)
        self._running_()
        if options is not None:
            validateObject(options, "options")
        if self._bindState_ is not BindState.UNBOUND:
            raise ERR_SOCKET_ALREADY_BOUND()
        bag = optionsOf(options, keywords)
        port = validatePort(bag["port"], "options.port") if bag.get("port") is not None else 0
        address = bag.get("address")
        if isTruthy(address):
            _requireNumeric(address, "options.address", "bindSync")
        else:
            address = None
        status = self._bindHandle_(address or _WILDCARD[self._family_], port)
        if status:
            raise exceptionWithHostPort(status, "bind", address or _WILDCARD[self._family_], port)
        self._startReceiving_()
        ticks.nextTick(self.emit, "listening")
        return self.address()

    def _onceBound_(self, callback: Callback) -> None:
        def forget(*args: Any) -> None:
            self.removeListener(errorMonitor, forget)
            self.removeListener("listening", listening)

        def listening() -> Any:
            forget()
            return fit(callback, 0)()

        self.on(errorMonitor, forget)
        self.on("listening", listening)

    def _askForBinding_(self, ask: Any, ip: str, port: int) -> None:
        """In a worker of a cluster: the primary binds, and all workers have the socket."""
        handle = self._handle_

        def answered(status: int, descriptor: int) -> None:
            if self._handle_ is not handle:  # closed meanwhile
                if descriptor >= 0:
                    os.close(descriptor)
            elif status:
                self._bindState_ = BindState.UNBOUND
                self.emit("error", exceptionWithHostPort(status, "bind", ip, port))
            else:
                self._adopt_(descriptor)

        kind = {"address": ip, "port": port, "addressType": self.type}
        ask(self, {**kind, "ipv6Only": self._ipv6Only_, "reuseAddr": self._reuseAddr_}, answered)

    def _bindTo_(self, error: Any, ip: str, port: int, exclusive: bool = True) -> None:
        ask = getattr(choose.current(), "askForDatagram", None)
        if error is None and ask is not None and not exclusive and not self._reusePort_:
            self._askForBinding_(ask, ip, port)
            return
        if error is None:
            status = self._bindHandle_(ip, port)
            error = exceptionWithHostPort(status, "bind", ip, port) if status else None
        if error is not None:
            self._bindState_ = BindState.UNBOUND
            self.emit("error", error)
            return
        self._startReceiving_()
        self.emit("listening")

    def _bindHandle_(self, ip: str, port: int) -> int:
        return self._running_().bind(ip, port, self._ipv6Only_, self._reuseAddr_, self._reusePort_)

    def _adopt_(self, descriptor: int) -> None:
        """Adopt an open socket."""
        handle = choose.current().openDatagram(descriptor)
        if isinstance(handle, int):
            raise ERR_INVALID_FD_TYPE(describeDescriptor(descriptor))
        before, self._handle_ = self._running_(), handle
        if not before.hasRef():
            handle.unref()
        before.close()
        self._startReceiving_()
        self.emit("listening")

    def _startReceiving_(self) -> None:
        handle = self._running_()
        handle.onmessage = self._onMessage_
        handle.onreaderror = self._onReadError_
        handle.onsend = self._onSent_
        handle.onclose = self._onHandleClosed_
        status = handle.readStart()
        if status:
            raise errnoException(status, "recvStart")
        self._bindState_ = BindState.BOUND
        if self._recvBufferSize_:
            self._bufferSize_(self._recvBufferSize_, True)
        if self._sendBufferSize_:
            self._bufferSize_(self._sendBufferSize_, False)

    def _whenBound_(self, job: Callable[[], object]) -> None:
        """Run `job` once the socket is bound; drop it if binding fails."""
        if self._waiting_ is None:
            self._waiting_ = _Waiting(self)
        self._waiting_.jobs.append(job)

    # Looking addresses up

    def _find_(self, address: str, found: Callable[[Any, str], None]) -> None:
        """`found(error, ip)` follows: on the next tick for a numeric address, unless the program has its own lookup."""
        if self._lookup_ is not None:
            self._lookup_(address, _FAMILY_NUMBER[self._family_], lambda error, ip=None, family=None: found(error, ip))
        elif isinstance(address, str) and isIP(address):
            self._lastAddress_ = address
            ticks.nextTick(found, None, address)
        else:
            dns.lookup(address, _FAMILY_NUMBER[self._family_], lambda error, ip, family: found(error, ip))

    # Connecting

    def connect(self, port: int, address: Any = None, callback: Callback | None = None) -> None:
        """Set the only peer to send to and receive from; binds first. 'connect' or 'error' follows.

        Args: address: by default this machine; callback: once for 'connect', or for the error.
        Raises: ERR_SOCKET_BAD_PORT, ERR_SOCKET_DGRAM_IS_CONNECTED, ERR_SOCKET_DGRAM_NOT_RUNNING.
        Node: https://nodejs.org/api/dgram.html#socketconnectport-address-callback
        """
        port = validatePort(port, "Port", False)
        if callable(address):
            address, callback = None, address
        if address is not None:
            validateString(address, "address")
        self._running_()
        if self._connectState_ is not ConnectState.DISCONNECTED:
            raise ERR_SOCKET_DGRAM_IS_CONNECTED()
        self._connectState_ = ConnectState.CONNECTING
        if self._bindState_ is BindState.UNBOUND:
            self.bind()
        if self._bindState_ is BindState.BOUND:
            self._startConnect_(port, address, callback)
        else:
            self._whenBound_(lambda: self._startConnect_(port, address, callback))

    def connectSync(self, port: int, address: str | None = None) -> None:
        """Set the peer at once, by a numeric address; binds first. 'connect' comes on the next tick.

        Raises: ERR_SOCKET_BAD_PORT, ERR_INVALID_ARG_VALUE, ERR_SOCKET_DGRAM_IS_CONNECTED, ERR_SOCKET_ALREADY_BOUND
            while `bind` is under way, ERR_SOCKET_DGRAM_NOT_RUNNING, ERR_IP_BLOCKED, and the system's errors.
        Node: https://nodejs.org/api/dgram.html#socketconnectsyncport-address
        """
        self._running_()
        port = validatePort(port, "Port", False)
        if self._connectState_ is not ConnectState.DISCONNECTED:
            raise ERR_SOCKET_DGRAM_IS_CONNECTED()
        if address is not None:
            _requireNumeric(address, "address", "connectSync")
        if self._bindState_ is not BindState.BOUND:
            self.bindSync()
        error = self._connectHandle_(address or _LOOPBACK[self._family_], port, address)
        if error is not None:
            raise error
        self._connectState_ = ConnectState.CONNECTED
        ticks.nextTick(self.emit, "connect")

    def disconnect(self) -> None:
        """Send to and receive from anybody again.

        Raises: ERR_SOCKET_DGRAM_NOT_CONNECTED.
        Node: https://nodejs.org/api/dgram.html#socketdisconnect
        """
        if self._connectState_ is not ConnectState.CONNECTED:
            raise ERR_SOCKET_DGRAM_NOT_CONNECTED()
        self._connectState_ = ConnectState.DISCONNECTED
        status = self._running_().disconnect()
        if status:
            raise errnoException(status, "connect")

    def _startConnect_(self, port: int, address: str | None, callback: Callback | None) -> None:
        if not isTruthy(callback):
            callback = None
        if callback is not None:
            self.once("connect", callback)

        def found(error: Any, ip: str) -> None:
            if self._handle_ is None:
                return
            if error is None:
                error = self._connectHandle_(ip, port, address)
            if error is None:
                self._connectState_ = ConnectState.CONNECTED
                ticks.nextTick(self.emit, "connect")
            else:
                self._connectState_ = ConnectState.DISCONNECTED
                ticks.nextTick(self._connectFailed_, error, callback)

        self._find_(address or _LOOPBACK[self._family_], found)

    def _connectHandle_(self, ip: str, port: int, address: str | None) -> Any:
        """Connect the handle; returns the error, or None."""
        if self._sendBlockList_ is not None and self._sendBlockList_.check(ip, _BLOCKLIST_FAMILY[self._family_]):
            return ERR_IP_BLOCKED(ip)
        status = self._running_().connect(ip, port)
        return exceptionWithHostPort(status, "connect", address or ip, port) if status else None

    def _connectFailed_(self, error: Any, callback: Callback | None) -> None:
        if callback is not None:
            self.removeListener("connect", callback)
            fit(callback, 1)(error)
        else:
            self.emit("error", error)

    # Sending

    def send(
        self,
        msg: Any,
        offset: Any = None,
        length: Any = None,
        port: Any = None,
        address: Any = None,
        callback: Callback | None = None,
    ) -> None:
        """Send a datagram: `send(msg, port, address, callback)`, or with `offset` and `length` after the message.

        A connected socket takes no port and no address. A socket that is not bound is bound first, to any port.

        Args: msg: bytes, text, or a list of these; port: 1 to 65535; address: a name or a numeric address, by
            default this machine; callback: `(error, bytes)`. Without it a name that is not found is an 'error', and
            any other failure is silent.
        Raises: ERR_INVALID_ARG_TYPE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_SOCKET_BAD_PORT, ERR_SOCKET_DGRAM_IS_CONNECTED,
            ERR_SOCKET_DGRAM_NOT_RUNNING.
        Node: https://nodejs.org/api/dgram.html#socketsendmsg-offset-length-port-address-callback
        """
        # The common form first, `send(bytes, port, address, callback)` to where the last one went: nothing to find out
        # and nothing to check. 22 % more echoes of 64 bytes per second of CPU.
        if length == self._lastAddress_ and self._bindState_ is BindState.BOUND and address is None:
            likely = msg.__class__ is bytes and offset.__class__ is int and 0 < offset < 65536
            if likely and (port is None or callable(port)) and self._connectState_ is not ConnectState.CONNECTED:
                ticks.nextTick(self._sendTo_, msg, length, offset, length, port or callback)
                return
        connected = self._connectState_ is ConnectState.CONNECTED
        call = readSend(msg, offset, length, port, address, callback, connected)
        self._running_()
        if self._bindState_ is BindState.BOUND:
            self._sendBound_(call, connected)
            return
        if self._bindState_ is BindState.UNBOUND:
            self.bind()
        self._whenBound_(lambda: self._sendBound_(call, self._connectState_ is ConnectState.CONNECTED))

    def sendto(
        self, buffer: Any, offset: int, length: int, port: int, address: str, callback: Callback | None = None
    ) -> None:
        """`send` with every argument.

        Node: https://nodejs.org/api/dgram.html#socketsendmsg-offset-length-port-address-callback
        """
        for name, value in (("offset", offset), ("length", length), ("port", port)):
            validateNumber(value, name)
        validateString(address, "address")
        self.send(buffer, offset, length, port, address, callback)

    def _sendBound_(self, call: Sending, connected: bool) -> None:
        data, port, address, callback = call
        if connected:
            self._sendTo_(data, None, port, address, callback)
            return

        def found(error: Any, ip: str) -> None:
            if error is not None:
                self._lookupFailed_(error, callback)
            else:
                self._sendTo_(data, ip, port, address, callback)

        self._find_(address or _LOOPBACK[self._family_], found)

    def _sendTo_(self, data: bytes, ip: str | None, port: int, address: str | None, callback: Callback | None) -> None:
        """Hand a datagram to the handle. `address` is what the caller called `ip`: errors show it."""
        handle = self._handle_
        if handle is None:
            return
        if ip and self._sendBlockList_ is not None and self._sendBlockList_.check(ip, _BLOCKLIST_FAMILY[self._family_]):
            _later(callback, ERR_IP_BLOCKED(ip), None)
            return
        status = handle.send(data, ip, port)
        if status == 0:
            if callback is not None:
                ticks.nextTick(fit(callback, 2), None, len(data))
        elif status == PENDING:
            self._pending_.append((callback, len(data), address, port))
        elif callback is not None:
            _later(callback, exceptionWithHostPort(status, "send", address, port), None)

    def _lookupFailed_(self, error: Any, callback: Callback | None) -> None:
        if callback is not None:
            _later(callback, error, None)
        else:
            ticks.nextTick(self.emit, "error", error)

    def _onSent_(self, status: int) -> None:
        callback, size, address, port = self._pending_.popleft()
        if callback is not None:
            error = exceptionWithHostPort(status, "send", address, port) if status else None
            fit(callback, 2)(error, size)

    # Receiving

    def _onMessage_(self, data: bytes, address: str, port: int) -> None:
        family = self._family_
        if self._receiveBlockList_ is not None and self._receiveBlockList_.check(address, _BLOCKLIST_FAMILY[family]):
            return
        self.emit("message", data, remoteInfo(address, family, port, len(data)))

    def _onReadError_(self, status: int) -> None:
        self.emit("error", errnoException(status, "recvmsg"))

    # Addresses

    def address(self) -> AddressInfo:
        """The local address.

        Raises: EBADF when it is not bound, ERR_SOCKET_DGRAM_NOT_RUNNING.
        Node: https://nodejs.org/api/dgram.html#socketaddress
        """
        return _info(self._running_().getsockname(), "getsockname")

    def remoteAddress(self) -> AddressInfo:
        """The address of the peer.

        Raises: ERR_SOCKET_DGRAM_NOT_CONNECTED, ERR_SOCKET_DGRAM_NOT_RUNNING.
        Node: https://nodejs.org/api/dgram.html#socketremoteaddress
        """
        handle = self._running_()
        if self._connectState_ is not ConnectState.CONNECTED:
            raise ERR_SOCKET_DGRAM_NOT_CONNECTED()
        return _info(handle.getpeername(), "getpeername")

    # The end

    def close(self, callback: Callback | None = None) -> Self:
        """Close the socket; 'close' follows. Work waiting for 'listening' is done first.

        Raises: ERR_SOCKET_DGRAM_NOT_RUNNING when it is closed.
        Node: https://nodejs.org/api/dgram.html#socketclosecallback
        """
        if callable(callback):
            self.on("close", callback)
        if self._waiting_ is not None:
            self._waiting_.jobs.append(self.close)
            return self
        handle = self._running_()
        self._handle_ = None
        self._lastAddress_ = _NOBODY
        handle.onclose = self._cutOff_
        handle.close()
        ticks.nextTick(self.emit, "close")
        return self

    def _onHandleClosed_(self) -> None:
        """The loop has ended, and closed what was left."""
        if self._handle_ is not None:
            self.close()

    def _cutOff_(self) -> None:
        """Sends that the kernel never accepted."""
        while self._pending_:
            self._onSent_(CANCELED)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Close, and wait for 'close'. Node: https://nodejs.org/api/dgram.html#socketsymbolasyncdispose"""
        if self._handle_ is None:
            return
        closed: Deferred[None] = Promised()
        self.close(lambda: ticks.queueMicrotask(closed.callback, None))
        await closed


if TYPE_CHECKING:

    @overload
    def createSocket(type: str, callback: Listener2[bytes, RemoteInfo] | None = None, /) -> Socket: ...
    @overload
    def createSocket(
        options: SocketOptions | Bag | None = None,
        callback: Listener2[bytes, RemoteInfo] | None = None,
        /,
        **keywords: Unpack[SocketOptions],
    ) -> Socket: ...


def createSocket(type: Any = None, callback: Callback | None = None, **options: Any) -> Socket:
    """Make a UDP socket.

    Args: type: "udp4", "udp6", or SocketOptions as a mapping or as keywords; callback: for 'message'.
    Raises: ERR_SOCKET_BAD_TYPE, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Example:
        >>> server = dgram.createSocket("udp4", lambda message, sender: print(message, sender.size)).bind(5000)
        >>> client = dgram.createSocket("udp4")
        >>> client.send("hello", 5000)
        >>> await timers.promises.setTimeout(10)
        b'hello' 5

    Node: https://nodejs.org/api/dgram.html#dgramcreatesocketoptions-callback
    """
    return Socket(type, callback, **options)


def _later(callback: Callback | None, error: Any, size: int | None) -> None:
    if callback is not None:
        ticks.nextTick(fit(callback, 2), error, size)


def _info(found: Any, syscall: str) -> AddressInfo:
    if isinstance(found, int):
        raise errnoException(found or -errno.EINVAL, syscall)
    return AddressInfo(found.address, found.family, found.port)


def _bufferOption(bag: Mapping[str, Any], name: str) -> int:
    size: Any = bag.get(name)
    if not isTruthy(size):
        return 0
    validateUint32(size, f"options.{name}")
    return int(size)


def _blockList(bag: Mapping[str, Any], name: str) -> BlockList | None:
    found = bag.get(name)
    if not isTruthy(found):
        return None
    if not BlockList.isBlockList(found):
        raise ERR_INVALID_ARG_TYPE(f"options.{name}", "net.BlockList", found)
    return found


def _requireNumeric(address: Any, name: str, method: str) -> None:
    validateString(address, name)
    if address and not isIP(address):
        reason = f"must be a numeric IP address; {method} does not perform DNS resolution"
        raise ERR_INVALID_ARG_VALUE(name, address, reason)
