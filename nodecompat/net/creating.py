"""Functions that make sockets: `createConnection`, and `fromTransport`, which is not of Node.

Follows lib/net.js of Node 26 by behaviour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..reactor import choose
from ..validators import validateFunction
from .arguments import connectArguments
from .connection import timerDuration
from .options import CONSTRUCTOR_OPTIONS, merge
from .socket import Socket


def createConnection(*args: Any, **keywords: Any) -> Socket:
    """Make a Socket and connect it; `connect` is the same function.

    Args: as `socket.connect`, with the options of the constructor among the others, and `timeout` (milliseconds).
    Returns: the socket.
    Raises: as `Socket` and `socket.connect`.
    Node: net.html#netcreateconnection
    """
    options, listener = connectArguments(args, keywords)
    socket = Socket({name: value for name, value in options.items() if name in CONSTRUCTOR_OPTIONS})
    if options.get("timeout"):
        socket.setTimeout(timerDuration(options["timeout"], "msecs"))
    if listener is not None:
        validateFunction(listener, "listener")
        return socket.connect(options, listener)
    return socket.connect(options)


def fromTransport(transport: Any, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Socket:
    """A Socket over a connected Twisted transport; the socket takes the place of the transport's protocol.

    Args: transport: an ITransport; options: SocketConstructorOpts.
    """
    return Socket({**merge(options, keywords), "handle": choose.fromTransport(transport)})
