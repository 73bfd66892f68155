# Node: cluster, worker.send(), cluster.setupPrimary(), cluster.worker and cluster.workers.
from nodecompat import cluster, process, run
from nodecompat.util import format


def log(*args):
    print(format(*args))


if cluster.isPrimary:
    log("I am primary", cluster.worker is None)
    cluster.on("setup", lambda settings: log("setup", settings["args"], settings["silent"]))
    cluster.setupPrimary(args=["--use", "https"], silent=False)
    first = cluster.fork()  # https worker
    gone = 0

    def onFirst(msg):
        log("first says", msg)
        cluster.setupPrimary(args=["--use", "http"])
        second = cluster.fork({"COLOUR": "green"})  # http worker

        def onSecond(text):
            log("second says", text)
            for worker in list(cluster.workers.values()):
                worker.send("big announcement to all workers")

        second.on("message", onSecond)
        second.send("hi there")

    first.on("message", onFirst)
    first.send("hi there")
    cluster.on("message", lambda worker, msg, handle: log("cluster hears", worker.id, isinstance(msg, list)))

    def onExit(worker, code, signal):
        global gone
        gone += 1
        if gone == 2:
            log("all gone", list(cluster.workers))

    cluster.on("exit", onExit)
else:

    def onMessage(msg):
        if msg == "hi there":
            process.send([cluster.worker.id, process.argv[2:], process.env.get("COLOUR", ""), cluster.isPrimary])
        else:
            cluster.worker.disconnect()

    process.on("message", onMessage)

run()
