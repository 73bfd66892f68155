"""The smallest http server.

python examples/hello.py [PORT]      then: curl localhost:8080
"""

import sys

from nodecompat import http, run


def onRequest(request, response):
    response.writeHead(200, {"Content-Type": "text/plain; charset=utf-8"})
    response.end("hello world\n")


server = http.createServer(onRequest)
server.listen(int(sys.argv[1]) if len(sys.argv) > 1 else 8080)
server.on("listening", lambda: print("listening on", server.address().port, flush=True))
run()
