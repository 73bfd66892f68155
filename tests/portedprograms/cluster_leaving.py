# Node: worker.disconnect(), worker.kill(), worker.process, exitedAfterDisconnect: what is told in which order.
from nodecompat import cluster, net, process, run
from nodecompat.events import once
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


def state(worker):
    voluntary = "undefined" if worker.exitedAfterDisconnect is None else worker.exitedAfterDisconnect
    return [worker.isConnected(), worker.isDead(), voluntary, worker.id in cluster.workers]


def hangUp(worker):
    worker.process.disconnect()
    return state(worker)


scenes = {
    "worker.disconnect() here": lambda worker: [worker.disconnect() is worker, *state(worker)],
    "worker.disconnect() there": lambda worker: [worker.send("disconnect")],
    "worker.process.disconnect() here": hangUp,
    "process.disconnect() there": lambda worker: [worker.send("hang up")],
    "worker.kill() here": lambda worker: [worker.kill() or "nothing", *state(worker)],
    "worker.destroy() there": lambda worker: [worker.send("destroy")],
}


async def main():
    all = [cluster.fork() for _ in scenes]
    for listening in [once(worker, "listening") for worker in all]:
        await listening
    for name, act in scenes.items():
        worker = all.pop(0)
        events = []
        for event in ("disconnect", "exit"):
            worker.on(event, lambda *args, it=(events, event, worker): it[0].append([it[1], *args, *state(it[2])]))
        worker.on("message", lambda message, handle, events=events: events.append(message))
        log(name, state(worker))
        found = act(worker)
        await once(worker, "exit")
        if worker.isConnected():
            await once(worker, "disconnect")  # 'exit' may come before
        log("  here", *found)
        for event in sorted(events, key=lambda event: event[0]):
            log(" ", *event)


if cluster.isPrimary:
    run(main)
else:
    server = net.createServer().listen(0, "127.0.0.1")
    told = []
    server.on("close", lambda: told.append("server closed"))

    def onMessage(message):
        if message == "disconnect":
            same = cluster.worker.disconnect() is cluster.worker
            cluster.worker.disconnect()
            connected = cluster.worker.isConnected()
            process.send(["at once", same, cluster.worker.exitedAfterDisconnect, connected, server.listening])
        elif message == "hang up":
            process.disconnect()
        else:
            cluster.worker.destroy()
            connected = cluster.worker.isConnected()
            process.send(["at once", cluster.worker.exitedAfterDisconnect, connected, server.listening])

    process.on("message", onMessage)
    cluster.worker.on("disconnect", lambda: told.append("worker disconnect"))
    process.on("disconnect", lambda: told.extend(["process disconnect", cluster.worker.isConnected()]))
    process.on("exit", lambda code: log("  at its exit", code, *told))
    run()
