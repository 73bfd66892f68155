"""fetch. Arguments: port, requests, requests in flight. Prints requests per second and CPU
microseconds per request."""

import sys
import time

from nodecompat import fetch, run
from nodecompat.stream.core.promises import run as start

port, total, inFlight = map(int, sys.argv[1:])
running = inFlight


async def worker(count):
    global running
    for _ in range(count):
        response = await fetch(f"http://127.0.0.1:{port}/")
        await response.text()
    running -= 1
    if running == 0:
        count = total // inFlight * inFlight
        print(count / (time.perf_counter() - begun), (time.process_time() - used) / count * 1e6)


def main():
    global begun, used
    begun, used = time.perf_counter(), time.process_time()
    for _ in range(inFlight):
        start(worker(total // inFlight))


run(main)
