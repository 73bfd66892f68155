"""treq with a connection pool. Arguments: port, requests, requests in flight. Prints
requests per second and CPU microseconds per request, of kept connections."""

import sys
import time

import treq
from twisted.internet import task
from twisted.internet.defer import Deferred, gatherResults
from twisted.web.client import HTTPConnectionPool

port, total, inFlight = map(int, sys.argv[1:])


async def worker(pool, count):
    for _ in range(count):
        response = await treq.get(f"http://127.0.0.1:{port}/", pool=pool)
        await response.content()


async def workers(pool, count):
    await gatherResults([Deferred.fromCoroutine(worker(pool, count)) for _ in range(inFlight)])


async def main(reactor):
    pool = HTTPConnectionPool(reactor, persistent=True)
    pool.maxPersistentPerHost = inFlight
    await workers(pool, 1)
    start, used = time.perf_counter(), time.process_time()
    await workers(pool, total // inFlight)
    count = total // inFlight * inFlight
    print(count / (time.perf_counter() - start), (time.process_time() - used) / count * 1e6)
    await pool.closeCachedConnections()


task.react(lambda reactor: Deferred.fromCoroutine(main(reactor)))
