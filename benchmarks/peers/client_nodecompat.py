"""http.get through an Agent. Arguments: port, requests, requests in flight. Prints
requests per second and CPU microseconds per request, of kept connections."""

import sys
import time

from nodecompat import http, run

port, total, inFlight = map(int, sys.argv[1:])
agent = http.Agent(keepAlive=True, maxSockets=inFlight)
options = {"port": port, "host": "127.0.0.1", "agent": agent}
#: The first requests, one for each connection, come before the clock starts.
begun = ended = -inFlight


def ask():
    global begun
    begun += 1
    http.get(options, onResponse)


def onResponse(response):
    response.on("data", onData)
    response.on("end", onEnd)


def onData(chunk):
    pass


def onEnd():
    global ended, start, used
    ended += 1
    if ended == 0:
        start, used = time.perf_counter(), time.process_time()
        askAll()
    elif ended > 0 and begun < total:
        ask()
    elif ended == total:
        print(total / (time.perf_counter() - start), (time.process_time() - used) / total * 1e6)
        agent.destroy()


def askAll():
    for _ in range(inFlight):
        ask()


run(askAll)
