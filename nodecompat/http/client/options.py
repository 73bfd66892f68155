"""The option bags of http.request and http.Agent.

Follows the names of Node 26's documentation. A bag is a mapping, keyword arguments, or both; an option that is
None counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from ...net.options import SocketConstructorOpts, TcpSocketConnectOpts


class ClientRequestArgs(TcpSocketConnectOpts, SocketConstructorOpts, total=False):
    """Options of http.request. Node: https://nodejs.org/api/http.html#httprequesturl-options-callback"""

    #: An Agent; `globalAgent` by default; False for one of its own.
    agent: Any
    #: "user:password" for basic authentication; none by default.
    auth: str
    #: Makes the socket, in place of an agent; none by default.
    createConnection: Callable[..., Any]
    #: The port that the header Host leaves out; that of the agent by default, 80.
    defaultPort: int | str
    #: A mapping, a list of pairs, or a flat list of names and values; none by default.
    headers: Mapping[str, Any] | Sequence[Any]
    #: As `host`, and before it; "localhost" by default.
    hostname: str
    #: How strictly the response is read: "strict", "relaxed" or "insecure"; strict by default.
    httpValidation: str
    #: Read responses that break the rules: `httpValidation` "insecure"; False by default.
    insecureHTTPParser: bool
    #: Join repeated headers of the response with ", " instead of dropping them; False by default.
    joinDuplicateHeaders: bool
    #: Bytes of the response's head at most; 16,384 by default.
    maxHeaderSize: int
    #: "GET" by default.
    method: str
    #: Path and query; "/" by default.
    path: str
    #: "http:" by default; must be that of the agent.
    protocol: str
    #: Send Connection, Content-Length, Transfer-Encoding and Host unasked; True by default.
    setDefaultHeaders: bool
    #: Send the header Host unasked; True by default.
    setHost: bool
    #: The path of a Unix domain socket, in place of host and port; none by default.
    socketPath: str
    #: Milliseconds of silence until 'timeout'; none by default.
    timeout: float
    #: Headers whose values are sent joined by "; ": names, or lists of names; none by default.
    uniqueHeaders: Sequence[str | Sequence[str]]


class RequestOptions(ClientRequestArgs, total=False):
    """Options of http.request, under the name that programs import."""


class AgentOptions(TcpSocketConnectOpts, total=False):
    """Options of Agent; times in milliseconds. Node: https://nodejs.org/api/http.html#new-agentoptions"""

    #: Keep idle connections for later requests; False by default.
    keepAlive: bool
    #: Milliseconds of silence before the kernel probes a kept connection; 1000 by default.
    keepAliveMsecs: float
    #: Milliseconds of silence before the first probe in use; by default the system's.
    keepAliveInitialDelay: float
    #: Milliseconds that a connection is dropped before the server would; 1000 by default.
    agentKeepAliveTimeoutBuffer: float
    #: Of each socket, in bytes; 65,536 by default.
    highWaterMark: int
    #: Connections to one server at most; no limit by default.
    maxSockets: float
    #: Connections altogether at most; no limit by default.
    maxTotalSockets: float
    #: Idle connections to one server at most; 256 by default.
    maxFreeSockets: float
    #: Send small writes at once (TCP_NODELAY); True by default.
    noDelay: bool
    #: An AbortSignal that destroys the sockets; none by default.
    signal: Any
    #: Milliseconds of silence until a socket's 'timeout'; none by default.
    timeout: float
    #: Which idle connection is used next, "fifo" or "lifo"; "lifo" by default.
    scheduling: str
    #: HTTP_PROXY, NO_PROXY and the like, as in the environment; no proxy by default.
    proxyEnv: Mapping[str, str]
    #: 80 by default.
    defaultPort: int
    #: "http:" by default.
    protocol: str


class ProxyEnv(TypedDict, total=False):
    """The variables that an Agent's `proxyEnv` may hold; those in lower case come first."""

    HTTP_PROXY: str
    HTTPS_PROXY: str
    NO_PROXY: str
    http_proxy: str
    https_proxy: str
    no_proxy: str
