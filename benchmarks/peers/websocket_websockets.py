"""A WebSocket server on `websockets` over asyncio: echoes, or with "broadcast" sends each message to all."""

import asyncio
import contextlib
import sys

from websockets.asyncio.server import broadcast, serve
from websockets.exceptions import ConnectionClosedError

clients = set()


async def echo(ws):
    with contextlib.suppress(ConnectionClosedError):  # the clients go without a close frame
        async for message in ws:
            await ws.send(message)


async def toAll(ws):
    clients.add(ws)
    try:
        with contextlib.suppress(ConnectionClosedError):
            async for message in ws:
                broadcast(clients, message)
    finally:
        clients.remove(ws)


async def main():
    handler = toAll if "broadcast" in sys.argv else echo
    async with serve(handler, "127.0.0.1", 0, backlog=2048, compression=None, ping_interval=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


asyncio.run(main())
