"""http.request and http.ClientRequest.

Follows `http.ClientRequest` of Node 26. A request is an OutgoingMessage that gets its socket from an agent (or makes
one) and is answered on the same connection: `clientconnection.py` reads the answer and says what happens to the
socket then.

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
from ...net.connection import timerDuration
from ...reactor.loop import ticks
from ...validators import validateAbortSignal, validateBoolean, validateInteger, validateOneOf
from ..message.outgoing import OutgoingMessage
from ..wire.headers import checkValue, hasBadPathChar, isToken
from .arguments import agentOf, checkHost, currentAgent, hostHeader, lowered, readArguments
from .connection import connectionOf, emitRequestError
from .proxied import absolutePath, proxyOf, sendThrough

if TYPE_CHECKING:
    from ..message.incoming import IncomingMessage
    from .connection import ClientConnection

#: Methods whose requests usually have no body: nothing is said about its length unless the program does.
BODILESS = frozenset(("GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"))

#: What most requests are made with; everything else is looked at only when it is there.
_USUAL_OPTIONS = frozenset(
    ("agent", "hash", "headers", "host", "hostname", "href", "method", "path", "pathname", "port", "protocol", "search")
)

_Self = TypeVar("_Self", bound="ClientRequest")
_created = channel("http.client.request.created")
_started = channel("http.client.request.start")


class ClientRequest(OutgoingMessage):
    """A request to a server.

    Args:
        input: a URL as text or object, or the options.
        options: ClientRequestArgs, as a mapping or as keywords.
        callback: a listener of 'response'.
    Emits:
        socket: socket.
        information: info, for each 1xx but 101; continue: for 100.
        response: response. Without a listener the answer is read and dropped.
        connect: response, socket, head, for the answer to CONNECT.
        upgrade: response, socket, head, for 101.
        timeout: the connection is idle for `timeout`; nothing else happens by itself.
        abort, error, finish, close.
    Raises:
        ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_HTTP_TOKEN, ERR_INVALID_PROTOCOL, ERR_INVALID_URL,
        ERR_UNESCAPED_CHARACTERS, ERR_OUT_OF_RANGE, and what `setHeader` raises.
    Node: http.html#class-httpclientrequest
    """

    __slots__ = (
        "_abortListener",
        "_agentOptions",
        "_connection",
        "_ended",
        "_failure",
        "_hasTimeout",
        "_ownParser",
        "_path",
        "_plainHost",
        "_timeoutArmed",
        "aborted",
        "agent",
        "host",
        "httpValidation",
        "insecureHTTPParser",
        "joinDuplicateHeaders",
        "maxHeaderSize",
        "maxHeadersCount",
        "method",
        "protocol",
        "res",
        "reusedSocket",
        "socketPath",
        "timeout",
        "upgradeOrConnect",
        "useChunkedEncodingByDefault",
    )

    __events__ = {
        "abort": (),
        "connect": ("response", "socket", "head"),
        "continue": (),
        "information": ("info",),
        "response": ("response",),
        "socket": ("socket",),
        "timeout": (),
        "upgrade": ("response", "stream", "head"),
    }

    def __init__(
        self, input: Any = None, options: Any = None, callback: Callable[..., Any] | None = None, /, **keywords: Any
    ) -> None:
        super().__init__()
        opts, callback = readArguments(input, options, callback, keywords)
        # Options that few requests have are not even looked for when none of them is there.
        isPlain = _USUAL_OPTIONS.issuperset(opts)
        self._setDefaults()
        defaultAgent = opts.get("_defaultAgent") or currentAgent()
        agent = self.agent = agentOf(opts, defaultAgent)
        self._takeTarget(opts, defaultAgent)
        if not isPlain:
            self._takeOptions(opts)
        self._takeMethod(opts.get("method"))
        if callback is not None:
            # There is one 'response' at most, so `on` does what Node's `once` does and costs half.
            self.on("response", callback)
        if agent is not None and not agent.keepAlive and agent.maxSockets == inf:
            self._last = True
            self.shouldKeepAlive = False
        if isPlain and agent is not None and getattr(agent, "_proxy", None) is None:
            self._takePlainHeaders(opts)
        else:
            self._takeHeaders(opts)
        if agent is not None:
            agent.addRequest(self, opts)
        else:
            self._last = True
            self.shouldKeepAlive = False
            self._connect(opts)
        if _created.hasSubscribers:
            _created.publish({"request": self})

    def _setDefaults(self) -> None:
        self._abortListener: Any = None
        self._agentOptions: Mapping[str, Any] | None = None
        self._connection: ClientConnection | None = None
        self._ended = False
        self._failure: BaseException | None = None
        #: The value of Host while no other header was set.
        self._plainHost: str | None = None
        self._timeoutArmed = False
        self.aborted = False
        self.maxHeadersCount: int | None = None
        #: The answer, once its head is there.
        self.res: IncomingMessage | None = None
        #: True when the socket has served another request before and was idle since.
        self.reusedSocket = False
        self.timeout: float | None = None
        #: It has a time limit of its own, which the socket loses with it.
        self._hasTimeout = False
        self.upgradeOrConnect = False
        self.maxHeaderSize: int | None = None
        self.insecureHTTPParser: bool | None = None
        self.httpValidation: str | None = None
        self.joinDuplicateHeaders: bool | None = None
        self.socketPath: str | None = None
        #: It asks for a parser of its own: other limits, or a lenient one.
        self._ownParser = False

    # -- the options, in the order in which Node looks at them

    def _takeTarget(self, opts: dict[str, Any], defaultAgent: Any) -> None:
        """Path, protocol, host and port; fills in what is missing for the agent."""
        agent, get = self.agent, opts.get
        path = get("path")
        if path:
            if type(path) is not str:
                path = errors.toText(path)
            if hasBadPathChar(path):
                raise errors.ERR_UNESCAPED_CHARACTERS("Request path")
        self._path: str = path or "/"
        expected = getattr(agent, "protocol", None) or defaultAgent.protocol
        protocol = get("protocol") or defaultAgent.protocol
        if protocol != expected:
            raise errors.ERR_INVALID_PROTOCOL(protocol, expected)
        self.protocol: str = protocol
        defaultPort = get("defaultPort") or getattr(agent, "defaultPort", None)
        opts["defaultPort"] = defaultPort
        opts["port"] = get("port") or defaultPort or 80
        name = get("hostname")
        host = (checkHost(name, "hostname") if name is not None else None) or checkHost(get("host"), "host")
        self.host: str = host or "localhost"
        opts["host"] = self.host

    def _takeOptions(self, opts: dict[str, Any]) -> None:
        get = opts.get
        if get("setDefaultHeaders") is False:
            self._removedConnection = self._removedContLen = self._removedTE = True
        if get("timeout") is not None:
            self.timeout = timerDuration(opts["timeout"], "timeout")
        signal = opts.pop("signal", None)
        if signal is not None:
            self._listenToSignal(signal)
        self.socketPath = get("socketPath")
        self.maxHeaderSize = get("maxHeaderSize")
        if self.maxHeaderSize is not None:
            validateInteger(self.maxHeaderSize, "maxHeaderSize", 0)
        self._takeParserOptions(get)
        self._ownParser = bool(self._lenient or self.maxHeaderSize)

    def _takeMethod(self, method: Any) -> None:
        if not method:
            self.method = "GET"
            self.useChunkedEncodingByDefault = False
            return
        if not isinstance(method, str):
            raise errors.ERR_INVALID_ARG_TYPE("options.method", "string", method)
        if not isToken(method):
            raise errors.ERR_INVALID_HTTP_TOKEN("Method", method)
        self.method = method.upper()
        self.useChunkedEncodingByDefault = self.method not in BODILESS

    def _takeParserOptions(self, get: Callable[[str], Any]) -> None:
        self.insecureHTTPParser = get("insecureHTTPParser")
        self.httpValidation = get("httpValidation")
        self.joinDuplicateHeaders = get("joinDuplicateHeaders")
        if self.insecureHTTPParser is not None:
            validateBoolean(self.insecureHTTPParser, "options.insecureHTTPParser")
            self._lenient = self.insecureHTTPParser
        if self.httpValidation is not None:
            validateOneOf(self.httpValidation, "options.httpValidation", ["strict", "relaxed", "insecure"])
            if self.insecureHTTPParser is not None:
                reason = "cannot be used together with options.insecureHTTPParser"
                raise errors.ERR_INVALID_ARG_VALUE("options.httpValidation", self.httpValidation, reason)
            self._lenient = self.httpValidation != "strict"
        if self.joinDuplicateHeaders is not None:
            validateBoolean(self.joinDuplicateHeaders, "options.joinDuplicateHeaders")

    def _takeHeaders(self, opts: dict[str, Any]) -> None:
        """Set the headers that were given and those that every request has."""
        headers = opts.get("headers")
        proxy = proxyOf(self, opts)
        if isinstance(headers, (list, tuple)):  # as they are, without Host
            if proxy is not None:
                self._path = absolutePath(self, opts)
            self._storeHeader(f"{self.method} {self._path} HTTP/1.1\r\n", headers)
            self._takeUnique(opts)
            return
        if headers:
            for name, value in headers.items():
                self.setHeader(name, value)
        self._setHost(opts)
        auth = opts.get("auth")
        if auth and self.getHeader("authorization") is None:
            self.setHeader("Authorization", "Basic " + base64.b64encode(str(auth).encode()).decode("ascii"))
        if proxy is not None:
            sendThrough(self, proxy, opts)
        if self.getHeader("expect"):
            self._implicitHeader()
        self._takeUnique(opts)

    def _takeUnique(self, opts: Mapping[str, Any]) -> None:
        """As in Node too late for a head that was made already: of a list of headers, or because of Expect."""
        unique = opts.get("uniqueHeaders")
        if unique:
            self._uniqueHeaders = frozenset(lowered(unique))

    def _takePlainHeaders(self, opts: dict[str, Any]) -> None:
        """`_takeHeaders` of a request with nothing special about it: headers, then Host."""
        headers = opts.get("headers")
        if headers or isinstance(headers, (list, tuple)) or self.method == "CONNECT":
            self._takeHeaders(opts)
            return
        host = hostHeader(opts)
        if not (host.isascii() and host.isprintable()):
            checkValue("Host", host)
        self._outHeaders = {"host": ("Host", host)}
        self._plainHost = host

    def _setHost(self, opts: dict[str, Any]) -> None:
        setHost = opts.get("setHost")
        wanted = opts.get("setDefaultHeaders") is not False if setHost is None else bool(setHost)
        if not wanted or (self._outHeaders and "host" in self._outHeaders):
            return
        self.setHeader("Host", self._path if self.method == "CONNECT" else hostHeader(opts))

    # -- what Node exposes

    @property
    def path(self) -> str:
        """The request target. Node: http.html#requestpath"""
        return self._path

    @path.setter
    def path(self, value: Any) -> None:
        text = errors.toText(value)
        if hasBadPathChar(text):
            raise errors.ERR_UNESCAPED_CHARACTERS("Request path")
        self._path = text

    @property
    def parser(self) -> Any:
        """The parser of the answer, while there is one."""
        return self._connection.parser if self._connection is not None else None

    def abort(self) -> None:
        """Give the request up. Deprecated: use `destroy`. Node: http.html#requestabort"""
        if not self.aborted:
            self.aborted = True
            ticks.nextTick(self.emit, "abort")
            self.destroy()

    def destroy(self: _Self, error: BaseException | None = None) -> _Self:
        """Give the request and its socket up.

        Emits:
            error: `error`, or ECONNRESET "socket hang up"; close.
        Node: http.html#requestdestroyerror
        """
        if self.destroyed:
            return self
        self.destroyed = True
        if self.res is not None:
            self.res._dump()
        self._failure = error
        if self.socket is not None:
            self.socket.destroy(error)
        return self

    def setTimeout(self: _Self, msecs: float, callback: Callable[..., Any] | None = None) -> _Self:
        """Emit 'timeout' when the connection, once it stands, is idle for `msecs` milliseconds.

        Raises:
            ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: http.html#requestsettimeouttimeout-callback
        """
        if self._ended:
            return self
        self._armTimeout()
        msecs = timerDuration(msecs, "msecs")
        if callback is not None:
            self.once("timeout", callback)
        if self.socket is not None:
            _setSocketTimeout(self.socket, msecs)
        else:
            self.once("socket", lambda socket: _setSocketTimeout(socket, msecs))
        return self

    def clearTimeout(self, callback: Callable[..., Any] | None = None) -> None:
        """Switch the time limit off."""
        self.setTimeout(0, callback)

    def setNoDelay(self, noDelay: bool = True) -> None:
        """Call `socket.setNoDelay` once there is a connection. Node: http.html#requestsetnodelaynodelay"""
        self._deferToConnect("setNoDelay", noDelay)

    def setSocketKeepAlive(self, enable: bool = False, initialDelay: float = 0) -> None:
        """Call `socket.setKeepAlive` once there is a connection.

        Node: http.html#requestsetsocketkeepaliveenable-initialdelay
        """
        self._deferToConnect("setKeepAlive", enable, initialDelay)

    def onSocket(self, socket: Any, error: BaseException | None = None) -> None:
        """Give the request its socket, or the error why there is none. For agents."""
        ticks.nextTick(self._onSocketTick, socket, error)

    # -- getting and losing the socket

    def _connect(self, opts: Mapping[str, Any]) -> None:
        """Without an agent: a connection of its own."""
        create = opts.get("createConnection")
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

    def _onSocketTick(self, socket: Any, error: BaseException | None) -> None:
        if not self.destroyed and error is None:
            connectionOf(socket).begin(self)
            for _ in range(0 if self.finished else self._corked):
                socket.cork()  # it was corked before it had a socket
            self._flush()
            return
        if error is None and self.agent is not None and not socket.destroyed:
            socket.emit("free")  # nothing was sent on it: it may serve another request
            self._failWithoutSocket(self._failure)
            return
        failure = error or self._failure
        if socket is not None and not socket.closed:
            socket.destroy(failure)
            socket.once("close", lambda: self._failWithoutSocket(failure))
        else:
            self._failWithoutSocket(failure)

    def _failWithoutSocket(self, error: BaseException | None) -> None:
        self.destroyed = True
        if error is None and not self.aborted:
            error = errors.connResetException("socket hang up")
        if error is not None:
            emitRequestError(self, error)
        self._close()

    def _close(self) -> None:
        """Emit 'close'; whoever calls this has set `destroyed`."""
        self._closed = True
        if self._abortListener is not None:
            self._abortListener.dispose()
            self._abortListener = None
        self.emit("close")

    def _listenToSignal(self, signal: Any) -> None:
        validateAbortSignal(signal, "signal")

        def onAbort(*args: Any) -> None:
            self.destroy(errors.AbortError(cause=signal.reason))

        if signal.aborted:
            onAbort()
        else:
            self._abortListener = addAbortListener(signal, onAbort)

    def _armTimeout(self) -> None:
        """From now on an idle socket is our 'timeout', once."""
        if not self._hasTimeout:
            self._hasTimeout = self._timeoutArmed = True

    def _onIdle(self) -> None:
        if self._timeoutArmed:
            self._timeoutArmed = False
            self.emit("timeout")

    def _deferToConnect(self, method: str, *args: Any) -> None:
        socket = self.socket
        if socket is None:
            self.once("socket", lambda socket: self._deferToConnect(method, *args))
        elif socket.writable and not socket.connecting:
            getattr(socket, method)(*args)
        else:
            socket.once("connect", lambda: getattr(socket, method)(*args))

    # -- sending

    def _implicitHeader(self) -> None:
        if self._header is not None:
            raise errors.ERR_HTTP_HEADERS_SENT("render")
        if self._plainHost is not None and len(self._outHeaders or ()) == 1 and self._hasPlainHead():
            self._last = True
            self._header = (
                f"{self.method} {self._path} HTTP/1.1\r\nHost: {self._plainHost}\r\nConnection: keep-alive\r\n\r\n"
            )
            return
        self._storeHeader(f"{self.method} {self._path} HTTP/1.1\r\n")

    def _hasPlainHead(self) -> bool:
        """True when nothing was changed since `_takePlainHeaders`: the head is known without looking at headers."""
        return (
            self._outHeaders["host"][1] is self._plainHost  # type: ignore[index]
            and self.shouldKeepAlive
            and not self.useChunkedEncodingByDefault
            and not self.sendDate
            and not self._removedConnection
            and not self.maxRequestsOnConnectionReached
        )

    def end(self: _Self, chunk: Any = None, encoding: Any = None, callback: Callable[..., Any] | None = None) -> _Self:
        """Finish the request, with a last piece of the body if given. Node: http.html#requestenddata-encoding-callback

        Args:
            chunk, encoding: as for `write`.
            callback: called before 'finish', or with an error.
        """
        if chunk is None and self._header is None and self.socket is None and not self.finished and not self.destroyed:
            # The likely case, a whole request without a body, waits for its socket as it is. In place of the steps in
            # OutgoingMessage it saves 3 % of a client's time (benchmarks/http/client.py).
            self._contentLength = 0
            self._implicitHeader()
            if not self.chunkedEncoding and not self._headerSent and not self.strictContentLength:
                return self._endWhole(callback)
        return super().end(chunk, encoding, callback)

    def _endWhole(self: _Self, callback: Callable[..., Any] | None) -> _Self:
        if callback is not None:
            self._noteEndCallback(callback)
        data = self._header.encode("latin-1")  # type: ignore[union-attr]
        self._headerSent = self.finished = True
        self.outputData = [(data, self._onLastWritten)]
        self.outputSize = len(data)
        return self

    def _flush(self) -> None:
        socket, waiting = self.socket, self.outputData
        data, callback = waiting[0] if waiting else (b"", None)
        # The likely case: the whole request, on a socket where nothing waits. It goes to the kernel as it is; the
        # socket's stream only hears of it when the kernel does not take it (benchmarks/http/client.py, 5 %).
        if (
            not self.finished
            or len(waiting) != 1
            or callback is None
            or getattr(socket, "_writeFast", None) is None
            or socket._writeGate
            or socket._writeLength
        ):
            super()._flush()
            return
        self.outputData, self.outputSize = [], 0
        if socket._writeFast(data):
            socket._writeIsUnderWay(len(data), callback)
        else:
            ticks.nextTick(callback)
        self._finish()

    def _takeOut(self) -> list[bytes]:
        if self._piecesLength and self._last and not self.chunkedEncoding:
            # Nothing tells where this body ends: what comes back next may answer the body taken for a request.
            self.shouldKeepAlive = False
        return super()._takeOut()

    def _finish(self) -> None:
        super()._finish()
        if _started.hasSubscribers:
            _started.publish({"request": self})


class _Answered:
    """What a program's createConnection calls back, or returns to: only the first answer counts."""

    __slots__ = ("request",)

    def __init__(self, request: ClientRequest) -> None:
        self.request: ClientRequest | None = request

    def __call__(self, error: BaseException | None = None, socket: Any = None) -> None:
        request, self.request = self.request, None
        if request is None:
            return
        if error is not None:
            ticks.nextTick(emitRequestError, request, error)
        else:
            request.onSocket(socket)


def request(
    input: Any = None, options: Any = None, callback: Callable[..., Any] | None = None, /, **keywords: Any
) -> ClientRequest:
    """Begin a request. Its body is written with `write`, and it must be ended with `end`.

    Args:
        input: a URL as text or object, or the options.
        options: ClientRequestArgs, as a mapping or as keywords.
        callback: a listener of 'response'.
    Raises:
        as ClientRequest.
    Node: http.html#httprequesturl-options-callback
    """
    return ClientRequest(input, options, callback, **keywords)


def get(
    input: Any = None, options: Any = None, callback: Callable[..., Any] | None = None, /, **keywords: Any
) -> ClientRequest:
    """A request without a body: `request`, then `end`. Node: http.html#httpgeturl-options-callback"""
    req = ClientRequest(input, options, callback, **keywords)
    req.end()
    return req


def _setSocketTimeout(socket: Any, msecs: float) -> None:
    if socket.connecting:
        socket.once("connect", lambda: socket.setTimeout(msecs))
    else:
        socket.setTimeout(msecs)


__all__ = ["ClientRequest", "get", "request"]
