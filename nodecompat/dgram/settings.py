"""The settings of a datagram socket: hops, multicast groups, buffers, whether it keeps the program alive.

Follows lib/dgram.js of Node 26 by behaviour. Differs: a setting of a closed socket raises
ERR_SOCKET_DGRAM_NOT_RUNNING everywhere, where some of Node's methods trip over the missing handle.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from ..coercion import toInt32
from ..errors import (
    ERR_MISSING_ARGS,
    ERR_SOCKET_BAD_BUFFER_SIZE,
    ERR_SOCKET_BUFFER_SIZE,
    ERR_SOCKET_DGRAM_NOT_RUNNING,
    errnoException,
    getSystemErrorMessage,
    getSystemErrorName,
)
from ..events import EventEmitter
from ..validators import isNumber, isTruthy, validateNumber, validateString

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..reactor.handle import DatagramHandle

_UINT32_MAX = 2**32 - 1


class SocketSettings(EventEmitter):
    """Base of Socket: the synchronous calls to the handle."""

    _handle_: DatagramHandle | None

    def setBroadcast(self, flag: bool) -> None:
        """Allow sending to a broadcast address.

        Raises: EBADF when it is not bound.
        Node: https://nodejs.org/api/dgram.html#socketsetbroadcastflag
        """
        _check(self._running_().setBroadcast(isTruthy(flag)), "setBroadcast")

    def setTTL(self, ttl: int) -> int:
        """Set the number of hops that a datagram may take: 1 to 255.

        Returns: `ttl`.
        Raises: EBADF when it is not bound, EINVAL, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/dgram.html#socketsetttlttl
        """
        validateNumber(ttl, "ttl")
        _check(self._running_().setTTL(toInt32(ttl)), "setTTL")
        return ttl

    def setMulticastTTL(self, ttl: int) -> int:
        """Set the number of hops that a multicast may take: 0 to 255, 1 is the local network.

        Returns: `ttl`.
        Raises: EBADF when it is not bound, EINVAL, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/dgram.html#socketsetmulticastttlttl
        """
        validateNumber(ttl, "ttl")
        _check(self._running_().setMulticastTTL(toInt32(ttl)), "setMulticastTTL")
        return ttl

    def setMulticastLoopback(self, flag: bool) -> bool:
        """Choose whether this machine hears the multicasts that this socket sends.

        Returns: `flag`.
        Raises: EBADF when it is not bound.
        Node: https://nodejs.org/api/dgram.html#socketsetmulticastloopbackflag
        """
        _check(self._running_().setMulticastLoopback(isTruthy(flag)), "setMulticastLoopback")
        return flag

    def setMulticastInterface(self, multicastInterface: str) -> None:
        """Choose the interface by which multicasts leave.

        Args: multicastInterface: an IPv4 address of it, or for udp6 an address with its scope: "::%eth0".
        Raises: EBADF when it is not bound, EINVAL, ERR_INVALID_ARG_TYPE, ERR_SOCKET_DGRAM_NOT_RUNNING.
        Node: https://nodejs.org/api/dgram.html#socketsetmulticastinterfacemulticastinterface
        """
        handle = self._running_()
        validateString(multicastInterface, "interfaceAddress")
        _check(handle.setMulticastInterface(multicastInterface), "setMulticastInterface")

    def addMembership(self, multicastAddress: str | None = None, multicastInterface: str | None = None) -> None:
        """Join a multicast group; a socket that is not bound is bound to any port.

        Args: multicastInterface: as in `setMulticastInterface`; without it the system chooses.
        Raises: ERR_MISSING_ARGS, EINVAL, EADDRINUSE when it has joined before, ERR_SOCKET_DGRAM_NOT_RUNNING.
        Node: https://nodejs.org/api/dgram.html#socketaddmembershipmulticastaddress-multicastinterface
        """
        self._changeMembership_("addMembership", multicastAddress, multicastInterface, True)

    def dropMembership(self, multicastAddress: str | None = None, multicastInterface: str | None = None) -> None:
        """Leave a multicast group; closing the socket does so too.

        Raises: ERR_MISSING_ARGS, EINVAL, EADDRNOTAVAIL when it has not joined, ERR_SOCKET_DGRAM_NOT_RUNNING.
        Node: https://nodejs.org/api/dgram.html#socketdropmembershipmulticastaddress-multicastinterface
        """
        self._changeMembership_("dropMembership", multicastAddress, multicastInterface, False)

    def addSourceSpecificMembership(
        self, sourceAddress: str, groupAddress: str, multicastInterface: str | None = None
    ) -> None:
        """Join a multicast group for what one source sends.

        Raises: EINVAL, ERR_INVALID_ARG_TYPE, ERR_SOCKET_DGRAM_NOT_RUNNING.
        Node: https://nodejs.org/api/dgram.html#socketaddsourcespecificmembershipsourceaddress-groupaddress-multicastinterface
        """
        self._changeSource_("addSourceSpecificMembership", sourceAddress, groupAddress, multicastInterface, True)

    def dropSourceSpecificMembership(
        self, sourceAddress: str, groupAddress: str, multicastInterface: str | None = None
    ) -> None:
        """Leave a multicast group that was joined for one source.

        Raises: EINVAL, ERR_INVALID_ARG_TYPE, ERR_SOCKET_DGRAM_NOT_RUNNING.
        Node: https://nodejs.org/api/dgram.html#socketdropsourcespecificmembershipsourceaddress-groupaddress-multicastinterface
        """
        self._changeSource_("dropSourceSpecificMembership", sourceAddress, groupAddress, multicastInterface, False)

    def setRecvBufferSize(self, size: int) -> None:
        """Set the kernel's receive buffer, in bytes; Linux doubles the number.

        Raises: ERR_SOCKET_BUFFER_SIZE when it is not bound, ERR_SOCKET_BAD_BUFFER_SIZE.
        Node: https://nodejs.org/api/dgram.html#socketsetrecvbuffersizesize
        """
        self._bufferSize_(_checkedSize(size), True)

    def setSendBufferSize(self, size: int) -> None:
        """Set the kernel's send buffer, in bytes; Linux doubles the number.

        Raises: ERR_SOCKET_BUFFER_SIZE when it is not bound, ERR_SOCKET_BAD_BUFFER_SIZE.
        Node: https://nodejs.org/api/dgram.html#socketsetsendbuffersizesize
        """
        self._bufferSize_(_checkedSize(size), False)

    def getRecvBufferSize(self) -> int:
        """The kernel's receive buffer, in bytes.

        Raises: ERR_SOCKET_BUFFER_SIZE when it is not bound.
        Node: https://nodejs.org/api/dgram.html#socketgetrecvbuffersize
        """
        return self._bufferSize_(0, True)

    def getSendBufferSize(self) -> int:
        """The kernel's send buffer, in bytes.

        Raises: ERR_SOCKET_BUFFER_SIZE when it is not bound.
        Node: https://nodejs.org/api/dgram.html#socketgetsendbuffersize
        """
        return self._bufferSize_(0, False)

    def getSendQueueSize(self) -> int:
        """Bytes that wait to be sent. Node: https://nodejs.org/api/dgram.html#socketgetsendqueuesize"""
        return self._running_().sendQueueSize

    def getSendQueueCount(self) -> int:
        """Datagrams that wait to be sent. Node: https://nodejs.org/api/dgram.html#socketgetsendqueuecount"""
        return self._running_().sendQueueCount

    def ref(self) -> Self:
        """Keep the program alive while the socket is bound (the default).

        Node: https://nodejs.org/api/dgram.html#socketref
        """
        if self._handle_ is not None:
            self._handle_.ref()
        return self

    def unref(self) -> Self:
        """Do not keep the program alive. Node: https://nodejs.org/api/dgram.html#socketunref"""
        if self._handle_ is not None:
            self._handle_.unref()
        return self

    def _running_(self) -> DatagramHandle:
        """The handle of a socket that is not closed."""
        if self._handle_ is None:
            raise ERR_SOCKET_DGRAM_NOT_RUNNING()
        return self._handle_

    def _changeMembership_(self, syscall: str, group: Any, interface: Any, join: bool) -> None:
        handle = self._running_()
        if not isTruthy(group):
            raise ERR_MISSING_ARGS("multicastAddress")
        if isinstance(group, str) and (interface is None or isinstance(interface, str)):
            _check(handle.setMembership(group, interface, join), syscall)
        else:
            raise errnoException(-errno.EINVAL, syscall)

    def _changeSource_(self, syscall: str, source: Any, group: Any, interface: Any, join: bool) -> None:
        handle = self._running_()
        validateString(source, "sourceAddress")
        validateString(group, "groupAddress")
        if interface is not None and not isinstance(interface, str):
            raise errnoException(-errno.EINVAL, syscall)
        _check(handle.setSourceMembership(source, group, interface, join), syscall)

    def _bufferSize_(self, size: int, receive: bool) -> int:
        status = self._running_().bufferSize(size, receive)
        if status < 0:
            raise ERR_SOCKET_BUFFER_SIZE(
                {
                    "errno": status,
                    "code": getSystemErrorName(status),
                    "message": getSystemErrorMessage(status),
                    "syscall": "uv_recv_buffer_size" if receive else "uv_send_buffer_size",
                }
            )
        return status


def _check(status: int, syscall: str) -> None:
    if status:
        raise errnoException(status, syscall)


def _checkedSize(size: Any) -> int:
    if not isNumber(size) or not 0 <= size <= _UINT32_MAX or not float(size).is_integer():
        raise ERR_SOCKET_BAD_BUFFER_SIZE()
    return int(size)
