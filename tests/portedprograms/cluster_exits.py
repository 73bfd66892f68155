# Node: cluster, the first example, "Event: 'exit'" and worker.isDead(): workers that end in three ways.
from nodecompat import cluster, process, run
from nodecompat.util import format


def log(*args):
    print(format(*args))


if cluster.isPrimary:
    cluster.on(
        "fork",
        lambda worker: log(f"worker {worker.id} dead:", worker.isDead(), "connected:", worker.isConnected()),
    )
    ways = ["exit 1", "exit 0", "kill"]

    def next():
        if not ways:
            return
        way = ways.pop(0)
        worker = cluster.fork()
        worker.on("online", lambda: worker.send(way))

        def onExit(code, signal):
            if signal:
                print(f"worker was killed by signal: {signal}")
            elif code != 0:
                print(f"worker exited with error code: {code}")
            else:
                print("worker success!")
            log("dead:", worker.isDead(), "voluntary:", worker.exitedAfterDisconnect)

        worker.on("exit", onExit)

    def onWorkerExit(worker, code, signal):
        print(f"worker {worker.id} died ({signal or code}). restarting...")
        next()

    cluster.on("exit", onWorkerExit)
    next()
else:

    def onMessage(way):
        if way == "kill":
            process.kill(process.pid, "SIGKILL")
        else:
            process.exit(int(way.split(" ")[1]))

    process.on("message", onMessage)

run()
