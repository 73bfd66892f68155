"""The module `http`, as in Node 26.

The parser: `parser`, with `parserlimits`, `parsererrors`, `parserchunks` and `parserlenient`. Both sides: `incoming`,
`outgoing`, `head`, `headers`, `status`. The server: `server`, `connection`, `response`.
The client: `client`, `clientconnection`, `agent`, `proxy`.

Node: http.html
"""

from .agent import Agent, globalAgent, setGlobalProxyFromEnv
from .client import ClientRequest, get, request
from .clientconnection import InformationEvent
from .clientoptions import AgentOptions, ClientRequestArgs, ProxyEnv, RequestOptions
from .headers import validateHeaderName, validateHeaderValue
from .incoming import IncomingMessage
from .outgoing import OutgoingMessage
from .parserlimits import MAX_HEADER_SIZE as maxHeaderSize
from .pool import setMaxIdleHTTPParsers
from .response import ServerResponse
from .server import Server, ServerOptions, createServer
from .status import METHODS, STATUS_CODES

__all__ = [
    "METHODS",
    "STATUS_CODES",
    "Agent",
    "AgentOptions",
    "ClientRequest",
    "ClientRequestArgs",
    "IncomingMessage",
    "InformationEvent",
    "OutgoingMessage",
    "ProxyEnv",
    "RequestOptions",
    "Server",
    "ServerOptions",
    "ServerResponse",
    "createServer",
    "get",
    "globalAgent",
    "maxHeaderSize",
    "request",
    "setGlobalProxyFromEnv",
    "setMaxIdleHTTPParsers",
    "validateHeaderName",
    "validateHeaderValue",
]
