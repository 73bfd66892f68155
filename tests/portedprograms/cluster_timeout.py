# Node: cluster, worker.disconnect(): a worker with a connection that never ends is killed when it takes too long.
from nodecompat import clearTimeout, cluster, net, process, run, setTimeout

if cluster.isPrimary:
    worker = cluster.fork()
    timeout = None

    def onListening(address):
        def onData(text):
            global timeout
            print(text.decode())
            worker.send("shutdown")
            worker.disconnect()
            timeout = setTimeout(lambda: worker.kill("SIGKILL"), 20)

        socket = net.connect(address.port, "127.0.0.1")
        socket.on("data", onData).on("error", lambda error: None).on("close", lambda: print("connection closed"))

    worker.on("listening", onListening)
    worker.on("disconnect", lambda: clearTimeout(timeout))
    worker.on(
        "exit",
        lambda code, signal: print("null" if code is None else code, signal, str(worker.exitedAfterDisconnect).lower()),
    )
else:
    server = net.createServer(lambda socket: socket.write("connections never end"))
    server.listen(0, "127.0.0.1")

    def onMessage(msg):
        if msg == "shutdown":
            process.exitCode = 3  # it cannot close what never ends

    process.on("message", onMessage)

run()
