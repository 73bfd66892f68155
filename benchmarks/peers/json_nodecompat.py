import importlib
import sys

from nodecompat import http, run

json = importlib.import_module(sys.argv[1])  # or what has its names
ITEMS = [{"id": number, "name": f"item {number}", "tags": ["a", "b"], "price": number * 1.5} for number in range(32)]


def onRequest(req, res):
    chunks = []
    req.on("data", chunks.append)

    def onEnd():
        asked = json.loads(b"".join(chunks))
        body = json.dumps({"for": asked["user"], "count": len(asked["lines"]), "items": ITEMS})
        res.writeHead(200, {"Content-Type": "application/json"})
        res.end(body)

    req.on("end", onEnd)


server = http.createServer(onRequest)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
