"""Twisted protocols over our sockets. Not in Node; `fromTransport` and `server.asFactory()` are the other direction.

Any Twisted protocol can serve or use a connection of this package: `twisted.web`'s Site behind a
`net.Server`, a line receiver over an upgraded http connection.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ..optionbags import check
from ..reactor.twisted import transport
from .options import ServerOpts, merge
from .server import Server

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

_P = TypeVar("_P")


def connectProtocol(socket: Any, protocol: _P) -> _P:
    """Run a Twisted protocol over a socket, from now on or once it has connected.

    Args:
        socket: nothing else may read from it.
        protocol: an IProtocol. The end of the peer's data ends the connection unless it is half-closeable.
    Returns: the protocol.
    """
    transport.connect(socket, protocol)
    return protocol


def fromFactory(factory: Any, options: ServerOpts | Bag | None = None, /, **keywords: Unpack[ServerOpts]) -> Server:
    """Make a server whose connections run the protocols of a Twisted factory.

    Args: factory: an IProtocolFactory, such as `twisted.web.server.Site`; options: ServerOpts, as for `createServer`.
    """
    check(ServerOpts, options, keywords)
    given: dict[str, Any] = {**merge(options, keywords), "allowHalfOpen": True}
    server = Server(given, partial(_onConnection, factory))
    server.on("listening", factory.doStart)
    server.on("close", factory.doStop)
    return server


def _onConnection(factory: Any, socket: Any) -> None:
    transport.build(socket, factory)
