# Node: cluster.disconnect(callback), when there is no worker, a worker, and one that has hung up already.
from nodecompat import cluster, net, process, run, setInterval
from nodecompat.events import once
from nodecompat.reactor.loop.promised import Promised
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


def state(worker):
    voluntary = "undefined" if worker.exitedAfterDisconnect is None else worker.exitedAfterDisconnect
    return [worker.isConnected(), worker.isDead(), voluntary]


def workers():
    return [str(id) for id in cluster.workers]


async def main():
    cluster.disconnect(lambda: log("nobody to disconnect"))
    log("first this")
    done = Promised()
    cluster.disconnect(lambda: done.callback(None))
    await done
    worker = cluster.fork()
    other = cluster.fork()
    for listening in [once(worker, "listening"), once(other, "listening")]:
        await listening
    other.send("hang up")
    await once(other, "disconnect")
    log("hung up", state(other), workers())
    cluster.on("exit", lambda worker: log("exit", worker.id, workers()))
    worker.disconnect()
    log(state(worker), workers())
    await once(worker, "exit")
    cluster.disconnect(lambda: log("callback", state(other), workers()))
    log(state(other), workers())
    other.kill("SIGKILL")
    await once(other, "exit")
    log(state(worker), state(other))


if cluster.isPrimary:
    run(main)
else:
    net.createServer().listen(0, "127.0.0.1")

    def onMessage(message):
        cluster.worker.exitedAfterDisconnect = True  # it may go on without its primary
        setInterval(lambda: None, 1000)
        process.disconnect()

    process.on("message", onMessage)
    run()
