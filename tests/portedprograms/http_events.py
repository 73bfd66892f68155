from nodecompat import http, run, setImmediate


def onRequest(req, res):
    if req.url == "/hang":
        return
    res.writeHead(200)
    res.write("x")
    if req.url == "/":
        res.end()


server = http.createServer(onRequest)


def play(path, act, next):
    log = []
    req = http.get({"port": server.address().port, "path": path, "agent": False})

    def watch(emitter, name, prefix=""):
        emitter.on(name, lambda e=None: log.append(prefix + name + (f" {e} {e.code}" if name == "error" else "")))

    for name in ["socket", "response", "abort", "error", "close"]:
        watch(req, name)

    @req.on("response")
    def onResponse(res):
        for name in ["data", "end", "aborted", "error", "close"]:
            watch(res, name, "res ")
        act(req, res)

    if path == "/hang":
        req.on("socket", lambda socket: act(req, None))
    req.on("close", lambda: setImmediate(lambda: setImmediate(lambda: (print(path, ", ".join(log)), next()))))


server.listen(
    0,
    lambda: play(
        "/",
        lambda req, res: None,
        lambda: play(
            "/hang",
            lambda req, res: req.destroy(),
            lambda: play(
                "/part",
                lambda req, res: res.once("data", lambda: req.destroy()),
                lambda: play(
                    "/hang",
                    lambda req, res: setImmediate(lambda: req.abort()),
                    lambda: (server.closeAllConnections(), server.close()),
                ),
            ),
        ),
    ),
)
run()
