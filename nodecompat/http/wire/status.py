"""http.STATUS_CODES and http.METHODS, and the status lines made of them.

Follows `http` of Node 26: the texts are Node's, "I'm a Teapot" included, and the methods are those its parser
accepts (llhttp 9.4), in Node's alphabetical order.
"""

from __future__ import annotations

from typing import cast

from ... import errors
from ...records import OpenRecord
from .headers import hasBadChar

#: The request methods that the parser accepts. Node: `https://nodejs.org/api/http.html#httpmethods`.
METHODS: list[str] = [
    "ACL", "BIND", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LINK", "LOCK", "M-SEARCH", "MERGE",
    "MKACTIVITY", "MKCALENDAR", "MKCOL", "MOVE", "NOTIFY", "OPTIONS", "PATCH", "POST", "PROPFIND", "PROPPATCH",
    "PURGE", "PUT", "QUERY", "REBIND", "REPORT", "SEARCH", "SOURCE", "SUBSCRIBE", "TRACE", "UNBIND", "UNLINK",
    "UNLOCK", "UNSUBSCRIBE",
]  # fmt: skip

_TEXTS = {
    100: "Continue",
    101: "Switching Protocols",
    102: "Processing",
    103: "Early Hints",
    200: "OK",
    201: "Created",
    202: "Accepted",
    203: "Non-Authoritative Information",
    204: "No Content",
    205: "Reset Content",
    206: "Partial Content",
    207: "Multi-Status",
    208: "Already Reported",
    226: "IM Used",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    305: "Use Proxy",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Payload Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    417: "Expectation Failed",
    418: "I'm a Teapot",
    421: "Misdirected Request",
    422: "Unprocessable Entity",
    423: "Locked",
    424: "Failed Dependency",
    425: "Too Early",
    426: "Upgrade Required",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    451: "Unavailable For Legal Reasons",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    506: "Variant Also Negotiates",
    507: "Insufficient Storage",
    508: "Loop Detected",
    509: "Bandwidth Limit Exceeded",
    510: "Not Extended",
    511: "Network Authentication Required",
}
#: The standard text of each status, None for another. Node: `https://nodejs.org/api/http.html#httpstatus_codes`.
STATUS_CODES = cast("dict[int, str]", OpenRecord[str](cast("dict[str, str]", _TEXTS)))

#: Statuses whose response has no body.
BODILESS = frozenset((*range(100, 200), 204, 304))

#: Of each known status its standard text, the line made of the two, and whether its response may have a body.
STATUS_LINES: dict[int, tuple[str, str, bool]] = {
    code: (text, f"HTTP/1.1 {code} {text}\r\n", code not in BODILESS) for code, text in STATUS_CODES.items()
}


def statusLine(code: int, text: str) -> str:
    """The first line of a response.

    Raises: ERR_INVALID_CHAR.
    """
    if hasBadChar(text):
        raise errors.ERR_INVALID_CHAR("statusMessage")
    return f"HTTP/1.1 {code} {text}\r\n"
