import sys

from nodecompat import fs, http, run

path = sys.argv[1]
size = fs.statSync(path).size


def onRequest(req, res):
    res.writeHead(200, {"Content-Type": "application/octet-stream", "Content-Length": size})
    fs.createReadStream(path).pipe(res)


server = http.createServer(onRequest)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
