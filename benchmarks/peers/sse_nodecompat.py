from nodecompat import http, run, setInterval

clients = set()


def onRequest(req, res):
    res.writeHead(200, {"Content-Type": "text/event-stream"})
    res.flushHeaders()
    clients.add(res)
    res.on("close", lambda: clients.discard(res))


def broadcast():
    for res in clients:
        res.write("data: an event of about sixty-four bytes for everybody here\n\n")


setInterval(broadcast, 20)
server = http.createServer(onRequest)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
