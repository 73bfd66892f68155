# Node: cluster, SCHED_NONE: each worker accepts by itself. "How it works": exclusive, reusePort, explicit servers.
from nodecompat import cluster, net, process, run
from nodecompat.events import once
from nodecompat.reactor.loop.promised import Promised
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


async def main():
    global told
    cluster.schedulingPolicy = cluster.SCHED_NONE
    one, two = cluster.fork(), cluster.fork()
    cluster.schedulingPolicy = cluster.SCHED_RR  # too late: it is frozen
    for online in [once(one, "online"), once(two, "online")]:
        await online
    told = 0

    def onListening():
        global told
        told += 1

    cluster.on("listening", onListening)

    async def ask(worker, *message):
        answer = once(worker, "message")
        worker.send(message)
        return (await answer)[0]

    def fetched(where):
        promise = Promised()
        socket = net.connect(where).setEncoding("utf8").on("data", promise.callback)
        socket.on("error", lambda error: promise.callback(error.code))
        return promise

    local = {"port": 0, "host": "127.0.0.1"}
    _, port = await ask(one, "listen", "a", local)
    log("shared", (await ask(two, "listen", "a", local))[1] == port, await fetched(port) in ("1", "2"))
    log((await ask(one, "listen", "b", {**local, "port": port}))[:3])
    taken = net.createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    log("taken", (await ask(one, "listen", "c", {**local, "port": taken.address().port}))[:3])
    taken.close()
    _, own = await ask(one, "listen", "d", {**local, "exclusive": True})
    log("exclusive", await fetched(own), (await ask(two, "listen", "d", {**local, "exclusive": True, "port": own}))[:3])
    await ask(one, "close", "d")
    _, both = await ask(one, "listen", "e", {**local, "reusePort": True})
    _, again = await ask(two, "listen", "e", {**local, "reusePort": True, "port": both})
    log("reusePort", both == again, await fetched(both) in ("1", "2"))
    await ask(one, "close", "e")
    log(await fetched(both))
    await ask(two, "close", "e")
    log("a handle", await ask(one, "adopt", "f"))
    log("told", told)
    log("close", await ask(one, "close", "a"), await fetched(port), await fetched(port))
    gone = [once(one, "exit"), once(two, "exit")]
    cluster.disconnect()
    for code, signal in [await each for each in gone]:
        log(code, signal)
    log(await fetched(port))


if cluster.isPrimary:
    run(main)
else:
    servers = {}

    def adopt(server):
        def begun():
            def onListening():  # the worker's own, the primary hears nothing of it
                def onData(data):
                    other.close()
                    server.close()
                    process.send(["adopted", data.decode() == str(cluster.worker.id)])

                net.connect(server.address().port, "127.0.0.1").on("data", onData)

            server.listen(other, onListening)

        other = net.createServer().listen({"port": 0, "host": "127.0.0.1", "exclusive": True}, begun)

    def onMessage(message):
        what, name, options = (*message, None)[:3]
        if what == "close":
            return servers[name].close(lambda: process.send(["closed"]))
        server = net.createServer(lambda socket: socket.end(str(cluster.worker.id)))
        servers[name] = server
        server.on("error", lambda error: process.send(["error", error.code, error.syscall, error.port]))

        def listening():
            process.send(["listening", server.address().port])

        if what == "listen":
            return server.listen(options, listening)
        adopt(server)

    process.on("message", onMessage)
    run()
