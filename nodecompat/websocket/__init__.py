"""WebSocket servers, in the form of npm's package `ws`: WebSocketServer and the WebSocket objects that it makes.

    from nodecompat import run, websocket

    server = websocket.WebSocketServer(port=8080)

    @server.on("connection")
    def onConnection(ws, req):
        ws.on("message", lambda data, isBinary: ws.send(data, {"binary": isBinary}))

    run()

A client is Node's global, `nodecompat.WebSocket`. Both stand on one connection (`protocol/connection.py`): that client
imports this package for it, so what makes a server is loaded when it is first looked up.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .options import PerMessageDeflateOptions, SendOptions, ServerOptions, SocketOptions
    from .server import WebSocketServer
    from .socket import WebSocket

_HOMES = {
    "PerMessageDeflateOptions": "options",
    "SendOptions": "options",
    "ServerOptions": "options",
    "SocketOptions": "options",
    "WebSocket": "socket",
    "WebSocketServer": "server",
}

__all__ = ["PerMessageDeflateOptions", "SendOptions", "ServerOptions", "SocketOptions", "WebSocket", "WebSocketServer"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module("." + _HOMES[name], __name__), name)
    globals()[name] = value
    return value
