# Node: net, server.maxConnections and dropMaxConnection in workers: who is full passes connections on, or drops them.
from nodecompat import cluster, net, process, run, setTimeout
from nodecompat.events import once
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


async def main():
    global ended
    workers = [cluster.fork(), cluster.fork()]
    for online in [once(worker, "online") for worker in workers]:
        await online
    cluster.on("message", lambda worker, message: message == "drop" and log(message))

    async def listen(drop):
        listening = [once(worker, "listening") for worker in workers]
        for worker in workers:
            worker.send(drop)
        (address,), _ = [await each for each in listening]
        return address.port

    def open(port):
        return net.connect(port, "127.0.0.1").setEncoding("utf8").on("error", lambda error: None)

    port = await listen(False)
    sockets = [open(port), open(port)]
    by = [(await each)[0] for each in [once(socket, "data") for socket in sockets]]
    log("one each", sorted(by))
    third = open(port)  # it waits until one of them is free
    ended = False
    third.on("data", lambda text: log("the third", ended, text == by[0]))

    def end():
        global ended
        ended = True
        sockets[0].end()

    setTimeout(end, 30)
    await once(third, "data")
    for socket in [*sockets, third]:
        socket.destroy()
    port = await listen(True)
    full = [open(port), open(port)]
    for each in [once(socket, "data") for socket in full]:
        await each
    dropped = open(port)
    for each in [once(dropped, "close"), once(cluster.cluster, "message")]:
        await each
    for socket in full:
        socket.destroy()
    for worker in workers:
        worker.disconnect()


if cluster.isPrimary:
    run(main)
else:

    def onMessage(drop):
        def onConnection(socket):
            socket.on("error", lambda error: None).resume().write(str(cluster.worker.id))

        server = net.createServer(onConnection)
        server.maxConnections = 1
        server.dropMaxConnection = drop
        server.on("drop", lambda: process.send("drop"))
        server.listen(0, "127.0.0.1")

    process.on("message", onMessage)
    run()
