"""The hello of http_nodecompat.py whose program looks at the request's headers."""

from nodecompat import http, run


def onRequest(req, res):
    if "host" not in req.headers:
        raise ValueError("a request without host")
    res.writeHead(200, {"Content-Type": "text/plain"})
    res.end("hello world\n")


server = http.createServer(onRequest)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
