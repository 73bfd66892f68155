"""Server: accepts TCP or Unix domain connections, and those of Twisted endpoints.

Follows lib/net.js of Node 26 by behaviour. Differs: a Twisted endpoint may be listened on; `asFactory()` serves
connections that Twisted accepts; the option `takeOver` of listen replaces a stale socket file.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..coercion import PRIMITIVES
from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_SERVER_ALREADY_LISTEN,
    ERR_SERVER_NOT_RUNNING,
    errnoException,
    exceptionWithHostPort,
    uvExceptionWithHostPort,
)
from ..events import EventEmitter, addAbortListener, fit
from ..ip import isIP
from ..optionbags import check
from ..reactor import choose
from ..reactor.handle import PENDING, Address
from ..reactor.loop.places import here
from ..reactor.loop.promised import Promised
from ..reactor.loop.ticks import nextTick, queueMicrotask
from ..validators import (
    MAX_SAFE_INTEGER,
    isTruthy,
    validateAbortSignal,
    validateFunction,
    validateInteger,
    validateNumber,
    validateString,
)
from . import secured
from .arguments import checkPort, isHandle, listenArguments, toPath
from .blocklist import BlockList
from .bound import BoundSocket
from .channels import listenEnd, listenError, listenStart, serverSocket
from .checks import checkBlockList
from .options import AddressInfo, DropArgument, ListenOptions, ServerOpts, isBag, merge, toInfo
from .shown import serverText
from .socket import SOCKET_STREAM_OPTIONS, Socket
from .states import BINDING, CLOSED, IDLE, LISTENING, SERVER_MOVES, SERVER_NAMES

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ..events.listeners import Listener, Listener0, Listener1, Listener2
    from ..optionbags import Bag
    from ..reactor.handle import ServerHandle, StreamHandle
    from ..symbols import Symbol
    from .arguments import ServerEndpoint

#: The kernel's queue of connections to accept.
BACKLOG = 511
#: `fchmod` of a pipe's handle: who may connect.
_FOR_READING = 1
_FOR_WRITING = 2


class Server(EventEmitter):
    """Accepts connections.

    Args:
        options: ServerOpts, as a mapping or as keywords.
        connectionListener: a listener for 'connection'.
    Emits: close, connection(socket), drop(data), error(err), listening.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/net.html#class-netserver
    """

    __slots__ = (
        "_abandonSignal_",
        "_connections",
        "_description_",
        "_handle",
        "_isUnref_",
        "_listenId_",
        "_path_",
        "_portsClosing_",
        "_socketOptions_",
        "_state_",
        "allowHalfOpen",
        "blockList",
        "dropMaxConnection",
        "highWaterMark",
        "keepAlive",
        "keepAliveInitialDelay",
        "maxConnections",
        "noDelay",
        "pauseOnConnect",
    )
    keepAliveInitialDelay: float
    __events__: dict[str, tuple[str, ...]] = {
        **EventEmitter.__events__,
        "close": (),
        "connection": ("socket: Socket",),
        "drop": ("data: DropArgument",),
        "error": ("err: Any",),
        "listening": (),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "close", "connection", "drop", "error", "listening"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Socket])
        _F3 = TypeVar("_F3", bound=Listener1[DropArgument])
        _F4 = TypeVar("_F4", bound=Listener1[Any])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close", "listening"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["connection"], listener: Listener1[Socket]) -> Self: ...
        @overload
        def on(self, eventName: Literal["drop"], listener: Listener1[DropArgument]) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close", "listening"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["connection"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["drop"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F4], _F4]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    #: More connections than this are closed at once, with 'drop'; None: no limit.
    #: Node: https://nodejs.org/api/net.html#servermaxconnections
    maxConnections: int | None
    #: Of no effect: a worker of a cluster takes what it is given. Node: https://nodejs.org/api/net.html#serverdropmaxconnection
    dropMaxConnection: bool
    #: The class of connections.
    _socketClass_ = Socket
    #: The ALPN protocols of an endpoint with TLS.
    _applicationProtocols_: tuple[bytes, ...] = ()

    if TYPE_CHECKING:

        @overload
        def __init__(
            self,
            options: ServerOpts | Bag | None = None,
            connectionListener: Listener1[Socket] | None = None,
            **keywords: Unpack[ServerOpts],
        ) -> None: ...
        @overload
        def __init__(self, connectionListener: Listener1[Socket], /, **keywords: Unpack[ServerOpts]) -> None: ...

    def __init__(self, options: Any = None, connectionListener: Any = None, **keywords: Any) -> None:
        check(ServerOpts, options, keywords)
        if callable(options) and not isBag(options):
            options, connectionListener = None, options
        if isinstance(options, PRIMITIVES):
            raise ERR_INVALID_ARG_TYPE("options", "Object", options)
        given = merge(options, keywords)
        captures: Any = given.get("captureRejections")
        EventEmitter.__init__(self, captureRejections=captures)
        if callable(connectionListener):
            self.on("connection", connectionListener)
        self._state_ = IDLE
        self._handle: Any = None
        self._connections = 0
        self._listenId_ = 0
        self._description_: str | None = None  # of the endpoint
        self._path_: str | None = None
        self._portsClosing_ = 0
        self._isUnref_ = False
        self._abandonSignal_: Any = None
        self.maxConnections = None
        self.dropMaxConnection = False
        self._takeOptions_(given)

    def _takeOptions_(self, given: Mapping[str, Any]) -> None:
        self.allowHalfOpen: bool = isTruthy(given.get("allowHalfOpen"))
        self.pauseOnConnect: bool = isTruthy(given.get("pauseOnConnect"))
        self.noDelay: bool = isTruthy(given.get("noDelay"))
        self.keepAlive: bool = isTruthy(given.get("keepAlive"))
        delay = given.get("keepAliveInitialDelay")
        if delay is not None:
            validateNumber(delay, "options.keepAliveInitialDelay")
        self.keepAliveInitialDelay = max(delay or 0, 0)
        mark = given.get("highWaterMark")
        if mark is not None:
            validateNumber(mark, "options.highWaterMark")
        # No limit is the largest count.
        self.highWaterMark: int | None = int(min(mark, MAX_SAFE_INTEGER)) if mark is not None and mark >= 0 else None
        self.blockList: BlockList | None = None
        if isTruthy(given.get("blockList")):
            self.blockList = checkBlockList(given["blockList"])
        limit = given.get("maxWritableLength")
        if limit is not None:
            validateInteger(limit, "options.maxWritableLength", 0)
        self._socketOptions_: dict[str, Any] = {
            **SOCKET_STREAM_OPTIONS,
            "allowHalfOpen": self.allowHalfOpen,
            "highWaterMark": self.highWaterMark,
            "pauseOnCreate": self.pauseOnConnect,
            "maxWritableLength": limit,
        }

    def _move_(self, to: int) -> None:
        assert to in SERVER_MOVES[self._state_], f"server: {SERVER_NAMES[self._state_]} -> {SERVER_NAMES[to]}"
        self._state_ = to

    # -- listen

    @property
    def listening(self) -> bool:
        """True while connections are accepted. Node: https://nodejs.org/api/net.html#serverlistening"""
        return self._state_ == LISTENING

    if TYPE_CHECKING:

        @overload
        def listen(
            self,
            port: int | str = ...,
            hostname: str | None = ...,
            backlog: int = ...,
            listeningListener: Listener0 | None = None,
            /,
            **keywords: Unpack[ListenOptions],
        ) -> Self: ...
        @overload
        def listen(
            self,
            port: int | str,
            hostname: str,
            listeningListener: Listener0 | None = None,
            /,
            **keywords: Unpack[ListenOptions],
        ) -> Self: ...
        @overload
        def listen(
            self,
            path: int | str | ServerEndpoint | BoundSocket,
            backlog: int,
            listeningListener: Listener0 | None = None,
            /,
            **keywords: Unpack[ListenOptions],
        ) -> Self: ...
        @overload
        def listen(
            self,
            options: ListenOptions | Bag | AddressInfo | ServerEndpoint | BoundSocket | int | str,
            listeningListener: Listener0 | None = None,
            /,
            **keywords: Unpack[ListenOptions],
        ) -> Self: ...
        @overload
        def listen(self, listeningListener: Listener0 | None = None, /, **keywords: Unpack[ListenOptions]) -> Self: ...

    def listen(self, *args: Any, **keywords: Any) -> Self:
        """Start accepting connections.

        Args: `([port[, host]][, backlog])`, `(path[, backlog])`, `(handle[, backlog])`, `(endpoint)`, or ListenOptions
            as a mapping or as keywords, then a listener for 'listening'. Without host both families are listened on.
            An endpoint is an IStreamServerEndpoint or the description of one, such as
            "systemd:domain=INET:index=0"; see `net/arguments.py` for which texts are descriptions.
        Returns: the server.
        Emits: listening; error.
        Raises: ERR_SERVER_ALREADY_LISTEN, ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE, ERR_SOCKET_BAD_PORT,
            ERR_SOCKET_HANDLE_ADOPTED.
        Example:
            >>> server = net.createServer(pauseOnConnect=True)
            >>> await events.once(server.listen(port=8000, host="127.0.0.1", backlog=100), "listening")
            []
            >>> server.address()
            AddressInfo(address='127.0.0.1', family='IPv4', port=8000)

        Node: https://nodejs.org/api/net.html#serverlisten
        """
        if self._handle is not None:
            raise ERR_SERVER_ALREADY_LISTEN()
        check(ListenOptions, args and args[0], keywords)
        options, listener = listenArguments(args, keywords)
        self._begun_ = here()
        if listenStart.hasSubscribers:
            shown = {name: value for name, value in options.items() if name != "backlog" or value}
            listenStart.publish({"server": self, "options": shown})
        self._checkListen_(options)
        if listener is not None:
            self.once("listening", listener)
        self._move_(BINDING)
        self._listenId_ += 1
        self._obey_(options.get("signal"))
        self._startListen_(options)
        return self

    def _checkListen_(self, options: Mapping[str, Any]) -> None:
        validateAbortSignal(options.get("signal"), "options.signal")
        if isTruthy(options.get("host")):
            validateString(options["host"], "hostname")

    def _startListen_(self, options: Mapping[str, Any]) -> None:
        backlog = options["backlog"]
        if options.get("endpoint") is not None:
            self._listenOn_(self._endpointHandle_(options["endpoint"]), backlog, options["endpoint"])
        elif options.get("handle") is not None:
            self._listenOn_(_toHandle(options["handle"]), backlog)
        elif options.get("fd") is not None:
            self._listenOnDescriptor_(int(options["fd"]), backlog)
        elif options.get("port") is None:
            self._listenOnPath_(options, backlog)
        elif isTruthy(options.get("host")):
            self._lookUp_(options, backlog)
        else:
            self._listenOnPort_(None, options, backlog)

    def _obey_(self, signal: Any) -> None:
        if signal is None:
            return
        if signal.aborted:
            nextTick(self.close)
        else:
            self._abandonSignal_ = addAbortListener(signal, self._onAbort_)

    def _onAbort_(self, event: Any = None) -> None:
        self.close()

    def _lookUp_(self, options: Mapping[str, Any], backlog: int) -> None:
        # Of an address as well, as in Node: the server listens a tick later then.
        from ..dns import lookup

        current = self._listenId_

        def answered(error: BaseException | None, addresses: Any) -> None:
            if self._state_ != BINDING or self._listenId_ != current:
                return
            if error is not None:
                self._move_(IDLE)
                self.emit("error", error)
                return
            found = [each["address"] for each in addresses]
            self._listenOnPort_(next((each for each in found if not _isLinkLocal(each)), found[0]), options, backlog)

        lookup(options["host"], {"all": True}, answered)

    def _listenOnPort_(self, host: str | None, options: Mapping[str, Any], backlog: int) -> None:
        # Without a host: one socket for both families, or IPv4 only where there is no IPv6.
        address = "::" if host is None else host
        factory = _factoryFor(options)
        handle = factory.anywhereServer() if host is None else factory.tcpServer()
        status = self._tryPort_(handle, address, options, backlog, bool(options.get("ipv6Only")))
        if status < 0 and host is None and status != -errno.EADDRINUSE:
            address = "0.0.0.0"
            status = self._tryPort_(factory.tcpServer(), address, options, backlog, False)
        if status < 0:
            self._giveUp_(status, address, options["port"])

    def _tryPort_(
        self, handle: ServerHandle, address: str, options: Mapping[str, Any], backlog: int, ipv6Only: bool
    ) -> int:
        status = handle.bind(address, options["port"], ipv6Only, bool(options.get("reusePort")))
        return self._tryHandle_(handle, status, backlog)

    def _listenOnPath_(self, options: Mapping[str, Any], backlog: int) -> None:
        path = toPath(options["path"])
        handle = _factoryFor(options).pipeServer()
        self._path_ = path
        status = self._tryHandle_(handle, handle.bind(path, 0), backlog)
        if status == -errno.EADDRINUSE and options.get("takeOver"):
            self._takeOver_(options, backlog)
        elif status < 0:
            self._giveUp_(status, path, -1)
        else:
            self._openToAll_(options)

    def _openToAll_(self, options: Mapping[str, Any]) -> None:
        """The options readableAll and writableAll: who may connect to the path."""
        mode = (_FOR_READING if options.get("readableAll") else 0) | (_FOR_WRITING if options.get("writableAll") else 0)
        if not mode:
            return
        status = self._handle.fchmod(mode)
        if status:
            self._drop_()
            raise errnoException(status, "uv_pipe_chmod")

    def _takeOver_(self, options: Mapping[str, Any], backlog: int) -> None:
        """Remove a stale socket file, and listen; else the path is in use."""
        path, listenId = options["path"], self._listenId_
        probe = choose.current().pipe()

        def onConnect(status: int) -> None:
            probe.close()
            if self._state_ != BINDING or self._listenId_ != listenId:
                return
            if status == -errno.ECONNREFUSED and _removeSocketFile(path):
                self._listenOnPath_({**options, "takeOver": False}, backlog)
            else:
                self._giveUp_(-errno.EADDRINUSE, path, -1)

        probe.onconnect = onConnect
        status = probe.connect(path, 0)
        if status:
            onConnect(status)

    def _listenOnDescriptor_(self, descriptor: int, backlog: int) -> None:
        factory: Any = choose.current()
        # In a worker of a cluster it is the primary's descriptor.
        handle = getattr(factory, "sharedServer", factory.openServer)(descriptor)
        status = -errno.EINVAL if isinstance(handle, int) else self._tryHandle_(handle, 0, backlog)
        if status < 0:
            self._giveUp_(status)

    def _endpointHandle_(self, endpoint: Any) -> ServerHandle:
        if secured.isSecured(endpoint):
            return secured.listening(endpoint, self._applicationProtocols_)
        if isinstance(endpoint, str):
            checkPort(endpoint, 0)
        return choose.serverFromEndpoint(endpoint, self._applicationProtocols_)

    def _listenOn_(self, handle: ServerHandle, backlog: int, endpoint: Any = None) -> None:
        self._description_ = endpoint if isinstance(endpoint, str) else None
        status = self._tryHandle_(handle, 0, backlog)
        if status < 0:
            self._giveUp_(status, self._description_)

    def _tryHandle_(self, handle: ServerHandle, status: int, backlog: int) -> int:
        """Listen on a handle whose `bind` returned `status`. Adopts the handle, or closes it and returns -errno."""
        if not status:
            handle.onconnection = self._onConnection_
            status = handle.listen(backlog or BACKLOG)
        if status < 0:
            handle.close()
            return status
        self._handle = handle
        handle.onclose = self._onHandleClosed_
        if self._isUnref_:
            handle.unref()
        if status == PENDING:
            handle.onlisten = self._onListen_
        else:
            self._move_(LISTENING)
            nextTick(self._emitListening_, self._listenId_)
        return status

    def _onListen_(self, status: int) -> None:
        """The endpoint has opened its port, or failed to."""
        handle = self._handle
        handle.onlisten = None
        if status:
            self._handle = None
            handle.close()
            wanted = getattr(handle, "wanted", None)
            if wanted is None:
                self._giveUp_(status, self._description_)
            else:  # in a worker of a cluster: the primary could not bind
                error = exceptionWithHostPort(status, "bind", wanted[0], wanted[1], nowhere="null")
                nextTick(self._listenFailed_, self._listenId_, error)
        else:
            self._move_(LISTENING)
            self._emitListening_(self._listenId_)

    def _giveUp_(self, status: int, address: str | None = None, port: int | None = None) -> None:
        nextTick(self._listenFailed_, self._listenId_, uvExceptionWithHostPort(status, "listen", address, port))

    def _listenFailed_(self, listenId: int, error: BaseException) -> None:
        if self._state_ == BINDING and listenId == self._listenId_:
            self._move_(IDLE)
        if listenError.hasSubscribers:
            listenError.publish({"server": self, "error": error})
        self.emit("error", error)

    def _emitListening_(self, listenId: int) -> None:
        if self._state_ == LISTENING and listenId == self._listenId_:
            if listenEnd.hasSubscribers:
                listenEnd.publish({"server": self})
            self.emit("listening")

    def address(self) -> AddressInfo | str | None:
        """The listening address: AddressInfo or the path; None when not listening.

        Raises: the system's error.
        Node: https://nodejs.org/api/net.html#serveraddress
        """
        if self._state_ != LISTENING:
            return None
        found = self._handle.getsockname()
        if isinstance(found, int):
            raise errnoException(found, "address")
        if found.family == "pipe":
            return self._path_ or str(found.address)
        return AddressInfo(found.address, found.family, found.port)

    # -- connections

    def _onConnection_(self, status: int, handle: StreamHandle | None) -> None:
        if handle is None:
            self.emit("error", errnoException(status, "accept"))
            return
        if self.maxConnections is not None and self._connections >= self.maxConnections:
            self._turnAway_(handle)
            return
        if self.blockList is not None and self._isBlocked_(handle):
            handle.close()
            return
        self._admit_(handle)

    def _admit_(self, handle: StreamHandle) -> None:
        socket = self._socketClass_._accepted_(handle, self._socketOptions_)
        self._own_(socket)
        self.emit("connection", socket)
        if serverSocket.hasSubscribers:
            serverSocket.publish({"socket": socket})

    def _own_(self, socket: Socket) -> None:
        """It is one of our connections."""
        if self.noDelay:
            socket.setNoDelay(True)
        if self.keepAlive:
            socket.setKeepAlive(True, self.keepAliveInitialDelay)
        if not socket.destroyed:  # by a reset on its way here, from a cluster's primary: it would count for ever
            self._connections += 1
            socket.server = socket._acceptedBy_ = self

    def _turnAway_(self, handle: StreamHandle) -> None:
        local, remote = toInfo(handle.getsockname()), toInfo(handle.getpeername())
        handle.close()
        self.emit("drop", DropArgument(*_parts(local), *_parts(remote)))

    def _isBlocked_(self, handle: StreamHandle) -> bool:
        peer = handle.getpeername()
        assert self.blockList is not None
        return isinstance(peer, Address) and self.blockList.check(peer.address, f"ipv{isIP(peer.address)}")

    def _onSocketGone_(self) -> None:
        """One of our connections was destroyed."""
        self._connections -= 1
        if not self._connections:
            self._closeIfDrained_()

    @property
    def connections(self) -> int:
        """The number of open connections. Deprecated in Node: use `getConnections`."""
        return self._connections

    def getConnections(self, callback: Listener2[BaseException | None, int]) -> Self:
        """Report the number of open connections: `callback(error, count)`.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/net.html#servergetconnectionscallback
        """
        validateFunction(callback, "callback")
        nextTick(fit(callback, 2), None, self._connections)
        return self

    def asFactory(self) -> Any:
        """A Twisted protocol factory whose connections are this server's, for endpoints and services.

        'listening' and 'close' are then up to the code that listens; `listen()` may be used as well.
        """
        return choose.protocolFactory(self._onConnection_, self._applicationProtocols_)

    # -- close

    def close(self, callback: Listener1[BaseException | None] | None = None) -> Self:
        """Stop accepting. Connections stay open; 'close' comes after the last has ended.

        Args: callback: called on 'close', with ERR_SERVER_NOT_RUNNING when the server did not listen.
        Returns: the server.
        Emits: close.
        Example:
            >>> server = net.createServer().listen(8000)
            >>> await events.once(server.close(), "close")
            []
            >>> server.listening
            False

        Node: https://nodejs.org/api/net.html#serverclosecallback
        """
        if callable(callback):
            onClose: Listener0 = partial(_notRunning, callback) if self._handle is None else callback  # type: ignore[assignment]
            self.once("close", onClose)
        if self._abandonSignal_ is not None:
            self._abandonSignal_.dispose()
            self._abandonSignal_ = None
        self._drop_()
        self._closeIfDrained_()
        return self

    def _retire_(self, done: Callable[[], object]) -> None:
        """Accept the connections already in the backlog and no more, then call back.

        A later `close` resets nothing; without this, it resets connections waiting to be accepted, as in Node.
        """
        handle = self._handle
        if handle is not None:
            handle.onretired = done
            if not handle.retire():
                return
            handle.onretired = None
        nextTick(done)

    def _drop_(self) -> None:
        handle, self._handle = self._handle, None
        if self._state_ in (BINDING, LISTENING):
            self._move_(CLOSED)
        if handle is not None:
            if getattr(handle, "closesLater", False):
                # 'close' promises that the address is free: a Twisted port takes a while.
                self._portsClosing_ += 1
                handle.onclose = self._onPortClosed_
            else:
                handle.onclose = None
            handle.close()

    def _onHandleClosed_(self) -> None:
        """The loop has ended, and closed what was left."""
        self.close()

    def _onPortClosed_(self) -> None:
        self._portsClosing_ -= 1
        self._closeIfDrained_()

    def _closeIfDrained_(self) -> None:
        if self._handle is None and not self._connections and not self._portsClosing_:
            nextTick(self.emit, "close")

    def __repr__(self) -> str:
        try:
            return serverText(self)
        except Exception:  # half made, or its descriptor is gone
            return object.__repr__(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Close the server and wait for 'close'. Node: https://nodejs.org/api/net.html#serversymbolasyncdispose"""
        if self._handle is None:
            return
        closed: Deferred[None] = Promised()
        self.close(lambda error=None: queueMicrotask(_settle, closed, error))
        await closed

    def captureRejection(self, error: BaseException, eventName: Any, *args: Any) -> None:
        """A coroutine listener failed (with captureRejections): of 'connection', the connection has failed."""
        if eventName == "connection" and args:
            args[0].destroy(error)
        else:
            self.emit("error", error)

    # -- ref

    def ref(self) -> Self:
        """Let the server keep the program alive, which is the default.

        Node: https://nodejs.org/api/net.html#serverref
        """
        self._isUnref_ = False
        if self._handle is not None:
            self._handle.ref()
        return self

    def unref(self) -> Self:
        """Do not let the server keep the program alive. Node: https://nodejs.org/api/net.html#serverunref"""
        self._isUnref_ = True
        if self._handle is not None:
            self._handle.unref()
        return self


def _factoryFor(options: Mapping[str, Any]) -> Any:
    """Who makes the handle of a port: in a worker of a cluster it is shared, unless it shall not be."""
    factory = choose.current()
    isOwn = isTruthy(options.get("exclusive")) or isTruthy(options.get("reusePort"))
    return getattr(factory, "exclusive", factory) if isOwn else factory


def _toHandle(handle: Any) -> Any:
    """The server handle behind the given `handle`."""
    if isinstance(handle, BoundSocket):
        return handle._adoptAsServer_()
    found = getattr(handle, "_handle", None) or handle
    if not isHandle(found):
        raise ERR_INVALID_ARG_VALUE("options", {"handle": handle})
    return found


def _parts(end: AddressInfo | None) -> tuple[Any, Any, Any]:
    return (None, None, None) if end is None else (end.address, end.port, end.family)


def _notRunning(callback: Callable[..., Any]) -> None:
    fit(callback, 1)(ERR_SERVER_NOT_RUNNING())


def _settle(closed: Deferred[None], error: BaseException | None) -> None:
    if error is None:
        closed.callback(None)
    else:
        closed.errback(error)


def _removeSocketFile(path: str) -> bool:
    try:
        # Never a file of another kind, which refuses a connection just the same.
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            return False
        os.unlink(path)
    except OSError:
        return False
    return True


def _isLinkLocal(address: str) -> bool:
    return address.lower().startswith(("fe8", "fe9", "fea", "feb")) and ":" in address


if TYPE_CHECKING:

    @overload
    def createServer(
        options: ServerOpts | Bag | None = None,
        connectionListener: Listener1[Socket] | None = None,
        **keywords: Unpack[ServerOpts],
    ) -> Server: ...
    @overload
    def createServer(connectionListener: Listener1[Socket], /, **keywords: Unpack[ServerOpts]) -> Server: ...


def createServer(options: Any = None, connectionListener: Any = None, **keywords: Any) -> Server:
    """Make a Server.

    Args: options: ServerOpts, as a mapping or as keywords; connectionListener: a listener for 'connection'.
    Raises: ERR_INVALID_ARG_TYPE.
    Example:
        >>> server = net.createServer(lambda socket: socket.end("hello")).listen(8000)
        >>> client = net.connect(8000)
        >>> await events.once(client, "data")
        [b'hello']

    Node: https://nodejs.org/api/net.html#netcreateserveroptions-connectionlistener
    """
    return Server(options, connectionListener, **keywords)
