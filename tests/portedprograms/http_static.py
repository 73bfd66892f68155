import os

from twisted.internet.defer import Deferred

from nodecompat import fs, http, run

MIME = {"default": "application/octet-stream", "html": "text/html; charset=UTF-8", "js": "application/javascript"}
STATIC = __file__ + ".d"
fs.mkdirSync(STATIC, {"recursive": True})
fs.writeFileSync(os.path.join(STATIC, "index.html"), "<h1>Hi</h1>")
fs.writeFileSync(os.path.join(STATIC, "404.html"), "no")


async def prepareFile(url):
    filePath = os.path.normpath(STATIC + url + ("index.html" if url.endswith("/") else ""))
    pathTraversal = not filePath.startswith(STATIC)
    exists = await fs.promises.access(filePath).addCallbacks(lambda _: True, lambda _: False)
    found = not pathTraversal and exists
    streamPath = filePath if found else STATIC + "/404.html"
    ext = os.path.splitext(streamPath)[1][1:].lower()
    stream = fs.createReadStream(streamPath)
    return found, ext, stream


async def onRequest(req, res):
    found, ext, stream = await prepareFile(req.url)
    statusCode = 200 if found else 404
    mimeType = MIME.get(ext) or MIME["default"]
    res.writeHead(statusCode, {"Content-Type": mimeType})
    stream.pipe(res)
    print(f"{req.method} {req.url} {statusCode}")


server = http.createServer(onRequest)


def get(p):
    done = Deferred()

    def onResponse(res):
        s = b""

        @res.on("data")
        def onData(d):
            nonlocal s
            s += d

        res.on("end", lambda: (print(res.headers["content-type"], s.decode()), done.callback(None)))

    http.get({"port": server.address().port, "path": p, "agent": False}, onResponse)
    return done


async def onListening():
    for p in ["/", "/x.js", "/../http_static.js"]:
        await get(p)
    server.close()
    fs.rmSync(STATIC, {"recursive": True})


server.listen(0, onListening)
run()
