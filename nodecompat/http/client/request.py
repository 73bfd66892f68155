"""http.request and http.ClientRequest.

Follows `http.ClientRequest` of Node 26. A request is an OutgoingMessage that gets its socket from an agent (or makes
one) and gets its response on the same connection: `connection.py` reads it and decides what happens to the
socket.

    created ──agent──> waiting ──onSocket──> 'socket' ──> sent ('finish') ──> 'response' ──end──> 'close'
                          │                    └── information, continue, upgrade, connect ──┘
                          └── destroyed, refused ──> 'error' ──> 'close'

Differs: options may be keyword arguments, headers also a list of pairs; a body behind a GET (or any method that
usually has none) without Content-Length is sent as Node sends it, but the connection is not used again.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

from ... import errors, net
from ...diagnostics_channel import channel
from ...events import addAbortListener
from ...optionbags import check
from ...reactor.loop import ticks
from ...reactor.loop.places import here
from ...records import OpenRecord
from ...stream import finished
from ...timers import Timeout, setTimeout
from ...timers.timeout import timerDuration
from ...validators import isTruthy, validateAbortSignal, validateBoolean, validateInteger, validateOneOf
from ..message.head import pairsOf
from ..message.incoming import IncomingMessage
from ..message.outgoing import OutgoingMessage
from ..wire.headers import checkValue, hasBadPathChar, isToken
from .arguments import agentOf, checkHost, currentAgent, hostHeader, lowered, readArguments, userBytes
from .connection import connectionOf, emitRequestError, setSocketTimeout
from .options import RequestOptions
from .proxied import absolutePath, proxyOf, sendThrough

if TYPE_CHECKING:
    from typing import Literal, overload

    from typing_extensions import Self, Unpack

    from ...events.listeners import Listener, Listener0, Listener1, Listener2, Listener3
    from ...net.socket import Socket
    from ...optionbags import Bag
    from ...stream.core.readable import Readable
    from ...symbols import Symbol
    from ...url.whatwg import URL
    from .connection import ClientConnection, InformationEvent

#: Methods whose requests usually have no body: nothing is said about its length unless the program does.
BODILESS = frozenset(("GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"))

#: Methods of requests that have the same effect when the server gets them twice (RFC 9110, 9.2.2).
IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"))

#: The options of a plain request; everything else is looked at only when it is there.
_PLAIN_OPTIONS = frozenset(
    (
        *("agent", "hash", "headers", "host", "hostname", "href", "method", "path", "pathname", "port", "protocol"),
        *("search", "_defaultAgent"),
        # What only an agent looks at, that of https.
        *("ca", "cert", "ciphers", "key", "maxVersion", "minVersion", "passphrase", "pfx", "rejectUnauthorized"),
        "servername",
    )
)

_Self = TypeVar("_Self", bound="ClientRequest")
_created = channel("http.client.request.created")
_started = channel("http.client.request.start")


class ClientRequest(OutgoingMessage):
    """A request to a server.

    Args:
        input: a URL as text or object, or the options.
        options: RequestOptions (`help(http.RequestOptions)`), as a mapping or as keywords.
        callback: a listener of 'response'.
    Emits:
        socket: socket.
        information: info, for each 1xx but 101; continue: for 100.
        response: response. Without a listener the response is read and dropped.
        connect: response, socket, head, for the answer to CONNECT.
        upgrade: response, socket, head, for 101.
        timeout: the connection is idle for `timeout`; nothing else happens by itself.
        abort, error, finish, close.
    Raises:
        ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_HTTP_TOKEN, ERR_INVALID_PROTOCOL, ERR_INVALID_URL,
        ERR_UNESCAPED_CHARACTERS, ERR_OUT_OF_RANGE, and what `setHeader` raises.
    Node: https://nodejs.org/api/http.html#class-httpclientrequest
    """

    __slots__ = (
        "_abortListener_",
        "_agentOptions_",
        "_awaitTimer_",
        "_connection_",
        "_ended",
        "_failure_",
        "_hasFailed_",
        "_hasTimeout_",
        "_isAwaiting_",
        "_lateIdle_",
        "_ownParser_",
        "_path_",
        "_poolOptions_",
        "_timeoutArmed_",
        "aborted",
        "agent",
        "host",
        "httpValidation",
        "insecureHTTPParser",
        "joinDuplicateHeaders",
        "maxHeaderSize",
        "maxHeadersCount",
        "method",
        "parser",
        "protocol",
        "res",
        "reusedSocket",
        "socketPath",
        "timeout",
        "upgradeOrConnect",
    )

    aborted: bool
    method: str
    reusedSocket: bool
    outputSize: int
    outputData: list[tuple[bytes, Callable[..., object] | None]]
    agent: Any
    socket: Any
    __events__: dict[str, tuple[str, ...]] = {
        **OutgoingMessage.__events__,
        "abort": (),
        "connect": ("response: IncomingMessage", "socket: Socket", "head: bytes"),
        "continue": (),
        "information": ("info: InformationEvent",),
        "response": ("response: IncomingMessage",),
        "socket": ("socket: Socket",),
        "timeout": (),
        "upgrade": ("response: IncomingMessage", "stream: Socket", "head: bytes"),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "prefinish",
            "finish",
            "drain",
            "timeout",
            "error",
            "close",
            "pipe",
            "socket",
            "unpipe",
            "abort",
            "connect",
            "continue",
            "information",
            "response",
            "upgrade",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener1[Readable])
        _F4 = TypeVar("_F4", bound=Listener1[Socket])
        _F5 = TypeVar("_F5", bound=Listener3[IncomingMessage, Socket, bytes])
        _F6 = TypeVar("_F6", bound=Listener1[InformationEvent])
        _F7 = TypeVar("_F7", bound=Listener1[IncomingMessage])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["prefinish", "finish", "drain", "timeout", "close", "abort"], listener: Listener0
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["continue"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"], listener: Listener1[Readable]) -> Self: ...
        @overload
        def on(self, eventName: Literal["socket"], listener: Listener1[Socket]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["connect", "upgrade"], listener: Listener3[IncomingMessage, Socket, bytes]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["information"], listener: Listener1[InformationEvent]) -> Self: ...
        @overload
        def on(self, eventName: Literal["response"], listener: Listener1[IncomingMessage]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(
            self, eventName: Literal["prefinish", "finish", "drain", "timeout", "close", "abort", "continue"]
        ) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["socket"]) -> Callable[[_F4], _F4]: ...
        @overload
        def on(self, eventName: Literal["connect", "upgrade"]) -> Callable[[_F5], _F5]: ...
        @overload
        def on(self, eventName: Literal["information"]) -> Callable[[_F6], _F6]: ...
        @overload
        def on(self, eventName: Literal["response"]) -> Callable[[_F7], _F7]: ...
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
        def __init__(
            self,
            url: str | URL,
            options: RequestOptions | Bag | None = None,
            callback: Listener1[IncomingMessage] | None = None,
            /,
            **keywords: Unpack[RequestOptions],
        ) -> None: ...
        @overload
        def __init__(
            self, url: str | URL, callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]
        ) -> None: ...
        @overload
        def __init__(
            self,
            options: RequestOptions | Bag | None = None,
            callback: Listener1[IncomingMessage] | None = None,
            /,
            **keywords: Unpack[RequestOptions],
        ) -> None: ...
        @overload
        def __init__(self, callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]) -> None: ...

    def __init__(self, input: Any = None, options: Any = None, callback: Any = None, /, **keywords: Any) -> None:
        OutgoingMessage.__init__(self)
        self._begun_ = here()
        opts, callback = readArguments(input, options, callback, keywords)
        isPlain = _PLAIN_OPTIONS.issuperset(opts)
        self._setDefaults_()
        defaultAgent = opts.get("_defaultAgent") or currentAgent()
        agent = self.agent = agentOf(opts, defaultAgent)
        self._takeTarget_(opts, defaultAgent)
        if not isPlain:
            kind = getattr(agent or defaultAgent, "_requestOptions_", RequestOptions)
            check(kind, opts, keywords)
            self._takeOptions_(opts)
        method = opts.get("method")
        if method is None:
            self.method, self.useChunkedEncodingByDefault = "GET", False
        else:
            self._takeMethod_(method)
        if callback is not None and (callable(callback) or isTruthy(callback)):
            # There is one 'response' at most, so `on` does what Node's `once` does and costs half.
            self.on("response", callback)
        if agent is not None and not (getattr(agent, "keepAlive", False) or getattr(agent, "maxSockets", inf) != inf):
            self._last = True
            self.shouldKeepAlive = False
        if isPlain and agent is not None and getattr(agent, "_proxy_", None) is None:
            self._takePlainHeaders_(opts)
        else:
            self._takeHeaders_(opts)
        if agent is not None:
            agent.addRequest(self, opts)
        else:
            self._last = True
            self.shouldKeepAlive = False
            self._connect_(opts)
        if _created.hasSubscribers:
            _created.publish({"request": self})

    def __repr__(self) -> str:
        """`<ClientRequest GET http://localhost:8000/path, answered with 200>`."""
        name = type(self).__name__
        try:
            state = "destroyed" if self.destroyed else "sent" if self.writableFinished else "not sent"
            if self.res is not None:
                state = f"answered with {self.res.statusCode}"
            return f"<{name} {self.method} {urlOf(self)}, {state}>"
        except AttributeError:  # half made
            return f"<{name}>"

    def _setDefaults_(self) -> None:
        self._abortListener_: Any = None
        self._agentOptions_: Mapping[str, Any] | None = None
        self._awaitTimer_: Timeout | None = None
        self._connection_: ClientConnection | None = None
        self._ended = False
        self._failure_: BaseException | None = None
        #: Its one 'error' was emitted.
        self._hasFailed_ = False
        #: None until there is a limit; False when 'timeout' was told, which is done once.
        self._timeoutArmed_: bool | None = None
        #: With which options the agent looks for its socket; None when somebody else does.
        self._poolOptions_: Mapping[str, Any] | None = None
        self.aborted = False
        self.maxHeadersCount: int | None = None
        #: The parser of the response, while there is one.
        self.parser: Any = None
        #: The response, once its head has come.
        self.res: IncomingMessage | None = None
        #: True when the socket has served another request before and was idle since.
        self.reusedSocket = False
        self.timeout: float | None = None
        #: It has a time limit of its own, which the socket loses with it.
        self._hasTimeout_ = False
        #: `createConnection` was called and is pending.
        self._isAwaiting_ = False
        #: The listener of a limit that was set when the socket was there already.
        self._lateIdle_: Callable[[], None] | None = None
        self.upgradeOrConnect: bool = False
        self.maxHeaderSize: int | None = None
        self.insecureHTTPParser: bool | None = None
        self.httpValidation: str | None = None
        self.joinDuplicateHeaders: bool | None = None
        self.socketPath: str | None = None
        #: It needs its own parser: other limits, or a lenient one.
        self._ownParser_ = False

    # -- the options, in Node's order

    def _takeTarget_(self, opts: dict[str, Any], defaultAgent: Any) -> None:
        """Path, protocol, host and port; fills in what is missing for the agent."""
        agent, get = self.agent, opts.get
        path = get("path")
        # What most requests give, or do not give, is tested first.
        if path is not None and (path.__class__ is str or isTruthy(path)):
            if type(path) is not str:
                path = errors.toText(path)
            if hasBadPathChar(path):
                raise errors.ERR_UNESCAPED_CHARACTERS("Request path")
        self._path_: str = path or "/"
        expected = getattr(agent, "protocol", None) or defaultAgent.protocol
        protocol = get("protocol")
        protocol = protocol if protocol is not None and isTruthy(protocol) else defaultAgent.protocol
        if protocol != expected:
            raise errors.ERR_INVALID_PROTOCOL(protocol, expected)
        self.protocol: str = protocol
        defaultPort = get("defaultPort") or getattr(agent, "defaultPort", None)
        opts["defaultPort"] = defaultPort
        port = get("port")
        isGiven = port is not None and ((port.__class__ is int and port) or isTruthy(port))
        self._port_ = opts["port"] = port if isGiven else defaultPort or 80
        name, host = get("hostname"), get("host")
        if name is not None or type(host) is not str or "\0" in host:
            host = (checkHost(name, "hostname") if name is not None else None) or checkHost(host, "host")
        self.host: str = host or "localhost"
        opts["host"] = self.host

    def _takeOptions_(self, opts: dict[str, Any]) -> None:
        get = opts.get
        if get("setDefaultHeaders") is False:
            self._removedConnection = self._removedContLen = self._removedTE = True
        if get("timeout") is not None:
            self.timeout = timerDuration(opts["timeout"], "timeout")
        signal = opts.pop("signal", None)
        if isTruthy(signal):
            self._listenToSignal_(signal)
        path: Any = get("socketPath")
        self.socketPath = path if isTruthy(path) else None
        self.maxHeaderSize = get("maxHeaderSize")
        if self.maxHeaderSize is not None:
            validateInteger(self.maxHeaderSize, "maxHeaderSize", 0)
        self._takeParserOptions_(get)
        self._ownParser_ = bool(self._lenient_ or self.maxHeaderSize)

    def _takeMethod_(self, method: Any) -> None:
        if not isinstance(method, str):
            raise errors.ERR_INVALID_ARG_TYPE("options.method", "string", method)
        if not method:
            self.method = "GET"
            self.useChunkedEncodingByDefault = False
            return
        if not isToken(method):
            raise errors.ERR_INVALID_HTTP_TOKEN("Method", method)
        self.method = method.upper()
        self.useChunkedEncodingByDefault: bool = self.method not in BODILESS

    def _takeParserOptions_(self, get: Callable[[str], Any]) -> None:
        self.insecureHTTPParser = get("insecureHTTPParser")
        self.httpValidation = get("httpValidation")
        self.joinDuplicateHeaders = get("joinDuplicateHeaders")
        if self.insecureHTTPParser is not None:
            validateBoolean(self.insecureHTTPParser, "options.insecureHTTPParser")
            self._lenient_ = self.insecureHTTPParser
        if self.httpValidation is not None:
            validateOneOf(self.httpValidation, "options.httpValidation", ["strict", "relaxed", "insecure"])
            if self.insecureHTTPParser is not None:
                reason = "cannot be used together with options.insecureHTTPParser"
                raise errors.ERR_INVALID_ARG_VALUE("options.httpValidation", self.httpValidation, reason)
            self._lenient_ = self.httpValidation != "strict"
        if self.joinDuplicateHeaders is not None:
            validateBoolean(self.joinDuplicateHeaders, "options.joinDuplicateHeaders")

    def _takeHeaders_(self, opts: dict[str, Any]) -> None:
        """Set the headers that were given and those that every request has."""
        headers = opts.get("headers")
        proxy = proxyOf(self.agent, self.protocol, opts)
        if isinstance(headers, (list, tuple)):  # as they are, without Host
            if proxy is not None:
                self._path_ = absolutePath(self, opts)
            self._storeHeader(f"{self.method} {self._path_} HTTP/1.1\r\n", headers)
            self._takeUnique_(opts)
            return
        if isTruthy(headers):
            for name, value in pairsOf(headers):
                if name == "host" and value is not None and isTruthy(value) and not isinstance(value, str):
                    raise errors.ERR_INVALID_ARG_TYPE("options.headers.host", "string", value)
                self.setHeader(name, value)
        self._setHost_(opts)
        auth = opts.get("auth")
        if isTruthy(auth) and self.getHeader("authorization") is None:
            self.setHeader("Authorization", "Basic " + base64.b64encode(userBytes(auth)).decode("ascii"))
        if proxy is not None:
            sendThrough(self, proxy, opts)
        if self.getHeader("expect"):
            self._implicitHeader()
        self._takeUnique_(opts)

    def _takeUnique_(self, opts: Mapping[str, Any]) -> None:
        """As in Node too late for a head that was made already: of a list of headers, or because of Expect."""
        unique = opts.get("uniqueHeaders")
        if isinstance(unique, (list, tuple)):
            self._uniqueHeaders_ = frozenset(lowered(unique))

    def _takePlainHeaders_(self, opts: dict[str, Any]) -> None:
        """`_takeHeaders_` of a request with nothing special about it: headers, then Host."""
        headers = opts.get("headers")
        if (headers is not None and isTruthy(headers)) or self.method == "CONNECT":
            self._takeHeaders_(opts)
            return
        host = hostHeader(opts)
        if not (host.isascii() and host.isprintable()):
            checkValue("Host", host)
        self._outHeaders_ = {"host": ("Host", host)}

    def _setHost_(self, opts: dict[str, Any]) -> None:
        setHost = opts.get("setHost")
        wanted = opts.get("setDefaultHeaders") is not False if setHost is None else isTruthy(setHost)
        if not wanted or (self._outHeaders_ and "host" in self._outHeaders_):
            return
        self.setHeader("Host", self._path_ if self.method == "CONNECT" else hostHeader(opts))

    # -- what Node exposes

    @property
    def path(self) -> str:
        """The request target. Node: https://nodejs.org/api/http.html#requestpath"""
        return self._path_

    @path.setter
    def path(self, value: Any) -> None:
        text = errors.toText(value)
        if hasBadPathChar(text):
            raise errors.ERR_UNESCAPED_CHARACTERS("Request path")
        self._path_ = text

    def abort(self) -> None:
        """Give the request up. Deprecated: use `destroy`. Node: https://nodejs.org/api/http.html#requestabort"""
        if not self.aborted:
            self.aborted = True
            ticks.nextTick(self.emit, "abort")
            self.destroy()

    def destroy(self: _Self, error: BaseException | None = None) -> _Self:
        """Drop the request and its socket.

        Emits:
            error: `error`, or ECONNRESET "socket hang up"; close.
        Node: https://nodejs.org/api/http.html#requestdestroyerror
        """
        if self.destroyed:
            return self
        self.destroyed = True
        res = self.res
        if res is not None:
            res._dump()
        self._failure_ = error
        if self._isAwaiting_:
            ticks.nextTick(self._giveUpAwaiting_, error)
        elif self.socket is not None and not (self._written_ and res is not None and res.complete):
            # Else both messages are whole, and what becomes of the socket is decided.
            self.socket.destroy(error)
        return self

    def setTimeout(self: _Self, msecs: float, callback: Callable[..., Any] | None = None) -> _Self:
        """Emit 'timeout' when the connection, once it stands, is idle for `msecs` milliseconds.

        Raises:
            ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/http.html#requestsettimeouttimeout-callback
        """
        if self._ended:
            return self
        self._armTimeout_()
        msecs = timerDuration(msecs, "msecs")
        if callback is not None and isTruthy(callback):
            self.once("timeout", callback)
        if self.socket is not None:
            setSocketTimeout(self.socket, msecs)
        else:
            self.once("socket", lambda socket: setSocketTimeout(socket, msecs))
        return self

    def clearTimeout(self, callback: Callable[..., Any] | None = None) -> None:
        """Switch the time limit off."""
        self.setTimeout(0, callback)

    def setNoDelay(self, noDelay: bool = True) -> None:
        """Call `socket.setNoDelay` once there is a connection.

        Node: https://nodejs.org/api/http.html#requestsetnodelaynodelay
        """
        self._deferToConnect("setNoDelay", noDelay)

    def setSocketKeepAlive(self, enable: bool = False, initialDelay: float = 0) -> None:
        """Call `socket.setKeepAlive` once there is a connection.

        Node: https://nodejs.org/api/http.html#requestsetsocketkeepaliveenable-initialdelay
        """
        self._deferToConnect("setKeepAlive", enable, initialDelay)

    def onSocket(self, socket: Any, error: BaseException | None = None) -> None:
        """Give the request its socket, or the error why there is none. For agents."""
        if self._isAwaiting_:
            self._stopAwaiting_()
        if socket is not None and error is None:
            connectionOf(socket).awaited = self
            socket._httpMessage = self
        ticks.nextTick(self._onSocketTick_, socket, error)

    # -- getting and losing the socket

    def _makeResponse_(self, socket: Any) -> IncomingMessage:
        """What a response is read into."""
        return IncomingMessage(socket)

    def _connect_(self, opts: Mapping[str, Any]) -> None:
        """Without an agent: a connection of its own."""
        create = opts.get("createConnection")
        # `path` is the request's; whoever connects would take it for that of a Unix socket.
        opts = OpenRecord({**opts, "path": opts.get("socketPath")})
        if create is None:
            self.onSocket(net.createConnection(opts))
            return
        answered = _Answered(self)
        try:
            socket = create(opts, answered)
        except Exception as error:
            answered(error)
            return
        if socket is not None:
            answered(None, socket)
        elif answered.request is not None:
            self._awaitSocket_(self.timeout)

    def _awaitSocket_(self, limit: float | None) -> None:
        """`createConnection` calls back later, or never: 'timeout' comes after `limit` milliseconds, if any."""
        self._isAwaiting_ = True
        if limit:
            self._awaitTimer_ = setTimeout(self._onAwaitTimeout_, limit)

    def _onAwaitTimeout_(self) -> None:
        if not self.emit("timeout"):  # undecided: it would wait forever
            self._giveUpAwaiting_(errors.ERR_SOCKET_CONNECTION_TIMEOUT())

    def _giveUpAwaiting_(self, error: BaseException | None) -> None:
        if self._isAwaiting_:
            self._failWithoutSocket_(error)

    def _stopAwaiting_(self) -> None:
        self._isAwaiting_ = False
        if self._awaitTimer_ is not None:
            self._awaitTimer_.close()
            self._awaitTimer_ = None

    def _maySendAgain_(self) -> bool:
        """True when the whole request is out, has no body, and may reach the server twice (RFC 9110, 9.2.2)."""
        return (
            self._written_
            and not self.destroyed
            and self.method in IDEMPOTENT
            and self.shouldKeepAlive
            and not self.chunkedEncoding
            and not self._contentLength
            and self._poolOptions_ is not None
        )

    def _sendAgain_(self) -> None:
        """Wait for another socket of the agent; the one we have is lost and about to be destroyed."""
        socket, self.socket, self._connection_, self.parser = self.socket, None, None, None
        if self._hasTimeout_:
            limit = socket.timeout
            self._disarmTimeout_()
            self._timeoutArmed_ = True
            self.once("socket", lambda socket: setSocketTimeout(socket, limit))
        self.reusedSocket = False
        self.outputData = [(self._header.encode("latin-1"), None)]  # type: ignore[union-attr]
        self.agent._waitAgain_(self)

    def _onSocketTick_(self, socket: Any, error: BaseException | None) -> None:
        if not self.destroyed and error is None:
            (socket._httpConnection_ or connectionOf(socket)).begin(self)
            for _ in range(0 if self.finished else self._corked_):
                socket.cork()  # it was corked before it had a socket
            self._flush()
        elif socket is None:
            self._failWithoutSocket_(error or self._failure_)
        else:
            self._refuseSocket_(socket, error)

    def _refuseSocket_(self, socket: Any, error: BaseException | None) -> None:
        """The request ended before it got its socket."""
        if error is None and self.agent is not None and not socket.destroyed:
            connectionOf(socket).awaited = None
            socket.emit("free")  # nothing was sent on it: it may serve another request
            self._failWithoutSocket_(self._failure_)
            return

        def gone(failure: BaseException | None = None) -> None:
            if isinstance(failure, errors.ERR_STREAM_PREMATURE_CLOSE):
                failure = None
            self._failWithoutSocket_(failure or error)

        finished(socket.destroy(error or self._failure_), gone)

    def _failWithoutSocket_(self, error: BaseException | None) -> None:
        if self._closed:
            return
        self._stopAwaiting_()
        self.destroyed: bool = True
        if error is None and not self.aborted:
            error = errors.connResetException("socket hang up")
        if error is not None:
            emitRequestError(self, error)
        self._close_()

    def _close_(self) -> None:
        """Emit 'close'; whoever calls this has set `destroyed`."""
        self._closed = True
        if self._abortListener_ is not None:
            self._forgetSignal_()
        self.emit("close")

    def _forgetSignal_(self) -> None:
        """The request is over, or has failed: an abort means nothing to it."""
        if self._abortListener_ is not None:
            self._abortListener_.dispose()
            self._abortListener_ = None

    def _listenToSignal_(self, signal: Any) -> None:
        validateAbortSignal(signal, "signal")

        def onAbort(*args: Any) -> None:
            self.destroy(errors.AbortError.by(signal))

        if signal.aborted:
            onAbort()
        else:
            self._abortListener_ = addAbortListener(signal, onAbort)

    def _armTimeout_(self) -> None:
        """From now on an idle socket is our 'timeout', once."""
        if self._hasTimeout_:
            return
        self._hasTimeout_ = True
        if self._timeoutArmed_ is not None:
            return  # by the agent's limit
        if self.socket is not None:
            # Behind the listeners that the socket has by now, as in Node.
            self._lateIdle_ = self._onIdle_
            self.socket.on("timeout", self._lateIdle_)
        self._timeoutArmed_ = True

    def _disarmTimeout_(self) -> None:
        self._timeoutArmed_ = False
        if self._lateIdle_ is not None:
            self.socket.removeListener("timeout", self._lateIdle_)
            self._lateIdle_ = None

    def _onIdle_(self) -> None:
        if self._timeoutArmed_:
            self._disarmTimeout_()
            self.emit("timeout")

    def _deferToConnect(self, method: str, *args: Any) -> None:
        socket = self.socket
        if socket is None:
            self.once("socket", lambda socket: self._deferToConnect(method, *args))
        elif socket.writable and not getattr(socket, "connecting", False):
            if hasattr(socket, method):  # a Duplex that is no socket has none of them
                getattr(socket, method)(*args)
        else:
            socket.once("connect", lambda: getattr(socket, method)(*args))

    # -- sending

    def _implicitHeader(self) -> None:
        if self._header is not None:
            raise errors.ERR_HTTP_HEADERS_SENT("render")
        self._storeHeader(f"{self.method} {self._path_} HTTP/1.1\r\n")

    def _sendWhole_(self, whole: bytes) -> bool:
        """Keep it for the socket as it is."""
        if self.socket is not None:
            return False
        self.outputData = [(whole, self._onLastWritten_)]
        self.outputSize = len(whole)
        return True

    def _flush(self) -> None:
        if self._written_:
            self._flushOutput(self.socket)  # it is sent again: nobody is told so
        elif not (self.finished and len(self.outputData) == 1 and self._flushWhole_()):
            super()._flush()

    def _flushWhole_(self) -> bool:
        """Give a request that waits whole to the kernel as it is; the socket's stream only hears of what it does not
        take (benchmarks/http/client.py, 5 %). Returns: False when it has to go through the stream."""
        data, callback = self.outputData[0]
        takeover = self._connection_.takeover if self._connection_ is not None else None
        if takeover is None or callback is None:
            return False
        isOut = takeover.writeNow(data)
        if isOut is None:
            return False
        self.outputData, self.outputSize = [], 0
        if isOut:
            ticks.nextTick(callback)
        else:
            takeover.callBack(callback)
        self._finish()
        return True

    def _endPlain_(self, data: bytes) -> None:
        if data:
            self._noteBody_(len(data))
        OutgoingMessage._endPlain_(self, data)

    def _takeOut_(self) -> list[bytes]:
        self._noteBody_(self._piecesLength_)
        return super()._takeOut_()

    def _noteBody_(self, size: int) -> None:
        if size and self._last and not self.chunkedEncoding:
            # Nothing tells where this body ends: what comes back next may answer the body taken for a request.
            self.shouldKeepAlive: bool = False

    def _finish(self) -> None:
        self.emit("prefinish")
        if _started.hasSubscribers:
            _started.publish({"request": self})


def urlOf(request: ClientRequest) -> str:
    """Of whom a request asks what."""
    path = request._path_.encode("unicode_escape").decode()
    usual = 443 if request.protocol == "https:" else 80
    place = hostHeader({"host": request.host, "port": request._port_, "defaultPort": usual})
    return f"{request.protocol}//{place}{path}"


class _Answered:
    """What a program's createConnection calls back, or returns to: only the first result counts."""

    __slots__ = ("request",)

    def __init__(self, request: ClientRequest) -> None:
        self.request: ClientRequest | None = request

    def __call__(self, error: BaseException | None = None, socket: Any = None) -> None:
        request, self.request = self.request, None
        if request is None:
            return
        request.onSocket(socket, error)


if TYPE_CHECKING:

    @overload
    def request(
        url: str | URL,
        options: RequestOptions | Bag | None = None,
        callback: Listener1[IncomingMessage] | None = None,
        /,
        **keywords: Unpack[RequestOptions],
    ) -> ClientRequest: ...
    @overload
    def request(
        url: str | URL, callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]
    ) -> ClientRequest: ...
    @overload
    def request(
        options: RequestOptions | Bag | None = None,
        callback: Listener1[IncomingMessage] | None = None,
        /,
        **keywords: Unpack[RequestOptions],
    ) -> ClientRequest: ...
    @overload
    def request(callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]) -> ClientRequest: ...


def request(input: Any = None, options: Any = None, callback: Any = None, /, **keywords: Any) -> ClientRequest:
    """Begin a request. Its body is written with `write`, and it must be ended with `end`.

    Args:
        input: a URL as text or object, or the options.
        options: RequestOptions (`help(http.RequestOptions)`), as a mapping or as keywords.
        callback: a listener of 'response'.
    Returns: the ClientRequest.
    Emits: response, which must be read or resumed; error; timeout, after which the program may `destroy` the request.
    Raises: as ClientRequest.
    Example:
        >>> server = http.createServer(lambda request, response: request.pipe(response)).listen(8000)
        >>> request = http.request("http://localhost:8000/", method="POST", headers={"Accept": "*/*"}, timeout=5000)
        >>> [response] = await events.once(request.end("hello"), "response")
        >>> response.statusCode
        200
        >>> [chunk async for chunk in response]
        [b'hello']

    Node: https://nodejs.org/api/http.html#httprequesturl-options-callback
    """
    return ClientRequest(input, options, callback, **keywords)


if TYPE_CHECKING:

    @overload
    def get(
        url: str | URL,
        options: RequestOptions | Bag | None = None,
        callback: Listener1[IncomingMessage] | None = None,
        /,
        **keywords: Unpack[RequestOptions],
    ) -> ClientRequest: ...
    @overload
    def get(
        url: str | URL, callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]
    ) -> ClientRequest: ...
    @overload
    def get(
        options: RequestOptions | Bag | None = None,
        callback: Listener1[IncomingMessage] | None = None,
        /,
        **keywords: Unpack[RequestOptions],
    ) -> ClientRequest: ...
    @overload
    def get(callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]) -> ClientRequest: ...


def get(input: Any = None, options: Any = None, callback: Any = None, /, **keywords: Any) -> ClientRequest:
    """A request without a body: `request`, then `end`.

    Args: as `request`, RequestOptions among them.
    Returns: the ClientRequest.
    Emits: response, which must be read or resumed; error.
    Raises: as ClientRequest.
    Example:
        >>> server = http.createServer(lambda request, response: response.end(request.url)).listen(8000)
        >>> [response] = await events.once(http.get("http://localhost:8000/a?b=c"), "response")
        >>> [chunk async for chunk in response]
        [b'/a?b=c']

    Node: https://nodejs.org/api/http.html#httpgeturl-options-callback
    """
    # Without the empty keywords, which would be packed and unpacked for each request.
    req = ClientRequest(input, options, callback, **keywords) if keywords else ClientRequest(input, options, callback)
    req.end()
    return req


__all__ = ["ClientRequest", "get", "request"]
