import re

from nodecompat import http, run, zlib
from nodecompat.stream import Readable, pipeline


def onRequest(request, response):
    raw = Readable.from_(["index " * 500])
    response.setHeader("Vary", "Accept-Encoding")
    acceptEncoding = request.headers["accept-encoding"] or ""

    def onError(err):
        if err:
            response.end()
            print("An error occurred:", err)

    if re.search(r"\bdeflate\b", acceptEncoding):
        response.writeHead(200, {"Content-Encoding": "deflate"})
        pipeline(raw, zlib.createDeflate(), response, onError)
    elif re.search(r"\bgzip\b", acceptEncoding):
        response.writeHead(200, {"Content-Encoding": "gzip"})
        pipeline(raw, zlib.createGzip(), response, onError)
    else:
        response.writeHead(200, {})
        pipeline(raw, response, onError)


server = http.createServer(onRequest)


def get(accept, next):
    request = http.get(
        {"host": "localhost", "path": "/", "port": server.address().port, "headers": {"Accept-Encoding": accept}}
    )

    @request.on("response")
    def onResponse(response):
        s = ""

        def done(err=None):
            print(response.headers["content-encoding"] or "undefined", len(s), str(err is None).lower())
            next()

        encoding = response.headers["content-encoding"]
        source = response
        if encoding == "gzip":
            source = pipeline(response, zlib.createGunzip(), done)
        elif encoding == "deflate":
            source = pipeline(response, zlib.createInflate(), done)
        else:
            response.on("end", done)

        @source.on("data")
        def onData(d):
            nonlocal s
            s += d.decode()


server.listen(0, lambda: get("gzip", lambda: get("gzip,deflate", lambda: get("", lambda: server.close()))))
run()
