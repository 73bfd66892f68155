# Node: cluster, "How it works" and 'listening': whose port it is, what its address is, and errors that the worker gets.
import os
import re
import shutil
import tempfile

from nodecompat import cluster, net, process, run
from nodecompat.events import once
from nodecompat.reactor.loop.promised import Promised
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


async def main():
    global told
    folder = tempfile.mkdtemp(prefix="nc-")
    cluster.setupPrimary(cwd=folder)
    taken = net.createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    takenPort = taken.address().port
    one, two = cluster.fork(), cluster.fork()
    for online in [once(one, "online"), once(two, "online")]:
        await online
    told = 0

    def short(value):
        if value == takenPort:
            return "taken"
        return "a port" if isinstance(value, int) and value > 0 else format(value).replace(folder, "folder")

    async def ask(worker, what, name, options=None):
        listening = once(worker, "listening")
        answer = once(worker, "message")
        worker.send([what, name, options])
        event, port, *rest = (await answer)[0]
        log(worker.id, what, name, "->", event, short(port), *map(short, rest))
        if event == "listening" and not options.get("exclusive"):
            (address,) = await listening
            fd = "no fd" if address.fd is None else address.fd
            log(" ", address.addressType, short(address.address or "none"), short(address.port), fd)
        return port

    def onListening():
        global told
        told += 1

    cluster.on("listening", onListening)

    def fetched(where):
        promise = Promised()
        socket = net.connect(where).setEncoding("utf8").on("data", promise.callback)
        socket.on("error", lambda error: promise.callback(error.code))
        return promise

    local = {"port": 0, "host": "127.0.0.1"}
    port = await ask(one, "listen", "a", local)
    log(await ask(two, "listen", "a", local) == port)
    second = await ask(one, "listen", "b", local)  # its second with port 0
    log(second == port, await ask(two, "listen", "b", local) == second)
    own = await ask(one, "listen", "c", {**local, "exclusive": True})
    log(own in (port, second), await fetched(own))
    await ask(one, "close", "c")
    await ask(one, "listen", "any", {"port": 0})
    await ask(one, "listen", "path", {"path": "socket"})
    await ask(two, "listen", "path", {"path": os.path.join(folder, "socket")})
    log(sorted([await fetched(os.path.join(folder, "socket")), await fetched(os.path.join(folder, "socket"))]))
    await ask(one, "listen", "taken", {**local, "port": takenPort})
    await ask(one, "listen", "no address", {"port": 0, "host": "192.0.2.1"})
    await ask(one, "listen", "no folder", {"path": "missing/socket"})
    await ask(one, "listen", "d", {"port": port, "host": "127.0.0.1"})  # by its number it is another
    log(sorted([await fetched(port), await fetched(port)]))
    await ask(one, "close", "a")
    log(await fetched(port), await fetched(port))
    await ask(two, "close", "a")
    log(await fetched(port))
    await ask(one, "listen", "a", {"port": port, "host": "127.0.0.1"})
    log(await fetched(port), told)
    taken.close()
    for worker in [one, two]:
        worker.disconnect()
        await once(worker, "exit")
    log(await fetched(port), await fetched(second), os.listdir(folder))
    shutil.rmtree(folder)


if cluster.isPrimary:
    run(main)
else:
    servers = {}

    def onMessage(message):
        what, name, options = message
        if what == "close":
            return servers[name].close(lambda: process.send(["closed", 0]))
        server = net.createServer(lambda socket: socket.end(str(cluster.worker.id)))
        servers[name] = server

        def onError(error):
            message = re.sub(r":\d+$", "", error.message)
            process.send(
                [
                    "error",
                    "none" if error.port is None else error.port,
                    error.code,
                    error.syscall,
                    error.address,
                    message,
                ]
            )

        def listening():
            address = server.address()
            process.send(["listening", address if isinstance(address, str) else address.port])

        server.on("error", onError)
        server.listen(options, listening)

    process.on("message", onMessage)
    run()
