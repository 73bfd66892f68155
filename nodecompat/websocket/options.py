"""The option bags of WebSocket and WebSocketServer: those of npm's `ws`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict


class PerMessageDeflateOptions(TypedDict, total=False):
    """Options of permessage-deflate."""

    serverNoContextTakeover: bool
    clientNoContextTakeover: bool
    #: 8 to 15; False refuses an offer that asks for less than 15.
    serverMaxWindowBits: int | bool
    clientMaxWindowBits: int | bool
    #: `level`, `memLevel`, `strategy`.
    zlibDeflateOptions: dict[str, int]
    #: Bytes of a message that are packed where no earlier message helps. Default 1024.
    threshold: int


class SocketOptions(TypedDict, total=False):
    """What a connection is told by its server, or by the program that opens it."""

    #: Answer pings. Default True.
    autoPong: bool
    #: Milliseconds that closing may take. Default 30000.
    closeTimeout: float
    #: Parts of a message; more are answered with 1008. Default 16384, 0 for any number.
    maxFragments: int
    #: Bytes of a message, unpacked; more are answered with 1009. Default 100 MiB, 0 for any number.
    maxPayload: int
    #: Answers to pings that a peer may leave unread. Default 60, 0 for any number.
    maxPendingAutoPongs: int
    perMessageDeflate: bool | PerMessageDeflateOptions


class ServerOptions(SocketOptions, total=False):
    """Options of WebSocketServer: one of `port`, `server` and `noServer` must be given."""

    WebSocket: Any
    backlog: int
    #: Keep the open connections in `clients`. Default True.
    clientTracking: bool
    #: `handleProtocols(protocols, req)`: which of the subprotocols to speak, or a false value.
    handleProtocols: Callable[..., Any]
    host: str
    noServer: bool
    #: Without a query; other paths are refused.
    path: str
    port: int
    #: An http.Server or https.Server.
    server: Any
    #: `verifyClient(info)` or `verifyClient(info, callback)`.
    verifyClient: Callable[..., Any]


class SendOptions(TypedDict, total=False):
    """Options of WebSocket.send."""

    #: Default: True unless the data is a text.
    binary: bool
    #: Where permessage-deflate was agreed. Default True.
    compress: bool
    #: False if further fragments of the message follow.
    fin: bool
    mask: bool
