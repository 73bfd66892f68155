"""The errors of fetch: a TypeError whose `cause` says why. Names, codes and messages are those of Node's client."""

from __future__ import annotations

import errno
from typing import Any

from ..abort import AbortSignal, DOMException
from ..errors import NodeError, NodeTypeError, dnsException, errnoException, exceptionWithHostPort
from ..reactor.twisted.httpclient import CONNECT_TIMEOUT, Problem


class SocketError(NodeError, ConnectionError):
    """The connection ended before the response did."""

    name = "SocketError"
    code = "UND_ERR_SOCKET"


class HTTPParserError(NodeError):
    """The response is not HTTP."""

    name = "HTTPParserError"


class ConnectTimeoutError(NodeError, TimeoutError):
    """The connection timed out."""

    name = "ConnectTimeoutError"
    code = "UND_ERR_CONNECT_TIMEOUT"


class HeadersTimeoutError(NodeError, TimeoutError):
    """The response timed out."""

    name = "HeadersTimeoutError"
    code = "UND_ERR_HEADERS_TIMEOUT"


class BodyTimeoutError(NodeError, TimeoutError):
    """The body timed out."""

    name = "BodyTimeoutError"
    code = "UND_ERR_BODY_TIMEOUT"


class NodeSyntaxError(NodeError, ValueError):
    """A text that is not JSON: JavaScript's SyntaxError."""

    name = "SyntaxError"


def typeError(message: str, cause: BaseException | None = None) -> NodeTypeError:
    """A TypeError with a cause."""
    error = NodeTypeError(message)
    error.__dict__["cause"] = cause
    error.__cause__ = cause
    return error


def fetchFailed(cause: BaseException | str) -> NodeTypeError:
    """What fetch fails with before there is a response."""
    return typeError("fetch failed", NodeError(cause) if isinstance(cause, str) else cause)


def terminated(cause: BaseException) -> NodeTypeError:
    """What a body fails with."""
    return typeError("terminated", cause)


def abortReason(signal: AbortSignal) -> BaseException:
    """The reason of an aborted signal as an exception."""
    reason = signal.reason
    if isinstance(reason, BaseException):
        return reason
    return DOMException(str(reason), {"name": "AbortError", "cause": reason})


def aborted() -> DOMException:
    """What an aborted operation fails with."""
    return DOMException("This operation was aborted", "AbortError")


def causeOf(problem: Problem) -> NodeError:
    """The cause for a failure below."""
    kind, status, message, host, port, code = problem
    makers: dict[str, Any] = {
        "connect": lambda: exceptionWithHostPort(status, "connect", host, port),
        "lookup": lambda: dnsException("ENOTFOUND", "getaddrinfo", host),
        "closed": lambda: SocketError("other side closed"),
        "read": lambda: errnoException(-errno.ECONNRESET, "read"),
        "tls": lambda: NodeError(message, code=code or None),
        "headersTimeout": lambda: HeadersTimeoutError("Headers Timeout Error"),
        "bodyTimeout": lambda: BodyTimeoutError("Body Timeout Error"),
        "connectTimeout": lambda: ConnectTimeoutError(
            f"Connect Timeout Error (attempted address: {host}:{port}, timeout: {CONNECT_TIMEOUT}ms)"
        ),
        "syntax": lambda: HTTPParserError(
            "Response does not match the HTTP/1.1 protocol (Expected HTTP/, RTSP/ or ICE/)"
        ),
    }
    error: NodeError = makers.get(kind, lambda: NodeError(message))()
    return error
