"""The program of a 2010 article on the anatomy of a net connection: an http server and a raw client that looks at it.

The client ends its lines with a bare LF, which a server refuses unless `insecureHTTPParser` is on.

    python examples/anatomy_of_a_connection.py [PORT]
"""

import sys

from nodecompat import http, net, run

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8124


def onRequest(req, res):
    res.writeHead(200, {"Content-Type": "text/plain"})
    res.end("hello world\n")


server = http.createServer({"insecureHTTPParser": True}, onRequest)
server.listen(PORT)

c = net.createConnection(PORT)
c.setEncoding("utf8")
c.addListener("connect", lambda: c.write("GET / HTTP/1.0\n\n"))
c.addListener("data", lambda chunk: print(chunk))


def onEnd():
    c.end()
    server.close()


c.addListener("end", onEnd)
run()
