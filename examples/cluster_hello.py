"""A server in several processes that share one port; a worker that dies is replaced.

python examples/cluster_hello.py [WORKERS] [PORT]      then: curl localhost:8080, and curl localhost:8080/die
"""

import os
import sys

from nodecompat import cluster, http, process, run

WORKERS = int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count() or 1
PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 8080


def primary():
    for _ in range(WORKERS):
        cluster.fork()
    ready = set()

    @cluster.on("listening")
    def onListening(worker, address):
        if len(ready) < WORKERS:
            ready.add(worker.id)
            if len(ready) == WORKERS:
                print("listening on", address.port, flush=True)

    @cluster.on("exit")
    def onExit(worker, code, signal):
        if not worker.exitedAfterDisconnect:
            print(f"worker {worker.id} has died", flush=True)
            cluster.fork()

    # In order: the workers accept no more, end when their connections have, and then we do.
    process.once("SIGTERM", lambda: cluster.disconnect(process.exit))


def work():
    def onRequest(request, response):
        response.end(f"worker {cluster.worker.id}\n")
        if request.url == "/die":
            response.on("close", lambda: process.exit(1))

    http.createServer(onRequest).listen(PORT, "127.0.0.1")


primary() if cluster.isPrimary else work()
run()
