"""The errors of fetch: a TypeError whose `cause` says why. Names, codes and messages are those of Node's client."""

from __future__ import annotations

import errno
from typing import Any

from ..abort import AbortSignal, DOMException
from ..errors import HTTPParserError as WireError
from ..errors import NodeError, NodeTypeError, dnsException, errnoException, exceptionWithHostPort
from ..http.client.exchange import BAD_RESPONSE, BAD_UPGRADE, BODY_LATE, CLOSED, HEADERS_LATE
from ..reactor.twisted.httpclient import Problem


class SocketError(NodeError, ConnectionError):
    """The connection ended before the response did."""

    name = "SocketError"
    code = "UND_ERR_SOCKET"


class HTTPParserError(NodeError):
    """The response is not HTTP."""

    name = "HTTPParserError"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Response does not match the HTTP/1.1 protocol ({reason})")


class HeadersOverflowError(NodeError):
    """The head of the response, or its trailers, are too large."""

    name = "HeadersOverflowError"
    code = "UND_ERR_HEADERS_OVERFLOW"


class ResponseContentLengthMismatchError(NodeError):
    """The body of the response has another length than its header says."""

    name = "ResponseContentLengthMismatchError"
    code = "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"


class RequestContentLengthMismatchError(NodeError):
    """The body of the request has another length than its header says."""

    name = "RequestContentLengthMismatchError"
    code = "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"


class InvalidArgumentError(NodeError):
    """A header that a program may not set."""

    name = "InvalidArgumentError"
    code = "UND_ERR_INVALID_ARG"


class NotSupportedError(NodeError):
    """A header that is not supported."""

    name = "NotSupportedError"
    code = "UND_ERR_NOT_SUPPORTED"


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


def causeOf(problem: BaseException | str | Problem) -> BaseException:
    """The cause for a failure below."""
    if isinstance(problem, WireError):
        return _ofParser(problem)
    if isinstance(problem, BaseException):
        # fetch writes before the handshake is done, Node's does not: there the handshake is what fails.
        isHandshake = getattr(problem, "code", None) == "EPROTO" and problem.__cause__ is not None
        return problem.__cause__ if isHandshake else problem  # type: ignore[return-value]
    return _NAMED[problem]() if isinstance(problem, str) else _ofTwisted(problem)


def _ofParser(error: WireError) -> NodeError:
    if error.code == "HPE_HEADER_OVERFLOW":
        return HeadersOverflowError("Headers Overflow Error")
    return HTTPParserError(error.__dict__.get("reason") or str(error))


_NAMED: dict[str, Any] = {
    CLOSED: lambda: SocketError("other side closed"),
    HEADERS_LATE: lambda: HeadersTimeoutError("Headers Timeout Error"),
    BODY_LATE: lambda: BodyTimeoutError("Body Timeout Error"),
    BAD_RESPONSE: lambda: SocketError("bad response"),
    BAD_UPGRADE: lambda: SocketError("bad upgrade"),
}


def _ofTwisted(problem: Problem) -> NodeError:
    """A failure of a dispatcher of Twisted's."""
    kind, status, message, host, port, code = problem
    if kind in _NAMED:
        named: NodeError = _NAMED[kind]()
        return named
    if kind == "connect":
        return exceptionWithHostPort(status, "connect", host, port)
    if kind == "lookup":
        return dnsException("ENOTFOUND", "getaddrinfo", host)
    if kind == "read":
        return errnoException(-errno.ECONNRESET, "read")
    if kind == "connectTimeout":
        return ConnectTimeoutError(f"Connect Timeout Error (attempted address: {host}:{port})")
    if kind == "syntax":
        return HTTPParserError("Expected HTTP/, RTSP/ or ICE/")
    return NodeError(message, code=(code or None) if kind == "tls" else None)
