"""An http proxy for CONNECT, as browsers use it for https: joins two connections, and looks at neither.

    python examples/connect_proxy.py [PORT] [ALLOWED ...]
    curl -x localhost:8888 https://example.com/

ALLOWED are ports that it connects to, 443 if none is given: without such a list a proxy sends everybody's mail.
"""

import sys

from nodecompat import http, net, run
from nodecompat.stream import pipeline

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8888
ALLOWED = {*map(int, sys.argv[2:])} or {443}
SILENCE = 120_000  # milliseconds after which a connection that nobody uses is closed


def onRequest(request, response):
    response.writeHead(405, {"Allow": "CONNECT", "Content-Type": "text/plain"})
    response.end("This proxy takes CONNECT.\n")


def onConnect(request, client, head):
    """A client wants a connection; `head` is what it has sent ahead."""
    client.on("error", lambda error: None)  # 'close' follows, which is enough to know
    host, _, port = request.url.rpartition(":")
    if not (host and port.isdecimal() and int(port) in ALLOWED):
        refuse(client, "403 Forbidden")
        return
    upstream = net.connect(int(port), host.strip("[]"))
    upstream.once("error", lambda error: refuse(client, "502 Bad Gateway"))
    client.once("close", upstream.destroy)
    for socket in (client, upstream):
        socket.setTimeout(SILENCE, upstream.destroy)

    @upstream.once("connect")
    def onConnected():
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
        upstream.write(head)
        # Each direction ends by itself; when one breaks, both sockets are destroyed.
        pipeline(client, upstream, client, lambda error: print(request.url, error or "done", flush=True))


def refuse(client, status):
    if client.writable and not client.bytesWritten:
        client.end(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


server = http.createServer(onRequest)
server.on("connect", onConnect)
server.listen(PORT, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
