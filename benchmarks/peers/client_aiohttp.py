"""aiohttp's client session. Arguments: port, requests, requests in flight. Prints
requests per second and CPU microseconds per request, of kept connections."""

import asyncio
import sys
import time

import aiohttp

port, total, inFlight = map(int, sys.argv[1:])


async def worker(session, count):
    for _ in range(count):
        async with session.get(f"http://127.0.0.1:{port}/") as response:
            await response.read()


async def workers(session, count):
    await asyncio.gather(*(worker(session, count) for _ in range(inFlight)))


async def main():
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=inFlight)) as session:
        await workers(session, 1)
        start, used = time.perf_counter(), time.process_time()
        await workers(session, total // inFlight)
        count = total // inFlight * inFlight
        print(count / (time.perf_counter() - start), (time.process_time() - used) / count * 1e6)


asyncio.run(main())
