"""The option bags of WebSocket and WebSocketServer: those of npm's `ws`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict


class PerMessageDeflateOptions(TypedDict, total=False):
    """Options of permessage-deflate.

    Options:
        serverNoContextTakeover: The server packs each message by itself; False by default.
        clientNoContextTakeover: The client packs each message by itself; False by default.
        serverMaxWindowBits: The server's window as a power of two, 8 to 15; False refuses an offer that asks for less
            than 15. 15 by default.
        clientMaxWindowBits: The client's window as a power of two, 8 to 15; 15 by default.
        zlibDeflateOptions: `level`, `memLevel`, `strategy`; those of zlib by default.
        threshold: Bytes of a message that are packed where no earlier message helps; 1,024 by default.
    """

    serverNoContextTakeover: bool
    clientNoContextTakeover: bool
    serverMaxWindowBits: int | bool
    clientMaxWindowBits: int | bool
    zlibDeflateOptions: dict[str, int]
    threshold: int


class SocketOptions(TypedDict, total=False):
    """What a connection is told by its server, or by the program that opens it.

    Options:
        autoPong: Answer pings; True by default.
        closeTimeout: Milliseconds that closing may take; 30,000 by default.
        maxFragments: Parts of a message, 0 for any number; more are answered with 1008. 16,384 by default.
        maxPayload: Bytes of a message, unpacked, 0 for any number; more are answered with 1009. 104,857,600 (100 MiB)
            by default.
        maxPendingAutoPongs: Answers to pings that a peer may leave unread, 0 for any number; 60 by default.
        perMessageDeflate: Pack messages: True, or PerMessageDeflateOptions; False by default.
    """

    autoPong: bool
    closeTimeout: float
    maxFragments: int
    maxPayload: int
    maxPendingAutoPongs: int
    perMessageDeflate: bool | PerMessageDeflateOptions


class ServerOptions(SocketOptions, total=False):
    """Options of WebSocketServer: one of `port`, `server` and `noServer` must be given.

    Also the options of `SocketOptions`.

    Options:
        WebSocket: The class of the connections; WebSocket by default.
        backlog: Connections that wait to be accepted, with `port`; 511 by default.
        clientTracking: Keep the open connections in `clients`; True by default.
        handleProtocols: `handleProtocols(protocols, req)`: which of the subprotocols to speak, or a false value. The
            first one by default.
        host: The address to listen at, with `port`; every one by default.
        noServer: Listen to no server: the program calls `handleUpgrade`. False by default.
        path: The path that is served, without a query: others are refused; every one by default.
        port: The port to listen at, 0 for a free one; there is no default.
        server: An http.Server or https.Server; by default one is made for `port`.
        verifyClient: `verifyClient(info)` or `verifyClient(info, callback)` says whether a client may connect; by
            default it may.
    """

    WebSocket: Any
    backlog: int
    clientTracking: bool
    handleProtocols: Callable[..., Any]
    host: str
    noServer: bool
    path: str
    port: int
    server: Any
    verifyClient: Callable[..., Any]


class SendOptions(TypedDict, total=False):
    """Options of WebSocket.send.

    Options:
        binary: Send bytes and no text; True by default unless the data is a text.
        compress: Pack it, where permessage-deflate was agreed; True by default.
        fin: With False, further fragments of the message follow; True by default.
        mask: Mask the data; by default a client does.
    """

    binary: bool
    compress: bool
    fin: bool
    mask: bool
