"""http.get through an Agent. Arguments: port, requests, requests in flight. Prints
requests per second and CPU microseconds per request."""

import sys
import time

from nodecompat import http, run

port, total, inFlight = map(int, sys.argv[1:])
agent = http.Agent(keepAlive=True, maxSockets=inFlight)
options = {"port": port, "host": "127.0.0.1", "agent": agent}
begun = ended = 0


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
    global ended
    ended += 1
    if begun < total:
        ask()
    elif ended == total:
        print(total / (time.perf_counter() - start), (time.process_time() - used) / total * 1e6)
        agent.destroy()


def main():
    global start, used
    start, used = time.perf_counter(), time.process_time()
    for _ in range(inFlight):
        ask()


run(main)
