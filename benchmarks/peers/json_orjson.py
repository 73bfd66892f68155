from orjson import dumps, loads

from nodecompat import http, run

ITEMS = [{"id": number, "name": f"item {number}", "tags": ["a", "b"], "price": number * 1.5} for number in range(32)]


def onRequest(req, res):
    chunks = []
    req.on("data", chunks.append)

    def onEnd():
        asked = loads(b"".join(chunks))
        body = dumps({"for": asked["user"], "count": len(asked["lines"]), "items": ITEMS})
        res.writeHead(200, {"Content-Type": "application/json"})
        res.end(body)

    req.on("end", onEnd)


server = http.createServer(onRequest)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
