"""The module `http`, as in Node 26.

Rooms: `wire` knows bytes only, `message` one message, `server` and `client` one side's connections.

Node: https://nodejs.org/api/http.html
"""

from .client.agent import Agent, globalAgent, setGlobalProxyFromEnv
from .client.connection import InformationEvent
from .client.options import AgentOptions, ClientRequestArgs, ProxyEnv, RequestOptions
from .client.request import ClientRequest, get, request
from .message.incoming import IncomingMessage
from .message.outgoing import OutgoingMessage
from .server.listener import Server, ServerOptions, createServer
from .server.response import ServerResponse
from .wire.headers import validateHeaderName, validateHeaderValue
from .wire.limits import MAX_HEADER_SIZE as maxHeaderSize
from .wire.pool import setMaxIdleHTTPParsers
from .wire.status import METHODS, STATUS_CODES

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
