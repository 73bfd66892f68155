"""http.Server: listens, turns connections into requests, and times out slow ones.

Follows `http.Server` of Node 26. `connection.py` has what happens on one connection. `ServerBase` is all of it but the
listening, so that `https.Server` can be the same over TLS.

Deadlines (`headersTimeout`, `requestTimeout`) are checked every `connectionsCheckingInterval`, for all
connections at once: a request costs no timer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ... import errors, net
from ...coercion import optionsOf
from ...errors import toText
from ...events import EventEmitter
from ...net.options import ServerOpts
from ...optionbags import check
from ...reactor.loop import host
from ...timers import clearInterval, setInterval
from ...validators import isTruthy, validateBoolean, validateFunction, validateInteger, validateObject, validateOneOf
from ..message.incoming import IncomingMessage, Untouched
from ..wire.limits import MAX_HEADERS
from ..wire.status import STATUS_CODES
from .connection import ServerConnection
from .response import ServerResponse

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ...events.listeners import Listener, Listener0, Listener1, Listener2, Listener3
    from ...net.options import DropArgument
    from ...net.socket import Socket
    from ...optionbags import Bag
    from ...symbols import Symbol

MAX_SAFE_INTEGER = 2**53 - 1
# Defaults, in milliseconds.
REQUEST_TIMEOUT = 300_000
HEADERS_TIMEOUT = 60_000
KEEP_ALIVE_TIMEOUT = 5_000
KEEP_ALIVE_TIMEOUT_BUFFER = 1_000
CONNECTIONS_CHECKING_INTERVAL = 30_000
#: Options that are passed on to net.Server. Node does not pass captureRejections; it has it for all emitters only.
_NET_OPTIONS = (
    "blockList",
    "captureRejections",
    "highWaterMark",
    "keepAlive",
    "keepAliveInitialDelay",
    "pauseOnConnect",
)


class ServerOptions(ServerOpts, total=False):
    """Options of `createServer`; those of `net.createServer` may be among them.

    Also the options of `ServerOpts`.

    Options:
        IncomingMessage: The class of requests; `http.IncomingMessage` by default.
        ServerResponse: The class of responses; `http.ServerResponse` by default.
        connectionsCheckingInterval: Milliseconds between looks at which connections are late; 30,000 by default.
        headersTimeout: Milliseconds for the head of a request; 60,000 by default, at most `requestTimeout`.
        httpValidation: How strictly requests are read: "strict", "relaxed" or "insecure"; strict by default.
        insecureHTTPParser: Read requests that break the rules: `httpValidation` "insecure"; False by default.
        joinDuplicateHeaders: Join repeated headers with ", " instead of dropping them; False by default.
        keepAliveTimeout: Milliseconds that a connection waits for its next request; 5000 by default.
        keepAliveTimeoutBuffer: Milliseconds that it waits longer than it tells the client; 1000 by default.
        maxHeaderSize: Bytes of a request's head at most; 16,384 by default.
        optimizeEmptyRequests: Requests without a body have ended from the beginning; False by default.
        rejectNonStandardBodyWrites: `write` raises where the response may have no body; False by default.
        requestTimeout: Milliseconds for a whole request; 300,000 by default, 0 for no limit.
        requireHostHeader: Answer a request of HTTP/1.1 without Host with 400; True by default.
        shouldUpgradeCallback: `(request)` says whether an upgrade is taken; by default when 'upgrade' has a listener.
        uniqueHeaders: Headers of responses whose values are sent joined by "; "; none by default.
    Node: https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener
    """

    IncomingMessage: type[IncomingMessage]
    ServerResponse: type[ServerResponse]
    connectionsCheckingInterval: float
    headersTimeout: float
    httpValidation: str
    insecureHTTPParser: bool
    joinDuplicateHeaders: bool
    keepAliveTimeout: float
    keepAliveTimeoutBuffer: float
    maxHeaderSize: int
    optimizeEmptyRequests: bool
    rejectNonStandardBodyWrites: bool
    requestTimeout: float
    requireHostHeader: bool
    shouldUpgradeCallback: Callable[[IncomingMessage], bool]
    uniqueHeaders: Iterable[Any]


class ServerBase(EventEmitter):
    """What every http server does, wherever its connections come from."""

    __slots__ = ()
    headersTimeout: float

    def _initHTTP_(self, options: Mapping[str, Any], requestListener: Callable[..., Any] | None) -> None:
        """Set the options and the listener."""
        self._httpConnections_: dict[ServerConnection, None] = {}
        self._checking_: Any = None
        #: Milliseconds of silence after which a socket is given up; 0 for never.
        #: Node: https://nodejs.org/api/http.html#servertimeout
        self.timeout: float = 0
        #: Headers per request, 0 for any number, None for 1000.
        #: Node: https://nodejs.org/api/http.html#servermaxheaderscount
        self.maxHeadersCount: int | None = None
        #: Requests per connection, 0 for any number. Node: https://nodejs.org/api/http.html#servermaxrequestspersocket
        self.maxRequestsPerSocket: int | None = 0
        #: Answer a client that has ended its side.
        self.httpAllowHalfOpen = False
        self._takeClasses_(options)
        self._takeLimits_(options)
        self._takeTimes_(options)
        self._takeFlags_(options)
        if requestListener is not None:
            self.on("request", requestListener)

    def _takeClasses_(self, options: Mapping[str, Any]) -> None:
        self._IncomingMessage_: Any = options.get("IncomingMessage") or Untouched
        self._ServerResponse_: Any = options.get("ServerResponse") or ServerResponse
        self._plainAssign_ = getattr(self._ServerResponse_, "assignSocket", None) is ServerResponse.assignSocket

    def _takeLimits_(self, options: Mapping[str, Any]) -> None:
        size = options.get("maxHeaderSize")
        if size is not None:
            validateInteger(size, "maxHeaderSize", 0)
        #: Bytes of a request's head; None for 16 KiB.
        self.maxHeaderSize: int | None = size
        lenient = options.get("insecureHTTPParser")
        if lenient is not None:
            validateBoolean(lenient, "options.insecureHTTPParser")
        self.insecureHTTPParser: bool | None = lenient
        validation = options.get("httpValidation")
        if validation is not None:
            validateOneOf(validation, "options.httpValidation", ["strict", "relaxed", "insecure"])
            if lenient is not None:
                raise errors.ERR_INVALID_ARG_VALUE(
                    "options.httpValidation", validation, "cannot be used together with options.insecureHTTPParser"
                )
        self.httpValidation: str | None = validation
        self._validation_ = "insecure" if lenient else validation or "strict"
        self._lenientHeaders_ = self._validation_ != "strict"

    def _takeTimes_(self, options: Mapping[str, Any]) -> None:
        #: Milliseconds for a whole request. Node: https://nodejs.org/api/http.html#serverrequesttimeout
        self.requestTimeout: float = _time(options, "requestTimeout", REQUEST_TIMEOUT)
        #: Milliseconds for the head of a request. Node: https://nodejs.org/api/http.html#serverheaderstimeout
        self.headersTimeout = _time(options, "headersTimeout", min(HEADERS_TIMEOUT, self.requestTimeout))
        if options.get("headersTimeout") is None and not self.requestTimeout:
            self.headersTimeout = HEADERS_TIMEOUT
        if 0 < self.requestTimeout < self.headersTimeout:
            raise errors.ERR_OUT_OF_RANGE("headersTimeout", "<= requestTimeout", self.headersTimeout)
        #: Milliseconds that an idle connection is kept. Node: https://nodejs.org/api/http.html#serverkeepalivetimeout
        self.keepAliveTimeout: float = _time(options, "keepAliveTimeout", KEEP_ALIVE_TIMEOUT)
        #: Milliseconds more than the clients are told.
        #: Node: https://nodejs.org/api/http.html#serverkeepalivetimeoutbuffer
        self.keepAliveTimeoutBuffer: float = _time(options, "keepAliveTimeoutBuffer", KEEP_ALIVE_TIMEOUT_BUFFER)
        self.connectionsCheckingInterval: float = _time(
            options, "connectionsCheckingInterval", CONNECTIONS_CHECKING_INTERVAL
        )

    def _takeFlags_(self, options: Mapping[str, Any]) -> None:
        self._requireHostHeader_ = _flag(options, "requireHostHeader", True)
        self.requireHostHeader: bool = self._requireHostHeader_
        self.joinDuplicateHeaders: bool = _flag(options, "joinDuplicateHeaders", False)
        self.rejectNonStandardBodyWrites: bool = _flag(options, "rejectNonStandardBodyWrites", False)
        self._optimizeEmptyRequests_ = _flag(options, "optimizeEmptyRequests", False)
        callback = options.get("shouldUpgradeCallback")
        if callback is not None:
            validateFunction(callback, "options.shouldUpgradeCallback")
        #: Called with a request for another protocol; False treats it as an ordinary request.
        self.shouldUpgradeCallback: Callable[[IncomingMessage], object] = callback or self._wantsUpgrades_
        unique = options.get("uniqueHeaders")
        self._uniqueHeaders_ = _uniqueNames(unique) if isinstance(unique, (list, tuple)) else None
        self._responseOptions_: dict[str, Any] | None = None
        mark = options.get("highWaterMark")
        if mark is not None or self.rejectNonStandardBodyWrites:
            self._responseOptions_ = {
                "highWaterMark": mark,
                "rejectNonStandardBodyWrites": self.rejectNonStandardBodyWrites,
            }
        # Checked once per request instead of each setting.
        self._rareOptions_ = bool(
            self._uniqueHeaders_ or self._lenientHeaders_ or self._optimizeEmptyRequests_ or self.joinDuplicateHeaders
        )

    def _wantsUpgrades_(self, req: IncomingMessage) -> bool:
        return bool(self.listenerCount("upgrade"))

    def _headerLimit_(self) -> int:
        count = self.maxHeadersCount
        return MAX_HEADERS if count is None else count

    # -- connections

    def _onHTTPConnection_(self, socket: Any) -> None:
        if self.timeout and hasattr(socket, "setTimeout"):  # else it is a Duplex that is no socket
            socket.setTimeout(self.timeout)
        if getattr(socket, "server", None) is None:
            socket.server = self
        self._httpConnections_[ServerConnection(self, socket)] = None

    def captureRejection(self, error: BaseException, eventName: Any, *args: Any) -> None:
        """A coroutine listener failed (with captureRejections): its request gets a 500 response, or is cut off."""
        if eventName != "request":
            listening: Any = super()  # net's
            listening.captureRejection(error, eventName, *args)
            return
        self._answerFault_(args[1])

    def _answerFault_(self, res: Any) -> None:
        if res.headersSent or res.writableEnded:
            res.destroy()
            return
        for name in res.getHeaderNames():
            res.removeHeader(name)
        res.statusCode = 500
        res.end(STATUS_CODES[500])

    def _startChecking_(self) -> None:
        if self._checking_ is None:
            self._checking_ = setInterval(self._checkConnections_, self.connectionsCheckingInterval)
            self._checking_.unref()

    def _checkConnections_(self) -> None:
        headers, request = self.headersTimeout, self.requestTimeout
        if not headers and not request:
            return
        now = host.current().now()
        for connection in [each for each in self._httpConnections_ if each.isLate(now, headers, request)]:
            connection.refuseLate()

    def closeAllConnections(self) -> None:
        """Destroy every connection, including those with a request in progress.

        Node: https://nodejs.org/api/http.html#servercloseallconnections
        """
        for connection in list(self._httpConnections_):
            if connection.socket is not None:
                connection.socket.destroy()

    def closeIdleConnections(self) -> None:
        """Destroy the connections without a request in progress.

        Node: https://nodejs.org/api/http.html#servercloseidleconnections
        """
        for connection in [each for each in self._httpConnections_ if each.isIdle()]:
            if connection.socket is not None:
                connection.socket.destroy()

    def _beforeClose_(self) -> None:
        self.closeIdleConnections()
        if self._checking_ is not None:
            clearInterval(self._checking_)
            self._checking_ = None

    def setTimeout(self, msecs: float | Callable[..., Any] = 0, callback: Callable[..., Any] | None = None) -> Any:
        """Set `timeout`, the silence after which a socket is given up, for connections that come from now on.

        Args:
            msecs: milliseconds, 0 switches it off.
            callback: a listener of 'timeout'; with one, sockets are not destroyed by the server.
        Returns: the server.
        Node: https://nodejs.org/api/http.html#serversettimeoutmsecs-callback
        """
        if callable(msecs):
            callback = msecs
            self.timeout = 0
        else:
            self.timeout = msecs
        if callback is not None and isTruthy(callback):
            self.on("timeout", callback)
        return self


class Server(ServerBase, net.Server):
    """An http server.

    Args:
        options: ServerOptions as a mapping or as keywords; may be left out.
        requestListener: a listener of 'request'.
    Emits:
        request: req, res.
        connection: socket.
        checkContinue, checkExpectation: req, res, in place of 'request' when the request has an Expect header.
        clientError: exception, socket. Without a listener the client gets 400, 408, 413 or 431.
        connect, upgrade: req, socket, head. Without a listener of 'connect' the socket is destroyed.
        dropRequest: req, socket, over maxRequestsPerSocket.
        timeout: socket.
        close, listening, error, drop: as net.Server.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_INVALID_ARG_VALUE.
    Node: https://nodejs.org/api/http.html#class-httpserver
    """

    __events__: dict[str, tuple[str, ...]] = {
        **net.Server.__events__,
        "checkContinue": ("request: IncomingMessage", "response: ServerResponse"),
        "checkExpectation": ("request: IncomingMessage", "response: ServerResponse"),
        "clientError": ("exception: Any", "socket: Socket"),
        "connect": ("request: IncomingMessage", "socket: Socket", "head: bytes"),
        "connection": ("socket: Socket",),
        "dropRequest": ("request: IncomingMessage", "socket: Socket"),
        "request": ("request: IncomingMessage", "response: ServerResponse"),
        "timeout": ("socket: Socket",),
        "upgrade": ("req: IncomingMessage", "stream: Socket", "head: bytes"),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "close",
            "connection",
            "drop",
            "error",
            "listening",
            "checkContinue",
            "checkExpectation",
            "clientError",
            "connect",
            "dropRequest",
            "request",
            "timeout",
            "upgrade",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Socket])
        _F3 = TypeVar("_F3", bound=Listener1[DropArgument])
        _F4 = TypeVar("_F4", bound=Listener1[Any])
        _F5 = TypeVar("_F5", bound=Listener2[IncomingMessage, ServerResponse])
        _F6 = TypeVar("_F6", bound=Listener2[Any, Socket])
        _F7 = TypeVar("_F7", bound=Listener3[IncomingMessage, Socket, bytes])
        _F8 = TypeVar("_F8", bound=Listener2[IncomingMessage, Socket])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close", "listening"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["connection", "timeout"], listener: Listener1[Socket]) -> Self: ...
        @overload
        def on(self, eventName: Literal["drop"], listener: Listener1[DropArgument]) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["checkContinue"], listener: Listener2[IncomingMessage, ServerResponse]
        ) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["checkExpectation"], listener: Listener2[IncomingMessage, ServerResponse]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["request"], listener: Listener2[IncomingMessage, ServerResponse]) -> Self: ...
        @overload
        def on(self, eventName: Literal["clientError"], listener: Listener2[Any, Socket]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["connect", "upgrade"], listener: Listener3[IncomingMessage, Socket, bytes]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["dropRequest"], listener: Listener2[IncomingMessage, Socket]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close", "listening"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["connection", "timeout"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["drop"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F4], _F4]: ...
        @overload
        def on(self, eventName: Literal["checkContinue", "checkExpectation", "request"]) -> Callable[[_F5], _F5]: ...
        @overload
        def on(self, eventName: Literal["clientError"]) -> Callable[[_F6], _F6]: ...
        @overload
        def on(self, eventName: Literal["connect", "upgrade"]) -> Callable[[_F7], _F7]: ...
        @overload
        def on(self, eventName: Literal["dropRequest"]) -> Callable[[_F8], _F8]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    _applicationProtocols_ = (b"http/1.1",)

    if TYPE_CHECKING:

        @overload
        def __init__(
            self,
            options: ServerOptions | Bag | None = None,
            requestListener: Listener2[IncomingMessage, ServerResponse] | None = None,
            /,
            **keywords: Unpack[ServerOptions],
        ) -> None: ...
        @overload
        def __init__(
            self,
            requestListener: Listener2[IncomingMessage, ServerResponse],
            /,
            **keywords: Unpack[ServerOptions],
        ) -> None: ...

    def __init__(self, *args: Any, **keywords: Any) -> None:
        check(ServerOptions, args and args[0], keywords)
        options, requestListener = serverArguments(args, keywords)
        netOptions = {"allowHalfOpen": True, "noDelay": options.get("noDelay", True)}
        for name in _NET_OPTIONS:
            if options.get(name) is not None:
                netOptions[name] = options[name]
        net.Server.__init__(self, netOptions)
        self._initHTTP_(options, requestListener)
        self.on("connection", self._onHTTPConnection_)
        self.on("listening", self._startChecking_)

    def close(self, callback: Callable[..., Any] | None = None) -> Any:
        """Stop accepting and destroy idle connections; 'close' comes when the others are done.

        Args: callback: as of net.Server.
        Returns: the server.
        Node: https://nodejs.org/api/http.html#serverclosecallback
        """
        self._beforeClose_()
        return net.Server.close(self, callback)


if TYPE_CHECKING:

    @overload
    def createServer(
        options: ServerOptions | Bag | None = None,
        requestListener: Listener2[IncomingMessage, ServerResponse] | None = None,
        /,
        **keywords: Unpack[ServerOptions],
    ) -> Server: ...
    @overload
    def createServer(
        requestListener: Listener2[IncomingMessage, ServerResponse], /, **keywords: Unpack[ServerOptions]
    ) -> Server: ...


def createServer(*args: Any, **keywords: Any) -> Server:
    """Make a Server: `createServer([options][, requestListener])`.

    Args: options: ServerOptions, as a mapping or as keywords; requestListener: a listener for 'request', called with an
        IncomingMessage and a ServerResponse; it may be a coroutine function.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE.
    Example:
        >>> server = http.createServer(lambda request, response: response.end("hello"), keepAliveTimeout=1000)
        >>> server = server.listen(8000)
        >>> response = await fetch("http://localhost:8000/")
        >>> await response.text()
        'hello'

    Node: https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener
    """
    return Server(*args, **keywords)


def serverArguments(args: Any, keywords: Mapping[str, Any]) -> tuple[dict[str, Any], Callable[..., Any] | None]:
    """Options and listener, in whatever form they were given."""
    options = args[0] if args else None
    listener = args[1] if len(args) > 1 else None
    if callable(options) and not isinstance(options, Mapping):
        options, listener = None, options
    if options is not None:
        validateObject(options, "options")
    if not isTruthy(listener):
        listener = None
    else:
        validateFunction(listener, "listener")
    return optionsOf(options, keywords), listener


def _time(options: Mapping[str, Any], name: str, default: float) -> float:
    value = options.get(name)
    if value is None:
        return default
    validateInteger(value, name, 0)
    result: float = value
    return result


def _flag(options: Mapping[str, Any], name: str, default: bool) -> bool:
    value = options.get(name)
    if value is None:
        return default
    validateBoolean(value, f"options.{name}")
    return bool(value)


def _uniqueNames(names: Iterable[Any]) -> frozenset[str]:
    """The option `uniqueHeaders`: names, or lists of a name and a separator."""
    return frozenset(toText(each[0] if isinstance(each, (list, tuple)) and each else each).lower() for each in names)
