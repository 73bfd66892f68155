"""Node's `https`: http over TLS. Needs `pip install 'nodecompat[tls]'`.

A server is a tls.Server whose secured connections are http's, a client is http's with an Agent that connects by tls.
The agent keeps sessions, so that a later connection to the same server costs less; a session is only offered to the
host, and with the TLS options, that it was made with.

Node: https://nodejs.org/api/https.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar, overload
from weakref import WeakKeyDictionary

from . import http, tls
from .errors import ERR_PROXY_TUNNEL
from .http.client.agent import Agent as HTTPAgent
from .http.client.agent import wantedEnvironment
from .http.server.listener import ServerBase as HTTPServerBase
from .http.server.listener import serverArguments
from .ip import isIP
from .optionbags import check
from .tls.options import ClientOptions

if TYPE_CHECKING:
    from typing import Literal

    from typing_extensions import Self, Unpack

    from .events.listeners import Listener, Listener0, Listener1, Listener2, Listener3
    from .http.message.incoming import IncomingMessage
    from .http.server.response import ServerResponse
    from .net.options import DropArgument
    from .net.socket import Socket
    from .optionbags import Bag
    from .symbols import Symbol
    from .tls.socket import TLSSocket
    from .url.whatwg import URL

_absent: Any = object()
#: Sessions that an agent keeps; 0 for none.
MAX_CACHED_SESSIONS = 100
#: The options that tell connections apart, in the order in which Node writes them into the name.
_NAMED_FIRST = ("ca", "cert", "clientCertEngine", "ciphers", "key", "pfx")
_NAMED_LAST = (
    "minVersion",
    "maxVersion",
    "secureProtocol",
    "crl",
    "honorCipherOrder",
    "ecdhCurve",
    "dhparam",
    "secureOptions",
    "sessionIdContext",
    "sigalgs",
    "privateKeyIdentifier",
    "privateKeyEngine",
)
_namedOptions = frozenset((*_NAMED_FIRST, *_NAMED_LAST))
#: What a name has of them when none is given.
_NO_FIRST, _NO_LAST = ":" * len(_NAMED_FIRST), ":" * len(_NAMED_LAST)


class RequestOptions(http.RequestOptions, ClientOptions, total=False):
    """Options of request and get: http's, and those of `tls.connect`.

    Also the options of `http.RequestOptions` and `ClientOptions`.

    Node: https://nodejs.org/api/https.html#httpsrequesturl-options-callback
    """


class AgentOptions(http.AgentOptions, ClientOptions, total=False):
    """Options of Agent: http's, and those of `tls.connect`.

    Also the options of `http.AgentOptions` and `ClientOptions`.

    Options:
        maxCachedSessions: Sessions that it keeps to be resumed, 100 by default; 0 for none.
    Node: https://nodejs.org/api/https.html#new-agentoptions
    """

    maxCachedSessions: int


class ServerOptions(http.ServerOptions, tls.TlsOptions, total=False):
    """Options of createServer: http's and tls'.

    Also the options of `http.ServerOptions` and `tls.TlsOptions`.

    Node: https://nodejs.org/api/https.html#httpscreateserveroptions-requestlistener
    """


#: Options of `tls.connect` that Node's name leaves out.
_UNNAMED = (
    *("ALPNProtocols", "allowPartialTrustChain", "checkServerIdentity", "minDHSize", "passphrase", "pskCallback"),
    *("requestOCSP", "secureContext", "session", "sessionTimeout"),
)
_concernTLS = _namedOptions.union(_UNNAMED)
#: Objects told apart.
_numbers: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
_nextNumber = count(1).__next__


class Server(HTTPServerBase, tls.Server):
    """An http server over TLS.

    Args: options: ServerOptions, those of `tls.createServer` and `http.createServer`; requestListener: for 'request'.
    Emits: what http.Server and tls.Server emit.
    Node: https://nodejs.org/api/https.html#class-httpsserver
    """

    __events__: dict[str, tuple[str, ...]] = {**http.Server.__events__, **tls.Server.__events__}

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
            "secureConnection",
            "tlsClientError",
            "keylog",
            "newSession",
            "OCSPRequest",
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
        _F9 = TypeVar("_F9", bound=Listener1[TLSSocket])
        _F10 = TypeVar("_F10", bound=Listener2[Any, TLSSocket])
        _F11 = TypeVar("_F11", bound=Listener2[bytes, TLSSocket])
        _F12 = TypeVar("_F12", bound=Listener3[bytes, bytes, Callable[[], None]])
        _F13 = TypeVar("_F13", bound=Listener3[bytes, bytes | None, Callable[..., None]])

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
        def on(self, eventName: Literal["secureConnection"], listener: Listener1[TLSSocket]) -> Self: ...
        @overload
        def on(self, eventName: Literal["tlsClientError"], listener: Listener2[Any, TLSSocket]) -> Self: ...
        @overload
        def on(self, eventName: Literal["keylog"], listener: Listener2[bytes, TLSSocket]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["newSession"], listener: Listener3[bytes, bytes, Callable[[], None]]
        ) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["OCSPRequest"], listener: Listener3[bytes, bytes | None, Callable[..., None]]
        ) -> Self: ...
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
        @overload
        def on(self, eventName: Literal["secureConnection"]) -> Callable[[_F9], _F9]: ...
        @overload
        def on(self, eventName: Literal["tlsClientError"]) -> Callable[[_F10], _F10]: ...
        @overload
        def on(self, eventName: Literal["keylog"]) -> Callable[[_F11], _F11]: ...
        @overload
        def on(self, eventName: Literal["newSession"]) -> Callable[[_F12], _F12]: ...
        @overload
        def on(self, eventName: Literal["OCSPRequest"]) -> Callable[[_F13], _F13]: ...
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
        if options.get("ALPNProtocols") is None and options.get("ALPNCallback") is None:
            options["ALPNProtocols"] = ["http/1.1"]
        if options.get("noDelay") is None:
            options["noDelay"] = True
        tls.Server.__init__(self, options)
        self._initHTTP_(options, requestListener)
        self.on("secureConnection", self._onHTTPConnection_)
        self.on("tlsClientError", self._onTLSClientError_)
        self.on("listening", self._startChecking_)

    def _onTLSClientError_(self, error: BaseException, socket: Any) -> None:
        if not self.emit("clientError", error, socket):
            socket.destroy()

    def close(self, callback: Callable[..., Any] | None = None) -> Any:
        """As http.Server.close. Node: https://nodejs.org/api/https.html#serverclosecallback"""
        self._beforeClose_()
        return tls.Server.close(self, callback)


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
    Raises: what `http.createServer` and `tls.createServer` raise.
    Example:
        >>> # key and cert: the private key and the certificate of localhost, PEM
        >>> server = https.createServer(lambda request, response: response.end("hello"), key=key, cert=cert)
        >>> server = server.listen(8443)
        >>> [response] = await events.once(https.get("https://localhost:8443/", ca=cert), "response")
        >>> [chunk async for chunk in response]
        [b'hello']

    Node: https://nodejs.org/api/https.html#httpscreateserveroptions-requestlistener
    """
    return Server(*args, **keywords)


class Agent(HTTPAgent):
    """Keeps connections and sessions.

    Args: options: AgentOptions, those of `tls.connect`, and `maxCachedSessions` (100).
    Emits: free, keylog(line, socket).
    Node: https://nodejs.org/api/https.html#class-httpsagent
    """

    __events__: dict[str, tuple[str, ...]] = {**HTTPAgent.__events__, "keylog": ("line: bytes", "tlsSocket: TLSSocket")}

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "free", "keylog"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener2[Socket, dict[str, Any]])
        _F2 = TypeVar("_F2", bound=Listener2[bytes, TLSSocket])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["free"], listener: Listener2[Socket, dict[str, Any]]) -> Self: ...
        @overload
        def on(self, eventName: Literal["keylog"], listener: Listener2[bytes, TLSSocket]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["free"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["keylog"]) -> Callable[[_F2], _F2]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    _agentOptions_ = AgentOptions
    _requestOptions_ = RequestOptions

    def __init__(self, options: AgentOptions | Bag | None = None, /, **keywords: Unpack[AgentOptions]) -> None:
        check(AgentOptions, options, keywords)
        given: dict[str, Any] = {**(options or {}), **keywords}
        given.setdefault("defaultPort", 443)
        given.setdefault("protocol", "https:")
        super().__init__(given)
        limit = self.options.get("maxCachedSessions")
        self.maxCachedSessions: int = MAX_CACHED_SESSIONS if limit is None else limit
        self._sessions_: dict[str, bytes] = {}
        self._logsKeys_ = False

    if not TYPE_CHECKING:  # else: the events, above

        def on(self, eventName: Any, listener: Any = _absent) -> Any:
            """As emitter.on; a listener for 'keylog' is told the keys of all its connections.

            Node: https://nodejs.org/api/https.html#event-keylog
            """
            if eventName == "keylog" and not self._logsKeys_:
                self._logsKeys_ = True
                for sockets in self.sockets.values():
                    for socket in sockets:
                        self._logKeys_(socket)
            return super().on(eventName) if listener is _absent else super().on(eventName, listener)

        addListener = on

    def _logKeys_(self, socket: Any) -> None:
        socket.on("keylog", lambda line: self.emit("keylog", line, socket))

    def createConnection(self, options: Mapping[str, Any], callback: Callable[..., Any] | None = None) -> Any:
        """As http.Agent.createConnection, by `tls.connect`. Node: https://nodejs.org/api/https.html#class-httpsagent"""
        proxy = self._proxyOf_(options)
        if proxy is not None:
            self._tunnel_(proxy, options, callback)
            return None
        return self._secure_(options)

    def _secure_(self, options: Mapping[str, Any], stream: Any = None) -> Any:
        target = {**options}
        name = target.get("_agentKey")
        if stream is not None:
            target["socket"] = stream
        if name in self._sessions_ and target.get("session") is None:
            target["session"] = self._sessions_[name]
        socket = tls.connect(target)
        if self._logsKeys_:
            self._logKeys_(socket)
        if name is not None:
            socket.on("session", lambda session: self._keepSession_(name, session))
            socket.once("close", lambda hadError: hadError and self._sessions_.pop(name, None))
        return socket

    def _keepSession_(self, name: str, session: bytes) -> None:
        if self.maxCachedSessions <= 0:
            return
        self._sessions_.pop(name, None)
        while len(self._sessions_) >= self.maxCachedSessions:
            del self._sessions_[next(iter(self._sessions_))]
        self._sessions_[name] = session

    def _tunnel_(self, proxy: Any, options: Mapping[str, Any], callback: Callable[..., Any] | None) -> None:
        """Ask a proxy to connect to the server, and shake hands with the server through it."""
        assert callback is not None, "an agent gives a callback"
        authority = f"{options.get('host')}:{options.get('port')}"
        headers = {"Host": authority, "Proxy-Connection": "keep-alive" if self.keepAlive else "close"}
        if proxy.authorization:
            headers["Proxy-Authorization"] = proxy.authorization
        request = http.request(
            method="CONNECT",
            path=authority,
            headers=headers,
            createConnection=lambda *given: self._connectToProxy_(options),
        )

        def onConnect(response: Any, socket: Any, head: bytes) -> None:
            if response.statusCode != 200:
                socket.destroy()
                callback(
                    ERR_PROXY_TUNNEL(f"Failed to establish tunnel to {authority} via the proxy: {response.statusCode}")
                )
                return
            if head:
                socket.unshift(head)
            callback(None, self._secure_(options, socket))

        request.on("connect", onConnect)
        request.on("error", lambda error: callback(error))
        request.end()

    def getName(self, options: Any = None) -> str:
        """As http.Agent.getName, with what concerns TLS. Node: https://nodejs.org/api/https.html#class-httpsagent"""
        name = super().getName(options)
        given: Mapping[str, Any] = options if isinstance(options, Mapping) else vars(options) if options else {}
        middle = f":{_named(given, 'rejectUnauthorized')}:{_named(given, 'servername')}"
        if _namedOptions.isdisjoint(given):  # common case
            return f"{name}{_NO_FIRST}{middle}{_NO_LAST}"
        first, last = (":".join(["", *(_named(given, key) for key in keys)]) for keys in (_NAMED_FIRST, _NAMED_LAST))
        return f"{name}{first}{middle}{last}"

    def _poolName_(self, options: Any) -> str:
        """Differs: Node's name leaves out who checks the server and the like; see docs/departures.md."""
        name = super()._poolName_(options)
        given: Mapping[str, Any] = options if isinstance(options, Mapping) else vars(options)
        if given.get("servername") == "" and not isIP(given.get("host") or "localhost"):
            name += "|servername"  # none is sent; in Node's name this is how the host itself is written
        if _concernTLS.isdisjoint(given):
            return name
        parts = [f"{key}={_mark(given[key])}" for key in _UNNAMED if given.get(key) is not None]
        for key in (*_NAMED_FIRST, *_NAMED_LAST):
            value = given.get(key)
            if value is not None and not _isPlain(value):
                parts.append(f"{key}={_mark(value)}")
        return "|".join([name, *parts])


#: The agent of requests that have none of their own. Node: https://nodejs.org/api/https.html#httpsglobalagent
globalAgent: Agent = Agent(keepAlive=True, scheduling="lifo", timeout=5000, proxyEnv=wantedEnvironment())


if TYPE_CHECKING:

    @overload
    def request(
        url: str | URL,
        options: RequestOptions | Bag | None = None,
        callback: Listener1[IncomingMessage] | None = None,
        /,
        **keywords: Unpack[RequestOptions],
    ) -> http.ClientRequest: ...
    @overload
    def request(
        url: str | URL, callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]
    ) -> http.ClientRequest: ...
    @overload
    def request(
        options: RequestOptions | Bag | None = None,
        callback: Listener1[IncomingMessage] | None = None,
        /,
        **keywords: Unpack[RequestOptions],
    ) -> http.ClientRequest: ...
    @overload
    def request(callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]) -> http.ClientRequest: ...


def request(input: Any = None, options: Any = None, callback: Any = None, /, **keywords: Any) -> http.ClientRequest:
    """As http.request, over TLS; the options of `tls.connect` are allowed too.

    Args:
        input: a URL as text or object, or the options.
        options: RequestOptions (`help(https.RequestOptions)`), as a mapping or as keywords.
        callback: a listener of 'response'.
    Returns: the ClientRequest.
    Emits: response, which must be read or resumed; error, also when the server is not who it should be.
    Raises: what `http.request` and `tls.connect` raise.
    Example:
        >>> # key and cert: the private key and the certificate of localhost, PEM
        >>> server = https.createServer(lambda request, response: request.pipe(response), key=key, cert=cert)
        >>> server = server.listen(8443)
        >>> request = https.request("https://localhost:8443/", method="PUT", ca=cert)
        >>> [response] = await events.once(request.end("hello"), "response")
        >>> [chunk async for chunk in response]
        [b'hello']

    Node: https://nodejs.org/api/https.html#httpsrequesturl-options-callback
    """
    return http.ClientRequest(input, options, callback, **{"_defaultAgent": globalAgent, **keywords})


if TYPE_CHECKING:

    @overload
    def get(
        url: str | URL,
        options: RequestOptions | Bag | None = None,
        callback: Listener1[IncomingMessage] | None = None,
        /,
        **keywords: Unpack[RequestOptions],
    ) -> http.ClientRequest: ...
    @overload
    def get(
        url: str | URL, callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]
    ) -> http.ClientRequest: ...
    @overload
    def get(
        options: RequestOptions | Bag | None = None,
        callback: Listener1[IncomingMessage] | None = None,
        /,
        **keywords: Unpack[RequestOptions],
    ) -> http.ClientRequest: ...
    @overload
    def get(callback: Listener1[IncomingMessage], /, **keywords: Unpack[RequestOptions]) -> http.ClientRequest: ...


def get(input: Any = None, options: Any = None, callback: Any = None, /, **keywords: Any) -> http.ClientRequest:
    """A request without a body: `request`, then `end`.

    Args: as `request`, RequestOptions among them.
    Returns: the ClientRequest.
    Node: https://nodejs.org/api/https.html#httpsgeturl-options-callback
    """
    req = request(input, options, callback, **keywords)
    req.end()
    return req


def _named(options: Mapping[str, Any], key: str) -> str:
    """An option as a part of a name; False counts where it is not the default."""
    value = options.get(key)
    if key in ("rejectUnauthorized", "honorCipherOrder", "secureOptions"):
        return "" if value is None else _text(value)
    if key == "sigalgs" and value:
        return json.dumps(value, ensure_ascii=False)
    if key == "servername" and value == options.get("host"):
        return ""
    return _text(value) if value else ""


def _isPlain(value: Any) -> bool:
    """A value that stands in a name for itself."""
    if isinstance(value, str):
        return ":" not in value
    if isinstance(value, (bytes, bytearray)):
        return b":" not in value
    if isinstance(value, (list, tuple)):
        return all(map(_isPlain, value))
    return isinstance(value, int)


def _mark(value: Any) -> str:
    """A value such that no two different ones look alike; an object is told apart by its number."""
    if isinstance(value, (str, bytes, bytearray, int, float)):
        return repr(value)
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{key!r}:{_mark(each)}' for key, each in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_mark, value))}]"
    number = _numbers.get(value)
    if number is None:
        number = _numbers[value] = _nextNumber()
    return f"#{number}"


def _text(value: Any) -> str:
    """A value as JavaScript puts it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, bytearray)):
        return value.decode("latin-1")
    if isinstance(value, (list, tuple)):
        return ",".join(map(_text, value))
    return str(value)


__all__ = [
    "Agent",
    "AgentOptions",
    "RequestOptions",
    "Server",
    "ServerOptions",
    "createServer",
    "get",
    "globalAgent",
    "request",
]
