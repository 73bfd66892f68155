"""BoundSocket: a socket already bound to a local address, for a server or a connection.

Follows Node 26.4 by behaviour: the constructor binds at once, so that a program knows the port before
it listens or connects.
"""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING, Any

from ..errors import (
    ERR_INVALID_ARG_VALUE,
    ERR_SOCKET_HANDLE_ADOPTED,
    errnoException,
    exceptionWithHostPort,
)
from ..ip import isIP
from ..optionbags import check
from ..reactor import choose, sockaddr
from ..reactor.handle import Address
from ..validators import validateBoolean, validateObject, validatePort, validateString
from .options import AddressInfo, BoundSocketOptions, merge

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag


class BoundSocket:
    """A bound local address, to be passed to `server.listen` or to `Socket` as `handle`.

    Args:
        options: BoundSocketOptions, as a mapping or as keywords: `host` (numeric), `port` (0: any), `ipv6Only`,
            `reusePort`; or `path` for a Unix domain socket.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_SOCKET_BAD_PORT, and the system's error (EADDRINUSE …).
    Node: https://nodejs.org/api/net.html#class-netboundsocket
    """

    __slots__ = ("__weakref__", "_handle_", "_path_")

    def __init__(self, options: BoundSocketOptions | Bag | None = None, **keywords: Unpack[BoundSocketOptions]) -> None:
        check(BoundSocketOptions, options, keywords)
        if options is not None:
            validateObject(options, "options")
        given = merge(options, keywords)
        self._path_: str | None = given.get("path")
        self._handle_: Any = None
        if self._path_ is not None:
            validateString(self._path_, "options.path")
            self._bind_(choose.current().pipeServer(), self._path_, 0, False, False)
            return
        ipv6Only, reusePort = given.get("ipv6Only"), given.get("reusePort")
        if ipv6Only is not None:
            validateBoolean(ipv6Only, "options.ipv6Only")
        if reusePort is not None:
            validateBoolean(reusePort, "options.reusePort")
        host, port = given.get("host"), given.get("port")
        if host is None:
            host = "::" if ipv6Only else "0.0.0.0"
        validateString(host, "options.host")
        if not isIP(host):
            reason = "must be a numeric IP address; net.BoundSocket does not perform DNS resolution"
            raise ERR_INVALID_ARG_VALUE("options.host", host, reason)
        number = validatePort(0 if port is None else port, "options.port")
        self._bind_(choose.current().tcpServer(), host, number, bool(ipv6Only), bool(reusePort))

    def _bind_(self, handle: Any, address: str, port: int, ipv6Only: bool, reusePort: bool) -> None:
        status = handle.bind(address, port, ipv6Only, reusePort)
        if status:
            handle.close()
            raise exceptionWithHostPort(status, "bind", address, port)
        if isinstance(handle.getsockname(), int):
            # Twisted's ports bind only when they listen: the socket is made here and passed on later.
            handle.close()
            handle = _fromSocket(address, port, ipv6Only, reusePort)
        self._handle_ = handle

    @property
    def isPipe(self) -> bool:
        """True for a Unix domain socket."""
        return self._path_ is not None

    def address(self) -> AddressInfo | str:
        """The bound address; a path for a Unix domain socket.

        Raises: ERR_SOCKET_HANDLE_ADOPTED.
        Node: https://nodejs.org/api/net.html#boundsocketaddress
        """
        found = self._held_().getsockname()
        if isinstance(found, int):
            raise errnoException(found, "address")
        if found.family == "pipe":
            return str(found.address)
        return AddressInfo(found.address, found.family, found.port)

    def fd(self) -> int:
        """The descriptor, which stays the BoundSocket's; -1 where there is none.

        Raises: ERR_SOCKET_HANDLE_ADOPTED.
        Node: https://nodejs.org/api/net.html#boundsocketfd
        """
        return int(self._held_().fileno())

    def close(self) -> None:
        """Release the address.

        Raises: ERR_SOCKET_HANDLE_ADOPTED.
        Node: https://nodejs.org/api/net.html#boundsocketclose
        """
        self._take_().close()

    def __enter__(self) -> BoundSocket:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._handle_ is not None:
            self.close()

    def _held_(self) -> Any:
        if self._handle_ is None:
            raise ERR_SOCKET_HANDLE_ADOPTED()
        return self._handle_

    def _take_(self) -> Any:
        handle, self._handle_ = self._held_(), None
        return handle

    def _adoptAsServer_(self) -> Any:
        """Passes the handle to a server."""
        handle = self._take_()
        return choose.current().openServer(handle.fileno()) if isinstance(handle, _Bound) else handle

    def _adoptAsStream_(self) -> Any:
        """A stream handle bound to this address."""
        address = self._held_().getsockname()
        server = self._take_()
        assert isinstance(address, Address)
        if server.fileno() >= 0 and not isinstance(server, _Bound):
            found = choose.current().openStream(os.dup(server.fileno()))
            server.close()
            if isinstance(found, int):
                raise errnoException(found, "open")
            return found
        # Without a descriptor, or for Twisted, which binds when it connects: bind the address again.
        server.close()
        stream = choose.current().pipe() if self.isPipe else choose.current().tcp()
        status = stream.bind(address.address, address.port)
        if status:
            raise exceptionWithHostPort(status, "bind", address.address, address.port)
        return stream


def _fromSocket(address: str, port: int, ipv6Only: bool, reusePort: bool) -> Any:
    """A server handle over a newly bound socket."""
    try:
        made = sockaddr.boundSocket(address, port, ipv6Only, reusePort)
    except OSError as error:
        raise exceptionWithHostPort(-(error.errno or errno.EIO), "bind", address, port) from None
    return _Bound(made.detach())


class _Bound:
    """A bound descriptor, standing in for the future handle."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def getsockname(self) -> Address:
        with socket.socket(fileno=os.dup(self._descriptor)) as copy:
            return sockaddr.toAddress(copy.family, copy.getsockname())

    def close(self) -> None:
        os.close(self._descriptor)
