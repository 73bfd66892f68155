"""aiohttp's client session. Arguments: port, requests, requests in flight. Prints requests per second."""

import asyncio
import sys
import time

import aiohttp

port, total, inFlight = map(int, sys.argv[1:])


async def worker(session, count):
    for _ in range(count):
        async with session.get(f"http://127.0.0.1:{port}/") as response:
            await response.read()


async def main():
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=inFlight)) as session:
        start = time.perf_counter()
        await asyncio.gather(*(worker(session, total // inFlight) for _ in range(inFlight)))
        print(total // inFlight * inFlight / (time.perf_counter() - start))


asyncio.run(main())
