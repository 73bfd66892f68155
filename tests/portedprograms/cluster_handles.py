# Node: cluster, worker.send(message, sendHandle, options, callback), 'message' with a handle, 'error'.
from nodecompat import cluster, net, process, run
from nodecompat.events import once
from nodecompat.reactor.loop.promised import Promised
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


async def main():
    global read
    worker = cluster.fork()
    cluster.on(
        "message",
        lambda source, message, handle: log("cluster", source is worker, message, isinstance(handle, net.Socket)),
    )
    worker.on("message", lambda message, handle: handle and handle.end("back from the primary"))
    server = net.createServer({"pauseOnConnect": True}).listen(0, "127.0.0.1")
    await once(server, "listening")
    client = net.connect(server.address().port, "127.0.0.1").setEncoding("utf8")
    (socket,) = await once(server, "connection")
    sent = Promised()
    worker.send("a socket", socket, {"keepOpen": False}, sent.callback)
    read = ""

    def onData(text):
        global read
        read += text

    client.on("data", onData)
    log("sent", await sent)
    await once(client, "close")
    log("client reads", read)
    server.close()
    passed = net.createServer().listen(0, "127.0.0.1")
    await once(passed, "listening")
    port = passed.address().port
    arrived = once(worker, "message")  # behind what acknowledges the server: nothing is under way after it
    worker.send("a server", passed, lambda error: passed.close())
    await once(passed, "close")
    await arrived
    second = net.connect(port, "127.0.0.1").setEncoding("utf8")
    log("by the worker", (await once(second, "data"))[0])
    await once(second, "close")
    # the worker's program sees neither
    log(worker.send({"cmd": "NODE_CLUSTER", "ack": -1}), worker.send({"cmd": "NODE_something"}))
    for wrong in [(), (lambda: None,), ("text", "handle"), ("text", {}), ("text", None, "options")]:
        try:
            log(worker.send(*wrong))
        except Exception as error:
            log(error.code)
    worker.disconnect()
    await once(worker, "disconnect")
    log("too late", worker.send("text", lambda error: log(error.code)))
    worker.on("error", lambda error: log("error", error.code))
    failed = Promised()
    worker.send("text")
    worker.on("error", failed.callback)
    await failed
    cluster.setupPrimary(cwd="/this/is/missing")
    none = cluster.fork()
    none.on("exit", lambda *args: log("exit", *args))
    log(none.process.pid is None, none.isDead())
    (error,) = await once(none, "error")
    log(error.code, error.syscall == f"spawn {process.execPath}", none.isDead(), none.isConnected())


if cluster.isPrimary:
    run(main)
else:
    process.on("internalMessage", lambda: None)

    def onMessage(message, handle):
        if message == "a socket":

            def onConnect():
                more.destroy()
                handle.write("from the worker, ", lambda error: cluster.worker.send("take it back", handle))

            more = net.connect(handle.localPort, "127.0.0.1", onConnect)
        elif message == "a server":
            handle.on("connection", lambda socket: (socket.end("worker"), handle.close()))
            process.send("it is here")
        else:
            process.send(["unexpected", message])

    process.on("message", onMessage)
    run()
