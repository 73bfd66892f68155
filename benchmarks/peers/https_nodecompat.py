import sys
from pathlib import Path

from nodecompat import https, run


def onRequest(req, res):
    res.writeHead(200, {"Content-Type": "text/plain"})
    res.end("hello world\n")


key, cert = (Path(path).read_bytes() for path in sys.argv[1:])
server = https.createServer({"key": key, "cert": cert}, onRequest)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
