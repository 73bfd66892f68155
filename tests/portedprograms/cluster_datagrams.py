# Node: cluster, 'listening' of 'udp4' and dgram's bind() in workers: whose port it is.
from nodecompat import cluster, dgram, process, run
from nodecompat.events import once
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


async def main():
    one, two = cluster.fork(), cluster.fork()
    for online in [once(one, "online"), once(two, "online")]:
        await online

    def onListening(worker, address):
        fd = "no fd" if address.fd is None else address.fd
        log("listening", worker.id, address.addressType, address.address, address.port > 0, fd)

    cluster.on("listening", onListening)
    peer = dgram.createSocket("udp4").bind(0, "127.0.0.1")
    await once(peer, "listening")

    async def ask(worker, *message):
        shared = message[0] == "bind" and not message[2].get("exclusive")
        shared = shared and message[2]["port"] != peer.address().port
        told = once(cluster.cluster, "listening") if shared else None
        answer = once(worker, "message")
        worker.send(message)
        if told is not None:
            await told
        return (await answer)[0]

    async def answered(port):
        peer.send("question", port, "127.0.0.1")
        return (await once(peer, "message"))[0].decode()

    local = {"port": 0, "address": "127.0.0.1"}
    _, port = await ask(one, "bind", "a", local)
    log((await ask(two, "bind", "a", local))[1] == port, await answered(port) in ("1", "2"))
    _, second = await ask(one, "bind", "b", local)
    _, own = await ask(one, "bind", "c", {**local, "exclusive": True})
    log(port == second, own == port, await answered(second), await answered(own))
    log((await ask(two, "bind", "c", {**local, "exclusive": True, "port": own}))[:3])
    log((await ask(two, "bind", "d", {**local, "port": peer.address().port}))[:3])
    log(await ask(one, "close", "a"), await answered(port))
    await ask(one, "close", "c")
    peer.close()
    gone = [once(one, "exit"), once(two, "exit")]
    for worker in [one, two]:
        worker.disconnect()
    for code, signal in [await each for each in gone]:
        log(code, signal)


if cluster.isPrimary:
    run(main)
else:
    sockets = {}

    def onMessage(message):
        what, name, options = (*message, None)[:3]
        if what == "close":
            return sockets[name].close(lambda: process.send(["closed"]))
        socket = dgram.createSocket("udp4")
        sockets[name] = socket
        socket.on("error", lambda error: process.send(["error", error.code, error.syscall, error.port]))
        socket.on("message", lambda data, peer: socket.send(str(cluster.worker.id), peer.port, peer.address))
        socket.bind(options, lambda: process.send(["bound", socket.address().port]))

    process.on("message", onMessage)
    run()
