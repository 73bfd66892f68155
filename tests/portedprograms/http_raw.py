import json
import re

from nodecompat import http, net, run, setTimeout


def onRequest(req, res):
    res.sendDate = False
    if req.url == "/chunks":
        res.setHeader("Trailer", "X-T")
        res.write("one")
        res.write("two")
        res.addTrailers({"X-T": "v"})
        return res.end()
    if req.url == "/none":
        res.writeHead(204)
        return res.end()
    if req.url == "/length":
        res.setHeader("Content-Length", 5)
        res.write("12345")
        return res.end()
    if req.url == "/slow":
        return setTimeout(lambda: res.end("slow"), 5)
    res.strictContentLength = True
    res.end(req.method + " " + req.url)


server = http.createServer({"keepAliveTimeout": 1000}, onRequest)


def raw(text, next):
    c = net.connect(server.address().port, lambda: c.write(text))
    all = ""

    def onData(d):
        nonlocal all
        all += d.decode()

    c.on("data", onData).on(
        "end", lambda: (print(json.dumps(re.sub("Date: .*? GMT", "Date: D", all.replace("\r\n", "|")))), next())
    )


server.listen(
    0,
    lambda: raw(
        "GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        lambda: raw(
            "GET /chunks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            lambda: raw(
                "HEAD /head HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\n"
                "POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
                lambda: raw(
                    "GET /old HTTP/1.0\r\n\r\n",
                    lambda: raw(
                        "GET /nohost HTTP/1.1\r\n\r\n",
                        lambda: raw(
                            "BAD\r\n\r\n",
                            lambda: raw(
                                "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
                                lambda: server.close(),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
run()
