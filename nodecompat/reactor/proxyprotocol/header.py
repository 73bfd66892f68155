"""The header of the PROXY protocol, versions 1 and 2: who is behind the proxy. Sans-I/O.

A proxy (HAProxy, nginx, a load balancer) sends it first on each connection; the specification is
https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt. `parse` looks at all the bytes that came so far and tells
how many of them are the header, so that the reader can leave the rest in place. Extensions (TLVs) are skipped.
"""

from __future__ import annotations

import socket
from typing import NamedTuple

from ..handle import Address

#: The most that a header may take, bytes: a version 2 header with the extensions of all known proxies is far smaller.
MAX_SIZE = 4096

_V2_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_V1_SIGNATURE = b"PROXY "
#: A line of version 1 with its CRLF is never longer.
_V1_MAX = 107
_V2_FIXED = 16
#: High half of the 14th byte: the family; with it the sizes of one address.
_INET, _INET6, _UNIX = 1, 2, 3
_UNIX_PATH = 108


class BadHeader(ValueError):
    """These bytes do not begin with a PROXY header."""


class Header(NamedTuple):
    """A complete header: its length in bytes, and both ends, None where the connection is the proxy's own."""

    size: int
    peer: Address | None = None
    local: Address | None = None


def parse(data: bytes) -> Header | None:
    """The header at the beginning of `data`; None while it is not complete.

    Raises: BadHeader.
    """
    if data[:12] == _V2_SIGNATURE[: len(data)]:
        return _parseV2(data)
    if data[:6] == _V1_SIGNATURE[: len(data)]:
        return _parseV1(data)
    raise BadHeader("neither version 1 nor version 2")


def _parseV1(data: bytes) -> Header | None:
    end = data.find(b"\r\n", 0, _V1_MAX)
    if end < 0:
        if len(data) >= _V1_MAX:
            raise BadHeader("the line is too long")
        return None
    words = data[:end].decode("ascii", "replace").split(" ")
    size = end + 2
    if words[1] == "UNKNOWN":
        return Header(size)
    families = {"TCP4": ("IPv4", socket.AF_INET), "TCP6": ("IPv6", socket.AF_INET6)}
    if len(words) != 6 or words[1] not in families:
        raise BadHeader("not a line of version 1")
    name, family = families[words[1]]
    source, destination, sourcePort, destinationPort = words[2:]
    return Header(
        size,
        Address(_numeric(family, source), _port(sourcePort), name),
        Address(_numeric(family, destination), _port(destinationPort), name),
    )


def _numeric(family: int, text: str) -> str:
    try:
        return socket.inet_ntop(family, socket.inet_pton(family, text))
    except OSError:
        raise BadHeader(f"not an address: {text!r}") from None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 0xFFFF):
        raise BadHeader(f"not a port: {text!r}")
    return int(text)


def _parseV2(data: bytes) -> Header | None:
    if len(data) < _V2_FIXED:
        return None
    version, command = data[12] >> 4, data[12] & 15
    if version != 2 or command > 1:
        raise BadHeader("not version 2")
    size = _V2_FIXED + int.from_bytes(data[14:16], "big")
    if size > MAX_SIZE:
        raise BadHeader("the header is too long")
    if len(data) < size:
        return None
    # Command 0: the proxy speaks for itself (a health check). Then, and for unknown families, both ends are real.
    return _addresses(data[13] >> 4, data[_V2_FIXED:size], size) if command else Header(size)


def _addresses(family: int, block: bytes, size: int) -> Header:
    if family == _INET:
        return _inet(socket.AF_INET, "IPv4", 4, block, size)
    if family == _INET6:
        return _inet(socket.AF_INET6, "IPv6", 16, block, size)
    if family == _UNIX:
        if len(block) < 2 * _UNIX_PATH:
            raise BadHeader("the addresses are cut off")
        return Header(size, _path(block[:_UNIX_PATH]), _path(block[_UNIX_PATH : 2 * _UNIX_PATH]))
    return Header(size)


def _inet(family: int, name: str, width: int, block: bytes, size: int) -> Header:
    if len(block) < 2 * width + 4:
        raise BadHeader("the addresses are cut off")
    ports = block[2 * width : 2 * width + 4]
    source = socket.inet_ntop(family, block[:width])
    destination = socket.inet_ntop(family, block[width : 2 * width])
    return Header(
        size,
        Address(source, int.from_bytes(ports[:2], "big"), name),
        Address(destination, int.from_bytes(ports[2:], "big"), name),
    )


def _path(block: bytes) -> Address:
    return Address(block.partition(b"\0")[0].decode("utf-8", "surrogateescape"), 0, "pipe")
