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

    agent: Any
    auth: str
    createConnection: Callable[..., Any]
    defaultPort: int | str
    #: A mapping, a list of pairs, or a flat list of names and values.
    headers: Mapping[str, Any] | Sequence[Any]
    hostname: str
    #: "strict", "relaxed" or "insecure".
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


class RequestOptions(ClientRequestArgs, total=False):
    """Options of http.request, under the name that programs import."""


class AgentOptions(TcpSocketConnectOpts, total=False):
    """Options of Agent; times in milliseconds. Node: https://nodejs.org/api/http.html#new-agentoptions"""

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
    #: "fifo" or "lifo".
    scheduling: str
    #: HTTP_PROXY, NO_PROXY and the like, as in the environment.
    proxyEnv: Mapping[str, str]
    defaultPort: int
    protocol: str


class ProxyEnv(TypedDict, total=False):
    """The variables that an Agent's `proxyEnv` may hold; those in lower case come first."""

    HTTP_PROXY: str
    HTTPS_PROXY: str
    NO_PROXY: str
    http_proxy: str
    https_proxy: str
    no_proxy: str
