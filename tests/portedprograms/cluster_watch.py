# Node: cluster, "Event: 'fork'", 'online', 'listening', worker.isDead(): who does not come up in time, who ends itself.
import sys

from nodecompat import clearTimeout, cluster, http, process, run, setTimeout
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


if cluster.isPrimary:
    timeouts = {}
    listening = 0

    def errorMsg():
        print("Something must be wrong with the connection ...", file=sys.stderr)

    def onFork(worker):
        timeouts[worker.id] = setTimeout(errorMsg, 60_000)
        log("worker is dead:", worker.isDead())

    cluster.on("fork", onFork)
    cluster.on("online", lambda worker: worker.id == 1 and log("Yay, the worker responded after it was forked"))

    def onListening(worker, address):
        global listening
        clearTimeout(timeouts[worker.id])
        listening += 1
        if listening == 2:
            log(f"A worker is now connected to {address.address}:{str(address.port > 0).lower()}")

            def onResponse(res):
                res.setEncoding("utf8")
                res.on("data", lambda text: log(text == "a current process"))
                res.on("error", lambda error: log(error.code))

            http.get({"port": address.port, "host": "127.0.0.1", "agent": False}, onResponse)

    cluster.on("listening", onListening)
    disconnected = []  # 'exit' may come before
    cluster.on("disconnect", lambda worker: disconnected.append(f"The worker #{worker.id} has disconnected"))
    process.on("exit", lambda: log(sorted(disconnected)))

    def onExit(worker, code, signal):
        clearTimeout(timeouts[worker.id])
        log("worker is dead:", worker.isDead(), code, signal)
        if worker.exitedAfterDisconnect is True:
            log("Oh, it was just voluntary – no need to worry")
        else:
            for other in list(cluster.workers.values()):
                other.disconnect()

    cluster.on("exit", onExit)
    for _ in range(2):
        cluster.fork()
else:

    def onRequest(req, res):
        res.writeHead(200)
        res.end("a current process", lambda: process.kill(process.pid))

    http.createServer(onRequest).listen(0, "127.0.0.1")

run()
