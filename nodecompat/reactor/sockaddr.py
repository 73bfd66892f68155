"""Converts numeric addresses between the handle interface and the socket module.

Nothing here resolves a name: a text that is not a numeric address is -EINVAL. (Given a name, `socket.connect` would
ask the resolver and block the loop.)
"""

from __future__ import annotations

import errno
import os
import socket
import stat
from typing import Any

from .handle import Address

#: The longest path of a Unix domain socket, bytes: sun_path is 108 with its closing NUL.
MAX_PATH = 107
#: What `chmodSocket` takes, or'ed: libuv's UV_READABLE and UV_WRITABLE.
FOR_READING = 1
FOR_WRITING = 2


def fromAddress(address: str, port: int) -> tuple[int, tuple[Any, ...]] | int:
    """`(family, socket address)` of a numeric address, or -errno. IPv6 takes a scope: `fe80::1%eth0`."""
    try:
        socket.inet_pton(socket.AF_INET, address)
        return socket.AF_INET, (address, port)
    except (OSError, ValueError):
        return _fromIPv6(address, port)


def _fromIPv6(address: str, port: int) -> tuple[int, tuple[Any, ...]] | int:
    bare, _, scope = address.partition("%")
    try:
        socket.inet_pton(socket.AF_INET6, bare)
        return socket.AF_INET6, (bare, port, 0, _scopeId(scope))
    except (OSError, ValueError):
        return -errno.EINVAL


def _scopeId(scope: str) -> int:
    if not scope:
        return 0
    return int(scope) if scope.isdecimal() else socket.if_nametoindex(scope)


def toAddress(family: int, name: Any) -> Address:
    """The Address for what `getsockname`, `getpeername` or `recvfrom` returned."""
    if family == socket.AF_INET:
        return Address(name[0], name[1], "IPv4")
    if family == socket.AF_INET6:
        return Address(_withScope(name), name[1], "IPv6")
    return Address(os.fsdecode(name) if name else "", 0, "pipe")


def _withScope(name: tuple[str, int, int, int]) -> str:
    address, _, _, scope = name
    if not scope or not address.startswith("fe80"):
        return address
    try:
        return f"{address}%{socket.if_indextoname(scope)}"
    except OSError:  # the interface has gone
        return f"{address}%{scope}"


def whyNoAddress(kind: str, address: str, port: int) -> int:
    """0, or -EINVAL when this is not an address of that kind ("tcp" or "pipe")."""
    parsed = fromPath(address) if kind == "pipe" else fromAddress(address, port)
    return parsed if isinstance(parsed, int) else 0


def fromPath(path: str) -> bytes | int:
    """The bytes of a socket's path, or -errno. A leading NUL is Linux's abstract namespace: no file."""
    name = os.fsencode(path)
    if not name or (b"\0" in name[1:] and name[0] != 0):
        return -errno.EINVAL
    # A silently truncated name could be another socket's.
    return name if len(name) <= MAX_PATH else -errno.EINVAL


def boundSocket(address: str, port: int, ipv6Only: bool, reusePort: bool) -> socket.socket:
    """A TCP socket bound to its local address, for APIs that lack these options. Raises OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reusePort:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(ipv6Only))
        made.bind((address, port))
    except BaseException:
        made.close()
        raise
    return made


def chmodSocket(path: bytes, mode: int) -> int:
    """Give a socket's file the permissions for `mode`, and no other: as libuv. Returns 0 or -errno."""
    wanted = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH if mode & FOR_READING else 0
    if mode & FOR_WRITING:
        wanted |= stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    try:
        # By path: the descriptor's mode is not the file's.
        os.chmod(path, wanted)
    except OSError as error:
        return -(error.errno or errno.EIO)
    return 0
