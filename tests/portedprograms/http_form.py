import json

from nodecompat import Buffer, http, querystring, run


def getForm(req, res):
    res.writeHead(200, ["Content-Type", "text/html", "Set-Cookie", "id=1; HttpOnly", "Set-Cookie", "b=2"])
    res.end("<form method=post>")


def postForm(req, res):
    body = []

    def onEnd():
        post = querystring.parse(Buffer.concat(body).toString())
        cookies = dict(c.split("=") for c in (req.headers["cookie"] or "").split("; "))
        res.setHeader("Content-Type", "application/json; charset=utf-8")
        res.end(
            json.dumps(
                {"post": post, "cookies": cookies, "ip": req.socket.remoteAddress.endswith("127.0.0.1")},
                separators=(",", ":"),
                ensure_ascii=False,
            )
        )

    req.on("data", lambda chunk: body.append(chunk)).on("end", onEnd)


routes = {"GET /": getForm, "POST /": postForm}


def onRequest(req, res):
    route = routes.get(f"{req.method} {req.url.split('?')[0]}")
    if route:
        return route(req, res)
    res.statusCode = 404
    res.statusMessage = "Nothing here"
    res.end(http.STATUS_CODES[404])


server = http.createServer(onRequest)
server.on("connection", lambda socket: print("connection", str(socket.localPort == server.address().port).lower()))


def ask(options, body, next):
    def onResponse(res):
        text = ""
        res.setEncoding("utf8")

        def onData(d):
            nonlocal text
            text += d

        res.on("data", onData).on(
            "end",
            lambda: (
                print(
                    res.statusCode,
                    res.statusMessage,
                    ",".join(res.headers["set-cookie"] or []),
                    res.headers["content-length"] or "-",
                    text,
                ),
                next(),
            ),
        )

    req = http.request({"host": "127.0.0.1", "port": server.address().port, "agent": False, **options}, onResponse)
    req.end(body)


server.listen(
    0,
    "127.0.0.1",
    lambda: ask(
        {"path": "/?x"},
        None,
        lambda: ask(
            {
                "method": "POST",
                "path": "/",
                "headers": {"Cookie": "a=b; c=d", "Content-Type": "application/x-www-form-urlencoded"},
            },
            querystring.stringify({"name": "Jürgen & Co", "list": ["1", "2"]}),
            lambda: ask({"path": "/none", "headers": [["X-A", "1"]]}, None, lambda: server.close()),
        ),
    ),
)
print(
    "true" if len(http.METHODS) > 30 else "false",
    str("QUERY" in http.METHODS).lower(),
    http.maxHeaderSize,
    http.STATUS_CODES[418],
    server.timeout,
    server.keepAliveTimeout,
    server.headersTimeout,
    server.requestTimeout,
    "null" if server.maxHeadersCount is None else server.maxHeadersCount,
    server.maxRequestsPerSocket,
)
run()
