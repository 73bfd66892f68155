"""Answers that are compressed when the client takes it, as in the example of Node's zlib page.

`/?lines=N` is a text of N lines, made while it is sent.

    python examples/gzip_server.py [PORT]
"""

import sys

from nodecompat import http, run, url, zlib
from nodecompat.stream import Readable, pipeline

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 1337


def text(lines):
    for number in range(1, lines + 1):
        yield f"This is line {number} of {lines}.\n"


def onRequest(request, response):
    query = url.parse(request.url, True).query
    try:
        lines = max(0, min(int(query["lines"] or 10), 1_000_000))
    except (TypeError, ValueError):  # also a list: the name came more than once
        response.writeHead(400)
        response.end()
        return
    source = Readable.from_(text(lines))
    response.setHeader("Vary", "Accept-Encoding")
    response.setHeader("Content-Type", "text/plain")

    def onEnd(error=None):
        if error is not None:  # too late for another answer: the client sees that the body is not whole
            response.destroy()

    accepted = request.headers.get("accept-encoding", "")
    if "gzip" in accepted:
        response.writeHead(200, {"Content-Encoding": "gzip"})
        pipeline(source, zlib.createGzip(), response, onEnd)
    elif "deflate" in accepted:
        response.writeHead(200, {"Content-Encoding": "deflate"})
        pipeline(source, zlib.createDeflate(), response, onEnd)
    else:
        response.writeHead(200)
        pipeline(source, response, onEnd)


server = http.createServer(onRequest)
server.listen(PORT, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
