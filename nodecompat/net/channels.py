"""The diagnostics channels of `net`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diagnostics_channel import channel

if TYPE_CHECKING:
    from ..diagnostics_channel import Channel

#: A Socket is about to connect: {"socket": …}.
clientSocket: Channel = channel("net.client.socket")
#: A server has a new connection: {"socket": …}.
serverSocket: Channel = channel("net.server.socket")
#: listen() was called: {"server": …, "options": …}.
listenStart: Channel = channel("tracing:net.server.listen:asyncStart")
#: The server listens: {"server": …}.
listenEnd: Channel = channel("tracing:net.server.listen:asyncEnd")
#: It cannot: {"server": …, "error": …}.
listenError: Channel = channel("tracing:net.server.listen:error")
