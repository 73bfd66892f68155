from nodecompat import net, run, setTimeout


def js(*values):
    print(*(str(v).lower() if isinstance(v, bool) else v for v in values))


def onConnection(c):
    parts = []
    js("paused", c.isPaused(), c.readyState)
    c.setEncoding("utf8")
    c.on("data", lambda d: parts.append(d))
    c.on("end", lambda: (js("got", "".join(parts), c.writable, c.readyState), c.end("answer")))
    c.on("close", lambda e: (js("server close", e), server.close()))
    setTimeout(lambda: c.resume(), 2)


server = net.createServer({"allowHalfOpen": True, "pauseOnConnect": True}, onConnection)


def onListening():
    c = net.Socket()
    c.setTimeout(100_000, lambda: print("never"))
    js(c.connecting, c.pending, c.timeout, c.readyState, c.destroyed)
    c.connect(server.address().port, "127.0.0.1")
    js(c.connecting, c.pending, c.readyState)
    c.on("connect", lambda: js("connect", c.remoteAddress, c.localFamily, c.readyState))
    c.on(
        "ready",
        lambda: (c.setNoDelay(True).setKeepAlive(True, 1000), c.write("one "), c.end("two", lambda: print("sent"))),
    )
    c.on("data", lambda d: js(d.decode(), c.readyState))
    c.on(
        "close",
        lambda: (
            js("close", c.bytesRead, c.bytesWritten, c.readyState),
            c.write("x", lambda e: print(e.code)),
            c.on("error", lambda e: print("error", e.code)),
        ),
    )


server.listen(0, "127.0.0.1", onListening)
run()
