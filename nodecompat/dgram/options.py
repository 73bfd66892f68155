"""The option bags of `dgram`, and the record that comes with a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

from ..events import Abortable
from ..net.blocklist import BlockList
from ..records import Record


class SocketOptions(Abortable, total=False):
    """Options of `createSocket()`. Node: dgram.html#dgramcreatesocketoptions-callback"""

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
    """Options of `bind()`. Node: dgram.html#socketbindoptions-callback"""

    port: int
    address: str
    exclusive: bool
    fd: int


class BindSyncOptions(TypedDict, total=False):
    """Options of `bindSync()`. Node: dgram.html#socketbindsyncoptions"""

    port: int
    address: str


@dataclass(frozen=True, slots=True)
class RemoteInfo(Record):
    """Who sent a message; `size` is that of the message, in bytes. Node: dgram.html#event-message"""

    address: str
    family: str
    port: int
    size: int
