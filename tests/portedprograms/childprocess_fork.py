# Node: child_process, the examples of fork(): messages, a server that is passed on, and sockets for two children.
from nodecompat import net, process, run
from nodecompat.child_process import fork
from nodecompat.util import format


def log(*args):
    print(format(*args), flush=True)


role = process.argv[2] if len(process.argv) > 2 else None


def sub(m):
    log("CHILD got message:", {**m})
    process.send({"foo": "bar", "baz": 1})
    process.disconnect()


def serve(m, server):
    if m == "server":

        def onConnection(socket):
            socket.end("handled by child")
            process.disconnect()
            server.close()

        server.on("connection", onConnection)
        process.send("ready")


def answer(m, socket):
    if m == "socket" and socket:
        socket.end(f"Request handled with {role} priority")
    process.send("done")


def messages(next):
    n = fork(__file__, ["sub"])
    n.on("message", lambda m: log("PARENT got message:", {**m}))
    n.on("close", lambda code: (log("closed", code, n.connected), next()))
    n.send({"hello": "world"})


def aServer(next):
    subprocess = fork(__file__, ["server"])
    server = net.createServer()

    def onListening():
        port = server.address().port
        subprocess.send("server", server, lambda error: None)

        def onReady(m):
            server.close(lambda: log("the parent has closed"))
            net.connect(port, "127.0.0.1").on("data", lambda data: log(data.decode()))

        subprocess.on("message", onReady)
        subprocess.on("exit", lambda code: (log("exit", code), next()))

    server.listen(0, "127.0.0.1", onListening)


def sockets():
    normal, special = fork(__file__, ["normal"]), fork(__file__, ["special"])
    order = iter([special, normal])
    server = net.createServer({"pauseOnConnect": True})
    server.on("connection", lambda socket: next(order).send("socket", socket))
    for child in (normal, special):
        child.on("message", lambda m, child=child: child.disconnect())

    def ask(left):
        client = net.connect(server.address().port, "127.0.0.1")
        client.on("data", lambda data: log(data.decode()))
        client.on("close", lambda: ask(left - 1) if left else server.close(lambda: log("closed")))

    server.listen(0, "127.0.0.1", lambda: ask(1))


if role == "sub":
    process.on("message", sub)
elif role == "server":
    process.on("message", serve)
elif role:
    process.on("message", answer)
else:
    messages(lambda: aServer(sockets))
run()
