import json

from nodecompat import clearInterval, http, run, setInterval


def js(value):
    return str(value).lower()


def onRequest(req, res):
    if req.headers["accept"] != "text/event-stream":
        res.statusCode = 406
        return res.end()
    res.writeHead(200, {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Connection": "keep-alive"})
    id = int(req.headers["last-event-id"] or 0)

    def tick():
        nonlocal id
        id += 1
        res.write(f"id: {id}\ndata: {json.dumps({'id': id}, separators=(',', ':'))}\n\n")

    timer = setInterval(tick, 2)

    @res.on("close")
    def onClose():
        clearInterval(timer)
        print("client left", js(res.writableEnded), js(res.destroyed))
        server.close(lambda: print("closed"))


server = http.createServer(onRequest)


def onListening():
    def onResponse(res):
        rest, seen = "", 0

        def onData(text):
            nonlocal rest, seen
            *events, rest = (rest + text).split("\n\n")
            for event in events:
                seen += 1
                if seen <= 3:
                    print(event.replace("\n", " / ", 1))
                if seen == 3:
                    res.destroy()

        res.setEncoding("utf8").on("data", onData).on("error", lambda e: print("error", e.code)).on(
            "close", lambda: print("close", js(res.complete))
        )

    http.get(
        {"port": server.address().port, "headers": {"accept": "text/event-stream", "last-event-id": "5"}}, onResponse
    )


server.listen(0, onListening)
run()
