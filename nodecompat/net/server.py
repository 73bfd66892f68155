"""Server: accepts TCP or Unix domain connections, and those of Twisted endpoints.

Follows lib/net.js of Node 26 by behaviour. Differs: `exclusive` has no effect, because there is no cluster; a Twisted
endpoint may be listened on; `asFactory()` serves connections that Twisted accepts; the option `takeOver` of listen
replaces a socket file that nobody listens on.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..errors import (
    ERR_INVALID_ARG_VALUE,
    ERR_SERVER_ALREADY_LISTEN,
    ERR_SERVER_NOT_RUNNING,
    errnoException,
    uvExceptionWithHostPort,
)
from ..events import EventEmitter, addAbortListener
from ..reactor import choose
from ..reactor.handle import PENDING, Address
from ..reactor.loop.ticks import nextTick, queueMicrotask
from ..validators import (
    validateAbortSignal,
    validateFunction,
    validateInteger,
    validateNumber,
    validateObject,
    validateString,
)
from .address import isIP
from .arguments import listenArguments
from .blocklist import BlockList
from .bound import BoundSocket
from .channels import listenEnd, listenError, listenStart, serverSocket
from .checks import checkBlockList
from .connection import toInfo
from .options import AddressInfo, DropArgument, ServerOpts, isBag, merge
from .socket import SOCKET_STREAM_OPTIONS, Socket
from .states import BINDING, CLOSED, IDLE, LISTENING, SERVER_MOVES, SERVER_NAMES

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..reactor.handle import ServerHandle, StreamHandle

#: Connections that the kernel keeps for us until they are accepted.
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
    Node: net.html#class-netserver
    """

    __slots__ = (
        "_abandonSignal",
        "_connections",
        "_handle",
        "_isUnref",
        "_listenId",
        "_path",
        "_portsClosing",
        "_socketOptions",
        "_state",
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
    __events__ = {
        **EventEmitter.__events__,
        "close": (),
        "connection": ("socket",),
        "drop": ("data",),
        "error": ("err",),
        "listening": (),
    }

    #: More connections than this are closed at once, with 'drop'; None: no limit. Node: net.html#servermaxconnections
    maxConnections: int | None
    #: Of no effect: it is about workers of a cluster. Node: net.html#serverdropmaxconnection
    dropMaxConnection: bool
    #: What a connection becomes.
    _socketClass = Socket
    #: What an endpoint with TLS may agree on with the client.
    _applicationProtocols: tuple[bytes, ...] = ()

    def __init__(
        self,
        options: ServerOpts | Mapping[str, Any] | Callable[..., Any] | None = None,
        connectionListener: Callable[..., Any] | None = None,
        **keywords: Any,
    ) -> None:
        if callable(options) and not isBag(options):
            options, connectionListener = None, options
        if options is not None:
            validateObject(options, "options")
        given = merge(options, keywords)
        EventEmitter.__init__(self, captureRejections=given.get("captureRejections"))
        if connectionListener is not None:
            self.on("connection", connectionListener)
        self._state = IDLE
        self._handle: Any = None
        self._connections = 0
        self._listenId = 0
        self._path: str | None = None
        self._portsClosing = 0
        self._isUnref = False
        self._abandonSignal: Any = None
        self.maxConnections = None
        self.dropMaxConnection = False
        self._takeOptions(given)

    def _takeOptions(self, given: Mapping[str, Any]) -> None:
        self.allowHalfOpen = bool(given.get("allowHalfOpen"))
        self.pauseOnConnect = bool(given.get("pauseOnConnect"))
        self.noDelay = bool(given.get("noDelay"))
        self.keepAlive = bool(given.get("keepAlive"))
        delay = given.get("keepAliveInitialDelay")
        if delay is not None:
            validateNumber(delay, "options.keepAliveInitialDelay")
        self.keepAliveInitialDelay = max(delay or 0, 0)
        mark = given.get("highWaterMark")
        if mark is not None:
            validateNumber(mark, "options.highWaterMark")
        self.highWaterMark: int | None = int(mark) if mark is not None and mark >= 0 else None
        self.blockList: BlockList | None = None
        if given.get("blockList") is not None:
            self.blockList = checkBlockList(given["blockList"])
        limit = given.get("maxWritableLength")
        if limit is not None:
            validateInteger(limit, "options.maxWritableLength", 0)
        self._socketOptions: dict[str, Any] = {
            **SOCKET_STREAM_OPTIONS,
            "allowHalfOpen": self.allowHalfOpen,
            "highWaterMark": self.highWaterMark,
            "pauseOnCreate": self.pauseOnConnect,
            "maxWritableLength": limit,
        }

    def _move(self, to: int) -> None:
        assert to in SERVER_MOVES[self._state], f"server: {SERVER_NAMES[self._state]} -> {SERVER_NAMES[to]}"
        self._state = to

    # -- listen

    @property
    def listening(self) -> bool:
        """True while connections are accepted. Node: net.html#serverlistening"""
        return self._state == LISTENING

    def listen(self, *args: Any, **keywords: Any) -> Self:
        """Begin to accept connections.

        Args: `([port[, host]][, backlog])`, `(path[, backlog])`, `(handle[, backlog])`, `(endpoint)`, or ListenOptions
            as a mapping or as keywords, then a listener for 'listening'. Without host both families are listened on.
            An endpoint is an IStreamServerEndpoint or the description of one, such as
            "systemd:domain=INET:index=0"; see `net/arguments.py` for which texts are descriptions.
        Returns: the server.
        Emits: listening; error.
        Raises: ERR_SERVER_ALREADY_LISTEN, ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE, ERR_SOCKET_BAD_PORT,
            ERR_SOCKET_HANDLE_ADOPTED.
        Node: net.html#serverlisten
        """
        if self._handle is not None:
            raise ERR_SERVER_ALREADY_LISTEN()
        options, listener = listenArguments(args, keywords)
        if listenStart.hasSubscribers:
            shown = {name: value for name, value in options.items() if name != "backlog" or value}
            listenStart.publish({"server": self, "options": shown})
        self._checkListen(options)
        if listener is not None:
            self.once("listening", listener)
        self._move(BINDING)
        self._listenId += 1
        self._obey(options.get("signal"))
        self._startListen(options)
        return self

    def _checkListen(self, options: Mapping[str, Any]) -> None:
        validateAbortSignal(options.get("signal"), "options.signal")
        if options.get("host"):
            validateString(options["host"], "hostname")

    def _startListen(self, options: Mapping[str, Any]) -> None:
        backlog = options["backlog"]
        if options.get("endpoint") is not None:
            self._listenOn(choose.serverFromEndpoint(options["endpoint"], self._applicationProtocols), backlog)
        elif options.get("handle") is not None:
            self._listenOn(_toHandle(options["handle"]), backlog)
        elif options.get("fd") is not None:
            self._listenOnDescriptor(int(options["fd"]), backlog)
        elif options.get("port") is None:
            self._listenOnPath(options, backlog)
        elif options.get("host"):
            self._lookUp(options, backlog)
        else:
            self._listenOnPort(None, options, backlog)

    def _obey(self, signal: Any) -> None:
        if signal is None:
            return
        if signal.aborted:
            nextTick(self.close)
        else:
            self._abandonSignal = addAbortListener(signal, self._onAbort)

    def _onAbort(self, event: Any = None) -> None:
        self.close()

    def _lookUp(self, options: Mapping[str, Any], backlog: int) -> None:
        host = options["host"]
        if isIP(host):
            # Node asks its resolver even then; it only makes 'listening' later.
            self._listenOnPort(host, options, backlog)
            return
        from ..dns import lookup

        current = self._listenId

        def answered(error: BaseException | None, addresses: Any) -> None:
            if self._state != BINDING or self._listenId != current:
                return
            if error is not None:
                self._move(IDLE)
                self.emit("error", error)
                return
            address = next((each["address"] for each in addresses if not _isLinkLocal(each["address"])), host)
            self._listenOnPort(address, options, backlog)

        lookup(host, {"all": True}, answered)

    def _listenOnPort(self, host: str | None, options: Mapping[str, Any], backlog: int) -> None:
        # Without host: both families by one socket, or IPv4 alone where there is no IPv6.
        address = "::" if host is None else host
        status = self._tryPort(address, options, backlog, bool(options.get("ipv6Only")))
        if status < 0 and host is None and status != -errno.EADDRINUSE:
            address = "0.0.0.0"
            status = self._tryPort(address, options, backlog, False)
        if status < 0:
            self._giveUp(status, address, options["port"])

    def _tryPort(self, address: str, options: Mapping[str, Any], backlog: int, ipv6Only: bool) -> int:
        handle = choose.current().tcpServer()
        status = handle.bind(address, options["port"], ipv6Only, bool(options.get("reusePort")))
        return self._tryHandle(handle, status, backlog)

    def _listenOnPath(self, options: Mapping[str, Any], backlog: int) -> None:
        path = options["path"]
        handle = choose.current().pipeServer()
        self._path = path
        status = self._tryHandle(handle, handle.bind(path, 0), backlog)
        if status == -errno.EADDRINUSE and options.get("takeOver"):
            self._takeOver(options, backlog)
        elif status < 0:
            self._giveUp(status, path, -1)
        else:
            self._openToAll(options)

    def _openToAll(self, options: Mapping[str, Any]) -> None:
        """The options readableAll and writableAll: who may connect to the path."""
        mode = (_FOR_READING if options.get("readableAll") else 0) | (_FOR_WRITING if options.get("writableAll") else 0)
        if not mode:
            return
        status = self._handle.fchmod(mode)
        if status:
            self._drop()
            raise errnoException(status, "uv_pipe_chmod")

    def _takeOver(self, options: Mapping[str, Any], backlog: int) -> None:
        """Remove a socket file that nobody listens on any more, and listen; else the path is in use."""
        path, listenId = options["path"], self._listenId
        probe = choose.current().pipe()

        def onConnect(status: int) -> None:
            probe.close()
            if self._state != BINDING or self._listenId != listenId:
                return
            if status == -errno.ECONNREFUSED and _removeSocketFile(path):
                self._listenOnPath({**options, "takeOver": False}, backlog)
            else:
                self._giveUp(-errno.EADDRINUSE, path, -1)

        probe.onconnect = onConnect
        status = probe.connect(path, 0)
        if status:
            onConnect(status)

    def _listenOnDescriptor(self, descriptor: int, backlog: int) -> None:
        handle = choose.current().openServer(descriptor)
        status = -errno.EINVAL if isinstance(handle, int) else self._tryHandle(handle, 0, backlog)
        if status < 0:
            self._giveUp(status)

    def _listenOn(self, handle: ServerHandle, backlog: int) -> None:
        status = self._tryHandle(handle, 0, backlog)
        if status < 0:
            self._giveUp(status)

    def _tryHandle(self, handle: ServerHandle, status: int, backlog: int) -> int:
        """Listen on a handle whose `bind` gave `status`. It becomes the server's, or is closed: then -errno."""
        if not status:
            handle.onconnection = self._onConnection
            status = handle.listen(backlog or BACKLOG)
        if status < 0:
            handle.close()
            return status
        self._handle = handle
        if self._isUnref:
            handle.unref()
        if status == PENDING:
            handle.onlisten = self._onListen
        else:
            self._move(LISTENING)
            nextTick(self._emitListening, self._listenId)
        return status

    def _onListen(self, status: int) -> None:
        """The endpoint has opened its port, or could not."""
        handle = self._handle
        handle.onlisten = None
        if status:
            self._handle = None
            handle.close()
            self._giveUp(status)
        else:
            self._move(LISTENING)
            self._emitListening(self._listenId)

    def _giveUp(self, status: int, address: str | None = None, port: int | None = None) -> None:
        nextTick(self._listenFailed, self._listenId, uvExceptionWithHostPort(status, "listen", address, port))

    def _listenFailed(self, listenId: int, error: BaseException) -> None:
        if self._state == BINDING and listenId == self._listenId:
            self._move(IDLE)
        if listenError.hasSubscribers:
            listenError.publish({"server": self, "error": error})
        self.emit("error", error)

    def _emitListening(self, listenId: int) -> None:
        if self._state == LISTENING and listenId == self._listenId:
            if listenEnd.hasSubscribers:
                listenEnd.publish({"server": self})
            self.emit("listening")

    def address(self) -> AddressInfo | str | None:
        """Where the server listens: AddressInfo, or the path; None when it does not listen.

        Raises: the system's error.
        Node: net.html#serveraddress
        """
        if self._state != LISTENING:
            return None
        found = self._handle.getsockname()
        if isinstance(found, int):
            raise errnoException(found, "address")
        if found.family == "pipe":
            return self._path or str(found.address)
        return AddressInfo(found.address, found.family, found.port)

    # -- connections

    def _onConnection(self, status: int, handle: StreamHandle | None) -> None:
        if handle is None:
            self.emit("error", errnoException(status, "accept"))
            return
        if self.maxConnections is not None and self._connections >= self.maxConnections:
            self._turnAway(handle)
            return
        if self.blockList is not None and self._isBlocked(handle):
            handle.close()
            return
        socket = self._makeSocket(handle)
        self._connections += 1
        socket.server = self
        self.emit("connection", socket)
        if serverSocket.hasSubscribers:
            serverSocket.publish({"socket": socket})

    def _makeSocket(self, handle: StreamHandle) -> Socket:
        socket = self._socketClass._accepted(handle, self._socketOptions)
        if self.noDelay:
            socket.setNoDelay(True)
        if self.keepAlive:
            socket.setKeepAlive(True, self.keepAliveInitialDelay)
        return socket

    def _turnAway(self, handle: StreamHandle) -> None:
        local, remote = toInfo(handle.getsockname()), toInfo(handle.getpeername())
        handle.close()
        self.emit("drop", DropArgument(*_parts(local), *_parts(remote)))

    def _isBlocked(self, handle: StreamHandle) -> bool:
        peer = handle.getpeername()
        assert self.blockList is not None
        return isinstance(peer, Address) and self.blockList.check(peer.address, f"ipv{isIP(peer.address)}")

    def _onSocketGone(self) -> None:
        """A connection of ours was destroyed."""
        self._connections -= 1
        if not self._connections:
            self._closeIfDrained()

    @property
    def connections(self) -> int:
        """How many connections there are. Node has removed it at run time: use `getConnections`."""
        return self._connections

    def getConnections(self, callback: Callable[..., Any]) -> Self:
        """Tell how many connections there are: `callback(error, count)`.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: net.html#servergetconnectionscallback
        """
        validateFunction(callback, "callback")
        nextTick(callback, None, self._connections)
        return self

    def asFactory(self) -> Any:
        """A Twisted protocol factory whose connections are this server's, for endpoints and services.

        'listening' and 'close' are then the business of whoever listens; `listen()` may be called beside it.
        """
        return choose.protocolFactory(self._onConnection, self._applicationProtocols)

    # -- close

    def close(self, callback: Callable[..., Any] | None = None) -> Self:
        """Accept no more; connections stay, and 'close' comes after the last.

        Args: callback: called on 'close', with ERR_SERVER_NOT_RUNNING when the server did not listen.
        Returns: the server.
        Emits: close.
        Node: net.html#serverclosecallback
        """
        if callable(callback):
            self.once("close", callback if self._handle is not None else partial(_notRunning, callback))
        if self._abandonSignal is not None:
            self._abandonSignal.dispose()
            self._abandonSignal = None
        self._drop()
        self._closeIfDrained()
        return self

    def _retire(self, done: Callable[[], object]) -> None:
        """Accept those whom the kernel has connected already and nobody after them, then call back.

        A `close` that follows resets nobody; without it, it resets those who wait to be accepted, as in Node.
        """
        handle = self._handle
        if handle is not None:
            handle.onretired = done
            if not handle.retire():
                return
            handle.onretired = None
        nextTick(done)

    def _drop(self) -> None:
        handle, self._handle = self._handle, None
        if self._state in (BINDING, LISTENING):
            self._move(CLOSED)
        if handle is not None:
            if getattr(handle, "closesLater", False):
                # 'close' promises that the address is free: a Twisted port takes its time for that.
                self._portsClosing += 1
                handle.onclose = self._onPortClosed
            handle.close()

    def _onPortClosed(self) -> None:
        self._portsClosing -= 1
        self._closeIfDrained()

    def _closeIfDrained(self) -> None:
        if self._handle is None and not self._connections and not self._portsClosing:
            nextTick(self.emit, "close")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Close the server and wait for 'close'. Node: net.html#serversymbolasyncdispose"""
        if self._handle is None:
            return
        closed: Deferred[None] = Deferred()
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
        """Let the server keep the program alive, which is the default. Node: net.html#serverref"""
        self._isUnref = False
        if self._handle is not None:
            self._handle.ref()
        return self

    def unref(self) -> Self:
        """Do not let the server keep the program alive. Node: net.html#serverunref"""
        self._isUnref = True
        if self._handle is not None:
            self._handle.unref()
        return self


def _toHandle(handle: Any) -> Any:
    """The server handle behind what was given as `handle`."""
    if isinstance(handle, BoundSocket):
        return handle._adoptAsServer()
    found = getattr(handle, "_handle", None) or handle
    if not hasattr(found, "onconnection"):
        raise ERR_INVALID_ARG_VALUE("options", {"handle": handle})
    return found


def _parts(end: AddressInfo | None) -> tuple[Any, Any, Any]:
    return (None, None, None) if end is None else (end.address, end.port, end.family)


def _notRunning(callback: Callable[..., Any]) -> None:
    callback(ERR_SERVER_NOT_RUNNING())


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


def createServer(
    options: ServerOpts | Mapping[str, Any] | Callable[..., Any] | None = None,
    connectionListener: Callable[..., Any] | None = None,
    **keywords: Any,
) -> Server:
    """Make a Server.

    Args: options: ServerOpts, as a mapping or as keywords; connectionListener: a listener for 'connection'.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: net.html#netcreateserveroptions-connectionlistener
    """
    return Server(options, connectionListener, **keywords)
