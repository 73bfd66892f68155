import json
import re

from nodecompat import URL, http, run


def onRequest(req, res):
    url = URL(f"http://localhost{req.url}")
    if url.pathname == "/missing":
        res.writeHead(404)
        return res.end("nothing")
    type = url.searchParams.get("type")
    res.writeHead(200, {"Content-Type": "application/json" if type is None else type})
    res.end(json.dumps({"data": "Hello World!"}))


server = http.createServer(onRequest)


def get(path, next):
    def onResponse(res):
        statusCode = res.statusCode
        contentType = res.headers["content-type"]
        error = None
        if statusCode != 200:
            error = Exception("Request Failed.\n" + f"Status Code: {statusCode}")
        elif not re.match("application/json", contentType):
            error = Exception("Invalid content-type.\n" + f"Expected application/json but received {contentType}")
        if error:
            print(error)
            res.resume()
            return next()
        res.setEncoding("utf8")
        rawData = ""

        @res.on("data")
        def onData(chunk):
            nonlocal rawData
            rawData += chunk

        @res.on("end")
        def onEnd():
            print(json.loads(rawData)["data"])
            next()

    http.get({"hostname": "localhost", "port": server.address().port, "path": path, "agent": False}, onResponse).on(
        "error", lambda e: (print(f"Got error: {e}"), next())
    )


server.listen(0, lambda: get("/", lambda: get("/missing", lambda: get("/?type=text/plain", lambda: server.close()))))
run()
