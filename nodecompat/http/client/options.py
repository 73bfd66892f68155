"""The option bags of http.request and http.Agent.

Follows the names of Node 26's documentation. A bag is a mapping, keyword arguments, or both; an option that is
None counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from ...net.options import SocketConstructorOpts, TcpSocketConnectOpts


class RequestOptions(TcpSocketConnectOpts, SocketConstructorOpts, total=False):
    """Options of http.request.

    Also the options of `TcpSocketConnectOpts` and `SocketConstructorOpts`.

    Options:
        agent: An Agent; `globalAgent` by default; False for one of its own.
        auth: "user:password" for basic authentication; none by default.
        createConnection: Makes the socket, in place of an agent; none by default.
        defaultPort: The port that the header Host leaves out; that of the agent by default, 80.
        headers: A mapping, a list of pairs, or a flat list of names and values; none by default.
        hostname: As `host`, and before it; "localhost" by default.
        httpValidation: How strictly the response is read: "strict", "relaxed" or "insecure"; strict by default.
        insecureHTTPParser: Read responses that break the rules: `httpValidation` "insecure"; False by default.
        joinDuplicateHeaders: Join repeated headers of the response with ", " instead of dropping them; False by
            default.
        maxHeaderSize: Bytes of the response's head at most; 16,384 by default.
        method: "GET" by default.
        path: Path and query; "/" by default.
        protocol: "http:" by default; must be that of the agent.
        setDefaultHeaders: Send Connection, Content-Length, Transfer-Encoding and Host unasked; True by default.
        setHost: Send the header Host unasked; True by default.
        socketPath: The path of a Unix domain socket, in place of host and port; none by default.
        timeout: Milliseconds of silence until 'timeout'; none by default.
        uniqueHeaders: Headers whose values are sent joined by "; ": names, or lists of names; none by default.
    Node: https://nodejs.org/api/http.html#httprequesturl-options-callback
    """

    agent: Any
    auth: str
    createConnection: Callable[..., Any]
    defaultPort: int | str
    headers: Mapping[str, Any] | Sequence[Any]
    hostname: str
    httpValidation: str
    insecureHTTPParser: bool
    joinDuplicateHeaders: bool
    maxHeaderSize: int
    method: str
    path: str
    protocol: str
    setDefaultHeaders: bool
    setHost: bool
    socketPath: str
    timeout: float
    uniqueHeaders: Sequence[str | Sequence[str]]


class ClientRequestArgs(RequestOptions, total=False):
    """The name that Node's types have for the options of http.request.

    Also the options of `RequestOptions`.
    """


class AgentOptions(TcpSocketConnectOpts, total=False):
    """Options of Agent; times in milliseconds.

    Also the options of `TcpSocketConnectOpts`.

    Options:
        keepAlive: Keep idle connections for later requests; False by default.
        keepAliveMsecs: Milliseconds of silence before the kernel probes a kept connection; 1000 by default.
        keepAliveInitialDelay: Milliseconds of silence before the first probe in use; by default the system's.
        agentKeepAliveTimeoutBuffer: Milliseconds that a connection is dropped before the server would; 1000 by default.
        highWaterMark: Of each socket, in bytes; 65,536 by default.
        maxSockets: Connections to one server at most; no limit by default.
        maxTotalSockets: Connections altogether at most; no limit by default.
        maxFreeSockets: Idle connections to one server at most; 256 by default.
        noDelay: Send small writes at once (TCP_NODELAY); True by default.
        signal: An AbortSignal that destroys the sockets; none by default.
        timeout: Milliseconds of silence until a socket's 'timeout'; none by default.
        scheduling: Which idle connection is used next, "fifo" or "lifo"; "lifo" by default.
        proxyEnv: HTTP_PROXY, NO_PROXY and the like, as in the environment; no proxy by default.
        defaultPort: 80 by default.
        protocol: "http:" by default.
        webSocket: What a WebSocket with this agent takes at most: `maxPayloadSize`, bytes of a message, and
            `maxFragments` of one; as without an agent by default. In Node a dispatcher of undici has this option.
    Node: https://nodejs.org/api/http.html#new-agentoptions
    """

    keepAlive: bool
    keepAliveMsecs: float
    keepAliveInitialDelay: float
    agentKeepAliveTimeoutBuffer: float
    highWaterMark: int
    maxSockets: float
    maxTotalSockets: float
    maxFreeSockets: float
    noDelay: bool
    signal: Any
    timeout: float
    scheduling: str
    proxyEnv: Mapping[str, str]
    defaultPort: int
    protocol: str
    webSocket: Mapping[str, Any]


class ProxyEnv(TypedDict, total=False):
    """The variables that an Agent's `proxyEnv` may hold; those in lower case come first.

    Options:
        HTTP_PROXY: The proxy of http requests, a URL; none by default.
        HTTPS_PROXY: The proxy of https requests, a URL; none by default.
        NO_PROXY: Hosts that need no proxy, separated by ","; none by default.
        http_proxy: The proxy of http requests, a URL; none by default.
        https_proxy: The proxy of https requests, a URL; none by default.
        no_proxy: Hosts that need no proxy, separated by ","; none by default.
    """

    HTTP_PROXY: str
    HTTPS_PROXY: str
    NO_PROXY: str
    http_proxy: str
    https_proxy: str
    no_proxy: str
