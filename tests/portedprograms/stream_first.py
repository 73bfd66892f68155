import json

from nodecompat import http, run


def onRequest(req, res):
    body = ""
    req.setEncoding("utf8")

    @req.on("data")
    def onData(chunk):
        nonlocal body
        body += chunk

    @req.on("end")
    def onEnd():
        try:
            data = json.loads(body)
            res.write({dict: "object", str: "string"}[type(data)])
            res.end()
        except ValueError:
            res.statusCode = 400
            return res.end("error")


server = http.createServer(onRequest)


def ask(text, next):
    def onResponse(res):
        res.setEncoding("utf8")
        all = ""

        @res.on("data")
        def onData(d):
            nonlocal all
            all += d

        @res.on("end")
        def onEnd():
            print(res.statusCode, all)
            next()

    req = http.request({"port": server.address().port, "method": "POST"}, onResponse)
    req.end(text)


server.listen(
    0, lambda: ask("{}", lambda: ask('"foo"', lambda: ask("not json", lambda: server.close(lambda: print("closed")))))
)
run()
