"""The option bags of `dgram`, and the record that comes with a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

from ..events import Abortable
from ..net.blocklist import BlockList
from ..records import Record


class SocketOptions(Abortable, total=False):
    """Options of `createSocket()`.

    Also the options of `Abortable`.

    Options:
        type: "udp4" or "udp6"; there is no default.
        reuseAddr: Bind although another socket has the port (SO_REUSEADDR): the last one gets the datagrams; False by
            default.
        reusePort: Share the port with other sockets that ask for it, the kernel spreads the datagrams (SO_REUSEPORT);
            False by default.
        ipv6Only: A socket of "udp6" takes no IPv4; False by default.
        recvBufferSize: Bytes of the kernel's buffer for what arrives (SO_RCVBUF); the system's by default.
        sendBufferSize: Bytes of the kernel's buffer for what leaves (SO_SNDBUF); the system's by default.
        lookup: `lookup(hostname, family, callback)`; `dns.lookup` by default.
        receiveBlockList: Addresses whose datagrams are dropped; none by default.
        sendBlockList: Addresses that nothing is sent to; none by default.
    Node: https://nodejs.org/api/dgram.html#dgramcreatesocketoptions-callback
    """

    type: str
    reuseAddr: bool
    reusePort: bool
    ipv6Only: bool
    recvBufferSize: int
    sendBufferSize: int
    lookup: Callable[..., Any]
    receiveBlockList: BlockList
    sendBlockList: BlockList


class BindOptions(TypedDict, total=False):
    """Options of `bind()`.

    Options:
        port: The port; a free one by default.
        address: The address to receive at; "0.0.0.0" or "::" by default.
        exclusive: A worker of a cluster has the port for itself; False by default.
        fd: An open socket's descriptor, in place of port and address; none by default.
    Node: https://nodejs.org/api/dgram.html#socketbindoptions-callback
    """

    port: int
    address: str
    exclusive: bool
    fd: int


class BindSyncOptions(TypedDict, total=False):
    """Options of `bindSync()`.

    Options:
        port: The port, 0 to 65,535; 0, the default, for a free one.
        address: The address to receive at, no name; "0.0.0.0" or "::" by default.
    Node: https://nodejs.org/api/dgram.html#socketbindsyncoptions
    """

    port: int
    address: str


@dataclass(frozen=True, slots=True)
class RemoteInfo(Record):
    """Who sent a message; `size` is that of the message, in bytes.

    Node: https://nodejs.org/api/dgram.html#event-message
    """

    address: str
    family: str
    port: int
    size: int


# A frozen dataclass sets each field by way of `object.__setattr__`. The slots themselves do it in half the time,
# which is 6 % of an echo of 64 bytes.
_new = object.__new__
_slots: Any = RemoteInfo
_setAddress, _setFamily = _slots.address.__set__, _slots.family.__set__
_setPort, _setSize = _slots.port.__set__, _slots.size.__set__


def remoteInfo(address: str, family: str, port: int, size: int) -> RemoteInfo:
    """Make a RemoteInfo, fast: one is made for every message."""
    made = _new(RemoteInfo)
    _setAddress(made, address)
    _setFamily(made, family)
    _setPort(made, port)
    _setSize(made, size)
    return made
