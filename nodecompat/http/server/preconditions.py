"""What a server responds by itself: to requests that HTTP/1.1 treats specially, and to invalid ones.

Follows lib/_http_server.js of Node 26 by behaviour. No response here contains a byte from the peer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..message.incoming import IncomingMessage
    from ..wire.parser import HTTPParser
    from .connection import ServerConnection
    from .response import ServerResponse

_isContinue = re.compile(r"(?:^|\W)100-continue(?:$|\W)", re.IGNORECASE | re.ASCII).search

_REFUSALS = {
    "HPE_HEADER_OVERFLOW": b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n",
    "HPE_CHUNK_EXTENSIONS_OVERFLOW": b"HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n\r\n",
    "ERR_HTTP_REQUEST_TIMEOUT": b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n",
}
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"


def refusal(error: BaseException) -> bytes:
    """The default response to a peer's mistake."""
    return _REFUSALS.get(getattr(error, "code", None) or "", _BAD_REQUEST)


def mayNeedAnswer(parser: HTTPParser) -> bool:
    """False when the head has a Host in its usual spelling and no Expect: nothing to check."""
    # In a head that the strict parser has accepted a name cannot begin elsewhere: no other line end gets through.
    # (`in` takes three times as long as `find`: it tries for a number first. Through a whole head CPython's `rfind`
    # takes half the time of `find`, in 3.10 to 3.13: benchmarks/http, 2 %.)
    head = parser.head
    return parser.lenient or head.find(b"\r\nHost:") < 0 or head.lower().rfind(b"\r\nexpect:") >= 0


def answersItself(connection: ServerConnection, req: IncomingMessage, res: ServerResponse) -> bool:
    """Handle what HTTP/1.1 asks for beyond a plain request: Host, the limit of requests, Expect.

    Returns: True if the request was answered, or emitted by another event than 'request'.
    """
    server, headers = connection.server, req.headers
    if "host" not in headers and server._requireHostHeader_:
        res.writeHead(400, ["Connection", "close"])
        res.end()
        return True
    limit = server.maxRequestsPerSocket or 0
    if limit > 0:
        connection.requests += 1
        res._maxRequestsPerSocket_ = limit
        res.maxRequestsOnConnectionReached = limit <= connection.requests
        if limit < connection.requests:
            server.emit("dropRequest", req, connection.socket)
            res.writeHead(503)
            res.end()
            return True
    expectation = headers.get("expect")
    return expectation is not None and _isExpected(connection, req, res, expectation)


def _isExpected(connection: ServerConnection, req: IncomingMessage, res: ServerResponse, expectation: str) -> bool:
    server = connection.server
    if _isContinue(expectation):
        res._expectContinue_ = True
        if server.listenerCount("checkContinue"):
            server.emit("checkContinue", req, res)
            return True
        res.writeContinue()
        return False
    if server.listenerCount("checkExpectation"):
        server.emit("checkExpectation", req, res)
    else:
        res.writeHead(417)
        res.end()
    return True
