"""A server inside an asyncio application: one loop, no threads, and both sides await each other.

python examples/inside_asyncio.py [PORT]      then: curl localhost:8124/some/name
"""

import asyncio
import sys

from nodecompat import http
from nodecompat.events import once

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8124


async def onRequest(req, res):
    # A listener of ours that awaits asyncio: a sleep, a subprocess, aiohttp, a database.
    await asyncio.sleep(0.01)
    if req.method == "POST":
        body = b"".join([chunk async for chunk in req])
        res.end(f"you sent {len(body)} bytes\n")
    else:
        names.put_nowait(req.url)
        res.end(f"hello {req.url}\n")
    if req.url == "/quit":
        quitting.set()


async def tellNames():
    # A plain asyncio task.
    while True:
        print("asked for", await names.get(), flush=True)


async def main():
    global names, quitting
    names, quitting = asyncio.Queue(), asyncio.Event()
    server = http.createServer(onRequest)
    server.listen(PORT)
    await once(server, "listening")  # a promise of Node's, awaited beside asyncio's
    print("listening on", server.address().port, flush=True)
    telling = asyncio.create_task(tellNames())
    await quitting.wait()
    server.close()
    await asyncio.wait_for(once(server, "close"), timeout=10)
    telling.cancel()


asyncio.run(main())
