"""fetch. Arguments: port, requests, requests in flight. Prints requests per second and CPU
microseconds per request, of kept connections."""

import sys
import time

from twisted.internet.defer import Deferred, gatherResults

from nodecompat import fetch, run

port, total, inFlight = map(int, sys.argv[1:])


async def worker(count):
    for _ in range(count):
        response = await fetch(f"http://127.0.0.1:{port}/")
        await response.text()


async def workers(count):
    await gatherResults([Deferred.fromCoroutine(worker(count)) for _ in range(inFlight)])


async def main():
    await workers(1)
    start, used = time.perf_counter(), time.process_time()
    await workers(total // inFlight)
    count = total // inFlight * inFlight
    print(count / (time.perf_counter() - start), (time.process_time() - used) / count * 1e6)


run(main)
