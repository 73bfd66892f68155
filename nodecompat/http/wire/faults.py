"""Errors as Node reports them: llhttp's codes and the offset of the fault, from httptools' bare texts.

Sans-I/O. httptools raises an exception that carries llhttp's reason and nothing else. The code follows from the
reason (one reason has two codes), the place by parsing again: the shortest beginning of the packet that fails ends
with the byte at fault. That costs some sixteen passes over at most one packet, on the way to a closed connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httptools

from ...errors import HTTPParserError

#: Reasons of llhttp 9.4 whose code is not HPE_STRICT, by code.
_REASONS = {
    "HPE_CLOSED_CONNECTION": ("Data after `Connection: close`",),
    "HPE_PAUSED_H2_UPGRADE": ("Pause on PRI/Upgrade",),
    "HPE_PAUSED_UPGRADE": ("Pause on CONNECT/Upgrade",),
    "HPE_INVALID_EOF_STATE": ("Invalid EOF state",),
    "HPE_INVALID_METHOD": (
        "Expected space after method",
        "Invalid method encountered",
    ),
    "HPE_INVALID_CONSTANT": (
        "Expected HTTP/, RTSP/ or ICE/",
        "Expected SOURCE method for ICE/x.x request",
        "Invalid method for HTTP/x.x request",
        "Invalid method for RTSP/x.x request",
    ),
    "HPE_INVALID_VERSION": (
        "Expected CRLF after version",
        "Expected HTTP/2 Connection Preface",
        "Expected dot",
        "Expected space after version",
        "Invalid HTTP version",
        "Invalid major version",
        "Invalid minor version",
    ),
    "HPE_INVALID_URL": (
        "Expected CRLF",
        "Invalid char in url fragment start",
        "Invalid char in url path",
        "Invalid char in url query",
        "Invalid characters in url",
        "Unexpected char in url schema",
        "Unexpected char in url server",
        "Unexpected start char in url",
    ),
    "HPE_INVALID_STATUS": ("Invalid response status", "Invalid status code"),
    "HPE_UNEXPECTED_SPACE": ("Unexpected space after start line",),
    "HPE_INVALID_HEADER_TOKEN": (
        "Invalid header field char",
        "Invalid header token",
        "Invalid header value char",
        "Unexpected whitespace after header value",
    ),
    "HPE_UNEXPECTED_CONTENT_LENGTH": ("Duplicate Content-Length",),
    "HPE_INVALID_CONTENT_LENGTH": (
        "Content-Length can't be present with Transfer-Encoding",
        "Content-Length overflow",
        "Empty Content-Length",
        "Invalid character in Content-Length",
    ),
    "HPE_INVALID_TRANSFER_ENCODING": (
        "Empty Transfer-Encoding",
        "Invalid `Transfer-Encoding` header value",
        "Request has invalid `Transfer-Encoding`",
        "Transfer-Encoding can't be present with Content-Length",
    ),
    "HPE_INVALID_CHUNK_SIZE": ("Chunk size overflow", "Invalid character in chunk size"),
    "HPE_CR_EXPECTED": (
        "Missing expected CR after chunk data",
        "Missing expected CR after chunk extension name",
        "Missing expected CR after chunk extension value",
        "Missing expected CR after chunk size",
        "Missing expected CR after header value",
        "Missing expected CR after response line",
    ),
    "HPE_LF_EXPECTED": ("Missing expected LF after header value",),
}
_CODES = {reason: code for code, reasons in _REASONS.items() for reason in reasons}
#: Reasons for which llhttp has taken the byte at fault when it says so.
_BEHIND = {
    "Chunk size overflow",
    "Content-Length can't be present with Transfer-Encoding",
    "Content-Length overflow",
    "Data after `Connection: close`",
    "Invalid HTTP version",
    "Invalid `Transfer-Encoding` header value",
    "Invalid character in chunk extensions",
    "Invalid character in chunk extensions name",
    "Invalid character in chunk extensions quoted value",
    "Invalid character in chunk extensions value",
    "Invalid characters in url",
    "Invalid header field char",
    "Expected SOURCE method for ICE/x.x request",
    "Invalid method for HTTP/x.x request",
    "Invalid method for RTSP/x.x request",
    "Invalid quoted-pair in chunk extensions quoted value",
    "Missing expected CR after chunk data",
    "Missing expected CR after chunk size",
    "Missing expected CR after response line",
    "Pause on PRI/Upgrade",
    "Request has invalid `Transfer-Encoding`",
    "Transfer-Encoding can't be present with Content-Length",
    "Unexpected space after start line",
}
#: Reasons for which that holds only when the byte is one of these.
_BEHIND_BYTES = {
    "Expected CRLF after version": b"\n",
    "Invalid character in chunk size": b" \t",
    "Invalid header value char": b"\n \t",
    "Invalid response status": b"\n",
}
_HEX_DIGITS = b"0123456789abcdefABCDEF"


def headerOverflow(bytesParsed: int, packet: bytes) -> HTTPParserError:
    """A head or trailers over the limits: answered with 431."""
    return HTTPParserError("HPE_HEADER_OVERFLOW", "Header overflow", bytesParsed, packet)


def extensionsOverflow(bytesParsed: int, packet: bytes) -> HTTPParserError:
    """Chunk extensions over the limit: answered with 413."""
    return HTTPParserError("HPE_CHUNK_EXTENSIONS_OVERFLOW", "Chunk extensions overflow", bytesParsed, packet)


def callbackError(inBody: bool) -> HTTPParserError:
    """Bytes behind an exception that the program has raised while a message was read."""
    if inBody:
        return HTTPParserError("HPE_JS_EXCEPTION", "JS Exception", 0)
    return HTTPParserError("HPE_CB_HEADERS_COMPLETE", "User callback error", 0)


def invalidEnd() -> HTTPParserError:
    """The peer's data ended within a message. Node gives this one no reason in its text and no packet."""
    error = HTTPParserError("HPE_INVALID_EOF_STATE", "", 0)
    error.__dict__["reason"] = "Invalid EOF state"
    return error


def parserError(reason: str, offset: int, packet: bytes, before: bytes = b"") -> HTTPParserError:
    """The error for llhttp's `reason`, with `offset` the byte of `packet` that it did not like."""
    code = _CODES.get(reason, "HPE_STRICT")
    byte = packet[offset : offset + 1]
    last = packet[offset - 1 : offset] if offset else before[-1:]
    if reason == "Expected CRLF after version" and last == b"\r":
        code = "HPE_STRICT"  # llhttp has one text for a missing CR and for a missing LF
    if reason in _BEHIND or (byte and byte in _BEHIND_BYTES.get(reason, b"")):
        # A chunk size may not begin with a blank, which is then not taken.
        offset += reason != "Invalid character in chunk size" or (last != b"" and last in _HEX_DIGITS)
    return HTTPParserError(code, reason, offset, packet)


def faultOffset(makeParser: Callable[[Any], Any], before: bytes, packet: bytes, start: int, end: int) -> int:
    """The offset in `packet` of the first byte that a parser fed with `before` refuses, between start and end."""
    low, high = start, end  # packet[start:low] is fine, packet[start:high] is not
    while high - low > 1:
        middle = (low + high) // 2
        if _refuses(makeParser, before, packet[start:middle]):
            high = middle
        else:
            low = middle
    return low


def _refuses(makeParser: Callable[[Any], Any], before: bytes, piece: bytes) -> bool:
    parser = makeParser(None)
    try:
        parser.feed_data(before + piece)
    except httptools.HttpParserUpgrade:
        return False
    except httptools.HttpParserError:
        return True
    return False
