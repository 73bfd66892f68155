"""The module `http`, as in Node 26.

The parser: `parser`, with `parserlimits`, `parsererrors`, `parserchunks` and `parserlenient`. Both sides: `incoming`,
`outgoing`, `head`, `headers`, `status`. The server: `server`, `connection`, `response`.

Node: http.html
"""

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
    "IncomingMessage",
    "OutgoingMessage",
    "Server",
    "ServerOptions",
    "ServerResponse",
    "createServer",
    "maxHeaderSize",
    "setMaxIdleHTTPParsers",
    "validateHeaderName",
    "validateHeaderValue",
]
