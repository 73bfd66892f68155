"""A proxy that compresses: text that a server sends plain reaches the client as gzip, if the client takes it.

python examples/gzip_proxy.py http://127.0.0.1:8080 [PORT]
"""

import sys

from nodecompat import URL, http, run, zlib
from nodecompat.stream import pipeline

TARGET = URL(sys.argv[1])
PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 8081

TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")
#: They are about one connection: RFC 9110, 7.6.1.
OF_THE_CONNECTION = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
    *("te", "trailer", "transfer-encoding", "upgrade"),
}


def forwarded(headers):
    """Without those that the other connection has to make itself."""
    named = {name.strip().lower() for name in headers.get("connection", "").split(",")}
    return {name: value for name, value in headers.items() if name not in OF_THE_CONNECTION | named}


def takesGzip(request):
    for each in request.headers.get("accept-encoding", "").split(","):
        coding, _, parameters = each.partition(";")
        if coding.strip().lower() == "gzip":
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def isWorthIt(request, answer):
    headers = answer.headers
    return (
        request.method != "HEAD"
        and answer.statusCode == 200
        and headers.get("content-type", "").startswith(TEXTS)
        and "content-encoding" not in headers
        and "no-transform" not in headers.get("cache-control", "")
    )


def onRequest(request, response):
    upstream = http.request(
        method=request.method,
        host=TARGET.hostname.strip("[]"),
        port=TARGET.port or 80,
        path=request.url,
        headers={**forwarded(request.headers), "host": TARGET.host},
    )

    def onEnd(error=None):
        if error is None or response.writableEnded:
            return
        if response.headersSent:  # too late for another answer: the client sees that the body is not whole
            response.destroy()
        else:
            response.writeHead(502, {"Content-Type": "text/plain"})
            response.end("The server cannot be reached.\n")

    @upstream.on("response")
    def onResponse(answer):
        headers = forwarded(answer.headers)
        if not isWorthIt(request, answer):
            response.writeHead(answer.statusCode, headers)
            pipeline(answer, response, onEnd)
            return
        headers["vary"] = ", ".join(filter(None, [headers.get("vary"), "Accept-Encoding"]))
        if not takesGzip(request):
            response.writeHead(200, headers)
            pipeline(answer, response, onEnd)
            return
        headers.pop("content-length", None)
        if "etag" in headers:  # other bytes with the same meaning
            headers["etag"] = "W/" + headers["etag"].removeprefix("W/")
        response.writeHead(200, {**headers, "content-encoding": "gzip"})
        pipeline(answer, zlib.createGzip(), response, onEnd)

    upstream.on("error", onEnd)  # also when the request has been sent
    pipeline(request, upstream, onEnd)


server = http.createServer(onRequest)
server.listen(PORT, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
