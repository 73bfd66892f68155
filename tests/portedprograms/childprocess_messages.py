# Node: child_process, the channel of fork(): send() and its results, handles, disconnect() from either side.
import json
import math
import re

from nodecompat import net, process, run
from nodecompat.child_process import fork, spawn
from nodecompat.util import format


def log(*args):
    print(format(*("null" if each is None else each for each in args)), flush=True)


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def said(error):
    return error.code if error else error


role = process.argv[2] if len(process.argv) > 2 else None


def sub():
    log("CHILD", process.connected, "function" if callable(process.send) else "", process.channel is not None)
    process.on("internalMessage", lambda m: m["cmd"] == "NODE_foo" and log("CHILD internal", m["n"]))

    def onMessage(m, handle):
        if m == "leave":
            process.disconnect()
            log("CHILD left", process.connected, process.channel)
            log("CHILD", process.send("late", lambda error: log("CHILD", said(error))))
            return
        log("CHILD got message:", dumps(m), handle)
        if isinstance(m, dict) and m.get("hello"):
            process.send({"foo": "bar", "baz": math.nan}, lambda error: log("CHILD sent", said(error)))

    process.on("message", onMessage)
    process.on("disconnect", lambda: log("CHILD disconnect"))


def serve():
    counted = []

    def onMessage(m, server):
        if m == "server":
            server.on("connection", lambda socket: (counted.append(1), socket.end("handled by child")))
            server.on("close", lambda *_: process.send("closed"))
            process.once("message", lambda *_: server.close())
        process.send([m, server] if m == "socket" else len(counted) if m == "count" else m)

    process.on("message", onMessage)


def example(next):  # the example, and values that JSON writes in its own way
    n = fork(__file__, ["sub"], {"silent": True})
    log(n.connected, n.spawnfile == process.execPath, len(n.stdio), n.stdio[3], n.channel is not None)
    texts = []
    n.stdout.on("data", lambda data: texts.append(data.decode()))
    closing = []
    for name in ("disconnect", "exit", "close"):
        n.on(name, lambda *args, name=name: closing.append([name, *args]))
    n.send({"hello": "world"}, lambda error: log("sent", said(error)))

    def onMessage(m, handle):
        log("PARENT got message:", dumps(m), handle)
        n.send({"cmd": "NODE_foo", "n": 1})
        for value in ("text", "", 0, False, None, [1, [2]], {"a": {"b": "é\n\t"}, "c": math.inf}):
            n.send(value)
        log(n.send({"cmd": "other"}))
        n.send("leave")

    n.on("message", onMessage)

    def onClose(*_):  # from the child: 'disconnect' comes, then 'exit' and 'close'
        log("".join(texts).strip())
        log(dumps(sorted(closing)), n.connected, n.channel)
        log(n.send("late", lambda error: (log(error.code, error.message), next())))

    n.on("close", onClose)


def sharedServer(next):  # a server that both have
    subprocess = fork(__file__, ["server"])
    server = net.createServer()
    server.on("connection", lambda socket: socket.end("handled by parent"))
    answers = []

    def ask(port, left, done):
        client = net.connect(port, "127.0.0.1")
        client.on("data", lambda data: answers.append(data.decode()))
        client.on("close", lambda *_: ask(port, left - 1, done) if left else done())

    def onListening():
        port = server.address().port
        subprocess.send("server", server)

        def onShared():
            log(len(answers), all(re.fullmatch("handled by (child|parent)", each) for each in answers))
            byParent = sum(each.endswith("parent") for each in answers)
            answers.clear()

            def onlyTheChilds():
                log(",".join(answers))
                subprocess.send("count")

                def onCount(count, *_):
                    log("number" if isinstance(count, int) else "", byParent <= 10)
                    subprocess.once("message", onClosed)

                subprocess.once("message", onCount)

            server.close(lambda *_: ask(port, 2, onlyTheChilds))  # from now on the child's alone

        subprocess.once("message", lambda *_: ask(port, 9, onShared))

    def onClosed(m, *_):
        log(m)
        gone = net.Socket().destroy()  # closed before it could be sent: only its message comes
        subprocess.send("socket", gone, lambda error: log("sent", said(error)))
        subprocess.once("message", onBack)

    def onBack(back, *_):
        log(dumps(back))
        long = "€" * 100_000  # in many pieces
        subprocess.send(long)
        subprocess.once("message", lambda m, *_: (log(len(m), m == long), subprocess.disconnect()))

    server.listen(0, "127.0.0.1", onListening)
    subprocess.on("exit", lambda code, signal: (log("exit", code, signal), next()))


def notHeld(next):
    fork(__file__, ["quiet"]).on("close", lambda code, _: (log("closed", code), next()))


def hangingUp(next):  # the parent hangs up
    held = fork(__file__, ["held"], {"stdio": ["ignore", "pipe", "inherit", "ipc"]})
    texts = []
    held.stdout.on("data", lambda data: texts.append(data.decode()))
    held.on("disconnect", lambda: log("disconnect", held.connected))
    held.stdout.on("close", lambda *_: (log("".join(texts).strip()), next()))
    held.on("error", lambda error: log("error", error.code))

    def onSpawn():
        held.channel.unref()
        held.channel.ref()
        held.disconnect()
        log(held.connected, held.send("late"))  # without a callback: an 'error'
        held.disconnect()  # and again

    held.on("spawn", onSpawn)


def notReading(next):  # one that does not read: send() says that much waits; killed, the rest is lost
    child = spawn("sleep", ["60"], {"stdio": ["ignore", "ignore", "ignore", "ipc"]})
    text = "x" * 50_000
    sent = 1
    while child.send(text):
        sent += 1
    log(sent > 1, child.connected)
    child.on("error", lambda error: log("error", error.code))
    ends = []

    def over(*end):
        ends.append(end)
        if len(ends) == 2:
            log(dumps(sorted(ends)), child.connected)
            next()

    child.send("more", lambda error: over("sent", said(error)))  # as far as this side is concerned
    child.on("close", lambda code, signal: over("closed", code, signal))
    child.kill()


def wrongUses(next):
    child = spawn("cat", {"stdio": ["pipe", "ignore", "ignore", "ipc"]})
    for wrong in (
        lambda: child.send(),
        lambda: child.send(lambda: 1),
        lambda: child.send("a", {}),
        lambda: child.send("a", "b"),
        lambda: child.send("a", None, 5),
    ):
        try:
            log(wrong())
        except Exception as err:
            log(err.name, err.code)
    child.on("exit", lambda *_: next())
    child.kill()


steps = [example, sharedServer, notHeld, hangingUp, notReading, wrongUses]


def go():
    if steps:
        steps.pop(0)(go)


if role == "sub":
    sub()
elif role == "server":
    serve()
elif role == "quiet":
    log("QUIET", process.connected)  # it listens for nothing: the channel does not hold it
elif role == "held":
    process.on("disconnect", lambda: log("HELD disconnect", process.connected))
else:
    go()
run()
