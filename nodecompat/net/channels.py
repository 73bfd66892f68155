"""The diagnostics channels of `net`."""

from __future__ import annotations

from ..diagnostics_channel import channel

#: A Socket is about to connect: {"socket": …}.
clientSocket = channel("net.client.socket")
#: A server has a new connection: {"socket": …}.
serverSocket = channel("net.server.socket")
#: listen() was called: {"server": …, "options": …}.
listenStart = channel("tracing:net.server.listen:asyncStart")
#: The server listens: {"server": …}.
listenEnd = channel("tracing:net.server.listen:asyncEnd")
#: It cannot: {"server": …, "error": …}.
listenError = channel("tracing:net.server.listen:error")
