from nodecompat import AbortController, net, run


def js(*values):
    print(*(str(v).lower() if isinstance(v, bool) else v for v in values))


ac = AbortController()
server = net.createServer(lambda c: c.write("hi"))
server.maxConnections = 1
server.on("drop", lambda data: print("drop", ",".join(sorted(dict(data))), data.remoteFamily))
server.on("close", lambda: print("server closed"))


def onListening():
    port = server.address().port
    a = net.connect(port, "127.0.0.1")

    @a.once("data")
    def onData(d):
        js("a", d.decode(), server.listening)
        b = net.connect({"port": port, "host": "127.0.0.1"})

        def onClose(bad):
            js("b close", bad)
            server.getConnections(
                lambda err, n: (
                    print("count", n),
                    ac.abort(),
                    a.destroy(),
                    a.on("close", lambda: js("a close", server.listening)),
                )
            )

        b.on("error", lambda e: print("b", e.code)).on("close", onClose)


server.listen({"port": 0, "host": "127.0.0.1", "signal": ac.signal}, onListening)
bad = net.connect({"port": 1, "host": "127.0.0.1"})
bad.on(
    "error",
    lambda e: (
        js(str(e), e.code, e.errno > 0, e.syscall, e.address, e.port),
        bad.on("close", lambda had: js("bad close", had, bad.destroyed)),
    ),
)
try:
    net.connect({"port": 70000})
except Exception as e:
    print(e.name, e.code, e)
try:
    net.connect({})
except Exception as e:
    print(e.code, e)
try:
    net.createServer().listen({"port": "x"})
except Exception as e:
    print(e.code)
run()
