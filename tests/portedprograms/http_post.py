import json

from nodecompat import Buffer, http, run


def onRequest(req, res):
    print(req.method, req.url, req.headers["content-length"], req.headers["content-type"], req.httpVersion)
    print(",".join(req.rawHeaders[::2]))
    req.pipe(res)


def onListening():
    postData = json.dumps({"msg": "Hello World!"}, separators=(",", ":"))
    options = {
        "hostname": "localhost",
        "port": server.address().port,
        "path": "/upload",
        "method": "POST",
        "headers": {"Content-Type": "application/json", "Content-Length": Buffer.byteLength(postData)},
    }

    def onResponse(res):
        print(f"STATUS: {res.statusCode}")
        print(",".join(sorted(res.headers)))
        res.setEncoding("utf8")
        res.on("data", lambda chunk: print(f"BODY: {chunk}"))
        res.on("end", lambda: (print("No more data in response."), server.close()))

    req = http.request(options, onResponse)
    req.on("error", lambda e: print(f"problem with request: {e}"))
    req.write(postData)
    req.end()


server = http.createServer(onRequest).listen(0, onListening)
run()
