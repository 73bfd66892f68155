"""Reads heads that llhttp has accepted, and builds heads that bring a fresh llhttp into a state.

Sans-I/O. Every line of such a head ends with CR LF and has a colon, so a few patterns find what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

#: Leads a fresh llhttp into a chunked body, or behind a message that closes the connection; by the kind of parser.
CHUNKED = {
    1: b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    2: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
}
CLOSING = {
    1: b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    2: b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
}

isHTTP1: Final = re.compile(rb"[^\r\n]+ HTTP/1\.[01]\r\n").match
hasClose: Final = re.compile(rb"\r\nconnection[ \t]*:[^\r]*close", re.IGNORECASE).search
findEncoding: Final = re.compile(rb"\r\ntransfer-encoding[ \t]*:([^\r]*)", re.IGNORECASE).findall
_findFraming = re.compile(rb"\r\n(?:content-length|transfer-encoding)[ \t]*:[^\r]*", re.IGNORECASE).findall
_findConnection = re.compile(rb"\r\nconnection[ \t]*:[^\r]*", re.IGNORECASE).findall
_findLength = re.compile(rb"\r\ncontent-length[ \t]*:([^\r]*)", re.IGNORECASE).findall


@cache
def fieldFinder(name: str) -> Callable[[bytes], object]:
    """Finds a field of that name in a head. The names are few, and never a peer's."""
    return re.compile(rb"\r\n%s[ \t]*:" % re.escape(name).encode(), re.IGNORECASE).search


def endsWithInput(kind: int, head: bytes) -> bool:
    """True when the body is delimited by nothing but the end of the connection; it is not chunked."""
    encodings = findEncoding(head)
    if kind == 1 and not encodings:
        return False
    if encodings:
        last: bytes = encodings[-1].rpartition(b",")[2]
        return last.strip(b" ").lower() != b"chunked"  # with a tab it is another coding, for llhttp
    return not _findLength(head)


def withoutUpgrade(head: bytes, keepAlive: bool) -> bytes:
    """A head with the framing of one that asks for an upgrade, at which llhttp would stop."""
    connection = b"keep-alive" if keepAlive else b"close"
    return b"POST / HTTP/1.1\r\nConnection: " + connection + b"".join(_findFraming(head)) + b"\r\n\r\n"


def closing(kind: int, head: bytes, version: str) -> bytes:
    """A head without a body that leaves llhttp as closed as this one would."""
    start = b"HTTP/%s 200 OK" if kind == 2 else b"GET / HTTP/%s"
    return start % version.encode() + b"".join(_findConnection(head)) + b"\r\nContent-Length: 0\r\n\r\n"
